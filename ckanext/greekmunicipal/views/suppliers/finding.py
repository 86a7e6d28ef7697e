"""What bodies wrote of a legal entity in their lines of money: over all public tables.

Only lines whose party is a legal entity are asked for: of a person no number is stored, and a
number that some line calls a person's finds nothing here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

import ckan.model as model
from psycopg2 import sql

from ckanext.greekmunicipal.harvesters.acts_store import ACTS, LINES
from ckanext.greekmunicipal.harvesters.identity import package_id, resource_id
from ckanext.greekmunicipal.views.acts import body as bodies
from ckanext.greekmunicipal.views.acts import conditions
from ckanext.greekmunicipal.views.acts.asking import Asked
from ckanext.greekmunicipal.views.acts.body import KEPT, Body
from ckanext.greekmunicipal.views.acts.money import LEFT_OUT, STAGES

Found = TypeVar("Found")

# Tables asked in one query.
AT_ONCE = 40
MOST_LISTED = 100
MOST_IN_FILE = 20_000
MOST_LINES = 50_000
# A line counts unless its act is left out of all totals, or it is in another currency.
_COUNTS = (
    "NOT (coalesce(string_to_array(a.flags, ';') && %(left_out)s, FALSE)"
    " OR coalesce(string_to_array(l.flags, ';') && %(left_out)s, FALSE)"
    " OR coalesce(l.currency, 'EUR') <> 'EUR')"
)
_LEGAL = "l.counterparty_kind = 'legal' AND l.counterparty_afm = %(afm)s"


@dataclass(frozen=True)
class Source:
    """Tables of one stage of a body that anybody may see."""

    organization: str
    family: str
    acts: str
    lines: str


@dataclass(frozen=True)
class Part:
    """What a body wrote of a legal entity in one stage and year.

    Attributes:
        organization: id of the body's organisation.
        family: slug of the stage.
        year: of issue; None if unknown.
        name: as the body writes it.
        country: where the entity is registered, as the body writes it.
        acts: number of acts.
        amount: EUR of the lines that count.
        left_out: lines whose amount does not count.
    """

    organization: str
    family: str
    year: int | None
    name: str
    country: str
    acts: int
    amount: Decimal | None
    left_out: int


@dataclass(frozen=True)
class Listed:
    """A legal entity in a list: what a body wrote of it in one stage."""

    afm: str
    name: str
    country: str
    acts: int
    amount: Decimal | None


# Bodies of the ledger, each by one step in its index.
_BODIES = """
WITH RECURSIVE body AS (
    (SELECT organization_uid AS uid FROM greekmunicipal.act_ledger ORDER BY 1 LIMIT 1)
    UNION ALL
    SELECT (SELECT organization_uid FROM greekmunicipal.act_ledger
        WHERE organization_uid > body.uid ORDER BY 1 LIMIT 1)
    FROM body WHERE body.uid IS NOT NULL
) SELECT uid FROM body WHERE uid IS NOT NULL
"""


def sources() -> tuple[Source, ...]:
    """Tables of lines in datasets that anybody may see."""
    with bodies.reading() as cursor:
        cursor.execute(_BODIES)
        uids = [uid for (uid,) in cursor.fetchall()]
        wanted = {package_id(uid, stage): (uid, stage) for uid in uids for stage in STAGES}
        rows = model.Session.query(model.Package.id, model.Package.owner_org).filter(
            model.Package.id.in_(wanted),
            model.Package.state == model.State.ACTIVE,
            model.Package.private.is_(False),
        )
        found = []
        for package, owner in rows.all():
            uid, stage = wanted[package]
            acts, lines = (resource_id(uid, stage, name) for name in (ACTS, LINES))
            found.append(Source(owner or "", stage, acts, lines))
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname = ANY(%s)",
            ([name for each in found for name in (each.acts, each.lines)],),
        )
        there = {name for (name,) in cursor.fetchall()}
    return tuple(each for each in found if {each.acts, each.lines} <= there)


def parts(afm: str) -> tuple[Part, ...]:
    """What all bodies wrote of a legal entity; empty if it is none, or nobody wrote of it."""
    known = sources()

    def ask() -> tuple[Part, ...]:
        query = sql.SQL(
            "SELECT {organization}, {family}, l.year, coalesce(l.counterparty_name, ''),"
            " coalesce(l.counterparty_country, ''), count(DISTINCT l.ada),"
            " sum(l.amount) FILTER (WHERE " + _COUNTS + "),"
            " count(*) FILTER (WHERE l.amount IS NOT NULL AND NOT (" + _COUNTS + "))"
            " FROM {lines} AS l JOIN {acts} AS a USING (ada) WHERE " + _LEGAL + " GROUP BY 3, 4, 5"
        )
        rows = _of_all(known, query, {"afm": afm, "left_out": list(LEFT_OUT)})
        return tuple(Part(*row) for row in rows)

    return _kept(("supplier", afm), known, ask)


def lines(afm: str) -> Iterator[tuple[Any, ...]]:
    """Each line of a legal entity: organisation, family, act, issue date, line, as a file has them."""
    query = sql.SQL(
        "(SELECT {organization}, {family}, l.ada, a.issue_date, l.line_no, l.role,"
        " l.counterparty_name, l.counterparty_country, l.amount, l.currency, l.kae, l.cpv,"
        " l.flags, a.flags, a.act_url FROM {lines} AS l JOIN {acts} AS a USING (ada)"
        " WHERE " + _LEGAL + " ORDER BY a.issue_date DESC, l.ada, l.line_no LIMIT %(most)s)"
    )
    left = MOST_LINES
    for row in _of_all(sources(), query, {"afm": afm, "most": MOST_LINES}):
        if not left:
            return
        left -= 1
        yield row


def of_body(
    body: Body, family: str, year: int | None, q: str, *, foreign: bool, most: int
) -> tuple[Listed, ...]:
    """Legal entities of one stage of a body, those with most money first.

    Args:
        body: what may be seen.
        family: slug of the stage.
        year: of issue; None is all.
        q: words of the name, or the tax number.
        foreign: only those that are registered abroad.
        most: entities at most.
    """
    tables = [each for each in body.of([family]) if each.lines]
    if not tables:
        return ()
    [table] = tables

    def ask() -> tuple[Listed, ...]:
        words = conditions.words_of(Asked(q=q))
        wanted = [sql.SQL("l.counterparty_kind = 'legal'")]
        if year is not None:
            wanted.append(sql.SQL("l.year = %(year)s"))
        if q:
            found = "l._full_text @@ to_tsquery('simple', %(words)s)" if words else "FALSE"
            wanted.append(sql.SQL(found))
        if foreign:
            wanted.append(sql.SQL("l.counterparty_country <> ALL(%(greece)s)"))
        query = sql.SQL(
            "SELECT coalesce(l.counterparty_afm, ''), max(l.counterparty_name),"
            " coalesce(max(l.counterparty_country), ''), count(DISTINCT l.ada),"
            " sum(l.amount) FILTER (WHERE " + _COUNTS + ") FROM {lines} AS l"
            " JOIN {acts} AS a USING (ada) WHERE {wanted}"
            " GROUP BY coalesce(l.counterparty_afm, ''),"
            " CASE WHEN l.counterparty_afm IS NULL THEN l.counterparty_name END"
            " ORDER BY 5 DESC NULLS LAST, 1, 2 LIMIT %(most)s"
        ).format(
            lines=sql.Identifier(table.lines or ""),
            acts=sql.Identifier(table.acts),
            wanted=sql.SQL(" AND ").join(wanted),
        )
        values = {
            "left_out": list(LEFT_OUT), "year": year, "words": words, "most": most,
            "greece": list(conditions.GREECE),
        }  # fmt: skip
        with bodies.reading() as cursor:
            cursor.execute(query, values)
            return tuple(
                Listed(afm, name or "", country, acts, amount)
                for afm, name, country, acts, amount in cursor.fetchall()
            )

    key = ("suppliers", family, year, q, foreign, most)
    return bodies.keep(body, key, ask, weight=MOST_LISTED)


def years_of(body: Body, family: str) -> tuple[int, ...]:
    """Years of which a stage of a body has lines, the last first."""
    tables = [each for each in body.of([family]) if each.lines]
    if not tables:
        return ()

    def ask() -> tuple[int, ...]:
        with bodies.reading() as cursor:
            cursor.execute(
                sql.SQL(
                    "SELECT DISTINCT year FROM {} WHERE year IS NOT NULL ORDER BY 1 DESC"
                ).format(sql.Identifier(tables[0].lines or ""))
            )
            return tuple(year for (year,) in cursor.fetchall())

    return bodies.keep(body, ("supplier-years", family), ask)


def _of_all(
    known: Sequence[Source], query: sql.SQL, values: dict[str, Any]
) -> Iterator[tuple[Any, ...]]:
    for at in range(0, len(known), AT_ONCE):
        selected = [
            query.format(
                organization=sql.Literal(each.organization),
                family=sql.Literal(each.family),
                lines=sql.Identifier(each.lines),
                acts=sql.Identifier(each.acts),
            )
            for each in known[at : at + AT_ONCE]
        ]
        with bodies.reading() as cursor:
            cursor.execute(conditions.union(selected), values)
            rows = cursor.fetchall()
        yield from rows


def _kept(key: tuple[Any, ...], known: Sequence[Source], make: Callable[[], Found]) -> Found:
    """What was made of all tables, made once for their state."""
    with bodies.reading() as cursor:
        cursor.execute(
            "SELECT md5(string_agg(resource_id || ':' || revision, ' ' ORDER BY resource_id))"
            " FROM greekmunicipal.table_revision WHERE resource_id = ANY(%s)",
            ([each.lines for each in known],),
        )
        (state,) = cursor.fetchone()
    found = KEPT.get((*key, state))
    if found is None:
        found = make()
        KEPT.put((*key, state), found, 10)
    return found


__all__ = ["Listed", "Part", "lines", "of_body", "parts", "sources", "years_of"]
