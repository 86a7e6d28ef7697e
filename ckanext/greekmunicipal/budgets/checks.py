"""Checks of a budget's lines; what each finds is worded in the table of rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from ckanext.greekmunicipal.budgets.codes import KAE, account_label
from ckanext.greekmunicipal.budgets.records import (
    AMOUNTS_AT,
    EXPENDITURE,
    EXPENDITURE_PHASES,
    PHASES,
    REVENUE,
    REVENUE_PHASES,
    SIDES,
    BudgetLine,
    Finding,
    finding,
)

Place = tuple[str, str]
_NOTHING = frozenset({type(None)})
# What differs wherever nothing is repeated, found without looking at each line by itself.
_PLACE_IN_CHART = tuple(
    map(
        BudgetLine._fields.index,
        ("fiscal_year", "period_end", "side", "service_code", "account_code", "sub_account"),
    )
)


# Amounts of all lines by phase; a column without any amount is left out.
_Columns = dict[str, tuple[Decimal | None, ...]]
_Rule = Callable[[Sequence[BudgetLine], _Columns], Iterable[int]]


def _columns(fields: Sequence[tuple[Any, ...]]) -> _Columns:
    return {
        phase: column
        for phase, column in zip(PHASES, fields[AMOUNTS_AT], strict=False)
        if not _NOTHING.issuperset(map(type, column))
    }


def _revised_differs(_lines: Sequence[BudgetLine], columns: _Columns) -> list[int]:
    if not columns.keys() >= {"initial", "amendments", "revised"}:
        return []
    known = zip(columns["initial"], columns["amendments"], columns["revised"], strict=True)
    return [
        at
        for at, (initial, change, revised) in enumerate(known)
        if initial is not None
        and change is not None
        and revised is not None
        and initial + change != revised
    ]


def _over(high: str, low: str) -> _Rule:
    """Rule that no line has more in one phase than in another."""

    def rule(_lines: Sequence[BudgetLine], columns: _Columns) -> list[int]:
        if not columns.keys() >= {high, low}:
            return []
        return [
            at
            for at, (more, less) in enumerate(zip(columns[high], columns[low], strict=True))
            if more is not None and less is not None and more > less
        ]

    return rule


_OF_OTHERS = {REVENUE: EXPENDITURE_PHASES, EXPENDITURE: REVENUE_PHASES}


def _other_side(lines: Sequence[BudgetLine], columns: _Columns) -> set[int]:
    return {
        at
        for side, phases in _OF_OTHERS.items()
        for phase in phases & columns.keys()
        for at, amount in enumerate(columns[phase])
        if amount and lines[at].side == side
    }


def _side_unknown(lines: Sequence[BudgetLine], _columns: _Columns) -> list[int]:
    return [at for at, line in enumerate(lines) if not line.side and line.account_code]


# Rule id -> which lines are in breach of it? One line is looked at at a time, all by columns: a
# table lacks most of the phases, and what needs one of those is left out for all lines at once.
LINE_RULES: dict[str, _Rule] = {
    "initial-amendments-revised": _revised_differs,
    "paid-over-ordered": _over("paid", "ordered"),
    "ordered-over-committed": _over("ordered", "committed"),
    "committed-over-revised": _over("committed", "revised"),
    "phase-of-other-side": _other_side,
    "side-unknown": _side_unknown,
}


def check_lines(lines: Iterable[BudgetLine], chart: str | None) -> list[Finding]:
    """Findings of all rules that look at lines.

    Args:
        lines: the lines of one budget, of one or more years.
        chart: its chart of accounts, None if the codes belong to another body.
    """
    lines = list(lines)
    fields = tuple(zip(*lines, strict=True))
    columns = _columns(fields)
    found: list[Finding] = []
    for rule, breaches in LINE_RULES.items():
        found += by_place(rule, (lines[at] for at in sorted(breaches(lines, columns))))
    if chart is not None:
        found += _repeated(lines, fields)
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


def _repeated(lines: list[BudgetLine], fields: Sequence[tuple[Any, ...]]) -> list[Finding]:
    places = zip(*(fields[at] for at in _PLACE_IN_CHART), strict=True) if fields else ()
    if len(set(map(hash, places))) == len(lines):
        return []
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
    accounts = {line.account_code for line in lines}
    if all(account_label(chart, account)[1] >= needed for account in accounts):
        return []
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
    sides = {line.side for line in lines if line.side}
    if len(sides) == 1:
        side = sides.pop()
        names = {REVENUE: ("έσοδα", "revenue"), EXPENDITURE: ("έξοδα", "expenditure")}[side]
        return [finding("one-side-only", side_el=names[0], side_en=names[1])]
    initial: dict[tuple[int | None, str], list[Decimal]] = defaultdict(list)
    for line in lines:
        if line.side and line.initial is not None:
            initial[line.fiscal_year, line.side].append(line.initial)
    totals: dict[int | None, dict[str, Decimal]] = defaultdict(dict)
    for (year, side), amounts in initial.items():
        totals[year][side] = sum(amounts, Decimal("0.00"))
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
