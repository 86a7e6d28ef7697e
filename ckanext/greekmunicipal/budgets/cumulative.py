"""Amounts that count from 1 January do not fall from one period end to the next.

Law 4727/2020 art. 82: the statements of a year are cumulative. An amount that is lower than it was
before is lawful after a reversal (αντιλογισμός), a write-off (διαγραφή) or a refund (επιστροφή);
otherwise one of the two statements is wrong. That is a warning, which only a person can settle.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from ckanext.greekmunicipal.budgets.records import EXECUTION_PHASES, BudgetLine, Finding, finding

# Advances (προπληρωθέντα) fall whenever they are settled.
PHASES = tuple(sorted(EXECUTION_PHASES - {"prepaid"}))

# Service, account, subdivision: the code as it is written may differ from file to file.
Key = tuple[str, str, str]
Amounts = Mapping[Key, Mapping[str, Decimal]]


@dataclass(frozen=True)
class Earlier:
    """What stood at the end of an earlier period of the same year and side.

    Attributes:
        period_end: its last day.
        amounts: EUR since 1 January by :func:`key_of` and phase; unknown ones are absent.
    """

    period_end: dt.date
    amounts: Amounts


# Fiscal year, side and period end to the last known state before that day, if any.
Before = Callable[[int, str, dt.date], "Earlier | None"]


def key_of(service: str, account_code: str, sub_account: str, code: str) -> Key:
    """What makes a line the same in two statements; a code that belongs to no chart is kept raw."""
    return (service, account_code, sub_account) if account_code else (service, code, "")


def sums(lines: Iterable[tuple[Key, Mapping[str, Decimal | None]]]) -> Amounts:
    """Amounts by key and phase; lines of the same key are added."""
    found: dict[Key, dict[str, Decimal]] = defaultdict(dict)
    for key, amounts in lines:
        by_phase = found[key]
        for phase in PHASES:
            if (amount := amounts[phase]) is not None:
                by_phase[phase] = by_phase.get(phase, Decimal("0.00")) + amount
    return found


def falls(lines: list[BudgetLine], before: Before | None = None) -> list[Finding]:
    """Find lines whose cumulative amounts are lower than at an earlier period end of the year.

    Args:
        lines: of one budget, of one or more periods.
        before: what was published of earlier periods; the later of it and of what the lines
            themselves tell is compared.
    """
    ends: dict[tuple[int, str], set[dt.date]] = defaultdict(set)
    for year, side, end in {(line.fiscal_year, line.side, line.period_end) for line in lines}:
        if year is not None and side and end is not None:
            ends[year, side].add(end)
    found: list[Finding] = []
    for (year, side), days in sorted(ends.items()):
        own: Earlier | None = None
        for end in sorted(days):
            told = before(year, side, end) if before else None
            last = max((each for each in (own, told) if each), key=_end, default=None)
            if last is None and len(days) == 1:
                continue
            part = [
                line
                for line in lines
                if (line.fiscal_year, line.side, line.period_end) == (year, side, end)
            ]
            now = sums((_key(line), line._asdict()) for line in part)
            if last is not None:
                lower = {key for key in now if _falls(last.amounts.get(key, {}), now[key])}
                found += _told(last, [line for line in part if _key(line) in lower])
            own = Earlier(end, now)
    return found


def _end(state: Earlier) -> dt.date:
    return state.period_end


def _key(line: BudgetLine) -> Key:
    service = line.service_code or line.service_label
    return key_of(service, line.account_code, line.sub_account, line.code)


def _falls(then: Mapping[str, Decimal], now: Mapping[str, Decimal]) -> bool:
    return any(phase in then and amount < then[phase] for phase, amount in now.items())


def _told(last: Earlier, lines: Iterable[BudgetLine]) -> list[Finding]:
    places: dict[tuple[str, str], list[int]] = defaultdict(list)
    for line in lines:
        places[line.source_file, line.source_sheet].append(line.source_row)
    earlier = last.period_end.isoformat()
    return [
        finding("cumulative-falls", rows, file=file, sheet=sheet, earlier=earlier)
        for (file, sheet), rows in places.items()
    ]
