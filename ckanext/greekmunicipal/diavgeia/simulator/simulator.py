"""A simulated Diavgeia: what its search, its acts and its registers answer at an instant."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from threading import RLock
from typing import Any

from .acts import State, Writer, state_at
from .clock import Clock, athens_day, milliseconds, real_clock, standing_clock
from .faults import SCENARIOS, Scenario
from .history import MEASURED, History
from .identity import ActKey, Identity
from .names import persons
from .organizations import EXAMPLES, SimulatedOrganization
from .query import Query, Span
from .search import Found, changed, chosen, find, matches, state_of
from .timeline import FIRST_STRAY, Cache, Event, Header, Timeline

START = date(2024, 1, 1)
_SHORT = 45 * 86_400_000  # milliseconds of submissions that are found through what happened in them


class Simulator:
    """The acts of some bodies from a first day on, as they are at the clock's instant.

    Args:
        seed: decides everything that is drawn; the same seed gives the same world.
        organizations: bodies and their acts a day; three examples if not given.
        start: first day of publication.
        until: last day with acts, corrections or revocations; None for no end.
        now: the clock: a callable, an instant or day at which it stands, None for the real one.
        scenario: name of a set of faults, or the set.
        history: how often acts change, come late or are misdated.

    Raises:
        ValueError: an unknown scenario, a body twice.
    """

    def __init__(
        self,
        seed: int = 1,
        organizations: Sequence[SimulatedOrganization] = EXAMPLES,
        *,
        start: date = START,
        until: date | None = None,
        now: Clock | datetime | date | None = None,
        scenario: str | Scenario = "plain",
        history: History = MEASURED,
    ) -> None:
        if isinstance(scenario, str):
            if scenario not in SCENARIOS:
                known = ", ".join(sorted(SCENARIOS))
                raise ValueError(f"No scenario {scenario!r}; there are {known}.")
            scenario = SCENARIOS[scenario]
        if len({body.uid for body in organizations}) < len(organizations):
            raise ValueError("The same body was given twice.")
        self.seed = seed
        self.organizations = tuple(organizations)
        self.start = start
        self.until = until
        self.scenario = scenario
        self.clock = _clock(now)
        # Makes the document of an act, as the search gives it; None where it has none to show.
        self.documents: Callable[[dict[str, Any]], bytes | None] | None = None
        self.timeline = Timeline(
            seed,
            start.toordinal(),
            until.toordinal() if until else None,
            broken_rate=scenario.broken_rate,
            history=history,
        )
        self.identity = Identity(seed)
        self.writer = Writer(self.timeline, self.identity, scenario.shape_rate)
        self._bodies = {body.uid: body for body in self.organizations}
        self._results = Cache(8)
        self._weeks = Cache(4)
        self._lock = RLock()

    def now(self) -> datetime:
        """The instant that the clock shows, in Athens."""
        return self.clock()

    # --- search ---------------------------------------------------------------------------------

    def search(
        self, query: Query, now: datetime, shift: int = 0
    ) -> tuple[list[dict[str, Any] | None], int]:
        """One page of a search, newest first, and the number of all hits.

        ``shift`` is the number of rows by which the page begins too early; negative, too late.
        """
        with self._lock:
            instant = milliseconds(now)
            whole = replace(query, page=0, size=0)
            rows = self._results.get((whole, instant), lambda: self._find(query, instant))
            first = max(query.page * query.size - shift, 0)
            page = rows[first : first + query.size]
            return [self._item(row) for row in page], len(rows)

    def search_by(
        self, text: str, test: Callable[[dict[str, Any]], bool], query: Query, now: datetime
    ) -> tuple[list[dict[str, Any]], int]:
        """One page of the acts that meet a condition of the query language, newest first.

        Args:
            text: the condition as asked.
            test: the condition.
            query: page, size and states; its issue dates bound the acts that are looked at,
                unless they begin before the simulator does.
            now: the instant.
        """

        def make() -> list[Found]:
            last = max((query.issued.end, now + timedelta(days=36_600)))
            wide = query.issued.start.year < 2000
            issued = Span(query.issued.start, last) if wide else query.issued
            rows = self._find(replace(query, issued=issued), milliseconds(now))
            return [row for row in rows if not row.broken and test(self.writer.raw(*row[:2]))]

        with self._lock:
            key = ("q", text, query.statuses, milliseconds(now))
            rows = self._results.get(key, make)
            first = query.page * query.size
            page = rows[first : first + query.size]
            return [self.writer.raw(row.body, row.state) for row in page], len(rows)

    def _item(self, row: Found) -> dict[str, Any] | None:
        if row.broken:
            return self._broken(row)
        return self.writer.raw(row.body, row.state)

    def _broken(self, row: Found) -> dict[str, Any] | None:
        """What stands in the place of an act: an error, an act without its number, nothing."""
        kind = row.state.header.issued // 86_400_000 % 4
        if kind == 3:
            return None
        if kind == 2:
            raw = self.writer.raw(row.body, row.state)
            raw["ada"] = None
            return raw
        error = {"errorCode": 500, "errorMessage": "Η πράξη δεν είναι διαθέσιμη"}
        return {**error, "organizationId": row.body.uid}

    def _find(self, query: Query, now: int) -> list[Found]:
        submitted_from, submitted_to = query.submitted.bounds
        submitted = submitted_from, min(submitted_to, now)
        if submitted[1] - submitted[0] <= _SHORT:
            found = list(chosen(self._changed(query, submitted, now), query, submitted))
        else:
            found = [
                row
                for body in self._bodies_of(query)
                for row in find(self.timeline, body, query, now)
            ]
        for name, values in query.conditions:
            if name != "type":
                found = [row for row in found if self._has(row, name, values)]
        # Newest first; the number decides between acts of the same millisecond.
        found.sort(key=lambda row: (row.state.submitted, row.state.header.number), reverse=True)
        return found

    def _bodies_of(self, query: Query) -> list[SimulatedOrganization]:
        return [
            body for body in self.organizations if query.bodies is None or body.uid in query.bodies
        ]

    def _changed(self, query: Query, submitted: tuple[int, int], now: int) -> list[Found]:
        """The acts last submitted between two instants whose issue date can fit the query.

        They are found once for all windows of issue dates: a pass over the whole country asks
        for the same week of submissions in some hundreds of them.
        """

        def make() -> tuple[list[Found], list[int]]:
            rows = [
                row
                for body in self._bodies_of(query)
                for row in changed(self.timeline, body, submitted, now)
            ]
            rows.sort(key=lambda row: row.state.issued)
            return rows, [row.state.issued for row in rows]

        # An open end moves with the clock; the same instant gives the same rows.
        rows, issued = self._weeks.get((query.bodies, submitted, now), make)
        first, last = query.issued.bounds
        return rows[bisect_left(issued, first) : bisect_right(issued, last)]

    def _has(self, row: Found, name: str, values: tuple[str, ...]) -> bool:
        """Whether an act's text meets a condition; one of several values is enough."""
        if row.broken:
            return False
        raw = self.writer.raw(row.body, row.state)
        return any(matches(raw, name, value) for value in values)

    # --- single acts ----------------------------------------------------------------------------

    def decision(self, ada: str, now: datetime | None = None) -> dict[str, Any] | None:
        """The current version of an act; None if there is none with this ADA."""
        with self._lock:
            instant = milliseconds(now or self.now())
            found = self._by_key(self.identity.key_of_ada(ada), instant)
            return self.writer.raw(*found) if found else None

    def document(self, ada: str) -> bytes | None:
        """The document of an act; None if nothing is made for it, or it was revoked."""
        raw = self.decision(ada)
        if raw is None or raw["documentUrl"] is None or self.documents is None:
            return None
        return self.documents(raw)

    def decision_version(
        self, version_id: str, now: datetime | None = None
    ) -> dict[str, Any] | None:
        """An act as a version of it was; None if there is no such version yet."""
        with self._lock:
            instant = milliseconds(now or self.now())
            known = self.identity.key_of_version(version_id)
            found = self._by_key(known[0], instant) if known else None
            if found is None or known is None:
                return None
            body, state = found
            if known[1] > len(state.corrections):
                return None
            if known[1] < len(state.corrections):
                before = state.corrections[known[1]].at - 1
                state = (
                    state_of(self.timeline, body, state.header.day, state.header.number, before)
                    or state
                )
            return self.writer.raw(body, state)

    def version_log(self, ada: str, now: datetime | None = None) -> dict[str, Any] | None:
        """The versions of an act, oldest first."""
        with self._lock:
            instant = milliseconds(now or self.now())
            key = self.identity.key_of_ada(ada)
            found = self._by_key(key, instant)
            if found is None or key is None:
                return None
            body, state = found
            times = [state.header.published, *(event.at for event in state.corrections)]
            ids = [self.identity.version_id(key, place) for place in range(len(times))]
            versions = [
                {
                    "versionId": ids[place],
                    "creator": f"{body.uid}_{key.number % 90 + 1}",
                    "versionTimestamp": at,
                    "description": None,
                    "status": state.status if place == len(ids) - 1 else "PUBLISHED",
                    "correctedVersionId": ids[place - 1] if place else None,
                }
                for place, at in enumerate(times)
            ]
            return {"ada": ada, "organizationId": body.uid, "versions": versions}

    def _by_key(self, key: ActKey | None, now: int) -> tuple[SimulatedOrganization, State] | None:
        body = self._bodies.get(str(key.uid)) if key else None
        if key is None or body is None or key.day > athens_day(now):
            return None
        state = state_of(self.timeline, body, key.day, key.number, now)
        return (body, state) if state else None

    # --- registers ------------------------------------------------------------------------------

    def organization(self, name: str) -> SimulatedOrganization | None:
        """A body by uid or Latin name."""
        found = self._bodies.get(name)
        if found:
            return found
        return next((b for b in self.organizations if b.latin.lower() == name.lower()), None)

    # --- truth for tests ------------------------------------------------------------------------

    def truth(self, uid: str, at: datetime | date | None = None) -> Iterator[dict[str, Any]]:
        """Every act of a body as it is at an instant (the clock's if not given), oldest first."""
        now, body = self._instant(at), self._bodies[uid]
        for state in self._all_states(body, now):
            yield self.writer.raw(body, state)

    def count(self, uid: str, at: datetime | date | None = None) -> int:
        """Number of acts of a body at an instant, revoked ones included."""
        now, body = self._instant(at), self._bodies[uid]
        return sum(1 for _ in self._all_states(body, now))

    def _all_states(self, body: SimulatedOrganization, now: int) -> Iterator[State]:
        strays: dict[int, list[Header]] = {}
        for header in self.timeline.strays(body, now):
            strays.setdefault(header.day, []).append(header)
        for day in range(self.timeline.start, athens_day(now) + 1):
            with self._lock:
                events = self.timeline.events_on(body, day, now)
                acts = [*self.timeline.headers(body, day), *strays.get(day, ())]
                states = [
                    state_at(header, self._events(body, header, events), now)
                    for header in acts
                    if header.published <= now
                ]
            yield from states

    def _events(
        self,
        body: SimulatedOrganization,
        header: Header,
        events: Mapping[int, tuple[Event, ...]],
    ) -> tuple[Event, ...]:
        if header.number >= FIRST_STRAY:
            return self.timeline.stray_events(header, body)
        return events.get(header.number, ())

    def planted_strings(self, uid: str | None = None) -> frozenset[str]:
        """Whatever betrays a planted person, of one body or of all.

        Surnames and fathers' names in three cases, as written, in capitals and folded, and tax
        numbers. A few of the persons may not have been used yet.
        """
        bodies = [self._bodies[uid]] if uid else self.organizations
        return frozenset(
            text
            for body in bodies
            for person in persons(self.seed, body.number)
            for text in person.strings()
        )

    def _instant(self, at: datetime | date | None) -> int:
        return milliseconds(standing_clock(at)() if at is not None else self.now())


def _clock(now: Clock | datetime | date | None) -> Clock:
    if now is None:
        return real_clock
    return standing_clock(now) if isinstance(now, date) else now
