"""Stems of Greek words: one form for all cases and numbers of a noun or adjective.

The rules are those of the Snowball project; tables beside this module mend what they miss in
the words of municipalities. ``VERSION`` names both: another one means that the search index has
to be made anew.
"""

from __future__ import annotations

import csv
import re
import threading
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from snowballstemmer.english_stemmer import EnglishStemmer

# The class is taken itself: ``snowballstemmer.stemmer`` gives the rules of PyStemmer where that
# is installed, and those may be of another version.
from snowballstemmer.greek_stemmer import GreekStemmer

from ckanext.greekmunicipal.greek.letters import fold

# Raised with the tables, the keys in Latin letters or what is indexed.
RULES = 1
VERSION = f"{version('snowballstemmer')}+{RULES}"

REMEMBERED = 100_000
_DATA = Path(__file__).parent / "data"
_GREEK = re.compile("[\u03b1-\u03c9]")
_stemmers = threading.local()


@lru_cache(maxsize=REMEMBERED)
def stem(word: str) -> str:
    """Stem of one word: «δαπάνη», «ΔΑΠΑΝΩΝ» and «δαπάνες» give ``δαπαν``.

    Args:
        word: one word in any spelling.

    Returns:
        The folded stem; a word without Greek letters is only folded.
    """
    folded = fold(word)
    if not _GREEK.search(folded):
        return folded
    if folded in _words():
        return _words()[folded]
    found = _stemmer("greek", GreekStemmer).stemWord(folded)
    for ending, becomes, least in _endings():
        if found.endswith(ending) and len(found) - len(ending) >= least:
            found = found[: len(found) - len(ending)] + becomes
    return found


@lru_cache(maxsize=REMEMBERED)
def english_stem(word: str) -> str:
    """Stem of an English word in lower case."""
    return _stemmer("english", EnglishStemmer).stemWord(word)


@cache
def stop_words(kind: str) -> frozenset[str]:
    """Folded articles, prepositions and the like.

    Args:
        kind: ``el`` and ``en``, which say nothing in a query; ``no-greek``, English words that
            are no Greek typed in Latin letters.
    """
    return frozenset(
        word
        for row in _table("stop_words.csv")
        if row["kind"] == kind
        for word in row["words"].split()
    )


def _stemmer(name: str, kind: type) -> Any:
    # A stemmer keeps the word that it works on: threads must not share one.
    if not hasattr(_stemmers, name):
        setattr(_stemmers, name, kind())
    return getattr(_stemmers, name)


@cache
def _endings() -> tuple[tuple[str, str, int], ...]:
    rows = _table("stem_endings.csv")
    return tuple((row["ending"], row["becomes"], int(row["least"])) for row in rows)


@cache
def _words() -> dict[str, str]:
    return {row["word"]: row["stem"] for row in _table("stem_words.csv")}


def _table(name: str) -> list[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
