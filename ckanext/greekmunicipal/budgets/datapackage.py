"""Descriptor of a budget as a data package: Table Schema and Fiscal Data Package column types.

Fiscal Data Package 1.0.0-rc1: the columns of phases are several measures of one row; ``normalize``
and ``extraFields`` tell how they unfold into one ``value`` with a ``phase:id``.
"""

from __future__ import annotations

from typing import Any

from ckanext.greekmunicipal.budgets.records import LINES_COLUMNS, PHASES, SIDES, Budget, Column

_TYPES = {"integer": "integer", "date": "date", "text": "string", "numeric": "number"}
_TAXONOMY = "https://specs.frictionlessdata.io/taxonomies/fiscal/budgets.json"


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
        "columnTypes": [_TAXONOMY, _provenance_types()],
        "sources": [
            {"title": source["file"], "path": source["file"], "sha256": source["sha256"]}
            for source in report["files"]
        ],
        "resources": [_lines_resource(lines_path)],
    }
    if years:
        package["fiscalPeriod"] = {"start": f"{years[0]}-01-01", "end": f"{years[-1]}-12-31"}
    return package


def _ends(years: list[int]) -> list[str]:
    """First and last year, once if they are the same."""
    return [str(year) for year in dict.fromkeys((*years[:1], *years[-1:]))]


def _lines_resource(path: str) -> dict[str, Any]:
    return {
        "name": "lines",
        "path": path,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "doubleQuote": True},
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


def _provenance_types() -> list[dict[str, str]]:
    """Our own column types, for what the budget taxonomy has no word for."""
    return [
        {"name": column.column_type, "dataType": _TYPES[column.type]}
        for column in LINES_COLUMNS
        if column.column_type.startswith("provenance:")
    ]
