"""Amounts of printed rows and where they belong: by the edge of their column, or not at all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product

from ckanext.greekmunicipal.budgets.amounts import COMMA, text_to_cents
from ckanext.greekmunicipal.budgets.codes import LEAF, Code, parse_code, side_of
from ckanext.greekmunicipal.budgets.printed import PrintedLine, Word, edges_of, tolerance
from ckanext.greekmunicipal.budgets.tables import read_table
from ckanext.greekmunicipal.tabular.grid import Row

AMOUNT = re.compile(r"[-−–]?(?:\d{1,3}(?:\.\d{3})+|\d+),\d{2}-?|\([\d.]+,\d{2}\)")
GLUED = re.compile(r"(?P<before>.*?)(?P<amount>[-−–]?\d[\d.]*,\d{2})(?P<after>\D*)")
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})*,\d{2}")
_MAX_COMBINATIONS = 4096
_COLUMNS = {
    (row["side"], int(row["amounts"])): row["headers"].split("|")
    for row in read_table("statement_columns")
}


@dataclass
class Remarks:
    """What a person should know of how a statement was read.

    Attributes:
        assumed: column titles that the document does not print and its layout stands for.
        separated: lines in which an amount ran into the label and the stated total tells them apart.
    """

    assumed: list[str] = field(default_factory=list)
    separated: list[int] = field(default_factory=list)


@dataclass(eq=False)
class Item:
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
class Section:
    """A table: a title of one side, or column titles, and what follows."""

    side: str = ""
    headers: list[str] = field(default_factory=list)
    header_line: PrintedLine | None = None
    header_lines: int = 0
    edges: list[float] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)


def code_of(line: PrintedLine) -> Code | None:
    """Code that a line begins with, if it is a row of a table."""
    found = parse_code(line.words[0].text.rstrip(".")) if line.words else None
    if found is None or (found.kind != LEAF and not has_amount(line)):
        return None
    # «2024 2025»: years over columns have the shape of codes.
    return found if any(_letters(word.text) for word in line.words[1:]) else None


def _letters(text: str) -> bool:
    return any(char.isalpha() for char in text)


def has_amount(line: PrintedLine) -> bool:
    """Whether a word of a line is an amount, or ends or begins with one."""
    return any(GLUED.fullmatch(word.text) for word in line.words)


def take_words(item: Item, words: Sequence[Word]) -> None:
    """Give the words of a line to the label and the amounts of a row."""
    for word in words:
        if AMOUNT.fullmatch(word.text):
            item.amounts.append(word)
        elif found := GLUED.fullmatch(word.text):
            _take_glued(item, word, found)
        else:
            item.label.append(word.text)
            item.label_ends = max(item.label_ends, word.left)


def _take_glued(item: Item, word: Word, found: re.Match[str]) -> None:
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
        return [digits] if AMOUNT.fullmatch(digits) else []
    found = []
    for start in range(len(digits)):
        rest = digits[start:]
        if rest[0].isdigit() and _THOUSANDS.fullmatch(rest):
            found.append(rest)
    return found


def section_rows(section: Section, remarks: Remarks) -> list[Row]:
    """Rows of a table, with its column titles first."""
    wanted = len(section.headers) or usual(section)
    whole = [
        sorted(item.amounts, key=lambda word: word.right)
        for item in section.items
        if len(item.amounts) == wanted and not item.glued
    ]
    edges = edges_of(whole) if whole else section.edges
    for item in section.items:
        item.cells = _placed(item, edges, wanted)
    for item in _separate(section.items, edges, wanted):
        remarks.separated.append(item.first.number)
    rows = [_header_row(section, wanted, remarks)]
    for item in section.items:
        label = " ".join(item.label)
        rows.append(Row(item.first.number, [item.code, label, *item.cells], item.lines))
    return rows


def _placed(item: Item, edges: Sequence[float], wanted: int) -> list[str]:
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


def _separate(items: list[Item], edges: Sequence[float], wanted: int) -> list[Item]:
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


def _ways(items: Sequence[Item]) -> list[list[list[str]]]:
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


def _header_row(section: Section, wanted: int, remarks: Remarks) -> Row:
    """The column titles as printed, else those that the layout of the law stands for."""
    first = section.items[0].first.number
    if section.headers:
        line = section.header_line
        number = line.number if line else first
        return Row(number, ["Κ.Α.", "Περιγραφή", *section.headers], section.header_lines)
    side = section.side or _side_of_codes(section.items)
    headers = _COLUMNS.get((side, wanted), [f"Ποσό {at + 1}" for at in range(wanted)])
    if (side, wanted) in _COLUMNS:
        remarks.assumed += [name for name in headers if name not in remarks.assumed]
    return Row(first, ["Κ.Α.", "Περιγραφή", *headers], 0)


def _side_of_codes(items: Sequence[Item]) -> str:
    codes = [code for item in items if (code := parse_code(item.code.rstrip(".")))]
    sides = {side_of(code.chart, code.account) for code in codes} - {""}
    return sides.pop() if len(sides) == 1 else ""


def usual(section: Section) -> int:
    """Number of amounts that most rows have; a first row may have as many as it likes."""
    whole = Counter(item.count for item in section.items if item.lines == 1 and not item.glued)
    return max((n for n, seen in whole.items() if n), key=lambda n: (whole[n], n), default=12)
