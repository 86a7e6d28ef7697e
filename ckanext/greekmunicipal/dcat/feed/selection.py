"""Which datasets are exported, and in which state each one is: asked of CKAN's database.

States are made of PostgreSQL's row versions (``xmin``): every write changes
them, whoever made it and whether or not a hook was called. CKAN writes the row
of a dataset when its tags change, so these are not asked for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal.dcat.feed import settings


@dataclass(frozen=True)
class Row:
    """A dataset that is exported.

    Attributes:
        id: id of the package.
        state: changes whenever the dataset or one of its resources is written.
        modified: ``metadata_modified``, UTC without a zone.
        organization: id of the owning organisation.
    """

    id: str
    state: str
    modified: dt.datetime
    organization: str | None


@dataclass(frozen=True)
class Filter:
    """Which of the exported datasets are wanted.

    Attributes:
        high_value: only those with an HVD category.
        since: only those changed at or after this instant (UTC without a zone).
    """

    high_value: bool = False
    since: dt.datetime | None = None


@dataclass(frozen=True)
class Totals:
    """What is said of the catalogue as a whole.

    Attributes:
        count: datasets that are exported.
        modified: newest ``metadata_modified`` of them.
    """

    count: int
    modified: dt.datetime | None


@dataclass(frozen=True)
class Selected:
    """What a page is made of.

    Attributes:
        rows: its datasets.
        organizations: see :func:`organizations_state`.
        totals: of the whole catalogue, if they were asked for.
    """

    rows: tuple[Row, ...]
    organizations: str
    totals: Totals | None


def after(cursor: str, most: int, wanted: Filter) -> list[Row]:
    """The first rows behind an id, in the order of the ids.

    Args:
        cursor: id of a dataset, there still or not; empty for the beginning.
        most: how many at most.
        wanted: which of them.
    """
    return [Row(*row) for row in _rows(_behind(wanted), "ASC", most, wanted, cursor)]


def page(cursor: str, most: int, wanted: Filter, *, backwards: bool, count: bool) -> Selected:
    """The rows behind an id, or before it, with what is said beside them, in one question.

    Args:
        cursor: id of a dataset, there still or not; empty for the beginning.
        most: how many at most.
        wanted: which of them.
        backwards: the last ones before the id instead of the first ones behind it.
        count: whether the totals are wanted.
    """
    exported = _exported(wanted)
    more = f", ({_ORGANIZATIONS})"
    if count:
        # One column, since a question within a question has no two.
        more += (
            ", (SELECT ARRAY[count(*)::text,"
            " to_char(max(p.metadata_modified), 'YYYY-MM-DD\"T\"HH24:MI:SS.US')]"
            f" FROM package p WHERE {exported})"
        )
    condition = f"{exported} AND p.id < %(cursor)s" if backwards else _behind(wanted)
    found = _rows(condition, "DESC" if backwards else "ASC", most, wanted, cursor, more)
    if not found:
        return Selected((), organizations_state(), totals(wanted) if count else None)
    rows = tuple(Row(*row[:4]) for row in (found[::-1] if backwards else found))
    return Selected(rows, found[0][4], _totals(*found[0][5]) if count else None)


def _totals(count: str, modified: str | None) -> Totals:
    return Totals(int(count), dt.datetime.fromisoformat(modified) if modified else None)


def one(package_id: str) -> Row | None:
    """A dataset that is public, whichever family it is of; by id or name."""
    condition = f"{_PUBLIC} AND (p.id = %(cursor)s OR p.name = %(cursor)s)"
    found = _rows(condition, "ASC", 1, Filter(), package_id)
    return Row(*found[0]) if found else None


def totals(wanted: Filter) -> Totals:
    """Number of exported datasets and their newest change."""
    [(count, modified)] = _ask(
        f"SELECT count(*), max(p.metadata_modified) FROM package p WHERE {_exported(wanted)}",
        _parameters(wanted),
    )
    return Totals(count, modified)


def organizations_state() -> str:
    """A text that changes whenever any organisation is made, written or deleted."""
    return _ask(_ORGANIZATIONS, {})[0][0]


def organization_states(rows: Iterable[Row]) -> dict[str, str]:
    """By organisation of the rows, a text that changes when it or its parent is written."""
    states = (
        f"SELECT g.id, concat_ws('.', g.xmin, parent.xmin, {_extra_states('group', 'g.id')})"
        f' FROM "group" g LEFT JOIN "group" parent ON parent.name = {_parent()}'
        " WHERE g.id = ANY(%(ids)s)"
    )
    return dict(_ask(states, {"ids": sorted({row.organization or "" for row in rows})}))


def still_exported(ids: Sequence[str]) -> int:
    """How many of the datasets are exported now."""
    [(count,)] = _ask(
        f"SELECT count(*) FROM package p WHERE {_exported(Filter())} AND p.id = ANY(%(ids)s)",
        {**_parameters(Filter()), "ids": list(ids)},
    )
    return count


def resource_flags(ids: Sequence[str]) -> dict[str, set[tuple[str, bool]]]:
    """Resources of datasets as the database has them: id, and whether they have a table."""
    found: dict[str, set[tuple[str, bool]]] = {each: set() for each in ids}
    for package_id, resource_id, active in _ask(
        "SELECT r.package_id, r.id, nullif(r.extras, '')::json->>'datastore_active'"
        " FROM resource r WHERE r.state = 'active' AND r.package_id = ANY(%(ids)s)",
        {"ids": list(ids)},
    ):
        found[package_id].add((resource_id, active == "true"))
    return found


def organizations(ids: Sequence[str | None]) -> dict[str, dict[str, Any]]:
    """Organisations as ``package_show`` puts them into a dataset, as they are now."""
    names = ("id", "name", "title", "type", "description", "image_url", "state")
    rows = _ask(
        f'SELECT {", ".join("g." + name for name in names)}, g.created FROM "group" g'
        " WHERE g.id = ANY(%(ids)s)",
        {"ids": sorted({each for each in ids if each})},
    )
    return {
        row[0]: {
            **dict(zip(names, row[:-1], strict=True)),
            "is_organization": True,
            "created": row[-1].isoformat() if row[-1] else None,
        }
        for row in rows
    }


_PUBLIC = "p.state = 'active' AND p.private IS FALSE AND p.type = ANY(%(types)s)"


_ORGANIZATIONS = (
    "SELECT concat_ws('.', count(*), max(g.xmin::text::bigint)) FROM \"group\" g"
    " WHERE g.is_organization AND g.state = 'active'"
)


def _behind(wanted: Filter) -> str:
    return f"{_exported(wanted)} AND p.id > %(cursor)s"


def _exported(wanted: Filter) -> str:
    """Condition of what is exported; extras are looked at only where they matter, for speed."""
    condition = _PUBLIC
    if settings.excluded_families():
        condition += f" AND NOT coalesce({_extra('family')}, '') = ANY(%(families)s)"
    if wanted.high_value:
        condition += f" AND coalesce({_extra('hvd_category')}, '') ~ '[a-z]'"
    if wanted.since is not None:
        condition += " AND p.metadata_modified >= %(since)s"
    return condition


def _parameters(wanted: Filter) -> dict[str, Any]:
    return {
        "types": list(settings.EXPORTED_TYPES),
        "families": list(settings.excluded_families()),
        "since": wanted.since,
    }


def _rows(
    condition: str, direction: str, most: int, wanted: Filter, cursor: str, more: str = ""
) -> list[Any]:
    statement = (
        "WITH page AS (SELECT p.id, p.xmin AS version, p.metadata_modified, p.owner_org"
        f" FROM package p WHERE {condition} ORDER BY p.id {direction} LIMIT %(most)s)"
        " SELECT page.id, concat_ws('/', page.version,"
        " (SELECT string_agg(r.xmin::text, ',' ORDER BY r.id) FROM resource r"
        f" WHERE r.package_id = page.id), {_extra_states('package', 'page.id')}),"
        f" page.metadata_modified, page.owner_org{more} FROM page ORDER BY page.id {direction}"
    )
    return _ask(statement, {**_parameters(wanted), "cursor": cursor, "most": most})


@cache
def _has_extra_columns() -> bool:
    """Whether extras are a column, as from CKAN 2.12 on, and not a table."""
    return tk.check_ckan_version(min_version="2.12")


def _extra(name: str) -> str:
    if _has_extra_columns():
        return f"p.extras->>'{name}'"
    return (
        "(SELECT e.value FROM package_extra e WHERE e.package_id = p.id"
        f" AND e.key = '{name}' AND e.state = 'active')"
    )


def _parent() -> str:
    if _has_extra_columns():
        return "g.extras->>'parent_body'"
    return (
        "(SELECT e.value FROM group_extra e WHERE e.group_id = g.id"
        " AND e.key = 'parent_body' AND e.state = 'active')"
    )


def _extra_states(table: str, owner: str) -> str:
    """Versions of the extras that a table of their own holds."""
    if _has_extra_columns():
        return "NULL"
    return (
        f"(SELECT string_agg(e.xmin::text, ',' ORDER BY e.id) FROM {table}_extra e"
        f" WHERE e.{table}_id = {owner})"
    )


def _ask(statement: str, parameters: Mapping[str, Any]) -> list[Any]:
    """Rows of a statement, in the transaction of the request, past the overhead of the ORM."""
    connection: Any = model.Session.connection().connection
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()
