"""The law's clock: how long acts wait to be posted, how many are corrected, revoked or late.

An act is valid only once it is posted (law 4727/2020, articles 75 to 83).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import ckan.plugins.toolkit as tk
from psycopg2 import sql

from ckanext.greekmunicipal.diavgeia.act import PUBLIC_STATUSES
from ckanext.greekmunicipal.views.acts import body as bodies
from ckanext.greekmunicipal.views.acts import conditions, wording
from ckanext.greekmunicipal.views.acts.body import Body
from ckanext.greekmunicipal.views.budget import figure
from ckanext.greekmunicipal.views.budget.figure import Column, Figure, Row

# Days: posted at once, within a month, so late that Diavgeia's search by default misses it.
SOON, MONTH, LATE = 1, 30, 180
_ACTS = (
    "SELECT {family} AS family, year, corrected_version_id IS NOT NULL AS corrected,"
    " NOT status = ANY(%(in_force)s) AS revoked,"
    " (publish_time AT TIME ZONE 'Europe/Athens')::date - issue_date AS days FROM {table}"
)
_FACTS = (
    "count(*), percentile_disc(0.5) WITHIN GROUP (ORDER BY days),"
    " percentile_disc(0.9) WITHIN GROUP (ORDER BY days), count(days),"
    " count(*) FILTER (WHERE days BETWEEN 0 AND %(soon)s),"
    " count(*) FILTER (WHERE days > %(month)s), count(*) FILTER (WHERE days > %(late)s),"
    " count(*) FILTER (WHERE days < 0), count(*) FILTER (WHERE corrected),"
    " count(*) FILTER (WHERE revoked)"
)


def by_year(body: Body) -> Figure:
    """Delays, corrections and revocations by year of issue."""
    rows = [
        Row((str(year or "–"), *_cells(facts))) for year, *facts in reversed(_asked(body, "year"))
    ]
    return Figure(
        "clock-years",
        tk._("By year of issue"),
        tk._("Days from the date of issue to the posting at Diavgeia."),
        (Column("year", tk._("Year"), figure.CODE), *_columns()),
        tuple(rows),
        notes=notes(),
    )


def by_family(body: Body) -> Figure:
    """Delays, corrections and revocations by family."""
    found = {family: facts for family, *facts in _asked(body, "family")}
    return Figure(
        "clock-families",
        tk._("By family"),
        tk._("All years."),
        (Column("family", tk._("Family"), figure.TEXT), *_columns()),
        tuple(
            Row((wording.family(table.family), *_cells(found[table.family])))
            for table in body.tables
            if table.family in found
        ),
    )


def notes() -> tuple[str, ...]:
    """How to read the figures."""
    return (
        tk._(
            "An act is valid only once it is posted at Diavgeia (law 4727/2020, articles 75–83)."
            " Late are acts posted more than {days} days after their issue."
        ).format(days=LATE),
        tk._(
            "The date of issue is as the body typed it: a date after the posting is a mistake, and"
            " stands in a column of its own."
        ),
    )


FIGURES = {"clock-years": by_year, "clock-families": by_family}


def _asked(body: Body, group: str) -> list[tuple[Any, ...]]:
    def ask() -> list[tuple[Any, ...]]:
        parts = [
            sql.SQL(_ACTS).format(
                family=sql.Literal(table.family), table=sql.Identifier(table.acts)
            )
            for table in body.tables
        ]
        query = sql.SQL(
            "SELECT {group}, " + _FACTS + " FROM ({acts}) AS a GROUP BY 1 ORDER BY 1"
        ).format(group=sql.Identifier(group), acts=conditions.union(parts))
        values = {"in_force": list(PUBLIC_STATUSES), "soon": SOON, "month": MONTH, "late": LATE}
        with bodies.reading() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall()

    return bodies.keep(body, ("clock", group), ask, weight=30)


def _columns() -> tuple[Column, ...]:
    return (
        Column("acts", tk._("Acts"), figure.NUMBER),
        Column("median_days", tk._("Half are posted within (days)"), figure.NUMBER),
        Column("ninth_decile_days", tk._("Nine in ten within (days)"), figure.NUMBER),
        Column("soon", tk._("Same or next day"), figure.SHARE),
        Column("over_a_month", tk._("After a month"), figure.SHARE),
        Column("late", tk._("Late"), figure.NUMBER),
        Column("dated_after_posting", tk._("Dated after the posting"), figure.NUMBER),
        Column("corrected", tk._("Corrected"), figure.SHARE),
        Column("revoked", tk._("Revoked"), figure.SHARE),
    )


def _cells(facts: list[Any]) -> tuple[figure.Cell, ...]:
    acts, median, decile, dated, soon, month, late, before, corrected, revoked = facts
    return (
        acts, median, decile, _share(soon, dated), _share(month, dated), late, before,
        _share(corrected, acts), _share(revoked, acts),
    )  # fmt: skip


def _share(part: int, whole: int) -> Decimal | None:
    return Decimal(part) / whole if whole else None
