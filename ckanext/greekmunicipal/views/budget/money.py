"""What fees bring against what their services cost; what the budget tells of debt and arrears."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal.budgets import compare, summary
from ckanext.greekmunicipal.budgets.classification import Fee, chart_of, fees, kind_of
from ckanext.greekmunicipal.budgets.codes import KAE, account_label, account_label_en
from ckanext.greekmunicipal.budgets.records import EXPENDITURE, REVENUE
from ckanext.greekmunicipal.views.budget import figure, times, trees, wording
from ckanext.greekmunicipal.views.budget import rows as rows_of
from ckanext.greekmunicipal.views.budget.figure import Column, Figure, Row
from ckanext.greekmunicipal.views.budget.view import View

CLEANING = "cleaning"
_CENT = Decimal("0.01")


def fee_years(view: View) -> Figure:
    """Fees and costs of their services, year by year."""
    rows: list[Row] = []
    shown = []
    for year, balances in view.kept("fees", lambda: _balances(view)):
        for each in balances:
            brought, cost = _plan(each.revenue), _plan(each.cost)
            label, language = wording.label(each.fee)
            shown.append((year, each.fee.id, label, brought, cost))
            rows.append(
                Row(
                    (
                        label,
                        str(year),
                        brought,
                        cost,
                        None if brought is None or not cost else brought / cost,
                        each.revenue.get("collected"),
                        each.cost.get("paid"),
                        wording.period(view.published.last_period(year)),
                    ),
                    language=language,
                )
            )
    return Figure(
        "fees",
        tk._("Where do my municipal fees go"),
        tk._(
            "What the fees of a service bring, beside what this service costs. By law such fees are"
            " spent on their own service only; a year may bring more or less than it costs."
        ),
        (
            Column("fee", tk._("Service"), figure.TEXT),
            Column("year", tk._("Year"), figure.CODE),
            Column("fees_budgeted", tk._("Fees, budgeted")),
            Column("cost_budgeted", tk._("Cost, budgeted")),
            Column("cover", tk._("Fees cover of the cost (budgeted)"), figure.SHARE),
            Column("fees_collected", tk._("Fees, collected")),
            Column("cost_paid", tk._("Cost, paid")),
            Column("period", tk._("Period"), figure.TEXT),
        ),
        tuple(rows),
        "bars" if rows else "",
        figure.bars(
            [(f"{year}-{fee}", f"{label} {year}") for year, fee, label, _, _ in shown],
            [
                ("fees", tk._("Fees, budgeted"), [brought for *_, brought, _ in shown]),
                ("cost", tk._("Cost, budgeted"), [cost for *_, cost in shown]),
            ],
        ),
        view.sources(years=view.published.years),
        _which_codes(view) if rows else (tk._("The file tells no fee of a service apart."),),
    )


def _balances(view: View) -> list[tuple[int, list[summary.FeeBalance]]]:
    """Balances of each year, the last first."""
    by_year = rows_of.yearly(view.published)
    years = reversed(view.published.years)
    return [(year, summary.fee_balances(by_year.get(year, ()))) for year in years]


def _plan(amounts: summary.Amounts) -> Decimal | None:
    return next((amounts[phase] for phase in ("revised", "initial") if phase in amounts), None)


def _which_codes(view: View) -> tuple[str, ...]:
    lines = rows_of.yearly(view.published).get(view.asked.year, ())
    chart = view.published.chart(view.asked.year) or KAE
    if any(_is_another(fee, line) for fee in fees(chart) for line in lines):
        return (
            tk._(
                "The municipality counts its services in a way of its own, so what a service with a"
                " fee costs is told only where code and name are those of the law."
            ),
        )
    return tuple(
        tk._(
            "{fee}: revenue of the accounts {accounts}, spending of the services {services}."
        ).format(
            fee=wording.label(fee)[0],
            accounts=", ".join(f"{code}…" for code in fee.revenue),
            services=", ".join(fee.services),
        )
        for fee in fees(chart)
    )


def _is_another(fee: Fee, line: rows_of.Line) -> bool:
    """Whether a line's service has the code of the fee's service, but is another."""
    is_code = line.side == EXPENDITURE and line.service_code in fee.services
    return is_code and not fee.pays_for(line.service_code, line.service_label)


@dataclass(frozen=True)
class Household:
    """What one household pays for cleaning and lighting in a year.

    Attributes:
        rate: EUR a square metre and year, as the municipality states it.
        year: for which it states it; empty if it does not say.
        area: square metres.
        amount: EUR a year.
    """

    rate: Decimal
    year: str
    area: Decimal
    amount: Decimal


def rate_of(organization: dict[str, Any]) -> Decimal | None:
    """EUR a square metre and year that the municipality states; None if it does not."""
    try:
        rate = Decimal(str(organization.get("cleaning_fee_m2") or "").replace(",", "."))
    except InvalidOperation:
        return None
    return rate if rate.is_finite() and rate > 0 else None


def household(view: View) -> Household | None:
    """What the household pays whose area was asked for, where the municipality states its fee."""
    rate, area = rate_of(view.organization), view.asked.area
    if rate is None or area is None:
        return None
    amount = (rate * area).quantize(_CENT, ROUND_HALF_UP)
    return Household(rate, str(view.organization.get("cleaning_fee_year") or ""), area, amount)


def fee_costs(view: View) -> Figure:
    """What the cleaning service spends, by group of accounts; what of it is the household's."""
    fee = next((each for each in fees(trees.chart_of(view.lines)) if each.id == CLEANING), None)
    lines = [
        line
        for line in view.of_side(EXPENDITURE)
        if fee
        and fee.pays_for(line.service_code, line.service_label)
        and kind_of(line.account_code) is None
    ]
    phase = view.phase(EXPENDITURE)
    whole = summary.sums(lines).get(phase)
    pays = household(view)
    groups: dict[str, list] = {}
    for line in lines:
        groups.setdefault(line.account_code[:2], []).append(line)
    rows = []
    for code, members in sorted(groups.items()):
        value = summary.sums(members).get(phase)
        share = None if value is None or not whole else value / whole
        chart = chart_of(members[0].account_code)
        english = account_label_en(chart, code)
        greek = account_label(chart, code)[0] or code
        rows.append(
            Row(
                (
                    greek if wording.is_greek() or not english else english,
                    value,
                    share,
                    (share * pays.amount).quantize(_CENT, ROUND_HALF_UP)
                    if pays and share is not None
                    else None,
                    code,
                ),
                language="" if wording.is_greek() or english else "el",
            )
        )
    return Figure(
        "fee-costs",
        tk._("What the cleaning and lighting service costs"),
        tk._("{when}; amounts: {phase}").format(when=view.when(), phase=wording.phase(phase)),
        (
            Column("label", tk._("What for"), figure.TEXT),
            Column("amount", wording.phase(phase)),
            Column("share", tk._("Share"), figure.SHARE),
            Column("household", tk._("Of the household's fee")),
            Column("code", tk._("Code"), figure.CODE),
        ),
        tuple(rows),
        "sunburst" if rows else "",
        {
            "unit": "EUR",
            "nodes": [
                {
                    "code": str(row.cells[-1]),
                    "label": str(row.cells[0]),
                    "value": figure.plain(row.cells[1], figure.AMOUNT) or None,
                }
                for row in rows
            ],
        },
        view.sources(EXPENDITURE),
        () if rows else (tk._("The file has no line of this service."),),
        {"area": format(view.asked.area.normalize(), "f")} if view.asked.area else {},
    )


def debt(view: View) -> Figure:
    """Loans, interest, repayments, liabilities of past years: what the codes say, year by year."""
    rows = []
    for year, found in view.kept("debt", lambda: _debts(view)):
        for item, amounts in found:
            label, language = wording.label(item)
            rows.append(
                Row(
                    (
                        label,
                        str(year),
                        amounts.get("initial"),
                        amounts.get("revised"),
                        amounts.get("assessed") if item.side == REVENUE else None,
                        amounts.get(summary.DONE_PHASE[item.side]),
                        ", ".join(f"{code}…" if len(code) < 4 else code for code in item.accounts),
                        wording.side(item.side),
                    ),
                    language=language,
                )
            )
    note = tk._(
        "A budget tells what is borrowed and paid in a year, not how much is still owed: that stands"
        " in the balance sheet."
    )
    return Figure(
        "debt",
        tk._("Debt and arrears"),
        tk._("What the lines with these codes say, and nothing else."),
        (
            Column("item", tk._("What"), figure.TEXT),
            Column("year", tk._("Year"), figure.CODE),
            Column("initial", wording.phase("initial")),
            Column("revised", wording.phase("revised")),
            Column("assessed", wording.phase("assessed")),
            Column("done", tk._("Collected or paid")),
            Column("accounts", tk._("Codes"), figure.TEXT),
            Column("side", tk._("Side"), figure.TEXT),
        ),
        tuple(rows),
        *_debt_chart(view),
        sources=view.sources(years=view.published.years),
        notes=(note,) if rows else (tk._("The file has no line of debt or arrears."),),
    )


def _debt_chart(view: View) -> tuple[str, dict[str, Any]]:
    """Kind and data of the chart: what was budgeted for each item, year by year."""
    told = list(reversed(view.kept("debt", lambda: _debts(view))))
    years = [year for year, found in told if found]
    by_item: dict[str, dict[int, Decimal | None]] = {}
    for year, found in told:
        for item, amounts in found:
            by_item.setdefault(wording.label(item)[0], {})[year] = _plan(amounts)
    series = [
        piece
        for at, (label, values) in enumerate(by_item.items())
        for piece in times.cut(
            f"item-{at}", label, years, [values.get(year) for year in years], view.breaks
        )
    ]
    if not series:
        return "", {}
    if len(years) == 1:
        labels = [(key, label) for key, label, _ in series]
        values = [values[0] for *_, values in series]
        return "bars", figure.bars(labels, [("plan", tk._("Budgeted"), values)])
    marks = times.marks(view.breaks, years)
    return "lines", figure.bars([(str(y), str(y)) for y in years], series, breaks=marks)


def _debts(view: View) -> list[tuple[int, list[tuple[compare.Debt, summary.Amounts]]]]:
    """What the lines of each year say of debt, the last year first."""
    by_year = rows_of.yearly(view.published)
    told = []
    for year in reversed(view.published.years):
        lines = by_year.get(year, ())
        chart = trees.chart_of(lines)
        sums = [
            (
                item,
                summary.sums(
                    line
                    for line in lines
                    if line.side == item.side and line.account_code.startswith(item.accounts)
                ),
            )
            for item in compare.debts()
            if item.chart == chart
        ]
        told.append((year, [(item, amounts) for item, amounts in sums if amounts]))
    return told
