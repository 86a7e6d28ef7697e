"""Organisations and harvest sources of municipalities, made from the register."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal.harvesters.datasets import site_context
from ckanext.greekmunicipal.harvesters.identity import organization_id
from ckanext.greekmunicipal.municipalities import Municipality


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


def source_name(municipality: Municipality, kind: str) -> str:
    """Name of the source that the set-up makes."""
    return f"{kind.replace('_', '-')}-{municipality.slug}"
