"""Query plan: which windows of issue dates are read.

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


class Bounds(NamedTuple):
    """Issue dates from ``issue_from`` up to, without, ``issue_to``."""

    issue_from: dt.date
    issue_to: dt.date


@dataclass(frozen=True, order=True)
class Window:
    """One question to Diavgeia.

    Attributes:
        organization_uid: whose acts.
        issue_from: first issue date.
        issue_to: issue date after the last.
        submitted_from: only acts changed on or after this date; None for all, whenever they were
            submitted (the client then asks from :data:`FIRST`). The issue bounds stay explicit
            beside it: without them Diavgeia adds «issued in the last 180 days», and late
            registrations are lost.

    Raises:
        ValueError: empty, longer than 150 days, or a uid that is not one.
    """

    organization_uid: str
    issue_from: dt.date
    issue_to: dt.date
    submitted_from: dt.date | None = None

    def __post_init__(self) -> None:
        days = (self.issue_to - self.issue_from).days
        if not 0 < days <= LONGEST:
            raise ValueError(
                f"Window {self.issue_from} to {self.issue_to} spans {days} days; it must span 1 to"
                f" {LONGEST}: split it with grid()."
            )
        if not self.organization_uid.isalnum() or not self.organization_uid.isascii():
            raise ValueError(f"«{self.organization_uid}» is no Diavgeia uid of a body.")

    def __str__(self) -> str:
        late = f", changed since {self.submitted_from}" if self.submitted_from else ""
        return f"body {self.organization_uid}, issued {self.issue_from} to {self.issue_to}{late}"


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
