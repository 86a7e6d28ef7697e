"""What is already read: from the lines of the manifest to a mark for each body and issue date.

The mark of an issue date is a day of submission: every version of an act of that date that was
submitted before that day has been seen. A read of some issue dates, with all that was submitted
from a day on, moves their marks to the day on which it was made (or to the end of its own bound of
submission) only if it leaves no gap, that is, if it begins at the mark or before it. So whatever
was not read moves no mark, and is asked for again by the next plan.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from ckanext.greekmunicipal.diavgeia.answer import Proof
from ckanext.greekmunicipal.diavgeia.plan import COUNTRY, Bounds, Window
from ckanext.greekmunicipal.greek import ATHENS


@dataclass(frozen=True)
class Read:
    """A window that was read and proved: what the plan needs of a line of the manifest.

    Attributes:
        window: what was asked.
        through: day of submission from which on the answer may lack something, by the source's
            own clock: the day of the read, or the end of the bound of submission if that is
            earlier.
        bodies: whose acts were kept, for a window over all bodies; a body that is wanted later
            has not been read by it.
    """

    window: Window
    through: dt.date
    bodies: frozenset[str] = frozenset()


def read_of(proof: Proof, bodies: Iterable[str], asked_on: dt.date) -> Read:
    """The read that a proof stands for.

    Args:
        proof: of the answer.
        bodies: whose acts were kept; one if the window is of one body.
        asked_on: our own date in Athens when it was asked; the source's clock, where it is
            earlier, counts instead.
    """
    day = asked_on
    if proof.source_time:
        day = min(day, proof.source_time.astimezone(ATHENS).date())
    if proof.window.submitted_to:
        day = min(day, proof.window.submitted_to)
    kept = frozenset(bodies) if proof.window.organization_uid == COUNTRY else frozenset()
    return Read(proof.window, day, kept)


class Known:
    """Marks of all bodies.

    Args:
        reads: oldest first.
    """

    def __init__(self, reads: Iterable[Read] = ()) -> None:
        self._marks: dict[str, _Marks] = {}
        for read in reads:
            self.add(read)

    def add(self, read: Read) -> None:
        """Move the marks that this read moves."""
        window = read.window
        if window.decision_types:
            return  # a part proves nothing alone
        bodies = read.bodies if window.organization_uid == COUNTRY else (window.organization_uid,)
        for body in bodies:
            marks = self._marks.setdefault(body, _Marks())
            marks.move(window.issue_from, window.issue_to, window.submitted_from, read.through)

    def forget(self, organization_uid: str) -> None:
        """Forget a body: its next run reads everything."""
        self._marks.pop(organization_uid, None)

    def mark(self, organization_uid: str, bounds: Bounds) -> dt.date | None:
        """Oldest mark of the issue dates of a window; None if some were never read."""
        marks = self._marks.get(organization_uid)
        return marks.oldest(bounds.issue_from, bounds.issue_to) if marks else None


class _Marks:
    """Marks of one body: the date at which each stretch begins, and its mark."""

    def __init__(self) -> None:
        self._starts: list[dt.date] = [dt.date.min]
        self._marks: list[dt.date | None] = [None]

    def _cut(self, day: dt.date) -> int:
        """Place of the stretch that begins at ``day``, made if there is none."""
        place = bisect_right(self._starts, day) - 1
        if self._starts[place] == day:
            return place
        self._starts.insert(place + 1, day)
        self._marks.insert(place + 1, self._marks[place])
        return place + 1

    def move(
        self, first: dt.date, end: dt.date, submitted_from: dt.date | None, through: dt.date
    ) -> None:
        start, stop = self._cut(first), self._cut(end)
        for place in range(start, stop):
            mark = self._marks[place]
            whole = submitted_from is None or (mark is not None and submitted_from <= mark)
            if whole and (mark is None or mark < through):
                self._marks[place] = through

    def oldest(self, first: dt.date, end: dt.date) -> dt.date | None:
        place = bisect_right(self._starts, first) - 1
        oldest = self._marks[place]
        while (
            oldest is not None and place + 1 < len(self._starts) and self._starts[place + 1] < end
        ):
            place += 1
            mark = self._marks[place]
            oldest = None if mark is None else min(oldest, mark)
        return oldest
