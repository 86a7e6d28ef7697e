"""Windows: what can be asked of Diavgeia in one question.

A window is half-open, ``[issue_from, issue_to)``, since Diavgeia takes both bounds as midnight at
the start of the day in Athens. It spans at most 150 days, well below the 180 at which Diavgeia cuts
without a word.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

LONGEST = 150
# Diavgeia opened in October 2010 (law 3861/2010); bodies dated some acts of that year before it.
FIRST = dt.date(2010, 1, 1)
# Older decisions are posted late, and years are mistyped both ways: the grid goes on beyond what
# is likely, as far as a row can hold a date.
EARLIEST = FIRST - 49 * dt.timedelta(days=LONGEST)
LATEST = dt.date(2100, 1, 1)
# Organisation of a window that asks for all bodies.
COUNTRY = ""
# Acts a page, the most that Diavgeia gives; it cuts more without a word.
PAGE_SIZE = 500


class Bounds(NamedTuple):
    """Issue dates from ``issue_from`` up to, without, ``issue_to``."""

    issue_from: dt.date
    issue_to: dt.date


@dataclass(frozen=True, order=True)
class Window:
    """One question to Diavgeia.

    Attributes:
        organization_uid: whose acts; ``COUNTRY`` for those of all bodies.
        issue_from: first issue date.
        issue_to: issue date after the last.
        submitted_from: only acts changed on or after this date; None for all, whenever they were
            submitted (the client then asks from :data:`FIRST`). The issue bounds stay explicit
            beside it: without them Diavgeia adds «issued in the last 180 days», and late
            registrations are lost.
        submitted_to: only acts changed before this date, a day that is over; None for no bound.
        decision_types: only these types; empty for all.

    Raises:
        ValueError: empty, longer than 150 days, or a uid that is not one.
    """

    organization_uid: str
    issue_from: dt.date
    issue_to: dt.date
    submitted_from: dt.date | None = None
    submitted_to: dt.date | None = None
    decision_types: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        days = (self.issue_to - self.issue_from).days
        if not 0 < days <= LONGEST:
            raise ValueError(
                f"Window {self.issue_from} to {self.issue_to} spans {days} days; it must span 1 to"
                f" {LONGEST}: split it with grid()."
            )
        uid = self.organization_uid
        if uid != COUNTRY and not (uid.isalnum() and uid.isascii()):
            raise ValueError(f"«{uid}» is no Diavgeia uid of a body.")
        if self.submitted_to and self.submitted_to <= (self.submitted_from or FIRST):
            raise ValueError(
                f"From {self.submitted_from} to {self.submitted_to} there is no day of submission;"
                " the end is exclusive."
            )

    def __str__(self) -> str:
        body = f"body {self.organization_uid}" if self.organization_uid else "all bodies"
        text = f"{body}, issued {self.issue_from} to {self.issue_to}"
        if self.submitted_to:
            text += f", changed {self.submitted_from or FIRST} to {self.submitted_to}"
        elif self.submitted_from:
            text += f", changed since {self.submitted_from}"
        return text + (f", types {' '.join(self.decision_types)}" if self.decision_types else "")


def grid(first: dt.date, today: dt.date, days: int = LONGEST) -> tuple[Bounds, ...]:
    """Bounds of ``days`` days each on a fixed grid from ``first``, the last one reaching past today.

    The bounds do not depend on ``today``, so that a window keeps its name, and its line in the
    manifest, from one day to the next; only the number of windows grows. A ``first`` after
    ``today`` gives no window.

    Raises:
        ValueError: ``days`` is not 1 to 150.
    """
    if not 1 <= days <= LONGEST:
        raise ValueError(f"A window must span 1 to {LONGEST} days, not {days}.")
    step = dt.timedelta(days=days)
    count = max(0, (today - first).days // days + 1)
    return tuple(Bounds(first + i * step, first + (i + 1) * step) for i in range(count))


def split(issue_from: dt.date, issue_to: dt.date, days: int = LONGEST) -> tuple[Bounds, ...]:
    """Bounds that cover exactly ``[issue_from, issue_to)``, each at most ``days`` days.

    Raises:
        ValueError: the span is empty, or ``days`` is not 1 to 150.
    """
    if issue_to <= issue_from:
        raise ValueError(f"From {issue_from} to {issue_to} there is no day; the end is exclusive.")
    bounds = grid(issue_from, issue_to - dt.timedelta(days=1), days)
    return (*bounds[:-1], Bounds(bounds[-1].issue_from, issue_to))


def windows(
    organization_uid: str,
    first: dt.date,
    today: dt.date,
    *,
    days: int = LONGEST,
    submitted_from: dt.date | None = None,
) -> tuple[Window, ...]:
    """The grid as questions about one body, oldest first.

    With ``submitted_from`` the same windows ask only for what changed since then: complete (late
    registrations, corrections and revocations of any age) and almost all of them empty.
    """
    return tuple(
        Window(organization_uid, bounds.issue_from, bounds.issue_to, submitted_from)
        for bounds in grid(first, today, days)
    )


def cells(first: dt.date, last: dt.date) -> tuple[Bounds, ...]:
    """The windows of 150 days that touch ``[first, last)``, on the grid that runs through FIRST."""
    step = dt.timedelta(days=LONGEST)
    start = FIRST + (first - FIRST) // step * step
    count = max(0, -((start - last) // step))
    return tuple(Bounds(start + i * step, start + (i + 1) * step) for i in range(count))


def pages(total: float, size: int = PAGE_SIZE) -> int:
    """Requests that an answer of ``total`` acts takes, ``size`` a page; an empty one takes one."""
    return max(1, -(-int(total + 0.5) // size))
