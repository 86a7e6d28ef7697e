"""Single values of a decision: amounts, instants, dates, codes, references to other acts.

Each reader takes whatever the answer holds and gives the value, or None; what was there but could
not be used is named by a flag that the caller collects.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from ckanext.greekmunicipal.greek import ATHENS, athens_datetime

CENT = Decimal("0.01")
# DataStore's numeric has room for more; a body of Greece does not.
_LARGEST = Decimal(10) ** 15

_GREEK_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_DIGITS = re.compile(r"-?\d{9,16}")
_FIRST, _LAST = 1990, 2100

_TO_GREEK_CAPITALS = str.maketrans("ABEZHIKMNOPTYX", "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ")
# Diavgeia writes 5 to 10 characters and 3; the acts of 2010 and 2011 have 1 or 2 after the hyphen.
_ADA = r"(?<![0-9Α-Ω])[0-9Α-Ω]{4,11}-[0-9Α-Ω]{1,3}(?![0-9Α-Ω])"
_ADA_ANYWHERE = re.compile(_ADA)
_GREEK_LETTER = re.compile("[Α-Ω]")
_AROUND_HYPHEN = re.compile(r"(?<=[0-9Α-Ω])\s*[-‐‑‒–—−]\s*(?=[0-9Α-Ω])")


def each(node: Any) -> Iterator[dict[str, Any]]:
    """The objects of a field that may be a list, one object, a bare value or null."""
    if isinstance(node, list):
        for item in node:
            if isinstance(item, dict):
                yield item
    elif isinstance(node, dict):
        yield node


def text(node: Any, longest: int = 4000) -> str:
    """Text of a string or number with single spaces; '' for anything else."""
    if isinstance(node, str):
        if node.isalnum() and len(node) <= longest:
            return node
        return " ".join(node[:longest].split())
    if isinstance(node, (int, Decimal)) and not isinstance(node, bool):
        return str(node)
    return ""


def texts(node: Any) -> tuple[str, ...]:
    """Texts of a field that may be a list, one text or null."""
    items = node if isinstance(node, list) else (node,)
    return tuple(value for value in map(text, items) if value)


def amount(node: Any) -> tuple[Decimal | None, str, str]:
    """Amount of money, exact to the cent, its currency and a flag.

    Args:
        node: number, text of a number, ``{"amount": …, "currency": …}`` or null.

    Returns:
        Amount or None; currency code or ''; '' or one of ``amount-rounded`` (it had fractions of
        a cent, rounded half up), ``amount-not-understood``.
    """
    currency = ""
    if type(node) is dict:
        currency = node.get("currency")
        if currency != "EUR":
            currency = _currency(currency)
        node = node.get("amount")
    if type(node) is Decimal and -_LARGEST < node < _LARGEST:
        cents = node.quantize(CENT, ROUND_HALF_UP)
        return cents, currency, "" if cents == node else "amount-rounded"
    if node is None or node == "" or node == [] or node == {}:
        return None, currency, ""
    value = _decimal(node)
    if value is None or not value.is_finite() or not -_LARGEST < value < _LARGEST:
        return None, currency, "amount-not-understood"
    cents = value.quantize(CENT, ROUND_HALF_UP)
    return cents, currency, "" if cents == value else "amount-rounded"


def _currency(node: Any) -> str:
    currency = text(node).upper()
    return currency if len(currency) == 3 and currency.isascii() and currency.isalpha() else ""


def _decimal(node: Any) -> Decimal | None:
    if isinstance(node, Decimal):
        return node
    if isinstance(node, bool):
        return None
    if isinstance(node, int):
        return Decimal(node)
    if isinstance(node, (float, str)):
        try:
            return Decimal(str(node).strip())
        except InvalidOperation:
            return None
    return None


def instant(node: Any) -> dt.datetime | None:
    """Instant in Europe/Athens of milliseconds, ISO text or ``dd/MM/yyyy [HH:mm[:ss]]``.

    Text without an offset is time of Athens, the only zone in which the service speaks to people.
    None if there is none, or outside 1990 to 2100.
    """
    moment = None
    try:
        if isinstance(node, str):
            moment = _instant_of_text(node.strip())
        elif isinstance(node, (int, float, Decimal)) and not isinstance(node, bool):
            moment = athens_datetime(int(node))
    except (ValueError, OverflowError, ArithmeticError):
        return None
    return moment if moment and _FIRST <= moment.year <= _LAST else None


def _instant_of_text(value: str) -> dt.datetime | None:
    greek = _GREEK_DATE.fullmatch(value)
    if greek:
        day, month, year, hour, minute, second = (int(part or 0) for part in greek.groups())
        return dt.datetime(year, month, day, hour, minute, second, tzinfo=ATHENS)
    if _DIGITS.fullmatch(value):
        return athens_datetime(int(value))
    if not _ISO_DATE.match(value):
        return None
    if value.endswith(("Z", "z")):
        value = value[:-1] + "+00:00"
    # Python 3.10 reads fractions of three or six digits only.
    value = re.sub(r"\.(\d{1,9})", lambda found: "." + found[1][:6].ljust(6, "0"), value)
    moment = dt.datetime.fromisoformat(value)
    return moment.replace(tzinfo=ATHENS) if moment.tzinfo is None else moment.astimezone(ATHENS)


def date(node: Any) -> dt.date | None:
    """Date in Europe/Athens of what :func:`instant` reads.

    Right for the three conventions of ``issueDate``: midnight UTC, midnight of Athens (21:00Z or
    22:00Z of the day before) and a full time of day.
    """
    if type(node) is int:
        return _date_of_milliseconds(node)
    moment = instant(node)
    return moment.date() if moment else None


@lru_cache(maxsize=8192)
def _date_of_milliseconds(milliseconds: int) -> dt.date | None:
    moment = instant(milliseconds)
    return moment.date() if moment else None


def year(node: Any) -> int | None:
    """Fiscal year, 1990 to 2100, of a number or a text of four digits; else None."""
    value = text(node)
    if len(value) == 4 and value.isdecimal() and _FIRST <= int(value) <= _LAST:
        return int(value)
    return None


def greek_capitals(value: str) -> str:
    """Upper case with Latin look-alike capitals as Greek, for codes made of Greek capitals."""
    return value.upper().translate(_TO_GREEK_CAPITALS)


def is_ada(value: str) -> bool:
    """Whether the text is exactly the number of an act (ΑΔΑ), in Greek capitals."""
    return bool(_ADA_ANYWHERE.fullmatch(value) and _GREEK_LETTER.search(value))


def references(node: str) -> tuple[tuple[str, ...], bool]:
    """ΑΔΑ that a hand-typed text refers to, and whether something in it was not one.

    Latin look-alikes, small letters and spaced or long hyphens are mended.
    """
    typed = _AROUND_HYPHEN.sub("-", greek_capitals(node))
    found = tuple(
        candidate for candidate in _ADA_ANYWHERE.findall(typed) if _GREEK_LETTER.search(candidate)
    )
    return found, not found
