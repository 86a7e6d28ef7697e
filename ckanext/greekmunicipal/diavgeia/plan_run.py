"""Query plan: the requests of the next run and why, from what is wanted and what is read.

Nothing is decided here by what an answer says, and nothing is remembered: the same bodies, marks
and day give the same plan. Three reasons lead to a request:

``backfill``
    A window of issue dates that was never read is read whole.
``night``
    Windows near today are asked each night for what changed since they were read: nearly all new
    acts, corrections and revocations are there.
``complete pass``
    Every other window, from long before Diavgeia to long after today, is asked so too, at most
    seven days after it was read last: late registrations, mistyped years, corrections and
    revocations of any age are there. Corrections that move an issue date or change a type are
    changes like others: the act comes under its new date, with its new type.

For several bodies each window is asked for one body after another, or once for the whole country
with the acts of other bodies left aside: whichever takes fewer requests.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ckanext.greekmunicipal.diavgeia import plan_costs, plan_parts
from ckanext.greekmunicipal.diavgeia.plan import (
    COUNTRY,
    EARLIEST,
    LATEST,
    Bounds,
    Window,
    cells,
    pages,
)
from ckanext.greekmunicipal.diavgeia.plan_costs import Rates
from ckanext.greekmunicipal.diavgeia.plan_known import Known

BACKFILL, NIGHT, PASS = "backfill", "night", "complete pass"

# The pass is due a day early, so that one failed night does not break the seven days.
PASS_DUE = dt.timedelta(days=6)
# A change is looked for from some days before the mark: an index may lag behind its clock. Reads
# of the whole country by day cannot afford it; there a day is read only when it is over.
OVERLAP = dt.timedelta(days=3)
NEAR_BEFORE, NEAR_AFTER = dt.timedelta(days=60), dt.timedelta(days=31)
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Scope:
    """Issue dates that are wanted: from ``first`` up to, without, ``last``."""

    first: dt.date = EARLIEST
    last: dt.date = LATEST

    def windows(self) -> Iterator[Bounds]:
        """The grid, its first window cut at ``first``."""
        for bounds in cells(self.first, self.last):
            yield Bounds(max(bounds.issue_from, self.first), bounds.issue_to)


@dataclass(frozen=True)
class Planned:
    """A window that the next run reads.

    Attributes:
        window: what is asked.
        reason: ``backfill``, ``night`` or ``complete pass``.
        why: the same in a sentence.
        bodies: whose acts are kept.
        expected: acts that the answer will hold, as far as known.
    """

    window: Window
    reason: str
    why: str
    bodies: tuple[str, ...]
    expected: float

    @property
    def requests(self) -> int:
        """Requests that it is expected to take."""
        return requests_for(self.window, self.expected)


def requests_for(window: Window, total: float) -> int:
    """Requests that a window with ``total`` hits takes: its pages, and those of its parts."""
    parts = plan_parts.parts(window, int(total))
    if not parts:
        return pages(total)
    share = total / len(parts)
    return 1 + sum(pages(share) for _ in parts)


def plan_run(
    bodies: Sequence[str],
    known: Known,
    today: dt.date,
    scope: Scope | None = None,
    rates: Rates | None = None,
) -> tuple[Planned, ...]:
    """The windows that the next run reads, newest issue dates first.

    Args:
        bodies: Diavgeia uids.
        known: what is already read of each.
        today: date in Athens.
        scope: issue dates that are wanted; all if not given.
        rates: acts a day, for the choice of the cheapest way.
    """
    asked = _Run(tuple(dict.fromkeys(bodies)), known, today, rates or Rates())
    found: list[Planned] = []
    for bounds in (scope or Scope()).windows():
        found += asked.of_window(bounds)
    near = {NIGHT: 0, BACKFILL: 1, PASS: 2}
    found.sort(key=lambda one: (near[one.reason], -one.window.issue_from.toordinal()))
    return tuple(found)


@dataclass(frozen=True)
class _Run:
    bodies: tuple[str, ...]
    known: Known
    today: dt.date
    rates: Rates

    def of_window(self, bounds: Bounds) -> list[Planned]:
        """What is asked about one window of issue dates."""
        marks = {body: self.known.mark(body, bounds) for body in self.bodies}
        unread = [body for body, mark in marks.items() if mark is None]
        read = {body: mark for body, mark in marks.items() if mark is not None}
        found = self._unread(bounds, unread) if unread else []
        near = self._is_near(bounds)
        due = {b: m for b, m in read.items() if near or self.today - m >= PASS_DUE}
        if due:
            found += self._changed(bounds, due, near=near)
        return found

    def _is_near(self, bounds: Bounds) -> bool:
        return (
            bounds.issue_to > self.today - NEAR_BEFORE
            and bounds.issue_from <= self.today + NEAR_AFTER
        )

    def _unread(self, bounds: Bounds, bodies: list[str]) -> list[Planned]:
        single = [
            Planned(
                Window(body, *bounds),
                BACKFILL,
                "never read",
                (body,),
                plan_costs.whole(self.rates.of_body(body), bounds, self.today),
            )
            for body in bodies
        ]
        everywhere = plan_costs.whole(self.rates.a_day, bounds, self.today) or self.rates.odd
        country = Planned(
            Window(COUNTRY, *bounds),
            BACKFILL,
            f"never read of {len(bodies)} bodies",
            tuple(bodies),
            everywhere,
        )
        return _cheaper(single, [country])

    def _changed(self, bounds: Bounds, marks: dict[str, dt.date], *, near: bool) -> list[Planned]:
        reason = NIGHT if near else PASS
        single = [
            Planned(
                Window(body, *bounds, mark - OVERLAP),
                reason,
                f"read up to {mark}",
                (body,),
                plan_costs.of_body_since(self.rates, body, bounds, mark - OVERLAP, self.today),
            )
            for body, mark in marks.items()
        ]
        oldest = min(marks.values())
        bodies = tuple(marks)
        why = f"read up to {oldest} of {len(bodies)} bodies"
        if near:
            return _cheaper(single, list(self._by_day(bounds, bodies, oldest, why)))
        since = oldest - OVERLAP
        expected = plan_costs.of_country_since(self.rates, bounds, since, self.today)
        country = Planned(Window(COUNTRY, *bounds, since), PASS, why, bodies, expected)
        return _cheaper(single, [country])

    def _by_day(
        self, bounds: Bounds, bodies: tuple[str, ...], since: dt.date, why: str
    ) -> Iterator[Planned]:
        """Days of submission that are over, together as long as one answer can hold them."""
        first, expected = since, 0.0
        for day in _days(since, self.today):
            more = plan_costs.of_country_by_day(self.rates, bounds, day)
            if day > first and expected + more > plan_parts.MOST:
                yield self._days_read(bounds, bodies, (first, day), why, expected)
                first, expected = day, 0.0
            expected += more
        if first < self.today:
            yield self._days_read(bounds, bodies, (first, self.today), why, expected)

    def _days_read(
        self,
        bounds: Bounds,
        bodies: tuple[str, ...],
        days: tuple[dt.date, dt.date],
        why: str,
        expected: float,
    ) -> Planned:
        return Planned(Window(COUNTRY, *bounds, *days), NIGHT, why, bodies, expected)


def _days(first: dt.date, end: dt.date) -> Iterable[dt.date]:
    return (first + i * _DAY for i in range((end - first).days))


def _cheaper(single: list[Planned], country: list[Planned]) -> list[Planned]:
    """One body after another, unless the whole country at once takes fewer requests."""
    if len(single) < 2:
        return single
    return country if _cost(country) < _cost(single) else single


def _cost(planned: list[Planned]) -> int:
    return sum(one.requests for one in planned)
