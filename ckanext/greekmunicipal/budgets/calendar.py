"""The calendar of monthly statements: what is due, when it was published, how many days late.

Law 4727/2020 art. 82: a municipality publishes the execution of its budget within ten days of the end
of each month. Only what a portal itself could see is counted: months whose last day for publishing
lies before the municipality's first budget came to the portal are shown, and no lateness is said.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ckanext.greekmunicipal.budgets.monthly import due_on

IN_TIME, LATE, MISSING, NOT_DUE, BEFORE = "in-time", "late", "missing", "not-due", "before"
# Days before the last day for publishing from which on a person is reminded.
REMIND_BEFORE = 5


@dataclass(frozen=True)
class Month:
    """The statement of one month.

    Attributes:
        period_end: last day of the month.
        due: last day on which it is published in time.
        published: day on which both sides were first published here; None if they are not.
        state: ``in-time``, ``late``, ``missing`` (due and not published), ``not-due`` (not published,
            and there is time) or ``before`` (was due before the portal could see it).
        days_late: days from the last day to the publication, or to today where it is missing; None
            where nothing can be said.
    """

    period_end: dt.date
    due: dt.date
    published: dt.date | None
    state: str
    days_late: int | None


def month_ends(first: dt.date, last: dt.date) -> list[dt.date]:
    """Last days of the months that end between two days, both included."""
    found = []
    year, month = first.year, first.month
    while (end := _end(year, month)) <= last:
        if end >= first:
            found.append(end)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found


def months(
    published: Mapping[dt.date, dt.date], since: dt.date, today: dt.date
) -> tuple[Month, ...]:
    """The calendar of a municipality, the latest month first.

    Args:
        published: for each period end of a whole statement, the day on which it was first published
            here (Europe/Athens). Period ends that are no end of a month make no statement.
        since: day on which the municipality's first budget came to the portal.
        today: day in Athens.

    Returns:
        Months from the first that was published, or was due from ``since`` on, to the last that ended.
    """
    ends = [end for end in published if end == _end(end.year, end.month)]
    # The first month that can be in time or late: due on the day of the first budget, or later.
    first = min([*ends, _first_counted(since)])
    return tuple(
        _month(end, published.get(end), since, today)
        for end in reversed(month_ends(first, today - dt.timedelta(days=1)))
    )


def _first_counted(since: dt.date) -> dt.date:
    for end in month_ends(since - dt.timedelta(days=62), since + dt.timedelta(days=31)):
        if due_on(end) >= since:
            return end
    raise AssertionError(since)  # pragma: no cover - one of three months is due later


def _month(end: dt.date, day: dt.date | None, since: dt.date, today: dt.date) -> Month:
    due = due_on(end)
    if due < since:
        return Month(end, due, day, BEFORE, None)
    late = ((day or today) - due).days
    if day is None:
        return Month(end, due, None, MISSING if late > 0 else NOT_DUE, late if late > 0 else None)
    return Month(end, due, day, LATE if late > 0 else IN_TIME, max(late, 0))


def to_remind(found: Iterable[Month], today: dt.date) -> list[Month]:
    """Months that are not published and whose last day is near or past, the oldest first."""
    return sorted(
        (
            month
            for month in found
            if month.state in (MISSING, NOT_DUE)
            and today >= month.due - dt.timedelta(days=REMIND_BEFORE)
        ),
        key=lambda month: month.period_end,
    )


def _end(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])
