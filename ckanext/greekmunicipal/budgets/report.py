"""The public report of a budget, ready for JSON: amounts as strings, dates in ISO form."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from operator import attrgetter
from typing import Any

from ckanext.greekmunicipal.budgets.records import (
    AMOUNTS_AT,
    PHASES,
    SIDES,
    BudgetLine,
    Finding,
    RowCounts,
)
from ckanext.greekmunicipal.budgets.scan import Scan
from ckanext.greekmunicipal.budgets.sources import Source

_Sums = dict[str, dict[str, Decimal]]


def make_report(
    sources: list[Source],
    scans: list[Scan],
    lines: list[BudgetLine],
    findings: list[Finding],
    chart: str | None,
    counts: RowCounts,
    municipality: str | None,
) -> dict[str, Any]:
    """Put the report together; its keys are public (see the interface page)."""
    years = sorted(set(map(attrgetter("fiscal_year"), lines)) - {None})
    ends = set(map(attrgetter("period_end"), lines))
    end = next(iter(ends)) if len(ends) == 1 else None
    sides = set(map(attrgetter("side"), lines))
    sums = _sums(lines)
    report: dict[str, Any] = {
        "file": _joined([source.file for source in sources]),
        "sha256": _joined([source.sha256 for source in sources]),
        "format": _joined_once([source.format for source in sources]),
        "encoding": _joined_once([source.encoding for source in sources]),
        "delimiter": _joined_once([source.delimiter for source in sources]),
        "files": [
            {
                "file": source.file,
                "sha256": source.sha256,
                "format": source.format,
                "encoding": source.encoding,
                "delimiter": source.delimiter,
                "sheets": [grid.sheet for grid in source.grids if grid.sheet],
            }
            for source in sources
        ],
        "municipality": municipality,
        "sheets": [grid.sheet for source in sources for grid in source.grids if grid.sheet],
        "columns": _columns(sources, scans),
        "chart": chart,
        "sides": [side for side in SIDES if side in sides],
        "fiscal_years": years,
        "period_end": end.isoformat() if end else None,
        "lines": _line_counts(lines),
        "totals": _totals(_over_years(sums)),
        "rows": dict(vars(counts)),
        "findings": [_finding(found) for found in findings],
    }
    if len(years) > 1:
        report["years"] = _years(lines, sums)
    return report


def _joined(values: list[str]) -> str:
    return ";".join(values)


def _joined_once(values: list[str | None]) -> str | None:
    """One value if all files agree, else all of them; None if none has one."""
    known = list(dict.fromkeys(value for value in values if value is not None))
    if len(known) <= 1:
        return known[0] if known else None
    return " ".join(known)


def _columns(sources: list[Source], scans: list[Scan]) -> list[dict[str, Any]]:
    files = {id(grid): source.file for source in sources for grid in source.grids}
    return [
        {
            "file": files[id(found.grid)],
            "sheet": found.grid.sheet,
            "index": column.index,
            "header": column.header,
            "meaning": column.meaning,
        }
        for found in scans
        for layout in found.layouts
        for column in layout.columns
    ]


def _line_counts(lines: list[BudgetLine]) -> dict[str, int]:
    counts = Counter(map(attrgetter("side"), lines))
    counts["unknown"] = counts.pop("", 0)
    return {side: counts[side] for side in (*SIDES, "unknown") if counts[side]}


def _sums(lines: list[BudgetLine]) -> dict[int | None, _Sums]:
    """Sums by year, side and phase of lines whose account is known."""
    alike: dict[tuple[int | None, str], list[tuple[Any, ...]]] = defaultdict(list)
    for line in lines:
        if line.side and line.account_code:
            alike[line.fiscal_year, line.side].append(line[AMOUNTS_AT])
    years: dict[int | None, _Sums] = {}
    for (year, side), rows in alike.items():
        years.setdefault(year, {})[side] = {
            phase: sum(known, Decimal("0.00"))
            for phase, column in zip(PHASES, zip(*rows, strict=True), strict=True)
            if (known := [amount for amount in column if amount is not None])
        }
    return years


def _over_years(years: dict[int | None, _Sums]) -> _Sums:
    whole: _Sums = {}
    for sums in years.values():
        for side, phases in sums.items():
            for phase, amount in phases.items():
                total = whole.setdefault(side, {})
                total[phase] = total.get(phase, Decimal("0.00")) + amount
    return whole


def _totals(sums: _Sums) -> dict[str, dict[str, str]]:
    """Totals as text; a phase without any value has no total."""
    return {
        side: {phase: str(sums[side][phase]) for phase in PHASES if phase in sums[side]}
        for side in SIDES
        if side in sums
    }


def _years(lines: list[BudgetLine], sums: dict[int | None, _Sums]) -> dict[str, Any]:
    by_year: dict[int, list[BudgetLine]] = defaultdict(list)
    for line in lines:
        if line.fiscal_year is not None:
            by_year[line.fiscal_year].append(line)
    return {
        str(year): {"lines": _line_counts(by_year[year]), "totals": _totals(sums.get(year, {}))}
        for year in sorted(by_year)
    }


def _finding(found: Finding) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "level": found.level,
        "rule": found.rule,
        "message_el": found.message_el,
        "message_en": found.message_en,
        "rows": list(found.rows),
    }
    if found.file:
        shown["file"] = found.file
    if found.sheet:
        shown["sheet"] = found.sheet
    return shown
