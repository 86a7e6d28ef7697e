"""From an answer's bytes to rows without persons: no service is needed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal

from bench.figures import Rates, rate
from ckanext.greekmunicipal.diavgeia import money, names, privacy, values
from ckanext.greekmunicipal.diavgeia.act import read_act
from ckanext.greekmunicipal.diavgeia.plan import PAGE_SIZE
from ckanext.greekmunicipal.diavgeia.rows import rows_of


def measure(decisions: Sequence[bytes], rounds: int) -> Rates:
    """Map the acts in ``rounds`` runs.

    Each run maps acts that no other run maps, and forgets first what was
    remembered of names and values: a harvest reads an act once.

    Args:
        decisions: acts as JSON; each run takes an equal part of them.
        rounds: number of runs.
    """
    size = len(decisions) // rounds
    # Tables of names and rules are read once a process, not once a run.
    _map(_pages(decisions[:50]))
    rates = []
    for number in range(rounds):
        part = _pages(decisions[number * size : (number + 1) * size])
        _forget()
        rates.append(rate(size, lambda part=part: _map(part)))
    return Rates("JSON to rows, persons removed", "acts", tuple(rates))


def _pages(decisions: Sequence[bytes]) -> list[bytes]:
    """Answers of the search, 500 acts a page, as they come from the wire."""
    return [
        b'{"decisions":[' + b",".join(decisions[start : start + PAGE_SIZE]) + b"]}"
        for start in range(0, len(decisions), PAGE_SIZE)
    ]


def _map(pages: Sequence[bytes]) -> None:
    for page in pages:
        for raw in json.loads(page, parse_float=Decimal)["decisions"]:
            rows_of(read_act(raw))


def _forget() -> None:
    for module in (money, names, privacy, values):
        for thing in vars(module).values():
            if getattr(thing, "__module__", None) == module.__name__ and hasattr(
                thing, "cache_clear"
            ):
                thing.cache_clear()
