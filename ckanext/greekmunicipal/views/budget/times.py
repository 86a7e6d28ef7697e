"""Figures over time: through one year, and from year to year with the breaks between them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal.budgets import compare, summary
from ckanext.greekmunicipal.budgets.records import REVENUE, SIDES
from ckanext.greekmunicipal.views.budget import figure, wording
from ckanext.greekmunicipal.views.budget import rows as rows_of
from ckanext.greekmunicipal.views.budget.figure import Column, Figure, Row
from ckanext.greekmunicipal.views.budget.view import View

# Where the execution stands in a row of the years.
_EXECUTION = 4
Series = tuple[str, str, list[Decimal | None]]


def through(view: View) -> Figure:
    """Each period end of the year, with the share of the plan that has come true."""
    side = view.asked.side
    by_end = rows_of.through(view.published, view.asked.year)
    phases = wording.SHOWN[side]
    rows, values = [], {phase: [] for phase in phases}
    for end, lines in by_end.items():
        amounts = summary.totals(lines).get(side)
        if amounts is None:
            continue
        for phase in phases:
            values[phase].append(amounts.get(phase))
        rows.append(
            Row(
                (
                    wording.period(end),
                    *(amounts.get(phase) for phase in phases),
                    summary.execution(amounts, side),
                ),
                view.address(period_end=end, code=""),
            )
        )
    ends = [end for end, lines in by_end.items() if any(line.side == side for line in lines)]
    notes = () if len(rows) > 1 else (tk._("Only one period of this year is published."),)
    return Figure(
        "through",
        tk._("{side} through the year {year}").format(
            side=wording.side(side), year=view.asked.year
        ),
        tk._(
            "All amounts count from 1 January until the end of the period. Percentages: how much of"
            " the budget in force was collected or paid by then."
        ),
        (
            Column("period", tk._("Period"), figure.TEXT),
            *(Column(phase, wording.phase(phase)) for phase in phases),
            Column("execution", wording.phase("execution"), figure.SHARE),
        ),
        tuple(rows),
        "lines" if len(rows) > 1 else "",
        figure.bars(
            [(wording.period_key(end), wording.period(end)) for end in ends],
            [
                (phase, wording.phase(phase), values[phase])
                for phase in phases
                if any(value is not None for value in values[phase])
            ],
            [_execution(row.cells[-1]) for row in rows],
        ),
        _sources_of_year(view, side),
        notes,
        {"side": side},
    )


def _execution(share: figure.Cell) -> tuple[str, str] | None:
    """What is said beside a place of the chart: how much of the plan has come true."""
    if share is None:
        return None
    return wording.phase("execution"), figure.shown(share, figure.SHARE)


def _sources_of_year(view: View, side: str) -> tuple[figure.Source, ...]:
    units = {
        id(unit): unit
        for end in view.published.periods(view.asked.year)
        for unit in view.published.units_of(view.asked.year, end, (side,))
    }
    return figure.of_units(list(units.values()))


def years(view: View) -> Figure:
    """One side from year to year; nothing is joined over a break that severs."""
    side = view.asked.side
    done = summary.DONE_PHASE[side]
    found = view.kept(f"years-{side}", lambda: _of_years(view, side))
    rows = []
    before: int | None = None
    for year, (amounts, own) in found.items():
        rows.append(_year(view, year, before, found, amounts, own))
        before = year
    shown = list(found)
    phases = (
        ("initial_in_all", tk._("Initial budget, in all"), 0, "initial"),
        ("initial", tk._("Initial budget, its own money"), 1, "initial"),
        ("done", wording.phase(done), 0, done),
    )
    series = [
        piece
        for key, label, which, phase in phases
        for piece in cut(
            key, label, shown, [found[year][which].get(phase) for year in shown], view.breaks
        )
    ]
    return Figure(
        "years",
        tk._("{side} year by year").format(side=wording.side(side)),
        tk._(
            "Each year as it stood at the end of its last published period. Where a year is not over,"
            " less was collected or paid. Percentages: how much of the budget in force it was."
        ),
        (
            Column("year", tk._("Year"), figure.CODE),
            Column("initial_in_all", tk._("Initial budget, in all")),
            Column("revised_in_all", tk._("Revised budget, in all")),
            Column("done_in_all", wording.phase(done)),
            Column("execution", wording.phase("execution"), figure.SHARE),
            Column("initial", tk._("Initial budget, its own money")),
            Column("initial_per_inhabitant", tk._("Initial, its own, per inhabitant")),
            Column("change", tk._("Change of the initial budget, its own"), figure.SHARE),
            Column("period", tk._("Period"), figure.TEXT),
        ),
        tuple(rows),
        "lines" if len(rows) > 1 else "",
        figure.bars(
            [(str(year), str(year)) for year in shown],
            series,
            [_execution(row.cells[_EXECUTION]) for row in rows],
            breaks=marks(view.breaks, shown),
        ),
        view.sources(side, years=shown),
        tuple(f"{each.year}: {wording.label(each)[0]}" for each in view.breaks),
        {"side": side},
    )


def marks(breaks: Sequence[compare.Break], shown: Sequence[int]) -> list[dict[str, Any]]:
    """Breaks as a chart over years marks them."""
    return [
        {
            "before": str(next(year for year in shown if year >= each.year)),
            "severs": each.severs,
            "label": wording.label(each)[0],
        }
        for each in breaks
        if shown and shown[0] < each.year <= shown[-1]
    ]


def _of_years(view: View, side: str) -> dict[int, tuple[summary.Amounts, summary.Amounts]]:
    """Sums of each year that has the side: in all, and its own money."""
    by_year = rows_of.yearly(view.published)
    found = {}
    for year in view.published.years:
        mine = [line for line in by_year.get(year, ()) if line.side == side]
        if mine:
            found[year] = (summary.sums(mine), summary.own_totals(mine).get(side, {}))
    return found


def _year(
    view: View,
    year: int,
    before: int | None,
    found: dict[int, tuple[summary.Amounts, summary.Amounts]],
    amounts: summary.Amounts,
    own: summary.Amounts,
) -> Row:
    side = view.asked.side
    broken = [each for each in view.breaks if before is not None and before < each.year <= year]
    change = None
    if before is not None and not any(each.severs for each in broken):
        change = compare.growth(found[before][1].get("initial"), own.get("initial"))
    end = view.published.last_period(year)
    return Row(
        (
            str(year),
            amounts.get("initial"),
            amounts.get("revised"),
            amounts.get(summary.DONE_PHASE[side]),
            summary.execution(amounts, side),
            own.get("initial"),
            compare.per_inhabitant(own.get("initial"), view.inhabitants_of(year)),
            change,
            wording.period(end),
        ),
        view.address(year=year, period_end=end, code="", service=None, q="", page=1),
        " ".join(wording.label(each)[0] for each in broken),
    )


def cut(
    key: str,
    label: str,
    years_shown: Sequence[int],
    values: Sequence[Decimal | None],
    breaks: Sequence[compare.Break],
) -> list[Series]:
    """A series in pieces, one for the years between two breaks that sever, so that none is joined."""
    pieces: list[list[Decimal | None]] = []
    before: int | None = None
    for at, (year, value) in enumerate(zip(years_shown, values, strict=True)):
        if before is None or compare.severed(breaks, before, year):
            pieces.append([None] * len(years_shown))
        pieces[-1][at] = value
        before = year
    return [
        (key if at == 0 else f"{key}-{at + 1}", label, piece)
        for at, piece in enumerate(pieces)
        if any(value is not None for value in piece)
    ]


def sides(view: View) -> dict[str, Any]:
    """Names of the sides with the address of each."""
    return {
        side: {
            "label": wording.side(side),
            "href": view.address(side=side, only_side=side, code="", phase="", service=None),
            "is_current": side == view.asked.side,
            "is_revenue": side == REVENUE,
        }
        for side in SIDES
    }
