"""With which rules the rows of a table are found, and filling them again after other rules came."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import ckan.model as model
from psycopg2 import sql

from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.greek import row_search
from ckanext.greekmunicipal.harvesters import acts_store, budget_store

BATCH = 2_000

TextOf = Callable[[tuple[Any, ...]], str]


@dataclass(frozen=True)
class Table:
    """A table of ours.

    Attributes:
        resource_id: its name.
        kind: ``acts``, ``lines`` or ``budget``.
        version: rules with which all its rows are filled; empty if they came before these.
    """

    resource_id: str
    kind: str
    version: str

    @property
    def is_fresh(self) -> bool:
        """Whether its rows are filled with the rules of today."""
        return self.version == row_search.VERSION


def tables() -> Iterator[Table]:
    """Tables of the portal that our loaders fill."""
    resource: Any = model.Resource
    found = (
        model.Session.query(resource.id, resource.extras)
        .filter(resource.url_type == datastore.URL_TYPE, resource.state == model.State.ACTIVE)
        .order_by(resource.id)
    )
    for resource_id, extras in found.all():
        kind = (extras or {}).get("table")
        if kind in _KINDS and datastore.table_exists(resource_id):
            with datastore.transaction() as cursor:
                yield Table(resource_id, kind, datastore.text_version(cursor, resource_id))


def refill(table: Table) -> int:
    """Fill what the rows of a table are found by, in one transaction.

    Args:
        table: one of ``tables()``.

    Returns:
        Number of rows.
    """
    spec, text_of = _KINDS[table.kind]
    target = sql.Identifier(table.resource_id)
    done = last = 0
    with datastore.transaction() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE refilled (id int4 PRIMARY KEY, found tsvector) ON COMMIT DROP"
        )
        while rows := _rows(cursor, target, spec.names, last):
            last = rows[-1][0]
            cursor.execute("TRUNCATE refilled")
            texts = ((row[0], text_of(tuple(row[1:]))) for row in rows)
            done += datastore.copy_rows(cursor, "refilled", ("id", "found"), texts)
            cursor.execute(
                sql.SQL(
                    "UPDATE {} SET _full_text = found FROM refilled WHERE refilled.id = _id"
                ).format(target)
            )
        datastore.note_text_version(cursor, table.resource_id)
    return done


def _rows(
    cursor: Any, target: sql.Identifier, names: Sequence[str], last: int
) -> list[tuple[Any, ...]]:
    cursor.execute(
        sql.SQL("SELECT _id, {} FROM {} WHERE _id > %s ORDER BY _id LIMIT %s").format(
            datastore.identifiers(names), target
        ),
        (last, BATCH),
    )
    return cursor.fetchall()


def _text_of_acts(row: tuple[Any, ...]) -> str:
    return acts_store.search_text(acts_store.ACTS, row)


def _text_of_lines(row: tuple[Any, ...]) -> str:
    return acts_store.search_text(acts_store.LINES, row)


_KINDS: dict[str, tuple[datastore.TableSpec, TextOf]] = {
    "acts": (acts_store.SPECS[acts_store.ACTS], _text_of_acts),
    "lines": (acts_store.SPECS[acts_store.LINES], _text_of_lines),
    "budget": (budget_store.SPEC, budget_store.search_text),
}
