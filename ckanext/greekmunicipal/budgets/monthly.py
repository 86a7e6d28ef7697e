"""The monthly statement of budget execution, as the law asks for it, in CSV and PDF.

Law 4727/2020 art. 82: every municipality publishes, on its site and on Diavgeia (decision type Β.3),
within ten days of the end of the month, by code: revenue budgeted, assessed and collected, spending
budgeted, ordered and paid. «Budgeted» is the revised amount where there is one, and the column says so.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files

from fpdf import FPDF
from fpdf.enums import TableCellFillMode
from fpdf.fonts import FontFace

from ckanext.greekmunicipal.budgets.records import EXPENDITURE, REVENUE, SIDES
from ckanext.greekmunicipal.budgets.summary import Line
from ckanext.greekmunicipal.formulas import guarded

# Days after the end of the month (law 4727/2020 art. 82).
DAYS_TO_PUBLISH = 10
# What is «budgeted»: the first of these that a side has.
PLANNED_PHASES = ("revised", "initial")
PHASES = {REVENUE: ("assessed", "collected"), EXPENDITURE: ("ordered", "paid")}
_DONE = {REVENUE: ("Βεβαιωθέντα", "Εισπραχθέντα"), EXPENDITURE: ("Ενταλθέντα", "Πληρωθέντα")}
_PLANNED = {"revised": "Διαμορφωθέντα", "initial": "Προϋπολογισθέντα"}
_TITLES = {REVENUE: "ΕΣΟΔΑ", EXPENDITURE: "ΔΑΠΑΝΕΣ"}
_TOTALS = {REVENUE: "ΣΥΝΟΛΟ ΕΣΟΔΩΝ", EXPENDITURE: "ΣΥΝΟΛΟ ΔΑΠΑΝΩΝ"}
_WITHHELD = "(η περιγραφή παραλείπεται: ίσως κατονομάζει πρόσωπο)"
_FONT = "SourceSansPro-{}.ttf"
_WIDTHS = (32, 66, 30, 30, 30)
_ROW = 5


class StatementNotPossible(ValueError):  # noqa: N818 - the name says what is the matter
    """The published lines do not give what the law asks for; the message says what is missing."""


@dataclass(frozen=True)
class StatementRow:
    """One row: code, label and three amounts in EUR (None where unknown)."""

    code: str
    label: str
    amounts: tuple[Decimal | None, ...]


@dataclass(frozen=True)
class Monthly:
    """A statement ready to be written.

    Attributes:
        body: name of the municipality in Greek.
        period_end: last day of the figures, which run from 1 January.
        rows: rows of each side.
        totals: sums of each side; a column that no line has is None.
        planned: phase of the first amount, ``revised`` or ``initial``.
    """

    body: str
    period_end: dt.date
    rows: dict[str, tuple[StatementRow, ...]]
    totals: dict[str, tuple[Decimal | None, ...]]
    planned: str

    def headers(self, side: str) -> tuple[str, ...]:
        """Titles of the three amounts of a side."""
        return (_PLANNED[self.planned], *_DONE[side])

    @property
    def due(self) -> dt.date:
        """Last day on which it is published in time."""
        return due_on(self.period_end)

    @property
    def title(self) -> str:
        """Subject for Diavgeia and title of the document."""
        return f"Στοιχεία εκτέλεσης προϋπολογισμού έως {_day(self.period_end)} – {self.body}"


def due_on(period_end: dt.date) -> dt.date:
    """Last day for publishing the statement of a month: ten days after its end."""
    return period_end + dt.timedelta(days=DAYS_TO_PUBLISH)


def missing_phases(side: str, amounts: Mapping[str, Decimal]) -> tuple[str, ...]:
    """Phases of art. 82 that a side lacks; ``revised`` stands for what is budgeted.

    Args:
        side: ``revenue`` or ``expenditure``.
        amounts: sums by phase; a phase that no line has is absent.
    """
    planned = () if any(phase in amounts for phase in PLANNED_PHASES) else PLANNED_PHASES[:1]
    return (*planned, *(phase for phase in PHASES[side] if phase not in amounts))


def monthly(body: str, period_end: dt.date, lines: Iterable[Line]) -> Monthly:
    """Make the statement of one period from published lines.

    Args:
        body: Greek name of the municipality («Δήμος Τήνου»).
        period_end: last day of the figures.
        lines: lines of this period only.

    Raises:
        StatementNotPossible: a side is missing, or has no amount of a phase that the law names.
    """
    lines = list(lines)
    planned = "revised" if any(line.amount("revised") is not None for line in lines) else "initial"
    rows, totals = {}, {}
    for side in SIDES:
        rows[side] = tuple(_row(line, side, planned) for line in lines if line.side == side)
        totals[side] = tuple(_sum(row.amounts[at] for row in rows[side]) for at in range(3))
        missing = [
            header for header, total in zip((_PLANNED[planned], *_DONE[side]), totals[side], strict=True)
            if total is None
        ]  # fmt: skip
        if missing:
            raise StatementNotPossible(
                f"{body}, {_day(period_end)}: no line of {side} has {', '.join(missing)}. Expected: "
                "the phases of law 4727/2020 art. 82 on both sides. Publish the budget with its "
                "execution first."
            )
    return Monthly(body, period_end, rows, totals, planned)


def _row(line: Line, side: str, planned: str) -> StatementRow:
    code = line.code
    if line.service_code and not code.startswith(line.service_code):
        code = f"{line.service_code}-{code}"
    amounts = (line.amount(planned), *(line.amount(phase) for phase in PHASES[side]))
    return StatementRow(code, line.label or _WITHHELD, amounts)


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None


def as_csv(statement: Monthly) -> bytes:
    """UTF-8 with a mark, semicolons and Greek decimals, as spreadsheets in Greece open it."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow([statement.body])
    writer.writerow([_period(statement.period_end)])
    for side in SIDES:
        writer.writerow([])
        writer.writerow([_TITLES[side]])
        writer.writerow(["Κ.Α.", "Περιγραφή", *statement.headers(side)])
        for row in statement.rows[side]:
            cells = [guarded(row.code), guarded(row.label), *map(greek_form, row.amounts)]
            writer.writerow(cells)
        writer.writerow(["", _TOTALS[side], *map(greek_form, statement.totals[side])])
    return ("\ufeff" + stream.getvalue()).encode("utf-8")


def greek_form(amount: Decimal | None) -> str:
    """1234.5 as «1.234,50»; empty where unknown."""
    return "" if amount is None else f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))


def _period(end: dt.date) -> str:
    return f"Περίοδος από 1/1/{end.year} έως {_day(end)}"


def _day(day: dt.date) -> str:
    return f"{day.day}/{day.month}/{day.year}"


class _Pages(FPDF):
    """A4 pages with the period at the foot."""

    def __init__(self, statement: Monthly) -> None:
        super().__init__(format="A4")
        self._statement = statement
        fonts = files("font_source_sans_pro") / "files"
        self.add_font("Sans", "", str(fonts / _FONT.format("Regular")))
        self.add_font("Sans", "B", str(fonts / _FONT.format("Bold")))
        self.set_auto_page_break(auto=True, margin=18)
        self.set_margins(11, 14, 11)
        self.set_title(statement.title)
        self.set_author(statement.body)
        self.set_lang("el-GR")
        # The same lines give the same bytes, so that a page can be cached and compared.
        self.set_creation_date(
            dt.datetime.combine(statement.period_end, dt.time(), dt.timezone.utc)
        )

    def footer(self) -> None:
        """Number of the page."""
        self.set_y(-12)
        self.set_font("Sans", size=7)
        self.cell(0, 4, f"Σελίδα {self.page_no()} από {{nb}}", align="C")


def as_pdf(statement: Monthly) -> bytes:
    """The statement as a PDF with a text layer and a heading on each page."""
    pages = _Pages(statement)
    pages.add_page()
    pages.set_font("Sans", "B", 12)
    pages.cell(0, 7, statement.body, new_x="LMARGIN", new_y="NEXT")
    pages.set_font("Sans", size=10)
    pages.cell(0, 6, "Στοιχεία εκτέλεσης προϋπολογισμού", new_x="LMARGIN", new_y="NEXT")
    pages.cell(0, 6, _period(statement.period_end), new_x="LMARGIN", new_y="NEXT")
    for side in SIDES:
        _print_side(pages, statement, side)
    pages.set_font("Sans", size=7)
    pages.ln(3)
    pages.multi_cell(0, 4, "Νόμος 4727/2020, άρθρο 82. Ποσά σε ευρώ, σωρευτικά από 1 Ιανουαρίου.")
    return bytes(pages.output())


def _print_side(pages: _Pages, statement: Monthly, side: str) -> None:
    pages.ln(4)
    pages.set_font("Sans", "B", 11)
    pages.cell(0, 7, _TITLES[side], new_x="LMARGIN", new_y="NEXT")
    pages.set_font("Sans", size=8)
    aligned = ("LEFT", "LEFT", "RIGHT", "RIGHT", "RIGHT")
    with pages.table(
        col_widths=_WIDTHS,
        text_align=aligned,
        line_height=_ROW,
        v_align="TOP",
        borders_layout="HORIZONTAL_LINES",
        headings_style=FontFace(emphasis="BOLD"),
        cell_fill_mode=TableCellFillMode.NONE,
    ) as table:
        _cells(table, ("Κ.Α.", "Περιγραφή", *statement.headers(side)))
        for row in statement.rows[side]:
            _cells(table, (row.code, row.label, *map(greek_form, row.amounts)))
        pages.set_font("Sans", "B", 8)
        _cells(table, ("", _TOTALS[side], *map(greek_form, statement.totals[side])))
        pages.set_font("Sans", size=8)


def _cells(table: object, texts: Sequence[str]) -> None:
    row = table.row()  # type: ignore[attr-defined]
    for text in texts:
        row.cell(text)
