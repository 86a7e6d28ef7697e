"""Figures of a side as a whole: its phases, what of it is not the municipality's own."""

from __future__ import annotations

from decimal import Decimal

import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal.budgets import compare, summary
from ckanext.greekmunicipal.budgets.classification import Kind, kind_of
from ckanext.greekmunicipal.budgets.records import EXPENDITURE, REVENUE, SIDES
from ckanext.greekmunicipal.views.budget import figure, wording
from ckanext.greekmunicipal.views.budget.figure import Column, Figure, Row
from ckanext.greekmunicipal.views.budget.rows import Line
from ckanext.greekmunicipal.views.budget.view import View


def headlines(view: View) -> list[dict[str, str]]:
    """The few numbers that a page begins with: ``label``, ``value``, ``note``."""
    found = []
    for side in SIDES:
        amounts = view.totals.get(side, {})
        own = view.own.get(side, {})
        plan = view.plan(side)
        if plan not in amounts:
            continue
        each = compare.per_inhabitant(own.get(plan), view.inhabitants)
        found.append(
            {
                "label": f"{wording.side(side)} – {wording.phase(plan)}",
                "value": _euro(amounts[plan]),
                "note": tk._("of which its own money: {amount}").format(
                    amount=_euro(own.get(plan, Decimal(0)))
                ),
            }
        )
        if each is not None:
            found.append(
                {
                    "label": tk._("{side} per inhabitant").format(side=wording.side(side)),
                    "value": _euro(each),
                    "note": tk._("its own money; {number} inhabitants, census of 2021").format(
                        number=figure.shown(view.inhabitants, figure.NUMBER)
                    ),
                }
            )
        done = summary.execution(amounts, side)
        if done is not None:
            found.append(
                {
                    "label": tk._("Of it collected") if side == REVENUE else tk._("Of it paid"),
                    "value": figure.shown(done, figure.SHARE),
                    "note": _euro(amounts[summary.DONE_PHASE[side]]),
                }
            )
    return found


def _euro(value: Decimal) -> str:
    return figure.shown(value, figure.AMOUNT) + " €"


def phases(view: View, side: str) -> Figure:
    """All phases of a side: in all, its own money, per inhabitant, as a share of the plan."""
    amounts, own = view.totals.get(side, {}), view.own.get(side, {})
    plan = amounts.get(view.plan(side))
    names = [phase for phase in wording.SHOWN[side] if phase in amounts]
    rows = []
    for phase in names:
        mine = own.get(phase, Decimal(0))
        rows.append(
            Row(
                (
                    wording.phase(phase),
                    amounts[phase],
                    mine,
                    amounts[phase] - mine,
                    compare.per_inhabitant(mine, view.inhabitants),
                    amounts[phase] / plan if plan else None,
                ),
                view.address(_anchor=f"term-{phase}"),
            )
        )
    all_, its = tk._("In all"), tk._("Its own money")
    return Figure(
        side,
        tk._("{side}: from the budget to the cash desk").format(side=wording.side(side)),
        tk._("{when}. Each bar is another stage of the same money: they are not added up.").format(
            when=view.when()
        ),
        (
            Column("phase", tk._("Stage"), figure.TEXT),
            Column("amount", all_),
            Column("own", its),
            Column("apart", tk._("Not its own money")),
            Column("own_per_inhabitant", tk._("Its own, per inhabitant")),
            Column("share_of_plan", tk._("Share of the budget in force"), figure.SHARE),
        ),
        tuple(rows),
        "bars",
        figure.bars(
            [(phase, wording.phase(phase)) for phase in names],
            [
                ("amount", all_, [amounts[phase] for phase in names]),
                ("own", its, [own.get(phase) for phase in names]),
            ],
        ),
        view.sources(side),
        _population(view),
        {},
    )


def _population(view: View) -> tuple[str, ...]:
    if not view.inhabitants:
        return (tk._("The number of inhabitants is not known."),)
    return (
        tk._("Per inhabitant: {number} inhabitants, census of 2021 (ELSTAT).").format(
            number=figure.shown(view.inhabitants, figure.NUMBER)
        ),
    )


def revenue(view: View) -> Figure:
    """Phases of the revenue."""
    return phases(view, REVENUE)


def expenditure(view: View) -> Figure:
    """Phases of the spending."""
    return phases(view, EXPENDITURE)


def apart(view: View) -> Figure:
    """What is not the municipality's own money, by side and kind."""
    rows = []
    for (side, kind), amounts in view.kept("apart", lambda: _apart(view)):
        label, language = wording.label(kind)
        rows.append(
            Row(
                (
                    label,
                    amounts.get("initial"),
                    amounts.get("revised"),
                    amounts.get(summary.DONE_PHASE[side]),
                    wording.side(side),
                ),
                language=language,
            )
        )
    return Figure(
        "apart",
        tk._("Shown apart: what is not its own money"),
        tk._(
            "Collected for others, provisions that no payment follows, balances and reserve. They are"
            " in the totals, not in the shares below."
        ),
        (
            Column("kind", tk._("Kind"), figure.TEXT),
            Column("initial", wording.phase("initial")),
            Column("revised", wording.phase("revised")),
            Column("done", tk._("Collected or paid")),
            Column("side", tk._("Side"), figure.TEXT),
        ),
        tuple(rows),
        sources=view.sources(),
    )


def _apart(view: View) -> list[tuple[tuple[str, Kind], summary.Amounts]]:
    """Sums of what is not its own money, by side and kind."""
    groups: dict[tuple[str, Kind], list[Line]] = {}
    for line in view.lines:
        if kind := kind_of(line.account_code):
            groups.setdefault((line.side, kind), []).append(line)
    order = sorted(groups, key=lambda each: (SIDES.index(each[0]), each[1].label_el))
    return [(key, summary.sums(groups[key])) for key in order]
