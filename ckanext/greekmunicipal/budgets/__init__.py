"""Municipal budgets: files of any layout to checked lines; imports no CKAN."""

from ckanext.greekmunicipal.budgets.errors import MixedCharts, UnreadableBudget
from ckanext.greekmunicipal.budgets.reader import read_budget
from ckanext.greekmunicipal.budgets.records import (
    LINES_COLUMNS,
    PHASES,
    SIDES,
    Budget,
    BudgetLine,
    Column,
    Finding,
)
from ckanext.greekmunicipal.budgets.writing import (
    line_values,
    write_all,
    write_datapackage,
    write_lines_csv,
    write_report,
)

__all__ = [
    "LINES_COLUMNS",
    "PHASES",
    "SIDES",
    "Budget",
    "BudgetLine",
    "Column",
    "Finding",
    "MixedCharts",
    "UnreadableBudget",
    "line_values",
    "read_budget",
    "write_all",
    "write_datapackage",
    "write_lines_csv",
    "write_report",
]
