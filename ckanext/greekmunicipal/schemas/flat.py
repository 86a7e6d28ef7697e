"""The flattened data of CKAN's navl: entries of repeating fields, what counts as not sent."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

import ckan.plugins.toolkit as tk

Flat = MutableMapping[tuple[Any, ...], Any]
Prefix = tuple[Any, ...]


def is_empty(value: Any) -> bool:
    """Whether a field counts as not sent."""
    return value is tk.missing or value in (None, "", [], {}, [""], "[]", "{}")


def default(data: Flat, key: Prefix, value: Any) -> None:
    """Set a field of which nothing was sent."""
    if is_empty(data.get(key)):
        data[key] = value


def indexes(data: Flat, *prefix: Any) -> list[int]:
    """Numbers of the entries of a repeating field."""
    depth = len(prefix)
    found = {key[depth] for key in data if key[:depth] == prefix and len(key) > depth + 1}
    return sorted(index for index in found if isinstance(index, int))


def entry(data: Flat, *prefix: Any) -> dict[str, Any]:
    """Fields of one entry that say something."""
    depth = len(prefix)
    return {
        key[depth]: value
        for key, value in data.items()
        if key[:depth] == prefix and len(key) == depth + 1 and key[depth] != "__extras"
        if not is_empty(value)
    }


def set_entries(data: Flat, field: str, entries: list[dict[str, Any]]) -> None:
    """Write a repeating field anew; entries without any value are left out."""
    for key in [key for key in data if key[0] == field]:
        del data[key]
    filled = [kept for one in entries if (kept := {k: v for k, v in one.items() if v})]
    for index, one in enumerate(filled):
        for name, value in one.items():
            data[field, index, name] = value


def entries(data: Flat, field: str) -> list[dict[str, Any]] | None:
    """Entries of a repeating field that say something; None if it has another shape."""
    if not is_empty(data.get((field,))):
        return None  # no list of objects: left for CKAN to refuse
    return [found for index in indexes(data, field) if (found := entry(data, field, index))]


def from_form(data: Flat, prefix: Prefix, field: str, codes: tuple[str, ...]) -> dict[str, str]:
    """Texts that a form sends as ``field-el``, ``field-en``; they are taken out of ``data``."""
    extras = data.get((*prefix, "__extras"))
    if not isinstance(extras, dict):
        return {}
    return {code: extras.pop(f"{field}-{code}") for code in codes if f"{field}-{code}" in extras}
