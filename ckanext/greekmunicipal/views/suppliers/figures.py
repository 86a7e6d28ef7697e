"""Figures of a supplier: by year and by body, each stage for itself."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal.views.acts import money, wording
from ckanext.greekmunicipal.views.budget import figure
from ckanext.greekmunicipal.views.budget.figure import Column, Figure, Row
from ckanext.greekmunicipal.views.suppliers.finding import Listed, Part


def by_year(found: tuple[Part, ...]) -> Figure:
    """Amounts of each stage by year."""
    stages = _stages(found)
    years = sorted({part.year for part in found if part.year is not None})
    rows = [
        Row((str(year), *(_sum(found, stage=stage, year=year) for stage in stages)))
        for year in reversed(years)
    ]
    return Figure(
        "years",
        tk._("By year and stage"),
        tk._("By the date of issue; all bodies whose acts are here."),
        (
            Column("year", tk._("Year"), figure.CODE),
            *(Column(stage, wording.family(stage)) for stage in stages),
        ),
        tuple(rows),
        "bars" if len(years) < 3 else "lines",
        figure.bars(
            [(str(year), str(year)) for year in years],
            [
                (
                    stage,
                    wording.family(stage),
                    [_sum(found, stage=stage, year=year) for year in years],
                )
                for stage in stages
            ],
        ),
        notes=_notes(found),
    )


def by_body(found: tuple[Part, ...]) -> Figure:
    """Amounts of each stage by body."""
    stages = _stages(found)
    names = titles({part.organization for part in found})
    last = stages[-1]
    order = sorted(
        names, key=lambda each: (-(_sum(found, stage=last, body=each) or 0), names[each][1])
    )
    return Figure(
        "bodies",
        tk._("By body and stage"),
        tk._("All years."),
        (
            Column("body", tk._("Body"), figure.TEXT),
            *(Column(stage, wording.family(stage)) for stage in stages),
            Column("acts", tk._("Acts"), figure.NUMBER),
        ),
        tuple(
            Row(
                (
                    names[each][1],
                    *(_sum(found, stage=stage, body=each) for stage in stages),
                    sum(part.acts for part in found if part.organization == each),
                )
            )
            for each in order
        ),
    )


def listed(found: tuple[Listed, ...], family: str, addresses: dict[str, str]) -> Figure:
    """Suppliers of a body in one stage.

    Args:
        found: the suppliers.
        family: slug of the stage.
        addresses: of the pages of those that have one, by tax number.
    """
    return Figure(
        "suppliers",
        tk._("Suppliers: {stage}").format(stage=wording.family(family)),
        tk._("Legal entities only, those with most money first. Persons are not named."),
        (
            Column("name", tk._("Name"), figure.TEXT),
            Column("amount", wording.family(family)),
            Column("acts", tk._("Acts"), figure.NUMBER),
            Column("tax_number", wording.column("counterparty_afm"), figure.CODE),
            Column("country", wording.column("counterparty_country"), figure.CODE),
        ),
        tuple(
            Row(
                (each.name or each.afm, each.amount, each.acts, each.afm, each.country),
                addresses.get(each.afm, "") if each.afm else "",
                language="" if wording.is_greek() else "el",
            )
            for each in found
        ),
        notes=money.coverage()[:1],
    )


def titles(ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Name in addresses and title of organisations, by id."""
    rows: list[Any] = model.Session.query(model.Group).filter(model.Group.id.in_(list(ids))).all()
    return {
        each.id: (
            each.name,
            tk.h.greekmunicipal_title({"name": each.name, "title": each.title, **each.extras}),
        )
        for each in rows
    }


def names(found: tuple[Part, ...]) -> list[str]:
    """How bodies write the name, the most frequent first."""
    counts: dict[str, int] = {}
    for part in found:
        if part.name:
            counts[part.name] = counts.get(part.name, 0) + part.acts
    return sorted(counts, key=lambda name: (-counts[name], name))


def _notes(found: tuple[Part, ...]) -> tuple[str, ...]:
    notes = [money.never_add(), money.coverage()[0]]
    if left := sum(part.left_out for part in found):
        notes.insert(
            1,
            tk.ungettext(
                "{num} line is left out: its amount is likely wrong, or a reversal.",
                "{num} lines are left out: their amounts are likely wrong, or reversals.",
                left,
            ).format(num=left),
        )
    return tuple(notes)


def _stages(found: tuple[Part, ...]) -> list[str]:
    return [stage for stage in money.STAGES if any(part.family == stage for part in found)]


def _sum(
    found: tuple[Part, ...], *, stage: str, year: int | None = None, body: str = ""
) -> Decimal | None:
    amounts = [
        part.amount
        for part in found
        if part.family == stage
        and part.amount is not None
        and (year is None or part.year == year)
        and (not body or part.organization == body)
    ]
    return sum(amounts, Decimal(0)) if amounts else None
