"""What the header of a column says of its cells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

from ckanext.greekmunicipal.greek import fold
from ckanext.greekmunicipal.privacy.signs import signs_of
from ckanext.greekmunicipal.privacy.tables import table

LONGEST = 80
_MOST_WORDS = 6
# Signs of a cell that is no header, since a person stands in it.
_VALUES = (
    *("afm", "amka", "iban", "phone", "email"),
    *(f"name:{form}" for form in ("full", "case", "text", "given", "surname")),
)
_APART = re.compile(r"[^\w/]+|_")
# «person.afm»: the path of a value in a document.
_PATH = re.compile(r"[A-Za-z_]\w*(?:\.\w+)+")
# «organizationVatNumber»: names of fields in programs.
_HUMPS = re.compile("(?<=[a-z])(?=[A-Z])")
_BLANKS = re.compile(" +")


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(row["pattern"]), row["kind"]) for row in table("headers"))


@lru_cache(maxsize=4096)
def hint_of(header: str) -> str:
    """Kind of what a column with this header holds, '' if the header does not tell.

    One of the kinds of findings; ``maybe-name``; ``place`` or ``body``, whose names are no
    persons'.
    """
    text = header[: LONGEST * 2]
    if _PATH.fullmatch(text):
        text = text.rpartition(".")[2]
    text = fold(_HUMPS.sub(" ", text)).replace(".", "")
    text = _BLANKS.sub(" ", _APART.sub(" ", text)).strip()
    if not text or text.count(" ") >= _MOST_WORDS:
        return ""
    return next((kind for pattern, kind in _patterns() if pattern.fullmatch(text)), "")


def shown(header: Any) -> str:
    """A header as it may be shown: '' if it is none, or may itself name a person."""
    if not isinstance(header, str):
        return ""
    text = " ".join(header.split())
    return "" if len(text) > LONGEST or _is_value(text) else text


def header_row(rows: Sequence[Sequence[Any]]) -> int | None:
    """Index of the row that holds the headers: that with most headers that are known.

    Without any it is the first row, if all its cells are words and none is a value.

    Args:
        rows: the first rows of a sheet.
    """
    # Of rows with as many known headers the fuller one: a title stands alone in its row.
    known = [
        (
            sum(1 for cell in row if isinstance(cell, str) and hint_of(cell)),
            sum(1 for cell in row if cell not in (None, "")),
        )
        for row in rows
    ]
    best = max(known, default=(0, 0))
    if best[0]:
        return known.index(best)
    for at, row in enumerate(rows):
        cells = [cell for cell in row if cell not in (None, "")]
        if not cells:
            continue
        return at if all(_is_header(cell) for cell in cells) else None
    return None


def _is_header(cell: Any) -> bool:
    return isinstance(cell, str) and any(c.isalpha() for c in cell) and bool(shown(cell))


def _is_value(text: str) -> bool:
    return any(sign.startswith(_VALUES) for sign in signs_of(text))
