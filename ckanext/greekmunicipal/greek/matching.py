"""Finding a name while it is typed: patterns that a folded text has to match."""

from __future__ import annotations

import re
from functools import lru_cache

from ckanext.greekmunicipal.greek.latin_keys import greek_pattern
from ckanext.greekmunicipal.greek.letters import fold
from ckanext.greekmunicipal.greek.searching import is_greek, words_of
from ckanext.greekmunicipal.greek.stem import stem

MOST_WORDS = 8
LONGEST_WORD = 40
# A shorter stem is the beginning of too many words.
SHORTEST_STEM = 3
# Cases and numbers, as they are typed in Latin letters.
_LATIN_ENDING = re.compile("(os|ous|ou|oy|oi|is|hs|as|es|eis|on|wn|a|i|h|o)$")
_BEFORE_WORD = "(^|[^a-zα-ω0-9])"


@lru_cache(maxsize=512)
def patterns(typed: str) -> tuple[str, ...]:
    """Regular expressions, each of which has to be found in the folded text.

    A Greek word is found anywhere, or where a word with its stem begins; one in Latin letters
    also as the Greek that it may stand for. The patterns are understood by Python and PostgreSQL.

    Args:
        typed: what a person typed so far.

    Returns:
        One pattern a word; none if no letter or digit was typed.
    """
    return tuple(_pattern(word[:LONGEST_WORD]) for word in words_of(typed)[:MOST_WORDS])


def is_match(typed: str, *texts: str) -> bool:
    """Whether one of the texts has all that was typed."""
    wanted = [re.compile(pattern) for pattern in patterns(typed)]
    folded = [fold(text) for text in texts]
    return bool(wanted) and all(any(p.search(text) for text in folded) for p in wanted)


# Letters of which each is folded to one letter; PostgreSQL's lower() depends on its locale.
_LETTERS = [
    (char, fold(char))
    for char in map(chr, [*range(0x41, 0x5B), *range(0x370, 0x400), *range(0x1F00, 0x2000)])
    if len(fold(char)) == 1 and fold(char) != char
]
FOLD_FROM = "".join(char for char, _ in _LETTERS)
FOLD_TO = "".join(folded for _, folded in _LETTERS)


def _pattern(word: str) -> str:
    options = [re.escape(word)]
    if is_greek(word):
        found = stem(word)
        if len(found) >= SHORTEST_STEM:
            options.append(_BEFORE_WORD + re.escape(found))
    elif greek := greek_pattern(word):
        options.append(greek)
        if beginning := greek_pattern(_LATIN_ENDING.sub("", word)):
            options.append(_BEFORE_WORD + beginning)
    return f"({'|'.join(options)})" if len(options) > 1 else options[0]
