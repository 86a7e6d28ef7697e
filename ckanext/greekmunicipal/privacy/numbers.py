"""Numbers of persons in the text of a cell: pure functions, one for each kind.

Sources of the rules:

- ΑΦΜ, tax number: nine digits, the last a check digit modulo 11
  (:func:`ckanext.greekmunicipal.greek.is_valid_afm`). The number alone does not tell a natural
  person from a legal entity for sure: those of legal entities mostly begin with 09, 8 or 9.
- ΑΜΚΑ, social security number: eleven digits, birthday as DDMMYY, serial, check digit by Luhn's
  formula (law 3655/2008, art. 153; ISO/IEC 7812-1, annex B).
- IBAN: ISO 13616-1; check by ISO/IEC 7064 MOD 97-10; lengths of the countries in a table.
- Telephones: national numbering plan of Greece, ten digits: 2… fixed lines, 69… mobiles.
"""

from __future__ import annotations

import re
from calendar import monthrange
from functools import lru_cache

from ckanext.greekmunicipal.greek import is_valid_afm
from ckanext.greekmunicipal.privacy.tables import table

_LENGTHS = {row["country"]: int(row["length"]) for row in table("iban")}

# Greek capitals that look Latin, as they are typed in bank accounts («ΑΤ61…»).
_TO_LATIN = str.maketrans("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX")
_IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}(?![A-Z0-9])")
# A number is whole: no digit or Latin letter (of a digest) beside it, nor a digit behind a point,
# comma, dash or slash. A Greek letter may be: «ΑΦΜ123456789».
_ALONE = r"(?<![A-Za-z\d])(?<![A-Za-z\d][.,/\-:_])"
_END = r"(?![A-Za-z\d])(?![.,/\-:_][A-Za-z\d])"
AMKA = re.compile(rf"{_ALONE}(\d{{6}})[ -]?(\d{{5}}){_END}")
AFM = re.compile(rf"{_ALONE}(?:EL|GR)?(\d{{9}}){_END}")
# An amount or a coordinate, not a number in groups; a telephone has seven digits behind its point.
AMOUNT = re.compile(
    r"[-+]?(?:\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+[.,](?:\d{1,6}|\d{8,}))"
    r" ?(?:€|ευρώ|EUR)?"
)
AFM_GROUPED = re.compile(rf"{_ALONE}(\d{{3}})[ .](\d{{3}})[ .](\d{{3}}){_END}")
PHONE = re.compile(
    rf"{_ALONE}(?P<country>(?:\+|00) ?30[ .\-/()]{{0,3}})?"
    rf"(?P<number>(?:69\d|2[1-8]\d)(?P<rest>(?:[ .\-/()]{{0,2}}\d){{7}})){_END}"
)


def is_amka(digits: str) -> bool:
    """Whether eleven digits are an ΑΜΚΑ: a day of the calendar and Luhn's check digit.

    Args:
        digits: exactly eleven digits.
    """
    return has_birthday(digits) and has_luhn_digit(digits)


def has_birthday(digits: str) -> bool:
    """Whether the first six digits are a day, DDMMYY, of the 20th or 21st century."""
    day, month, year = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    if not 1 <= month <= 12 or not 1 <= day <= 31:
        return False
    return any(day <= monthrange(century + year, month)[1] for century in (1900, 2000))


def has_luhn_digit(digits: str) -> bool:
    """Whether the last digit is the check digit of the others by Luhn's formula."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_iban(text: str) -> bool:
    """Whether a text without blanks is an IBAN of a country that has them.

    Args:
        text: capitals and digits.
    """
    if _LENGTHS.get(text[:2]) != len(text) or not text.isascii() or not text.isalnum():
        return False
    # Letters count from A = 10; the country and the check digits go to the end.
    return int("".join(str(int(char, 36)) for char in text[4:] + text[:4])) % 97 == 1


def ibans(text: str) -> list[tuple[int, int]]:
    """Where IBANs stand in a text, written together or in groups."""
    latin = text.upper().translate(_TO_LATIN)
    if len(latin) != len(text):  # a letter that has no capital of one sign
        return []
    found = []
    for match in _IBAN.finditer(latin):
        length = _iban_length(match[0])
        if length:
            found.append((match.start(), match.start() + length))
    return found


def _iban_length(text: str) -> int:
    """Signs of the IBAN with which a text begins, 0 if it does not begin with one."""
    wanted = _LENGTHS.get(text[:2], 0)
    taken = ""
    for at, char in enumerate(text, 1):
        if char not in " -":
            taken += char
        if len(taken) == wanted:
            return at if is_iban(taken) else 0
    return 0


def afm_digits(digits: str) -> str:
    """What nine digits are: ``afm``, ``afm-legal`` (in the range of legal entities) or ''."""
    if not is_valid_afm(digits):
        return ""
    return "afm-legal" if digits.startswith(("09", "8", "9")) else "afm"


@lru_cache(maxsize=4096)
def phone_kind(number: str) -> str:
    """``mobile`` or ``fixed`` of ten digits that :data:`PHONE` found."""
    return "mobile" if number.startswith("69") else "fixed"
