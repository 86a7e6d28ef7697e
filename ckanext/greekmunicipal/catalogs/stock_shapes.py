"""How values of a stock dataset are read: terms, texts in languages, entries, addresses."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from ckanext.greekmunicipal.catalogs.stock_terms import term

Record = dict[str, Any]

LANGUAGES = ("el", "en")
LINK = re.compile(r"^https?://\S+$")
_VOCABULARIES = {
    "theme": "data-theme",
    "frequency": "frequency",
    "language_options": "language",
    "access_rights": "access-right",
    "dcat_type": "dataset-type",
    "hvd_category": "hvd-category",
}
# The part of an entry that a plain text is, where a list of entries is expected.
_PLAIN_PART = {
    "publisher": "name",
    "creator": "name",
    "contact": "name",
    "spatial_coverage": "text",
}
_GREEK = re.compile("[Ͱ-Ͽἀ-῿]")
_SEPARATORS = re.compile(r"[;|]|,(?!\S*/)")


def has_greek(text: str) -> bool:
    """Whether a Greek letter is in a text."""
    return bool(_GREEK.search(text))


def entries(value: Any, name: str) -> list[Record]:
    """Entries of a repeating field; a plain text is the name of one."""
    if isinstance(value, str) and value and name in _PLAIN_PART:
        return [{_PLAIN_PART[name]: value}]
    listed = [value] if isinstance(value, Mapping) else value
    if not isinstance(listed, list):
        return []
    return [dict(entry) for entry in listed if isinstance(entry, Mapping)]


def known_languages(value: Any) -> dict[str, Any]:
    """A text by language; a plain one is Greek, and English too where it has no Greek letter."""
    if isinstance(value, str) and value:
        return {"el": value} if has_greek(value) else {"el": value, "en": value}
    if not isinstance(value, Mapping):
        return {}
    return {code: value[code] for code in LANGUAGES if value.get(code)}


def decoded(value: Any) -> Any:
    """A list or object that is stored as JSON text, as such; anything else as it is."""
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def is_blank(value: Any) -> bool:
    """Whether a value says nothing, nor does any part of it."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        return all(map(is_blank, value))
    return value is None or value == ""


def _one_term(raw: Any, name: str) -> tuple[str | None, list[str]]:
    read, unread = _terms(raw, name)
    return (read[0] if len(read) == 1 else None), unread


def _terms(raw: Any, name: str) -> tuple[list[str], list[str]]:
    raw = decoded(raw)
    texts = raw if isinstance(raw, list) else [raw]
    if isinstance(raw, str) and term(_VOCABULARIES[name], raw) is None:
        texts = _SEPARATORS.split(raw)
    written = [text.strip() for text in map(str, texts) if text.strip()]
    read = {text: term(_VOCABULARIES[name], text) for text in written}
    return (
        list(dict.fromkeys(uri for uri in read.values() if uri)),
        [text for text, uri in read.items() if uri is None],
    )


def _links(raw: Any, name: str) -> tuple[list[str], list[str]]:
    raw = decoded(raw)
    texts = [str(text).strip() for text in (raw if isinstance(raw, list) else [raw])]
    return (
        [text for text in texts if LINK.match(text)],
        [text for text in texts if not LINK.match(text)],
    )


def _text(raw: Any, name: str) -> tuple[str, list[str]]:
    return str(raw).strip(), []


def _geometry(raw: Any, name: str) -> tuple[str, list[str]]:
    """GeoJSON, written as our schema stores it."""
    geometry = decoded(raw)
    return (json.dumps(geometry), []) if isinstance(geometry, Mapping) else ("", [str(raw)])


READ: dict[str, Callable[[Any, str], tuple[Any, list[str]]]] = {
    "term": _one_term,
    "terms": _terms,
    "links": _links,
    "text": _text,
    "date": _text,
    "geometry": _geometry,
}
