"""Groups and organisations get their name in addresses from a Greek title, by ELOT 743."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.greekmunicipal.schemas import slugs, translated

Action = Callable[[Any, dict[str, Any]], Any]


def get_actions() -> dict[str, Any]:
    """CKAN's actions that we stand before."""
    return {"group_create": group_create, "organization_create": organization_create}


@tk.chained_action
def group_create(original: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Make a group; a name that is missing, or that CKAN made of Greek letters, is made anew."""
    return original(context, named(data_dict))


@tk.chained_action
def organization_create(original: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Make an organisation; its name as that of a group."""
    return original(context, named(data_dict))


def named(data: dict[str, Any]) -> dict[str, Any]:
    """The data with a name made from the title, where it needs one."""
    title, name = _title(data), data.get("name")
    if not title or data.get("municipality"):
        return data  # the register gives the name
    if isinstance(name, str) and name and not slugs.is_munged(name, title):
        return data
    wanted = slugs.name_for(title)
    free = slugs.free_name(wanted, lambda taken: model.Group.get(taken) is not None)
    return {**data, "name": free}


def _title(data: Mapping[str, Any]) -> str:
    try:
        texts = translated.read(data.get("title_translated"))
    except translated.UnreadableTranslationError:
        texts = {}
    found = translated.main_text(texts) or data.get("title_translated-el") or data.get("title")
    return found.strip() if isinstance(found, str) else ""
