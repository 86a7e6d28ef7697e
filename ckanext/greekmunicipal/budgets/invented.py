"""Invented budgets: plausible, balanced, and the same for the same seed.

For the demonstration, for tests and for benchmarks; no figure of a real municipality is in them.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

from ckanext.greekmunicipal.budgets.codes import KAE, accounts, services
from ckanext.greekmunicipal.budgets.records import EXPENDITURE, PHASE_INDEX, PHASES, REVENUE
from ckanext.greekmunicipal.budgets.tables import read_table
from ckanext.greekmunicipal.municipalities import Municipality

# EUR a resident; small places have more, since fixed costs are spread over fewer people.
_PER_RESIDENT = 850
_FIXED = 2_500_000
_DETAILS = (
    "", "", "", "", "Δημοτική Ενότητα Α΄", "Δημοτική Ενότητα Β΄", "Άδεια και σύμβαση 2ου έτους",
    "συνεχιζόμενη δαπάνη", "Α΄ φάση", "χρηματοδότηση ΣΑΤΑ", "λοιπές ανάγκες",
)  # fmt: skip


@dataclass(frozen=True)
class InventedLine:
    """One invented line; ``cents`` has one amount for each phase, None where it has none."""

    side: str
    service_code: str
    account_code: str
    sub_account: str
    label: str
    cents: tuple[int | None, ...]

    def amount(self, phase: str) -> int | None:
        """Cents of one phase."""
        return self.cents[PHASE_INDEX[phase]]


def truth(
    municipality: Municipality, year: int, seed: int, period_end: dt.date | None = None
) -> tuple[InventedLine, ...]:
    """The lines of an invented budget, revenue first, in the order of their codes.

    The initial amounts of the two sides are equal, and no amount exceeds the phase before it.

    Args:
        municipality: gives the size, by its population.
        year: fiscal year.
        seed: other seeds give other budgets.
        period_end: last day of the execution figures; None for a budget as voted.
    """
    random_ = random.Random(f"{municipality.slug}/{year}/{seed}")  # noqa: S311 - no secret
    residents = municipality.population_2021 or 10_000
    total = (_FIXED + _PER_RESIDENT * residents) // 1000 * 1000 * 100
    revenue = _split_side(random_, REVENUE, total, residents)
    spending = _split_side(random_, EXPENDITURE, total * 99 // 100, residents)
    reserve = sum(line[-1] for line in revenue) - sum(line[-1] for line in spending)
    spending.append((EXPENDITURE, "00", "9111", "001", accounts()["9111"], reserve))
    elapsed = 0.0
    if period_end is not None:
        elapsed = (period_end - dt.date(year, 1, 1)).days / 365
    return tuple(
        InventedLine(*line[:5], _phases(random_, line[0], line[5], elapsed))
        for line in sorted(revenue) + sorted(spending)
    )


_Draft = tuple[str, str, str, str, str, int]


def _split_side(random_: random.Random, side: str, total: int, residents: int) -> list[_Draft]:
    rows = [row for row in read_table("invented") if row["side"] == side]
    shares = sum(int(row["share"]) for row in rows)
    known = accounts(KAE)
    kinds, parts = (3, 1) if residents < 10_000 else (3, 2) if residents < 60_000 else (5, 2)
    drafts: list[_Draft] = []
    for row in rows:
        codes = [code for code in known if len(code) == 4 and code.startswith(row["group"])]
        money = total * int(row["share"]) // shares
        places = [
            (service, code)
            for service in (row["services"].split() or [""])
            for code in sorted(random_.sample(codes, min(len(codes), kinds)))
        ]
        keys = [(*place, f"{number:03}") for place in places for number in range(1, parts + 1)]
        weights = [random_.paretovariate(1.3) for _key in keys]
        for (service, code, sub), weight in zip(keys, weights, strict=True):
            cents = int(money * weight / sum(weights))
            cents = cents // 10_000 * 10_000 if random_.random() < 0.7 else cents
            drafts.append((side, service, code, sub, _label(random_, known[code]), cents))
    return drafts


def _label(random_: random.Random, account: str) -> str:
    detail = random_.choice(_DETAILS)
    return f"{account} - {detail}" if detail else account


def _phases(
    random_: random.Random, side: str, initial: int, elapsed: float
) -> tuple[int | None, ...]:
    """All phases of a line; a budget as voted (nothing elapsed) has only the initial amount."""
    cents: dict[str, int] = {"initial": initial}
    if elapsed > 0:
        amendments = 0
        if random_.random() < 0.25:
            amendments = int(initial * random_.uniform(-0.5, 0.6)) + random_.choice((0, 125_000))
        cents["amendments"] = amendments
        cents["revised"] = revised = initial + amendments
        if side == REVENUE:
            cents["assessed"] = int(revised * elapsed * random_.uniform(0.7, 1.1))
            cents["collected"] = int(cents["assessed"] * random_.uniform(0.5, 1.0))
        else:
            cents["committed"] = int(revised * min(1.0, 0.3 + elapsed) * random_.uniform(0.5, 1))
            cents["ordered"] = int(cents["committed"] * random_.uniform(0, elapsed))
            cents["paid"] = int(cents["ordered"] * random_.uniform(0.7, 1))
    return tuple(cents.get(phase) for phase in PHASES)


def service_name(code: str) -> str:
    """Name of a service of the 2004 chart."""
    return services().get(code, "")
