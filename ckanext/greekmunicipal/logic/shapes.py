"""Refuses what CKAN would stumble over before it validates: a list where a text belongs.

Authorisation, the choice of the schema and the comparison with what is stored look at some
fields of a dataset before any validator does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk

Action = Callable[[Any, dict[str, Any]], Any]

TEXTS = ("id", "name", "type", "owner_org", "state", "tag_string")
LISTS = (
    *("resources", "tags", "extras", "groups", "publisher", "contact", "creator"),
    *("temporal_coverage", "spatial_coverage"),
)
TEXTS_OF_RESOURCE = ("id", "url", "url_type")
LISTS_OF_RESOURCE = ("access_services",)


def get_actions() -> dict[str, Any]:
    """CKAN's actions that we stand before."""
    return {"package_create": package_create, "package_update": package_update}


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


def check(dataset: Mapping[str, Any]) -> None:
    """Refuse a dataset with a field of a shape that cannot be looked at.

    Raises:
        ValidationError: names each such field and what was read.
    """
    errors = _wrong(dataset, TEXTS, LISTS)
    resources = dataset.get("resources")
    if "resources" not in errors and resources:
        wrong = [_wrong(one, TEXTS_OF_RESOURCE, LISTS_OF_RESOURCE) for one in resources]
        if any(wrong):
            errors["resources"] = wrong
    if errors:
        raise tk.ValidationError(errors)


def _wrong(data: Mapping[str, Any], texts: tuple[str, ...], lists: tuple[str, ...]) -> Any:
    wrong: dict[str, Any] = {
        field: [_expected(tk._("a text"), data[field])]
        for field in texts
        if not isinstance(data.get(field), (str, type(None)))
    }
    wrong |= {
        field: [tk._("The text holds a character that cannot be stored (NUL)")]
        for field in texts
        if isinstance(data.get(field), str) and "\x00" in data[field]
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
