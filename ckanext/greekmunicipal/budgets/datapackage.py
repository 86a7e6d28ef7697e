"""Descriptor of a budget as a data package: Table Schema and Fiscal Data Package column types.

Fiscal Data Package 1.0.0-rc1: the columns of phases are several measures of one row; ``normalize``
and ``extraFields`` tell how they unfold into one ``value`` with a ``phase:id``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ckanext.greekmunicipal.budgets.long import ACCOUNT_COLUMNS, LONG_COLUMNS
from ckanext.greekmunicipal.budgets.records import LINES_COLUMNS, PHASES, SIDES, Budget, Column

_TYPES = {"integer": "integer", "date": "date", "text": "string", "numeric": "number"}
_TAXONOMY = "https://specs.frictionlessdata.io/taxonomies/fiscal/budgets.json"
_CSV = {
    "profile": "tabular-data-resource",
    "format": "csv",
    "mediatype": "text/csv",
    "encoding": "utf-8",
    "dialect": {"delimiter": ",", "lineTerminator": "\n", "doubleQuote": True},
}
# Of all tables that the portal publishes of a municipality, unless their author says otherwise.
LICENCE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0 International",
}


def make_datapackage(budget: Budget, *, lines_path: str = "lines.csv") -> dict[str, Any]:
    """Descriptor of one budget.

    Args:
        budget: the budget as read.
        lines_path: where the table is, relative to the descriptor.
    """
    report = budget.report
    years = report["fiscal_years"]
    package: dict[str, Any] = {
        "name": "-".join(filter(None, ("budget", report["municipality"], *_ends(years)))),
        "title": " ".join(("Προϋπολογισμός", "–".join(_ends(years)))).strip(),
        "profile": "tabular-data-package",
        "countryCode": "GR",
        "granularity": "aggregated",
        "columnTypes": [_TAXONOMY, _own_types(LINES_COLUMNS)],
        "sources": [
            {"title": source["file"], "path": source["file"], "sha256": source["sha256"]}
            for source in report["files"]
        ],
        "resources": [_lines_resource(lines_path)],
    }
    if years:
        package["fiscalPeriod"] = {"start": f"{years[0]}-01-01", "end": f"{years[-1]}-12-31"}
    return package


def make_table_package(
    name: str,
    *,
    title: str,
    homepage: str,
    years: Sequence[int],
    sources: Iterable[dict[str, str]],
    lines_columns: Sequence[Column],
) -> dict[str, Any]:
    """Descriptor of the published table of a municipality and the files that are made of it.

    The files stand beside the descriptor: ``lines.csv`` (one column a phase), ``long.csv`` (one row
    a phase) and ``accounts.csv`` (levels, names and kind of each account, which ``long.csv`` refers
    to).

    Args:
        name: of the package: ASCII, lower case.
        title: Greek title.
        homepage: address of the page of the data.
        years: fiscal years, ascending.
        sources: ``title``, ``path`` and ``sha256`` of the original files.
        lines_columns: columns of ``lines.csv``.
    """
    lines = _lines_resource("lines.csv")
    lines["schema"]["fields"] = [_field(column) for column in lines_columns]
    long = _plain_resource("long", LONG_COLUMNS)
    long["schema"]["foreignKeys"] = [
        {
            "fields": ["account_code"],
            "reference": {"resource": "accounts", "fields": ["account_code"]},
        }
    ]
    accounts = _plain_resource("accounts", ACCOUNT_COLUMNS)
    accounts["schema"]["primaryKey"] = ["account_code"]
    package: dict[str, Any] = {
        "name": name,
        "title": title,
        "profile": "tabular-data-package",
        "homepage": homepage,
        "licenses": [LICENCE],
        "countryCode": "GR",
        "granularity": "aggregated",
        "columnTypes": [
            _TAXONOMY,
            _own_types((*lines_columns, *LONG_COLUMNS, *ACCOUNT_COLUMNS)),
        ],
        "sources": list(sources),
        "resources": [lines, long, accounts],
    }
    if years:
        package["fiscalPeriod"] = {"start": f"{years[0]}-01-01", "end": f"{years[-1]}-12-31"}
    return package


def _plain_resource(name: str, columns: Sequence[Column]) -> dict[str, Any]:
    """A CSV file beside the descriptor whose columns are no measures side by side."""
    return {
        "name": name,
        "path": f"{name}.csv",
        **_CSV,
        "schema": {"fields": [_field(column) for column in columns], "missingValues": [""]},
    }


def _ends(years: list[int]) -> list[str]:
    """First and last year, once if they are the same."""
    return [str(year) for year in dict.fromkeys((*years[:1], *years[-1:]))]


def _lines_resource(path: str) -> dict[str, Any]:
    return {
        "name": "lines",
        "path": path,
        **_CSV,
        "schema": {
            "fields": [_field(column) for column in LINES_COLUMNS],
            "missingValues": [""],
            "extraFields": [
                {
                    "name": "value",
                    "type": "number",
                    "columnType": "value",
                    "normalizationTarget": True,
                },
                {"name": "phase", "type": "string", "columnType": "phase:id"},
                {
                    "name": "currency",
                    "type": "string",
                    "columnType": "value-currency:code",
                    "constant": "EUR",
                },
            ],
        },
    }


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": _TYPES[column.type],
        "title": column.label_el,
        "description": column.label_en,
        "columnType": column.column_type,
    }
    if column.name in PHASES:
        field["normalize"] = {"phase": column.name}
    if column.name == "side":
        field["constraints"] = {"enum": list(SIDES)}
    return field


def _own_types(columns: Iterable[Column]) -> list[dict[str, str]]:
    """Our own column types, for what the budget taxonomy has no word for."""
    types = {
        column.column_type: _TYPES[column.type]
        for column in columns
        if column.column_type.startswith("provenance:")
    }
    return [{"name": name, "dataType": kind} for name, kind in types.items()]
