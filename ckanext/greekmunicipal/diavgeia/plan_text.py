"""A plan as text: the requests that the next run will make, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from ckanext.greekmunicipal.diavgeia.plan import COUNTRY
from ckanext.greekmunicipal.diavgeia.plan_run import Planned


def lines_of(planned: Sequence[Planned]) -> Iterator[str]:
    """One line a window, then one a reason, then the sum.

    A line has the number of requests expected, the reason, what is asked and why.
    """
    for one in planned:
        asked = str(one.window)
        if one.window.organization_uid == COUNTRY:
            asked += f", kept of {len(one.bodies)} bodies"
        yield f"{one.requests:>5}  {one.reason:<13}  {asked} ({one.why})"
    yield from summary_of(planned)


def summary_of(planned: Sequence[Planned]) -> Iterator[str]:
    """Windows and requests expected, by reason and in all."""
    if not planned:
        yield "Nothing is to be read."
        return
    for reason, group in groupby(sorted(planned, key=_reason), key=_reason):
        windows = list(group)
        expected = sum(one.requests for one in windows)
        yield f"{expected:>5}  {reason}: {len(windows)} windows"
    yield f"{sum(one.requests for one in planned):>5}  requests expected in all"


def _reason(one: Planned) -> str:
    return one.reason
