"""Entries of a file understood together: decimal marks, chart of accounts, codes, services."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import lru_cache

from ckanext.greekmunicipal.budgets import amounts
from ckanext.greekmunicipal.budgets.codes import (
    GROUP,
    KAE,
    LEAF,
    PD54,
    Code,
    account_label,
    service_code_of,
    side_of,
)
from ckanext.greekmunicipal.budgets.errors import MixedCharts
from ckanext.greekmunicipal.budgets.layout import Layout
from ckanext.greekmunicipal.budgets.records import EXPENDITURE, PHASES
from ckanext.greekmunicipal.budgets.scan import RAW, Entry, Scan

_YEAR = re.compile(r"(?:19|20)\d\d")
_MOST = float(amounts.MAX_FLOAT)
_SUB_PARTS = re.compile(r"[.\-]")


def read_amounts(scans: list[Scan]) -> None:
    """Fill the cents of all entries; the decimal mark is decided by column."""
    doubtful = [(scan, entry) for scan in scans for entry in scan.entries if not _read_plain(entry)]
    if doubtful:
        marks = _marks(scans)
        for scan, entry in doubtful:
            _read_entry(scan, entry, marks)
    # A large file has millions of cells, and nobody looks at these again.
    for scan in scans:
        for entry in scan.entries:
            row, layout = entry.row, entry.layout
            if layout.only_amounts_after is not None:
                row.cells = row.cells[: layout.only_amounts_after]
                continue
            for _phase, at in layout.phases:
                if at < len(row.cells):
                    row.cells[at] = None


def _marks(scans: list[Scan]) -> dict[tuple[int, Layout], str]:
    """Decimal marks of the columns."""
    by_column: dict[tuple[int, Layout], Counter[str]] = {}
    whole: Counter[str] = Counter()
    for scan in scans:
        rows_of: dict[Layout, list[list[object]]] = defaultdict(list)
        for entry in scan.entries:
            rows_of[entry.layout].append(entry.row.cells)
        for layout, rows in rows_of.items():
            for _phase, at in layout.phases:
                found = amounts.marks(cells[at] for cells in rows if at < len(cells))
                by_column[at, layout] = found
                whole += found
    return {key: amounts.decide(found, whole) for key, found in by_column.items()}


def _read_plain(entry: Entry) -> bool:
    """Read a row of typed numbers and usual amounts; False if a cell needs more than that."""
    cents: list[int | None] = [None] * len(PHASES)
    cells = entry.row.cells
    width = len(cells)
    for phase, at in entry.layout.phases:
        if at >= width:
            continue
        cell = cells[at]
        if type(cell) is float:
            # As number_to_cents, without the call: nearly all cells of workbooks are such.
            if not -_MOST < cell < _MOST:
                return False
            near = round(cell * 100)
            if near / 100 != cell and not -0.01 <= cell * 100 - near <= 0.01:
                return False
            cents[phase] = near
        elif cell is None or cell == "":
            continue
        elif type(cell) is str and (usual := amounts.usual_cents(cell)) is not None:
            cents[phase] = usual
        else:
            return False
    entry.cents = cents
    return True


def _read_entry(scan: Scan, entry: Entry, marks: dict[tuple[int, Layout], str]) -> None:
    cents: list[int | None] = [None] * len(PHASES)
    cells = entry.row.cells
    for phase, at in entry.layout.phases:
        cell = cells[at] if at < len(cells) else None
        if cell is None or cell == "":
            continue
        try:
            if isinstance(cell, str):
                cents[phase], rounded = amounts.text_to_cents(cell, marks[at, entry.layout])
                if amounts.kind_of(cell) == amounts.AMBIGUOUS:
                    _flag(scan, entry, "amount-ambiguous")
            elif isinstance(cell, bool):
                raise amounts.NotAnAmount(str(cell))
            else:
                cents[phase], rounded = amounts.number_to_cents(cell)
        except amounts.NotAnAmount:
            _flag(scan, entry, "amount-not-understood")
            continue
        if rounded:
            _flag(scan, entry, "amount-rounded")
    entry.cents = cents


def _flag(scan: Scan, entry: Entry, rule: str) -> None:
    entry.flags += (rule,)
    scan.problem(rule, entry.row.number)


def decide_chart(files: list[tuple[str, list[Scan]]]) -> str | None:
    """The chart of accounts of a budget, by the shape of its codes; None if they have none.

    Raises:
        MixedCharts: lines of both charts.
    """
    seen: dict[str, tuple[str, int, str]] = {}
    leaves = raw = 0
    for file, scans in files:
        new_chart = any(_is_leaf_of(entry, PD54) for scan in scans for entry in scan.entries)
        for scan in scans:
            for entry in scan.entries:
                raw += entry.kind == RAW
                if new_chart:
                    _as_group_of_new_chart(entry)
                if entry.kind == LEAF and entry.code:
                    leaves += 1
                    seen.setdefault(entry.code.chart, (file, entry.row.number, entry.code_text))
    if len(seen) > 1:
        (old_file, old_row, old), (new_file, new_row, new) = seen[KAE], seen[PD54]
        raise MixedCharts(
            new_file,
            f"it mixes two charts of accounts: {old} ({old_file}, row {old_row}) and {new} "
            f"({new_file}, row {new_row}).",
            "codes of one chart: 7028/2004 («00-6031.001») or 54/2018 («010.2130102»).",
            "Give the budgets of the two charts as separate files.",
        )
    return next(iter(seen)) if leaves > raw else None


def _is_leaf_of(entry: Entry, chart: str) -> bool:
    return entry.kind == LEAF and entry.code is not None and entry.code.chart == chart


def _as_group_of_new_chart(entry: Entry) -> None:
    """«010.1310» in a file of the new chart is a group of it and no line of the old one."""
    code = entry.code
    if (
        entry.kind == LEAF
        and code
        and code.chart == KAE
        and len(code.service) == 3
        and not code.sub
    ):
        entry.kind = GROUP
        entry.code = code._replace(chart=PD54, kind=GROUP)


def all_raw(scans: list[Scan]) -> None:
    """Keep every coded row as it is: the codes belong to another body."""
    for scan in scans:
        for entry in scan.entries:
            if entry.kind in (LEAF, GROUP):
                entry.kind = RAW


def take_codes(scan: Scan) -> None:
    """Take service, account, sub-account and year of each entry from its code and columns."""
    years: dict[str, int | None] = {"": None}
    for entry in scan.entries:
        cells, layout = entry.row.cells, entry.layout
        if entry.code:
            entry.account = entry.code.account
            entry.sub = entry.code.sub
        if layout.names_services:
            _take_service(entry)
        elif entry.code:
            entry.service = entry.code.service
        if "fiscal_year" not in layout.at:
            continue
        year = layout.text(cells, "fiscal_year")
        if year not in years:
            years[year] = int(year) if _YEAR.fullmatch(year) else None
        entry.fiscal_year = years[year]
    _repair_codes(scan)
    for entry in scan.entries:
        if entry.code:
            entry.account_side = side_of(entry.code.chart, entry.account)


def _take_service(entry: Entry) -> None:
    cells, layout = entry.row.cells, entry.layout
    service = layout.text(cells, "service")
    name = layout.text(cells, "service_label")
    number = layout.text(cells, "service_code")
    if service.isdigit():
        number = number or service
    elif service:
        name = name or service
    code = entry.code.service if entry.code else ""
    if not code and number.isdigit():
        code = number.zfill(2)
    entry.service_name = name
    entry.service = code or (service_code_of(name) if name else "")


def _repair_codes(scan: Scan) -> None:
    """Restore zeros that codes lost when they were stored as numbers, where nothing is doubtful."""
    coded = [entry for entry in scan.entries if entry.kind in (LEAF, GROUP)]
    numeric = [entry for entry in coded if entry.numeric and entry.code and entry.code.chart == KAE]
    if not numeric:
        return
    repeated = Counter(entry.code_text for entry in numeric)
    accounts = {entry.account for entry in coded if entry.kind == LEAF}
    suspect = False
    for entry in numeric:
        if entry.code and len(entry.code.service) == 3:
            suspect |= _repair_account_with_sub(scan, entry, entry.code)
        elif entry.kind == GROUP and len(entry.account) == 3:
            suspect |= _repair_account(scan, entry, repeated[entry.code_text], accounts)
        elif entry.kind == GROUP and entry.code and entry.code.service:
            _not_understood(scan, entry, "code-ambiguous")
    suspect |= _repair_subs(scan, [entry for entry in numeric if entry.kind == LEAF])
    if suspect or any(entry.sub for entry in numeric):
        for entry in numeric:
            scan.problem("codes-as-numbers", entry.row.number)


def _repair_account(scan: Scan, entry: Entry, repeated: int, accounts: set[str]) -> bool:
    """«111» stored as a number: 0111 that lost its zero, or the group 111 of its lines?"""
    children = any(account.startswith(entry.account) for account in accounts)
    padded = "0" + entry.account
    if children and repeated == 1:
        return False
    known = account_label(KAE, padded)[1] >= 3
    if not known or entry.side == EXPENDITURE:
        if repeated > 1:
            _not_understood(scan, entry, "code-ambiguous")
        return False
    entry.kind = LEAF
    entry.account = padded
    _flag(scan, entry, "code-repaired")
    return True


def _repair_account_with_sub(scan: Scan, entry: Entry, code: Code) -> bool:
    """«111.0101» stored as a number is 0111.0101: services of this chart have two digits."""
    padded = "0" + code.service
    if account_label(KAE, padded)[1] < 3 or entry.side == EXPENDITURE:
        _not_understood(scan, entry, "code-ambiguous")
        return False
    entry.kind = LEAF
    entry.service, entry.account, entry.sub = "", padded, code.account + code.sub
    _flag(scan, entry, "code-repaired")
    return True


def _repair_subs(scan: Scan, leaves: list[Entry]) -> bool:
    widths = Counter(len(entry.sub) for entry in leaves if entry.sub)
    if not widths:
        return False
    usual = widths.most_common(1)[0][0]
    taken = {(entry.service, entry.account, entry.sub) for entry in leaves}
    repaired = False
    for entry in leaves:
        padded = entry.sub.ljust(usual, "0")
        if not entry.sub or padded == entry.sub or len(entry.sub) > usual:
            continue
        if (entry.service, entry.account, padded) in taken or not side_of(KAE, entry.account):
            entry.flags += ("code-doubtful",)
            continue
        entry.sub = padded
        _flag(scan, entry, "code-repaired")
        repaired = True
    return repaired


def _not_understood(scan: Scan, entry: Entry, rule: str) -> None:
    entry.kind = "dropped"
    scan.problem(rule, entry.row.number)
    scan.counts.not_understood += entry.row.span


@lru_cache(maxsize=16384)
def sub_parts(sub: str) -> tuple[str, ...]:
    """Levels of a sub-account: «01.02» has two."""
    return tuple(_SUB_PARTS.split(sub)) if sub else ()
