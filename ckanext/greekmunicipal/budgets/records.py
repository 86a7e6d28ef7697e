"""Records of the budget domain: the line, the finding, the budget."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple, cast

from ckanext.greekmunicipal.budgets.tables import read_table

REVENUE = "revenue"
EXPENDITURE = "expenditure"
SIDES = (REVENUE, EXPENDITURE)

# Phases of a budget line, in the order of the tables; each a cumulative amount in EUR.
PHASES = (
    "proposed",
    "initial",
    "amendments",
    "revised",
    "assessed",
    "written_off",
    "collected",
    "committed",
    "invoiced",
    "ordered",
    "prepaid",
    "paid",
)
PHASE_INDEX = {phase: index for index, phase in enumerate(PHASES)}
REVENUE_PHASES = frozenset({"assessed", "written_off", "collected"})
EXPENDITURE_PHASES = frozenset({"committed", "invoiced", "ordered", "prepaid", "paid"})
EXECUTION_PHASES = REVENUE_PHASES | EXPENDITURE_PHASES


@dataclass(frozen=True)
class Column:
    """One column of the canonical table.

    Attributes:
        name: name in the CSV and in the DataStore.
        type: DataStore type: ``integer``, ``date``, ``text`` or ``numeric`` (EUR).
        label_el: Greek label for the data dictionary.
        label_en: English label.
        column_type: Fiscal Data Package ColumnType.
    """

    name: str
    type: str
    label_el: str
    label_en: str
    column_type: str


LINES_COLUMNS: tuple[Column, ...] = tuple(Column(**row) for row in read_table("lines"))


class BudgetLine(NamedTuple):
    """One leaf of a budget (γραμμή προϋπολογισμού, κωδικός αριθμός).

    Amounts are EUR exact to the cent; None where the file has no value. A named tuple is made
    seven times faster than a frozen dataclass of as many fields, and a file has thousands.

    Attributes:
        fiscal_year: οικονομικό έτος; None if the file does not tell.
        period_end: last day of the cumulative execution figures; None for a budget as voted.
        side: ``revenue`` or ``expenditure``; empty if unknown.
        service_code: υπηρεσία, two digits (three in the chart of decree 54/2018) or the
            municipality's own.
        code: the code as the file has it.
        account_code: 4-digit ΚΑΕ or 7-digit account; empty if the code belongs to no chart.
        account_label: label of the longest known prefix of the account in the chart.
        sub_account: digits after the account, the municipality's own.
        label: περιγραφή of the line; empty if withheld.
        source_row: 1-based physical line of a text file or row of a sheet.
        flags: what was repaired, withheld or doubtful in reading.
    """

    fiscal_year: int | None
    period_end: dt.date | None
    side: str
    service_code: str
    service_label: str
    code: str
    account_code: str
    account_label: str
    sub_account: str
    label: str
    proposed: Decimal | None
    initial: Decimal | None
    amendments: Decimal | None
    revised: Decimal | None
    assessed: Decimal | None
    written_off: Decimal | None
    collected: Decimal | None
    committed: Decimal | None
    invoiced: Decimal | None
    ordered: Decimal | None
    prepaid: Decimal | None
    paid: Decimal | None
    source_file: str
    source_sheet: str
    source_row: int
    flags: tuple[str, ...]

    def amount(self, phase: str) -> Decimal | None:
        """EUR in one of :data:`PHASES`, None if unknown."""
        return getattr(self, phase)

    @property
    def amounts(self) -> tuple[Decimal | None, ...]:
        """EUR in all of :data:`PHASES`."""
        return cast("tuple[Decimal | None, ...]", self[AMOUNTS_AT])


# Where the amounts stand among the fields of a line.
AMOUNTS_AT = slice(BudgetLine._fields.index(PHASES[0]), BudgetLine._fields.index(PHASES[-1]) + 1)


@dataclass(frozen=True)
class Finding:
    """Something a person should know about a file.

    Attributes:
        rule: id in the table of rules.
        level: ``error`` (stops publication), ``warning`` (published with the data) or ``info``.
        message_el: what was found, in Greek.
        message_en: the same in English.
        rows: the 1-based rows it is about.
        file: name of the file; empty if it is about the whole budget.
        sheet: name of the sheet; empty for text files.
    """

    rule: str
    level: str
    message_el: str
    message_en: str
    rows: tuple[int, ...] = ()
    file: str = ""
    sheet: str = ""


@dataclass(frozen=True)
class Rule:
    """One row of the table of rules."""

    rule: str
    level: str
    reason: str
    message_el: str
    message_en: str


@lru_cache(maxsize=1)
def rules() -> dict[str, Rule]:
    """The table of rules by id."""
    return {row["rule"]: Rule(**row) for row in read_table("rules")}


def finding(
    rule: str,
    rows: tuple[int, ...] | list[int] = (),
    *,
    file: str = "",
    sheet: str = "",
    **values: Any,
) -> Finding:
    """Make a finding of one rule, its messages filled with ``values``."""
    found = rules()[rule]
    values = {"count": len(rows), **values}
    return Finding(
        rule=rule,
        level=found.level,
        message_el=found.message_el.format(**values),
        message_en=found.message_en.format(**values),
        rows=tuple(sorted(rows)),
        file=file,
        sheet=sheet,
    )


@dataclass
class RowCounts:
    """Physical rows, each counted once: the parts add up to ``physical``."""

    physical: int = 0
    lines: int = 0
    subtotals: int = 0
    headers: int = 0
    blank: int = 0
    notes: int = 0
    not_understood: int = 0

    def add(self, other: RowCounts) -> None:
        """Add the counts of another sheet or file."""
        for name, count in vars(other).items():
            setattr(self, name, getattr(self, name) + count)


@dataclass(frozen=True)
class Budget:
    """One budget as read from one or more files.

    Attributes:
        lines: leaves in the order of the files.
        findings: what a person should know, errors first.
        report: the public report (see the interface page), ready for JSON.
    """

    lines: tuple[BudgetLine, ...]
    findings: tuple[Finding, ...]
    report: dict[str, Any] = field(default_factory=dict)

    @property
    def has_errors(self) -> bool:
        """True if a finding stops publication."""
        return any(found.level == "error" for found in self.findings)
