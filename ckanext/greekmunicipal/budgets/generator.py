"""Invented budget files in the layouts that accounting systems export."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from ckanext.greekmunicipal.budgets.amounts import euros
from ckanext.greekmunicipal.budgets.codes import account_label
from ckanext.greekmunicipal.budgets.invented import InventedLine, service_name, truth
from ckanext.greekmunicipal.budgets.records import EXPENDITURE, PHASES, REVENUE, SIDES
from ckanext.greekmunicipal.budgets.xlsx import Cell, write_xlsx
from ckanext.greekmunicipal.greek import fold
from ckanext.greekmunicipal.municipalities import Municipality

__all__ = ["ENCODINGS", "InventedLine", "Look", "drawn_look", "truth", "write_budget"]

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1253", "iso8859-7")
_HEADERS = {
    "initial": "Προϋπολογισθέντα",
    "amendments": "Αναμορφώσεις",
    "revised": "Διαμορφωθέντα",
    "assessed": "Βεβαιωθέντα",
    "collected": "Εισπραχθέντα",
    "committed": "Δεσμευθέντα",
    "ordered": "Ενταλθέντα",
    "paid": "Πληρωθέντα",
}
_WORDS = {REVENUE: ("ΕΣΟΔΩΝ", "ΕΣΟΔΑ", "esoda"), EXPENDITURE: ("ΕΞΟΔΩΝ", "ΕΞΟΔΑ", "exoda")}


@dataclass(frozen=True)
class Look:
    """How a file looks.

    Attributes:
        titles: title block, section titles and signatures.
        subtotals: rows of two-digit groups and totals of the sides.
        trailing_delimiter: each row ends with a delimiter (CSV).
        two_files: one file for each side.
        service_column: the service stands by name in a column of its own.
        separator: between service and account in the code.
        stray_quote: some labels hold one quote, and nothing is quoted (CSV).
        quoted_newline: some labels run over two lines, in quotes (CSV).
        broken_rows: some labels run over two lines, and nothing is quoted (CSV).
        text_amounts: amounts of a workbook are text in Greek form.
        plain_amounts: amounts of a CSV have a point and no thousands (1234.50).
        two_header_rows: column groups above the headers.
    """

    titles: bool = True
    subtotals: bool = True
    trailing_delimiter: bool = False
    two_files: bool = False
    service_column: bool = False
    separator: str = "-"
    stray_quote: bool = False
    quoted_newline: bool = False
    broken_rows: bool = False
    text_amounts: bool = False
    plain_amounts: bool = False
    two_header_rows: bool = False


def drawn_look(random_: random.Random) -> Look:
    """A look drawn at random, for tests."""
    flags = {
        name: random_.random() < 0.5
        for name, value in vars(Look()).items()
        if isinstance(value, bool)
    }
    return Look(**flags, separator=random_.choice("-./"))


def write_budget(
    folder: Path,
    *,
    municipality: Municipality,
    year: int,
    seed: int,
    form: str = "csv",
    encoding: str = "utf-8",
    delimiter: str = ";",
    period_end: dt.date | None = None,
    look: Look | None = None,
) -> list[Path]:
    """Write an invented budget as a municipality would hand it over.

    Args:
        folder: where the files go; it must exist.
        municipality: gives name and size.
        year: fiscal year.
        seed: the same arguments give the same bytes.
        form: ``csv`` or ``xlsx``.
        encoding: of a CSV, one of :data:`ENCODINGS`.
        delimiter: of a CSV.
        period_end: last day of the execution figures; None writes a budget as voted.
        look: layout and damage; by default a tidy statement with titles and totals.

    Returns:
        The files; :func:`truth` with the same arguments gives the lines that are in them.

    Raises:
        ValueError: an unknown form, or a look that no system could write.
    """
    look = look or Look()
    if look.stray_quote and delimiter == ",":
        raise ValueError("a file where nothing is quoted cannot be delimited by commas")
    lines = truth(municipality, year, seed, period_end)
    statement = _Statement(municipality, year, period_end, look, lines)
    stem = f"{municipality.slug}_{year}"
    if form == "xlsx":
        return _write_workbooks(folder, stem, statement)
    if form == "csv":
        return _write_csvs(folder, stem, statement, encoding, delimiter)
    raise ValueError(f"form {form!r}: expected csv or xlsx")


@dataclass(frozen=True)
class _Statement:
    municipality: Municipality
    year: int
    period_end: dt.date | None
    look: Look
    lines: tuple[InventedLine, ...]

    def phases(self, side: str) -> list[str]:
        line = next(line for line in self.lines if line.side == side)
        return [phase for phase in PHASES if line.amount(phase) is not None]

    def rows(self, side: str) -> Iterator[list[Cell]]:
        """Rows of one side: titles, headers, groups, lines, total, signatures."""
        phases = self.phases(side)
        named = self.look.service_column and side == EXPENDITURE
        lead: list[Cell] = ["Υπηρεσία"] if named else []
        if self.look.titles:
            yield from self._titles(side)
        headers: list[Cell] = [*lead, "Κ.Α.", "Περιγραφή", *(_HEADERS[phase] for phase in phases)]
        if self.look.two_header_rows and len(phases) > 3:
            blank: list[Cell] = [""] * (len(lead) + 2)
            yield [*headers[: len(blank)], "Προϋπολογισμός", "", "", "Εκτέλεση"]
            yield [*blank, *headers[len(blank) :]]
        else:
            yield headers
        lines = [line for line in self.lines if line.side == side]
        if named:
            lines.sort(key=lambda line: line.account_code)
        group = ""
        for line in lines:
            first = line.account_code[:2]
            if self.look.subtotals and (named or side == REVENUE) and first != group:
                group = first
                members = [one for one in lines if one.account_code.startswith(group)]
                label = account_label("kae", group)[0]
                yield [*([""] if named else []), group, label, *_sums(members, phases)]
            code = f"{line.account_code}.{line.sub_account}"
            if named:
                yield [service_name(line.service_code), code, line.label, *_cents(line, phases)]
            else:
                separator = self.look.separator
                prefix = f"{line.service_code}{separator}" if line.service_code else ""
                yield [prefix + code, line.label, *_cents(line, phases)]
        if self.look.subtotals:
            total = f"ΣΥΝΟΛΟ {_WORDS[side][0]}"
            yield [*([""] if named else []), "", total, *_sums(lines, phases)]
        if self.look.titles:
            yield []
            yield ["Ο Δήμαρχος", "Η Προϊσταμένη Οικονομικών Υπηρεσιών"]
            yield ["Σελίδα 1 από 1"]

    def _titles(self, side: str) -> Iterator[list[Cell]]:
        yield ["ΕΛΛΗΝΙΚΗ ΔΗΜΟΚΡΑΤΙΑ"]
        yield [fold(self.municipality.name_el).upper()]
        if self.period_end is None:
            yield [f"ΠΡΟΫΠΟΛΟΓΙΣΜΟΣ {_WORDS[side][0]}"]
        else:
            end = f"{self.period_end.day}/{self.period_end.month}/{self.period_end.year}"
            yield [f"ΚΑΤΑΣΤΑΣΗ ΕΚΤΕΛΕΣΗΣ ΠΡΟΫΠΟΛΟΓΙΣΜΟΥ {_WORDS[side][0]} ΕΩΣ {end}"]
        yield [f"Οικονομικό έτος {self.year}"]
        yield []


def _cents(line: InventedLine, phases: list[str]) -> list[Cell]:
    return [euros(line.amount(phase)) for phase in phases]


def _sums(lines: list[InventedLine], phases: list[str]) -> list[Cell]:
    return [euros(sum(line.amount(phase) or 0 for line in lines)) for phase in phases]


def greek_form(amount: Decimal) -> str:
    """An amount as Greek systems print it: «1.234.567,89»."""
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))


def _parts(statement: _Statement) -> list[tuple[str, list[str]]]:
    """Suffix of each file's name and the sides in it."""
    if statement.look.two_files:
        return [(f"_{_WORDS[side][2]}", [side]) for side in SIDES]
    return [("", list(SIDES))]


def _write_workbooks(folder: Path, stem: str, statement: _Statement) -> list[Path]:
    paths = []
    for suffix, sides in _parts(statement):
        path = folder / f"{stem}{suffix}.xlsx"
        sheets = []
        for side in sides:
            rows = [list(row) for row in statement.rows(side)]
            if statement.look.text_amounts:
                rows = [[greek_form(c) if isinstance(c, Decimal) else c for c in r] for r in rows]
            sheets.append((_WORDS[side][1], rows))
        write_xlsx(path, sheets)
        paths.append(path)
    return paths


def _write_csvs(
    folder: Path, stem: str, statement: _Statement, encoding: str, delimiter: str
) -> list[Path]:
    paths = []
    for suffix, sides in _parts(statement):
        stream = io.StringIO()
        for side in sides:
            for number, row in enumerate(statement.rows(side)):
                stream.write(_csv_row(row, number, statement.look, delimiter))
        path = folder / f"{stem}{suffix}.csv"
        path.write_bytes(stream.getvalue().encode(encoding))
        paths.append(path)
    return paths


def _csv_row(row: list[Cell], number: int, look: Look, delimiter: str) -> str:
    cells = [_csv_cell(cell, look) for cell in row]
    label = next((n for n, cell in enumerate(row) if isinstance(cell, Decimal)), 0) - 1
    is_line = label > 0 and cells[label - 1][-1:].isdigit() and "." in cells[label - 1]
    damaged = is_line and number % 7 == 0
    if damaged and look.stray_quote:
        cells[label] = cells[label].replace(" ", ' "', 1)
    elif damaged and (look.quoted_newline or look.broken_rows):
        cells[label] = cells[label].replace(" ", "\n", 1)
    tail = f"{delimiter if look.trailing_delimiter else ''}\r\n"
    if look.stray_quote or (damaged and look.broken_rows and delimiter != ","):
        return delimiter.join(cells) + tail
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator="\r\n").writerow(cells)
    return stream.getvalue().removesuffix("\r\n") + tail


def _csv_cell(cell: Cell, look: Look) -> str:
    if isinstance(cell, Decimal):
        return f"{cell:.2f}" if look.plain_amounts else greek_form(cell)
    return "" if cell is None else str(cell)
