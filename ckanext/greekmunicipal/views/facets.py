"""Filters beside search results, in the reader's words."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal.greek.sorting import sort_key
from ckanext.greekmunicipal.schemas import choices

_CHOICES_OF: dict[str, Callable[[], choices.Choices]] = {
    "family": choices.act_families,
    "vocab_theme": lambda: choices.vocabulary("data-theme"),
    "organization": choices.municipality_slugs,
    "vocab_indicator": choices.commitments,
}


def titles(*, with_organization: bool) -> OrderedDict[str, str]:
    """Indexed fields that filter datasets, with their headings."""
    found = OrderedDict()
    if with_organization:
        found["organization"] = tk._("Municipality or body")
    found["family"] = tk._("Subject")
    found["vocab_theme"] = tk._("Theme")
    found["res_format"] = tk._("Format")
    found["tags"] = tk._("Keyword")
    return found


def label_function(field: str) -> Callable[[Mapping[str, Any]], str] | None:
    """How a filter names its values; None leaves them as they are."""
    accepted = _CHOICES_OF.get(field)
    if accepted is None:
        return None
    language = "el" if tk.h.lang().startswith("el") else "en"

    def label(item: Mapping[str, Any]) -> str:
        found = accepted().find(item["name"])
        if found is None or (field == "organization" and language == "el"):
            return item["display_name"]
        return found.label(language)

    return label


def value_label(field: str, value: str) -> str | None:
    """How a chosen filter is named; None when CKAN knows it better."""
    accepted = _CHOICES_OF.get(field)
    found = accepted().find(value) if accepted else None
    return found.label("el" if tk.h.lang().startswith("el") else "en") if found else None


@tk.chained_helper
def get_facet_items_dict(
    original: Callable[..., list[dict[str, Any]]],
    facet: str,
    search_facets: Mapping[str, Any],
    limit: int | None = None,
    exclude_active: bool = False,  # noqa: FBT001, FBT002 - CKAN's own signature
) -> list[dict[str, Any]]:
    """Values of a filter: those with most datasets first, then by label in Greek order.

    CKAN puts them in the order of what it would show, by the numbers of the letters, and then
    cuts the list.
    """
    items = original(facet, search_facets, limit=0, exclude_active=exclude_active)
    label = label_function(facet) or (lambda item: item["display_name"])
    items = sorted(items, key=lambda item: (-item["count"], sort_key(label(item))))
    if limit is None:
        limit = tk.h.get_param_int(f"_{facet}_limit", tk.config["search.facets.default"])
    return items[:limit] if limit else items
