"""One act: its lines, the expense that it is a step of, its changes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from psycopg2 import sql

from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.diavgeia.rows import LINES_COLUMNS
from ckanext.greekmunicipal.greek import row_search
from ckanext.greekmunicipal.views.acts import body as bodies
from ckanext.greekmunicipal.views.acts import conditions
from ckanext.greekmunicipal.views.acts.body import Body, Table
from ckanext.greekmunicipal.views.acts.listing import COLUMNS, Act, read_row
from ckanext.greekmunicipal.views.acts.money import STAGES

LINE_COLUMNS = tuple(column.name for column in LINES_COLUMNS)
MOST_LINES = 500
MOST_CHANGES = 100
# Of a chain: acts, and steps in one direction.
MOST_ACTS = 60
MOST_STEPS = 5
_ACT_NAMES = datastore.identifiers(COLUMNS)


@dataclass(frozen=True)
class Change:
    """An entry of the version log: when an act changed, and where; never what stood there."""

    seen_at: dt.datetime
    status: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """A stage of an expense, with the acts of it that are known.

    Attributes:
        family: slug of the stage.
        acts: by issue date.
    """

    family: str
    acts: tuple[Act, ...]


@dataclass(frozen=True)
class Chain:
    """Acts that are steps of one expense.

    Attributes:
        steps: in the order of the stages.
        missing: numbers of acts that are named, but are not among the acts of the body here.
        is_cut: there are more.
    """

    steps: tuple[Step, ...]
    missing: tuple[str, ...]
    is_cut: bool


@dataclass(frozen=True)
class Whole:
    """An act with all that belongs to it.

    Attributes:
        act: its row.
        lines: its lines of money, by name of the column.
        more_lines: lines that are not shown.
        chain: the expense that it is a step of.
        changes: since it was first read, the last one first.
    """

    act: Act
    lines: tuple[dict[str, Any], ...]
    more_lines: int
    chain: Chain
    changes: tuple[Change, ...]

    @property
    def may_concern_person(self) -> bool:
        """Whether search engines must stay away."""
        return self.act.may_concern_person or any(
            line["counterparty_kind"] == "natural" for line in self.lines
        )


def find(body: Body, ada: str) -> Whole | None:
    """An act of a body; None if it has no such act that the reader may see."""
    with bodies.reading() as cursor:
        found = _by_number(cursor, body.tables, [ada])
        if not found:
            return None
        [act] = found
        lines, more = _lines(cursor, body, act)
        return Whole(act, lines, more, _chain(cursor, body, act), _changes(cursor, body, ada))


def _by_number(cursor: Any, tables: tuple[Table, ...], adas: list[str]) -> list[Act]:
    parts = [
        sql.SQL("SELECT {family}, {names} FROM {table} WHERE ada = ANY(%(adas)s)").format(
            family=sql.Literal(table.family), names=_ACT_NAMES, table=sql.Identifier(table.acts)
        )
        for table in tables
    ]
    cursor.execute(conditions.union(parts), {"adas": adas})
    return [read_row(row) for row in cursor.fetchall()]


def _lines(cursor: Any, body: Body, act: Act) -> tuple[tuple[dict[str, Any], ...], int]:
    [table] = body.of([act.family])
    if table.lines is None:
        return (), 0
    cursor.execute(
        sql.SQL(
            "SELECT {names}, count(*) OVER () FROM {table} WHERE ada = %s ORDER BY line_no LIMIT %s"
        ).format(names=datastore.identifiers(LINE_COLUMNS), table=sql.Identifier(table.lines)),
        (act.ada, MOST_LINES),
    )
    rows = cursor.fetchall()
    lines = tuple(dict(zip(LINE_COLUMNS, row[:-1], strict=True)) for row in rows)
    return lines, (rows[0][-1] - len(rows)) if rows else 0


def _chain(cursor: Any, body: Body, act: Act) -> Chain:
    """What leads to an act, and what comes of it; not what else comes of what leads to it."""
    known = {act.ada: act}
    named = set(act.related)
    cut = False
    wanted = set(act.related)
    for _ in range(MOST_STEPS):
        wanted -= known.keys()
        if not wanted:
            break
        found = _by_number(cursor, body.tables, sorted(wanted)[:MOST_ACTS])
        known |= {each.ada: each for each in found}
        wanted = {ada for each in found for ada in each.related}
        named |= wanted
    before = {act.ada}
    for _ in range(MOST_STEPS):
        found = [each for each in _naming(cursor, body, before) if each.ada not in known]
        if not found:
            break
        room = MOST_ACTS - len(known)
        cut = cut or len(found) > room
        known |= {each.ada: each for each in found[: max(room, 0)]}
        before = {each.ada for each in found[: max(room, 0)]}
        if not before:
            break
    return Chain(_in_stages(list(known.values())), tuple(sorted(named - known.keys())), cut)


def _naming(cursor: Any, body: Body, adas: set[str]) -> list[Act]:
    """Acts that name one of some acts; the index of words finds them, the column decides."""
    words = " | ".join(
        f"({row_search.plain_query(ada, row_search.row_forms)})" for ada in sorted(adas)
    )
    parts = [
        sql.SQL(
            "(SELECT {family} AS family, {names} FROM {table}"
            " WHERE related_ada IS NOT NULL AND _full_text @@ to_tsquery('simple', %(words)s)"
            " AND string_to_array(related_ada, ';') && %(adas)s"
            " ORDER BY issue_date, ada LIMIT %(most)s)"
        ).format(
            family=sql.Literal(table.family), names=_ACT_NAMES, table=sql.Identifier(table.acts)
        )
        for table in body.tables
    ]
    query = sql.SQL("SELECT * FROM ({}) AS found ORDER BY issue_date, ada LIMIT %(most)s").format(
        conditions.union(parts)
    )
    cursor.execute(query, {"words": words, "adas": sorted(adas), "most": MOST_ACTS + 1})
    return [read_row(row) for row in cursor.fetchall()]


def _in_stages(acts: list[Act]) -> tuple[Step, ...]:
    families = [*STAGES, *sorted({act.family for act in acts} - set(STAGES))]
    steps = []
    for family in families:
        found = sorted(
            (act for act in acts if act.family == family),
            key=lambda act: (act.issue_date or dt.date.min, act.ada),
        )
        if found:
            steps.append(Step(family, tuple(found)))
    return tuple(steps)


def _changes(cursor: Any, body: Body, ada: str) -> tuple[Change, ...]:
    cursor.execute(
        "SELECT seen_at, status, changed_columns FROM greekmunicipal.version_log"
        " WHERE ada = %s AND organization_uid = %s ORDER BY id DESC LIMIT %s",
        (ada, body.uid, MOST_CHANGES),
    )
    return tuple(
        Change(seen_at, status or "", tuple(columns)) for seen_at, status, columns in cursor
    )
