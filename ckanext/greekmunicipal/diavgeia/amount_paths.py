"""Where the money of each decision type stands in ``extraFieldValues``.

The table ``data/amount_paths.csv`` is the only place that knows it. Its columns: ``total`` the
object with the amount of the whole act; ``role`` the list whose items become lines; ``party``,
``amount``, ``kae``, ``cpv`` the fields of an item (``.`` the item itself, ``/x`` the field ``x`` of
the act); ``alone`` the role of the one line that carries total, codes and no party when the act
names nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ckanext.greekmunicipal.diavgeia.tables import table


class LinePath(NamedTuple):
    """One list of an act that becomes lines; the fields are the columns of the table."""

    role: str
    party: str
    amount: str
    kae: str
    cpv: str


@dataclass(frozen=True)
class AmountPaths:
    """Paths of one decision type."""

    total: str = ""
    alone: str = ""
    kae: str = ""
    cpv: str = ""
    lines: tuple[LinePath, ...] = ()


NOTHING = AmountPaths()


def _read() -> dict[str, AmountPaths]:
    paths: dict[str, AmountPaths] = {}
    for row in table("amount_paths"):
        before = paths.get(row["decision_type"], NOTHING)
        line = LinePath(row["role"], row["party"], row["amount"], row["kae"], row["cpv"])
        paths[row["decision_type"]] = AmountPaths(
            total=row["total"],
            alone=row["alone"],
            kae=row["kae"],
            cpv=row["cpv"],
            lines=before.lines + ((line,) if row["role"] else ()),
        )
    return paths


AMOUNT_PATHS: dict[str, AmountPaths] = _read()
