"""What an address asks of acts, read strictly: what is wrong is refused, what is unknown ignored."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation

import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal.diavgeia import families

FOREIGN = "foreign"
_LONGEST = 200
_TYPE = re.compile(r"[\w.]{1,20}")
_UNIT = re.compile(r"[0-9]{1,12}")
_ADA = re.compile(r"[\w-]{3,40}")
# Of a place in the list: microseconds since 1970, and the act.
_PLACE = re.compile(r"(-?[0-9]{1,17})_([\w-]{3,40})")
_LARGEST = Decimal(10) ** 13


class BadQuestionError(ValueError):
    """A parameter that cannot be read; the message says which and what is accepted."""


@dataclass(frozen=True)
class Place:
    """A place between two acts of the list, newest first: when one was posted, and which it is."""

    posted: int
    ada: str

    def __str__(self) -> str:
        return f"{self.posted}_{self.ada}"


@dataclass(frozen=True)
class Asked:
    """What a reader wants to see; empty is everything.

    Attributes:
        q: words, in any spelling of Greek.
        family: slug of a family.
        type: uid of a decision type.
        start: first issue date.
        end: last issue date.
        least: smallest amount, EUR.
        most: largest amount, EUR.
        unit: uid of a unit of the body.
        payee: ``foreign``, or empty.
        after: acts that are older than this place of the list.
        before: acts that are newer.
    """

    q: str = ""
    family: str = ""
    type: str = ""
    start: dt.date | None = None
    end: dt.date | None = None
    least: Decimal | None = None
    most: Decimal | None = None
    unit: str = ""
    payee: str = ""
    after: Place | None = None
    before: Place | None = None

    def parameters(self, *, whole: bool = False) -> dict[str, str]:
        """Parameters of an address that asks the same.

        Args:
            whole: without the place in the list.
        """
        found = {
            _NAMES.get(each.name, each.name): getattr(self, each.name) for each in fields(self)
        }
        if whole:
            del found["after"], found["before"]
        return {
            name: format(value, "f") if isinstance(value, Decimal) else str(value)
            for name, value in found.items()
            if value not in ("", None)
        }

    @property
    def is_filtered(self) -> bool:
        """Whether not all acts are asked for."""
        return bool(self.parameters(whole=True))


# Parameters whose names are reserved or unclear in Python.
_NAMES = {"start": "from", "end": "to", "least": "min", "most": "max"}


def read(parameters: Mapping[str, str]) -> Asked:
    """Read the parameters of an address.

    Raises:
        BadQuestionError: one cannot be read.
    """
    family = parameters.get("family", "")
    slugs = [each.slug for each in families.FAMILIES]
    if family and family not in slugs:
        raise _refused("family", family, ", ".join(slugs))
    payee = parameters.get("payee", "")
    if payee and payee != FOREIGN:
        raise _refused("payee", payee, FOREIGN)
    asked = Asked(
        parameters.get("q", "").replace("\0", "").strip()[:_LONGEST],
        family,
        _matching("type", parameters, _TYPE, tk._("a code such as Β.2.2")),
        _date("from", parameters),
        _date("to", parameters),
        _amount("min", parameters),
        _amount("max", parameters),
        _matching("unit", parameters, _UNIT, tk._("digits")),
        payee,
        _place("after", parameters),
        _place("before", parameters),
    )
    if asked.after and asked.before:
        raise _refused("before", str(asked.before), tk._("only one of after and before"))
    return asked


def is_ada(text: str) -> bool:
    """Whether a text can be the number of an act."""
    return bool(_ADA.fullmatch(text))


def _matching(
    name: str, parameters: Mapping[str, str], pattern: re.Pattern[str], expected: str
) -> str:
    text = parameters.get(name, "").strip()
    if text and not pattern.fullmatch(text):
        raise _refused(name, text, expected)
    return text


def _date(name: str, parameters: Mapping[str, str]) -> dt.date | None:
    text = parameters.get(name, "").strip()
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise _refused(name, text, tk._("a date such as 2025-03-31")) from None


def _amount(name: str, parameters: Mapping[str, str]) -> Decimal | None:
    text = parameters.get(name, "").strip().replace(" ", "")
    if not text:
        return None
    if "," in text:  # as Greek readers write: 1.234,50
        text = text.replace(".", "").replace(",", ".")
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or abs(amount) > _LARGEST:
        raise _refused(name, text, tk._("an amount in EUR such as 1500 or 1.234,50"))
    return amount


def _place(name: str, parameters: Mapping[str, str]) -> Place | None:
    text = parameters.get(name, "")
    if not text:
        return None
    found = _PLACE.fullmatch(text)
    if not found:
        raise _refused(name, text, tk._("what a link of this page holds"))
    return Place(int(found[1]), found[2])


def _refused(name: str, value: str, expected: str) -> BadQuestionError:
    return BadQuestionError(
        tk._("The parameter {name} is «{value}»; expected: {expected}.").format(
            name=name, value=value[:40], expected=expected
        )
    )
