"""Checks of a budget's lines; what each finds is worded in the table of rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal
from operator import attrgetter

from ckanext.greekmunicipal.budgets.codes import KAE, account_label
from ckanext.greekmunicipal.budgets.records import (
    EXPENDITURE,
    EXPENDITURE_PHASES,
    REVENUE,
    REVENUE_PHASES,
    SIDES,
    BudgetLine,
    Finding,
    finding,
)

Place = tuple[str, str]


def _revised_differs(line: BudgetLine) -> bool:
    if line.initial is None or line.amendments is None or line.revised is None:
        return False
    return line.initial + line.amendments != line.revised


def _over(high: Decimal | None, low: Decimal | None) -> bool:
    return high is not None and low is not None and high > low


_OF_OTHERS = {
    REVENUE: attrgetter(*sorted(EXPENDITURE_PHASES)),
    EXPENDITURE: attrgetter(*sorted(REVENUE_PHASES)),
}


def _other_side(line: BudgetLine) -> bool:
    of_others = _OF_OTHERS.get(line.side)
    return of_others is not None and any(of_others(line))


# One line at a time: rule id -> is the line in breach of it?
LINE_RULES: dict[str, Callable[[BudgetLine], bool]] = {
    "initial-amendments-revised": _revised_differs,
    "paid-over-ordered": lambda line: _over(line.paid, line.ordered),
    "ordered-over-committed": lambda line: _over(line.ordered, line.committed),
    "committed-over-revised": lambda line: _over(line.committed, line.revised),
    "phase-of-other-side": _other_side,
    "side-unknown": lambda line: not line.side and bool(line.account_code),
}


def check_lines(lines: Iterable[BudgetLine], chart: str | None) -> list[Finding]:
    """Findings of all rules that look at lines.

    Args:
        lines: the lines of one budget, of one or more years.
        chart: its chart of accounts, None if the codes belong to another body.
    """
    lines = list(lines)
    found: list[Finding] = []
    for rule, breaks in LINE_RULES.items():
        found += by_place(rule, (line for line in lines if breaks(line)))
    if chart is not None:
        found += _repeated(lines)
        found += _unknown_accounts(lines, chart)
        found += _balance(lines)
    return found


def by_place(rule: str, lines: Iterable[BudgetLine]) -> list[Finding]:
    """One finding a sheet for the lines that a rule is about."""
    places: dict[Place, list[int]] = defaultdict(list)
    for line in lines:
        places[line.source_file, line.source_sheet].append(line.source_row)
    return [finding(rule, rows, file=file, sheet=sheet) for (file, sheet), rows in places.items()]


def _key(line: BudgetLine) -> tuple[object, ...]:
    return (
        line.fiscal_year, line.period_end, line.side, line.service_code or line.service_label,
        line.account_code, line.sub_account,
    )  # fmt: skip


def _repeated(lines: list[BudgetLine]) -> list[Finding]:
    # By hashes first: nearly all lines are alone, and all keys of a large file take 30 MB.
    met: set[int] = set()
    again: set[int] = set()
    for line in lines:
        digest = hash(_key(line))
        (again if digest in met else met).add(digest)
    by_code: dict[tuple[object, ...], list[BudgetLine]] = defaultdict(list)
    for line in lines if again else ():
        if hash(key := _key(line)) in again:
            by_code[key].append(line)
    whole: list[BudgetLine] = []
    partly: list[BudgetLine] = []
    for group in by_code.values():
        seen: dict[tuple[object, ...], BudgetLine] = {}
        for line in group:
            content = (line.label, *line.amounts)
            if content in seen and any(line.amounts):
                whole.append(line)
            elif seen:
                partly.append(line)
            seen.setdefault(content, line)
    return by_place("duplicate-line", whole) + by_place("same-code", partly)


def _unknown_accounts(lines: list[BudgetLine], chart: str) -> list[Finding]:
    """Accounts that the list lacks, by how much of their prefix is known."""
    needed = 4 if chart == KAE else 2
    unlisted: list[BudgetLine] = []
    unknown: list[BudgetLine] = []
    for line in lines:
        known = account_label(chart, line.account_code)[1]
        if known < 2:
            unknown.append(line)
        elif known < needed:
            unlisted.append(line)
    return by_place("account-not-in-list", unlisted) + by_place("account-group-unknown", unknown)


def _balance(lines: list[BudgetLine]) -> list[Finding]:
    """The initial budget of each year has two equal sides, if the file has both."""
    totals: dict[int | None, dict[str, Decimal]] = defaultdict(dict)
    sides = {line.side for line in lines if line.side}
    if len(sides) == 1:
        side = sides.pop()
        names = {REVENUE: ("έσοδα", "revenue"), EXPENDITURE: ("έξοδα", "expenditure")}[side]
        return [finding("one-side-only", side_el=names[0], side_en=names[1])]
    for line in lines:
        if line.side and line.initial is not None:
            year = totals[line.fiscal_year]
            year[line.side] = year.get(line.side, Decimal("0.00")) + line.initial
    found = []
    for year, by_side in sorted(totals.items(), key=lambda item: item[0] or 0):
        revenue, expenditure = (by_side.get(side) for side in SIDES)
        if revenue is not None and expenditure is not None and revenue != expenditure:
            found.append(
                finding(
                    "sides-balance",
                    year=year or "-",
                    revenue=revenue,
                    expenditure=expenditure,
                    difference=revenue - expenditure,
                )
            )
    return found
