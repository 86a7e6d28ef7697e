"""What suits a new dataset that is to serve a commitment."""

from __future__ import annotations

import re
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal.quality import indicators
from ckanext.greekmunicipal.schemas import choices

Data = dict[str, Any]


def suggest(data: Data) -> indicators.Indicator | None:
    """Fill a new dataset with what suits the commitment that it is to serve.

    Args:
        data: data of the form, changed in place: only what is empty is filled.

    Returns:
        The commitment, or None when none or an unknown one is named.
    """
    named = data.get("indicator")
    ids = [named] if isinstance(named, str) else list(named or ())
    try:
        indicator = indicators.by_id(ids[0]) if len(ids) == 1 else None
    except indicators.UnknownIndicatorError:
        return None
    if indicator is None:
        return None
    data["indicator"] = [indicator.id]
    for name, value in _suggestions(indicator, data).items():
        if not data.get(name):
            data[name] = value
    return indicator


def indicator_options(selected: str) -> list[dict[str, Any]]:
    """Commitments to choose from, in their own order."""
    return [
        {"value": one.id, "text": one.label(_language()), "selected": one.id == selected}
        for one in indicators.indicators()
    ]


def _suggestions(indicator: indicators.Indicator, data: Data) -> Data:
    available = tk.h.organizations_available("create_dataset")
    wanted = data.get("owner_org")
    mine = [one for one in available if wanted in (None, "", one["id"], one["name"])]
    body = mine[0] if len(mine) == 1 else {}
    known = choices.municipality_slugs().find(body.get("name") or "")
    el = body.get("title") or ""
    en = known.label_en if known else el
    vocabulary = choices.vocabulary
    suggested: Data = {
        "theme": [theme.value] if (theme := vocabulary("data-theme").find(indicator.theme)) else [],
        "tags_translated": {"el": list(indicator.tags)},
        "dcat_type": [
            kind.value
            for code in indicator.dataset_types
            if (kind := vocabulary("dataset-type").find(code))
        ],
    }
    if frequency := vocabulary("frequency").find(indicator.frequency):
        suggested["frequency"] = frequency.value
    title = {"el": _tidy(indicator.title(el, "el")), "en": _tidy(indicator.title(en, "en"))}
    if not (data.get("title_translated") or data.get("title_translated-el")):
        suggested["title_translated"] = title
    if not (data.get("notes_translated") or data.get("notes_translated-el")):
        suggested["notes_translated"] = {"el": _tidy(indicator.notes(el))}
    return suggested


def _tidy(text: str) -> str:
    """A suggested text without the gap that a name leaves that is not known."""
    return re.sub(r"\s+(?=[,.])", "", " ".join(text.split())).removesuffix(" –")


def _language() -> str:
    return "el" if tk.h.lang().startswith("el") else "en"
