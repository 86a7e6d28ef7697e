"""Amounts that are most likely typing errors: flagged, never repaired.

The source has amounts typed a hundredfold (the comma of the cents was lost), tax numbers and codes
typed into the field of the amount. An act says by itself when one of these is likely: the amount
is a number that stands elsewhere in it. The flag is a reason to look, no verdict.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from ckanext.greekmunicipal.diavgeia import values
from ckanext.greekmunicipal.diavgeia.money import Line
from ckanext.greekmunicipal.greek import is_valid_afm

HUNDREDFOLD = "amount-hundredfold"
TAX_NUMBER = "amount-is-tax-number"
CODE = "amount-is-code"
NEGATIVE = "amount-negative"

_NINE_DIGITS = Decimal(100_000_000)
_SMALLEST_CODE = 1000
# Amounts in a subject, as Greek texts write them: «1.234,50 €», «ποσού 500,00».
_WRITTEN = re.compile(r"(?<![\d.,/])(\d{1,3}(?:\.\d{3})+|\d+),(\d{2})(?![\d])")


def flagged(
    amount: Decimal | None, lines: tuple[Line, ...], extra: dict[str, Any], subject: str
) -> tuple[tuple[Line, ...], list[str]]:
    """Lines with flags of their own amounts, and the flags of the whole act.

    Args:
        amount: of the act, EUR.
        lines: of the act.
        extra: ``extraFieldValues`` of the decision.
        subject: as typed.
    """
    if amount is None and not any(line.amount is not None for line in lines):
        return lines, []
    marked, flags = [], []
    body = _afm(extra.get("org"))
    for line in lines:
        found = _of_line(line, body) if line.amount is not None else []
        marked.append(replace(line, flags=(*line.flags, *found)) if found else line)
        flags += found
    if amount is not None:
        flags += _of_act(amount, lines, body, extra, subject)
    return tuple(marked), list(dict.fromkeys(flags))


def _of_line(line: Line, body: str) -> list[str]:
    amount = line.amount
    assert amount is not None  # noqa: S101 - asked by the caller
    found = []
    if amount < 0:
        found.append(NEGATIVE)
    numbers = {body, line.party.afm if line.party else ""} - {""}
    if _is_tax_number(amount, numbers):
        found.append(TAX_NUMBER)
    if _is_code(amount, (*line.kae.split(";"), *line.cpv)):
        found.append(CODE)
    return found


def _of_act(
    amount: Decimal, lines: tuple[Line, ...], body: str, extra: dict[str, Any], subject: str
) -> Iterable[str]:
    if amount < 0:
        yield NEGATIVE
    numbers = {body, *(line.party.afm for line in lines if line.party)} - {""}
    if _is_tax_number(amount, numbers):
        yield TAX_NUMBER
    codes = {code for line in lines for code in (*line.kae.split(";"), *line.cpv)}
    if _is_code(amount, (*codes, values.text(extra.get("kae"), 40))):
        yield CODE
    total = sum([line.amount for line in lines if line.amount is not None], Decimal(0))
    if (total > 0 and amount in (total * 100, total / 100)) or (
        "," in subject and _is_hundredfold_of_written(amount, subject)
    ):
        yield HUNDREDFOLD


def _is_tax_number(amount: Decimal, numbers: set[str]) -> bool:
    """Whether a whole amount is the tax number of a party, or of anybody."""
    if amount < 1_000_000 or amount != amount.to_integral_value():
        return False
    digits = f"{int(amount):09d}"
    return digits in numbers or (amount >= _NINE_DIGITS and is_valid_afm(digits))


def _is_code(amount: Decimal, codes: Iterable[str]) -> bool:
    """Whether an amount is, digit for digit, a budget code or a CPV code of its line."""
    if amount < _SMALLEST_CODE:
        return False
    whole = amount == amount.to_integral_value()
    digits = str(int(amount)) if whole else ""
    typed = format(amount, "f")
    for code in codes:
        if not code:
            continue
        if code == typed:
            return True
        if whole and digits in ("".join(c for c in code if c.isdigit()), code.split("-")[0]):
            return True
    return False


def _is_hundredfold_of_written(amount: Decimal, subject: str) -> bool:
    written = {
        Decimal(f"{whole.replace('.', '')}.{cents}") for whole, cents in _WRITTEN.findall(subject)
    }
    return bool(written) and amount not in written and amount / 100 in written


def _afm(node: Any) -> str:
    found = next(values.each(node), None)
    return values.text(found.get("afm"), 40).replace(" ", "") if found else ""
