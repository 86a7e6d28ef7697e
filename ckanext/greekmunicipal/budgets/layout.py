"""Layout of a table: which column means what, from its headers or, without any, from arithmetic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ckanext.greekmunicipal.budgets import amounts
from ckanext.greekmunicipal.budgets.codes import LEAF, parse_code
from ckanext.greekmunicipal.budgets.headers import AMOUNT_MEANINGS, Header, header_of
from ckanext.greekmunicipal.budgets.records import (
    EXPENDITURE,
    EXPENDITURE_PHASES,
    PHASE_INDEX,
    REVENUE,
    REVENUE_PHASES,
)
from ckanext.greekmunicipal.tabular.grid import Row, text_of

# Lines with a real amendment that must agree before columns are named by arithmetic alone.
_PROOFS = 3
_STATED = 99
_UNUSED = frozenset({"derived", "ignored", "group", "unknown"})


@dataclass(frozen=True)
class ColumnMeaning:
    """How one column was understood."""

    index: int
    header: str
    meaning: str


@dataclass(eq=False)
class Layout:
    """Where the fields of a line are.

    Attributes:
        columns: all columns as understood.
        at: column of each used meaning.
        phases: (index in PHASES, column) of each amount.
        width: number of columns under a header.
        proved: False if named by arithmetic, without a header.
        initial_assumed: the amount column names no phase.
        twice: headers of columns that have one meaning and were left out.
        other_year: headers of columns of another year.
    """

    columns: tuple[ColumnMeaning, ...]
    at: dict[str, int]
    phases: tuple[tuple[int, int], ...]
    width: int
    from_header: bool = True
    initial_assumed: bool = False
    twice: list[str] = field(default_factory=list)
    other_year: list[str] = field(default_factory=list)

    @cached_property
    def side(self) -> str:
        """Side that the execution columns belong to, empty if they do not tell."""
        found = {meaning for meaning in self.at if meaning in REVENUE_PHASES | EXPENDITURE_PHASES}
        if found and found <= REVENUE_PHASES:
            return REVENUE
        if found and found <= EXPENDITURE_PHASES:
            return EXPENDITURE
        return ""

    @cached_property
    def first_amount(self) -> int:
        """Column of the first amount; -1 if there is none."""
        return min((at for _phase, at in self.phases), default=-1)

    @cached_property
    def only_amounts_after(self) -> int | None:
        """Number of columns before the first amount if nothing but amounts follows, else None."""
        amounts_at = {at for _phase, at in self.phases}
        first = self.first_amount
        others = {at for at in self.at.values() if at > first} - amounts_at
        unknown = {column.index for column in self.columns if column.meaning == "unknown"}
        if first < 0 or others or any(at > first for at in unknown):
            return None
        return first

    @cached_property
    def names_services(self) -> bool:
        """Whether a column of its own tells the service of a line."""
        return not self.at.keys().isdisjoint(("service", "service_label", "service_code"))

    def text(self, cells: list[Any], meaning: str) -> str:
        """Text of the cell with one meaning, empty if there is none."""
        at = self.at.get(meaning)
        return "" if at is None or at >= len(cells) else text_of(cells[at])


def header_cells(row: Row) -> list[Header | None] | None:
    """Meanings of a header row, None if the row is no header."""
    found: list[Header | None] = []
    filled = 0
    for cell in row.cells:
        text = text_of(cell)
        filled += bool(text)
        year = len(text) == 4 and text[:2] in ("19", "20")
        if text and not year and (amounts.is_amount(cell) or parse_code(text)):
            return None
        found.append(header_of(text) if isinstance(cell, str) else None)
    hits = [header.meaning for header in found if header]
    phases = sum(1 for meaning in hits if meaning in AMOUNT_MEANINGS)
    named = ("code" in hits and len(hits) > 1) or ("label" in hits and phases > 0) or phases > 1
    return found if named and (len(hits) > 2 or len(hits) * 2 >= filled) else None


def from_headers(
    upper: Row,
    lower: Row | None,
    sample: list[Row],
    fiscal_year: int | None = None,
    corrected: Mapping[int, str] | None = None,
) -> Layout:
    """Layout of a header of one or two rows.

    Args:
        upper: first row of the header.
        lower: second row, if it has one.
        sample: rows under it.
        fiscal_year: year to choose between columns of several years.
        corrected: meaning of columns, by index, that a person has stated.
    """
    headers: list[tuple[str, Header | None]] = []
    width = max(len(upper.cells), len(lower.cells) if lower else 0)
    for at in range(width):
        above = text_of(upper.cells[at]) if at < len(upper.cells) else ""
        below = text_of(lower.cells[at]) if lower and at < len(lower.cells) else ""
        text = f"{above} {below}".strip()
        headers.append((text, (header_of(below) or header_of(text)) if below else header_of(above)))
    while headers and not headers[-1][0]:
        headers.pop()
    layout = _resolve(_as_corrected(headers, corrected or {}), fiscal_year)
    _find_code_and_label(layout, sample)
    return layout


def _as_corrected(
    headers: list[tuple[str, Header | None]], corrected: Mapping[int, str]
) -> list[tuple[str, Header | None]]:
    """What a person says of a column outranks what its header says, of others too."""
    headers = headers + [("", None)] * (max(corrected, default=-1) + 1 - len(headers))
    return [
        (text, Header(corrected[at], _STATED, header.year if header else None))
        if at in corrected
        else (text, header)
        for at, (text, header) in enumerate(headers)
    ]


def _resolve(headers: list[tuple[str, Header | None]], fiscal_year: int | None) -> Layout:
    """Choose one column for each meaning: the higher rank, the later year; twins are left out."""
    by_meaning: dict[str, list[int]] = {}
    for at, (_text, header) in enumerate(headers):
        if header and header.meaning not in _UNUSED:
            by_meaning.setdefault(header.meaning, []).append(at)
    used: dict[str, int] = {}
    unused: dict[int, str] = {}
    twice: list[str] = []
    other_year: list[str] = []
    for meaning, columns in by_meaning.items():
        chosen = _choose(columns, headers, fiscal_year)
        if meaning not in AMOUNT_MEANINGS:
            chosen = chosen[:1]
        if len(chosen) == 1:
            used[meaning] = chosen[0]
            for at in columns:
                if at != chosen[0]:
                    differs = _year(headers, at) != _year(headers, chosen[0])
                    unused[at] = "other-year" if differs else "derived"
                    if differs:
                        other_year.append(headers[at][0])
        else:
            twice.extend(headers[at][0] for at in columns)
            unused.update(dict.fromkeys(columns, "twice"))
    assumed = "amount" in used and "initial" not in used
    if assumed:
        used["initial"] = used.pop("amount")
    elif "amount" in used:
        unused[used.pop("amount")] = "unknown"
    meanings = {at: meaning for meaning, at in used.items()}
    columns = tuple(
        ColumnMeaning(
            at,
            text,
            meanings.get(at) or unused.get(at) or (header.meaning if header else "unknown"),
        )
        for at, (text, header) in enumerate(headers)
    )
    return Layout(
        columns,
        used,
        _phases(used),
        len(headers),
        initial_assumed=assumed,
        twice=twice,
        other_year=other_year,
    )


def _year(headers: list[tuple[str, Header | None]], at: int) -> int:
    header = headers[at][1]
    return (header.year or 0) if header else 0


def _choose(
    columns: list[int], headers: list[tuple[str, Header | None]], fiscal_year: int | None
) -> list[int]:
    if len(columns) == 1:
        return columns
    years = {_year(headers, at) for at in columns}
    wanted = fiscal_year if fiscal_year in years else max(years)
    columns = [at for at in columns if _year(headers, at) == wanted]
    ranks = [header.rank if (header := headers[at][1]) else 0 for at in columns]
    return [at for at, rank in zip(columns, ranks, strict=True) if rank == max(ranks)]


def _phases(used: dict[str, int]) -> tuple[tuple[int, int], ...]:
    return tuple(
        sorted((PHASE_INDEX[meaning], at) for meaning, at in used.items() if meaning in PHASE_INDEX)
    )


def _find_code_and_label(layout: Layout, sample: list[Row]) -> None:
    """Find the code's and the label's column by their content where no header names them."""
    taken = set(layout.at.values())
    free = [at for at in range(layout.width) if at not in taken]
    if "code" not in layout.at and (at := code_column(sample, free)) is not None:
        layout.at["code"] = at
        free.remove(at)
    if "label" not in layout.at and (at := label_column(sample, free)) is not None:
        layout.at["label"] = at


def code_column(rows: list[Row], columns: list[int]) -> int | None:
    """The column with the most, and the fullest, codes of lines."""
    best, best_score = None, (0.0, 0)
    for at in columns:
        cells = [text for row in rows if at < len(row.cells) and (text := text_of(row.cells[at]))]
        codes = [code for text in cells if (code := parse_code(text)) and code.kind == LEAF]
        if len(codes) < 0.6 * len(cells) or not codes:
            continue
        score = (len(codes) / len(cells), sum(bool(c.service) + bool(c.sub) for c in codes))
        if best is None or score[1] > best_score[1]:
            best, best_score = at, score
    return best


def label_column(rows: list[Row], columns: list[int]) -> int | None:
    """The column with the longest text that is no number."""
    best, best_length = None, 4.0
    for at in columns:
        cells = [row.cells[at] for row in rows if at < len(row.cells) and row.cells[at]]
        words = [c for c in cells if isinstance(c, str) and any(char.isalpha() for char in c)]
        if len(words) * 2 < len(cells) or not words:
            continue
        length = sum(map(len, words)) / len(words)
        if length > best_length:
            best, best_length = at, length
    return best


def from_arithmetic(rows: list[Row], corrected: Mapping[int, str] | None = None) -> Layout | None:
    """Layout of a table without header; ``corrected`` are meanings that a person has stated.

    The code's column is known by the shape of the codes. Amount columns are those with cents; of
    them, three next to each other are initial, amendments and revised if a + b = c holds on every
    row and b is not always zero. No other column is named: order alone proves nothing.
    """
    rows = [row for row in rows if any(cell not in (None, "") for cell in row.cells)]
    usual = Counter(len(row.cells) for row in rows).most_common(1)
    if not usual:
        return None
    width = usual[0][0]
    whole = [row for row in rows if len(row.cells) == width]
    code = code_column(whole, list(range(width)))
    if code is None:
        return None
    money = [at for at in range(width) if at != code and _holds_cents(whole, at)]
    label = label_column(whole, [at for at in range(width) if at != code and at not in money])
    at: dict[str, int] = {"code": code}
    if label is not None:
        at["label"] = label
    triple = _sum_triple(whole, money)
    if triple:
        at.update(zip(("initial", "amendments", "revised"), triple, strict=True))
    for column, meaning in (corrected or {}).items():
        at = {name: place for name, place in at.items() if place != column and name != meaning}
        if meaning not in _UNUSED and column < width:
            at[meaning] = column
    meanings = {column: meaning for meaning, column in at.items()}
    columns = tuple(ColumnMeaning(n, "", meanings.get(n, "unknown")) for n in range(width))
    return Layout(columns, at, _phases(at), width, from_header=False)


def _holds_cents(rows: list[Row], at: int) -> bool:
    cells = [cell for row in rows if (cell := row.cells[at]) not in (None, "")]
    if not cells or not all(amounts.is_amount(cell) for cell in cells):
        return False
    texts = amounts.marks(cells)
    return bool(texts[amounts.COMMA] or texts[amounts.POINT]) or any(
        isinstance(cell, float) and not cell.is_integer() for cell in cells
    )


def _sum_triple(rows: list[Row], money: list[int]) -> tuple[int, int, int] | None:
    columns = {}
    for at in money:
        mark = amounts.decide(amounts.marks(row.cells[at] for row in rows), Counter())
        columns[at] = [cents_of(row.cells[at], mark) for row in rows]
    for first, second, third in zip(money, money[1:], money[2:], strict=False):
        proofs = 0
        for a, b, c in zip(columns[first], columns[second], columns[third], strict=True):
            if a is None or b is None or c is None:
                continue
            if a + b != c:
                break
            proofs += b != 0
        else:
            if proofs >= _PROOFS:
                return first, second, third
    return None


def cents_of(cell: Any, mark: str) -> int | None:
    """Cents of a cell that is known to be an amount, None if it is empty."""
    if cell is None or isinstance(cell, bool):
        return None
    if isinstance(cell, str):
        return amounts.text_to_cents(cell, mark)[0]
    return amounts.number_to_cents(cell)[0]
