"""Names and mailboxes of persons in the text of a cell: pure functions.

The words of names, their cases and what is no name come from the tables with which acts are
masked (:mod:`ckanext.greekmunicipal.diavgeia.names`). A table is not a sentence, so the question
is another one: does the cell read as a name, or does a name stand in its text?
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from ckanext.greekmunicipal.diavgeia.money import Party
from ckanext.greekmunicipal.diavgeia.names import SURE_NAMES, Kind, kind
from ckanext.greekmunicipal.diavgeia.privacy import LEGAL, counterparty
from ckanext.greekmunicipal.diavgeia.subjects import may_name_person
from ckanext.greekmunicipal.diavgeia.tables import table as names_table
from ckanext.greekmunicipal.greek import fold, transliterate
from ckanext.greekmunicipal.privacy.tables import table

# How a cell names a person.
FULL = "full"  # given name and surname, in the nominative as lists of persons have them
CASE = "case"  # the same in another case, as streets are named too
IN_TEXT = "text"  # inside a sentence
GIVEN = "given"  # one word, a given name
SURNAME = "surname"  # one word, with a surname's ending
WORDS = "words"  # words that are no name that is known

MOST_WORDS = 6
_WORD = re.compile(r"[^\W\d_]+")
_DIGIT = re.compile(r"\d")
_SHORT = 3
_SMALL_WORDS = re.compile(r"[^\W\d_]+(?: [^\W\d_]+){1,5}")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+$")
_EMAIL = re.compile(r"(?<![\w.+-])([\w.+-]+)@([\w-]+(?:\.[\w-]+)+)")
# «Γ. Παπαδόπουλος», «Παπαδόπουλος Γ.», but no chain of letters («Ι.Π.», «Β.Ι.ΠΕ.»).
_INITIAL = re.compile(
    r"(?<![^\W\d_])(?<![^\W\d_]\.)[^\W\d_]\. ?([^\W\d_]{4,})"
    r"|(?<![^\W\d_])([^\W\d_]{4,}) [^\W\d_]\.(?! ?[^\W\d_]\.)"
)
_ARTICLES = frozenset(
    {"του", "τησ", "των", "ο", "η", "tou", "tis", "de", "van", "von", "der", "el"}
)
_SAINT = re.compile("(?:αγι|agi)(?:οσ|α|ου|ασ|οι|ων|os|a|ou|as|oi|on)")


class Sign(NamedTuple):
    """What one word says."""

    kind: Kind
    nominative: bool
    capital: bool


@cache
def _nominatives() -> frozenset[str]:
    """Given names in the nominative, folded, in Greek and in Latin letters."""
    names = {fold(row["name"]) for row in names_table("given_names")}
    return frozenset(
        names | {fold(transliterate(row["name"])) for row in names_table("given_names")}
    )


@lru_cache(maxsize=1 << 17)
def _sign(word: str) -> Sign:
    folded = fold(word)
    if folded in _ENGLISH:
        return Sign(Kind.NAME, True, word[0].isupper())
    return Sign(kind(folded), folded in _nominatives(), word[0].isupper())


_ENGLISH = frozenset(row["name"] for row in table("english_names"))
_FREE_MAIL = frozenset(row["part"] for row in table("mailboxes") if row["of"] == "domain")
_OFFICES = frozenset(row["part"] for row in table("mailboxes") if row["of"] == "mailbox")
_SURE = (Kind.SURNAME, Kind.NAME, Kind.MAYBE_NAME, Kind.WEAK)
_NAME_LIKE = (Kind.SURNAME, Kind.NAME, Kind.MAYBE_NAME, Kind.WEAK, Kind.UNKNOWN)


def name_form(text: str) -> str:
    """How a cell names a person: one of the constants above, '' if it has no word.

    Args:
        text: the cell.
    """
    words = _WORD.findall(text)
    if not words or _ADDRESS.match(text):
        return ""
    if _SMALL_WORDS.fullmatch(text) and text.islower():
        text = text.title()
        words = _WORD.findall(text)
    signs = [_sign(word) for word in words]
    if max(sign.kind for sign in signs) < Kind.MAYBE_NAME:
        return WORDS
    if len(words) <= MOST_WORDS and not _DIGIT.search(text):
        form = _one(words[0], signs[0]) if len(words) == 1 else _several(text, words, signs)
        if form:
            return form
    return IN_TEXT if _in_text(text, words, signs) else WORDS


def _one(word: str, sign: Sign) -> str:
    if sign.kind in (Kind.NAME, Kind.MAYBE_NAME):
        return GIVEN if sign.nominative else WORDS
    if sign.kind == Kind.SURNAME:
        # «Παπανδρέου», «Κολοκοτρώνη» are streets; lists of persons have the nominative.
        return SURNAME if fold(word)[-1] in "σsu" or fold(word).endswith("ου") else WORDS
    return WORDS


def _several(text: str, words: list[str], signs: list[Sign]) -> str:
    """Whether a cell of a few words is nothing but a name."""
    small = [fold(word) for word, sign in zip(words, signs, strict=True) if not sign.capital]
    if any(word not in _ARTICLES for word in small):
        return ""
    if _SAINT.fullmatch(fold(words[0])):
        return ""
    long = [
        sign
        for word, sign in zip(words, signs, strict=True)
        if len(word) >= _SHORT and (sign.capital or fold(word) not in _ARTICLES)
    ]
    known = [sign for sign in long if sign.kind >= Kind.WEAK]
    if any(sign.kind in (Kind.ORDINARY, Kind.CONTEXT) for sign in long if not sign.nominative):
        return ""
    given = [sign for sign in long if sign.kind in (Kind.NAME, Kind.MAYBE_NAME)]
    surnames = [sign for sign in long if sign.kind == Kind.SURNAME]
    whole = len(long) > 1 and any(sign.kind == Kind.NAME for sign in given)
    whole = whole or bool(given and surnames)
    initials = bool(surnames) and len(long) == 1 and _has_initial(text)
    if not (whole or initials) or _is_body(text):
        return ""
    if initials or any(sign.nominative for sign in given):
        return FULL if len(known) > 1 or initials or len(long) > 1 else ""
    return CASE


def _in_text(text: str, words: list[str], signs: list[Sign]) -> bool:
    """Whether a given name stands beside a surname somewhere, and no street or firm explains it."""
    for at in range(len(words) - 1):
        pair = (signs[at], signs[at + 1])
        kinds = (pair[0].kind, pair[1].kind)
        if not (pair[0].capital and pair[1].capital):
            continue
        if len(words[at]) < _SHORT or len(words[at + 1]) < _SHORT:
            continue
        if _SAINT.fullmatch(fold(words[at])):
            continue
        named = Kind.NAME in kinds and (
            all(each in _NAME_LIKE for each in kinds)
            if any(sign.nominative for sign in pair)
            else all(each in _SURE for each in kinds)
        )
        named = named or (Kind.MAYBE_NAME in kinds and Kind.SURNAME in kinds)
        if named:
            return may_name_person(text) and not _is_body(text)
    return _has_initial(text) and may_name_person(text) and not _is_body(text)


def _has_initial(text: str) -> bool:
    """Whether an initial stands beside a surname."""
    if "." not in text:
        return False
    return any(
        _sign(found[1] or found[2]).kind == Kind.SURNAME and (found[1] or found[2])[0].isupper()
        for found in _INITIAL.finditer(text)
    )


@lru_cache(maxsize=1 << 14)
def _is_body(text: str) -> bool:
    """Whether a text is the name of a firm or body («ΠΑΠΑΔΟΠΟΥΛΟΣ Α.Ε.», «Σύλλογος …»)."""
    return counterparty(Party("", text, "")).kind == LEGAL


def email_kind(text: str) -> str:
    """``person`` if a mailbox in the text is a person's, ``office`` if all are offices', else ''.

    A mailbox is a person's at a free provider, or if a part of its name is a person's name.
    """
    found = _EMAIL.findall(text)
    if not found:
        return ""
    return "person" if any(_is_person(box, domain) for box, domain in found) else "office"


def _is_person(box: str, domain: str) -> bool:
    parts = [part for part in re.split(r"[._+\-\d]+", fold(box)) if part]
    if any(part in _OFFICES for part in parts):
        return False
    if fold(domain).split(".")[-2] in _FREE_MAIL:
        return True
    return any(part in SURE_NAMES or kind(part) == Kind.SURNAME for part in parts if len(part) > 2)
