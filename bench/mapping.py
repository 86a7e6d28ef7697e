"""From an answer's bytes to rows without persons: no service is needed."""

from __future__ import annotations

import time
from collections.abc import Sequence

from bench.figures import Rates
from ckanext.greekmunicipal.diavgeia import money, names, privacy, values
from ckanext.greekmunicipal.diavgeia.act import read_act
from ckanext.greekmunicipal.diavgeia.decoding import search_page
from ckanext.greekmunicipal.diavgeia.plan import PAGE_SIZE
from ckanext.greekmunicipal.diavgeia.rows import rows_of


def measure(decisions: Sequence[bytes], rounds: int) -> tuple[Rates, Rates]:
    """Map the acts in ``rounds`` runs, in processor time: acts a second a core.

    Each run maps acts that no other run maps: a harvest reads an act once. First all runs follow
    one another, as the windows of a harvest do; then each starts with nothing remembered of words,
    parties and values, as a process does that reads its first acts.

    Args:
        decisions: acts as JSON; each run takes an equal part of them.
        rounds: number of runs.

    Returns:
        The rates of a harvest under way, and of first acts.
    """
    size = len(decisions) // (rounds + 1)
    parts = [pages_of(decisions[start * size : (start + 1) * size]) for start in range(rounds + 1)]
    # Tables of names and rules are read once a process; its first acts are no run.
    _map(parts[0])
    running = [_rate(size, part) for part in parts[1:]]
    first = []
    for part in parts[1:]:
        _forget()
        first.append(_rate(size, part))
    return (
        Rates("JSON to rows, persons removed", "acts", tuple(running)),
        Rates("the same, nothing remembered", "acts", tuple(first)),
    )


def _rate(size: int, pages: Sequence[bytes]) -> float:
    started = time.process_time()
    _map(pages)
    return size / (time.process_time() - started)


def pages_of(decisions: Sequence[bytes]) -> list[bytes]:
    """Answers of the search, 500 acts a page, as they come from the wire."""
    return [
        b'{"decisions":[' + b",".join(decisions[start : start + PAGE_SIZE]) + b'],"info":{}}'
        for start in range(0, len(decisions), PAGE_SIZE)
    ]


def _map(pages: Sequence[bytes]) -> None:
    for page in pages:
        map_page(page)


def map_page(page: bytes) -> None:
    """Make the rows of one answer, as a harvest does."""
    for raw in search_page(page)["decisions"]:
        rows_of(read_act(raw))


def _forget() -> None:
    for module in (money, names, privacy, values):
        for thing in vars(module).values():
            if getattr(thing, "__module__", None) == module.__name__ and hasattr(
                thing, "cache_clear"
            ):
                thing.cache_clear()
