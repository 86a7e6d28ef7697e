"""ADA and version ids that can be read back, so that an act is found without an index.

An ADA looks like the real ones (``99ΤΦΩΞΞ-ΣΜ1``): four characters of the act, the body's code, a
hyphen, three characters of the act. The body's code of a municipality has three characters.
"""

from __future__ import annotations

import uuid
from typing import NamedTuple

from .draw import Scramble

GREEK = "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ"
ALPHABET = "0123456789" + GREEK
_BASE = len(ALPHABET)

EPOCH = 730_000  # proleptic ordinal of a day in 1999: days are counted from it
DAY_BITS, NUMBER_BITS, CHECK_BITS = 15, 12, 7
MOST_NUMBERS = 1 << NUMBER_BITS  # acts that one body can publish in a day
_FIRST_MUNICIPALITY, _MUNICIPALITY_CODES = 6000, _BASE * _BASE
_VERSION_BITS = 6


class ActKey(NamedTuple):
    """Which act: the body's uid, the ordinal of its day of publication, its number on that day."""

    uid: int
    day: int
    number: int


def _encode(value: int, length: int) -> str:
    text = ""
    for _ in range(length):
        value, digit = divmod(value, _BASE)
        text = ALPHABET[digit] + text
    return text


def _decode(text: str) -> int:
    value = 0
    for character in text:
        value = value * _BASE + ALPHABET.index(character)
    return value


def body_code(uid: int) -> str:
    """Code of a body inside its ADAs; unique for uids up to 999,999,999."""
    place = uid - _FIRST_MUNICIPALITY
    if 0 <= place < _MUNICIPALITY_CODES:
        return "Ω" + _encode(place, 2)
    first, rest = divmod(uid, _BASE**5)
    return GREEK[first] + _encode(rest, 5)


def body_uid(code: str) -> int:
    """The uid whose :func:`body_code` is ``code``.

    Raises:
        ValueError: no body can have this code.
    """
    if len(code) == 3 and code[0] == "Ω":
        return _FIRST_MUNICIPALITY + _decode(code[1:])
    if len(code) == 6:
        return GREEK.index(code[0]) * _BASE**5 + _decode(code[1:])
    raise ValueError(f"{code!r} is not the code of a body")


class Identity:
    """Makes and reads the ids of one seed."""

    def __init__(self, seed: int) -> None:
        self._acts = Scramble(seed, "ada", (DAY_BITS + NUMBER_BITS + CHECK_BITS) // 2)
        self._versions = Scramble(seed, "version", 61)

    def ada(self, key: ActKey) -> str:
        """The ADA of an act."""
        value = ((key.day - EPOCH) << NUMBER_BITS | key.number) << CHECK_BITS
        text = _encode(self._acts.hide(value, key.uid), 7)
        return f"{text[:4]}{body_code(key.uid)}-{text[4:]}"

    def key_of_ada(self, ada: str) -> ActKey | None:
        """The act that has this ADA, if one can; whether it exists the timeline knows."""
        head, _, tail = ada.partition("-")
        if len(tail) != 3 or len(head) not in (7, 10) or set(head + tail) - set(ALPHABET):
            return None
        try:
            uid = body_uid(head[4:])
        except ValueError:
            return None
        hidden = _decode(head[:4] + tail)
        if hidden >> (DAY_BITS + NUMBER_BITS + CHECK_BITS):
            return None
        value = self._acts.reveal(hidden, uid)
        if value & ((1 << CHECK_BITS) - 1):
            return None
        value >>= CHECK_BITS
        return ActKey(uid, (value >> NUMBER_BITS) + EPOCH, value & (MOST_NUMBERS - 1))

    def version_id(self, key: ActKey, version: int) -> str:
        """UUID (version 4 in form) of the n-th version of an act, 0 for the first."""
        value = key.uid << DAY_BITS | (key.day - EPOCH)
        value = (value << NUMBER_BITS | key.number) << _VERSION_BITS | version
        hidden = self._versions.hide(value)
        high, middle, low = hidden >> 74, hidden >> 62 & 0xFFF, hidden & ((1 << 62) - 1)
        return str(uuid.UUID(int=high << 80 | 0x4 << 76 | middle << 64 | 0b10 << 62 | low))

    def key_of_version(self, version_id: str) -> tuple[ActKey, int] | None:
        """The act and the place of the version that has this id, if one can."""
        try:
            number = uuid.UUID(version_id).int
        except ValueError:
            return None
        hidden = (number >> 80) << 74 | (number >> 64 & 0xFFF) << 62 | number & ((1 << 62) - 1)
        value = self._versions.reveal(hidden)
        value, version = divmod(value, 1 << _VERSION_BITS)
        value, act = divmod(value, 1 << NUMBER_BITS)
        uid, day = divmod(value, 1 << DAY_BITS)
        if uid >= 10**9:
            return None
        return ActKey(uid, day + EPOCH, act), version
