"""Acts newest first, a page at a time, and how many there are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from psycopg2 import sql

from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.diavgeia.act import PUBLIC_STATUSES
from ckanext.greekmunicipal.diavgeia.families import STAFF
from ckanext.greekmunicipal.diavgeia.rows import ACTS_COLUMNS
from ckanext.greekmunicipal.views.acts import body as bodies
from ckanext.greekmunicipal.views.acts import conditions
from ckanext.greekmunicipal.views.acts.asking import Asked, Place
from ckanext.greekmunicipal.views.acts.body import Body

PAGE = 25
COLUMNS = tuple(column.name for column in ACTS_COLUMNS)
_NAMES = datastore.identifiers(COLUMNS)
# An act without a time of its posting stands at the end.
_NEVER = dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)
_TIME = sql.SQL("coalesce(publish_time, 'epoch'::timestamptz)")


@dataclass(frozen=True)
class Act:
    """An act as its row says, with the family that it stands in.

    Attributes:
        family: slug.
        values: by name of the column.
    """

    family: str
    values: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        """A cell of the row."""
        try:
            return self.__dict__["values"][name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def place(self) -> Place:
        """Its place in the list."""
        since = (self.values["publish_time"] or _NEVER) - _NEVER
        return Place(since // dt.timedelta(microseconds=1), self.values["ada"])

    @property
    def is_public(self) -> bool:
        """Whether it is in force, as far as Diavgeia says."""
        return self.values["status"] in PUBLIC_STATUSES

    @property
    def flag_names(self) -> tuple[str, ...]:
        """What was odd in it."""
        return tuple((self.values["flags"] or "").split(";")) if self.values["flags"] else ()

    @property
    def related(self) -> tuple[str, ...]:
        """Numbers of the acts that it names as its own."""
        text = self.values["related_ada"]
        return tuple(dict.fromkeys(text.split(";"))) if text else ()

    @property
    def may_concern_person(self) -> bool:
        """Whether search engines must stay away, as far as the act's own row says."""
        return bool(self.values["subject_withheld"] or self.family == STAFF or not self.is_public)


@dataclass(frozen=True)
class Listed:
    """A page of the list.

    Attributes:
        acts: newest first.
        newer: what the page of newer acts asks; None on the first.
        older: what the page of older acts asks; None on the last.
    """

    acts: tuple[Act, ...]
    newer: Asked | None
    older: Asked | None


def page(body: Body, asked: Asked, size: int = PAGE) -> Listed:
    """A page of the acts that are asked for.

    Args:
        body: what may be seen.
        asked: filters and place.
        size: acts of a page.
    """
    backwards = asked.before is not None
    found = _select(body, asked, size + 1, backwards=backwards)
    more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    newer = more if backwards else asked.after is not None
    older = True if backwards else more
    if not found:
        return Listed((), None, None)
    return Listed(
        tuple(found),
        replace(asked, after=None, before=found[0].place) if newer else None,
        replace(asked, before=None, after=found[-1].place) if older else None,
    )


def _select(body: Body, asked: Asked, most: int, *, backwards: bool) -> list[Act]:
    tables = conditions.tables_of(body, asked)
    if not tables:
        return []
    values = conditions.values_of(asked) | {"most_rows": most}
    place = asked.before or asked.after
    beyond: sql.Composable = sql.SQL("")
    if place:
        values |= {"posted": place.posted, "place": place.ada}
        beyond = sql.SQL(
            " AND ({time}, ada) {sign}"
            " ('epoch'::timestamptz + %(posted)s * interval '1 microsecond', %(place)s)"
        ).format(time=_TIME, sign=sql.SQL(">" if backwards else "<"))
    order = sql.SQL("{time} {way}, ada {way}").format(
        time=_TIME, way=sql.SQL("ASC" if backwards else "DESC")
    )
    parts = [
        sql.SQL(
            "(SELECT {family} AS family, {names} FROM {table} WHERE {where}{beyond}"
            " ORDER BY {order} LIMIT %(most_rows)s)"
        ).format(
            family=sql.Literal(table.family),
            names=_NAMES,
            table=sql.Identifier(table.acts),
            where=conditions.where(table, asked),
            beyond=beyond,
            order=order,
        )
        for table in tables
    ]
    query = sql.SQL("SELECT * FROM ({parts}) AS found ORDER BY {order} LIMIT %(most_rows)s").format(
        parts=conditions.union(parts), order=order
    )
    with bodies.reading() as cursor:
        cursor.execute(query, values)
        return [read_row(row) for row in cursor.fetchall()]


def read_row(row: Sequence[Any]) -> Act:
    """An act of a row: family, then the columns."""
    return Act(row[0], dict(zip(COLUMNS, row[1:], strict=True)))


def count(body: Body, asked: Asked) -> int:
    """How many acts are asked for."""
    tables = conditions.tables_of(body, asked)
    if not tables:
        return 0
    whole = replace(asked, after=None, before=None)

    def ask() -> int:
        parts = [
            sql.SQL("SELECT count(*) AS n FROM {table} WHERE {where}").format(
                table=sql.Identifier(table.acts), where=conditions.where(table, whole)
            )
            for table in tables
        ]
        query = sql.SQL("SELECT sum(n)::bigint FROM ({}) AS counts").format(conditions.union(parts))
        with bodies.reading() as cursor:
            cursor.execute(query, conditions.values_of(whole))
            return int(cursor.fetchone()[0] or 0)

    return bodies.keep(body, ("count", whole), ask)


def everything(body: Body, asked: Asked, most: int, step: int = 1_000) -> Iterator[list[Act]]:
    """The acts that are asked for, some at a time, newest first.

    Each step is a question of its own, so that a slow reader holds nothing open.

    Args:
        body: what may be seen.
        asked: filters.
        most: acts at most.
        step: acts at a time.
    """
    asked = replace(asked, before=None, after=None)
    done = 0
    while done < most:
        found = _select(body, asked, min(step, most - done), backwards=False)
        if not found:
            return
        yield found
        done += len(found)
        asked = replace(asked, after=found[-1].place)
