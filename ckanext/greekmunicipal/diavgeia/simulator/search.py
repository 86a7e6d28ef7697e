"""Which acts a search finds, without looking at more days than it must."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from .acts import State, state_at
from .clock import athens_day
from .content import types_table
from .names import folded
from .organizations import SimulatedOrganization
from .query import Query
from .timeline import FIRST_STRAY, LONGEST_LAG, LONGEST_SHIFT, Timeline

_FIELDS = {
    "ada": "ada",
    "protocol": "protocolNumber",
    "unit": "unitIds",
    "signer": "signerIds",
    "tag": "thematicCategoryIds",
}


class Found(NamedTuple):
    """One row of a search: the body, the act's state; ``broken`` for an error instead of an act."""

    body: SimulatedOrganization
    state: State
    broken: bool = False


def find(
    timeline: Timeline, body: SimulatedOrganization, query: Query, now: int
) -> Iterator[Found]:
    """The acts of a body that a query finds at ``now`` (milliseconds), conditions on text apart."""
    submitted_from, submitted_to = query.submitted.bounds
    submitted = submitted_from, min(submitted_to, now)
    yield from chosen(_candidates(timeline, body, query.issued.bounds, now), query, submitted)


def chosen(rows: Iterable[Found], query: Query, submitted: tuple[int, int]) -> Iterator[Found]:
    """Of some acts those that a query finds."""
    issued_from, issued_to = query.issued.bounds
    submitted_from, submitted_to = submitted
    types = _type_indices(query)
    for row in rows:
        state = row.state
        if (
            issued_from <= state.issued <= issued_to
            and submitted_from <= state.submitted <= submitted_to
            and state.status in query.statuses
            and (types is None or state.type_index in types)
        ):
            yield row


def state_of(
    timeline: Timeline, body: SimulatedOrganization, day: int, number: int, now: int
) -> State | None:
    """One act as it is at ``now``; None if there is none, or not yet."""
    header = timeline.header(body, day, number)
    if header is None or header.published > now:
        return None
    if number >= FIRST_STRAY:
        return state_at(header, timeline.stray_events(header, body), now)
    return state_at(header, timeline.events_on(body, day, now).get(number, ()), now)


def changed(
    timeline: Timeline, body: SimulatedOrganization, submitted: tuple[int, int], now: int
) -> Iterator[Found]:
    """The acts of a body that were last submitted between two instants, whatever their date."""
    first, last = map(athens_day, submitted)
    rows = [
        Found(body, state)
        for day, number in _changed_before(timeline, body, submitted, now)
        if (state := state_of(timeline, body, day, number, now))
    ]
    for row in (*rows, *_of_days(timeline, body, first, last, now)):
        if submitted[0] <= row.state.submitted <= submitted[1]:
            yield row
    for row in _rare(timeline, body, now):
        if submitted[0] <= row.state.submitted <= submitted[1]:
            yield row


def _candidates(
    timeline: Timeline, body: SimulatedOrganization, issued: tuple[int, int], now: int
) -> Iterator[Found]:
    """All acts that can be issued between two instants, and some more, as they are at ``now``."""
    first = max(athens_day(issued[0]) - LONGEST_SHIFT, timeline.start)
    last = min(athens_day(issued[1]) + LONGEST_LAG + LONGEST_SHIFT, athens_day(now))
    yield from _of_days(timeline, body, first, last, now)
    yield from _rare(timeline, body, now)


def _of_days(
    timeline: Timeline, body: SimulatedOrganization, first: int, last: int, now: int
) -> Iterator[Found]:
    """The ordinary acts published from one day to another."""
    for day in range(first, last + 1):
        headers = timeline.headers(body, day)
        if headers:
            events = timeline.events_on(body, day, now)
            for header in headers:
                if header.published <= now:
                    yield Found(body, state_at(header, events.get(header.number, ()), now))


def _changed_before(
    timeline: Timeline, body: SimulatedOrganization, submitted: tuple[int, int], now: int
) -> list[tuple[int, int]]:
    """Acts published before a submission window that were corrected or revoked in it."""
    first, last = map(athens_day, submitted)
    events = [event for day in range(first, last + 1) for event in timeline.events_at(body, day)]
    events += [
        event
        for event in timeline.old_events(body, now)
        if submitted[0] <= event.at <= submitted[1]
    ]
    return sorted({(event.day, event.number) for event in events if event.day < first})


def _rare(timeline: Timeline, body: SimulatedOrganization, now: int) -> Iterator[Found]:
    for header in timeline.strays(body, now):
        if header.published <= now:
            yield Found(body, state_at(header, timeline.stray_events(header, body), now))
    for header in timeline.broken(body, now):
        if header.published <= now:
            yield Found(body, state_at(header, (), now), broken=True)


def _type_indices(query: Query) -> frozenset[int] | None:
    for name, values in query.conditions:
        if name == "type":
            # A Latin B instead of a Greek one finds nothing.
            table = enumerate(types_table())
            return frozenset(place for place, row in table if row.uid in values)
    return None


def matches(raw: dict[str, Any], name: str, value: str) -> bool:
    """Whether an act meets one condition on its text."""
    if name in _FIELDS:
        field = raw[_FIELDS[name]]
        return value in field if isinstance(field, list) else value == field
    return folded(value) in folded(raw["subject"])
