"""Datasets of a stock CKAN as datasets of our schema: a pure mapping that loses nothing.

A stock dataset says much in free extras (``frequency``, ``publisher_name``, ``spatial`` …) and in
``license_id``. What has a field in our schema moves there; an extra without one stays an extra. A
value that had to be written differently, or that our schema does not accept, is kept as it was in
the extra :data:`ASIDE`. Mapping what is mapped already changes nothing.
"""

from __future__ import annotations

import copy
import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from ckanext.greekmunicipal.catalogs.stock_shapes import (
    LANGUAGES,
    LINK,
    READ,
    decoded,
    entries,
    has_greek,
    is_blank,
    known_languages,
)
from ckanext.greekmunicipal.catalogs.stock_terms import is_not_open, term

Record = dict[str, Any]

ASIDE = "stock_metadata"
# Kinds of field of a schema.
TEXTS, SEVERAL, ENTRIES, ONE = "texts", "several", "entries", "one"

# Keys of a stock dataset that are computed, or that the update sets itself.
_COMPUTED = (
    *("organization", "relationships_as_subject", "relationships_as_object", "isopen"),
    *("num_resources", "num_tags", "license_title", "license_url", "metadata_created"),
    *("metadata_modified", "creator_user_id", "extras"),
)


@dataclass(frozen=True)
class Change:
    """A field that gets another value.

    Attributes:
        field: its name; of a resource, ``resources/<number from 1>/<name>``.
        before: what it held, None when nothing.
        after: what it is to hold.
    """

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Look:
    """Something that a person should look at.

    Attributes:
        field: where it was read.
        value: what was read.
        why: what became of it.
    """

    field: str
    value: Any
    why: str


@dataclass
class Adoption:
    """What becomes of one dataset.

    Attributes:
        dataset: as it is to be sent to ``package_update``.
        changes: what differs from what is stored.
        kept: extras that stay extras.
        looks: what a person should look at.
        undecided: why the dataset must be left as it is, or empty.
    """

    dataset: Record
    changes: list[Change] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    undecided: str = ""


@dataclass(frozen=True)
class _Rule:
    extra: str
    field: str
    part: str
    shape: str


def adopt(
    source: Mapping[str, Any],
    fields: Mapping[str, str],
    resource_fields: Mapping[str, str],
    licence: str | None = None,
) -> Adoption:
    """Map a dataset as it is stored.

    Args:
        source: keys of the dataset, its free extras as a list of ``key`` and ``value``, resources,
            tags and groups, as CKAN stores them before any schema.
        fields: kind of each field of the schema: ``texts``, ``several``, ``entries`` or ``one``.
        resource_fields: the same of a resource.
        licence: URI of the licence of resources of which none is known; None leaves such a
            dataset undecided.
    """
    extras = {extra["key"]: extra["value"] for extra in source.get("extras") or ()}
    aside = decoded(extras.pop(ASIDE, "")) or {}
    values = {
        name: extras.pop(name) if kind == ONE else decoded(extras.pop(name))
        for name, kind in fields.items()
        if name in extras
    }
    values = {name: value for name, value in values.items() if not is_blank(value)}
    before = copy.deepcopy(values)
    found = Adoption({})
    _mend_shapes(values, fields, aside, found)
    _read_extras(values, extras, aside, found)
    values |= {
        name: [value]
        for name, value in values.items()
        if fields[name] == SEVERAL and not isinstance(value, list)
    }
    _texts_of(values, "title_translated", source.get("title"), None, found)
    _texts_of(values, "notes_translated", source.get("notes"), source.get("title"), found)
    if not values.get("landing_page") and LINK.match(str(source.get("url") or "")):
        values["landing_page"] = [source["url"]]
    if not values.get("theme"):
        values["theme"] = _themes_of_groups(source.get("groups") or ())
    resources = [
        _resource(_shaped(resource, resource_fields), number, source, licence, aside, found)
        for number, resource in enumerate(source.get("resources") or (), 1)
    ]
    found.dataset = {
        **{key: value for key, value in source.items() if key not in _COMPUTED},
        **{name: value for name, value in values.items() if not is_blank(value)},
        "resources": resources,
        "extras": _extras(extras, aside),
    }
    found.kept = sorted(extras)
    found.changes = [*_changes(before, values), *_resource_changes(source, resources)]
    return found


def set_aside(adoption: Adoption, refused: Mapping[str, Any], fields: Mapping[str, str]) -> bool:
    """Take values that the schema refuses out of a dataset, and keep them in the extra.

    Args:
        adoption: changed in place.
        refused: messages by field, those of resources as a list of such mappings.
        fields: kind of each field of the schema, see :func:`adopt`.

    Returns:
        Whether anything could be taken out; else the refusal stands.
    """
    dataset = adoption.dataset
    extras = {extra["key"]: extra["value"] for extra in dataset["extras"]}
    aside = decoded(extras.pop(ASIDE, "")) or {}
    taken = False
    for where, record, errors in _refusals(dataset, refused):
        for name, messages in errors.items():
            ours = name in fields or record is not dataset
            if name in _NEEDED or name not in record or not ours:
                continue
            value = record.pop(name)
            _keep(aside, f"{where}{name}", value)
            adoption.looks.append(
                Look(f"{where}{name}", value, f"refused, kept in {ASIDE}: {_said(messages)}")
            )
            adoption.changes = [c for c in adoption.changes if c.field != f"{where}{name}"]
            adoption.changes.append(Change(f"{where}{name}", value, None))
            taken = True
    dataset["extras"] = _extras(extras, aside)
    return taken


# Fields without which there is no dataset: nothing can be kept aside of them.
_NEEDED = (
    "id",
    "name",
    "title",
    "title_translated",
    "notes_translated",
    "owner_org",
    "type",
    "url",
)


def _read_extras(values: Record, extras: Record, aside: Record, found: Adoption) -> None:
    for rule in _rules():
        own = rule.extra in values
        raw = values[rule.extra] if own else extras.get(rule.extra)
        if is_blank(raw):
            continue
        read, unread = READ[rule.shape](raw, rule.field)
        if own:
            del values[rule.extra]
        if is_blank(read) or not _place(values, rule, read):
            if own:
                _keep(aside, rule.extra, raw)
                found.looks.append(Look(rule.extra, raw, f"not understood, kept in {ASIDE}"))
            continue
        extras.pop(rule.extra, None)
        if unread:
            found.looks.append(Look(rule.extra, unread, f"not understood, kept in {ASIDE}"))
        if rule.shape in ("term", "terms") and raw not in (read, [read]):
            _keep(aside, rule.extra, raw)


def _place(values: Record, rule: _Rule, read: Any) -> bool:
    """Put what was read where it belongs, unless something else is there."""
    if rule.shape in ("terms", "links"):
        there = values.get(rule.field) or []
        there = there if isinstance(there, list) else [there]
        values[rule.field] = list(dict.fromkeys([*there, *read]))
        return True
    if not rule.part:
        return values.setdefault(rule.field, read) == read
    holder = values.get(rule.field)
    if rule.field.endswith("_translated"):
        texts = known_languages(holder)
        values[rule.field] = texts
        return texts.setdefault(rule.part, read) == read
    there = entries(holder, rule.field) or [{}]
    values[rule.field] = there
    if not there[0].get(rule.part):
        there[0][rule.part] = read
    return there[0][rule.part] == read


def _mend_shapes(values: Record, fields: Mapping[str, str], aside: Record, found: Adoption) -> None:
    """Give texts and entries the shape of their kind; what has none of it is kept aside."""
    shapes = {TEXTS: lambda raw, name: known_languages(raw), ENTRIES: entries}
    for name in [name for name in values if fields[name] in shapes]:
        raw = values.pop(name)
        mended = shapes[fields[name]](raw, name)
        if not is_blank(mended):
            values[name] = mended
        if not _says(mended, raw):
            _keep(aside, name, raw)
            found.looks.append(Look(name, raw, f"only in part understood, kept in {ASIDE}"))


def _says(value: Any, raw: Any) -> bool:
    """Whether a mended value says all that was there."""
    if isinstance(raw, Mapping):
        return isinstance(value, Mapping) and set(filter(raw.get, raw)) <= set(value)
    if isinstance(raw, list):
        return isinstance(value, list) and len(value) >= len([e for e in raw if not is_blank(e)])
    return not is_blank(value) or is_blank(raw)


def _texts_of(values: Record, name: str, plain: Any, instead: Any, found: Adoption) -> None:
    """A text in languages from a plain one: Greek by its letters; both where it has none."""
    texts = dict(values.get(name) or {})
    text = str(plain or "").strip()
    if not text and not texts and instead:
        text = str(instead).strip()
        found.looks.append(Look(name, "", "there is no description, the title stands for it"))
    if text and "el" not in texts:
        texts["el"] = text
        if not has_greek(text):
            texts.setdefault("en", text)
    elif "el" not in texts and "en" in texts:
        texts["el"] = texts["en"]
    values[name] = {code: texts[code] for code in LANGUAGES if texts.get(code)}


def _themes_of_groups(groups: Any) -> list[str]:
    names = [group.get(key) for group in groups for key in ("title", "display_name", "name")]
    themes = [term("data-theme", name) for name in names if name]
    return list(dict.fromkeys(theme for theme in themes if theme))


def _resource(
    source: Mapping[str, Any],
    number: int,
    dataset: Mapping[str, Any],
    licence: str | None,
    aside: Record,
    found: Adoption,
) -> Record:
    resource = dict(source)
    for plain in ("name", "description"):
        translated = f"{plain}_translated"
        read = known_languages(decoded(resource.get(translated)))
        texts: Record = {translated: read} if read else {}
        if resource.get(plain) or texts:
            _texts_of(texts, translated, resource.get(plain), None, found)
            resource[translated] = texts[translated]
    written = resource.get("license") or ""
    own = term("licence", str(written)) if written else None
    if own:
        if own != written:
            _keep(aside, f"resources/{number}/license", written)
        resource["license"] = own
        return resource
    of_dataset = str(dataset.get("license_id") or "")
    known = term("licence", of_dataset) if of_dataset and not written else None
    closed = is_not_open(of_dataset) or is_not_open(str(written))
    decided = known or (None if closed else licence)
    if decided is None:
        found.undecided = (
            f"licence {str(written) or of_dataset or 'not stated'!r} has no equal in the EU table:"
            + (" it is not open" if closed else " say with --licence which one holds")
        )
        return resource
    if written:
        _keep(aside, f"resources/{number}/license", written)
    resource["license"] = decided
    return resource


def _shaped(resource: Mapping[str, Any], fields: Mapping[str, str]) -> Record:
    """A resource whose lists and objects, which CKAN stores as JSON texts, are such."""
    return {
        name: decoded(value) if fields.get(name, ONE) != ONE else value
        for name, value in resource.items()
    }


def _changes(before: Record, after: Record) -> Iterator[Change]:
    for name in dict.fromkeys([*before, *after]):
        was, now = before.get(name), after.get(name)
        if was != now and not (is_blank(was) and is_blank(now)):
            yield Change(name, was, now)


def _resource_changes(source: Mapping[str, Any], resources: list[Record]) -> Iterator[Change]:
    stored = source.get("resources") or ()
    for number, (was, now) in enumerate(zip(stored, resources, strict=True), 1):
        before = {name: decoded(was.get(name)) for name in now}
        for change in _changes(before, now):
            yield Change(f"resources/{number}/{change.field}", change.before, change.after)


def _refusals(dataset: Record, refused: Mapping[str, Any]) -> Iterator[tuple[str, Record, Record]]:
    yield "", dataset, {key: text for key, text in refused.items() if key != "resources"}
    for number, errors in enumerate(refused.get("resources") or (), 1):
        if errors and isinstance(errors, Mapping):
            yield f"resources/{number}/", dataset["resources"][number - 1], dict(errors)


def _extras(extras: Record, aside: Record) -> list[dict[str, str]]:
    written = [{"key": key, "value": value} for key, value in extras.items()]
    if aside:
        text = json.dumps(aside, ensure_ascii=False, sort_keys=True)
        written.append({"key": ASIDE, "value": text})
    return written


def _keep(aside: Record, name: str, value: Any) -> None:
    """Keep a value as it was; what is kept already is the older one and stays."""
    aside.setdefault(name, value)


def _said(messages: Any) -> str:
    return "; ".join(map(str, messages)) if isinstance(messages, list) else str(messages)


@cache
def _rules() -> tuple[_Rule, ...]:
    text = (files("ckanext.greekmunicipal.catalogs") / "stock_extras.csv").read_text("utf-8")
    return tuple(_Rule(**row) for row in csv.DictReader(text.splitlines()))
