"""Amounts as files write them, to exact cents.

The decimal mark is decided by column, from cells that leave no doubt («1.234,56», «1234.5»); cells
that could be read both ways («29.700») follow the column, else the file's majority, and are flagged.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache

COMMA = "comma"
POINT = "point"
INTEGER = "integer"
AMBIGUOUS = "ambiguous"
EMPTY = "empty"
BAD = "bad"

# Past this a float no longer holds the cents.
MAX_FLOAT = 10**13

_SPACE = re.compile("[ \u00a0\u2007\u2009\u202f€']+|EUR|ευρώ", re.IGNORECASE)
_SHAPES = (
    (INTEGER, re.compile(r"\d+")),
    (COMMA, re.compile(r"\d+,\d{1,2}|\d+,\d{4,}|\d{1,3}(\.\d{3})+,\d+|\d{1,3}(\.\d{3}){2,}")),
    (POINT, re.compile(r"\d+\.\d{1,2}|\d+\.\d{4,}|\d{1,3}(,\d{3})+\.\d+|\d{1,3}(,\d{3}){2,}")),
    (COMMA, re.compile(r"0+,\d{3}|\d{4,},\d{3}")),
    (POINT, re.compile(r"0+\.\d{3}|\d{4,}\.\d{3}")),
    (AMBIGUOUS, re.compile(r"\d{1,3}[.,]\d{3}")),
)
# What nearly all cells of Greek files look like; it leaves no doubt and needs no other reading.
_USUAL = re.compile(r"-?(?:\d{1,3}(?:\.\d{3})*|\d+),\d\d")
_USUAL_MARKS = str.maketrans("", "", ".,")
# Longer texts are no amounts, whatever they are made of.
_MAX_TEXT = 40
_DASHES = {"", "-", "–", "—", "−"}


class NotAnAmount(ValueError):  # noqa: N818
    """A cell of an amount column that is not a number."""


def _split(text: str) -> tuple[str, bool]:
    """Digits and marks of an amount, and whether it is negative."""
    text = _SPACE.sub("", text.strip()).replace("−", "-").replace("–", "-")
    if text in _DASHES:
        return "", False
    if text[0] == "(" and text[-1] == ")":
        return text[1:-1], True
    if text[0] == "-":
        return text[1:], True
    if text[-1] == "-":
        return text[:-1], True
    return text.removeprefix("+"), False


def kind_of(text: str) -> str:
    """What an amount's text tells of its decimal mark: one of the constants of this module."""
    if len(text) > _MAX_TEXT and len(text.strip()) > _MAX_TEXT:
        return BAD
    return COMMA if _USUAL.fullmatch(text) else _kind_of(text)


# Small: amounts that are not as usual recur (empty, zero) or are few.
@lru_cache(maxsize=8192)
def _kind_of(text: str) -> str:
    digits, _negative = _split(text)
    if not digits:
        return EMPTY
    for kind, shape in _SHAPES:
        if shape.fullmatch(digits):
            return kind
    return BAD


def is_amount(cell: object) -> bool:
    """True if a cell holds a number, typed or as text."""
    if isinstance(cell, str):
        return kind_of(cell) not in (EMPTY, BAD)
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)


def marks(cells: Iterable[object]) -> Counter[str]:
    """How many cells of a column speak for each decimal mark (and how many are ambiguous)."""
    return Counter([kind_of(cell) for cell in cells if type(cell) is str])


def usual_cents(text: str) -> int | None:
    """Cents of an amount as Greek files usually have it («-1.234,50»), None if it is another."""
    if len(text) > _MAX_TEXT or not _USUAL.fullmatch(text):
        return None
    return int(text.translate(_USUAL_MARKS))


def decide(column: Counter[str], file: Counter[str]) -> str:
    """Decimal mark by the column's own evidence, else the file's majority, else the Greek one."""
    for evidence in (column, file):
        if evidence[COMMA] != evidence[POINT]:
            return COMMA if evidence[COMMA] > evidence[POINT] else POINT
    return COMMA


@lru_cache(maxsize=8192)
def text_to_cents(text: str, mark: str) -> tuple[int | None, bool]:
    """Cents of a text, and whether a fraction of a cent was rounded away.

    Args:
        text: the cell.
        mark: decimal mark for cells that do not tell themselves.

    Raises:
        NotAnAmount: the text is no number.
    """
    kind = kind_of(text)
    if kind == EMPTY:
        return None, False
    if kind == BAD:
        raise NotAnAmount(text)
    digits, negative = _split(text)
    decimal_mark = "," if (mark if kind in (AMBIGUOUS, INTEGER) else kind) == COMMA else "."
    thousands = "." if decimal_mark == "," else ","
    whole, _, fraction = digits.replace(thousands, "").partition(decimal_mark)
    if len(fraction) <= 2:
        cents, rounded = int(whole + fraction.ljust(2, "0")), False
    else:
        exact = Decimal(f"{whole}.{fraction}") * 100
        cents = int(exact.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
        rounded = cents != exact
    return (-cents if negative else cents), rounded


def number_to_cents(number: float) -> tuple[int, bool]:
    """Cents of a typed number, and whether a fraction of a cent was rounded away.

    Spreadsheets carry sums such as 0.30000000000000004: what is far below a cent is noise.

    Raises:
        NotAnAmount: not finite, or too large for a float to hold the cents.
    """
    if not -MAX_FLOAT < number < MAX_FLOAT:  # nor is NaN
        raise NotAnAmount(repr(number))
    cents = round(number * 100)
    return cents, cents / 100 != number and not -0.01 <= number * 100 - cents <= 0.01


_CENT = Decimal("0.01")


def euros(cents: int | None) -> Decimal | None:
    """EUR of cents, with two digits; None stays None."""
    return None if cents is None else _CENT * cents
