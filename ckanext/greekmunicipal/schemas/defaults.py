"""What a dataset says when its author says nothing.

The functions run as ``__before`` validators: on the flattened data of CKAN's
navl, before any field is validated, so that a default meets the same rules as
a value that was sent.
"""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.greekmunicipal.quality import indicators
from ckanext.greekmunicipal.schemas import flat, places, slugs, tags, translated
from ckanext.greekmunicipal.schemas.flat import Flat, Prefix
from ckanext.greekmunicipal.schemas.organization_defaults import (
    LOCAL_AUTHORITY,
    complete_from_organization,
)
from ckanext.greekmunicipal.schemas.resource_defaults import (
    CC_BY,
    EU,
    GREEK,
    complete_format,
    complete_resource,
)

__all__ = [
    "AS_STATED",
    "CC_BY",
    "HVD_LAW",
    "LOCAL_AUTHORITY",
    "OPEN_DATA_LAW",
    "PUBLIC",
    "complete_dataset",
]

PUBLIC = f"{EU}/access-right/PUBLIC"
# Set in a context: the dataset mirrors one of another catalogue, for which nothing is invented.
AS_STATED = "greekmunicipal_as_stated"
# Directive (EU) 2019/1024 on open data; Implementing Regulation (EU) 2023/138.
OPEN_DATA_LAW = "http://data.europa.eu/eli/dir/2019/1024/oj"
HVD_LAW = "http://data.europa.eu/eli/reg_impl/2023/138/oj"

REPEATING = ("publisher", "contact", "creator", "temporal_coverage", "spatial_coverage")
_TRANSLATED = {"title": "title_translated", "notes": "notes_translated"}
_TRANSLATED_IN_RESOURCE = {"name": "name_translated", "description": "description_translated"}


def complete_dataset(data: Flat, *, stored: Any = None, as_stated: bool = False) -> None:
    """Give a dataset title, name and all that follows from its organisation.

    Args:
        data: flattened dataset, changed in place.
        stored: the dataset as it is (a CKAN package), or None for a new one. An existing
            one keeps its name.
        as_stated: whether it mirrors a dataset of another catalogue: what that does not state,
            as licence, publisher and law, stays unstated.
    """
    by_form = _is_from_form(data)
    for plain, field in _TRANSLATED.items():
        _translate(data, (), plain, field)
    if stored is None:
        _name(data, by_form=by_form)
    _tags(data, _stored_tags(stored))
    if not as_stated:
        _from_indicators(data)
        flat.default(data, ("access_rights",), PUBLIC)
        flat.default(data, ("language_options",), [GREEK])
        _legislation(data, (), data.get(("hvd_category",)))
    for field in REPEATING:
        entries = flat.entries(data, field)
        if entries is not None:
            if field == "spatial_coverage":
                entries = [{**entry, **places.complete(entry)} for entry in entries]
            flat.set_entries(data, field, entries)
    organization = _organization(data.get(("owner_org",)))
    if organization is not None and not as_stated:
        complete_from_organization(data, organization)
    for index in flat.indexes(data, "resources"):
        for plain, field in _TRANSLATED_IN_RESOURCE.items():
            _translate(data, ("resources", index), plain, field)
        if as_stated:
            complete_format(data, index)
        else:
            complete_resource(data, index)
            _legislation(data, ("resources", index), data.get(("hvd_category",)))
        _resource_name(data, ("resources", index))


def _is_from_form(data: Flat) -> bool:
    """Whether a browser sent the title, one input a language."""
    extras = data.get(("__extras",))
    return isinstance(extras, dict) and "title_translated-el" in extras


def _translate(data: Flat, prefix: Prefix, plain: str, field: str) -> None:
    """Make ``title`` follow ``title_translated``, or the other way round."""
    key = (*prefix, field)
    value = data.get(key)
    # Taken out in any case: inputs that are left behind would be stored as extras.
    texts = flat.from_form(data, prefix, field, translated.LANGUAGES)
    if flat.is_empty(value):
        value = {code: text for code, text in texts.items() if text}
        if not texts:
            value = data.get((*prefix, plain))
        elif not value:
            data[key] = data[(*prefix, plain)] = ""  # emptied in the form
    if flat.is_empty(value):
        return
    try:
        texts = translated.read(value)
    except translated.UnreadableTranslationError:
        # The field's own validator says so, also of a plain title of a wrong type.
        data[key] = value
        return
    if texts:
        data[key] = translated.write(texts)
        data[(*prefix, plain)] = translated.main_text(texts)


def _name(data: Flat, *, by_form: bool) -> None:
    """Make the name in addresses from the title, unless a name of its own was sent.

    The form sends what its preview shows, so that a taken one is counted on there too;
    a program that sends a taken name is told so.
    """
    name = data.get(("name",))
    name = name if isinstance(name, str) else ""
    title = data.get(("title",))
    if not isinstance(title, str) or not title.strip():
        return
    wanted = slugs.name_for(title)
    if name and not slugs.is_munged(name, title) and not (by_form and name == wanted):
        return
    data["name",] = slugs.free_name(wanted, lambda taken: model.Package.get(taken) is not None)


def _resource_name(data: Flat, prefix: Prefix) -> None:
    """A file without a title bears that of the dataset."""
    field = _TRANSLATED_IN_RESOURCE["name"]
    title = data.get((_TRANSLATED["title"],))
    if flat.is_empty(data.get((*prefix, field))) and isinstance(title, str) and title:
        data[(*prefix, field)] = title
        data[(*prefix, "name")] = data.get(("title",))


def _stored_tags(stored: Any) -> tags.ByLanguage:
    try:
        return tags.read(stored.extras.get("tags_translated")) if stored is not None else {}
    except translated.UnreadableTranslationError:
        return {}


def _tags(data: Flat, stored: tags.ByLanguage) -> None:
    """Make plain tags and keywords by language follow from each other."""
    sent = data.get(("tags_translated",))
    by_form = flat.from_form(data, (), "tags_translated", translated.LANGUAGES)
    sent = by_form if by_form and flat.is_empty(sent) else sent
    plain = _plain_tags(data)
    by_language = None if sent is None or sent is tk.missing else sent
    try:
        known = tags.settle(None if by_language is None else tags.read(by_language), plain, stored)
    except translated.UnreadableTranslationError:
        return  # the field's own validator says so
    data["tags_translated",] = tags.write(known)
    data.pop(("tag_string",), None)
    if plain is None and by_language is None:
        return
    for key in [key for key in data if key[0] == "tags" and not _of_a_vocabulary(data, key)]:
        del data[key]
    first = max((key[1] for key in data if key[0] == "tags" and len(key) > 1), default=-1) + 1
    for index, word in enumerate(tags.plain(known), first):
        data["tags", index, "name"] = word


def _plain_tags(data: Flat) -> list[str] | None:
    """Plain tags as sent, in either form; None when there are none or they are unreadable."""
    text = data.get(("tag_string",))
    names = [
        data.get(("tags", index, "name"))
        for index in flat.indexes(data, "tags")
        if not _of_a_vocabulary(data, ("tags", index))
    ]
    if not names and isinstance(text, str) and text.strip():
        names = [part.strip() for part in text.split(",") if part.strip()]
    sent = [name for name in names if isinstance(name, str) and name]
    return sent or None


def _of_a_vocabulary(data: Flat, key: Prefix) -> bool:
    return len(key) > 1 and not flat.is_empty(data.get(("tags", key[1], "vocabulary_id")))


def _from_indicators(data: Flat) -> None:
    """Take theme and frequency of the commitment that a dataset serves, if it names but one."""
    sent = data.get(("indicator",))
    ids = [sent] if isinstance(sent, str) else sent
    if not isinstance(ids, list) or len(ids) != 1 or not isinstance(ids[0], str):
        return
    try:
        indicator = indicators.by_id(ids[0])
    except indicators.UnknownIndicatorError:
        return  # the field's own validator refuses it and names what it read
    flat.default(data, ("theme",), [indicator.theme])
    if indicator.frequency:
        flat.default(data, ("frequency",), indicator.frequency)


def _organization(owner_org: Any) -> Any:
    return model.Group.get(owner_org) if isinstance(owner_org, str) and owner_org else None


def _legislation(data: Flat, prefix: Prefix, hvd_category: Any) -> None:
    """Name the law: the open data directive, and for a high-value dataset its regulation."""
    key = (*prefix, "applicable_legislation")
    laws = _listed(data.get(key))
    if flat.is_empty(laws):
        laws = _listed(data.get(("applicable_legislation",))) if prefix else [OPEN_DATA_LAW]
    if isinstance(laws, list):
        laws = [law for law in laws if law != HVD_LAW]
        data[key] = [*laws, HVD_LAW] if not flat.is_empty(hvd_category) else laws


def _listed(laws: Any) -> Any:
    """A list of addresses from a list, JSON or the lines of a form."""
    if isinstance(laws, str) and laws.startswith("["):
        try:
            return json.loads(laws)
        except ValueError:
            return laws
    return laws.split() if isinstance(laws, str) else laws
