"""Acts as a CSV file: the columns of the table, the acts that an address asks for."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from typing import Any

from flask import Response, stream_with_context

from ckanext.greekmunicipal.formulas import guarded
from ckanext.greekmunicipal.views import answers
from ckanext.greekmunicipal.views.acts import listing
from ckanext.greekmunicipal.views.acts.asking import Asked
from ckanext.greekmunicipal.views.acts.body import Body

MEDIA_TYPE = "text/csv; charset=utf-8"
# Larger requests have the files of the tables themselves.
MOST_ROWS = 100_000
_BOM = "\ufeff"


def answer(body: Body, asked: Asked, name: str) -> Response:
    """A download of the acts that are asked for, newest first.

    Args:
        body: what may be seen.
        asked: filters.
        name: of the file, ASCII.
    """
    lines: Any = stream_with_context(_lines(body, asked))
    found = Response(lines, content_type=MEDIA_TYPE)
    found.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    if body.is_private:
        answers.private(found)
        return found
    return answers.open_to_all(found)


def _lines(body: Body, asked: Asked) -> Iterator[str]:
    yield _BOM + _written([("family", *listing.COLUMNS)])
    for acts in listing.everything(body, asked, MOST_ROWS):
        yield _written(
            [(act.family, *(_cell(act.values[name]) for name in listing.COLUMNS)) for act in acts]
        )


def _written(rows: list[tuple[str, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    return guarded(value) if isinstance(value, str) else str(value)
