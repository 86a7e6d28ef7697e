"""What was typed into the search boxes of CKAN's table view, which drops all but Latin letters."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, has_request_context

from ckanext.greekmunicipal.greek import row_search

SEARCH, DOWNLOAD = "datatablesview.ajax", "datatablesview.filtered_download"

blueprint = Blueprint("greekmunicipal_table_search", __name__)


def as_typed(asked: dict[str, Any]) -> dict[str, Any]:
    """The parameters of a search with the letters that the table view dropped.

    Args:
        asked: parameters of ``datastore_search``.

    Returns:
        The same object if they do not come from there, or nothing was dropped.
    """
    if not asked.get("q") or not has_request_context() or tk.request.endpoint != SEARCH:
        return asked
    form = tk.request.form
    columns: dict[str, str] = {}
    while (name := form.get(f"columns[{len(columns)}][name]")) is not None and name not in columns:
        columns[name] = form.get(f"columns[{len(columns)}][search][value]", "")
    return _repaired(asked, form.get("search[value]", ""), columns)


@blueprint.after_app_request
def keep_what_was_typed(answer: Response) -> Response:
    """Give the download of a searched table the letters that the table view dropped."""
    if tk.request.endpoint != DOWNLOAD or not answer.location:
        return answer
    try:
        params = json.loads(tk.request.form["params"])
        typed = str(params["search"]["value"])
        columns = {str(c["name"]): str(c["search"]["value"]) for c in params["columns"]}
    except (KeyError, TypeError, ValueError):
        return answer
    address = urlsplit(answer.location)
    asked = dict(parse_qsl(address.query, keep_blank_values=True))
    repaired = _repaired(asked, typed, columns)
    if isinstance(repaired.get("q"), dict):
        repaired["q"] = json.dumps(repaired["q"], ensure_ascii=False)
    answer.location = urlunsplit(address._replace(query=urlencode(repaired)))
    return answer


def _repaired(asked: dict[str, Any], typed: str, columns: Mapping[str, str]) -> dict[str, Any]:
    by_column = {name: text for name, text in columns.items() if text}
    if all(text.isascii() for text in (typed, *by_column.values())):
        return asked
    # As the table view does: words of a column count, and the general ones only without them.
    if by_column:
        q: Any = {name: row_search.beginnings_query(text) for name, text in by_column.items()}
        q = {name: text for name, text in q.items() if text}
    else:
        q = row_search.beginnings_query(typed)
    return asked | {"q": q} if q else asked
