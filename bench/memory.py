"""Memory of a process that maps acts, early in a long run and at its end."""

from __future__ import annotations

import datetime as dt
import resource
from collections.abc import Iterator
from itertools import chain, islice

from bench.figures import Limit
from bench.mapping import map_page, pages_of
from bench.mix import enlarged
from bench.world import FIRST, NOW, SEED
from ckanext.greekmunicipal.diavgeia.plan import PAGE_SIZE
from ckanext.greekmunicipal.diavgeia.simulator import SimulatedOrganization, Simulator

EARLY, LATE = 10_000, 500_000
# What the long run may need more than the short one.
MOST_MB = 50.0


def measure(late: int = LATE, early: int = EARLY) -> Limit:
    """Map acts page by page, as they are read; how much the peak grew after the first ones.

    Args:
        late: acts of the whole run.
        early: acts after which the peak is noted for the first time.
    """
    acts = _acts()
    _map(acts, early)
    before = _peak()
    _map(acts, late - early)
    return Limit(
        f"peak memory of mapping, {late:,} acts against {early:,}", _peak() - before, MOST_MB, "MB"
    )


def _acts() -> Iterator[bytes]:
    """Acts of one body after the other, other parties and words in each, made as they are read."""
    return chain.from_iterable(map(_acts_of, range(1, 1000)))


def _acts_of(number: int) -> Iterator[bytes]:
    uid = f"99999{number:04d}"
    body = SimulatedOrganization(uid, f"ΔΗΜΟΣ ΔΟΚΙΜΩΝ {number}", 57.0)
    simulator = Simulator(SEED + number, (body,), start=FIRST, now=min(NOW, dt.date(2018, 1, 1)))
    return enlarged(simulator.truth(uid), SEED + number)


def _map(acts: Iterator[bytes], count: int) -> None:
    done = 0
    while done < count:
        some = list(islice(acts, min(PAGE_SIZE, count - done)))
        for page in pages_of(some):
            map_page(page)
        done += len(some)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
