"""Searching in tables with PostgreSQL: the text by which a row is found, and how it is asked for.

A row is found by its words folded, by their stems, and by their keys in Latin letters. The query
is an expression of ``to_tsquery``, in which each word is asked for in all its forms.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice

from ckanext.greekmunicipal.greek.latin_keys import key, key_beginnings, keys, spellings
from ckanext.greekmunicipal.greek.letters import fold
from ckanext.greekmunicipal.greek.searching import is_greek
from ckanext.greekmunicipal.greek.stem import VERSION as STEM_VERSION
from ckanext.greekmunicipal.greek.stem import english_stem, stem, stop_words

# What rows were filled with; raised with what stands in this module.
VERSION = f"{STEM_VERSION}.1"
MOST_WORDS = 40
# Between the folded text, which PostgreSQL stems once more by itself, and all other forms.
NEXT = "\n"

Forms = Callable[[str, str], list[str]]

_WORD = re.compile(r"[^\W_]+")
_TYPED = re.compile(r"\S+")
# An expression of to_tsquery: operators, words, and what may follow a word.
_TOKEN = re.compile(
    r"(?P<operator><->|<\d+>|[&|!()])|'(?P<quoted>[^']*)'(?P<after>:[*A-Da-d]+)?"
    r"|(?P<word>[^\s&|!()<>:']+)(?P<suffix>:[*A-Da-d]+)?|(?P<blank>\s+)|(?P<other>.)",
    re.DOTALL,
)


def row_text(words: str) -> str:
    """All forms of the words of a row.

    Args:
        words: its texts, with blanks between them.

    Returns:
        The folded words, ``NEXT``, the words as typed, stems and keys.
    """
    folded = fold(words).replace(NEXT, " ")
    found = _WORD.findall(folded)
    greek = [word for word in found if is_greek(word)]
    forms = [*map(stem, greek), *map(key, greek)]
    return f"{folded}{NEXT}{words.lower()} {' '.join(forms)}"


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
    """Forms of a folded word, of which one stands in the text of a row.

    Args:
        word: folded, without punctuation.
        suffix: empty, or what ``to_tsquery`` takes behind a word, as ``:*``.
    """
    forms = [_quoted(word) + suffix]
    if is_greek(word):
        return _once([*forms, _quoted(stem(word))])
    forms += [_quoted(form) for form in (english_stem(word), *keys(word))]
    if "*" in suffix:
        forms += [_quoted(beginning) + suffix for beginning in key_beginnings(word)]
    return _once(forms)


def column_forms(word: str, suffix: str) -> list[str]:
    """Forms of a folded word for a column, whose words PostgreSQL stems as Greek.

    Args:
        word: folded, without punctuation.
        suffix: empty, or what ``to_tsquery`` takes behind a word, as ``:*``.
    """
    greek = () if is_greek(word) else spellings(word)
    return _once([_quoted(form) + suffix for form in (word, *greek)])


def _any_form(token: str, suffix: str, forms: Forms) -> str:
    words = _WORD.findall(token)
    if len(words) == 1 and words[0] == token:
        return _joined(forms(token, suffix), " | ")
    # Punctuation stands in it, as in 00.6111 or «καθαριότητα/ύδρευση».
    last = len(words) - 1
    each = [_joined(forms(w, suffix * (at == last)), " | ") for at, w in enumerate(words)]
    return f"({_quoted(token)}{suffix} | {_joined(each, ' & ')})"


def _once(forms: list[str]) -> list[str]:
    return list(dict.fromkeys(forms))


def _joined(parts: list[str], operator: str) -> str:
    return parts[0] if len(parts) == 1 else f"({operator.join(parts)})"


def _quoted(word: str) -> str:
    escaped = word.replace("\\", " ").replace("'", " ")
    return f"'{escaped}'"
