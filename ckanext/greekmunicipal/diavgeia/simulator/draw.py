"""Chance that repeats itself: every number follows from the seed and from what it is drawn for.

Nothing is stored. Whoever asks for the same act of the same seed gets the same act, in whatever
order the questions come.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")

_WORDS = struct.Struct("<8I")
WORD = 1 << 32  # words below are 0 ... WORD - 1


def words(seed: int, *parts: int | str) -> tuple[int, ...]:
    """Eight independent words of 32 bits that belong to ``parts``."""
    text = f"{seed}|{'|'.join(map(str, parts))}"
    return _WORDS.unpack(blake2b(text.encode(), digest_size=32).digest())


def fraction(word: int) -> float:
    """A word as a number from 0 to just below 1."""
    return word / WORD


class Draw(random.Random):
    """A stream of draws that belongs to ``parts``.

    Only ``random()`` is used below, since its sequence is the one that Python promises to keep.
    """

    @classmethod
    def of(cls, seed: int, *parts: int | str) -> Draw:
        """The stream that belongs to ``parts``."""
        first, second, *_ = words(seed, *parts)
        return cls(first << 32 | second)

    def below(self, limit: int) -> int:
        """A whole number from 0 to ``limit - 1``."""
        return int(self.random() * limit)

    def between(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return low + int(self.random() * (high - low + 1))

    def chance(self, share: float) -> bool:
        """True in ``share`` of the draws."""
        return self.random() < share

    def pick(self, choices: Sequence[T]) -> T:
        """One of ``choices``."""
        return choices[int(self.random() * len(choices))]


class Scramble:
    """A permutation of the numbers of ``2 * half_bits`` bits, and its inverse (Feistel rounds)."""

    ROUNDS = 4

    def __init__(self, seed: int, name: str, half_bits: int) -> None:
        self._prefix = f"{seed}|{name}|"
        self._half_bits = half_bits
        self._mask = (1 << half_bits) - 1

    def _mix(self, key: int, turn: int, half: int) -> int:
        data = f"{self._prefix}{key}|{turn}|{half}".encode()
        return int.from_bytes(blake2b(data, digest_size=8).digest(), "little") & self._mask

    def hide(self, value: int, key: int = 0) -> int:
        """The number that stands for ``value``."""
        left, right = value >> self._half_bits, value & self._mask
        for turn in range(self.ROUNDS):
            left, right = right, left ^ self._mix(key, turn, right)
        return left << self._half_bits | right

    def reveal(self, value: int, key: int = 0) -> int:
        """The number that :meth:`hide` was given."""
        left, right = value >> self._half_bits, value & self._mask
        for turn in reversed(range(self.ROUNDS)):
            left, right = right ^ self._mix(key, turn, left), left
        return left << self._half_bits | right
