"""Organisations and harvest sources of municipalities, made from the register."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal import config as our_config
from ckanext.greekmunicipal.harvesters.datasets import site_context
from ckanext.greekmunicipal.harvesters.identity import organization_id
from ckanext.greekmunicipal.municipalities import Municipality

BUDGET = "municipal_budget"


@dataclass(frozen=True)
class Step:
    """One thing that the set-up does, or would do.

    Attributes:
        what: ``organization`` or ``source``.
        name: its name.
        done: ``made``, ``changed`` or ``unchanged``.
    """

    what: str
    name: str
    done: str


def organization(municipality: Municipality, *, dry_run: bool) -> Step:
    """The organisation of a municipality; what a person changed in it stays."""
    found = model.Group.get(organization_id(municipality.diavgeia_uid))
    if found is not None and found.state == model.State.ACTIVE:
        return Step("organization", found.name, "unchanged")
    if not dry_run:
        action = "organization_create" if found is None else "organization_patch"
        tk.get_action(action)(
            site_context(),
            {
                "id": organization_id(municipality.diavgeia_uid),
                "name": municipality.slug,
                "municipality": municipality.slug,
                "state": "active",
            },
        )
    return Step("organization", municipality.slug, "made")


def source(
    municipality: Municipality,
    kind: str,
    title: str,
    url: str,
    options: dict[str, Any],
    *,
    notes: str = "",
    dry_run: bool,
) -> Step:
    """A harvest source of a municipality.

    Args:
        municipality: whose source.
        kind: type of the harvester.
        title: title of the source.
        url: what it reads.
        options: its configuration.
        notes: what a visitor of the source's page reads.
        dry_run: change nothing, only say what would be done.
    """
    name = source_name(municipality, kind)
    text = json.dumps(options, ensure_ascii=False, sort_keys=True)
    wanted = {
        "name": name,
        "title": title,
        "notes": notes,
        "url": url,
        "source_type": kind,
        "config": text,
        "frequency": "DAILY",
        "owner_org": organization_id(municipality.diavgeia_uid),
    }
    existing = model.Package.get(name)
    if existing is None:
        if not dry_run:
            tk.get_action("harvest_source_create")(site_context(), wanted)
        return Step("source", name, "made")
    extras = existing.extras
    if existing.state == "active" and existing.url == url and extras.get("config") == text:
        return Step("source", name, "unchanged")
    if not dry_run:
        tk.get_action("harvest_source_update")(
            site_context(), {**wanted, "id": existing.id, "state": "active"}
        )
    return Step("source", name, "changed")


def budgets_of_folder(municipality: Municipality, folder: str, *, dry_run: bool) -> Step:
    """The source of a municipality's budget files in a folder under the configured one."""
    return source(
        municipality,
        BUDGET,
        f"Προϋπολογισμός – {municipality.name_el}",
        f"file:///{folder}",
        {"municipality": municipality.slug, "folder": folder},
        notes="Τα αρχεία προϋπολογισμού και εκτέλεσης του δήμου.",
        dry_run=dry_run,
    )


def budgets_of_diavgeia(
    municipality: Municipality, url: str | None, first: str | None, *, dry_run: bool
) -> Step:
    """The source of the budgets among a municipality's acts.

    Args:
        municipality: whose source.
        url: address of the API; None for the configured one.
        first: first issue date, ISO; None for 1 January of last year.
        dry_run: change nothing, only say what would be done.
    """
    options = {key: value for key, value in (("url", url), ("first", first)) if value}
    return source(
        municipality,
        BUDGET,
        f"Προϋπολογισμός από τη Διαύγεια – {municipality.name_el}",
        url or our_config.base_url(),
        {"municipality": municipality.slug, "diavgeia": options},
        notes="Ο προϋπολογισμός και οι μηνιαίες καταστάσεις εκτέλεσής του, από τα έγγραφα των"
        " πράξεων της Διαύγειας.",
        dry_run=dry_run,
    )


def source_name(municipality: Municipality, kind: str) -> str:
    """Name of the source that the set-up makes."""
    return f"{kind.replace('_', '-')}-{municipality.slug}"
