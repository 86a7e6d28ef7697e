"""What an address asks for, read strictly: what is not there is not found, what is wrong is refused.

Of the parameters ``period``, ``side``, ``phase``, ``code``, ``service``, ``q``, ``page`` and
``area`` others are ignored.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal.budgets.records import EXPENDITURE, PHASES, SIDES
from ckanext.greekmunicipal.views.budget import wording
from ckanext.greekmunicipal.views.budget.published import Published

_CODE = re.compile(r"[0-9?]{1,7}")
# What a household can have, in square metres.
_LARGEST_AREA = 100_000
_LONGEST = 200
_MOST_PAGES = 10_000


class NotPublishedError(LookupError):
    """The municipality has no such budget."""


class BadQuestionError(ValueError):
    """A parameter that cannot be read; the message says which and what is accepted."""


@dataclass(frozen=True)
class Asked:
    """What a reader wants to see.

    Attributes:
        year: fiscal year.
        period_end: end of the period; None is the budget as voted.
        side: ``revenue`` or ``expenditure``.
        phase: of the amounts; empty: the plan in force.
        code: group of accounts that is looked into; empty is the whole side.
        service: only lines of this service; None is all.
        q: words to be found in lines.
        page: of the list of lines, from 1.
        area: square metres of a household; None if not said.
        only_side: the side of the list of lines; empty is both.
    """

    year: int
    period_end: dt.date | None
    side: str = EXPENDITURE
    phase: str = ""
    code: str = ""
    service: str | None = None
    q: str = ""
    page: int = 1
    area: Decimal | None = None
    only_side: str = ""


def read(published: Published, year: int | None, parameters: Mapping[str, str]) -> Asked:
    """Read an address.

    Args:
        published: what there is.
        year: fiscal year; None is the last.
        parameters: of the address.

    Raises:
        NotPublishedError: there is no such year or period.
        BadQuestionError: a parameter cannot be read.
    """
    year = published.years[-1] if year is None else year
    if year not in published.years:
        raise NotPublishedError(tk._("There is no budget of {year}.").format(year=year))
    side = parameters.get("side", "")
    _one_of("side", side, SIDES)
    phase = parameters.get("phase", "")
    _one_of("phase", phase, PHASES)
    code = parameters.get("code", "")
    if code and not _CODE.fullmatch(code):
        raise BadQuestionError(_refusal("code", code, tk._("one to seven digits")))
    return Asked(
        year,
        _period(published, year, parameters.get("period", "")),
        side or EXPENDITURE,
        phase,
        code,
        parameters["service"][:_LONGEST] if parameters.get("service") else None,
        parameters.get("q", "").replace("\0", "").strip()[:_LONGEST],
        _page(parameters.get("page", "")),
        _area(parameters.get("area", "")),
        side,
    )


def _period(published: Published, year: int, text: str) -> dt.date | None:
    if not text:
        return published.last_period(year)
    try:
        end = None if text == wording.VOTED else dt.date.fromisoformat(text)
    except ValueError:
        expected = tk._("a date such as 2025-03-31, or voted")
        raise BadQuestionError(_refusal("period", text, expected)) from None
    if end not in published.periods(year):
        raise NotPublishedError(
            tk._("There is no budget of {year} {period}.").format(
                year=year, period=wording.period(end)
            )
        )
    return end


def _page(text: str) -> int:
    """A page; what is no number is the first, as elsewhere in CKAN."""
    return min(max(int(text), 1), _MOST_PAGES) if text.isascii() and text.isdigit() else 1


def _area(text: str) -> Decimal | None:
    if not text.strip():
        return None
    try:
        area = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        area = Decimal(-1)
    if not area.is_finite() or not 0 < area <= _LARGEST_AREA:
        expected = tk._("square metres, at most {most}").format(most=_LARGEST_AREA)
        raise BadQuestionError(_refusal("area", text, expected))
    return area


def _one_of(name: str, value: str, accepted: tuple[str, ...]) -> None:
    if value and value not in accepted:
        raise BadQuestionError(_refusal(name, value, ", ".join(accepted)))


def _refusal(name: str, value: str, expected: str) -> str:
    return tk._("The parameter {name} is «{value}»; expected: {expected}.").format(
        name=name, value=value[:40], expected=expected
    )
