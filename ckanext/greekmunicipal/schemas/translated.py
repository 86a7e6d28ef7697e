"""One text in several languages, as data.gov.gr writes it: ``{"el": "…", "en": "…"}``."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from typing import Any

from ckanext.greekmunicipal.greek import to_greek

LANGUAGES = ("el", "en")
MAIN_LANGUAGE = "el"


class UnreadableTranslationError(ValueError):
    """A value that is neither a text nor a mapping of language to text.

    Attributes:
        problem: ``type`` of the whole value, ``text`` of one language or ``language``.
        found: name of the type, or the languages that are not known.
    """

    def __init__(self, problem: str, found: str):
        self.problem = problem
        self.found = found
        expected = {
            "type": 'a text or an object such as {"el": "…", "en": "…"}',
            "text": "a text for each language",
            "language": f"one of {', '.join(LANGUAGES)}",
        }
        super().__init__(f"read {found}, expected {expected[problem]}")


def read(value: Any) -> dict[str, str]:
    """Read a multilingual value in any of the forms in which it is sent.

    Args:
        value: a mapping of language to text, the same as JSON, or a plain
            text, which is taken as Greek.

    Returns:
        The texts that are not empty, in NFC, by language; Latin letters that
        stand for Greek ones inside Greek words are mended in the Greek text.

    Raises:
        UnreadableTranslationError: for another type or an unknown language.
    """
    if value is None or value == "":
        return {}
    if isinstance(value, str):
        value = _from_text(value)
    if not isinstance(value, Mapping):
        raise UnreadableTranslationError("type", type(value).__name__)
    if unknown := sorted(set(map(str, value)) - set(LANGUAGES)):
        raise UnreadableTranslationError("language", ", ".join(unknown))
    return {code: text for code in LANGUAGES if (text := _clean(code, value.get(code)))}


def write(texts: Mapping[str, str]) -> str:
    """The form in which CKAN stores a multilingual value."""
    return json.dumps(dict(texts), ensure_ascii=False)


def main_text(texts: Mapping[str, str]) -> str:
    """The Greek text, or the one that there is, or nothing."""
    return texts.get(MAIN_LANGUAGE) or next(iter(texts.values()), "")


def in_language(texts: Mapping[str, str], language: str) -> str:
    """The text for a reader of ``language`` (an ISO 639-1 code or a locale)."""
    return texts.get(language.split("_")[0]) or main_text(texts)


def _from_text(value: str) -> Any:
    if value.lstrip().startswith("{"):
        try:
            return json.loads(value)
        except ValueError:
            pass
    return {MAIN_LANGUAGE: value}


def _clean(code: str, text: Any) -> str:
    if text is None:
        return ""
    if not isinstance(text, str):
        raise UnreadableTranslationError("text", type(text).__name__)
    cleaned = unicodedata.normalize("NFC", text).strip()
    return to_greek(cleaned) if code == MAIN_LANGUAGE else cleaned
