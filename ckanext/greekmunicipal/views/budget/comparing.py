"""A municipality beside another, or beside the mean of those of like size, per inhabitant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal import municipalities
from ckanext.greekmunicipal.budgets import compare
from ckanext.greekmunicipal.budgets.codes import account_label, account_label_en
from ckanext.greekmunicipal.budgets.records import EXECUTION_PHASES, SIDES
from ckanext.greekmunicipal.schemas import organizations
from ckanext.greekmunicipal.views.budget import figure, published, trees, wording
from ckanext.greekmunicipal.views.budget import rows as rows_of
from ckanext.greekmunicipal.views.budget.asking import NotPublishedError
from ckanext.greekmunicipal.views.budget.figure import Column, Figure, Row
from ckanext.greekmunicipal.views.budget.rows import GROUP_DIGITS, Line
from ckanext.greekmunicipal.views.budget.view import View, inhabitants_in

# Instead of a municipality: the mean of the population class.
MEAN = "mean"
Groups = dict[tuple[str, str], Decimal]
Periods = Mapping[dt.date | None, tuple[Line, ...]]


@dataclass(frozen=True)
class Other:
    """What a municipality is set beside.

    Attributes:
        name: of it, in the language of the page.
        inhabitants: of it, 0 for a mean.
        groups: EUR per inhabitant by side and group; the empty group is the whole side.
        count: municipalities that it is made of.
        period: of its figures, in words.
        sources: where they are from, if they are of one municipality.
        notes: what a reader must know.
    """

    name: str
    inhabitants: int
    groups: Groups
    count: int
    period: str
    notes: tuple[str, ...] = ()
    sources: tuple[figure.Source, ...] = ()


def choices(view: View) -> list[dict[str, str]]:
    """Other municipalities of this portal, by name: ``slug`` and ``name``."""
    found = []
    for group in organizations.municipal_organizations():
        try:
            body = municipalities.by_slug(group.extras[organizations.KEY])
        except municipalities.UnknownMunicipalityError:
            continue
        if body.slug != view.published.municipality.slug:
            found.append({"slug": body.slug, "name": name_of(body)})
    return sorted(found, key=lambda each: each["name"])


def name_of(body: municipalities.Municipality) -> str:
    """Name of a municipality in the language of the page."""
    return body.name_el if wording.is_greek() else body.name_en


def comparison(view: View, wanted: str) -> Figure:
    """The municipality beside another.

    Args:
        view: the municipality.
        wanted: slug of another one, or ``mean``.

    Raises:
        NotPublishedError: the other has no public budget of the year.
    """
    phase = view.asked.phase or "initial"
    mine = _groups(rows_of.through(view.published, view.asked.year).get(view.asked.period_end, ()),
                   phase, view.inhabitants)  # fmt: skip
    other = _mean(view, phase) if wanted == MEAN else _one(view, wanted, phase)
    own_name = name_of(view.published.municipality)
    rows = []
    for side in SIDES if other.count else ():
        keys = sorted({key for key in (*mine, *other.groups) if key[0] == side})
        for key in keys:
            label, language = _label(key[1], side)
            before, after = other.groups.get(key), mine.get(key)
            rows.append(
                Row(
                    (
                        label,
                        after,
                        before,
                        compare.difference(before, after),
                        wording.side(side),
                        key[1],
                    ),
                    language=language,
                    is_total=not key[1],
                )
            )
    return Figure(
        "comparison",
        tk._("{one} and {other}").format(one=own_name, other=other.name),
        tk._(
            "EUR per inhabitant (census of 2021), {year}; amounts: {phase}; its own money."
        ).format(year=view.asked.year, phase=wording.phase(phase)),
        (
            Column("label", tk._("Group"), figure.TEXT),
            Column("this", own_name),
            Column("other", other.name),
            Column("difference", tk._("Difference"), figure.CHANGE),
            Column("side", tk._("Side"), figure.TEXT),
            Column("code", tk._("Code"), figure.CODE),
        ),
        tuple(rows),
        "bars" if rows else "",
        figure.bars(
            [(f"{row.cells[4]}-{row.cells[5]}", str(row.cells[0])) for row in rows],
            [
                ("this", own_name, [_decimal(row.cells[1]) for row in rows]),
                ("other", other.name, [_decimal(row.cells[2]) for row in rows]),
            ],
        ),
        (*view.sources(), *other.sources),
        (*_compared(view, own_name, other), *other.notes),
        {"with": wanted, "phase": view.asked.phase},
    )


def _compared(view: View, own_name: str, other: Other) -> tuple[str, ...]:
    """Which periods are compared, if there is anything to compare with."""
    if not other.count:
        return (
            tk._(
                "No other municipality of this size has a budget of {year} here that compares."
            ).format(year=view.asked.year),
        )
    return f"{own_name}: {view.when()}.", f"{other.name}: {other.period}."


def _decimal(value: figure.Cell) -> Decimal | None:
    return value if isinstance(value, Decimal) else None


def _one(view: View, slug: str, phase: str) -> Other:
    year = view.asked.year
    found = published.find(slug)
    if found is None or year not in found.years:
        raise NotPublishedError(
            tk._("The municipality «{slug}» has no published budget of {year}.").format(
                slug=slug[:80], year=year
            )
        )
    periods = rows_of.through(found, year)
    end = _like(view, periods)
    body = found.municipality
    notes = []
    if phase in EXECUTION_PHASES and end != view.asked.period_end:
        notes.append(tk._("The periods differ: amounts of the execution do not compare."))
    if found.chart(year) != view.published.chart(year):
        notes.append(tk._("The charts of accounts differ: only the totals compare."))
    groups = _groups(periods[end], phase, inhabitants_in(body, year))
    sources = figure.of_units(found.units_of(year, end, SIDES))
    return Other(
        name_of(body), body.population_2021, groups, 1, _when(year, end), tuple(notes), sources
    )


def _mean(view: View, phase: str) -> Other:
    body = view.published.municipality
    size = compare.class_of(body.population_2021)
    alike = [
        each
        for each in municipalities.municipalities()
        if each.slug != body.slug and compare.class_of(each.population_2021) == size
    ]
    chart = view.published.chart(view.asked.year)
    found = rows_of.of_many(alike, view.asked.year)
    counted, left_out = [], 0
    for each in alike:
        periods = found.get(each.slug)
        if not periods:
            continue
        end = _like(view, periods)
        lines = periods[end]
        if (phase in EXECUTION_PHASES and end != view.asked.period_end) or (
            trees.chart_of(lines) != chart and chart
        ):
            left_out += 1
            continue
        counted.append(_groups(lines, phase, inhabitants_in(each, view.asked.year)))
    name = tk.ungettext(
        "mean of {count} municipality of {size}",
        "mean of {count} municipalities of {size}",
        len(counted),
    ).format(count=len(counted), size=wording.label(size)[0])
    if not counted:
        name = tk._("mean of municipalities of {size}").format(size=wording.label(size)[0])
    notes = [
        tk._(
            "The mean counts each municipality the same, without {name}: {count} of the {all} of this"
            " size have a public budget of {year} here."
        ).format(name=name_of(body), count=len(found), all=len(alike), year=view.asked.year),
        tk._("The classes of size are ours, for comparing only."),
    ]
    if left_out:
        notes.append(
            tk._("Left out, since period or chart of accounts differ: {count}.").format(
                count=left_out
            )
        )
    return Other(name, 0, _means(counted), len(counted), str(view.asked.year), tuple(notes))


def _means(counted: Sequence[Groups]) -> Groups:
    """Mean by group; a group that a municipality does not have counts as nothing there."""
    keys = {key for groups in counted for key in groups}
    means = {}
    for key in keys:
        side = (key[0], "")
        found = compare.mean(groups.get(key, Decimal(0)) for groups in counted if side in groups)
        if found:
            means[key] = found.amount
    return means


def _groups(lines: Sequence[Line], phase: str, inhabitants: int) -> Groups:
    """EUR per inhabitant of the municipality's own money, by side and group."""
    found: Groups = {}
    for line in lines:
        value = line.amount(phase)
        if value is None or not rows_of.is_own(line):
            continue
        for key in ((line.side, ""), (line.side, line.account_code[:GROUP_DIGITS] or "?")):
            found[key] = found.get(key, Decimal(0)) + value
    each = {key: compare.per_inhabitant(value, inhabitants) for key, value in found.items()}
    return {key: value for key, value in each.items() if value is not None}


def _like(view: View, periods: Periods) -> dt.date | None:
    """The period that was asked for if the other has it, else its last."""
    end = view.asked.period_end
    return end if end in periods else max(periods, key=lambda each: each or dt.date.min)


def _when(year: int, end: dt.date | None) -> str:
    return f"{year}, {wording.period(end)}"


def _label(group: str, side: str) -> tuple[str, str]:
    if not group:
        return tk._("{side}, its own money").format(side=wording.side(side)), ""
    for chart in ("kae", "pd54"):
        label, digits = account_label(chart, group)
        if digits == len(group) and _is_side(chart, group, side):
            english = account_label_en(chart, group)
            return (
                (label, "") if wording.is_greek() else (english or label, "" if english else "el")
            )
    return group, ""


def _is_side(chart: str, group: str, side: str) -> bool:
    from ckanext.greekmunicipal.budgets.codes import side_of

    return side_of(chart, group) in (side, "")
