"""What a budget says in short: totals, trees, execution, largest lines and changes, fees.

Pure functions of lines. A sum is unknown (None) where no line has a value: an empty cell is no zero.
Initial, revised and paid amounts are phases of the same money and are never added to each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from ckanext.greekmunicipal.budgets.classification import (
    Fee,
    Kind,
    chart_of_lines,
    fees,
    kind_of,
    levels_of,
)
from ckanext.greekmunicipal.budgets.codes import services
from ckanext.greekmunicipal.budgets.records import EXPENDITURE, PHASES, REVENUE, SIDES

Amounts = dict[str, Decimal]
# What of a side has come true, and against what it is measured.
DONE_PHASE = {REVENUE: "collected", EXPENDITURE: "paid"}
PLAN_PHASES = ("revised", "initial")


class Line(Protocol):
    """What a line must have; a :class:`BudgetLine` or a row of the published table."""

    @property
    def side(self) -> str:
        """``revenue`` or ``expenditure``."""
        ...

    @property
    def service_code(self) -> str:
        """Code of the service."""
        ...

    @property
    def service_label(self) -> str:
        """Name of the service."""
        ...

    @property
    def code(self) -> str:
        """The code as the file has it."""
        ...

    @property
    def account_code(self) -> str:
        """Account of the chart, empty if it belongs to none."""
        ...

    @property
    def label(self) -> str:
        """What the line is for."""
        ...

    def amount(self, phase: str) -> Decimal | None:
        """EUR in one phase, None if unknown."""
        ...


AnyLine = TypeVar("AnyLine", bound=Line)


@dataclass
class Node:
    """A group of lines.

    Attributes:
        code: of the group; empty for the whole.
        label_el: Greek name.
        label_en: English name, empty if there is none.
        amounts: EUR by phase; a phase that no line has is absent.
        kind: set if the group is not the municipality's own money.
        children: the level below, in the order of their codes.
        lines: number of lines.
    """

    code: str
    label_el: str
    label_en: str = ""
    amounts: Amounts = field(default_factory=dict)
    kind: Kind | None = None
    children: list[Node] = field(default_factory=list)
    lines: int = 0


@dataclass(frozen=True)
class Change:
    """One code in two years or periods; an amount is None where the code was absent."""

    code: str
    label: str
    before: Decimal | None
    after: Decimal | None

    @property
    def difference(self) -> Decimal:
        """After less before, an absent amount counting as nothing."""
        return (self.after or Decimal(0)) - (self.before or Decimal(0))


@dataclass(frozen=True)
class FeeBalance:
    """What a fee brings and what its service costs, EUR by phase."""

    fee: Fee
    revenue: Amounts
    cost: Amounts


def sums(lines: Iterable[Line]) -> Amounts:
    """Sum of each phase that at least one line has."""
    found: Amounts = {}
    for line in lines:
        for phase in PHASES:
            amount = line.amount(phase)
            if amount is not None:
                found[phase] = found.get(phase, Decimal(0)) + amount
    return found


def totals(lines: Iterable[Line]) -> dict[str, Amounts]:
    """Sums of each side that has lines."""
    by_side = _grouped(lines, lambda line: line.side)
    return {side: sums(by_side[side]) for side in SIDES if side in by_side}


def own_totals(lines: Iterable[Line]) -> dict[str, Amounts]:
    """Totals without what only passes through, is notional, carried over or a reserve."""
    return totals(line for line in lines if kind_of(line.account_code) is None)


def tree(lines: Sequence[Line], side: str) -> Node:
    """One side by the levels of its chart, down to the account."""
    wanted = [line for line in lines if line.side == side]
    root = Node("", "Σύνολο", "Total", sums(wanted), lines=len(wanted))
    root.children = _branches(wanted, 0)
    return root


def _branches(lines: Sequence[Line], level: int) -> list[Node]:
    groups: dict[str, list[Line]] = defaultdict(list)
    names: dict[str, tuple[str, str]] = {}
    for line in lines:
        levels = levels_of(line.account_code)
        if level < len(levels):
            found = levels[level]
            groups[found.code].append(line)
            names[found.code] = (found.label_el, found.label_en)
        elif level == 0:
            groups["?"].append(line)
            names["?"] = ("Κωδικοί εκτός λογιστικού σχεδίου", "Codes outside the chart of accounts")
    nodes = []
    for code in sorted(groups):
        members = groups[code]
        node = Node(code, *names[code], sums(members), _kind(members), lines=len(members))
        if code != "?":
            node.children = _branches(members, level + 1)
        nodes.append(node)
    return nodes


def _kind(lines: Sequence[Line]) -> Kind | None:
    """Kind that all lines of a group share."""
    found = {kind_of(line.account_code) for line in lines}
    return found.pop() if len(found) == 1 else None


def by_service(lines: Iterable[Line]) -> list[Node]:
    """Spending by service, in the order of the codes; names as the municipality gives them."""
    named = services()
    groups = _grouped(
        (line for line in lines if line.side == EXPENDITURE), lambda line: line.service_code
    )
    nodes = []
    for code in sorted(groups):
        members = groups[code]
        own = next((line.service_label for line in members if line.service_label), "")
        label = own or named.get(code) or code or "Χωρίς υπηρεσία"
        nodes.append(Node(code, label, "", sums(members), _kind(members), lines=len(members)))
    return nodes


def execution(amounts: Mapping[str, Decimal], side: str) -> Decimal | None:
    """Share of the plan that was paid or collected, 0 to 1 and above; None if either is unknown."""
    plan = next((amounts[phase] for phase in PLAN_PHASES if phase in amounts), None)
    done = amounts.get(DONE_PHASE[side])
    return None if not plan or done is None else done / plan


def largest(lines: Iterable[AnyLine], phase: str, count: int = 10) -> list[AnyLine]:
    """The lines with the largest amounts of one phase."""
    known = [line for line in lines if line.amount(phase) is not None]
    known.sort(key=lambda line: (-(line.amount(phase) or 0), line.code))
    return known[:count]


def changes(
    before: Iterable[Line], after: Iterable[Line], phase: str, count: int = 10
) -> list[Change]:
    """Largest differences by side, service and code; lines of one code are added up."""
    old, new = _by_code(before), _by_code(after)
    found = []
    for key in old.keys() | new.keys():
        lines = new.get(key) or old[key]
        was = sums(old.get(key, ())).get(phase)
        now = sums(new.get(key, ())).get(phase)
        if was != now:
            found.append(Change(lines[0].code, lines[0].label, was, now))
    found.sort(key=lambda change: (-abs(change.difference), change.code))
    return found[:count]


def _by_code(lines: Iterable[Line]) -> dict[Any, list[Line]]:
    return _grouped(lines, lambda line: (line.side, line.service_code, line.code))


def fee_balances(lines: Sequence[Line]) -> list[FeeBalance]:
    """What fees bring in against what their services cost, for those that have either.

    Municipal law has such fees spent on their own service only; a service may cost more or less than
    its fee of a year brings.
    """
    balances = []
    for fee in fees(chart_of_lines(line.account_code for line in lines) or "kae"):
        brought = sums(
            line
            for line in lines
            if line.side == REVENUE and line.account_code.startswith(fee.revenue)
        )
        cost = sums(
            line
            for line in lines
            if line.side == EXPENDITURE
            and fee.pays_for(line.service_code, line.service_label)
            and kind_of(line.account_code) is None
        )
        if brought or cost:
            balances.append(FeeBalance(fee, brought, cost))
    return balances


def _grouped(lines: Iterable[Line], key: Callable[[Line], Hashable]) -> dict[Any, list[Line]]:
    groups: dict[Any, list[Line]] = defaultdict(list)
    for line in lines:
        groups[key(line)].append(line)
    return groups
