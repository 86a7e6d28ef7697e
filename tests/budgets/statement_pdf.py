"""Prints statements as accounting programs do, so that reading can be compared with the truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pypdfium2
from fpdf import FPDF

FONT = files("font_source_sans_pro") / "files" / "SourceSansPro-Regular.ttf"
RIGHT = (135.0, 165.0, 195.0)
LABEL_AT = 32.0
ROW = 5.0
TALL = 297.0
PORTRAIT = 210.0


def greek(amount: Decimal | str) -> str:
    """1234.5 as 1.234,50."""
    return f"{Decimal(amount):,.2f}".translate(str.maketrans(",.", ".,"))


def _is_no_number(value: Decimal | str) -> bool:
    return isinstance(value, str) and not value.replace("-", "").replace(".", "").isdecimal()


class Paper:
    """Pages on which words are put at a place, as accounting programs do.

    Args:
        wide: pages in landscape.
        turned: wide pages, stored as tall ones with a mark that turns them for the reader.
    """

    def __init__(self, *, wide: bool = False, turned: bool = False) -> None:
        self.pdf = FPDF(orientation="landscape" if wide else "portrait", format="A4")
        self.pdf.set_auto_page_break(False)
        self.pdf.add_font("Greek", fname=str(FONT))
        self.pdf.set_font("Greek", size=9)
        self.turned = turned
        self.page()

    def page(self) -> None:
        """Begin a page."""
        self.pdf.add_page()
        self.y = 20.0

    def at(self, x: float, text: str) -> None:
        """Put a text at a place of the current row."""
        if not self.turned:
            self.pdf.text(x, self.y, text)
            return
        across, down = self.y, TALL - x
        with self.pdf.rotation(90, across, down):
            self.pdf.text(across, down, text)

    def ending_at(self, x: float, text: str) -> None:
        """Put a text so that it ends at a place."""
        self.at(x - self.pdf.get_string_width(text), text)

    def amounts(self, values: Sequence[Decimal | str | None], edges: Sequence[float]) -> None:
        """Put amounts at the right edges of their columns."""
        for value, edge in zip(values, edges, strict=True):
            if value is not None:
                self.ending_at(edge, str(value) if _is_no_number(value) else greek(value))

    def down(self, rows: float = 1) -> None:
        """Go to the next row."""
        self.y += ROW * rows

    def save(self, path: Path) -> Path:
        """Write the document."""
        self.pdf.output(str(path))
        if self.turned:
            document = pypdfium2.PdfDocument(path.read_bytes())
            for page in document:
                page.set_rotation(90)
            document.save(path)
        return path


def statement(
    path: Path,
    sides: Mapping[str, Sequence[tuple[str, str, Sequence[Decimal | str | None]]]],
    *,
    titles: Mapping[str, str],
    headers: Mapping[str, Sequence[Sequence[str]]] | None = None,
    edges: Sequence[float] = RIGHT,
    rows_a_page: int = 45,
    totals: bool = True,
    stated: Mapping[str, Sequence[Decimal | str | None]] | None = None,
) -> Path:
    """Print a statement: a title a side, rows, the total, and «Σελίδα n από m» at the foot.

    Args:
        path: of the PDF.
        sides: rows (code, label, amounts) by side.
        titles: printed title of each side.
        headers: column titles of each side, as lines of cells; none are printed without.
        edges: right edges of the amount columns in millimetres.
        rows_a_page: before a page ends.
        totals: whether the total of each side is printed.
        stated: totals to print instead of the true ones.
    """
    wide = edges[-1] > PORTRAIT
    paper = Paper(wide=wide)
    rows_a_page = min(rows_a_page, 30) if wide else rows_a_page
    pages = 1

    def foot() -> None:
        paper.y = 200.0 if wide else 288.0
        paper.at(90, f"Σελίδα {pages} από 9")

    for side, rows in sides.items():
        paper.at(60, titles[side])
        paper.down(1.4)
        _print_header(paper, (headers or {}).get(side, ()), edges)
        for number, (code, label, amounts) in enumerate(rows):
            if number and number % rows_a_page == 0:
                foot()
                pages += 1
                paper.page()
                _print_header(paper, (headers or {}).get(side, ()), edges)
            paper.at(12, code)
            paper.at(LABEL_AT, label)
            # Print over print is unreadable to anybody, and no case of these tests.
            room = edges[0] - paper.pdf.get_string_width("99.999.999,99")
            assert LABEL_AT + paper.pdf.get_string_width(label) < room, label
            paper.amounts(amounts, edges)
            paper.down()
        if totals:
            sums = (stated or {}).get(side) or [
                sum((Decimal(row[2][at] or 0) for row in rows), Decimal(0))
                for at in range(len(edges))
            ]
            paper.at(LABEL_AT, "ΓΕΝΙΚΟ ΣΥΝΟΛΟ:")
            paper.amounts(sums, edges)
        paper.down(2)
    foot()
    return paper.save(path)


def _print_header(paper: Paper, lines: Sequence[Sequence[str]], edges: Sequence[float]) -> None:
    for line in lines:
        code, label, *cells = line
        if code:
            paper.at(12, code)
        if label:
            paper.at(LABEL_AT, label)
        for cell, edge in zip(cells, edges, strict=True):
            if cell:
                paper.ending_at(edge, cell)
        paper.down()
