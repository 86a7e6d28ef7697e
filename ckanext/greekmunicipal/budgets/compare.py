"""Comparing budgets: over years with their breaks, by inhabitant, with others of like size.

Pure functions. Figures are never joined over a break without saying so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from ckanext.greekmunicipal.budgets.summary import Amounts
from ckanext.greekmunicipal.budgets.tables import read_table

_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Break:
    """Why figures before a year do not speak of the same as those since.

    Attributes:
        id: stable key: ``chart``, ``body`` or one of ``tables/breaks.csv``.
        year: first fiscal year of what came after.
        severs: figures are drawn and compared apart; else it is only marked.
        label_el: what happened, in Greek.
        label_en: the same in English.
    """

    id: str
    year: int
    severs: bool
    label_el: str
    label_en: str


@dataclass(frozen=True)
class PopulationClass:
    """Municipalities of like size. Ours, for comparing only: no law has these classes.

    Attributes:
        id: stable key.
        least: inhabitants of the smallest.
        label_el: Greek name.
        label_en: English name.
    """

    id: str
    least: int
    label_el: str
    label_en: str


@dataclass(frozen=True)
class Mean:
    """Mean of what is known of several municipalities.

    Attributes:
        amount: EUR, to the cent.
        count: municipalities that it is made of.
    """

    amount: Decimal
    count: int


@dataclass(frozen=True)
class Debt:
    """Accounts that tell of debt or arrears.

    Attributes:
        item: stable key.
        chart: chart of accounts.
        side: side of the budget.
        accounts: prefixes of the accounts.
        label_el: Greek name.
        label_en: English name.
    """

    item: str
    chart: str
    side: str
    accounts: tuple[str, ...]
    label_el: str
    label_en: str


@lru_cache(maxsize=1)
def population_classes() -> tuple[PopulationClass, ...]:
    """All classes, the smallest first."""
    return tuple(
        PopulationClass(row["class"], int(row["from"]), row["label_el"], row["label_en"])
        for row in read_table("population_classes")
    )


def class_of(inhabitants: int) -> PopulationClass:
    """Class of a municipality of so many inhabitants."""
    return [each for each in population_classes() if each.least <= inhabitants][-1]


@lru_cache(maxsize=1)
def debts() -> tuple[Debt, ...]:
    """Accounts of debt and arrears of both charts."""
    return tuple(
        Debt(
            row["item"],
            row["chart"],
            row["side"],
            tuple(row["accounts"].split("|")),
            row["label_el"],
            row["label_en"],
        )
        for row in read_table("debts")
    )


def breaks(
    charts: Mapping[int, str],
    established: int | None = None,
    abolished: Iterable[tuple[int, str]] = (),
) -> list[Break]:
    """Breaks between the years of a municipality, in their order.

    Args:
        charts: chart of accounts by fiscal year; empty where it is unknown.
        established: year since which the municipality exists as it is.
        abolished: bodies that it supervised and that ended: the first year without them, the name.

    Returns:
        Those that have figures on both of their sides.
    """
    years = sorted(charts)
    found = [
        Break(
            row["break"], int(row["year"]), row["severs"] == "yes", row["label_el"], row["label_en"]
        )
        for row in read_table("breaks")
        if row["applies"] == "all" or established == int(row["year"])
    ]
    found += [
        Break(
            "body",
            year,
            False,
            f"Καταργήθηκε ο φορέας «{name}»: έσοδα και έξοδά του μπορεί να πέρασαν στον δήμο.",
            f"The body “{name}” was abolished: its revenue and spending may have moved to the"
            " municipality.",
        )
        for year, name in abolished
    ]
    for before, after in zip(years, years[1:], strict=False):
        if charts[before] and charts[after] and charts[before] != charts[after]:
            found.append(_of_charts(after))
    first, last = (years[0], years[-1]) if years else (0, 0)
    return sorted(
        (each for each in found if first < each.year <= last), key=lambda each: (each.year, each.id)
    )


def _of_charts(year: int) -> Break:
    return Break(
        "chart",
        year,
        True,
        "Άλλαξε το λογιστικό σχέδιο (π.δ. 54/2018): οι κωδικοί δεν συγκρίνονται με τους παλαιούς.",
        "The chart of accounts changed (presidential decree 54/2018): codes do not compare with the"
        " old ones.",
    )


def severed(found: Sequence[Break], before: int, after: int) -> list[Break]:
    """Breaks between two years over which figures are not joined."""
    return [each for each in found if each.severs and before < each.year <= after]


def per_inhabitant(amount: Decimal | None, inhabitants: int | None) -> Decimal | None:
    """EUR for each inhabitant, to the cent; None if either is unknown."""
    if amount is None or not inhabitants:
        return None
    return (amount / inhabitants).quantize(_CENT, ROUND_HALF_UP)


def per_inhabitant_all(amounts: Amounts, inhabitants: int | None) -> Amounts:
    """EUR for each inhabitant by phase."""
    found = {phase: per_inhabitant(amount, inhabitants) for phase, amount in amounts.items()}
    return {phase: amount for phase, amount in found.items() if amount is not None}


def mean(amounts: Iterable[Decimal | None]) -> Mean | None:
    """Mean of the known amounts: each counts the same; None if none is known."""
    known = [amount for amount in amounts if amount is not None]
    if not known:
        return None
    total = sum(known, Decimal(0))
    return Mean((total / len(known)).quantize(_CENT, ROUND_HALF_UP), len(known))


def difference(before: Decimal | None, after: Decimal | None) -> Decimal | None:
    """After less before; None if either is unknown."""
    return None if before is None or after is None else after - before


def growth(before: Decimal | None, after: Decimal | None) -> Decimal | None:
    """Change as a share of before: 0.1 is ten percent more; None if unknown or from nothing."""
    change = difference(before, after)
    return None if change is None or not before else change / abs(before)
