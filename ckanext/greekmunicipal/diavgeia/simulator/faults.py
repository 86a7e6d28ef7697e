"""Faults that a harvester must survive, by probability or on demand, and named sets of them."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, fields
from threading import Lock

from .draw import fraction, words


@dataclass(frozen=True)
class Faults:
    """Probability (0 to 1) of each fault at a request; at most one happens.

    Attributes:
        rate_limited: 429 with ``Retry-After``.
        rate_limited_silent: 429 without it.
        server_error: 500 with a JSON error.
        bad_gateway: 502 with an HTML page.
        html: 200 with the HTML page of the site.
        truncated: JSON cut in the middle, as if it were whole.
        cut: the connection ends in the middle of the answer.
        reset: the connection is reset before an answer.
        wrong_echo: the answer to another question (no body, other dates), echoed so.
        clamped: the issue window is cut short, and the echo says so.
        wrong_total: ``total`` is greater than what the pages hold.
        slow: the answer drips out.
        shifted: new acts seem to arrive while paging: each later page begins with rows of the one
            before it, and others fall out.
        missing: acts seem to be taken away while paging: each later page begins too late.
    """

    rate_limited: float = 0.0
    rate_limited_silent: float = 0.0
    server_error: float = 0.0
    bad_gateway: float = 0.0
    html: float = 0.0
    truncated: float = 0.0
    cut: float = 0.0
    reset: float = 0.0
    wrong_echo: float = 0.0
    clamped: float = 0.0
    wrong_total: float = 0.0
    slow: float = 0.0
    shifted: float = 0.0
    missing: float = 0.0

    def __post_init__(self) -> None:
        for name, share in self.shares():
            if not 0 <= share <= 1:
                raise ValueError(f"Fault {name}: probability {share}; expected 0 to 1.")
        if sum(share for _, share in self.shares()) > 1.000001:
            raise ValueError("Faults: the probabilities add up to more than 1.")

    def shares(self) -> list[tuple[str, float]]:
        """Name and probability of each fault."""
        return [(field.name, getattr(self, field.name)) for field in fields(self)]


@dataclass(frozen=True)
class Scenario:
    """A named behaviour of the server.

    Attributes:
        faults: what goes wrong.
        broken_rate: share of items in ``decisions`` that are no act: an error, an act without
            its number, null.
        shape_rate: share of acts with a field in an odd shape.
        retry_after: seconds that a 429 asks for.
        slow_seconds: how long a slow answer takes.
    """

    faults: Faults = Faults()
    broken_rate: float = 0.0
    shape_rate: float = 0.0
    retry_after: int = 1
    slow_seconds: float = 2.0


SCENARIOS: dict[str, Scenario] = {
    "plain": Scenario(),
    "awkward": Scenario(broken_rate=0.002, shape_rate=0.2),
    "flaky": Scenario(
        Faults(
            rate_limited=0.02,
            rate_limited_silent=0.02,
            server_error=0.02,
            bad_gateway=0.02,
            html=0.01,
            truncated=0.01,
            cut=0.01,
            reset=0.02,
            slow=0.01,
        )
    ),
    "lying": Scenario(
        Faults(wrong_echo=0.05, clamped=0.05, wrong_total=0.05, shifted=0.05, missing=0.05)
    ),
    "throttled": Scenario(Faults(rate_limited=0.3, rate_limited_silent=0.1)),
    "maintenance": Scenario(Faults(bad_gateway=0.5, html=0.5)),
    "slow": Scenario(Faults(slow=1.0)),
    "all": Scenario(Faults(**{field.name: 0.01 for field in fields(Faults)}), 0.002, 0.2),
}

NAMES = frozenset(field.name for field in fields(Faults))


class FaultDraw:
    """Which fault the next request gets: those asked for first, then by chance from the seed."""

    def __init__(self, seed: int, faults: Faults) -> None:
        self.faults = faults
        self._seed = seed
        self._lock = Lock()
        self._asked: deque[tuple[str, str]] = deque()
        self._requests = 0

    def ask(self, name: str, times: int = 1, path: str = "") -> None:
        """Let the next ``times`` requests whose path contains ``path`` get this fault.

        Raises:
            ValueError: there is no such fault.
        """
        if name not in NAMES:
            raise ValueError(f"No fault {name!r}; there are {', '.join(sorted(NAMES))}.")
        with self._lock:
            self._asked.extend([(name, path)] * times)

    def next(self, path: str) -> str | None:
        """The fault of this request, or None."""
        with self._lock:
            self._requests += 1
            for place, (name, wanted) in enumerate(self._asked):
                if wanted in path:
                    del self._asked[place]
                    return name
            share = fraction(words(self._seed, "fault", self._requests)[0])
        for name, probability in self.faults.shares():
            share -= probability
            if share < 0:
                return name
        return None
