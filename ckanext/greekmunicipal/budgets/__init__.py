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
    "read_budget",
]
