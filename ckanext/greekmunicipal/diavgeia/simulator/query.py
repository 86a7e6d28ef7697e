"""What a search request means: the real service's defaults, silent clamps and its echo."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from .acts import PENDING_REVOCATION, PUBLISHED, REVOKED_STATUS
from .clock import ATHENS, milliseconds
from .organizations import SimulatedOrganization

DEFAULT_SIZE, LARGEST_SIZE = 100, 500
LONGEST_WINDOW = timedelta(days=180)

# status parameter: (label in the echo, statuses of acts)
_STATUSES: dict[str, tuple[str, frozenset[str]]] = {
    "published": ("Αναρτημένη", frozenset({PUBLISHED})),
    "revoked": ("Ανακληθείσα", frozenset({REVOKED_STATUS})),
    "pending_revocation": ("Προς ανάκληση", frozenset({PENDING_REVOCATION})),
    "all": ("", frozenset({PUBLISHED, PENDING_REVOCATION, REVOKED_STATUS})),
}
# parameter: field in the echo, of the conditions on an act's text
_TEXT_FIELDS = {
    "ada": "ada",
    "subject": "subject",
    "protocol": "protocolNumber",
    "term": "q",
    "unit": "unitUid",
    "signer": "signerUid",
    "type": "decisionTypeUid",
    "tag": "thematicCategoryUid",
}


class ParameterError(ValueError):
    """A parameter that the service answers with 400."""


@dataclass(frozen=True)
class Span:
    """From one instant to another (both included, as in the index), in Athens."""

    start: datetime
    end: datetime

    @property
    def bounds(self) -> tuple[int, int]:
        """Both ends in milliseconds since 1970."""
        return milliseconds(self.start), milliseconds(self.end)

    def __str__(self) -> str:
        return f"[DT({_shown(self.start)}) TO DT({_shown(self.end)})]"


@dataclass(frozen=True)
class Query:
    """A search as the service executes it.

    Attributes:
        bodies: uids asked for; None for all.
        conditions: (parameter, values) on the text of acts.
        statuses: statuses of acts that are shown.
        clauses: the parts of the echo after the two spans.
    """

    submitted: Span
    issued: Span
    page: int
    size: int
    statuses: frozenset[str]
    bodies: frozenset[str] | None = None
    conditions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    clauses: tuple[str, ...] = ()
    order: str = field(default="recent")

    @property
    def echo(self) -> str:
        """``info.query``."""
        spans = f"submissionTimestamp:{self.submitted}", f"issueDate:{self.issued}"
        return " AND ".join((*spans, *self.clauses))

    def clamped(self) -> Query:
        """The same with half the issue window, as a service would cut it."""
        half = (self.issued.end - self.issued.start) / 2
        end = self.issued.start + half
        return replace(self, issued=Span(self.issued.start, end.replace(microsecond=0)))

    def mistaken(self) -> Query:
        """Another question: no body, the default window."""
        end = self.submitted.end
        span = Span(end - LONGEST_WINDOW, end)
        clauses = tuple(part for part in self.clauses if not part.startswith("organization"))
        return replace(self, submitted=span, issued=span, bodies=None, clauses=clauses)


def read_query(
    parameters: Mapping[str, str],
    now: datetime,
    organizations: Sequence[SimulatedOrganization],
) -> Query:
    """The search that the service makes of the parameters; those it does not know do not count.

    Raises:
        ParameterError: a date, a number or a status that cannot be read.
    """
    now = now.astimezone(ATHENS).replace(microsecond=0)
    submitted, issued = _spans(parameters, now)
    status = parameters.get("status", "").lower() or "published"
    if status not in _STATUSES:
        raise ParameterError(f"status: {status}")
    label, statuses = _STATUSES[status]
    clauses: list[str] = []
    conditions = []
    for name, shown in _TEXT_FIELDS.items():
        values = _values(parameters.get(name, ""))
        if values:
            conditions.append((name, values))
            clauses.append(_any_of([f'{shown}:"{value}"' for value in values]))
    bodies, clause = _bodies(_values(parameters.get("org", "")), organizations)
    if clause:
        # The echo puts the body before the type, the text before the body.
        place = sum(part.startswith(("ada", "subject", "protocol", "q:")) for part in clauses)
        clauses.insert(place, clause)
    if label:
        clauses.append(f'status:"{label}"')
    size = _whole_number(parameters, "size", DEFAULT_SIZE)
    return Query(
        submitted,
        issued,
        page=_whole_number(parameters, "page", 0),
        size=min(size or DEFAULT_SIZE, LARGEST_SIZE),
        statuses=statuses,
        bodies=bodies,
        conditions=tuple(conditions),
        clauses=tuple(clauses),
        order=parameters.get("sort") or "recent",
    )


def _spans(parameters: Mapping[str, str], now: datetime) -> tuple[Span, Span]:
    """The submission and the issue window, with all that the service adds and cuts."""
    submitted_from, submitted_to = _day(parameters, "from_date"), _day(parameters, "to_date")
    issued_from = _day(parameters, "from_issue_date")
    issued_to = _day(parameters, "to_issue_date")
    longest_ago = now - LONGEST_WINDOW
    if issued_from is None and issued_to is None:
        issued = Span(longest_ago, now)
        submitted = Span(submitted_from or longest_ago, submitted_to or now)
        return submitted, issued
    end = issued_to or now
    start = issued_from or end - LONGEST_WINDOW
    issued = Span(start, min(end, start + LONGEST_WINDOW))
    return Span(submitted_from or start, submitted_to or now), issued


def _day(parameters: Mapping[str, str], name: str) -> datetime | None:
    """Start of the day in Athens that a parameter names."""
    text = parameters.get(name, "").strip()
    if not text:
        return None
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise ParameterError(f"{name}: {text}")
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise ParameterError(f"{name}: {text}") from error
    return datetime(day.year, day.month, day.day, tzinfo=ATHENS)


def _whole_number(parameters: Mapping[str, str], name: str, default: int) -> int:
    text = parameters.get(name, "").strip() or str(default)
    if not text.isdecimal():
        raise ParameterError(f"{name}: {text}")
    return int(text)


def _values(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _bodies(
    values: tuple[str, ...], organizations: Sequence[SimulatedOrganization]
) -> tuple[frozenset[str] | None, str]:
    if not values:
        return None, ""
    uids: set[str] = set()
    shown: list[str] = []
    for value in values:
        if value.isdigit():
            uids.add(value)
            shown.append(f'organizationUid:"{value}"')
            continue
        for body in organizations:
            if body.latin.lower() == value.lower():
                uids.add(body.uid)
                shown.append(f'organizationUid:"{body.uid}"')
        shown.append(f'organizationLatinName:"{value}"')
    return frozenset(uids), _any_of(shown)


def _any_of(clauses: list[str]) -> str:
    return clauses[0] if len(clauses) == 1 else f"({' OR '.join(clauses)})"


def _shown(instant: datetime) -> str:
    return instant.isoformat(timespec="seconds")
