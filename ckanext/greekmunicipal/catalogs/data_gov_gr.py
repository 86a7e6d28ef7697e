"""The packages of data.gov.gr (CKAN 2.11) and ours: a mapping in both directions.

Both have the same field names, so what is mapped is the shape: what is empty, what only stands for
«nothing said», what belongs to their installation. ``data_gov_gr_keys.csv`` names each key with its
shape, and each key that is ignored with the reason.

Rules for what only looks like a value, on the way to us:

* ``dummy-value`` and blanks are nothing said; a contact, publisher, creator, place or service in
  which nothing is said is none;
* a period from 1900-01-01, or to 2099-12-31, has no start, or no end;
* a text that is given in English only is taken as the Greek one too, which both schemas require;
* a media type is stored by its name (``text/csv``), not by its address at IANA.

On the way back a field in which we say nothing is written as their form writes it when it is left
blank; placeholders and sentinel dates are never written.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

Package = dict[str, Any]

DATASET, RESOURCE, EXTRA = "dataset", "resource", "extra"
IGNORED, OURS = "ignored", "ours"
LANGUAGES = ("el", "en")
PLACEHOLDERS = ("dummy-value",)
SENTINELS = {"start": "1900-01-01", "end": "2099-12-31"}
IANA = "https://www.iana.org/assignments/media-types/"
# A key of theirs that we do not know yet travels in an extra of this name.
UNKNOWN = "data.gov.gr:"

_MEDIA_TYPE = re.compile(r"^https?://www\.iana\.org/assignments/media-types/")
_GEOMETRIES = ("geom", "bbox", "centroid")


class UnmappablePackageError(ValueError):
    """A record of data.gov.gr that is no dataset."""


@dataclass(frozen=True)
class Key:
    """What becomes of one key of a package or resource.

    Attributes:
        scope: ``dataset``, ``resource`` or ``extra``.
        name: the key.
        shape: how its value is read and written; ``ignored``: it belongs to their installation;
            ``ours``: it is a field that they do not have.
        always: whether they emit the key even where nothing is said.
        parts: keys of each entry of a repeating field, as their form writes them.
        reason: why it is ignored.
    """

    scope: str
    name: str
    shape: str
    always: bool
    parts: tuple[str, ...]
    reason: str


@cache
def keys(scope: str) -> dict[str, Key]:
    """What becomes of each key that we know, by name.

    Args:
        scope: ``dataset``, ``resource`` or ``extra``.
    """
    text = (files("ckanext.greekmunicipal.catalogs") / "data_gov_gr_keys.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return {
        row["key"]: Key(
            scope,
            row["key"],
            row["shape"],
            row["always"] == "yes",
            tuple(filter(None, row["parts"].split(";"))),
            row["reason"],
        )
        for row in rows
        if row["scope"] == scope
    }


def comparable(package: Mapping[str, Any]) -> Package:
    """What a package of theirs says: without ignored keys, blanks and placeholders.

    Two packages that say the same are equal.

    Raises:
        UnmappablePackageError: it is no dataset.
    """
    kind = package.get("type") or "dataset"
    if kind != "dataset":
        raise UnmappablePackageError(
            f"Package «{package.get('name')}» is of type {kind!r}: only datasets can be mapped."
        )
    said = _said(package, DATASET)
    said |= {"type": "dataset", "private": said.get("private", False)}
    said["resources"] = [_said(resource, RESOURCE) for resource in package.get("resources") or ()]
    return said


def to_ours(package: Mapping[str, Any]) -> Package:
    """A package of data.gov.gr as a dataset of our schema, ready for ``package_create``.

    It names no organisation and no id; whoever stores it does.

    Args:
        package: as ``package_show`` or ``package_search`` of data.gov.gr gives it.

    Raises:
        UnmappablePackageError: it is no dataset.
    """
    said = comparable(package)
    unknown = {name: said.pop(name) for name in _unknown(said, DATASET)}
    extras = [*said.get("extras", ()), *_packed(unknown)]
    if extras:
        said["extras"] = extras
    for resource in said["resources"]:
        if "mimetype" in resource:
            resource["mimetype"] = _MEDIA_TYPE.sub("", resource["mimetype"])
    return said


def to_theirs(dataset: Mapping[str, Any]) -> Package:
    """A dataset of ours in the shape in which data.gov.gr emits its own.

    Args:
        dataset: as our ``package_show`` gives it.

    Raises:
        UnmappablePackageError: it is no dataset.
    """
    said = comparable(dataset)
    extras = said.pop("extras", [])
    said |= {
        extra["key"].removeprefix(UNKNOWN): json.loads(extra["value"])
        for extra in extras
        if extra["key"].startswith(UNKNOWN)
    }
    kept = [extra for extra in extras if not extra["key"].startswith(UNKNOWN)]
    if kept:
        said["extras"] = kept
    written = {**_blank(DATASET), **said}
    written["resources"] = [{**_blank(RESOURCE), **resource} for resource in said["resources"]]
    return written


def _said(record: Mapping[str, Any], scope: str) -> Package:
    rules = keys(scope)
    said: Package = {}
    for name, value in record.items():
        rule = rules.get(name)
        if name == "resources" or (rule and rule.shape in (IGNORED, OURS)):
            continue
        read = _READ[rule.shape](value) if rule else _plain(value)
        if not _is_blank(read):
            said[name] = read
    for name, rule in rules.items():
        if rule.shape == "plain":
            _say_in_languages(said, name)
    return said


def _say_in_languages(said: Package, plain: str) -> None:
    """Have ``title`` say what ``title_translated`` says: their pages show the latter."""
    translated = f"{plain}_translated"
    texts = said.get(translated) or ({"el": said[plain]} if plain in said else {})
    if texts:
        said[translated] = texts
        said[plain] = texts["el"]


def _unknown(said: Package, scope: str) -> list[str]:
    return [name for name in said if name not in keys(scope) and name != "resources"]


def _packed(unknown: Package) -> Iterator[dict[str, str]]:
    for name, value in unknown.items():
        yield {"key": f"{UNKNOWN}{name}", "value": json.dumps(value, ensure_ascii=False)}


def _blank(scope: str) -> Package:
    """The keys of a record as their form writes them when nothing was filled in."""
    return {
        name: _BLANK[rule.shape](rule)
        for name, rule in keys(scope).items()
        if rule.always and rule.shape in _BLANK
    }


def _is_blank(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _plain(value: Any) -> Any:
    """A value of a key that we do not know: as it is, without what says nothing."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return [part for part in map(_plain, value) if not _is_blank(part)]
    if isinstance(value, dict):
        parts = {name: _plain(part) for name, part in value.items()}
        return {name: part for name, part in parts.items() if not _is_blank(part)}
    return value


def _decoded(value: Any) -> Any:
    """A list or object that was sent as JSON text, as such."""
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _text(value: Any) -> str:
    text = "" if value is None else str(value).strip()
    return "" if text in PLACEHOLDERS else text


def _texts(value: Any) -> dict[str, str]:
    value = _decoded(value)
    if not isinstance(value, Mapping):
        value = {"el": value}
    said = {code: text for code in LANGUAGES if (text := _text(value.get(code)))}
    if "en" in said and "el" not in said:
        said = {"el": said["en"], **said}
    return said


def _list(value: Any) -> list[str]:
    value = _decoded(value)
    values = value if isinstance(value, list) else [value]
    return list(dict.fromkeys(text for entry in values if (text := _text(entry))))


def _entries(value: Any) -> list[dict[str, Any]]:
    value = _decoded(value)
    entries = [value] if isinstance(value, Mapping) else (value or [])
    read = []
    for entry in entries:
        if isinstance(entry, Mapping):
            said = {
                name: _list(part) if isinstance(part, list) else _text(part)
                for name, part in entry.items()
            }
            read.append({name: part for name, part in said.items() if part})
    return [entry for entry in read if entry]


def _periods(value: Any) -> list[dict[str, str]]:
    said = [
        {name: day for name, day in period.items() if day[:10] != SENTINELS.get(name)}
        for period in _entries(value)
    ]
    return [period for period in said if period]


def _places(value: Any) -> list[dict[str, Any]]:
    value = _decoded(value)
    places = [value] if isinstance(value, Mapping) else (value or [])
    return _entries(
        [
            {name: _geometry(part) if name in _GEOMETRIES else part for name, part in place.items()}
            for place in places
            if isinstance(place, Mapping)
        ]
    )


def _geometry(value: Any) -> str:
    """A geometry as GeoJSON text, always written alike."""
    geometry = _decoded(value)
    return json.dumps(geometry) if isinstance(geometry, Mapping) and geometry else _text(geometry)


def _media_type(value: Any) -> str:
    name = _MEDIA_TYPE.sub("", _text(value))
    return f"{IANA}{name}" if name else ""


def _tags(value: Any) -> list[dict[str, str]]:
    names = [tag.get("name") if isinstance(tag, Mapping) else tag for tag in value or ()]
    return [{"name": name} for name in sorted(_list(names))]


def _extras(value: Any) -> list[dict[str, str]]:
    said = [
        {"key": extra["key"], "value": text}
        for extra in value or ()
        if extra["key"] not in keys(EXTRA) and (text := _text(extra.get("value")))
    ]
    return sorted(said, key=lambda extra: extra["key"])


def _number(value: Any) -> int | None:
    text = _text(value)
    return int(float(text)) if text else None


def _flag(value: Any) -> bool:
    return value if isinstance(value, bool) else _text(value).lower() == "true"


_READ: dict[str, Callable[[Any], Any]] = {
    "text": _text,
    "plain": _text,
    "texts": _texts,
    "list": _list,
    "entries": _entries,
    "periods": _periods,
    "places": _places,
    "media_type": _media_type,
    "tags": _tags,
    "extras": _extras,
    "number": _number,
    "flag": _flag,
}
_BLANK: dict[str, Callable[[Key], Any]] = {
    "text": lambda key: "",
    "plain": lambda key: "",
    "texts": lambda key: dict.fromkeys(LANGUAGES, ""),
    "list": lambda key: [],
    "entries": lambda key: [dict.fromkeys(key.parts, "")],
    "media_type": lambda key: "",
    "tags": lambda key: [],
    "flag": lambda key: False,
}
