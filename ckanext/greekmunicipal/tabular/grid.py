"""Rows and cells of one sheet or text file, before anything of them is understood."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

# Bounds on what is read at once: far more than a municipal budget has (Athens, the largest, some
# 2,500 lines a year).
MAX_FILE = 64 * 1024 * 1024
MAX_UNPACKED = 256 * 1024 * 1024
MAX_ROWS = 500_000
MAX_CELLS = 4_000_000
MAX_CELL = 32_767


@dataclass(slots=True)
class Row:
    """One row.

    Attributes:
        number: 1-based physical line or sheet row where it begins.
        cells: text, numbers or None.
        span: physical lines that it takes.
    """

    number: int
    cells: list[Any]
    span: int = 1


@dataclass
class Grid:
    """One sheet; a text file is one grid without name."""

    sheet: str
    rows: list[Row] = field(default_factory=list)


def text_of(cell: Any) -> str:
    """A cell as text: whole numbers without a fraction, empty for None."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 10**15:
        return str(int(cell))
    return str(cell)
