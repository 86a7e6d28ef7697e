"""Datasets as dicts, as cheaply as they can be had and never older than the database."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchError

from ckanext.greekmunicipal.dcat.feed import selection
from ckanext.greekmunicipal.dcat.feed.selection import Row

log = logging.getLogger(__name__)

Dataset = dict[str, Any]


def datasets(rows: Sequence[Row]) -> dict[str, Dataset]:
    """The datasets of rows, by id.

    The search index keeps each dataset as it was validated, which saves
    reading and validating it again. It may lag behind the database: a copy
    that differs in date, resources or tables is not used.

    Args:
        rows: public datasets.

    Returns:
        Those that are still there.
    """
    if not rows:
        return {}
    copies = _from_index([row.id for row in rows])
    flags = selection.resource_flags([row.id for row in rows])
    owners = selection.organizations([row.organization for row in rows])
    found: dict[str, Dataset] = {}
    for row in rows:
        dataset = copies.get(row.id)
        if dataset is None or not _is_current(dataset, row, flags[row.id]):
            dataset = show(row.id)
        if dataset is None:
            continue
        if row.organization in owners:
            # In the index it has the title of the time at which the dataset was indexed.
            dataset["organization"] = owners[row.organization]
        found[row.id] = dataset
    return found


def show(package_id: str) -> Dataset | None:
    """A public dataset as the database has it, None when it has gone meanwhile."""
    context: Any = {"ignore_auth": True, "user": "", "use_cache": False}
    try:
        return tk.get_action("package_show")(context, {"id": package_id})
    except tk.ObjectNotFound:
        return None


def _from_index(ids: Sequence[str]) -> dict[str, Dataset]:
    query = {
        "q": "*:*",
        "fq_list": [f"id:({' OR '.join(_quoted(each) for each in ids)})"],
        "rows": len(ids),
        "facet": "false",
    }
    context: Any = {"ignore_auth": True, "user": ""}
    try:
        found = tk.get_action("package_search")(context, query)["results"]
    except (SearchError, tk.ValidationError) as error:
        log.warning("The search index gave no datasets for the feed, reading each: %s", error)
        return {}
    return {dataset["id"]: dataset for dataset in found}


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _is_current(dataset: Mapping[str, Any], row: Row, flags: set[tuple[str, bool]]) -> bool:
    if dataset.get("metadata_modified") != row.modified.isoformat():
        return False
    here = {
        (each["id"], bool(each.get("datastore_active"))) for each in dataset.get("resources") or ()
    }
    return here == flags
