"""One sheet read row by row: each physical row becomes an entry, a header, a note, or is named."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ckanext.greekmunicipal.budgets import amounts
from ckanext.greekmunicipal.budgets.codes import GROUP, Code, parse_code
from ckanext.greekmunicipal.budgets.headers import AMOUNT_MEANINGS, Header, header_of
from ckanext.greekmunicipal.budgets.layout import (
    Layout,
    from_arithmetic,
    from_headers,
    header_cells,
)
from ckanext.greekmunicipal.budgets.period import from_notes
from ckanext.greekmunicipal.budgets.records import (
    EXPENDITURE,
    PHASE_INDEX,
    REVENUE,
    RowCounts,
)
from ckanext.greekmunicipal.budgets.tables import read_table
from ckanext.greekmunicipal.greek import fold
from ckanext.greekmunicipal.tabular.grid import Grid, Row, text_of

TOTAL = "total"
RAW = "raw"
# Rows looked through for the first header: title blocks are short.
_HEADER_WITHIN = 200
_MAX_TITLE = 160
# Different tables in one sheet; further headers are taken for repetitions.
_MAX_LAYOUTS = 60
_MAX_PIECES = 3

_TOTALS = tuple(
    (re.compile(row["pattern"]), row["covers"], row["side"]) for row in read_table("totals")
)
_PUNCTUATION = re.compile(r"[^\w]+")


@dataclass(slots=True, eq=False)
class Entry:
    """A row with amounts: a leaf, a group of the chart, a total, or one with a foreign code.

    Attributes:
        kind: ``leaf``, ``group``, ``total`` or ``raw``.
        code_text: the code as the file has it.
        numeric: the code was stored as a number.
        side: side of the table that the row stands in, empty if no title or column tells.
        covers: of a total: ``side``, ``grand``, ``part`` or ``running``.
        flags: what was repaired or doubtful in reading; a tuple, since nearly all have none.
        cents: amounts by phase; filled when the decimal marks are known.
        account_side: side of the account by the chart; filled with the account.
    """

    row: Row
    layout: Layout
    kind: str
    code_text: str = ""
    code: Code | None = None
    numeric: bool = False
    side: str = ""
    covers: str = ""
    flags: tuple[str, ...] = ()
    cents: Sequence[int | None] = ()
    account: str = ""
    account_side: str = ""
    service: str = ""
    service_name: str = ""
    sub: str = ""
    fiscal_year: int | None = None


@dataclass
class Scan:
    """What was found in one sheet; titles stand before ``first_row``, the first header's."""

    grid: Grid
    counts: RowCounts = field(default_factory=RowCounts)
    layouts: list[Layout] = field(default_factory=list)
    headers: dict[tuple[str, ...], Layout] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)
    problems: dict[str, list[int]] = field(default_factory=dict)
    side: str = ""
    first_row: int = 0
    corrected: Mapping[int, str] = field(default_factory=dict)

    def problem(self, rule: str, row: int) -> None:
        """Remember a row that a rule is about."""
        self.problems.setdefault(rule, []).append(row)


def side_in(text: str) -> str:
    """Side that a title names, empty if it names none or both."""
    folded = fold(text)
    revenue = "εσοδ" in folded
    expenditure = "εξοδ" in folded or "δαπαν" in folded
    if revenue == expenditure:
        return ""
    return REVENUE if revenue else EXPENDITURE


def scan(
    grid: Grid, fiscal_year: int | None = None, corrected: Mapping[int, str] | None = None
) -> Scan:
    """Read one sheet row by row.

    Args:
        grid: the sheet.
        fiscal_year: year to choose between columns of several years, if no title states one.
        corrected: meaning of columns, by index, that a person has stated.
    """
    found = Scan(grid, side=side_in(grid.sheet), corrected=corrected or {})
    found.counts.physical = sum(row.span for row in grid.rows)
    start = next(
        (at for at, row in enumerate(grid.rows[:_HEADER_WITHIN]) if header_cells(row)), None
    )
    if start is None:
        layout = from_arithmetic(grid.rows, corrected)
        if layout is None:
            _scan_without_codes(found)
            return found
        found.layouts.append(layout)
        _scan_rows(found, layout, 0, fiscal_year)
        return found
    found.first_row = grid.rows[start].number
    for row in grid.rows[:start]:
        _note(found, row)
    _scan_rows(found, None, start, fiscal_year)
    return found


def _scan_rows(found: Scan, layout: Layout | None, start: int, fiscal_year: int | None) -> None:
    rows = found.grid.rows
    at = start
    while at < len(rows):
        row = rows[at]
        if layout and (used := _coded_row(found, layout, at)):
            at += used
            continue
        if _is_blank(row):
            found.counts.blank += row.span
            at += 1
            continue
        if header_cells(row):
            layout, used = _read_header(found, at, fiscal_year, layout)
            at += used
            continue
        if layout:
            _other_row(found, layout, row)
        else:
            _note(found, row)
        at += 1


def _is_blank(row: Row) -> bool:
    return all(cell is None or cell == "" for cell in row.cells)


def _note(found: Scan, row: Row) -> None:
    if _is_blank(row):
        found.counts.blank += row.span
        return
    found.counts.notes += row.span
    for cell in row.cells:
        text = text_of(cell)
        if text and any(char.isalpha() for char in text):
            found.notes.append((row.number, text[:400]))
            if len(text) <= _MAX_TITLE and (side := side_in(text)):
                found.side = side


def _read_header(
    found: Scan, at: int, fiscal_year: int | None, before: Layout | None
) -> tuple[Layout, int]:
    rows = found.grid.rows
    upper, lower = rows[at], None
    if at + 1 < len(rows) and _continues_header(upper, rows[at + 1]):
        lower = rows[at + 1]
    used = 2 if lower else 1
    found.counts.headers += sum(row.span for row in rows[at : at + used])
    header = tuple(text_of(cell) for row in rows[at : at + used] for cell in (*row.cells, "\n"))
    if header in found.headers:
        return found.headers[header], used
    if len(found.layouts) >= _MAX_LAYOUTS and before:
        return before, used
    sample = [row for row in rows[at + used : at + used + 400] if not _is_blank(row)]
    stated = from_notes(found.notes).fiscal_year
    layout = from_headers(upper, lower, sample, stated or fiscal_year, found.corrected)
    found.layouts.append(layout)
    found.headers[header] = layout
    return layout, used


def _continues_header(upper: Row, lower: Row) -> bool:
    """A second header row names at least one phase and repeats nothing of the first."""
    if _is_blank(lower) or any(
        amounts.is_amount(cell) or parse_code(text_of(cell)) for cell in lower.cells
    ):
        return False
    headers = [header_of(text_of(cell)) for cell in lower.cells]
    known = [header for header in headers if header]
    if not any(header.meaning in AMOUNT_MEANINGS for header in known):
        return False
    texts = [text_of(cell) for cell in lower.cells if text_of(cell)]
    return [text_of(cell) for cell in upper.cells] != [text_of(cell) for cell in lower.cells] and (
        len(known) * 2 >= len(texts)
    )


def _coded_row(found: Scan, layout: Layout, at: int) -> int:
    """Take a row whose code has the shape of a chart; how many rows were used, 0 if it has none."""
    row = found.grid.rows[at]
    column = layout.at.get("code")
    if column is None or column >= len(row.cells):
        return 0
    cell = row.cells[column]
    text = text_of(cell).rstrip(".")
    code = parse_code(text)
    if code is None:
        return 0
    numeric = isinstance(cell, (int, float))
    entry = Entry(row, layout, code.kind, text, code, numeric, layout.side or found.side)
    if layout.first_amount < len(row.cells):
        _take(found, entry)
        return 1
    joined, pieces = _joined(found, layout, at)
    if joined:
        entry.row = joined
        entry.flags += ("joined-rows",)
        found.problem("row-joined", row.number)
        found.counts.notes += joined.span - row.span
        joined.span = row.span
        _take(found, entry)
        return pieces
    if code.kind == GROUP:
        _note(found, row)
    else:
        found.problem("row-cut", row.number)
        found.counts.not_understood += row.span
    return 1


def _joined(found: Scan, layout: Layout, at: int) -> tuple[Row | None, int]:
    """Put a row together that a stray newline broke, only if the number of cells then agrees."""
    rows = found.grid.rows
    row = rows[at]
    cells, span = list(row.cells), row.span
    for pieces in range(2, _MAX_PIECES + 2):
        if at + pieces > len(rows):
            return None, 0
        following = rows[at + pieces - 1]
        head = text_of(following.cells[0]) if following.cells else ""
        if parse_code(head):
            return None, 0
        cells = [*cells[:-1], f"{text_of(cells[-1])} {head}".strip(), *following.cells[1:]]
        span += following.span
        if len(cells) > layout.width + 1:
            return None, 0
        if len(cells) >= layout.width and all(
            not text_of(cells[c]) or amounts.is_amount(cells[c]) for _phase, c in layout.phases
        ):
            return Row(row.number, cells, span), pieces
    return None, 0


def _take(found: Scan, entry: Entry) -> None:
    found.entries.append(entry)
    row = entry.row
    if len(row.cells) > entry.layout.width and any(
        cell not in (None, "") for cell in row.cells[entry.layout.width :]
    ):
        found.problem("cells-beyond-header", row.number)


def _other_row(found: Scan, layout: Layout, row: Row) -> None:
    """A row without a code of a chart: a total, a foreign code, a note, or not understood."""
    money = [row.cells[at] for _phase, at in layout.phases if at < len(row.cells)]
    if not any(amounts.is_amount(cell) for cell in money):
        _note(found, row)
        return
    side = layout.side or found.side
    code = layout.text(row.cells, "code")
    if code and " " not in code and len(code) <= 40 and any(char.isdigit() for char in code):
        _take(found, Entry(row, layout, RAW, code, side=side))
        return
    texts = [text_of(cell) for cell in row.cells if isinstance(cell, str) and _has_letters(cell)]
    if total := next(filter(None, map(total_of, texts)), None):
        covers, of_side = total
        found.entries.append(Entry(row, layout, TOTAL, side=of_side or side, covers=covers))
        return
    found.problem("row-not-understood", row.number)
    found.counts.not_understood += row.span


def _has_letters(text: str) -> bool:
    return any(char.isalpha() for char in text)


def total_of(text: str) -> tuple[str, str] | None:
    """What a total covers and its side, None if the text is no word for a total."""
    if not text or len(text) > _MAX_TITLE:
        return None
    folded = _PUNCTUATION.sub(" ", fold(text)).strip()
    for pattern, covers, side in _TOTALS:
        if pattern.fullmatch(folded):
            return covers, side
    return None


def _scan_without_codes(found: Scan) -> None:
    """A sheet without codes: a summary with sides as columns and phases as rows, or notes."""
    sides: dict[int, str] = {}
    for row in found.grid.rows:
        if _is_blank(row):
            found.counts.blank += row.span
            continue
        named = {
            at: side
            for at, cell in enumerate(row.cells)
            if isinstance(cell, str) and len(cell) < 40 and (side := side_in(cell))
        }
        if not any(amounts.is_amount(cell) for cell in row.cells):
            if len(set(named.values())) == len(named) == 2:
                sides = named
                found.counts.headers += row.span
            else:
                _note(found, row)
            continue
        phase = _summary_phase(row)
        if sides and phase:
            _take_summary(found, row, sides, phase)
        else:
            found.problem("row-not-understood", row.number)
            found.counts.not_understood += row.span


def _summary_phase(row: Row) -> Header | None:
    first: Any = next((cell for cell in row.cells if isinstance(cell, str) and cell), None)
    header = header_of(first) if first else None
    return header if header and header.meaning in PHASE_INDEX else None


def _take_summary(found: Scan, row: Row, sides: dict[int, str], phase: Header) -> None:
    """One stated total a side; both stand for the same physical row, which counts once."""
    for number, (at, side) in enumerate(sides.items()):
        layout = Layout((), {}, ((PHASE_INDEX[phase.meaning], at),), len(row.cells))
        span = row.span if number == 0 else 0
        entry = Entry(Row(row.number, row.cells, span), layout, TOTAL, side=side, covers="side")
        entry.flags += ("summary",)
        found.entries.append(entry)
