"""Errors of the budget reader: each says what was read, where, what was expected, what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ckanext.greekmunicipal.tabular.errors import UnreadableTable


class UnreadableBudget(UnreadableTable):
    """The file cannot be read as a budget at all; nothing of it is used."""


class MixedCharts(UnreadableBudget):
    """One budget with codes of both charts of accounts."""


@contextmanager
def as_budget() -> Iterator[None]:
    """Tell what is wrong with a table as what is wrong with a budget.

    Raises:
        UnreadableBudget: in the place of :class:`UnreadableTable`.
    """
    try:
        yield
    except UnreadableBudget:
        raise
    except UnreadableTable as error:
        raise UnreadableBudget(error.file, error.found, error.expected, error.advice) from error
