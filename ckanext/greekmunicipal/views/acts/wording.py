"""Words of Diavgeia and of our tables for readers, in the language of the page."""

from __future__ import annotations

import csv
import datetime as dt
from functools import lru_cache
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
from babel.dates import format_date, format_datetime

from ckanext.greekmunicipal.diavgeia import families
from ckanext.greekmunicipal.diavgeia.rows import ACTS_COLUMNS, LINES_COLUMNS, WITHHELD
from ckanext.greekmunicipal.greek import ATHENS
from ckanext.greekmunicipal.views import formats

# Kinds of the table of words.
FLAG, STATUS, ROLE, PARTY, COLUMN = "flag", "status", "role", "party", "column"


def is_greek() -> bool:
    """Whether the page is in Greek."""
    return tk.h.lang().startswith("el")


@lru_cache(maxsize=1)
def _words() -> dict[tuple[str, str], dict[str, str]]:
    with (Path(__file__).parent / "words.csv").open(encoding="utf-8", newline="") as lines:
        return {(row["kind"], row["name"]): row for row in csv.DictReader(lines)}


def word(kind: str, name: str) -> str:
    """What a name of our tables is called; the name itself where nobody said it."""
    row = _words().get((kind, name))
    return row["el" if is_greek() else "en"] if row else name


def family(slug: str) -> str:
    """Name of a family."""
    found = families.by_slug(slug)
    return found.label_el if is_greek() else found.label_en


@lru_cache(maxsize=1)
def _columns() -> dict[str, Any]:
    return {column.name: column for column in (*LINES_COLUMNS, *ACTS_COLUMNS)}


def column(name: str) -> str:
    """What a column, or another thing that changes in an act, is called."""
    found = _columns().get(name)
    if found is None:
        return word(COLUMN, name)
    return found.label_el if is_greek() else found.label_en


def month(day: dt.date) -> str:
    """A month and its year."""
    return format_date(day, "LLL y", locale=formats.locale())


def instant(value: dt.datetime | None) -> str:
    """Day and hour in Athens."""
    if value is None:
        return ""
    return format_datetime(value, "d MMM y, HH:mm", tzinfo=ATHENS, locale=formats.locale())


def subject(values: dict[str, Any]) -> str:
    """What an act is about, or why that is not said."""
    text = values["subject"]
    if text == WITHHELD or (not text and values["subject_withheld"]):
        return tk._("Subject withheld: it may concern a person")
    if not text and values["status"] == "REVOKED":
        return tk._("Revoked act: the subject is not shown")
    return text or tk._("Without subject")


def type_name(values: dict[str, Any]) -> str:
    """Code and name of the type of an act."""
    code, label = values["decision_type"] or "", values["decision_type_label"] or ""
    return f"{code} {label.capitalize()}".strip()
