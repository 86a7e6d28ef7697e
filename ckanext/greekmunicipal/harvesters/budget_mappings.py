"""What columns mean by the word of a person, kept for the next file with the same headers."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from ckanext.greekmunicipal.budgets.corrections import Correction, read_corrections
from ckanext.greekmunicipal.greek import fold
from ckanext.greekmunicipal.tabular.grid import Grid, text_of

_LETTER = re.compile(r"[^\W\d_]")
_DIGITS = re.compile(r"\d+")
_SPACES = re.compile(r"\s+")
# The header is looked for in the first rows; a data row has letters in one or two cells.
_HEAD = 40
_LEAST = 3


def layout_of(grid: Grid) -> str:
    """Digest of the headers of a sheet; years and other numbers in them do not count."""
    best: list[str] = []
    width = 0
    for row in grid.rows[:_HEAD]:
        cells = [_SPACES.sub(" ", _DIGITS.sub("#", fold(text_of(cell)))) for cell in row.cells]
        width = max(width, len(cells))
        if sum(map(bool, map(_LETTER.search, cells))) > sum(map(bool, map(_LETTER.search, best))):
            best = cells
    if sum(map(bool, map(_LETTER.search, best))) < _LEAST:
        best = [f"no header, {width} columns"]
    return hashlib.sha256(json.dumps(best, ensure_ascii=False).encode()).hexdigest()


def saved(cursor: Any, uid: str, layouts: Mapping[tuple[str, str], str]) -> tuple[Correction, ...]:
    """Corrections that were saved for sheets of these layouts.

    Args:
        cursor: cursor of a transaction.
        uid: Diavgeia's number of the municipality.
        layouts: layout by file and sheet.
    """
    found: list[Correction] = []
    for (file, sheet), layout in layouts.items():
        cursor.execute(
            "SELECT corrections::text FROM greekmunicipal.budget_mapping"
            " WHERE organization_uid = %s AND layout = %s",
            (uid, layout),
        )
        for (corrections,) in cursor.fetchall():
            entries = [{**each, "file": file, "sheet": sheet} for each in json.loads(corrections)]
            found += read_corrections(entries)
    return tuple(found)


def save(
    cursor: Any,
    uid: str,
    layouts: Mapping[tuple[str, str], str],
    corrections: Iterable[Correction],
    user: str,
) -> None:
    """Save corrections for the layouts of the sheets that they are about; none forgets them."""
    corrections = tuple(corrections)
    for (file, sheet), layout in layouts.items():
        own = [
            {"index": each.index, "meaning": each.meaning}
            for each in corrections
            if each.file in ("", file) and each.sheet in ("", sheet)
        ]
        if not own:
            cursor.execute(
                "DELETE FROM greekmunicipal.budget_mapping"
                " WHERE organization_uid = %s AND layout = %s",
                (uid, layout),
            )
            continue
        cursor.execute(
            "INSERT INTO greekmunicipal.budget_mapping AS m"
            " (organization_uid, layout, corrections, user_name) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (organization_uid, layout) DO UPDATE"
            " SET corrections = excluded.corrections, user_name = excluded.user_name,"
            " saved_at = now() WHERE m.corrections <> excluded.corrections",
            (uid, layout, json.dumps(own), user),
        )
