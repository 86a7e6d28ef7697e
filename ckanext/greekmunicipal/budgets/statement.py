"""Printed statements (PDF or its text) as rows of cells: code, label, amounts.

The monthly statement of law 4727/2020 art. 82 is mostly printed. A row may run over several lines,
its amounts stand where their column ends, and some programs print no column titles at all. What
cannot be placed is left without amounts, so that the reader names the row instead of guessing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ckanext.greekmunicipal.budgets.codes import Code
from ckanext.greekmunicipal.budgets.printed import PrintedLine
from ckanext.greekmunicipal.budgets.scan import total_of
from ckanext.greekmunicipal.budgets.statement_places import (
    AMOUNT,
    Item,
    Remarks,
    Section,
    code_of,
    has_amount,
    section_rows,
    take_words,
    usual,
)
from ckanext.greekmunicipal.budgets.statement_titles import (
    columns_of,
    header_at,
    is_amount_column,
    shouted,
    title_side,
)
from ckanext.greekmunicipal.greek import fold
from ckanext.greekmunicipal.tabular.grid import Grid, Row

_FOOTER = re.compile(
    r"σελ(ιδα|\.)? ?:? ?\d+.*|.*\bσελ(ιδα|\.)? ?:? ?\d+( ?(απο|/) ?\d+)?|-? ?\d{1,4} ?-?"
)
# A label goes on for a few lines; more is another text.
_MAX_CONTINUED = 6
_FEWEST = 2


@dataclass
class Statement:
    """What was made of a printed document: its rows as cells, and what to know of them."""

    grid: Grid
    remarks: Remarks = field(default_factory=Remarks)


def is_statement(lines: Sequence[PrintedLine]) -> bool:
    """Whether most lines that begin with a code are printed rows, with blanks as only separator."""
    coded = [line for line in lines if line.words and code_of(line)]
    printed = [line for line in coded if len(line.words) > 2 and has_amount(line)]  # noqa: PLR2004
    return len(printed) >= _FEWEST and len(printed) * 2 >= len(coded)


def read_statement(lines: Sequence[PrintedLine]) -> Statement:
    """Put the rows of a printed statement together.

    Args:
        lines: all physical lines, empty ones too.

    Returns:
        A grid whose rows account for every line once.
    """
    rows: list[Row] = []
    sections = [Section()]
    _gather(lines, sections, rows)
    statement = Statement(Grid(""))
    for section in sections:
        if section.items:
            rows += section_rows(section, statement.remarks)
    # Rows that stand for a title come before those of the same line.
    statement.grid.rows = sorted(rows, key=lambda row: row.number)
    return statement


def _gather(lines: Sequence[PrintedLine], sections: list[Section], rows: list[Row]) -> None:
    """Give each line to a row of a table, or keep it as a row of its own."""
    at, open_item = 0, None
    while at < len(lines):
        line = lines[at]
        used = 1
        code = code_of(line)
        if not line.words:
            rows.append(Row(line.number, []))
        elif code:
            open_item = _start(sections[-1], line, code)
        elif _is_total(line):
            open_item = _start(sections[-1], line, "")
        elif header := header_at(lines, at):
            used = _take_header(sections, rows, header)
        elif open_item and not shouted(line) and _continues(open_item, line, sections[-1]):
            _continue(open_item, line)
        elif title := title_side(line):
            open_item = None
            _open_section(sections, title)
            rows.append(Row(line.number, [line.text]))
        elif open_item and _continues(open_item, line, sections[-1]):
            _continue(open_item, line)
        else:
            rows.append(Row(line.number, [cell.text for cell in line.cells()]))
        at += used


def _is_total(line: PrintedLine) -> bool:
    words = [word.text for word in line.words if not AMOUNT.fullmatch(word.text)]
    return len(words) < len(line.words) and total_of(" ".join(words)) is not None


def _open_section(sections: list[Section], side: str) -> None:
    last = sections[-1]
    if last.items and last.side == side:
        return  # the title again, on the next page
    if last.items or (last.side and last.side != side):
        sections.append(Section(side))
    else:
        last.side = side


def _start(section: Section, line: PrintedLine, code: Code | str) -> Item:
    item = Item(line, code=line.words[0].text if code else "", total=not code)
    section.items.append(item)
    take_words(item, line.words[1:] if code else line.words)
    return item


def _continues(item: Item, line: PrintedLine, section: Section) -> bool:
    if item.lines >= _MAX_CONTINUED or _FOOTER.fullmatch(fold(line.text)):
        return False
    if has_amount(line):
        return item.count < (len(section.headers) or usual(section))
    # A line of words goes on with a label; far from the row it is another text.
    return not item.total and line.number - item.first.number <= item.lines


def _continue(item: Item, line: PrintedLine) -> None:
    item.lines += 1
    take_words(item, line.words)


def _take_header(sections: list[Section], rows: list[Row], block: list[PrintedLine]) -> int:
    columns = columns_of(block)
    headers = [column.text for column in columns if is_amount_column(column.text)]
    last = sections[-1]
    if last.headers == headers:  # printed again on the next page
        rows.extend(Row(line.number, [cell.text for cell in line.cells()]) for line in block)
        return len(block)
    if last.items:
        sections.append(Section(last.side))
    section = sections[-1]
    section.headers, section.header_line, section.header_lines = headers, block[0], len(block)
    section.edges = [column.right for column in columns if is_amount_column(column.text)]
    return len(block)
