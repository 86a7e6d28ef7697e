"""Single lines: the largest, those that changed most, those in which words stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal.budgets import compare, summary
from ckanext.greekmunicipal.budgets.records import EXPENDITURE
from ckanext.greekmunicipal.views.budget import figure, wording
from ckanext.greekmunicipal.views.budget import rows as rows_of
from ckanext.greekmunicipal.views.budget.figure import Column, Figure, Row
from ckanext.greekmunicipal.views.budget.rows import Line
from ckanext.greekmunicipal.views.budget.services import service_label
from ckanext.greekmunicipal.views.budget.view import View

SHOWN = 15
PAGE = 25


@dataclass(frozen=True)
class Pages:
    """Where in a list a reader is."""

    page: int
    pages: int
    count: int


def largest(view: View) -> Figure:
    """The largest lines of a side, of the municipality's own money."""
    side, phase = view.asked.side, view.phase(view.asked.side)
    whole = view.own.get(side, {}).get(phase)
    found = view.kept(
        f"largest-{side}-{phase}",
        lambda: summary.largest(_own(view.lines, side), phase, SHOWN),
    )
    rows = []
    for line in found:
        value = line.amount(phase)
        rows.append(
            Row(
                (
                    _label(line),
                    value,
                    None if value is None or not whole else value / whole,
                    line.code,
                    _service(line)[0],
                ),
                view.address(q=line.code, page=1, only_side=side, service=None, _anchor="lines"),
                language=_language(),
            )
        )
    return Figure(
        "largest",
        tk._("Largest lines: {side}").format(side=wording.side(side)),
        tk._("{when}; amounts: {phase}; without what is not its own money.").format(
            when=view.when(), phase=wording.phase(phase)
        ),
        (
            Column("label", tk._("Line"), figure.TEXT),
            Column("amount", wording.phase(phase)),
            Column("share", tk._("Share"), figure.SHARE),
            Column("code", tk._("Code"), figure.CODE),
            Column("service", wording.phase("service"), figure.TEXT),
        ),
        tuple(rows),
        "bars",
        figure.bars(
            [(line.code, _label(line)) for line in found],
            [(phase, wording.phase(phase), [line.amount(phase) for line in found])],
        ),
        view.sources(side),
        parameters={"side": side, "phase": view.asked.phase},
    )


def changes(view: View) -> Figure:
    """The largest changes of the initial budget since the year before, unless a break is between."""
    side, year = view.asked.side, view.asked.year
    earlier = [each for each in view.published.years if each < year]
    columns = (
        Column("label", tk._("Line"), figure.TEXT),
        Column("difference", tk._("Difference"), figure.CHANGE),
        Column("before", str(earlier[-1]) if earlier else tk._("Before")),
        Column("after", str(year)),
        Column("code", tk._("Code"), figure.CODE),
    )
    empty = Figure("changes", tk._("Largest changes"), "", columns, (), parameters={"side": side})
    if not earlier:
        return _with_note(empty, tk._("No earlier year is published."))
    before = earlier[-1]
    if broken := compare.severed(view.breaks, before, year):
        told = " ".join(wording.label(each)[0] for each in broken)
        return _with_note(
            empty,
            tk._("Lines of {before} and {year} are not compared. {why}").format(
                before=before, year=year, why=told
            ),
        )
    found = view.kept(f"changes-{side}", lambda: _changes(view, before, side))
    crossed = [each for each in view.breaks if before < each.year <= year]
    return Figure(
        "changes",
        tk._("Largest changes from {before} to {year}: {side}").format(
            before=before, year=year, side=wording.side(side)
        ),
        tk._("Initial budget; lines of one code and service are added up. –: the code was absent."),
        columns,
        tuple(
            Row(
                (each.label or each.code, each.difference, each.before, each.after, each.code),
                language=_language(),
            )
            for each in found
        ),
        "bars" if found else "",
        figure.bars(
            [(each.code, each.label or each.code) for each in found],
            [("difference", tk._("Difference"), [each.difference for each in found])],
        ),
        view.sources(side, years=[before, year]),
        tuple(f"{each.year}: {wording.label(each)[0]}" for each in crossed),
        {"side": side},
    )


def _changes(view: View, before: int, side: str) -> list[summary.Change]:
    old = rows_of.lines(view.published, before, view.published.last_period(before))
    return summary.changes(_own(old, side), _own(view.lines, side), "initial", SHOWN)


def _with_note(found: Figure, note: str) -> Figure:
    return Figure(
        found.id, found.title, found.description, found.columns, (), notes=(note,),
        parameters=found.parameters,
    )  # fmt: skip


def _own(lines: Sequence[Line], side: str) -> list[Line]:
    return [line for line in lines if line.side == side and rows_of.is_own(line)]


def search(view: View, *, whole: bool = False) -> tuple[Figure, Pages]:
    """Lines in which words stand, of a side and service, a page at a time.

    Args:
        view: the question.
        whole: all that were found, for a file.
    """
    asked = view.asked
    found = [
        line
        for line in view.lines
        if (not asked.only_side or line.side == asked.only_side)
        and (asked.service is None or line.service_code == asked.service)
        and (not asked.code or line.account_code.startswith(asked.code))
    ]
    if asked.q:
        ids = rows_of.with_words(view.published, asked.year, asked.period_end, asked.q)
        found = [line for line in found if line.id in ids]
    pages = max(1, -(-len(found) // PAGE))
    page = min(asked.page, pages)
    shown = found if whole else found[(page - 1) * PAGE : page * PAGE]
    return _listed(view, shown), Pages(page, pages, len(found))


def _listed(view: View, lines: Sequence[Line]) -> Figure:
    known = summary.sums(lines)
    phases = [phase for phase in ("initial", "revised", "assessed", "collected", "committed",
                                  "ordered", "paid") if phase in known]  # fmt: skip
    return Figure(
        "lines",
        tk._("Budget lines"),
        view.when(),
        (
            Column("label", tk._("Line"), figure.TEXT),
            *(Column(phase, wording.phase(phase)) for phase in phases),
            Column("code", tk._("Code"), figure.CODE),
            Column("side", tk._("Side"), figure.TEXT),
            Column("service", wording.phase("service"), figure.TEXT),
            Column("source_row", tk._("Row in the file"), figure.CODE),
        ),
        tuple(
            Row(
                (
                    _label(line),
                    *(line.amount(phase) for phase in phases),
                    line.code,
                    wording.side(line.side),
                    _service(line)[0] if line.side == EXPENDITURE else "",
                    str(line.source_row or ""),
                ),
                language=_language(),
            )
            for line in lines
        ),
        sources=view.sources(*([view.asked.only_side] if view.asked.only_side else [])),
        parameters={
            name: value
            for name, value in view.parameters().items()
            if name in ("side", "service", "q", "code")
        },
    )


def services(view: View) -> list[tuple[str, str]]:
    """Services that have lines, code and name."""
    found = {line.service_code: line.service_label for line in view.of_side(EXPENDITURE)}
    return [(code, service_label(code, label)[0]) for code, label in sorted(found.items()) if code]


def _label(line: Line) -> str:
    if "label-withheld" in line.flags:
        return tk._("Label withheld: it may name a person") + f" ({line.account_label})"
    return line.label or line.account_label or line.code


def _service(line: Line) -> tuple[str, str]:
    return service_label(line.service_code, line.service_label)


def _language() -> str:
    """Labels of lines are Greek, whatever the page's language."""
    return "" if wording.is_greek() else "el"
