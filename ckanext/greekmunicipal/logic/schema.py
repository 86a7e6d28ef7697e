"""What our actions accept."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk


def municipality_list() -> dict[str, list[Any]]:
    """``q``: any spelling; without it all municipalities."""
    optional, text = tk.get_validator("ignore_missing"), tk.get_validator("unicode_safe")
    return {"q": [optional, text]}


def municipality_show() -> dict[str, list[Any]]:
    """``id``: slug, Diavgeia number or ΑΦΜ."""
    return {"id": [tk.get_validator("not_empty"), tk.get_validator("unicode_safe")]}


def harvest_status() -> dict[str, list[Any]]:
    """``municipality``: slug; without it all that have a source."""
    optional, text = tk.get_validator("ignore_missing"), tk.get_validator("unicode_safe")
    return {"municipality": [optional, text]}


def quality_show() -> dict[str, list[Any]]:
    """``id`` of a dataset, or ``organization`` with ``limit`` and ``offset``."""
    optional, text = tk.get_validator("ignore_missing"), tk.get_validator("unicode_safe")
    number = tk.get_validator("natural_number_validator")
    return {
        "id": [optional, text],
        "organization": [optional, text],
        "limit": [optional, number],
        "offset": [optional, number],
    }


def budget_summary() -> dict[str, list[Any]]:
    """``municipality`` or ``organization``; ``year``, ``period`` and ``side``."""
    optional, text = tk.get_validator("ignore_missing"), tk.get_validator("unicode_safe")
    number = tk.get_validator("natural_number_validator")
    one_of: Any = tk.get_validator("one_of")
    return {
        "municipality": [optional, text],
        "organization": [optional, text],
        "year": [optional, number],
        "period": [optional, text],
        "side": [optional, text, one_of(["revenue", "expenditure"])],
    }
