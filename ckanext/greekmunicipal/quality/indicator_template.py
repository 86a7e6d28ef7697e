"""The table of an indicator for people and for programs: a CSV to fill in, a Table Schema.

The CSV is made for the spreadsheet of a Greek office. It starts with a byte order mark, without
which Excel reads Greek as Latin letters. Fields are parted by a semicolon and decimals written with
a comma, as Windows with Greek settings expects: with commas Excel would show one single column, and
take ``48000.00`` for a text or a date. Cells with code words stand for booleans, since Excel with
Greek settings writes ``ΑΛΗΘΕΣ``.
"""

from __future__ import annotations

import codecs
import csv
import io
from typing import Any

from ckanext.greekmunicipal.formulas import guarded
from ckanext.greekmunicipal.quality.indicators import Column, Indicator

DELIMITER = ";"
DECIMAL = ","
# Types of Table Schema (Frictionless) for ours.
_TYPES = {
    "text": "string",
    "integer": "integer",
    "numeric": "number",
    "date": "date",
    "timestamptz": "datetime",
    "boolean": "boolean",
}


def template_csv(indicator: Indicator) -> bytes:
    """The columns of an indicator and one invented row, as a CSV file for Greek Excel."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=DELIMITER, lineterminator="\r\n")
    writer.writerow(column.id for column in indicator.columns)
    writer.writerow(_cell(column) for column in indicator.columns)
    return codecs.BOM_UTF8 + text.getvalue().encode()


def table_schema(indicator: Indicator, language: str) -> dict[str, Any]:
    """The columns as a Table Schema of the Frictionless standards.

    Args:
        indicator: whose columns.
        language: ``el`` or ``en``, for titles and descriptions.
    """
    return {
        "name": indicator.id,
        "title": indicator.label(language),
        "description": indicator.description(language),
        "fields": [_field(column, language) for column in indicator.columns],
        "missingValues": [""],
    }


def _cell(column: Column) -> str:
    if column.type == "numeric":
        return column.example.replace(".", DECIMAL)
    return guarded(column.example)


def _field(column: Column, language: str) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.id,
        "type": _TYPES[column.type],
        "title": column.label(language),
    }
    if description := column.description(language):
        field["description"] = description
    if column.example:
        field["example"] = column.example
    if column.required:
        field["constraints"] = {"required": True}
    return field
