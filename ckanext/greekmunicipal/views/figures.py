"""Figures and lists of the home page and of a municipality's page.

Each function asks a fixed number of questions, however many municipalities
and datasets there are.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan import model
from ckanext.datastore.backend.postgres import get_read_engine
from sqlalchemy import Text, cast, func, text

from ckanext.greekmunicipal import municipalities as register
from ckanext.greekmunicipal.greek.sorting import sort_key
from ckanext.greekmunicipal.schemas import choices, organizations

# More datasets of one organisation than this are reached by search.
DATASETS_SHOWN = 100


@dataclass(frozen=True)
class PortalFigures:
    """What the home page says about the whole portal.

    Attributes:
        municipalities: municipalities that have an organisation here.
        datasets: public datasets.
        acts: acts in the tables, as PostgreSQL last counted them.
        updated: day of the last change of a dataset, if there is one.
    """

    municipalities: int
    datasets: int
    acts: int
    updated: dt.date | None


def portal_figures() -> PortalFigures:
    """Headline figures of the portal."""
    public = (
        model.Session.query(func.count(model.Package.id), func.max(model.Package.metadata_modified))
        .filter(model.Package.state == "active", model.Package.private.is_(False))
        .filter(model.Package.type == "dataset")
        .one()
    )
    return PortalFigures(
        municipalities=len(organizations.municipal_organizations()),
        datasets=public[0],
        acts=_acts(),
        updated=public[1].date() if public[1] else None,
    )


def municipalities_by_region() -> list[dict[str, Any]]:
    """Municipalities of this portal, by region and name, each with its datasets.

    Returns:
        One entry a region: ``el``, ``en`` and ``municipalities``, whose entries
        have ``name`` (of the organisation), ``el``, ``en`` and ``datasets``.
    """
    counts = _dataset_counts()
    regions: dict[str, dict[str, Any]] = {}
    for organization in organizations.municipal_organizations():
        try:
            entry = register.by_slug(organization.extras[organizations.KEY])
        except KeyError:
            continue
        region = regions.setdefault(
            entry.region_el, {"el": entry.region_el, "en": entry.region_en, "municipalities": []}
        )
        region["municipalities"].append(
            {
                "name": organization.name,
                "el": entry.common_name_el,
                "en": entry.name_en.removeprefix("Municipality of "),
                "datasets": counts.get(organization.id, 0),
            }
        )
    for region in regions.values():
        region["municipalities"].sort(key=lambda municipality: sort_key(municipality["el"]))
    return sorted(regions.values(), key=lambda region: sort_key(region["el"]))


def datasets_by_family(organization: str) -> list[dict[str, Any]]:
    """Datasets of an organisation in the order of the families, the rest at the end.

    Args:
        organization: name of the organisation.

    Returns:
        One entry a family that has datasets: ``choice`` (None for the rest)
        and ``datasets`` as ``package_search`` gives them.
    """
    found = tk.get_action("package_search")(
        {},
        {
            "fq": f'organization:"{organization}" +dataset_type:dataset',
            "rows": DATASETS_SHOWN,
            "sort": "title_string asc",
        },
    )["results"]
    groups: dict[str, list[dict[str, Any]]] = {}
    for dataset in found:
        groups.setdefault(dataset.get("family") or "", []).append(dataset)
    ordered = [
        {"choice": family, "datasets": groups.pop(family.value)}
        for family in choices.act_families().all
        if family.value in groups
    ]
    rest = [dataset for datasets in groups.values() for dataset in datasets]
    return [*ordered, {"choice": None, "datasets": rest}] if rest else ordered


def last_harvest(organization_id: str) -> dt.datetime | None:
    """When a harvest of one of the organisation's sources last ended (UTC)."""
    if not p.plugin_loaded("harvest"):
        return None
    from ckanext.harvest.model import HarvestJob

    return (
        model.Session.query(func.max(HarvestJob.finished))
        .join(model.Package, model.Package.id == HarvestJob.source_id)
        .filter(model.Package.owner_org == organization_id)
        .scalar()
    )


def _acts() -> int:
    """Rows of all public tables of acts, from the statistics: counting them would read them."""
    tables = (
        model.Session.query(model.Resource.id)
        .join(model.Package, model.Package.id == model.Resource.package_id)
        .filter(model.Package.state == "active", model.Package.private.is_(False))
        .filter(model.Resource.state == "active")
        .filter(cast(model.Resource.extras, Text).like('%"table": "acts"%'))
    )
    names = [row.id for row in tables]
    if not names:
        return 0
    statement = text(
        "SELECT coalesce(sum(greatest(reltuples, 0)), 0)::bigint FROM pg_class"
        " WHERE relkind = 'r' AND relname = ANY(:names)"
    )
    with get_read_engine().connect() as connection:
        return int(connection.execute(statement, {"names": names}).scalar() or 0)


def _dataset_counts() -> dict[str, int]:
    query = (
        model.Session.query(model.Package.owner_org, func.count(model.Package.id))
        .filter(model.Package.state == "active", model.Package.private.is_(False))
        .filter(model.Package.type == "dataset")
        .group_by(model.Package.owner_org)
    )
    return {row[0]: row[1] for row in query}
