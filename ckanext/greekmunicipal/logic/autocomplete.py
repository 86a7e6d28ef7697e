"""Suggestions while somebody types, and lists of organisations, for Greek.

CKAN's own actions compare letter by letter in the database: «δημος» does not find «Δήμος», and
«Άργος» stands before all of «Α». They are asked first, which checks access and input; what they
miss is added, and the order is made Greek.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from sqlalchemy import and_, func

from ckanext.greekmunicipal.greek import matching
from ckanext.greekmunicipal.greek.searching import words_of
from ckanext.greekmunicipal.greek.sorting import sort_key

Context = Any
Action = Callable[[Context, dict[str, Any]], Any]

# What CKAN's query refuses although its own action quotes what was typed, which leaves
# backslashes in it; and NUL, which PostgreSQL cannot compare with.
_NOT_FOR_SOLR = re.compile(r"\\|\{!|_(?:query|val)_|\x00")
# As in CKAN's own actions.
DATASETS, NAMES = 10, 20
# Names are looked through in the database; more than this many hits are not put in order.
MOST_HITS = 1_000


def get_actions() -> dict[str, Any]:
    """Actions of CKAN with ours in front of them."""
    ours = (
        package_autocomplete,
        organization_autocomplete,
        group_autocomplete,
        tag_autocomplete,
        organization_list,
        group_list,
        organization_list_for_user,
        group_list_authz,
    )
    return {action.__name__: action for action in ours}


@tk.chained_action
@tk.side_effect_free
def package_autocomplete(next_action: Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """Datasets with a title or name that has what was typed, in any spelling.

    Args:
        next_action: CKAN's.
        context: CKAN's.
        data_dict: ``q``, and ``limit`` (10).
    """
    typed = data_dict.get("q")
    if not isinstance(typed, str):
        return next_action(context, data_dict)
    found = next_action(context, {**data_dict, "q": _NOT_FOR_SOLR.sub(" ", typed)})
    words = words_of(typed)[: matching.MOST_WORDS]
    if not words:
        return found
    limit = _limit(data_dict, DATASETS)
    *before, last = words
    asking: Any = {
        key: context[key] for key in ("user", "auth_user_obj", "ignore_auth") if key in context
    }
    ours = tk.get_action("package_search")(
        asking,
        {
            "q": f"title:({' '.join(before)} ({last} OR {last}*))",
            "fl": ["name", "title"],
            "rows": limit,
            "include_private": True,
            "facet": "false",
        },
    )["results"]
    suggested = {entry["name"]: entry for entry in map(_dataset, ours)}
    return list((suggested | {entry["name"]: entry for entry in found}).values())[:limit]


def _dataset(found: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": found["name"],
        "title": found.get("title") or found["name"],
        "match_field": "title",
        "match_displayed": f"{found.get('title') or ''} ({found['name']})",
    }


@tk.chained_action
@tk.side_effect_free
def organization_autocomplete(
    next_action: Action, context: Context, data_dict: dict[str, Any]
) -> Any:
    """Organisations with a title or name that has what was typed, in any spelling."""
    return _groups(next_action, context, data_dict, model.Group.type == "organization")


@tk.chained_action
@tk.side_effect_free
def group_autocomplete(next_action: Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """Groups with a title or name that has what was typed, in any spelling."""
    return _groups(next_action, context, data_dict, model.Group.type != "organization")


def _groups(next_action: Action, context: Context, data_dict: dict[str, Any], kind: Any) -> Any:
    data_dict = _without_nul(data_dict)
    found = next_action(context, data_dict)
    typed = data_dict.get("q")
    if not isinstance(typed, str) or not matching.patterns(typed):
        return found
    rows = (
        model.Session.query(model.Group.id, model.Group.name, model.Group.title)
        .filter(kind, model.Group.state == "active", _has(typed, model.Group.title))
        .limit(MOST_HITS)
    )
    entries = {entry["id"]: entry for entry in found}
    entries |= {row.id: {"id": row.id, "name": row.name, "title": row.title} for row in rows}
    ordered = sorted(entries.values(), key=lambda entry: _place(typed, entry["title"]))
    return ordered[: _limit(data_dict, NAMES)]


@tk.chained_action
@tk.side_effect_free
def tag_autocomplete(next_action: Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """Tags that have what was typed, in any spelling; those of a vocabulary as CKAN finds them."""
    data_dict = _without_nul(data_dict)
    found = next_action(context, data_dict)
    typed = data_dict.get("query") or data_dict.get("q")
    if "vocabulary_id" in data_dict or not isinstance(typed, str) or not matching.patterns(typed):
        return found
    rows = (
        model.Session.query(model.Tag.name)
        .filter(model.Tag.vocabulary_id.is_(None), _has(typed, model.Tag.name))
        .distinct()
        .join(model.PackageTag, model.PackageTag.tag_id == model.Tag.id)
        .filter(model.PackageTag.state == "active")
        .limit(MOST_HITS)
    )
    names = sorted({*found, *(name for (name,) in rows)}, key=lambda name: _place(typed, name))
    limit = data_dict.get("limit")
    return names[: int(limit)] if limit else names


@tk.chained_action
@tk.side_effect_free
def organization_list(next_action: Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """Organisations; by title they are in Greek order, and ``q`` finds them in any spelling."""
    return _list(next_action, context, data_dict, is_organization=True)


@tk.chained_action
@tk.side_effect_free
def group_list(next_action: Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """Groups; by title they are in Greek order, and ``q`` finds them in any spelling."""
    return _list(next_action, context, data_dict, is_organization=False)


@tk.chained_action
@tk.side_effect_free
def organization_list_for_user(
    next_action: Action, context: Context, data_dict: dict[str, Any]
) -> Any:
    """Organisations of a user, in Greek order."""
    return _in_order(next_action(context, data_dict))


@tk.chained_action
@tk.side_effect_free
def group_list_authz(next_action: Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """Groups that a user may edit, in Greek order."""
    return _in_order(next_action(context, data_dict))


def _in_order(found: Any) -> Any:
    return sorted(found, key=lambda entry: sort_key(entry.get("title") or entry["name"]))


# What says which part of a list is wanted, and how much of each entry.
_OF_A_PAGE = ("q", "sort", "order_by", "limit", "offset", "all_fields")


def _list(
    next_action: Action, context: Context, data_dict: dict[str, Any], *, is_organization: bool
) -> Any:
    data_dict = _without_nul(data_dict)
    typed = str(data_dict.get("q") or "").strip()
    field, _, direction = _sort_of(data_dict).partition(" ")
    by_title = field == "title" and direction in ("", "asc", "desc")
    numbers = [str(data_dict.get(name) or 0) for name in ("limit", "offset")]
    # CKAN itself refuses what is no number.
    is_paged = all(number.isascii() and number.isdigit() for number in numbers)
    if not (typed or by_title) or not is_paged or context.get("api_version") == 2:
        return next_action(context, data_dict)
    base = {key: value for key, value in data_dict.items() if key not in _OF_A_PAGE}
    sort = {} if by_title else {"sort": _sort_of(data_dict)}
    names = _all_names(next_action, context, base | sort)
    titles = _titles(typed, is_organization=is_organization)
    names = [name for name in names if name in titles]
    if by_title:
        names.sort(key=lambda name: (sort_key(titles[name]), name), reverse=direction == "desc")
    all_fields = tk.asbool(data_dict.get("all_fields"))
    most = _most(all_fields=all_fields)
    limit, offset = (int(number) for number in numbers)
    page = names[offset : offset + min(limit or most, most)]
    if not all_fields or not page:
        return page
    whole = {k: v for k, v in data_dict.items() if k not in _OF_A_PAGE}
    named = "organizations" if is_organization else "groups"
    entries = next_action(context, whole | {named: page, "all_fields": True})
    by_name = {entry["name"]: entry for entry in entries}
    return [by_name[name] for name in page if name in by_name]


def _without_nul(data_dict: dict[str, Any]) -> dict[str, Any]:
    typed = {key: data_dict[key] for key in ("q", "query") if isinstance(data_dict.get(key), str)}
    return data_dict | {key: text.replace("\x00", " ") for key, text in typed.items()}


def _sort_of(data_dict: dict[str, Any]) -> str:
    if data_dict.get("order_by") and not data_dict.get("sort"):
        return str(data_dict["order_by"]).strip()
    return str(data_dict.get("sort") or tk.config.get("ckan.default_group_sort") or "").strip()


def _most(*, all_fields: bool) -> int:
    option = "all_fields_max" if all_fields else "max"
    return int(tk.config[f"ckan.group_and_organization_list_{option}"])


def _all_names(next_action: Action, context: Context, base: dict[str, Any]) -> list[str]:
    """All names that CKAN lists, past the number that it gives at once."""
    most = _most(all_fields=False)
    names: list[str] = []
    while True:
        part = next_action(context, base | {"limit": most, "offset": len(names)})
        names += part
        if len(part) < most:
            return names


def _titles(typed: str, *, is_organization: bool) -> dict[str, str]:
    """Title by name of the groups that have what was typed in title, name or description."""
    group: Any = model.Group
    asked = model.Session.query(group.name, group.title).filter(
        group.state == "active", group.is_organization.is_(is_organization)
    )
    if typed:
        found = _has(typed, group.title)
        literal = f"%{typed}%"
        asked = asked.filter(
            found
            | _has(typed, group.description)
            | group.name.ilike(literal)
            | group.title.ilike(literal)
            | group.description.ilike(literal)
        )
    return {name: title or name for name, title in asked}


def _has(typed: str, column: Any) -> Any:
    folded = func.translate(column, matching.FOLD_FROM, matching.FOLD_TO)
    wanted = matching.patterns(typed)
    return and_(*(folded.op("~")(pattern) for pattern in wanted)) if wanted else column.is_(None)


def _place(typed: str, title: str | None) -> tuple[bool, str]:
    """Names that begin with what was typed stand first."""
    key = sort_key(title or "")
    return not key.startswith(sort_key(typed)), key


def _limit(data_dict: dict[str, Any], default: int) -> int:
    return int(data_dict.get("limit") or default)
