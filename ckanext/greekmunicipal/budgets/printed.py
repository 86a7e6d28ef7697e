"""Lines of a printed page: words with their place on it, before anything of them is understood.

A statement that comes as a PDF, or as the text of one, has no cells. What belongs together shows
only in where it stands: amounts end at the right edge of their column.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

_WORD = re.compile(r"\S+")
# Words nearer to each other than this many blanks are one cell.
_GAP = 1.6


@dataclass(frozen=True, slots=True)
class Word:
    """A word and the horizontal range that it takes, in characters or points."""

    text: str
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """One physical line.

    Attributes:
        number: 1-based, running over all pages.
        words: from left to right.
        blank: width of a blank, in the unit of the words.
    """

    number: int
    words: tuple[Word, ...]
    blank: float = 1.0

    @property
    def text(self) -> str:
        """The words with single blanks between them."""
        return " ".join(word.text for word in self.words)

    def cells(self) -> list[Word]:
        """Neighbouring words joined to cells."""
        return joined(self.words, self.blank * _GAP)


def joined(words: Iterable[Word], gap: float) -> list[Word]:
    """Join words that are at most ``gap`` apart."""
    cells: list[Word] = []
    for word in words:
        if cells and word.left - cells[-1].right <= gap:
            last = cells[-1]
            cells[-1] = Word(f"{last.text} {word.text}", last.left, max(last.right, word.right))
        else:
            cells.append(word)
    return cells


def lines_of_text(content: str) -> list[PrintedLine]:
    """Physical lines of a text as printed lines; a character is one unit wide."""
    return [
        PrintedLine(
            number,
            tuple(Word(found[0], found.start(), found.end()) for found in _WORD.finditer(line)),
        )
        for number, line in enumerate(content.splitlines(), 1)
    ]


def edges_of(rows: Sequence[Sequence[Word]]) -> list[float]:
    """Right edge of each column: the median over rows that have all columns."""
    return [
        sorted(word.right for word in column)[len(rows) // 2] for column in zip(*rows, strict=True)
    ]


def tolerance(edges: Sequence[float]) -> float:
    """How far from its edge a word may end: less than half the way to the next."""
    return min((after - before for before, after in pairwise(edges)), default=8.0) * 0.45
