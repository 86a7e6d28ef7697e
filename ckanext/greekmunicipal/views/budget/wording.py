"""Names of sides, phases and periods for readers, in the language of the page."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal.budgets.records import EXPENDITURE, REVENUE
from ckanext.greekmunicipal.budgets.tables import read_table
from ckanext.greekmunicipal.views import formats

VOTED = "voted"
# Phases that a citizen is shown of each side, in their order.
SHOWN = {
    REVENUE: ("initial", "revised", "assessed", "collected"),
    EXPENDITURE: ("initial", "revised", "committed", "ordered", "paid"),
}


def is_greek() -> bool:
    """Whether the page is in Greek."""
    return tk.h.lang().startswith("el")


def side(name: str) -> str:
    """Name of a side."""
    return tk._("Revenue") if name == REVENUE else tk._("Expenditure")


@lru_cache(maxsize=1)
def _terms() -> dict[str, dict[str, str]]:
    return {row["term"]: row for row in read_table("glossary")}


def phase(name: str) -> str:
    """Name of a phase, or of another term of the glossary."""
    row = _terms().get(name)
    return row["name_el" if is_greek() else "name_en"] if row else name


def glossary() -> list[dict[str, str]]:
    """Words of the trade in plain language: ``term``, ``name``, ``text``."""
    language = "el" if is_greek() else "en"
    return [
        {"term": row["term"], "name": row[f"name_{language}"], "text": row[f"text_{language}"]}
        for row in _terms().values()
    ]


def period(end: dt.date | None) -> str:
    """What a period is called."""
    return tk._("until {date}").format(date=formats.date(end)) if end else tk._("as voted")


def period_key(end: dt.date | None) -> str:
    """A period in an address."""
    return end.isoformat() if end else VOTED


def label(each: Any) -> tuple[str, str]:
    """Label of a record in the language of the page, and its language if it is another."""
    if is_greek():
        return each.label_el, ""
    return (each.label_en, "") if each.label_en else (each.label_el, "el")


def check(level: str, count: int) -> str:
    """What is said of the checks of a file.

    Args:
        level: the worst that they found; empty if nothing.
        count: findings of this level.
    """
    number = formats.number(count)
    if level == "error":
        told = tk.ungettext(
            "Checks: {number} error, published after confirmation",
            "Checks: {number} errors, published after confirmation",
            count,
        )
    elif level == "warning":
        told = tk.ungettext("Checks: {number} warning", "Checks: {number} warnings", count)
    elif level:
        told = tk.ungettext(
            "Checks: no error, {number} remark", "Checks: no error, {number} remarks", count
        )
    else:
        told = tk._("Checks: nothing found")
    return told.format(number=number)
