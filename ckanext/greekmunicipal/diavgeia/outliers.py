"""Amounts that are most likely typing errors: flagged, never repaired.

The source has amounts typed a hundredfold (the comma of the cents was lost), tax numbers and codes
typed into the field of the amount. An act says by itself when one of these is likely: the amount
is a number that stands elsewhere in it. The flag is a reason to look, no verdict.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
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
_MILLION = Decimal(1_000_000)
_SMALL = Decimal(999)  # amounts that coincide with short codes by chance
# Amounts in a subject, as Greek texts write them: «1.234,50 €», «ποσού 500,00».
_WRITTEN = re.compile(r"(?<![\d.,/])(\d{1,3}(?:\.\d{3})+|\d+),(\d{2})(?![\d])")


def flagged(
    amount: Decimal | None,
    lines: tuple[Line, ...],
    extra: dict[str, Any],
    subject: str,
    *,
    differs: bool,
) -> tuple[tuple[Line, ...], list[str]]:
    """Lines with flags of their own amounts, and the flags of the whole act.

    Args:
        amount: of the act, EUR.
        lines: of the act.
        extra: ``extraFieldValues`` of the decision.
        subject: as typed.
        differs: whether the stated amount is not the sum of the lines.
    """
    flags: list[str] = []
    body: str | None = None
    marked: list[Line] | None = None
    for place, line in enumerate(lines):
        if line.amount is None or _SMALL >= line.amount >= 0:
            continue
        if body is None:
            body = _afm(extra.get("org"))
        found = _of_line(line, line.amount, body)
        if found:
            marked = marked or list(lines)
            marked[place] = line._replace(flags=(*line.flags, *found))
            flags += found
    if amount is not None and not _SMALL >= amount >= 0:
        flags += _of_act(amount, lines, extra)
        if (differs and _is_hundredfold_of_lines(amount, lines)) or (
            "," in subject and _is_hundredfold_of_written(amount, subject)
        ):
            flags.append(HUNDREDFOLD)
    elif differs and amount is not None and _is_hundredfold_of_lines(amount, lines):
        flags.append(HUNDREDFOLD)
    return tuple(marked) if marked else lines, list(dict.fromkeys(flags)) if flags else flags


def _of_line(line: Line, amount: Decimal, body: str) -> list[str]:
    found = []
    if amount < 0:
        found.append(NEGATIVE)
    if amount > _MILLION and _is_tax_number(amount, (body, line.party.afm if line.party else "")):
        found.append(TAX_NUMBER)
    if (line.kae or line.cpv) and _is_code(str(amount), line.kae, line.cpv):
        found.append(CODE)
    return found


def _of_act(amount: Decimal, lines: tuple[Line, ...], extra: dict[str, Any]) -> Iterable[str]:
    if amount < 0:
        yield NEGATIVE
    if amount > _MILLION:
        afms = [line.party.afm for line in lines if line.party]
        if _is_tax_number(amount, (_afm(extra.get("org")), *afms)):
            yield TAX_NUMBER
    text = str(amount)
    kae = values.text(extra.get("kae"), 40)
    if any(_is_code(text, line.kae or kae, line.cpv) for line in lines[:1]):
        yield CODE


def _is_hundredfold_of_lines(amount: Decimal, lines: tuple[Line, ...]) -> bool:
    total = sum([line.amount for line in lines if line.amount is not None], Decimal(0))
    return total > 0 and amount in (total * 100, total / 100)


def _is_tax_number(amount: Decimal, numbers: Iterable[str]) -> bool:
    """Whether a whole amount is the tax number of a party, or of anybody."""
    if amount != amount.to_integral_value():
        return False
    digits = f"{int(amount):09d}"
    return digits in numbers or (amount >= _NINE_DIGITS and is_valid_afm(digits))


def _is_code(amount: str, kae: str, cpv: tuple[str, ...]) -> bool:
    """Whether an amount is, digit for digit, a budget code or a CPV code of its line.

    Args:
        amount: with a point and two digits.
        kae: budget codes as typed, joined by ``;``.
        cpv: codes of the common procurement vocabulary.
    """
    if kae and amount in kae and amount in kae.split(";"):
        return True
    if not amount.endswith(".00"):
        return False
    whole = amount[:-3]
    if len(whole) >= 8 and any(whole in (code[:8], code.replace("-", "")) for code in cpv):
        return True
    return bool(kae) and any(
        whole in (code, code.split("-")[0], "".join(filter(str.isdigit, code)))
        for code in kae.split(";")
    )


def _is_hundredfold_of_written(amount: Decimal, subject: str) -> bool:
    written = {
        Decimal(f"{whole.replace('.', '')}.{cents}") for whole, cents in _WRITTEN.findall(subject)
    }
    return bool(written) and amount not in written and amount / 100 in written


def _afm(node: Any) -> str:
    found = next(values.each(node), None)
    return values.text(found.get("afm"), 40).replace(" ", "") if found else ""
