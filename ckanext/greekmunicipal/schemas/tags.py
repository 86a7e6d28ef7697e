"""Keywords by language, ``{"el": […], "en": […]}``, beside CKAN's plain tags, which are all of them.

An author may send either. What changed against what is stored wins, so that a
program that knows only plain tags can still change them.
"""

from __future__ import annotations

import contextlib
import json
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from ckanext.greekmunicipal.greek import to_greek
from ckanext.greekmunicipal.schemas.slugs import has_greek
from ckanext.greekmunicipal.schemas.translated import (
    LANGUAGES,
    MAIN_LANGUAGE,
    UnreadableTranslationError,
)

ByLanguage = dict[str, list[str]]


def read(value: Any) -> ByLanguage:
    """Read keywords by language in any of the forms in which they are sent.

    Args:
        value: a mapping of language to a list of keywords, or to a text with commas;
            the same as JSON; a list or text without languages.

    Returns:
        The keywords that are not empty, each once, in NFC; languages without any are absent.

    Raises:
        UnreadableTranslationError: for another type or an unknown language.
    """
    if value is None or value == "":
        return {}
    if isinstance(value, str) and value.lstrip().startswith(("{", "[")):
        with contextlib.suppress(ValueError):
            value = json.loads(value)
    if isinstance(value, (str, list, tuple)):
        return divide(_words(value, ""))
    if not isinstance(value, Mapping):
        raise UnreadableTranslationError("type", type(value).__name__)
    if unknown := sorted(set(map(str, value)) - set(LANGUAGES)):
        raise UnreadableTranslationError("language", ", ".join(unknown))
    found = {code: _words(value.get(code), code) for code in LANGUAGES}
    return {code: words for code, words in found.items() if words}


def write(keywords: Mapping[str, list[str]]) -> str:
    """The form in which CKAN stores keywords by language."""
    return json.dumps(dict(keywords), ensure_ascii=False)


def plain(keywords: Mapping[str, Iterable[str]]) -> list[str]:
    """All keywords, each once, Greek ones first: CKAN's tags."""
    return list(dict.fromkeys(word for code in LANGUAGES for word in keywords.get(code) or ()))


def divide(words: Iterable[str], known: Mapping[str, Iterable[str]] | None = None) -> ByLanguage:
    """Plain tags by language.

    Args:
        words: plain tags.
        known: keywords whose language is known; others are English when they hold no Greek letter.
    """
    of = {code: set((known or {}).get(code) or ()) for code in LANGUAGES}
    found: ByLanguage = {code: [] for code in LANGUAGES}
    for word in dict.fromkeys(_clean(word, "") for word in words):
        codes = [code for code in LANGUAGES if word in of[code]]
        for code in codes or [MAIN_LANGUAGE if has_greek(word) else "en"]:
            found[code].append(word)
    return {code: kept for code, kept in found.items() if kept}


def settle(
    by_language: ByLanguage | None, tags: list[str] | None, stored: Mapping[str, Iterable[str]]
) -> ByLanguage:
    """What an author means who may send keywords by language, plain tags, both or none.

    Args:
        by_language: as sent; None when they were not.
        tags: plain tags as sent; None when they were not.
        stored: keywords by language of the dataset as it is.
    """
    if tags is None:
        return by_language or {}
    tags = [_clean(tag, "") for tag in tags]
    if by_language is None:
        return divide(tags, stored)
    is_same = by_language == {code: list(words) for code, words in stored.items()}
    if is_same and set(tags) != set(plain(stored)):
        return divide(tags, stored)
    return by_language


def _words(value: Any, code: str) -> list[str]:
    if value is None:
        return []
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, (list, tuple)) or not all(isinstance(part, str) for part in parts):
        raise UnreadableTranslationError("text", type(value).__name__)
    return list(dict.fromkeys(word for part in parts if (word := _clean(part, code))))


def _clean(word: str, code: str) -> str:
    cleaned = " ".join(unicodedata.normalize("NFC", word).split())
    return cleaned if code == "en" else to_greek(cleaned)
