"""A figure: what a chart draws, the table of the same numbers, and where they are from."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from markupsafe import Markup

from ckanext.greekmunicipal.views import formats
from ckanext.greekmunicipal.views.budget import wording
from ckanext.greekmunicipal.views.budget.published import Unit

TEXT, CODE, AMOUNT, SHARE, NUMBER, CHANGE = "text", "code", "amount", "share", "number", "change"
# Kinds of columns whose cells stand to the right.
NUMERIC = frozenset({AMOUNT, SHARE, NUMBER, CHANGE})
# Figures whose areas and rows lead down from level to level.
STEPS = frozenset({"tree", "services"})
_CENTS, _TENTHS = 2, 1
_IN_SCRIPT = {ord(mark): f"\\u{ord(mark):04x}" for mark in "<>&\u2028\u2029"}

Cell = Decimal | str | int | None


@dataclass(frozen=True)
class Column:
    """A column of a figure's table: its name in files, its title, what its cells are."""

    name: str
    title: str
    kind: str = AMOUNT


@dataclass(frozen=True)
class Row:
    """A row of a figure's table.

    Attributes:
        cells: in the order of the columns; None is unknown.
        href: where the first cell leads.
        note: said after the first cell.
        language: of the label, if it is not that of the page.
        is_total: the row sums the others.
    """

    cells: tuple[Cell, ...]
    href: str = ""
    note: str = ""
    language: str = ""
    is_total: bool = False


@dataclass(frozen=True)
class Source:
    """Where figures are from.

    Attributes:
        files: name of each, and its path in the portal; empty if it is not served.
        stored: day on which they were published here.
        check: what the checks say, in a few words.
        level: worst finding: ``error``, ``warning``, ``info`` or empty.
        findings: all of them: level and text.
    """

    files: tuple[tuple[str, str], ...]
    stored: dt.date
    check: str
    level: str
    findings: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Figure:
    """One figure of a page.

    Attributes:
        id: stable, in addresses.
        title: what it shows.
        description: how to read it.
        columns: of its table; the first names the row.
        rows: of its table.
        chart: ``treemap``, ``bars``, ``lines`` or ``sunburst``; empty without a chart.
        data: what the chart is drawn from, ready for JSON.
        sources: where the numbers are from.
        notes: what a reader must know.
        parameters: what it depends on beside year and period, for its addresses.
        path: the way down to what it shows, the whole first: label and address.
    """

    id: str
    title: str
    description: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    chart: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    notes: tuple[str, ...] = ()
    parameters: dict[str, str] = field(default_factory=dict)
    path: tuple[tuple[str, str], ...] = ()

    @property
    def leads_down(self) -> bool:
        """Whether its rows lead to its own next level."""
        return self.id in STEPS

    @property
    def json(self) -> Markup:
        """``data`` as it stands in a script element: no label can end the element."""
        text = json.dumps(self.data, ensure_ascii=False)
        return Markup(text.translate(_IN_SCRIPT))  # noqa: S704 - what could end it is escaped


def shown(cell: Cell, kind: str) -> str:
    """A cell as people read it in the language of the page."""
    if cell is None:
        return "–"
    if isinstance(cell, str) or kind in (TEXT, CODE):
        return str(cell)
    if kind == SHARE:
        # Rounded here, so that no small loss is «-0».
        percent = (Decimal(cell) * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
        return formats.number(percent or Decimal(0), _TENTHS) + " %"
    if kind == NUMBER:
        return formats.number(cell)
    text = formats.number(cell, _CENTS)
    return f"+{text}" if kind == CHANGE and cell > 0 else text


def plain(cell: Cell, kind: str) -> str:
    """A cell as programs read it: amounts with a point and two digits, shares with four."""
    if cell is None:
        return ""
    if isinstance(cell, str) or kind in (TEXT, CODE, NUMBER):
        return str(cell)
    return format(Decimal(cell).quantize(Decimal("0.0001" if kind == SHARE else "0.01")), "f")


def amount(value: Decimal | None) -> str | None:
    """An amount in JSON: a decimal string."""
    return None if value is None else plain(value, AMOUNT)


def share(value: Decimal | None) -> str | None:
    """A share in JSON: 0.25 is a quarter."""
    return None if value is None else plain(value, SHARE)


def bars(
    categories: Sequence[tuple[str, str]],
    series: Sequence[tuple[str, str, Sequence[Decimal | None]]],
    beside: Sequence[tuple[str, str] | None] = (),
    **more: Any,
) -> dict[str, Any]:
    """Data of bars or lines.

    Args:
        categories: key and label of each place of the axis.
        series: key, label and EUR at each place.
        beside: what else is said of each place: name and text.
        more: further keys, as ``breaks``.
    """
    places: list[dict[str, Any]] = [{"id": key, "label": label} for key, label in categories]
    for place, said in zip(places, beside, strict=False):
        if said:
            place["more"] = [said]
    return {
        "unit": "EUR",
        "categories": places,
        "series": [
            {"id": key, "label": label, "values": [amount(value) for value in values]}
            for key, label, values in series
        ],
        **more,
    }


def of_units(units: Sequence[Unit]) -> tuple[Source, ...]:
    """Where figures are from, findings told in the language of the page."""
    greek = wording.is_greek()
    found = []
    for unit in units:
        level = next((each for each in ("error", "warning", "info") if unit.count(each)), "")
        found.append(
            Source(
                tuple((name, unit.originals.get(digest, "")) for name, digest in unit.files),
                unit.stored_at.date(),
                wording.check(level, unit.count(level)),
                level,
                tuple(
                    (str(each.get("level")), str(each["message_el" if greek else "message_en"]))
                    for each in unit.findings
                ),
            )
        )
    return tuple(found)
