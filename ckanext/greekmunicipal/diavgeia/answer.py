"""Reading one window to its end, and the proof that all of it came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from ckanext.greekmunicipal.diavgeia import echo, plan_parts, values
from ckanext.greekmunicipal.diavgeia.errors import WindowNotProved
from ckanext.greekmunicipal.diavgeia.plan import Window
from ckanext.greekmunicipal.greek import ATHENS


class Asks(Protocol):
    """What asks the source: one page as decoded, and the source's clock."""

    @property
    def base_url(self) -> str:
        """Address that is asked."""
        ...

    @property
    def source_time(self) -> dt.datetime | None:
        """The clock of the source at its last answer."""
        ...

    def search(self, window: Window, page: int, size: int) -> Any:
        """One page of the search as decoded."""


@dataclass(frozen=True)
class Page:
    """One page of an answer.

    Attributes:
        number: from 0. A page 0 starts the answer (again): what came before it is void.
        decisions: the items as decoded, hits of the window and stray errors alike.
        total: hits that Diavgeia counts.
    """

    number: int
    decisions: list[Any]
    total: int


@dataclass(frozen=True)
class Proof:
    """Why an answer is believed; a line of the manifest.

    Attributes:
        window: what was asked.
        echo: what Diavgeia says it answered.
        total: hits that it counts; equal to ``distinct + duplicates + skipped``.
        distinct: acts with different numbers.
        duplicates: acts that came twice, in every reading alike.
        skipped: items without a number, such as errors in the place of an act.
        pages: pages of the reading that is believed.
        readings: how often the window was read until it stood still.
        fetched_at: when the last page came, UTC.
        parts: in how many parts it was read; more than one if it had too many hits.
        source_time: the source's own clock when the first page was asked for; None if not told.
    """

    window: Window
    echo: str
    total: int
    distinct: int
    duplicates: int
    skipped: int
    pages: int
    readings: int
    fetched_at: dt.datetime
    parts: int = 1
    source_time: dt.datetime | None = None


class _Moved(Exception):  # noqa: N818 - a reason to read once more
    pass


class _TooMany(Exception):  # noqa: N818 - a reason to read in parts
    def __init__(self, tally: _Tally) -> None:
        super().__init__(str(tally.total))
        self.tally = tally


class _Tally:
    """What a reading has seen."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.items = self.duplicates = self.skipped = self.pages = self.total = 0
        self.readings = self.parts = 1
        self.echo = ""
        self.source_time: dt.datetime | None = None

    def take(self, part: _Tally) -> None:
        """Add a part; an act on the seam of two parts counts once."""
        self.seen |= part.seen
        self.duplicates += part.duplicates
        self.skipped += part.skipped
        self.pages += part.pages
        self.readings = max(self.readings, part.readings)
        self.parts += part.parts

    @property
    def counted(self) -> int:
        """Hits that came."""
        return len(self.seen) + self.duplicates + self.skipped


class WindowAnswer:
    """The pages of one window; the loop over it ends only if the answer is proved.

    ::

        answer = client.read_window(window)
        for page in answer:
            if page.number == 0:
                spool.clear()
            spool.add(page.decisions)
        commit(spool, answer.proof)

    A window with more than ``plan_parts.MOST`` hits is read in parts.
    """

    def __init__(self, client: Asks, window: Window, page_size: int, readings: int) -> None:
        self.window = window
        self._client = client
        self._size = page_size
        self._readings = readings
        self._number = 0
        self._proof: Proof | None = None

    @property
    def proof(self) -> Proof:
        """Proof of the answer.

        Raises:
            WindowNotProved: it has not been read to its end.
        """
        if self._proof is None:
            raise WindowNotProved("unread", f"The answer about {self.window} was not read whole.")
        return self._proof

    def __iter__(self) -> Iterator[Page]:
        """Read the pages, as often as it takes until the window stands still.

        Raises:
            WindowNotProved: the answer does not prove itself.
            RequestFailed: Diavgeia gives no usable answer.
        """
        self._proof = None
        try:
            tally = yield from self._settled(self.window, whole=True)
        except _TooMany as many:
            self._number = 0
            yield Page(0, [], many.tally.total)
            tally = yield from self._in_parts(self.window, many.tally)
        self._proof = self._proved(tally)

    # --- a window that is read as it is ---------------------------------------------------------

    def _settled(
        self, window: Window, *, whole: bool, divide: bool = True
    ) -> Generator[Page, None, _Tally]:
        """Read a window until it stands still; gives its tally.

        A part of a window does not start the answer again: what it gave before is of the same
        source, only older, and the newest version of each act counts.
        """
        before: frozenset[str] | None = None
        why = ""
        for reading in range(1, self._readings + 1):
            tally = _Tally()
            tally.readings = reading
            try:
                yield from self._reading(window, tally, whole=whole, divide=divide)
            except _Moved as moved:
                before, why = None, str(moved)
                continue
            seen = frozenset(tally.seen)
            # Newest first: an act that comes while pages turn shows one act twice and hides none
            # or one. Two readings that agree show that nothing moved.
            if tally.duplicates and seen != before:
                before, why = seen, f"{tally.duplicates} acts came twice"
                continue
            return tally
        raise WindowNotProved(
            "moving",
            f"Asked for {window}, {self._readings} times: {why}. What is stored stays; the"
            " window has to be read later.",
        )

    def _reading(
        self, window: Window, tally: _Tally, *, whole: bool, divide: bool
    ) -> Iterator[Page]:
        number, pages = 0, 1
        while number < pages:
            page, query = self._page(window, number)
            if number == 0:
                tally.total, tally.echo = page.total, query
                tally.source_time = echo.asked_at(query) if not window.submitted_to else None
                tally.pages = 1
                if divide and plan_parts.parts(window, page.total):
                    raise _TooMany(tally)
                pages = max(1, -(-page.total // self._size))
            elif page.total != tally.total:
                raise _Moved(f"the total went from {tally.total} to {page.total} between pages")
            self._count(window, page, tally)
            tally.pages = number + 1
            self._number = number if whole else self._number + 1
            yield Page(self._number, page.decisions, page.total)
            number += 1
        if tally.items != tally.total:
            raise _Moved(f"Diavgeia counts {tally.total} acts but gave {tally.items}")

    def _page(self, window: Window, number: int) -> tuple[Page, str]:
        answer = self._client.search(window, number, self._size)
        info = answer.get("info") if isinstance(answer, dict) else None
        decisions = answer.get("decisions") if isinstance(answer, dict) else None
        if not isinstance(info, dict) or not isinstance(decisions, list):
            raise self._not(window, "shape", "an answer without «info» and «decisions» came")
        query, total = info.get("query"), info.get("total")
        if not isinstance(query, str):
            raise self._not(window, "echo", "an answer without an echo came")
        wrong = echo.difference(window, query)
        if wrong:
            raise self._not(window, "echo", f"the echo differs: {wrong}")
        if type(total) is not int or total < 0:
            raise self._not(window, "shape", "an answer without a total came")
        if info.get("page") != number or info.get("size") != self._size:
            raise self._not(
                window,
                "page",
                f"page {number} of size {self._size} was asked for, page {info.get('page')} of"
                f" size {info.get('size')} came",
            )
        if len(decisions) > self._size or info.get("actualSize", len(decisions)) != len(decisions):
            raise self._not(
                window, "page", f"page {number} has {len(decisions)} acts but says otherwise"
            )
        self._check_day_is_over(window)
        return Page(number, decisions, total), query

    def _check_day_is_over(self, window: Window) -> None:
        """A day of submission counts as read only when it is over at the source too."""
        now = self._client.source_time
        if window.submitted_to and now and now.astimezone(ATHENS).date() < window.submitted_to:
            raise self._not(
                window,
                "open-day",
                f"the source's own clock shows {now.isoformat()}, before its end",
            )

    def _count(self, window: Window, page: Page, tally: _Tally) -> None:
        for raw in page.decisions:
            tally.items += 1
            ada = raw.get("ada") if isinstance(raw, dict) else None
            if not isinstance(ada, str) or not ada.strip() or "errorCode" in raw:
                tally.skipped += 1
                continue
            self._check_content(window, raw, ada)
            if ada in tally.seen:
                tally.duplicates += 1
            tally.seen.add(ada)

    def _check_content(self, window: Window, raw: dict[str, Any], ada: str) -> None:
        body = raw.get("organizationId")
        if window.organization_uid and body is not None and str(body) != window.organization_uid:
            raise self._not(window, "foreign-act", f"the act {ada[:20]} of another body came")
        kind = raw.get("decisionTypeId")
        if window.decision_types and kind is not None and kind not in window.decision_types:
            raise self._not(window, "foreign-act", f"the act {ada[:20]} of another type came")
        issued = values.date(raw.get("issueDate"))
        # The upper bound takes midnight itself, so an act on the seam comes in both windows.
        if issued and not window.issue_from <= issued <= window.issue_to:
            raise self._not(window, "date-outside", f"the act {ada[:20]} issued on {issued} came")

    # --- a window that is read in parts ---------------------------------------------------------

    def _in_parts(self, window: Window, whole: _Tally) -> Generator[Page, None, _Tally]:
        """Read a window in parts that together hold as many acts as it has; gives its tally."""
        before = whole.total
        for parts, by_date in (
            (plan_parts.by_type(window, before), False),
            (plan_parts.by_issue_date(window), True),
        ):
            if not parts:
                continue
            tally = yield from self._joined(parts, whole)
            after = before if tally.counted == before else self._total(window, tally)
            if tally.counted in (before, after) or (
                by_date and min(before, after) <= tally.counted <= max(before, after)
            ):
                tally.total = tally.counted
                return tally
            # Acts came or went meanwhile, or some are of a type that no part asked for; issue
            # dates divide those too.
            before = after
        # A single day that no table of types divides is read as it is, however long it takes.
        return (yield from self._settled(window, whole=False, divide=False))

    def _joined(self, parts: tuple[Window, ...], whole: _Tally) -> Generator[Page, None, _Tally]:
        joined = _Tally()
        joined.echo, joined.source_time = whole.echo, whole.source_time
        joined.pages, joined.parts = whole.pages, 0
        for part in parts:
            try:
                tally = yield from self._settled(part, whole=False)
            except _TooMany as many:
                tally = yield from self._in_parts(part, many.tally)
            joined.take(tally)
        return joined

    def _total(self, window: Window, tally: _Tally) -> int:
        tally.pages += 1
        return self._page(window, 0)[0].total

    def _not(self, window: Window, reason: str, came: str) -> WindowNotProved:
        return WindowNotProved(
            reason,
            f"Asked {self._client.base_url} for {window}: {came}. Nothing of it is used; what"
            " is stored stays.",
        )

    def _proved(self, tally: _Tally) -> Proof:
        return Proof(
            window=self.window,
            echo=tally.echo,
            total=tally.total,
            distinct=len(tally.seen),
            duplicates=tally.duplicates,
            skipped=tally.skipped,
            pages=tally.pages,
            readings=tally.readings,
            fetched_at=dt.datetime.now(dt.timezone.utc),
            parts=tally.parts,
            source_time=tally.source_time,
        )
