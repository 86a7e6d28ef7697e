"""What happens on which day: acts published, corrected, revoked, without keeping the world.

Days are proleptic ordinals of Athens, instants milliseconds since 1970. Acts are counted by the day
on which they were published; nearly all were issued at most ``LONGEST_LAG`` days before it. The few
others (late registrations, acts dated in the future) are *strays*: so rare that a body's are
kept in one list. Corrections and revocations are drawn on the day when they happen and point back
to an act; the same division keeps the questions of a window short.
"""

from __future__ import annotations

from bisect import bisect
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import date
from itertools import accumulate
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from .clock import athens_midnight, utc_midnight
from .content import types_table
from .draw import WORD, fraction, words
from .history import MEASURED, History
from .organizations import SimulatedOrganization

T = TypeVar("T")

LONGEST_LAG = 40
LONGEST_SHIFT = 12  # days by which a correction moves an issue date
LONGEST_WAIT = 58  # days from publication to an ordinary correction or revocation
FIRST_STRAY = 3072  # number on its day; the ordinary acts of a day have smaller ones
FIRST_BROKEN = 3840

CORRECTED, REVOKED, PENDING = "corrected", "revoked", "pending"
REDATED = "redated"  # a correction that sets another issue date; its salt is the day

_WEEKDAYS = (1.3, 1.4, 1.42, 1.36, 1.32, 0.15, 0.05)
_MONTHS = (0.7, 0.9, 1.0, 0.95, 1.05, 1.1, 1.1, 0.75, 0.95, 1.05, 1.1, 1.35)
_HOLIDAYS = {(1, 1), (1, 6), (3, 25), (5, 1), (8, 15), (10, 28), (12, 25), (12, 26)}
_SECOND, _HOUR, _DAY = 1000, 3_600_000, 86_400_000
_NO_EVENTS: Mapping[int, tuple[Any, ...]] = MappingProxyType({})


class Header(NamedTuple):
    """What a search needs of an act before its text is made."""

    day: int
    number: int
    type_index: int
    issued: int
    published: int


class Event(NamedTuple):
    """A correction, a revocation or a request to revoke."""

    at: int
    kind: str
    day: int
    number: int
    salt: int


class Cache:
    """The last ``size`` answers to questions that always have the same answer."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._answers: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The answer to ``key``, made when it is not there."""
        try:
            self._answers.move_to_end(key)
            return self._answers[key]
        except KeyError:
            answer = self._answers[key] = make()
            if len(self._answers) > self._size:
                self._answers.popitem(last=False)
            return answer


class Timeline:
    """The acts and events of all bodies, from ``start`` to ``until``.

    Args:
        seed: decides everything.
        start: ordinal of the first day with acts.
        until: ordinal of the last day with acts and events; None for no end.
        broken_rate: share of answers' items that are errors instead of acts.
        history: how often acts change, come late or are misdated.
    """

    def __init__(
        self,
        seed: int,
        start: int,
        until: int | None = None,
        *,
        broken_rate: float = 0.0,
        history: History = MEASURED,
    ) -> None:
        self.seed = seed
        self.start = start
        self.until = until
        self.broken_rate = broken_rate
        self.history = history
        self._event_rates = (
            (CORRECTED, history.corrected),
            (REVOKED, history.revoked),
            (PENDING, history.pending),
        )
        self._type_limits = list(accumulate(row.weight for row in types_table()))
        self._headers = Cache(2500)
        self._events_at = Cache(8000)
        self._events_on = Cache(4000)
        self._rare: dict[str, _Rare] = {}

    # --- acts -----------------------------------------------------------------------------------

    def count(self, body: SimulatedOrganization, day: int) -> int:
        """How many ordinary acts a body publishes on a day."""
        if day < self.start or (self.until is not None and day > self.until):
            return 0
        when = date.fromordinal(day)
        weekday = 6 if (when.month, when.day) in _HOLIDAYS else when.weekday()
        mean = body.acts_per_day * _WEEKDAYS[weekday] * _MONTHS[when.month - 1]
        first, second, *_ = words(self.seed, body.number, day, "count")
        return int(mean * (0.75 + first / WORD / 2) + second / WORD)

    def headers(self, body: SimulatedOrganization, day: int) -> tuple[Header, ...]:
        """The ordinary acts of a day, in the order of their numbers."""
        key = (body.uid, day)
        return self._headers.get(key, lambda: self._make_headers(body, day))

    def _make_headers(self, body: SimulatedOrganization, day: int) -> tuple[Header, ...]:
        number_of_body, start = body.number, athens_midnight(day)
        acts = []
        for number in range(self.count(body, day)):
            draws = words(self.seed, number_of_body, day, number)
            published = start + 7 * _HOUR + draws[0] % (13 * _HOUR)
            lag = _lag(draws[1])
            issued = _issued(day - lag, published, draws[2], draws[3])
            acts.append(Header(day, number, self._type(draws[4]), issued, published))
        return tuple(acts)

    def _type(self, word: int) -> int:
        limits = self._type_limits
        return bisect(limits, word * limits[-1] / WORD)

    def header(self, body: SimulatedOrganization, day: int, number: int) -> Header | None:
        """One act, if it exists."""
        if number >= FIRST_STRAY:
            # Up to the end of its day: an act that the clock has not reached is not there yet.
            strays = self.strays(body, athens_midnight(day + 1))
            return next((act for act in strays if act[:2] == (day, number)), None)
        acts = self.headers(body, day) if number < self.count(body, day) else ()
        return acts[number] if number < len(acts) else None

    # --- events ---------------------------------------------------------------------------------

    def events_at(self, body: SimulatedOrganization, day: int) -> tuple[Event, ...]:
        """The ordinary corrections and revocations that happen on a day."""
        key = (body.uid, day)
        return self._events_at.get(key, lambda: tuple(self._make_events(body, day)))

    def _make_events(self, body: SimulatedOrganization, day: int) -> Iterable[Event]:
        acts = self.count(body, day)
        for turn, (kind, rate) in enumerate(self._event_rates):
            draws = words(self.seed, body.number, day, "events", turn)
            for place in range(int(acts * rate + fraction(draws[0]))):
                event = self._event(body, day, f"event{turn}.{place}", kind, 0, LONGEST_WAIT)
                if event:
                    yield event

    def _event(
        self, body: SimulatedOrganization, day: int, name: str, kind: str, low: int, high: int
    ) -> Event | None:
        """An event of ``day`` on an act published ``low`` to ``high`` days before."""
        draws = words(self.seed, body.number, day, name)
        # Half of the revocations come within three days, as measured; corrections take longer.
        power = 2.5 if kind == CORRECTED else 4
        wait = low + int((high - low + 0.99) * fraction(draws[0]) ** power)
        acts = self.count(body, day - wait)
        if not acts:
            return None
        at = athens_midnight(day) + 8 * _HOUR + draws[1] % (11 * _HOUR)
        if wait == 0:
            # After the last publication of the day, before midnight.
            at = athens_midnight(day) + 20 * _HOUR + draws[1] % (3 * _HOUR)
        return Event(at, kind, day - wait, draws[2] % acts, draws[3])

    def events_on(
        self, body: SimulatedOrganization, day: int, now: int
    ) -> Mapping[int, tuple[Event, ...]]:
        """By number, what has happened by ``now`` to the acts published on ``day``, oldest first.

        Events after ``now`` may be among them.
        """
        old = self._rare_of(body, now).old_events.get(day, ())
        last = min(day + LONGEST_WAIT, now // _DAY + 719_164)
        key = (body.uid, day, last)
        found = self._events_on.get(key, lambda: self._collect_events(body, day, last))
        if not old:
            return found
        both = {number: list(events) for number, events in found.items()}
        for event in old:
            both.setdefault(event.number, []).append(event)
        return {number: tuple(sorted(events)) for number, events in both.items()}

    def _collect_events(
        self, body: SimulatedOrganization, day: int, last: int
    ) -> Mapping[int, tuple[Event, ...]]:
        found: dict[int, list[Event]] = {}
        for later in range(day, last + 1):
            for event in self.events_at(body, later):
                if event.day == day:
                    found.setdefault(event.number, []).append(event)
        if not found:
            return _NO_EVENTS
        return {number: tuple(sorted(events)) for number, events in found.items()}

    def old_events(self, body: SimulatedOrganization, now: int) -> Iterable[Event]:
        """Corrections and revocations of acts that are more than ``LONGEST_WAIT`` days old."""
        return self._rare_of(body, now).all_old_events

    # --- what is rare ---------------------------------------------------------------------------

    def strays(self, body: SimulatedOrganization, now: int) -> tuple[Header, ...]:
        """Acts issued long before or after their publication; some published after ``now``."""
        return self._rare_of(body, now).strays

    def stray_events(self, header: Header, body: SimulatedOrganization) -> tuple[Event, ...]:
        """What ever happens to a stray."""
        history = self.history
        if not (history.put_right or history.taken_back):
            return ()
        draws = words(self.seed, body.number, header.day, header.number, "stray")
        found = []
        if fraction(draws[0]) < history.put_right:
            at = athens_midnight(header.day + 1 + draws[1] % 40) + 9 * _HOUR + draws[2] % _HOUR
            found.append(Event(at, REDATED, header.day, header.number, header.day))
        if fraction(draws[3]) < history.taken_back:
            at = athens_midnight(header.day + 1 + draws[4] % 90) + 10 * _HOUR + draws[5] % _HOUR
            found.append(Event(at, REVOKED, header.day, header.number, draws[6]))
        if self.until is not None:
            end = athens_midnight(self.until + 1)
            found = [event for event in found if event.at < end]
        return tuple(sorted(found))

    def broken(self, body: SimulatedOrganization, now: int) -> tuple[Header, ...]:
        """Items that are an error instead of an act."""
        return self._rare_of(body, now).broken

    def _rare_of(self, body: SimulatedOrganization, now: int) -> _Rare:
        found = self._rare.get(body.uid)
        if found is None or found.before <= now:
            found = self._rare[body.uid] = self._make_rare(body, now)
        return found

    def _make_rare(self, body: SimulatedOrganization, now: int) -> _Rare:
        end = now // _DAY + 719_163 + 200  # far enough that a moving clock rarely needs a new list
        strays: list[Header] = []
        broken: list[Header] = []
        events: list[Event] = []
        for day in range(self.start, end + 1):
            if self.until is not None and day > self.until:
                break
            draws = words(self.seed, body.number, day, "rare")
            working = _WEEKDAYS[(day - 1) % 7]
            mean = body.acts_per_day * working
            rare = range(int(mean * self.history.stray + fraction(draws[0])))
            strays.extend(self._stray(body, day, FIRST_STRAY + place) for place in rare)
            for place in range(int(mean * self.history.old + fraction(draws[1]))):
                kind = REVOKED if draws[2] < WORD // 6 else CORRECTED
                event = self._event(body, day, f"old{place}", kind, LONGEST_WAIT + 1, 3000)
                if event:
                    events.append(event)
            if self.broken_rate:
                rare = range(int(mean * self.broken_rate + fraction(draws[3])))
                broken.extend(self._stray(body, day, FIRST_BROKEN + place) for place in rare)
        return _Rare.of(athens_midnight(end + 1), strays, broken, events)

    def _stray(self, body: SimulatedOrganization, day: int, number: int) -> Header:
        draws = words(self.seed, body.number, day, number)
        published = athens_midnight(day) + 7 * _HOUR + draws[0] % (13 * _HOUR)
        share = fraction(draws[1])
        if number >= FIRST_BROKEN:
            lag = draws[5] % 5
        elif fraction(draws[6]) < self.history.mistyped:
            # «2062», «2035» or «2006» instead of the year.
            lag = (-13_150, -3_290, 7_300)[draws[5] % 3]
        elif share < 0.45:
            lag = LONGEST_LAG + 1 + draws[5] % (180 - LONGEST_LAG)
        elif share < 0.85:
            lag = 181 + draws[5] % 500
        elif share < 0.93:
            lag = -365  # the year was mistyped
        else:
            lag = -1 - draws[5] % 60
        issued = _issued(day - lag, published, draws[2], draws[3])
        return Header(day, number, self._type(draws[4]), issued, published)


class _Rare(NamedTuple):
    """The strays and old events of a body up to an instant."""

    before: int
    strays: tuple[Header, ...]
    broken: tuple[Header, ...]
    all_old_events: tuple[Event, ...]
    old_events: Mapping[int, tuple[Event, ...]]

    @classmethod
    def of(
        cls, before: int, strays: list[Header], broken: list[Header], events: list[Event]
    ) -> _Rare:
        by_day: dict[int, tuple[Event, ...]] = {}
        for event in events:
            by_day[event.day] = (*by_day.get(event.day, ()), event)
        return cls(before, tuple(strays), tuple(broken), tuple(events), by_day)


def _lag(word: int) -> int:
    """Days from issue to publication: most at once, a tail to ``LONGEST_LAG``."""
    share = fraction(word)
    if share < 0.42:
        return 0
    if share < 0.64:
        return 1
    if share < 0.90:
        return 2 + int((share - 0.64) / 0.26 * 6)
    return 8 + int(((share - 0.90) / 0.10) ** 2 * (LONGEST_LAG - 7))


def _issued(day: int, published: int, word: int, clock: int) -> int:
    """The issue date as one of the three publishing systems stores it."""
    share = fraction(word)
    if share < 0.83:
        return utc_midnight(day)
    if share < 0.95:
        return athens_midnight(day)
    instant = athens_midnight(day) + 8 * _HOUR + clock % (8 * 3600) * _SECOND
    return instant if instant < published or day > published // _DAY + 719_163 else published
