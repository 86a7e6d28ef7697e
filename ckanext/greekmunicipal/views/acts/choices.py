"""What the acts of a body can be filtered by."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from psycopg2 import sql

from ckanext.greekmunicipal.views.acts import body as bodies
from ckanext.greekmunicipal.views.acts import conditions
from ckanext.greekmunicipal.views.acts.body import Body, Table

MOST_UNITS = 500


@dataclass(frozen=True)
class Choices:
    """What the acts of a body can be filtered by.

    Attributes:
        families: slugs, with their acts.
        types: uid, label and acts of each decision type.
        units: uid and acts of each unit, the busiest first.
        first: earliest issue date.
        last: latest issue date.
        has_foreign: whether some line names a country other than Greece.
    """

    families: tuple[tuple[str, int], ...]
    types: tuple[tuple[str, str, int], ...]
    units: tuple[tuple[str, int], ...]
    first: dt.date | None
    last: dt.date | None
    has_foreign: bool


def of(body: Body) -> Choices:
    """What the acts of a body can be filtered by."""
    return bodies.keep(body, ("choices",), lambda: _choices(body), weight=MOST_UNITS)


def _choices(body: Body) -> Choices:
    by_type: list[sql.Composable] = []
    by_unit: list[sql.Composable] = []
    for table in body.tables:
        name = sql.Identifier(table.acts)
        by_type.append(
            sql.SQL(
                "SELECT {family} AS family, decision_type, max(decision_type_label) AS label,"
                " count(*) AS n, min(issue_date) AS first, max(issue_date) AS last"
                " FROM {table} GROUP BY decision_type"
            ).format(family=sql.Literal(table.family), table=name)
        )
        by_unit.append(
            sql.SQL(
                "SELECT unnest(string_to_array(unit_uids, ';')) AS unit FROM {}"
                " WHERE unit_uids IS NOT NULL"
            ).format(name)
        )
    with bodies.reading() as cursor:
        cursor.execute(conditions.union(by_type))
        types = cursor.fetchall()
        cursor.execute(
            sql.SQL(
                "SELECT unit, count(*) FROM ({}) AS units GROUP BY unit ORDER BY 2 DESC, 1 LIMIT %s"
            ).format(conditions.union(by_unit)),
            (MOST_UNITS,),
        )
        units = tuple(cursor.fetchall())
        foreign = any(_has_foreign(cursor, table) for table in body.tables)
    in_family: dict[str, int] = {}
    for family, _, _, number, _, _ in types:
        in_family[family] = in_family.get(family, 0) + number
    return Choices(
        tuple(in_family.items()),
        tuple(sorted((uid, label or "", number) for _, uid, label, number, _, _ in types if uid)),
        units,
        min((row[4] for row in types if row[4]), default=None),
        max((row[5] for row in types if row[5]), default=None),
        foreign,
    )


def _has_foreign(cursor: Any, table: Table) -> bool:
    if table.lines is None:
        return False
    cursor.execute(
        sql.SQL(
            "SELECT EXISTS (SELECT FROM {} WHERE counterparty_kind <> 'none'"
            " AND counterparty_country <> ALL(%s))"
        ).format(sql.Identifier(table.lines)),
        (list(conditions.GREECE),),
    )
    return bool(cursor.fetchone()[0])
