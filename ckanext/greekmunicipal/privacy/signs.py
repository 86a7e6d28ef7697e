"""What one cell shows: a few short codes, to be counted by column before anything is decided."""

from __future__ import annotations

import re
from typing import Any

from ckanext.greekmunicipal.greek import fold
from ckanext.greekmunicipal.privacy import numbers, persons

# A longer cell is read in pieces of this many characters.
_LONGEST = 8192
_FORGET_AFTER = 1 << 16
_DIGITS = re.compile(r"\d(?:[ .\-/()]{0,2}\d){7}|[^\W\d_]{2}\d{2}")
_LETTERS = re.compile(r"[^\W\d_]{3}|[^\W\d_]{2}[\s.]")
_GROUPS = re.compile(r"\d{3}\.\d{3}\.\d{3}")
_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_BLANK = re.compile("[\u00a0\u2000-\u200a\u202f\u3000]")
_AFM_LABEL = re.compile(r"(?:α\.? ?φ\.? ?μ\.?|\bafm|\bvat)\W{0,3}$")
_AMKA_LABEL = re.compile(r"(?:α\.? ?μ\.? ?κ\.? ?α\.?|\bamka)\W{0,3}$")
_LABEL_LENGTH = 14
_COUNTRY = re.compile(r"^(?:EL|GR) ?(?=\d{9}$)", re.IGNORECASE)

# Digits of an ΑΦΜ, an ΑΜΚΑ, each without its first zero, and a telephone with its country's 30.
_SIZES = frozenset({8, 9, 10, 11, 12, 14})
_LEAST = 8
_LARGEST = 1e15

Signs = tuple[str, ...]


class CellReader:
    """Reads cells; remembers what the last different ones showed, since columns repeat values."""

    def __init__(self) -> None:
        self._seen: dict[str, Signs] = {}

    def read(self, cell: Any) -> Signs:
        """Signs of one cell.

        Args:
            cell: text, number or None, as a table has it.
        """
        if isinstance(cell, str):
            text = cell
        elif cell is None or isinstance(cell, bool):
            return ()
        elif isinstance(cell, float):
            if not cell.is_integer() or abs(cell) >= _LARGEST:
                return ()
            text = str(int(cell))
        else:
            text = str(cell)
        if _says_nothing(text):
            return ()
        found = self._seen.get(text)
        if found is None:
            found = signs_of(text)
            if len(self._seen) >= _FORGET_AFTER:
                self._seen.clear()
            self._seen[text] = found
        return found


def _says_nothing(text: str) -> bool:
    """Whether a cell is a number of a size that no number of a person has, as most cells are."""
    if text.isdigit():
        return len(text) not in _SIZES
    return len(text) < _LEAST and text.isascii() and text[0].isdigit()


def signs_of(text: str) -> Signs:
    """Signs of the text of one cell, each once.

    ``afm:…``, ``amka:…``, ``iban``, ``phone:…``, ``email:…``, ``name:…``; what follows the colon
    says how far the sign goes, and :mod:`ckanext.greekmunicipal.privacy.deciding` what it means.
    """
    if len(text) > _LONGEST:
        step = _LONGEST - 200  # pieces overlap, so that nothing is cut in two
        pieces = (text[at : at + _LONGEST] for at in range(0, len(text), step))
        return tuple(dict.fromkeys(sign for piece in pieces for sign in signs_of(piece)))
    if not text.isascii():
        text = _BLANK.sub(" ", _HIDDEN.sub("", text))
    text = text.strip()
    signs: list[str] = []
    if _DIGITS.search(text) and (not numbers.AMOUNT.fullmatch(text) or _GROUPS.fullmatch(text)):
        signs += _numbers(text)
    if "@" in text and (mailbox := persons.email_kind(text)):
        signs.append(f"email:{mailbox}")
    if _LETTERS.search(text) and (form := persons.name_form(text)):
        signs.append(f"name:{form}")
    return tuple(dict.fromkeys(signs))


def _numbers(text: str) -> list[str]:
    signs: list[str] = []
    if not text.isascii():
        text = "".join(_plain_digit(char) for char in text)
    for start, end in reversed(numbers.ibans(text)):
        signs.append("iban")
        text = f"{text[:start]} {text[end:]}"
    bare = _COUNTRY.sub("", text).removeprefix("'")
    if bare.isdigit():
        return signs + _whole(bare, labelled=bare != text and not text.startswith("'"))
    for found in numbers.AMKA.finditer(text):
        digits = found[1] + found[2]
        if numbers.is_amka(digits):
            signs.append("amka:labelled" if _labelled(text, found, _AMKA_LABEL) else "amka:text")
    text = numbers.AMKA.sub(lambda found: " " * len(found[0]), text)
    signs += [
        f"phone:{numbers.phone_kind(_digits_of(found['number']))}"
        for found in numbers.PHONE.finditer(text)
    ]
    text = numbers.PHONE.sub(lambda found: " " * len(found[0]), text)
    for found in numbers.AFM.finditer(text):
        if kind := numbers.afm_digits(found[1]):
            form = "labelled" if _labelled(text, found, _AFM_LABEL) else "text"
            signs.append(f"{kind}:{form}")
        else:
            signs.append("nine:text")
    for found in numbers.AFM_GROUPED.finditer(text):
        if kind := numbers.afm_digits("".join(found.groups())):
            form = "labelled" if _labelled(text, found, _AFM_LABEL) else "grouped"
            signs.append(f"{kind}:{form}")
    return signs


def _whole(digits: str, *, labelled: bool) -> list[str]:
    """Signs of a cell that is one number and nothing else."""
    size = len(digits)
    if size == 9:
        kind = numbers.afm_digits(digits)
        return [f"{kind}:{'labelled' if labelled else 'whole'}"] if kind else ["nine:whole"]
    if size == 8:  # a spreadsheet took the zero away from the front
        kind = numbers.afm_digits("0" + digits)
        return [f"{kind}:short"] if kind else []
    if size == 11:
        if not numbers.has_birthday(digits):
            return ["eleven:whole"]
        return ["amka:whole"] if numbers.has_luhn_digit(digits) else ["eleven:dated"]
    if size == 10 or (size in (12, 14) and digits.startswith(("30", "0030"))):
        found = numbers.PHONE.fullmatch(digits[-10:])
        signs = ["amka:short"] if size == 10 and numbers.is_amka("0" + digits) else []
        if not found:
            return [*signs, "ten:whole"]
        return [*signs, f"phone:{numbers.phone_kind(digits[-10:])}-bare"]
    return []


def _plain_digit(char: str) -> str:
    return str(int(char)) if char.isdecimal() else char


def _digits_of(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


def _labelled(text: str, found: re.Match[str], label: re.Pattern[str]) -> bool:
    before = text[max(0, found.start() - _LABEL_LENGTH) : found.start()]
    return bool(label.search(fold(before)))
