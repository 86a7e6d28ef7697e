"""The files that a budget becomes: lines.csv, report.json, datapackage.json."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO

from ckanext.greekmunicipal.budgets.datapackage import make_datapackage
from ckanext.greekmunicipal.budgets.records import LINES_COLUMNS, Budget, BudgetLine
from ckanext.greekmunicipal.formulas import guarded


def line_values(line: BudgetLine) -> tuple[Any, ...]:
    """Values of a line in the order of ``LINES_COLUMNS``; flags joined by ``;``."""
    return (*(getattr(line, column.name) for column in LINES_COLUMNS[:-1]), ";".join(line.flags))


def write_lines_csv(lines: Iterable[BudgetLine], target: Path | TextIO) -> None:
    """Write the canonical table: UTF-8, comma, a point and two digits, empty for unknown.

    A text that a spreadsheet would run as a formula is prefixed with an apostrophe.
    """
    if isinstance(target, Path):
        with target.open("w", encoding="utf-8", newline="") as stream:
            write_lines_csv(lines, stream)
        return
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow([column.name for column in LINES_COLUMNS])
    writer.writerows([_cell(value) for value in line_values(line)] for line in lines)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return guarded(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return str(value)


def write_report(budget: Budget, path: Path) -> None:
    """Write the report as JSON."""
    _write_json(budget.report, path)


def write_datapackage(budget: Budget, path: Path, *, lines_path: str = "lines.csv") -> None:
    """Write the descriptor of the data package beside the lines."""
    _write_json(make_datapackage(budget, lines_path=lines_path), path)


def write_all(budget: Budget, folder: Path) -> None:
    """Write the three files into one folder, which is made if it is absent."""
    folder.mkdir(parents=True, exist_ok=True)
    write_lines_csv(budget.lines, folder / "lines.csv")
    write_report(budget, folder / "report.json")
    write_datapackage(budget, folder / "datapackage.json")


def _write_json(content: dict[str, Any], path: Path) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=2)
    path.write_text(f"{text}\n", encoding="utf-8")
