"""Totals of acts by month and by stage: never summed across stages, with what is missing beside.

Stages are steps of the same money: a commitment, its approval and its payment are one expense.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import ckan.plugins.toolkit as tk
from psycopg2 import sql

from ckanext.greekmunicipal.diavgeia.act import PUBLIC_STATUSES
from ckanext.greekmunicipal.diavgeia.outliers import CODE, HUNDREDFOLD, TAX_NUMBER
from ckanext.greekmunicipal.views.acts import body as bodies
from ckanext.greekmunicipal.views.acts import conditions, wording
from ckanext.greekmunicipal.views.acts.asking import Asked
from ckanext.greekmunicipal.views.acts.body import Body
from ckanext.greekmunicipal.views.budget import figure
from ckanext.greekmunicipal.views.budget.figure import Column, Figure, Row

# Families with money, in the order in which it goes through them.
STAGES = ("commitments", "tenders", "awards", "expense-approvals", "payments")
# Of these an expense should lead back to the stage before.
LINKED = ("awards", "expense-approvals", "payments")
# Amounts that are no spending, or most likely wrong: counted apart, never repaired.
LEFT_OUT = (HUNDREDFOLD, TAX_NUMBER, CODE, "amount-outlier", "reversal", "recalls-commitment")
# Months of the chart; the file has all.
MOST_MONTHS = 36


@dataclass(frozen=True)
class Sums:
    """Acts of one stage in one month, or over all months.

    Attributes:
        acts: all of them.
        amount: EUR of those that count; None if none has an amount.
        counted: acts that have an amount and count.
        unknown: acts in force without an amount.
        left_out: acts in force whose amount is left out: likely wrong, reversals, other currencies.
        left_out_amount: what they state.
        revoked: acts that are not in force.
        withheld: subjects withheld.
        linked: acts that name another act as theirs.
        payroll: payments that the body declares as payroll or compensation of many.
        largest: EUR of the largest act that counts.
    """

    acts: int = 0
    amount: Decimal | None = None
    counted: int = 0
    unknown: int = 0
    left_out: int = 0
    left_out_amount: Decimal | None = None
    revoked: int = 0
    withheld: int = 0
    linked: int = 0
    payroll: int = 0
    largest: Decimal | None = None

    def plus(self, other: Sums) -> Sums:
        """Both together, of the same stage."""
        both = Sums(
            *(
                a if b is None else b if a is None else a + b
                for a, b in zip(_values(self), _values(other), strict=True)
            )
        )
        known = [each for each in (self.largest, other.largest) if each is not None]
        return replace(both, largest=max(known, default=None))


def _values(sums: Sums) -> tuple[Any, ...]:
    return tuple(getattr(sums, name) for name in Sums.__dataclass_fields__)


# Conditions on a row; %(...)s are parameters.
_IN_FORCE = "status = ANY(%(in_force)s)"
_ODD = (
    "(coalesce(string_to_array(flags, ';') && %(left_out)s, FALSE)"
    " OR coalesce(currency, 'EUR') <> 'EUR')"
)
_SUMS = (
    "count(*), sum(amount) FILTER (WHERE {force} AND NOT {odd}),"
    " count(amount) FILTER (WHERE {force} AND NOT {odd}),"
    " count(*) FILTER (WHERE {force} AND amount IS NULL),"
    " count(amount) FILTER (WHERE {force} AND {odd}),"
    " sum(amount) FILTER (WHERE {force} AND {odd}),"
    " count(*) FILTER (WHERE NOT {force}),"
    " count(*) FILTER (WHERE subject_withheld),"
    " count(related_ada),"
    " count(*) FILTER (WHERE coalesce(string_to_array(flags, ';') && %(payroll)s, FALSE)),"
    " max(amount) FILTER (WHERE {force} AND NOT {odd})"
).format(force=f"({_IN_FORCE})", odd=_ODD)


def by_month(body: Body, asked: Asked) -> dict[str, dict[dt.date | None, Sums]]:
    """Sums of each stage that is asked for, by the month of issue."""
    whole = replace(asked, after=None, before=None)
    tables = [t for t in conditions.tables_of(body, whole) if t.family in STAGES]
    if not tables:
        return {}

    def ask() -> dict[str, dict[dt.date | None, Sums]]:
        parts = [
            sql.SQL(
                "SELECT {family}, date_trunc('month', issue_date)::date, " + _SUMS + " FROM {table}"
                " WHERE {where} GROUP BY 2"
            ).format(
                family=sql.Literal(table.family),
                table=sql.Identifier(table.acts),
                where=conditions.where(table, whole),
            )
            for table in tables
        ]
        values = conditions.values_of(whole) | {
            "in_force": list(PUBLIC_STATUSES),
            "left_out": list(LEFT_OUT),
            "payroll": ["payroll", "mass-compensation"],
        }
        found: dict[str, dict[dt.date | None, Sums]] = {}
        with bodies.reading() as cursor:
            cursor.execute(conditions.union(parts), values)
            for family, month, *sums in cursor.fetchall():
                found.setdefault(family, {})[month] = Sums(*sums)
        return found

    return bodies.keep(body, ("months", whole), ask, weight=60)


def natural_persons(body: Body, asked: Asked) -> dict[str, tuple[int, Decimal | None]]:
    """Lines of each stage whose counterparty is a natural person, and their sum."""
    whole = replace(asked, after=None, before=None)
    tables = [t for t in conditions.tables_of(body, whole) if t.family in STAGES and t.lines]
    if not tables:
        return {}

    def ask() -> dict[str, tuple[int, Decimal | None]]:
        parts = [
            sql.SQL(
                "SELECT {family}, count(*), sum(l.amount) FROM {lines} AS l"
                " WHERE l.counterparty_kind = 'natural'"
                " AND l.ada IN (SELECT ada FROM {acts} WHERE {where})"
            ).format(
                family=sql.Literal(table.family),
                lines=sql.Identifier(table.lines or ""),
                acts=sql.Identifier(table.acts),
                where=conditions.where(table, whole),
            )
            for table in tables
        ]
        with bodies.reading() as cursor:
            cursor.execute(conditions.union(parts), conditions.values_of(whole))
            return {family: (number, amount) for family, number, amount in cursor.fetchall()}

    return bodies.keep(body, ("natural", whole), ask)


def totals(body: Body, asked: Asked) -> dict[str, Sums]:
    """Sums of each stage over all months."""
    found = {}
    for family, months in by_month(body, asked).items():
        whole = Sums()
        for sums in months.values():
            whole = whole.plus(sums)
        found[family] = whole
    return {family: found[family] for family in STAGES if family in found}


def months(body: Body, asked: Asked, *, whole: bool = False) -> Figure:
    """Amount of each stage by month.

    Args:
        body: what may be seen.
        asked: filters.
        whole: all months, for the file.
    """
    found = by_month(body, asked)
    stages = [stage for stage in STAGES if stage in found]
    all_months = sorted({month for sums in found.values() for month in sums if month})
    shown = all_months if whole else all_months[-MOST_MONTHS:]
    rows = [
        Row((wording.month(month), *(_amount(found[stage], month) for stage in stages)))
        for month in reversed(shown)
    ]
    notes = [never_add()]
    if len(shown) < len(all_months):
        notes.append(
            tk._("The last {shown} months are shown; the file has all {all}.").format(
                shown=len(shown), all=len(all_months)
            )
        )
    if whole:
        rows = [
            Row((month.strftime("%Y-%m"), *(_amount(found[stage], month) for stage in stages)))
            for month in shown
        ]
    return Figure(
        "months",
        tk._("Amounts by month and stage"),
        tk._("By the date of issue; with VAT, as stated in the acts."),
        (
            Column("month", tk._("Month"), figure.TEXT),
            *(Column(stage, wording.family(stage)) for stage in stages),
        ),
        tuple(rows),
        "lines" if len(shown) > 1 else "bars",
        figure.bars(
            [(month.isoformat(), wording.month(month)) for month in shown],
            [
                (stage, wording.family(stage), [_amount(found[stage], month) for month in shown])
                for stage in stages
            ],
        ),
        notes=tuple(notes),
    )


def _amount(by_month_: dict[dt.date | None, Sums], month: dt.date) -> Decimal | None:
    return by_month_[month].amount if month in by_month_ else None


def stages(body: Body, asked: Asked) -> Figure:
    """Total of each stage, with what is missing in it."""
    found = totals(body, asked)
    natural = natural_persons(body, asked)
    return Figure(
        "stages",
        tk._("Totals by stage, and what is missing in them"),
        tk._("Each total holds only acts with an amount that are in force."),
        (
            Column("stage", tk._("Stage"), figure.TEXT),
            Column("amount", tk._("Total")),
            Column("largest", tk._("Largest act in it")),
            Column("acts", tk._("Acts"), figure.NUMBER),
            Column("unknown", tk._("Without amount"), figure.NUMBER),
            Column("payroll", tk._("Payroll, without payees"), figure.NUMBER),
            Column("left_out", tk._("Left out: likely wrong, or reversals"), figure.NUMBER),
            Column("left_out_amount", tk._("Left out"), figure.AMOUNT),
            Column("revoked", tk._("Revoked"), figure.NUMBER),
            Column("withheld", tk._("Subjects withheld"), figure.NUMBER),
            Column("persons", tk._("Lines of natural persons"), figure.NUMBER),
            Column("persons_amount", tk._("Of natural persons")),
        ),
        tuple(
            Row(
                (
                    wording.family(stage),
                    sums.amount,
                    sums.largest,
                    sums.acts,
                    sums.unknown,
                    sums.payroll,
                    sums.left_out,
                    sums.left_out_amount,
                    sums.revoked,
                    sums.withheld,
                    *natural.get(stage, (0, None)),
                )
            )
            for stage, sums in found.items()
        ),
        "bars",
        figure.bars(
            [(stage, wording.family(stage)) for stage in found],
            [("amount", tk._("Total"), [sums.amount for sums in found.values()])],
        ),
        notes=(never_add(), *coverage()),
    )


def links(body: Body, asked: Asked) -> Figure:
    """Share of acts that name the act before them."""
    found = {stage: sums for stage, sums in totals(body, asked).items() if stage in LINKED}
    return Figure(
        "links",
        tk._("How many acts can be followed"),
        tk._(
            "An expense can be followed through its stages only where the body wrote the number of"
            " the act before into the act."
        ),
        (
            Column("stage", tk._("Stage"), figure.TEXT),
            Column("share", tk._("With a link"), figure.SHARE),
            Column("linked", tk._("Acts with a link"), figure.NUMBER),
            Column("acts", tk._("Acts"), figure.NUMBER),
        ),
        tuple(
            Row(
                (
                    wording.family(stage),
                    Decimal(sums.linked) / sums.acts if sums.acts else None,
                    sums.linked,
                    sums.acts,
                )
            )
            for stage, sums in found.items()
        ),
    )


def never_add() -> str:
    """Why stages have no common total."""
    return tk._(
        "The stages are steps of the same money: a commitment, its approval and its payment are one"
        " expense. They must not be added up."
    )


def coverage() -> tuple[str, ...]:
    """What Diavgeia does not hold, said beside each total."""
    return (
        tk._(
            "Diavgeia does not hold everything that is paid: payroll is posted without payees and"
            " mostly without amounts, and some payments are not posted. What a municipality paid"
            " in all is in its budget."
        ),
        tk._(
            "Names of natural persons are left out; their amounts are in the totals. Amounts that"
            " are likely typing errors, reversals and other currencies are left out of the totals"
            " and counted beside them."
        ),
    )


FIGURES = {"months": months, "stages": stages, "links": links}
