"""Searching in the tables of acts and budgets in Greek, however it is typed.

In front of CKAN's ``datastore_search``: what was typed is asked for in all forms under which our
loader stored the words. Tables of others are searched as CKAN does it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import ckan.model as model
import ckan.plugins as p
import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.greek import row_search
from ckanext.greekmunicipal.views import table_search

Action = Callable[[Any, dict[str, Any]], Any]

# Configurations of PostgreSQL: one that leaves words as they are, one that folds and stems Greek.
PLAIN, GREEK = "simple", "greek"
_CHANGED = ("q", "full_text", "plain", "language")


def get_actions() -> dict[str, Any]:
    """CKAN's action with ours in front of it, where there is a DataStore."""
    return {"datastore_search": datastore_search} if p.plugin_loaded("datastore") else {}


@tk.chained_action
@tk.side_effect_free
def datastore_search(next_action: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Search a table; in ours ``q`` and ``full_text`` find Greek in any spelling.

    Args:
        next_action: CKAN's.
        context: CKAN's.
        data_dict: CKAN's. ``language`` has no effect on our tables.
    """
    asked = table_search.as_typed(data_dict)
    if not asked.get("q") and not asked.get("full_text"):
        return next_action(context, data_dict)
    if _is_filled_by_us(asked.get("resource_id") or asked.get("id")):
        asked = _in_greek(asked)
    if asked is data_dict:
        return next_action(context, data_dict)
    found = next_action(context, asked)
    for name in _CHANGED:
        if name in data_dict:
            found[name] = data_dict[name]
        else:
            found.pop(name, None)
    return found


def _is_filled_by_us(resource_id: Any) -> bool:
    resource = model.Resource.get(resource_id) if isinstance(resource_id, str) else None
    return resource is not None and resource.url_type == datastore.URL_TYPE


def _in_greek(asked: dict[str, Any]) -> dict[str, Any]:
    plain = tk.asbool(asked.get("plain", True))
    rewrite = row_search.plain_query if plain else row_search.expression
    q, full_text = _columns(asked.get("q")), asked.get("full_text")
    changed: dict[str, Any] = {}
    if isinstance(q, dict):
        if not all(isinstance(value, str) for value in q.values()):
            return asked
        # CKAN compares with the words of the column as they stand: PostgreSQL folds them.
        changed["q"] = {
            column: rewrite(value, row_search.column_forms) or value for column, value in q.items()
        }
        changed["language"] = GREEK
    elif isinstance(q, str) and q:
        changed["q"] = rewrite(q, row_search.row_forms)
        changed["language"] = PLAIN
    if isinstance(full_text, str) and full_text:
        forms = row_search.column_forms if "language" in changed else row_search.row_forms
        changed["full_text"] = rewrite(full_text, forms)
        changed.setdefault("language", PLAIN)
    texts = [changed.get("full_text", "-"), changed.get("q", "-")]
    if not changed or not all(texts):
        # No letter or digit: CKAN finds nothing for it, and says so.
        return asked
    return asked | changed | {"plain": False}


def _columns(q: Any) -> Any:
    """The words by column, which come as text in an address."""
    if isinstance(q, str) and q.lstrip().startswith("{"):
        try:
            found = json.loads(q)
        except ValueError:
            return q
        return found if isinstance(found, dict) else q
    return q
