"""No formula in an exported cell: the one rule for CSV files and downloadable tables; no CKAN."""

from __future__ import annotations

# First characters that make a spreadsheet take a text for a formula.
STARTS = ("=", "+", "-", "@", "\t", "\r")


def guarded(text: str) -> str:
    """The text as no spreadsheet takes it for a formula: behind an apostrophe if it must be."""
    return "'" + text if text.startswith(STARTS) else text
