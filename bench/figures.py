"""Rates of repeated runs, and how they are printed."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Rates:
    """How fast something went in several runs.

    Attributes:
        name: what was done.
        unit: what is counted, as ``rows``.
        per_second: rate of each run, in units a second.
    """

    name: str
    unit: str
    per_second: tuple[float, ...]

    @property
    def median(self) -> float:
        """Rate of the middle run."""
        return median(self.per_second)

    def __str__(self) -> str:
        low, high = min(self.per_second), max(self.per_second)
        return (
            f"{self.name:<44} {self.median:>9,.0f} {self.unit}/s"
            f"   (min {low:,.0f}, max {high:,.0f}; {len(self.per_second)} runs)"
        )


@dataclass(frozen=True)
class Bar:
    """How many times faster one rate has to be than another.

    Attributes:
        times: least ratio of the medians.
    """

    fast: Rates
    slow: Rates
    times: float

    @property
    def ratio(self) -> float:
        """Ratio of the medians."""
        return self.fast.median / self.slow.median

    @property
    def passed(self) -> bool:
        """Whether the ratio reaches the bar."""
        return self.ratio >= self.times

    def __str__(self) -> str:
        verdict = "PASS" if self.passed else "FAIL"
        return (
            f"{verdict}: {self.fast.name} / {self.slow.name} = {self.ratio:.1f},"
            f" at least {self.times:g} wanted"
        )


@dataclass(frozen=True)
class Limit:
    """What a cost may be at most.

    Attributes:
        name: what was measured.
        cost: what it took.
        most: what it may take.
        unit: of both.
    """

    name: str
    cost: float
    most: float
    unit: str

    @property
    def passed(self) -> bool:
        """Whether the cost is within the limit."""
        return self.cost <= self.most

    def __str__(self) -> str:
        verdict = "PASS" if self.passed else "FAIL"
        return f"{verdict}: {self.name}: {self.cost:.2f} {self.unit}, at most {self.most:g} wanted"


def rate(count: int, work: Callable[[], object]) -> float:
    """Do ``work`` once; how many of ``count`` things it did a second."""
    started = time.perf_counter()
    work()
    return count / (time.perf_counter() - started)
