"""Column headers by meaning: synonyms are data, matched on folded text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ckanext.greekmunicipal.budgets.records import PHASE_INDEX
from ckanext.greekmunicipal.budgets.tables import read_table
from ckanext.greekmunicipal.greek import fold

AMOUNT_MEANINGS = frozenset({*PHASE_INDEX, "amount"})
# A header never runs longer; titles do.
_MAX_HEADER = 90


@dataclass(frozen=True)
class Header:
    """Meaning of one header cell.

    Attributes:
        meaning: a phase, ``code``, ``label``, ``service`` … or ``derived``, ``ignored``, ``group``.
        rank: which of two columns with the same meaning is meant (higher wins).
        year: a year named in the header, None if there is none.
    """

    meaning: str
    rank: int
    year: int | None


_RULES = tuple(
    (re.compile(row["pattern"]), row["meaning"], int(row["rank"])) for row in read_table("headers")
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_TAIL = re.compile(r"\b(?:εωσ|μεχρι|απο)\b.*$|\bσε ευρω\b|\beur\b|€")
_PUNCTUATION = re.compile(r"[^\w/% ]|_")


@lru_cache(maxsize=4096)
def normalised(text: str) -> str:
    """Header text for comparison: folded, punctuation as spaces, years and dates left out."""
    folded = fold(text).replace("\n", " ")
    folded = _YEAR.sub(" ", _PUNCTUATION.sub(" ", _TAIL.sub(" ", folded)))
    return " ".join(folded.replace("- ", "").split())


@lru_cache(maxsize=4096)
def header_of(text: str) -> Header | None:
    """Meaning of a header cell, None if it is no known header."""
    if not text or len(text) > _MAX_HEADER:
        return None
    name = normalised(text)
    if not name:
        return None
    for pattern, meaning, rank in _RULES:
        if pattern.fullmatch(name):
            year = _YEAR.search(text)
            return Header(meaning, rank, int(year[0]) if year else None)
    return None
