"""Searching in tables with PostgreSQL: by which words a row is found, and how it is asked for.

A row is found by its words folded, by their stems, and by their keys in Latin letters. They are
given to PostgreSQL as a ``tsvector``, whose own reading of a text costs more than all the rest
of loading a row. A query is an expression of ``to_tsquery``, in which each word is asked for in
all its forms.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import islice

from ckanext.greekmunicipal.greek.latin_keys import (
    key,
    key_beginning,
    key_beginnings,
    keys,
    spellings,
)
from ckanext.greekmunicipal.greek.letters import fold
from ckanext.greekmunicipal.greek.stem import VERSION as STEM_VERSION
from ckanext.greekmunicipal.greek.stem import english_stem, stem, stop_words

# What rows were filled with; raised with what stands in this module.
VERSION = f"{STEM_VERSION}.1"
MOST_WORDS = 40
# Of a row; PostgreSQL keeps no more positions, and a word of 2 KB makes it refuse the row.
MOST_WORDS_OF_ROW = 16_000
LONGEST_WORD = 200
REMEMBERED = 100_000

# Forms of one folded word, with what to_tsquery takes behind it (as ``:*``).
Forms = Callable[[str, str], list[str]]

_PLACE = "@"
_PLACES = tuple(map(str, range(1, MOST_WORDS_OF_ROW + 1)))
_WORD = re.compile(r"[^\W_]+")
_TYPED = re.compile(r"\S+")
# An expression of to_tsquery: operators, words, and what may follow a word.
_TOKEN = re.compile(
    r"(?P<operator><->|<\d+>|[&|!()])|'(?P<quoted>[^']*)'(?P<after>:[*A-Da-d]+)?"
    r"|(?P<word>[^\s&|!()<>:']+)(?P<suffix>:[*A-Da-d]+)?|(?P<blank>\s+)|(?P<other>.)",
    re.DOTALL,
)


def row_vector(words: str) -> str:
    """All forms of the words of a row, as the text of a ``tsvector``.

    Args:
        words: its texts, with blanks between them.

    Returns:
        Words with their places, as ``δαπανη:1 δαπαν:1 qdapanq:1``; the forms of one word share
        a place, so that words which stand together are found so in any form.
    """
    # Numbers and codes have one form, and there are too many to remember.
    return " ".join(
        [
            _stored(word).replace(_PLACE, place)
            if word.isalpha()
            else f"{word[:LONGEST_WORD]}:{place}"
            for word, place in zip(_WORD.findall(fold(words)), _PLACES, strict=False)
        ]
    )


@lru_cache(maxsize=REMEMBERED)
def _stored(word: str) -> str:
    word = word[:LONGEST_WORD]
    forms = (word, english_stem(word)) if word.isascii() else (word, stem(word), key(word))
    return " ".join(f"{form}:{_PLACE}" for form in dict.fromkeys(forms))


def plain_query(typed: str, forms: Forms) -> str:
    """Expression for words that a person typed; all must be in a row.

    Args:
        typed: any text.
        forms: ``row_forms`` or ``column_forms``.

    Returns:
        Empty if no letter or digit was typed.
    """
    tokens = [fold(token) for token in islice(_TYPED.findall(typed), MOST_WORDS)]
    tokens = [token for token in tokens if _WORD.search(token)]
    said = [token for token in tokens if token not in stop_words("el")]
    return " & ".join(_any_form(token, "", forms) for token in said or tokens)


def beginnings_query(typed: str) -> str:
    """Expression for words of which a person may still be typing the end."""
    found = _WORD.findall(typed.lower())[:MOST_WORDS]
    return " & ".join(f"{word}:*" for word in found)


def expression(typed: str, forms: Forms) -> str:
    """An expression of ``to_tsquery`` in which each word is asked for in all its forms.

    Operators are kept as they stand: PostgreSQL refuses what was malformed.

    Args:
        typed: the expression.
        forms: ``row_forms`` or ``column_forms``.
    """
    parts = []
    for found in _TOKEN.finditer(typed):
        word = found["word"] or found["quoted"]
        if word and _WORD.search(word):
            parts.append(_any_form(fold(word), found["suffix"] or found["after"] or "", forms))
        else:
            parts.append(found[0])
    return "".join(parts)


def row_forms(word: str, suffix: str) -> list[str]:
    """Forms of a folded word, of which one stands in a row.

    Args:
        word: folded, without punctuation.
        suffix: empty, or what ``to_tsquery`` takes behind a word, as ``:*``.
    """
    forms = [_quoted(word) + suffix]
    if not word.isalpha():
        return forms
    if not word.isascii():
        return _once([*forms, _quoted(stem(word))])
    forms += [_quoted(form) for form in (english_stem(word), *keys(word))]
    if "*" in suffix:
        forms += [_quoted(beginning) + suffix for beginning in key_beginnings(word)]
    return _once(forms)


def column_forms(word: str, suffix: str) -> list[str]:
    """Forms of a folded word for a column, whose words PostgreSQL stems as Greek.

    CKAN asks for them in the row too, where they are found by their keys.

    Args:
        word: folded, without punctuation.
        suffix: empty, or what ``to_tsquery`` takes behind a word, as ``:*``.
    """
    forms = [_quoted(form) + suffix for form in (word, *spellings(word))]
    if not word.isalpha():
        return forms
    if word.isascii():
        sounds, beginnings = keys(word), key_beginnings(word)
    else:
        sounds, beginnings = (key(word),), (key_beginning(word),)
    forms += [_quoted(sound) for sound in sounds]
    if "*" in suffix:
        forms += [_quoted(beginning) + suffix for beginning in beginnings]
    return _once(forms)


def _any_form(token: str, suffix: str, forms: Forms) -> str:
    words = _WORD.findall(token)
    last = len(words) - 1
    each = [_joined(forms(w, suffix * (at == last)), " | ") for at, w in enumerate(words)]
    # In a code, a date or a number the parts stand in their order: 00.6111, not 6111 and 00.
    return _joined(each, " & " if all(map(str.isalpha, words)) else " <-> ")


def _once(forms: list[str]) -> list[str]:
    return list(dict.fromkeys(forms))


def _joined(parts: list[str], operator: str) -> str:
    return parts[0] if len(parts) == 1 else f"({operator.join(parts)})"


def _quoted(word: str) -> str:
    escaped = word.replace("\\", " ").replace("'", " ")
    return f"'{escaped}'"
