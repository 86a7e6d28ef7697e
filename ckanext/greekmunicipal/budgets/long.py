"""The long form of the canonical table, and the classification of its accounts.

The long form has one row for each line and phase that has an amount, so that a pivot table or a
program needs no list of our phases. The names of the levels of an account stand in a table of their
own, one row an account, which the long form refers to.
"""

from __future__ import annotations

from collections.abc import Iterable

from ckanext.greekmunicipal.budgets.classification import Level, chart_of, kind_of, levels_of
from ckanext.greekmunicipal.budgets.records import Column
from ckanext.greekmunicipal.budgets.tables import read_table

CURRENCY = "EUR"
# The chart of 2004 has four levels, that of decree 54/2018 two.
DEPTH = 4

LONG_COLUMNS: tuple[Column, ...] = tuple(Column(**row) for row in read_table("long"))
ACCOUNT_COLUMNS: tuple[Column, ...] = tuple(Column(**row) for row in read_table("account_levels"))


def level_codes(account: str) -> tuple[str, ...]:
    """Codes of the levels of an account, as many as ``DEPTH``; empty where it has no such level."""
    return tuple(level.code for level in _padded(account))


def account_row(account: str) -> tuple[str, ...]:
    """Chart, levels with their names in Greek and English, and kind of an account.

    Args:
        account: four digits (chart of 2004) or seven (decree 54/2018).

    Returns:
        Values in the order of ``ACCOUNT_COLUMNS``.
    """
    kind = kind_of(account)
    names = (
        name for level in _padded(account) for name in (level.code, level.label_el, level.label_en)
    )
    return (
        account,
        chart_of(account),
        *names,
        *((kind.kind, kind.label_el, kind.label_en) if kind else ("", "", "")),
    )  # fmt: skip


def kind_name(account: str) -> str:
    """Why an account is not the municipality's own money; empty if it is."""
    kind = kind_of(account)
    return kind.kind if kind else ""


def account_rows(accounts: Iterable[str]) -> list[tuple[str, ...]]:
    """One row for each account that belongs to a chart, in the order of their codes."""
    return [account_row(account) for account in sorted(set(accounts)) if chart_of(account)]


def _padded(account: str) -> tuple[Level, ...]:
    levels = levels_of(account)
    return (*levels, *(Level("", "", "") for _ in range(DEPTH - len(levels))))
