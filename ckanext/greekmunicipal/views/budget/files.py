"""Figures as CSV files: the rows of their tables, for programs and for spreadsheets."""

from __future__ import annotations

import csv
import io

from flask import Response

from ckanext.greekmunicipal.formulas import guarded
from ckanext.greekmunicipal.views import answers
from ckanext.greekmunicipal.views.budget.figure import NUMERIC, Figure, plain

MEDIA_TYPE = "text/csv; charset=utf-8"
BOM = "\ufeff"


def text(figure: Figure) -> str:
    """Rows of a figure: UTF-8 with a mark, commas, amounts with a point, texts no formula."""
    found = io.StringIO()
    writer = csv.writer(found)
    writer.writerow([column.name for column in figure.columns])
    for row in figure.rows:
        cells = []
        for cell, column in zip(row.cells, figure.columns, strict=True):
            value = plain(cell, column.kind)
            cells.append(value if column.kind in NUMERIC else guarded(value))
        writer.writerow(cells)
    return BOM + found.getvalue()


def answer(figure: Figure, name: str, *, is_private: bool = False) -> Response:
    """A download of a figure; scripts of all sites may read it.

    Args:
        figure: its rows.
        name: of the file, ASCII.
        is_private: only some may see it: no cache keeps it, no other site reads it.
    """
    found = Response(text(figure).encode(), content_type=MEDIA_TYPE)
    found.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    if is_private:
        answers.private(found)
        return found
    return answers.open_to_all(found)
