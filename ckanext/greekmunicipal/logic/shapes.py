"""Refuses what CKAN would stumble over: a list where a text belongs, a text that none can store.

Authorisation, the choice of the schema and the comparison with what is stored look at some
fields of a dataset before any validator does. Others have no validator but CKAN's, which lets
pass what the database or the index refuses afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal.validators import texts

Action = Callable[[Any, dict[str, Any]], Any]

TEXTS = ("id", "name", "type", "owner_org", "state", "tag_string")
LISTS = (
    *("resources", "tags", "extras", "groups", "publisher", "contact", "creator"),
    *("temporal_coverage", "spatial_coverage"),
)
TEXTS_OF_RESOURCE = ("id", "url", "url_type")
LISTS_OF_RESOURCE = ("access_services",)
# Fields of CKAN that are not in our schema; Solr refuses a term of more than 32,766 bytes.
BOUNDED = ("license_id", "url", "author", "maintainer", "author_email", "maintainer_email")
# JSON can say half a pair of surrogates, UTF-8 and so PostgreSQL cannot; nor can it hold NUL.
_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")


def get_actions() -> dict[str, Any]:
    """CKAN's actions that we stand before."""
    ours = (package_create, package_update, organization_create, organization_update)
    return {action.__name__: action for action in ours}


@tk.chained_action
def package_create(original: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Make a dataset whose fields have the shapes that CKAN relies on."""
    check(data_dict)
    return original(context, data_dict)


@tk.chained_action
def package_update(original: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Change a dataset whose fields have the shapes that CKAN relies on."""
    check(data_dict)
    return original(context, data_dict)


@tk.chained_action
def organization_create(original: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Make an organisation whose texts can be stored."""
    _check_texts(data_dict)
    return original(context, data_dict)


@tk.chained_action
def organization_update(original: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Change an organisation whose texts can be stored."""
    _check_texts(data_dict)
    return original(context, data_dict)


def check(dataset: dict[str, Any]) -> None:
    """Refuse a dataset with a field that CKAN could not look at or store.

    Lists that are ``null`` are taken out of ``dataset``: nothing was said.

    Raises:
        ValidationError: names each such field and what was read.
    """
    for field in LISTS:
        if field in dataset and dataset[field] in (None, {}):
            del dataset[field]
    errors = _wrong(dataset, TEXTS, LISTS)
    resources = dataset.get("resources")
    if "resources" not in errors and resources:
        wrong = [_wrong(one, TEXTS_OF_RESOURCE, LISTS_OF_RESOURCE) for one in resources]
        if any(wrong):
            errors["resources"] = wrong
    for field in BOUNDED:
        if isinstance(dataset.get(field), str) and len(dataset[field]) > texts.LONGEST:
            errors[field] = [texts.too_long(len(dataset[field]), texts.LONGEST)]
    if errors:
        raise tk.ValidationError(errors)
    _check_texts(dataset)


def _check_texts(data: Mapping[str, Any]) -> None:
    errors: dict[str, Any] = {
        field: [_not_storable()]
        for field, value in data.items()
        if field not in ("resources", "tags") and not _is_storable(value)
    }
    if not _is_storable(data.get("tags")):
        errors["tags"] = [{"name": [_not_storable()]}]
    if not _is_storable(data.get("resources")):
        errors["resources"] = [
            {field: [_not_storable()] for field, value in one.items() if not _is_storable(value)}
            for one in data["resources"]
        ]
    if errors:
        raise tk.ValidationError(errors)


def _is_storable(value: Any) -> bool:
    if isinstance(value, str):
        return _NOT_STORABLE.search(value) is None
    if isinstance(value, Mapping):
        return all(map(_is_storable, value.values())) and all(map(_is_storable, value))
    return all(map(_is_storable, value)) if isinstance(value, list) else True


def _not_storable() -> str:
    return tk._("The text holds a character that cannot be stored (NUL)")


def _wrong(data: Mapping[str, Any], fields: tuple[str, ...], lists: tuple[str, ...]) -> Any:
    wrong: dict[str, Any] = {
        field: [_expected(tk._("a text"), data[field])]
        for field in fields
        if not isinstance(data.get(field), (str, type(None)))
    }
    wrong |= {
        field: [_not_storable()]
        for field in fields
        if isinstance(data.get(field), str) and not _is_storable(data[field])
    }
    for field in lists:
        value = data.get(field)
        if value in (None, "", {}):
            continue
        if not isinstance(value, list):
            wrong[field] = [_expected(tk._("a list of objects"), value)]
        elif others := [one for one in value if not isinstance(one, Mapping)]:
            wrong[field] = [_expected(tk._("a list of objects"), others[0])]
    if "tags" in wrong:  # the one list whose errors CKAN reads by name
        wrong["tags"] = [{"name": wrong["tags"]}]
    return wrong


def _expected(what: str, read: Any) -> str:
    return tk._("Expected {expected}, {read} was read").format(
        expected=what, read=type(read).__name__
    )
