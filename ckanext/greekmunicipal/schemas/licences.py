"""Which licences a high-value dataset may have."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files

from ckanext.greekmunicipal.schemas import choices
from ckanext.greekmunicipal.schemas.choices import Choices


@lru_cache(maxsize=1)
def judged() -> dict[str, bool]:
    """Each EU licence by its code, and whether a high-value dataset may have it."""
    text = (files("ckanext.greekmunicipal.schemas") / "open_licences.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return {row["licence"]: row["for_high_value"] == "yes" for row in rows}


@lru_cache(maxsize=1)
def for_high_value() -> Choices:
    """Licences at most as restrictive as CC BY 4.0.

    Implementing Regulation (EU) 2023/138, article 4: CC0, CC BY 4.0 or an equivalent
    or less restrictive open licence. ``open_licences.csv`` judges each EU licence.
    """
    known = {choice.code: choice for choice in choices.vocabulary("licence").all}
    return Choices(known[code] for code, may in judged().items() if may)
