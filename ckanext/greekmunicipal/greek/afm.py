"""Tax registration number (ΑΦΜ)."""

from __future__ import annotations

import re

_NINE_DIGITS = re.compile("[0-9]{9}")
_WEIGHTS = (256, 128, 64, 32, 16, 8, 4, 2)


def is_valid_afm(text: str) -> bool:
    """Whether the text is an ΑΦΜ: nine digits of which the last is the check digit.

    The check digit is the sum of the other digits, each times its power of two (256 for the
    first, 2 for the eighth), modulo 11, modulo 10. Nine zeros satisfy the sum but are the filler
    of forms, not a number that the tax office gives.

    Args:
        text: exactly the number, without spaces or country prefix.
    """
    if not _NINE_DIGITS.fullmatch(text) or text == "000000000":
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, text, strict=False))
    return total % 11 % 10 == int(text[8])
