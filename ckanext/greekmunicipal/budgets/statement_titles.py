"""Titles of printed statements: which side a table is of, and what its columns are called."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ckanext.greekmunicipal.budgets.headers import AMOUNT_MEANINGS, header_of
from ckanext.greekmunicipal.budgets.printed import PrintedLine, Word
from ckanext.greekmunicipal.budgets.scan import side_in
from ckanext.greekmunicipal.budgets.statement_places import code_of, has_amount
from ckanext.greekmunicipal.greek import fold

_MAX_TITLE = 160
_TITLE = re.compile(r"προυπολογισμ|απολογισμ|εκτελεσ|^\W*(?:\w\W+)?(?:εσοδα|εξοδα|δαπανεσ)\W*$")


def title_side(line: PrintedLine) -> str:
    """Side that a title names; a label may begin with «Έσοδα από …» and is none."""
    if has_amount(line) or len(line.text) > _MAX_TITLE:
        return ""
    return side_in(line.text) if shouted(line) or _TITLE.search(fold(line.text)) else ""


def shouted(line: PrintedLine) -> bool:
    """Whether a line is in capitals, as titles are."""
    return not any(char.islower() for char in line.text)


def _meaning(text: str) -> str:
    header = header_of(text)
    return header.meaning if header else ""


def header_at(lines: Sequence[PrintedLine], at: int) -> list[PrintedLine]:
    """Lines of column titles that begin here: one to three, at least one of which names two."""
    block = []
    for line in lines[at : at + 3]:
        if not line.words or code_of(line) or has_amount(line):
            break
        titles = _titles(line)
        if not any(_meaning(cell.text) for cell in titles):
            break
        if len(titles) == 1 and title_side(line):
            break  # «ΕΣΟΔΑ» over a table, and not over a column
        block.append(line)
    named = [sum(bool(_meaning(cell.text)) for cell in _titles(line)) for line in block]
    return block if any(count > 1 for count in named) else []


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


def is_amount_column(text: str) -> bool:
    """Whether a column of this title may hold amounts; an unknown title may."""
    meaning = _meaning(text)
    return meaning in AMOUNT_MEANINGS or meaning in ("derived", "")


def columns_of(block: Sequence[PrintedLine]) -> list[Word]:
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
