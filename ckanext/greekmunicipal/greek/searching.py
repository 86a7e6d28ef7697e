"""The text under which Greek is found: stems, folded words and keys in Latin letters."""

from __future__ import annotations

import re
from functools import lru_cache

from ckanext.greekmunicipal.greek.latin_keys import key
from ckanext.greekmunicipal.greek.letters import fold
from ckanext.greekmunicipal.greek.stem import stem

# Stands between the parts, so that no phrase crosses from one into the next.
SEPARATOR = "qqq"
# Longer texts are cut: what a dataset is about stands at the beginning.
LONGEST = 20_000
SHORT = 200

_WORD = re.compile(r"\w+")
_GREEK = re.compile("[\u03b1-\u03c9]")


def words_of(text: str) -> list[str]:
    """Folded words of a text in their order; punctuation separates."""
    return _WORD.findall(fold(text))


def is_greek(word: str) -> bool:
    """Whether a folded word has Greek letters."""
    return bool(_GREEK.search(word))


def search_text(*texts: str) -> str:
    """What is indexed for some texts; empty if there is no Greek in them.

    Returns:
        For each text the stems of its words, the words folded, and the keys of the Greek ones.
    """
    return " ".join(filter(None, map(_forms_of, texts)))


def _forms_of(text: str) -> str:
    # Names of bodies, themes and resources come again in each dataset.
    return _remembered(text) if len(text) <= SHORT else _all_forms(text)


def _all_forms(text: str) -> str:
    words = words_of(text[:LONGEST])
    greek = [word for word in words if is_greek(word)]
    if not greek:
        return ""
    parts = [*map(stem, words), SEPARATOR, *words, SEPARATOR, *map(key, greek), SEPARATOR]
    return " ".join(parts)


_remembered = lru_cache(maxsize=8_192)(_all_forms)
