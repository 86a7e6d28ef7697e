"""Text files of any encoding and delimiter, as rows of cells.

Rows are split line by line and not by a CSV reader: one stray quote makes such a reader swallow
thousands of lines. A quoted cell may run over several lines only if closing it gives a row of the
usual width.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable
from enum import Enum

from ckanext.greekmunicipal.budgets.amounts import is_amount
from ckanext.greekmunicipal.budgets.codes import LEAF, parse_code
from ckanext.greekmunicipal.budgets.errors import UnreadableBudget
from ckanext.greekmunicipal.budgets.headers import header_of
from ckanext.greekmunicipal.tabular.decoding import Text
from ckanext.greekmunicipal.tabular.grid import MAX_CELL, MAX_CELLS, MAX_ROWS, Grid, Row

DELIMITERS = (";", "\t", "|", ",", "^", "~", "¦", "§", "\x1f", ":")
# Longest row that a broken quote may span before the quote is taken as a plain character.
_MAX_SPAN = 40
_SAMPLE = 400
_FEW = 3
_ENTITY = re.compile(r"&(?:amp|lt|gt|nbsp|apos|#\d{2,5});")
_NEWLINE = re.compile("\r\n|\n|\r")


def read_text(
    text: Text, file: str, remark: Callable[[str, list[int]], None]
) -> tuple[Grid, str | None]:
    """Split a text into rows of cells.

    Args:
        text: the decoded file.
        file: its name, for messages.
        remark: called with the id of a rule and the rows that it is about.

    Returns:
        The grid and the delimiter, None if the rows have one cell each.

    Raises:
        UnreadableBudget: too many rows, or a cell of absurd length.
    """
    physical = _NEWLINE.split(text.content)
    if physical and not physical[-1].strip():
        physical.pop()
    if len(physical) > MAX_ROWS:
        raise UnreadableBudget(
            file, f"it has {len(physical)} rows.", f"at most {MAX_ROWS} rows.", "Split the file."
        )
    delimiter = find_delimiter(physical)
    if delimiter and text.content.count(delimiter) > MAX_CELLS:
        raise UnreadableBudget(
            file,
            f"it has more than {MAX_CELLS} cells.",
            "a budget table.",
            "Keep only the budget's table in the file.",
        )
    if delimiter is None:
        rows = [Row(number, [line.strip()]) for number, line in enumerate(physical, 1)]
    else:
        if delimiter == ";" and "&" in text.content:
            physical = [_ENTITY.sub(_entity, line) for line in physical]
        rows = _split_rows(physical, delimiter, remark)
    for row in rows:
        for cell in row.cells:
            if len(cell) > MAX_CELL:
                raise UnreadableBudget(
                    file,
                    f"row {row.number} has a cell of {len(cell)} characters.",
                    f"cells of at most {MAX_CELL} characters.",
                    "Check the file for a missing line break or delimiter.",
                )
    return Grid("", rows), delimiter


def _entity(found: re.Match[str]) -> str:
    """The character of an HTML entity, whose semicolon would otherwise end the cell."""
    return html.unescape(found[0])


def find_delimiter(physical: list[str]) -> str | None:
    """The delimiter under which most rows show a code and an amount, or headers."""
    step = max(1, len(physical) // _SAMPLE)
    sample = [line for line in (*physical[:60], *physical[60::step]) if line.strip()]
    sample = [line[:20000] for line in sample]
    best, best_score = None, 0
    for delimiter in DELIMITERS:
        score = sum(_row_score(line.split(delimiter)) for line in sample if delimiter in line)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _row_score(cells: list[str]) -> int:
    cells = [cell.strip().strip('"') for cell in cells]
    code = any((code := parse_code(cell)) and code.kind == LEAF for cell in cells[:8])
    amounts = sum(1 for cell in cells if is_amount(cell))
    headers = sum(1 for cell in cells if header_of(cell))
    score = 4 if code and amounts > 1 else 0
    return score + (headers if headers > 1 else 0)


def _split_rows(
    physical: list[str], delimiter: str, remark: Callable[[str, list[int]], None]
) -> list[Row]:
    widths = _usual_widths(physical, delimiter)
    rows: list[Row] = []
    unbalanced: list[int] = []
    multiline: list[int] = []
    index = 0
    while index < len(physical):
        line = physical[index]
        number = index + 1
        index += 1
        if '"' not in line:
            rows.append(Row(number, [cell.strip() for cell in line.split(delimiter)]))
            continue
        cells = split_quoted(line, delimiter)
        span = 1
        if cells is None:
            cells, span = _closed_later(physical, number - 1, delimiter, widths)
            if cells is None:
                unbalanced.append(number)
                cells = line.split(delimiter)
                span = 1
            else:
                multiline.append(number)
                index += span - 1
        rows.append(Row(number, [cell.strip() for cell in cells], span))
    if unbalanced:
        remark("quotes-unbalanced", unbalanced)
    if multiline:
        remark("cell-with-newlines", multiline)
    return rows


def _usual_widths(physical: list[str], delimiter: str) -> frozenset[int]:
    """Numbers of cells that at least a few rows have; tables of both sides differ in width."""
    counts = Counter(
        len(cells)
        for line in physical[:20000]
        if line.strip() and (cells := split_quoted(line, delimiter))
    )
    return frozenset(width for width, rows in counts.items() if rows >= _FEW and width > 1)


def split_quoted(line: str, delimiter: str) -> list[str] | None:
    """Cells of a row with quoted cells, None if a quote is not closed as a quoted cell is."""
    cells = _quoted_cells(line, delimiter)
    return None if isinstance(cells, _Quote) else cells


class _Quote(Enum):
    """Why a row has no quoted cells."""

    OPEN = 1  # the end of the cell may be on a later line
    STRAY = 2  # no later line can mend it


def _quoted_cells(line: str, delimiter: str) -> list[str] | _Quote:
    if '"' not in line:
        return line.split(delimiter)
    cells: list[str] = []
    position = 0
    while True:
        if line[position : position + 1] == '"':
            found = _quoted_cell(line, position, delimiter)
            if isinstance(found, _Quote):
                return found
            cell, end = found
        else:
            end = line.find(delimiter, position)
            end = len(line) if end < 0 else end
            cell = line[position:end]
        cells.append(cell)
        if end >= len(line):
            return cells
        position = end + len(delimiter)


def _quoted_cell(line: str, start: int, delimiter: str) -> tuple[str, int] | _Quote:
    """Text of the quoted cell at ``start`` and where it ends."""
    at = start + 1
    while True:
        quote = line.find('"', at)
        if quote < 0:
            return _Quote.OPEN
        after = line[quote + 1 : quote + 2]
        if after == '"':
            at = quote + 2
        elif after in ("", delimiter):
            return line[start + 1 : quote].replace('""', '"'), quote + 1
        else:
            return _Quote.STRAY


def _closed_later(
    physical: list[str], start: int, delimiter: str, widths: frozenset[int]
) -> tuple[list[str] | None, int]:
    """Close a quoted cell on one of the next lines, only if that gives a row of usual width."""
    joined = physical[start]
    if _is_whole(joined, delimiter, widths):
        return None, 1
    for span in range(2, min(_MAX_SPAN, len(physical) - start) + 1):
        line = physical[start + span - 1]
        first = line.partition(delimiter)[0].strip()
        if parse_code(first[1:-1] if first[:1] == first[-1:] == '"' else first):
            return None, 1
        joined = f"{joined}\n{line}"
        if len(joined) > MAX_CELL:
            return None, 1
        if '"' not in line:
            continue
        cells = _quoted_cells(joined, delimiter)
        if cells is _Quote.STRAY:
            return None, 1
        if isinstance(cells, list):
            return (cells, span) if len(cells) in widths else (None, 1)
    return None, 1


def _is_whole(line: str, delimiter: str, widths: frozenset[int]) -> bool:
    """True if a line is a whole row in spite of its quote: as wide as others, ending in amounts."""
    cells = line.split(delimiter)
    last = next((cell for cell in reversed(cells) if cell.strip()), "")
    return len(cells) in widths and is_amount(last)
