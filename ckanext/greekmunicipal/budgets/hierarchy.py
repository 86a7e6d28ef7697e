"""Parents, subtotals and stated totals: told apart from lines, and checked against their lines.

Only leaves are lines. A row that sums others is recognised by its code (fewer digits, or a code
whose sub-accounts stand in the same table) and proved by arithmetic.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ckanext.greekmunicipal.budgets.codes import GROUP, LEAF, side_of
from ckanext.greekmunicipal.budgets.interpret import sub_parts
from ckanext.greekmunicipal.budgets.records import PHASES
from ckanext.greekmunicipal.budgets.scan import TOTAL, Entry, Scan

_Sum = list[int]
_Key = tuple[object, ...]
PARENT = "parent"


def find_parents(scan: Scan) -> None:
    """Mark leaves that only sum their own sub-accounts; what differs from its lines is noted.

    Whether a table has such rows at all is decided by its majority: in some files 6011 stands
    beside 6011.001 as a line of its own.
    """
    leaves = [entry for entry in scan.entries if entry.kind == LEAF]
    for depth in (1, 0):
        _find_parents_at(scan, leaves, depth)


def _find_parents_at(scan: Scan, leaves: list[Entry], depth: int) -> None:
    sums: dict[_Key, _Sum] = {}
    for entry in leaves:
        parts = sub_parts(entry.sub)
        if entry.kind == LEAF and len(parts) > depth:
            _add(sums.setdefault(_key(entry, parts[:depth]), _zero()), entry)
    candidates = [
        (entry, sums[key])
        for entry in leaves
        if entry.kind == LEAF
        and len(parts := sub_parts(entry.sub)) == depth
        and (key := _key(entry, parts)) in sums
    ]
    equal = [entry for entry, total in candidates if any(entry.cents) and _agrees(entry, total)]
    unequal = [
        entry for entry, total in candidates if any(entry.cents) and not _agrees(entry, total)
    ]
    hierarchical = len(equal) > len(unequal)
    for entry, _total in candidates:
        if hierarchical or all(cents is None for cents in entry.cents):
            entry.kind = PARENT
    if hierarchical:
        for entry in unequal:
            scan.problem("parent-differs", entry.row.number)


def _key(entry: Entry, parts: tuple[str, ...]) -> _Key:
    return (
        entry.fiscal_year,
        entry.side,
        entry.service or entry.service_name,
        entry.account,
        *parts,
    )


def _zero() -> _Sum:
    return [0] * len(PHASES)


def _add(total: _Sum, entry: Entry) -> None:
    for phase, _column in entry.layout.phases:
        cents = entry.cents[phase]
        if cents:
            total[phase] += cents


def _agrees(entry: Entry, total: _Sum | None) -> bool:
    """Every amount that the row states is the sum of its lines."""
    return total is not None and all(
        cents is None or cents == total[phase] for phase, cents in enumerate(entry.cents)
    )


@dataclass
class _Sums:
    """Sums of lines by code, and running sums by position."""

    by_key: dict[_Key, _Sum] = field(default_factory=lambda: defaultdict(_zero))
    running: list[_Sum] = field(default_factory=lambda: [_zero()])

    def between(self, first: int, last: int) -> _Sum:
        """Sum of the lines from the entry at ``first`` up to, not with, the one at ``last``."""
        upper, lower = self.running[last], self.running[first]
        return [a - b for a, b in zip(upper, lower, strict=True)]


def check_sums(scan: Scan, whole: dict[str, _Sum]) -> None:
    """Compare groups and totals of a sheet with the sums of lines that they can stand for.

    Args:
        scan: the sheet; its parents are found already.
        whole: sums by side of all sheets and files of the budget.
    """
    if not any(entry.kind in (GROUP, TOTAL) for entry in scan.entries):
        return
    sums = _sums(scan.entries)
    for at, entry in enumerate(scan.entries):
        if entry.kind == GROUP:
            if not any(_agrees(entry, total) for total in _group_sums(scan.entries, at, sums)):
                scan.problem("parent-differs", entry.row.number)
        elif entry.kind == TOTAL and not any(
            _agrees(entry, total) for total in _total_sums(scan.entries, at, sums, whole)
        ):
            hard = entry.covers in ("side", "grand")
            rule = "stated-total-differs" if hard else "subtotal-differs"
            scan.problem(rule, entry.row.number)


def side_sums(scans: Iterable[Scan]) -> dict[str, _Sum]:
    """Sums of all lines by side."""
    sums: dict[str, _Sum] = defaultdict(_zero)
    for scan in scans:
        for entry in scan.entries:
            if entry.kind == LEAF:
                _add(sums[entry_side(entry)], entry)
    return sums


def entry_side(entry: Entry) -> str:
    """Side of a line: its code's, else its table's."""
    return (side_of(entry.code.chart, entry.account) if entry.code else "") or entry.side


def _sums(entries: list[Entry]) -> _Sums:
    sums = _Sums()
    for entry in entries:
        total = list(sums.running[-1])
        if entry.kind == LEAF:
            _add(total, entry)
            side = entry_side(entry)
            _add(sums.by_key["side", side], entry)
            service = entry.service or entry.service_name
            _add(sums.by_key["service", service], entry)
            for length in range(1, len(entry.account) + 1):
                prefix = entry.account[:length]
                _add(sums.by_key["account", prefix], entry)
                _add(sums.by_key["both", service, prefix], entry)
        sums.running.append(total)
    return sums


def _group_sums(entries: list[Entry], at: int, sums: _Sums) -> Iterator[_Sum | None]:
    """Sums that a row with the code of a group may state: by its code, then by its place."""
    entry = entries[at]
    service = entry.service or entry.service_name
    digits = entry.account
    if entry.code and entry.code.service:
        yield sums.by_key.get(("both", service, digits))
    yield sums.by_key.get(("account", digits))
    yield sums.by_key.get(("service", digits.zfill(2)))
    yield sums.by_key.get(("service", digits))
    block = _service_block(entries, at)
    if block:
        yield sums.by_key.get(("both", block, digits))
    end = next(
        (
            n
            for n in range(at + 1, len(entries))
            if entries[n].kind == TOTAL
            or (entries[n].kind == GROUP and len(entries[n].account) <= len(digits))
        ),
        len(entries),
    )
    yield sums.between(at, end)


def _service_block(entries: list[Entry], at: int) -> str:
    following = next((entry for entry in entries[at + 1 :] if entry.kind == LEAF), None)
    return (following.service or following.service_name) if following else ""


def _total_sums(
    entries: list[Entry], at: int, sums: _Sums, whole: dict[str, _Sum]
) -> Iterator[_Sum | None]:
    entry = entries[at]
    side = entry.side
    if entry.covers in ("side", "grand"):
        yield whole.get(side)
        yield sums.by_key.get(("side", side))
    starts = [0]
    starts += [n + 1 for n in range(at) if entries[n].kind in (TOTAL, GROUP)]
    if entry.covers != "side":
        for start in reversed(starts):
            yield sums.between(start, at)
    previous = next((e for e in reversed(entries[:at]) if e.kind == LEAF), None)
    if previous and entry.covers == "part":
        service = previous.service or previous.service_name
        yield sums.by_key.get(("service", service))
        for length in range(1, len(previous.account) + 1):
            yield sums.by_key.get(("account", previous.account[:length]))
            yield sums.by_key.get(("both", service, previous.account[:length]))
        yield sums.by_key.get(("side", side))
