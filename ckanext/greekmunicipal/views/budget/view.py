"""One question put to one budget: what the figures of a page are made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal.budgets import compare, summary
from ckanext.greekmunicipal.budgets.records import EXPENDITURE, REVENUE
from ckanext.greekmunicipal.municipalities import Municipality
from ckanext.greekmunicipal.schemas import organizations
from ckanext.greekmunicipal.views.budget import figure, published, wording
from ckanext.greekmunicipal.views.budget import rows as rows_of
from ckanext.greekmunicipal.views.budget.asking import Asked
from ckanext.greekmunicipal.views.budget.published import Published
from ckanext.greekmunicipal.views.budget.rows import Line

Found = TypeVar("Found")
PLAN = ("revised", "initial", "proposed")


def inhabitants_in(body: Municipality, year: int) -> int:
    """Inhabitants by the census of 2021 if the municipality had its borders in a year, else 0."""
    return body.population_2021 if year >= body.established else 0


@dataclass(frozen=True)
class View:
    """A budget as one reader looks at it.

    Attributes:
        published: the budget.
        asked: what the reader wants to see.
        organization: as ``organization_show`` gives it.
        is_alone: one figure is shown in the page of another site: steps stay in it.
    """

    published: Published
    asked: Asked
    organization: dict[str, Any]
    is_alone: bool = False
    _places: dict[tuple[Any, ...], str] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def lines(self) -> Sequence[Line]:
        """All lines of the year and period."""
        return rows_of.lines(self.published, self.asked.year, self.asked.period_end)

    @cached_property
    def totals(self) -> dict[str, summary.Amounts]:
        """Sums of each side."""
        return self.kept("totals", lambda: summary.totals(self.lines))

    @cached_property
    def own(self) -> dict[str, summary.Amounts]:
        """Sums of each side without what is not the municipality's own."""
        return self.kept("own", lambda: summary.own_totals(self.lines))

    def tree(self, side: str, *, own: bool) -> summary.Node:
        """One side by the levels of its chart."""
        lines = [each for each in self.lines if not own or rows_of.is_own(each)]
        return self.kept(f"tree-{side}-{own}", lambda: summary.tree(lines, side))

    def kept(self, name: str, make: Callable[[], Found]) -> Found:
        """What was made of the year and period, made once for this version of the table.

        Args:
            name: of it, with all that it depends on beside year and period.
            make: makes it; its answer is never changed.
        """
        key = (name, self.asked.year, self.asked.period_end)
        return published.keep(self.published, key, lambda: (make(),))[0]

    def of_side(self, side: str) -> list[Line]:
        """Lines of one side."""
        return [line for line in self.lines if line.side == side]

    def plan(self, side: str) -> str:
        """The phase that is the plan in force, as far as it is known."""
        known = self.totals.get(side, {})
        return next((phase for phase in PLAN if phase in known), PLAN[-2])

    def phase(self, side: str) -> str:
        """The phase that was asked for; the plan in force where that is not known."""
        return (
            self.asked.phase if self.asked.phase in self.totals.get(side, {}) else self.plan(side)
        )

    @property
    def inhabitants(self) -> int:
        """Inhabitants of the municipality as it was in the year; 0 if unknown."""
        return self.inhabitants_of(self.asked.year)

    def inhabitants_of(self, year: int) -> int:
        """Inhabitants by the census of 2021; 0 if the borders of the year were others."""
        return inhabitants_in(self.published.municipality, year)

    @cached_property
    def breaks(self) -> list[compare.Break]:
        """Breaks between the years."""
        charts = {year: self.published.chart(year) for year in self.published.years}
        ended = []
        for body in organizations.supervised_by(self.organization["name"]):
            day = str(body.extras.get("abolished") or "")
            if day[:4].isdigit():
                # A body that ended on the last day of a year is gone since the next.
                ended.append((int(day[:4]) + (day[5:] in ("", "12-31")), body.title))
        return compare.breaks(charts, self.published.municipality.established, ended)

    def sources(self, *sides: str, years: Sequence[int] = ()) -> tuple[figure.Source, ...]:
        """Where figures of these sides are from; of whole years at their last period."""
        wanted = sides or (REVENUE, EXPENDITURE)
        places: list[tuple[int, dt.date | None]] = [
            (year, self.published.last_period(year)) for year in years
        ] or [(self.asked.year, self.asked.period_end)]
        units = {
            id(unit): unit for place in places for unit in self.published.units_of(*place, wanted)
        }
        return figure.of_units(list(units.values()))

    def address(self, endpoint: str = "greekmunicipal_budget.year", **changes: Any) -> str:
        """Address of the page with other parameters.

        Args:
            endpoint: of the page.
            changes: fields of ``Asked`` that differ, and what the endpoint needs besides.
        """
        known = {k: changes.pop(k) for k in list(changes) if k in Asked.__dataclass_fields__}
        asked = replace(self.asked, **known)
        anchor = changes.pop("_anchor", "")
        if self.is_alone and anchor in figure.STEPS:
            endpoint, changes["figure"] = "greekmunicipal_budget.embed", anchor
        # Asking Flask costs more than all the rest, and a page has hundreds of addresses.
        place = (endpoint, asked.year, *sorted(changes.items()))
        if place not in self._places:
            self._places[place] = tk.h.url_for(
                endpoint, id=self.organization["name"], year=asked.year, **changes
            )
        query = urlencode(self.parameters(asked))
        return self._places[place] + (f"?{query}" if query else "") + (anchor and f"#{anchor}")

    def parameters(self, asked: Asked | None = None) -> dict[str, Any]:
        """Parameters of an address, those that say something only."""
        asked = asked or self.asked
        found: dict[str, Any] = {}
        if asked.period_end != self.published.last_period(asked.year):
            found["period"] = wording.period_key(asked.period_end)
        if asked.only_side or asked.side != EXPENDITURE:
            found["side"] = asked.side
        found |= {"phase": asked.phase, "code": asked.code, "service": asked.service, "q": asked.q}
        if asked.page > 1:
            found["page"] = asked.page
        if asked.area is not None:
            found["area"] = format(asked.area.normalize(), "f")
        return {name: value for name, value in found.items() if value}

    def when(self) -> str:
        """Year and period in words."""
        return f"{self.asked.year}, {wording.period(self.asked.period_end)}"
