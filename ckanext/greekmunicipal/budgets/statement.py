"""Printed statements (PDF or its text) as rows of cells: code, label, amounts.

The monthly statement of law 4727/2020 art. 82 is mostly printed. A row may run over several lines,
its amounts stand where their column ends, and some programs print no column titles at all. What
cannot be placed is left without amounts, so that the reader names the row instead of guessing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product

from ckanext.greekmunicipal.budgets.amounts import COMMA, text_to_cents
from ckanext.greekmunicipal.budgets.codes import LEAF, Code, parse_code, side_of
from ckanext.greekmunicipal.budgets.headers import AMOUNT_MEANINGS, header_of
from ckanext.greekmunicipal.budgets.printed import PrintedLine, Word, edges_of, tolerance
from ckanext.greekmunicipal.budgets.scan import side_in, total_of
from ckanext.greekmunicipal.budgets.tables import read_table
from ckanext.greekmunicipal.greek import fold
from ckanext.greekmunicipal.tabular.grid import Grid, Row

_AMOUNT = re.compile(r"[-−–]?(?:\d{1,3}(?:\.\d{3})+|\d+),\d{2}-?|\([\d.]+,\d{2}\)")
_GLUED = re.compile(r"(?P<before>.*?)(?P<amount>[-−–]?\d[\d.]*,\d{2})(?P<after>\D*)")
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})*,\d{2}")
_FOOTER = re.compile(
    r"σελ(ιδα|\.)? ?:? ?\d+.*|.*\bσελ(ιδα|\.)? ?:? ?\d+( ?(απο|/) ?\d+)?|-? ?\d{1,4} ?-?"
)
# A label goes on for a few lines; more is another text.
_MAX_CONTINUED = 6
_MAX_TITLE = 160
_TITLE = re.compile(r"προυπολογισμ|απολογισμ|εκτελεσ|^\W*(?:\w\W+)?(?:εσοδα|εξοδα|δαπανεσ)\W*$")
_FEWEST = 2
_MAX_COMBINATIONS = 4096
_COLUMNS = {
    (row["side"], int(row["amounts"])): row["headers"].split("|")
    for row in read_table("statement_columns")
}


@dataclass(eq=False)
class _Item:
    """A row while it is put together."""

    first: PrintedLine
    code: str = ""
    total: bool = False
    label: list[str] = field(default_factory=list)
    amounts: list[Word] = field(default_factory=list)
    label_ends: float = 0.0
    glued: list[tuple[Word, list[str]]] = field(default_factory=list)
    lines: int = 1
    cells: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Amounts met so far."""
        return len(self.amounts) + len(self.glued)


@dataclass(eq=False)
class _Section:
    """A table: a title of one side, or column titles, and what follows."""

    side: str = ""
    headers: list[str] = field(default_factory=list)
    header_line: PrintedLine | None = None
    header_lines: int = 0
    edges: list[float] = field(default_factory=list)
    items: list[_Item] = field(default_factory=list)


@dataclass
class Statement:
    """What was made of a printed document.

    Attributes:
        grid: its rows as cells.
        assumed: column titles that the document does not print and its layout stands for.
        separated: lines in which an amount ran into the label and the stated total tells them apart.
    """

    grid: Grid
    assumed: list[str] = field(default_factory=list)
    separated: list[int] = field(default_factory=list)


def is_statement(lines: Sequence[PrintedLine]) -> bool:
    """Whether most lines that begin with a code are printed rows, with blanks as only separator."""
    coded = [line for line in lines if line.words and _code_of(line)]
    printed = [line for line in coded if len(line.words) > 2 and _has_amount(line)]  # noqa: PLR2004
    return len(printed) >= _FEWEST and len(printed) * 2 >= len(coded)


def read_statement(lines: Sequence[PrintedLine]) -> Statement:
    """Put the rows of a printed statement together.

    Args:
        lines: all physical lines, empty ones too.

    Returns:
        A grid whose rows account for every line once.
    """
    rows: list[Row] = []
    sections = [_Section()]
    _gather(lines, sections, rows)
    statement = Statement(Grid(""))
    for section in sections:
        if section.items:
            rows += _section_rows(section, statement)
    # Rows that stand for a title come before those of the same line.
    statement.grid.rows = sorted(rows, key=lambda row: row.number)
    return statement


def _gather(lines: Sequence[PrintedLine], sections: list[_Section], rows: list[Row]) -> None:
    """Give each line to a row of a table, or keep it as a row of its own."""
    at, open_item = 0, None
    while at < len(lines):
        line = lines[at]
        used = 1
        code = _code_of(line)
        if not line.words:
            rows.append(Row(line.number, []))
        elif code:
            open_item = _start(sections[-1], line, code)
        elif _is_total(line):
            open_item = _start(sections[-1], line, "")
        elif header := _header(lines, at):
            used = _take_header(sections, rows, header)
        elif open_item and not _shouted(line) and _continues(open_item, line, sections[-1]):
            _continue(open_item, line)
        elif title := _title_side(line):
            open_item = None
            _open_section(sections, title)
            rows.append(Row(line.number, [line.text]))
        elif open_item and _continues(open_item, line, sections[-1]):
            _continue(open_item, line)
        else:
            rows.append(Row(line.number, [cell.text for cell in line.cells()]))
        at += used


def _code_of(line: PrintedLine) -> Code | None:
    found = parse_code(line.words[0].text.rstrip(".")) if line.words else None
    if found is None or (found.kind != LEAF and not _has_amount(line)):
        return None
    # «2024 2025»: years over columns have the shape of codes.
    return found if any(_letters(word.text) for word in line.words[1:]) else None


def _letters(text: str) -> bool:
    return any(char.isalpha() for char in text)


def _has_amount(line: PrintedLine) -> bool:
    return any(_GLUED.fullmatch(word.text) for word in line.words)


def _is_total(line: PrintedLine) -> bool:
    words = [word.text for word in line.words if not _AMOUNT.fullmatch(word.text)]
    return len(words) < len(line.words) and total_of(" ".join(words)) is not None


def _title_side(line: PrintedLine) -> str:
    """Side that a title names; a label may begin with «Έσοδα από …» and is none."""
    if _has_amount(line) or len(line.text) > _MAX_TITLE:
        return ""
    return side_in(line.text) if _shouted(line) or _TITLE.search(fold(line.text)) else ""


def _shouted(line: PrintedLine) -> bool:
    return not any(char.islower() for char in line.text)


def _open_section(sections: list[_Section], side: str) -> None:
    last = sections[-1]
    if last.items and last.side == side:
        return  # the title again, on the next page
    if last.items or (last.side and last.side != side):
        sections.append(_Section(side))
    else:
        last.side = side


def _start(section: _Section, line: PrintedLine, code: Code | str) -> _Item:
    item = _Item(line, code=line.words[0].text if code else "", total=not code)
    section.items.append(item)
    _take_words(item, line.words[1:] if code else line.words)
    return item


def _continues(item: _Item, line: PrintedLine, section: _Section) -> bool:
    if item.lines >= _MAX_CONTINUED or _FOOTER.fullmatch(fold(line.text)):
        return False
    if _has_amount(line):
        return item.count < (len(section.headers) or _usual(section))
    # A line of words goes on with a label; far from the row it is another text.
    return not item.total and line.number - item.first.number <= item.lines


def _usual(section: _Section) -> int:
    """Number of amounts that most rows have; a first row may have as many as it likes."""
    whole = Counter(item.count for item in section.items if item.lines == 1 and not item.glued)
    return max((n for n, seen in whole.items() if n), key=lambda n: (whole[n], n), default=12)


def _continue(item: _Item, line: PrintedLine) -> None:
    item.lines += 1
    _take_words(item, line.words)


def _take_words(item: _Item, words: Sequence[Word]) -> None:
    for word in words:
        if _AMOUNT.fullmatch(word.text):
            item.amounts.append(word)
        elif found := _GLUED.fullmatch(word.text):
            _take_glued(item, word, found)
        else:
            item.label.append(word.text)
            item.label_ends = max(item.label_ends, word.left)


def _take_glued(item: _Item, word: Word, found: re.Match[str]) -> None:
    """An amount that ran into the label: what may be the amount, the longest first."""
    digits, after = found["amount"], found["after"]
    readings = _readings(digits, bool(found["before"]))
    if not readings:
        item.label.append(word.text)
        return
    label = word.text.removesuffix(digits + after) if after else found["before"]
    item.label.extend(part for part in (label, after) if part)
    share = (word.right - word.left) / len(word.text)
    ends = word.right - share * len(after)
    placed = Word(digits, word.left + share * len(label), ends)
    if len(readings) == 1:
        item.amounts.append(Word(readings[0], placed.left, placed.right))
    else:
        item.glued.append((placed, readings))


def _readings(digits: str, glued: bool) -> list[str]:
    if not glued:
        return [digits] if _AMOUNT.fullmatch(digits) else []
    found = []
    for start in range(len(digits)):
        rest = digits[start:]
        if rest[0].isdigit() and _THOUSANDS.fullmatch(rest):
            found.append(rest)
    return found


def _header(lines: Sequence[PrintedLine], at: int) -> list[PrintedLine]:
    """Lines of column titles that begin here: one to three, at least one of which names two."""
    block = []
    for line in lines[at : at + 3]:
        if not line.words or _code_of(line) or _has_amount(line):
            break
        titles = _titles(line)
        if not any(_meaning(cell.text) for cell in titles):
            break
        if len(titles) == 1 and _title_side(line):
            break  # «ΕΣΟΔΑ» over a table, and not over a column
        block.append(line)
    named = [sum(bool(_meaning(cell.text)) for cell in _titles(line)) for line in block]
    return block if any(count > 1 for count in named) else []


def _meaning(text: str) -> str:
    header = header_of(text)
    return header.meaning if header else ""


def _titles(line: PrintedLine) -> list[Word]:
    """Column titles of a line; two that stand close are told apart by what they mean."""
    titles: list[Word] = []
    for cell in line.cells():
        words = [w for w in line.words if cell.left <= w.left and w.right <= cell.right]
        titles += [cell] if _meaning(cell.text) else _split(words) or [cell]
    return titles


def _split(words: Sequence[Word]) -> list[Word]:
    """Words as titles that all have a meaning, empty if they are none."""
    if not words:
        return []
    for count in range(len(words), 0, -1):
        text = " ".join(word.text for word in words[:count])
        if not _meaning(text):
            continue
        rest = _split(words[count:])
        if rest or count == len(words):
            return [Word(text, words[0].left, words[count - 1].right), *rest]
    return []


def _take_header(sections: list[_Section], rows: list[Row], block: list[PrintedLine]) -> int:
    columns = _columns(block)
    headers = [column.text for column in columns if _is_amount_column(column.text)]
    last = sections[-1]
    if last.headers == headers:  # printed again on the next page
        rows.extend(Row(line.number, [cell.text for cell in line.cells()]) for line in block)
        return len(block)
    if last.items:
        sections.append(_Section(last.side))
    section = sections[-1]
    section.headers, section.header_line, section.header_lines = headers, block[0], len(block)
    section.edges = [column.right for column in columns if _is_amount_column(column.text)]
    return len(block)


def _is_amount_column(text: str) -> bool:
    meaning = _meaning(text)
    return meaning in AMOUNT_MEANINGS or meaning in ("derived", "")


def _columns(block: Sequence[PrintedLine]) -> list[Word]:
    """Titles over several lines, joined where they stand over each other."""
    columns: list[Word] = []
    for line in block:
        # Titles of one line may run over each other and are still two.
        above = len(columns)
        for cell in _titles(line):
            over = [
                at
                for at, column in enumerate(columns[:above])
                if column.left < cell.right and cell.left < column.right
            ]
            if len(over) == 1:
                upper = columns[over[0]]
                left, right = min(upper.left, cell.left), max(upper.right, cell.right)
                columns[over[0]] = Word(f"{upper.text} {cell.text}", left, right)
            elif not over:
                columns.append(cell)
    return sorted(columns, key=lambda column: column.left)


def _section_rows(section: _Section, statement: Statement) -> list[Row]:
    wanted = len(section.headers) or _usual(section)
    whole = [
        sorted(item.amounts, key=lambda word: word.right)
        for item in section.items
        if len(item.amounts) == wanted and not item.glued
    ]
    edges = edges_of(whole) if whole else section.edges
    for item in section.items:
        item.cells = _placed(item, edges, wanted)
    for item in _separate(section.items, edges, wanted):
        statement.separated.append(item.first.number)
    rows = [_header_row(section, wanted, statement)]
    for item in section.items:
        label = " ".join(item.label)
        rows.append(Row(item.first.number, [item.code, label, *item.cells], item.lines))
    return rows


def _placed(item: _Item, edges: Sequence[float], wanted: int) -> list[str]:
    """Amounts of a row by column; nothing if they cannot be placed."""
    words = sorted(item.amounts, key=lambda word: word.right)
    if item.glued:
        return []
    if len(words) == wanted:
        return [word.text for word in words]
    if not edges or len(edges) != wanted:
        return []
    near, cells = tolerance(edges), [""] * wanted
    for word in words:
        distance, at = min((abs(word.right - edge), at) for at, edge in enumerate(edges))
        if distance <= near and not cells[at]:
            cells[at] = word.text
        elif len(words) > wanted and word.right <= item.label_ends:
            item.label.append(word.text)  # a number that the label itself speaks of
        else:
            return []
    return cells if any(cells) and (len(words) < wanted or all(cells)) else []


def _separate(items: list[_Item], edges: Sequence[float], wanted: int) -> list[_Item]:
    """Tell amounts from the labels they ran into, if only one way adds up to the stated totals."""
    open_items = [item for item in items if item.glued and item.count == wanted]
    totals = [item for item in items if item.total and item.cells]
    size = 1
    for item in open_items:
        for _word, readings in item.glued:
            size *= len(readings)
    if not open_items or len(totals) != 1 or size > _MAX_COMBINATIONS:
        return []
    stated = [_cents(cell) for cell in totals[0].cells]
    known = [0] * wanted
    for item in items:
        if not item.total and item.cells and _is_leaf(item.code):
            known = [have + _cents(cell) for have, cell in zip(known, item.cells, strict=True)]
    fitting = [found for found in _ways(open_items) if _sums(found, known) == stated]
    if len(fitting) != 1:
        return []
    for item, cells in zip(open_items, fitting[0], strict=True):
        item.cells = cells
    return open_items


def _ways(items: Sequence[_Item]) -> list[list[list[str]]]:
    """All ways to read the amounts of rows, each a list of cells a row."""
    each = []
    for item in items:
        words = [word for word, _readings in item.glued]
        rows = []
        for chosen in product(*(readings for _word, readings in item.glued)):
            placed = [
                *item.amounts,
                *(Word(text, w.left, w.right) for text, w in zip(chosen, words, strict=True)),
            ]
            rows.append([word.text for word in sorted(placed, key=lambda word: word.right)])
        each.append(rows)
    return [list(way) for way in product(*each)]


def _sums(way: Sequence[Sequence[str]], known: Sequence[int]) -> list[int]:
    sums = list(known)
    for cells in way:
        sums = [have + _cents(cell) for have, cell in zip(sums, cells, strict=True)]
    return sums


def _cents(text: str) -> int:
    return text_to_cents(text, COMMA)[0] or 0


def _is_leaf(code: str) -> bool:
    found = parse_code(code.rstrip("."))
    return found is not None and found.kind == LEAF


def _header_row(section: _Section, wanted: int, statement: Statement) -> Row:
    """The column titles as printed, else those that the layout of the law stands for."""
    first = section.items[0].first.number
    if section.headers:
        line = section.header_line
        number = line.number if line else first
        return Row(number, ["Κ.Α.", "Περιγραφή", *section.headers], section.header_lines)
    side = section.side or _side_of_codes(section.items)
    headers = _COLUMNS.get((side, wanted), [f"Ποσό {at + 1}" for at in range(wanted)])
    if (side, wanted) in _COLUMNS:
        statement.assumed += [name for name in headers if name not in statement.assumed]
    return Row(first, ["Κ.Α.", "Περιγραφή", *headers], 0)


def _side_of_codes(items: Sequence[_Item]) -> str:
    codes = [code for item in items if (code := parse_code(item.code.rstrip(".")))]
    sides = {side_of(code.chart, code.account) for code in codes} - {""}
    return sides.pop() if len(sides) == 1 else ""
