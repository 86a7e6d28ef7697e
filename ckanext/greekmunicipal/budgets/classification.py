"""Levels of the charts of accounts, and groups that a share of the whole must leave apart.

The chart of 2004 (joint ministerial decision 7028/2004) has four levels, one digit each. Of the chart
of decree 54/2018 only the two-digit groups are known here; their labels are provisional.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from ckanext.greekmunicipal.budgets.codes import (
    KAE,
    PD54,
    account_label,
    account_label_en,
    accounts,
)
from ckanext.greekmunicipal.budgets.tables import read_table
from ckanext.greekmunicipal.greek import fold

# Digits of the account that make a level.
LEVELS = {KAE: (1, 2, 3, 4), PD54: (2, 7)}
_KAE_DIGITS = 4
_PD54_DIGITS = 7


@dataclass(frozen=True)
class Level:
    """One level of an account: its code and names; ``label_en`` is empty below the second."""

    code: str
    label_el: str
    label_en: str


@dataclass(frozen=True)
class Kind:
    """Why a group of accounts does not count as the municipality's own money.

    Attributes:
        kind: ``pass-through`` (collected for others and handed over), ``notional`` (no money
            moves), ``balance`` (carried over) or ``reserve`` (moved to other codes first).
        label_el: Greek name.
        label_en: English name.
    """

    kind: str
    label_el: str
    label_en: str


@dataclass(frozen=True)
class Fee:
    """A service that a fee of its own pays for (ανταποδοτική υπηρεσία).

    Attributes:
        id: stable key.
        revenue: prefixes of the accounts of the fee.
        services: codes of the services that it pays for.
        words: folded beginnings of words, one of which stands in the name of such a service.
        label_el: Greek name.
        label_en: English name.
    """

    id: str
    revenue: tuple[str, ...]
    services: tuple[str, ...]
    words: tuple[str, ...]
    label_el: str
    label_en: str

    def pays_for(self, code: str, name: str) -> bool:
        """Whether it pays for a service.

        A code alone does not tell: Athens counts departments of its own, of which 45 is that of
        parks, not of cemeteries. A service without a name is taken for what the code means by law.
        """
        if code not in self.services:
            return False
        folded = fold(name)
        return not folded or any(word in folded for word in self.words)


_KINDS = {
    (row["chart"], row["prefix"]): Kind(row["kind"], row["label_el"], row["label_en"])
    for row in read_table("kinds")
}


def chart_of(account: str) -> str:
    """Chart of an account by the number of its digits, empty if it belongs to none."""
    return {_KAE_DIGITS: KAE, _PD54_DIGITS: PD54}.get(len(account), "")


@lru_cache(maxsize=8192)
def levels_of(account: str) -> tuple[Level, ...]:
    """Levels of an account from the widest to the account itself.

    Args:
        account: four digits (chart of 2004) or seven (decree 54/2018); other codes have no levels.
    """
    chart = chart_of(account)
    known = accounts(chart) if chart else {}
    found = []
    for digits in LEVELS.get(chart, ()):
        code = account[:digits]
        label = known.get(code) or account_label(chart, code)[0]
        found.append(Level(code, label, account_label_en(chart, code)))
    return tuple(found)


@lru_cache(maxsize=8192)
def kind_of(account: str) -> Kind | None:
    """Kind of an account by its longest prefix in the table; None for the municipality's own."""
    chart = chart_of(account)
    for digits in range(len(account), 0, -1):
        if found := _KINDS.get((chart, account[:digits])):
            return found
    return None


@lru_cache(maxsize=4)
def fees(chart: str = KAE) -> tuple[Fee, ...]:
    """Fees with a service of their own."""
    return tuple(
        Fee(
            row["fee"],
            tuple(filter(None, row["revenue"].split("|"))),
            tuple(filter(None, row["services"].split("|"))),
            tuple(filter(None, row["words"].split("|"))),
            row["label_el"],
            row["label_en"],
        )
        for row in read_table("fees")
        if row["chart"] == chart and row["revenue"]
    )


def chart_of_lines(accounts_of_lines: Iterable[str]) -> str:
    """Chart of a budget: that of its first account that has one."""
    return next((chart for account in accounts_of_lines if (chart := chart_of(account))), "")
