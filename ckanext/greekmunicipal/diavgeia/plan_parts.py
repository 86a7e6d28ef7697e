"""Parts of a window that has too many hits: by decision type, one type by issue dates.

Nobody has published paging beyond some ten thousand hits, so no answer is read further than that.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from ckanext.greekmunicipal.diavgeia.families import DECISION_TYPES
from ckanext.greekmunicipal.diavgeia.plan import Window
from ckanext.greekmunicipal.diavgeia.tables import table

MOST = 10_000
# A group of types is made for fewer, since shares differ from day to day and body to body.
_WANTED = 7_000
_LEAST = 1  # acts a weekday of a type that is in no count


@cache
def _shares() -> dict[str, float]:
    """Share of each decision type in the acts of the country on a weekday."""
    counted = {row["decision_type"]: float(row["weekday"]) for row in table("type_shares")}
    counts = {uid: counted.get(uid, _LEAST) for uid in DECISION_TYPES}
    return {uid: count / sum(counts.values()) for uid, count in counts.items()}


def by_type(window: Window, total: int) -> tuple[Window, ...]:
    """The window once for each group of decision types; empty if it has one type already.

    The groups hold every type of the table once. A type that Diavgeia added since is in none of
    them; the reader notices, since the parts then hold fewer acts than the whole.
    """
    types = window.decision_types or tuple(DECISION_TYPES)
    if len(types) < 2:
        return ()
    whole = sum(_shares()[uid] for uid in types)
    expected = {uid: total * _shares()[uid] / whole for uid in types}
    groups = _grouped(types, expected)
    return tuple(replace(window, decision_types=group) for group in groups)


def _grouped(types: Sequence[str], expected: dict[str, float]) -> list[tuple[str, ...]]:
    """First fit, largest type first; at least two groups."""
    room = min(_WANTED, sum(expected.values()) * 0.7)
    groups: list[list[str]] = []
    for uid in sorted(types, key=lambda uid: -expected[uid]):
        for group in groups:
            if sum(expected[one] for one in group) + expected[uid] <= room:
                group.append(uid)
                break
        else:
            groups.append([uid])
    return [tuple(group) for group in groups]


def by_issue_date(window: Window) -> tuple[Window, ...]:
    """The two halves of the window; empty if it has one day only."""
    days = (window.issue_to - window.issue_from).days
    if days < 2:
        return ()
    middle = window.issue_from + dt.timedelta(days=days // 2)
    return replace(window, issue_to=middle), replace(window, issue_from=middle)


def parts(window: Window, total: int) -> tuple[Window, ...]:
    """What to ask instead of a window with ``total`` hits; empty if it is asked as it is."""
    if total <= MOST:
        return ()
    return by_type(window, total) or by_issue_date(window)
