"""First rows of a table, for a page that needs no JavaScript."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal.views import formats

ROWS = 10
# Longer cells are cut; the whole text is in the download.
CELL_LENGTH = 120


@dataclass(frozen=True)
class Preview:
    """The beginning of a table.

    Attributes:
        columns: name, label in the reader's language, whether its cells are numbers.
        rows: cells as text, in the order of the columns.
        total: number of rows in the whole table.
    """

    columns: tuple[Mapping[str, Any], ...]
    rows: tuple[tuple[str, ...], ...]
    total: int


def preview(resource: Mapping[str, Any], rows: int = ROWS) -> Preview | None:
    """The first rows of a resource's table in the DataStore.

    Args:
        resource: a resource dict.
        rows: how many rows at most.

    Returns:
        None when the resource has no table or the reader may not see it.
    """
    if not resource.get("datastore_active"):
        return None
    query: dict[str, Any] = {"resource_id": resource["id"], "limit": rows, "include_total": True}
    shape = _shapes().get(resource.get("table") or "")
    wanted = {"fields": shape["columns"].split(";"), "sort": shape["sort"]} if shape else {}
    # A table that somebody made by hand may lack a column of ours: then all it has is shown.
    found = _search(query | wanted) or (_search(query) if wanted else None)
    if found is None:
        return None
    fields = [field for field in found["fields"] if field["id"] != "_id"]
    filled = [f for f in fields if any(r.get(f["id"]) not in (None, "") for r in found["records"])]
    return Preview(
        columns=tuple(_column(field) for field in filled),
        rows=tuple(
            tuple(_cell(record.get(field["id"]), field) for field in filled)
            for record in found["records"]
        ),
        total=found.get("total", 0),
    )


def _search(query: dict[str, Any]) -> dict[str, Any] | None:
    try:
        return tk.get_action("datastore_search")({}, query)
    except (tk.ObjectNotFound, tk.NotAuthorized, tk.ValidationError):
        return None


@cache
def _shapes() -> dict[str, dict[str, str]]:
    """Which columns of our tables a reader wants first, and in which order of rows."""
    return {row["table"]: row for row in _rows("previews.csv")}


@cache
def _code_labels() -> dict[tuple[str, str], dict[str, str]]:
    """What the codes in our tables mean, for people."""
    return {(row["column"], row["code"]): row for row in _rows("codes.csv")}


def _rows(name: str) -> list[dict[str, str]]:
    with (Path(__file__).parent / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def columns(resource: Mapping[str, Any]) -> list[dict[str, str]]:
    """Name, label and kind of each column of a resource's table."""
    if not resource.get("datastore_active"):
        return []
    try:
        found = tk.get_action("datastore_search")({}, {"resource_id": resource["id"], "limit": 0})
    except (tk.ObjectNotFound, tk.NotAuthorized, tk.ValidationError):
        return []
    return [
        {"name": field["id"], "label": column_label(field), "kind": _kind(field["type"])}
        for field in found["fields"]
        if field["id"] != "_id"
    ]


def column_label(field: Mapping[str, Any]) -> str:
    """Label of a column from the data dictionary, in the reader's language."""
    info = field.get("info") or {}
    own = "label_el" if tk.h.lang().startswith("el") else "label_en"
    return info.get(own) or info.get("label") or field["id"]


def _column(field: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": field["id"],
        "label": column_label(field),
        "is_number": field["type"] in formats.NUMBER_TYPES,
    }


def _cell(value: Any, field: Mapping[str, Any]) -> str:
    if label := _code_labels().get((field["id"], str(value))):
        return label["label_el" if tk.h.lang().startswith("el") else "label_en"]
    shown = formats.cell(value, field["type"], field["id"])
    return shown if len(shown) <= CELL_LENGTH else shown[: CELL_LENGTH - 1].rstrip() + "…"


def _kind(type_name: str) -> str:
    if type_name in formats.NUMBER_TYPES:
        return tk._("number")
    if type_name in formats.DATE_TYPES:
        return tk._("date")
    return tk._("yes or no") if type_name in ("bool", "boolean") else tk._("text")
