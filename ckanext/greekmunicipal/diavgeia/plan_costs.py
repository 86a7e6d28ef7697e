"""How many acts an answer will hold, as far as can be known before it is asked for.

Estimates decide between ways of asking that are all complete; a wrong one costs requests, never an
act. They are measured figures of the service, which an installation may replace by its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ckanext.greekmunicipal.diavgeia.plan import FIRST, Bounds

# Share of the acts that are submitted at most so many days after their issue date.
_DELAYS = ((0, 0.42), (1, 0.64), (7, 0.90), (40, 0.993), (180, 0.997), (10_000, 1.0))
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Rates:
    """Acts a day.

    Attributes:
        weekday: of the country from Monday to Friday.
        saturday: of the country on a Saturday.
        sunday: of the country on a Sunday.
        body: of a body that is not in ``bodies``, a calendar day.
        bodies: of single bodies, a calendar day.
        old: changes a day in the whole country to the acts of one window of old issue dates.
        odd: acts of the whole country in a window in which none should be.
    """

    weekday: float = 24_000.0
    saturday: float = 2_500.0
    sunday: float = 1_000.0
    body: float = 25.0
    bodies: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    old: float = 30.0
    odd: float = 100.0

    def of_day(self, day: dt.date) -> float:
        """Acts of the country that are submitted on a day."""
        return (*(self.weekday,) * 5, self.saturday, self.sunday)[day.weekday()]

    def of_body(self, organization_uid: str) -> float:
        """Acts of a body a calendar day."""
        return self.bodies.get(organization_uid, self.body)

    @property
    def a_day(self) -> float:
        """Acts of the country a calendar day."""
        return (5 * self.weekday + self.saturday + self.sunday) / 7


def of_country_by_day(rates: Rates, bounds: Bounds, day: dt.date) -> float:
    """Acts of a window of issue dates that the country submits on one day."""
    return rates.of_day(day) * share(bounds, day)


def of_country_since(rates: Rates, bounds: Bounds, since: dt.date, today: dt.date) -> float:
    """Acts of a window of old issue dates that changed in the country since a day."""
    days = (today - since).days + 1
    if bounds.issue_to <= FIRST or bounds.issue_from > today:
        return rates.odd * days / 365
    recent = sum(
        rates.of_day(today - i * _DAY) * share(bounds, today - i * _DAY) for i in range(days)
    )
    return max(rates.old * days, recent)


def of_body_since(
    rates: Rates, organization_uid: str, bounds: Bounds, since: dt.date, today: dt.date
) -> float:
    """Acts of a window of issue dates that a body changed since a day."""
    rate = rates.of_body(organization_uid)
    days = (today - since).days + 1
    return sum(rate * share(bounds, today - i * _DAY) for i in range(days))


def whole(rate: float, bounds: Bounds, today: dt.date) -> float:
    """All acts of a window, at ``rate`` acts a calendar day since Diavgeia began."""
    days = (min(bounds.issue_to, today + _DAY) - max(bounds.issue_from, FIRST)).days
    return rate * max(0, days)


def share(bounds: Bounds, day: dt.date) -> float:
    """Share of the acts submitted on a day whose issue date is in a window."""
    newest, oldest = (day - bounds.issue_to).days + 1, (day - bounds.issue_from).days
    return max(0.0, _within(oldest) - _within(newest - 1))


def _within(days: int) -> float:
    """Share of the acts that are submitted at most ``days`` days after their issue date."""
    if days < 0:
        return 0.0
    before, share_before = 0, 0.0
    for until, share_until in _DELAYS:
        if days <= until:
            if until == before:
                return share_until
            part = (days - before) / (until - before)
            return share_before + part * (share_until - share_before)
        before, share_before = until, share_until
    return 1.0
