"""Parents, subtotals and stated totals: told apart from lines, and checked against their lines.

Only leaves are lines. A row that sums others is recognised by its code (fewer digits, or a code
whose sub-accounts stand in the same table) and proved by arithmetic.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ckanext.greekmunicipal.budgets.codes import GROUP, LEAF
from ckanext.greekmunicipal.budgets.interpret import sub_parts
from ckanext.greekmunicipal.budgets.records import PHASES
from ckanext.greekmunicipal.budgets.scan import TOTAL, Entry, Scan

_Sum = list[int]
_Key = tuple[object, ...]
PARENT = "parent"
# Groups and totals looked back at for the first line of a subtotal.
_STARTS = 40


def find_parents(scan: Scan) -> None:
    """Mark leaves that only sum their own sub-accounts; what differs from its lines is noted.

    Whether a table has such rows at all is decided by its majority: in some files 6011 stands
    beside 6011.001 as a line of its own.
    """
    leaves = [
        (entry, sub_parts(entry.sub) if entry.sub else ())
        for entry in scan.entries
        if entry.kind == LEAF
    ]
    depths = {len(parts) for _entry, parts in leaves}
    for depth in (1, 0):
        # Nearly all tables have one depth: nothing in them can sum anything else.
        if depth in depths and max(depths) > depth:
            _find_parents_at(scan, leaves, depth)


def _find_parents_at(scan: Scan, leaves: list[tuple[Entry, tuple[str, ...]]], depth: int) -> None:
    shallow: list[tuple[Entry, _Key]] = []
    deep: list[tuple[Entry, _Key]] = []
    for entry, parts in leaves:
        if entry.kind == LEAF and len(parts) >= depth:
            wanted = shallow if len(parts) == depth else deep
            wanted.append((entry, _key(entry, parts[:depth])))
    if not shallow or not deep:
        return
    sums: dict[_Key, _Sum] = {}
    for entry, key in deep:
        _add(sums.setdefault(key, _zero()), entry)
    candidates = [(entry, sums[key]) for entry, key in shallow if key in sums]
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


def _sum_of(rows: Sequence[Sequence[int | None]]) -> _Sum:
    """Sums by phase of the cents of some rows, at least one."""
    return [sum(filter(None, column)) for column in zip(*rows, strict=True)]


def _agrees(entry: Entry, total: _Sum | None) -> bool:
    """Every amount that the row states is the sum of its lines."""
    return total is not None and all(
        cents is None or cents == total[phase] for phase, cents in enumerate(entry.cents)
    )


class _Sums:
    """Sums of lines, worked out when a row is first compared with them.

    Attributes:
        entries: rows of a sheet.
    """

    def __init__(self, entries: list[Entry]) -> None:
        self.entries = entries

    @cached_property
    def running(self) -> dict[int, _Sum]:
        """Running sums by the positions where a sum may begin or end."""
        return _running_sums(self.entries)

    @cached_property
    def by_key(self) -> dict[_Key, _Sum]:
        """Sums by side, service, account and the prefixes of accounts."""
        return _sums_by_key(self.entries)

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
    entries = scan.entries
    if not any(entry.kind in (GROUP, TOTAL) for entry in entries):
        return
    sums = _Sums(entries)
    for place in _places(entries):
        entry = entries[place.at]
        if entry.kind == GROUP:
            if not any(_agrees(entry, total) for total in _group_sums(entry, place, sums)):
                scan.problem("parent-differs", entry.row.number)
        elif entry.kind == TOTAL and not any(
            _agrees(entry, total) for total in _total_sums(entry, place, sums, whole)
        ):
            hard = entry.covers in ("side", "grand")
            rule = "stated-total-differs" if hard else "subtotal-differs"
            scan.problem(rule, entry.row.number)


@dataclass
class _Place:
    """Where a row stands among the others.

    Attributes:
        at: its index.
        starts: where sums that end here may begin, the nearest last.
        end: where the rows under it end: at the next group as short as it, or total.
        before: the line before it.
        after: the line after it.
    """

    at: int
    starts: tuple[int, ...]
    end: int
    before: Entry | None
    after: Entry | None = None


def _places(entries: list[Entry]) -> list[_Place]:
    """Places of the groups and totals, in two passes."""
    places: list[_Place] = []
    starts: deque[int] = deque([0], maxlen=_STARTS)
    before: Entry | None = None
    for at, entry in enumerate(entries):
        if entry.kind == LEAF:
            before = entry
        elif entry.kind in (GROUP, TOTAL):
            places.append(_Place(at, tuple(starts), len(entries), before))
            starts.append(at + 1)
    ends: dict[int, int] = {}
    after: Entry | None = None
    below = len(entries)
    for place in reversed(places):
        between = entries[place.at + 1 : below]
        after = next((entry for entry in between if entry.kind == LEAF), after)
        below, place.after = place.at, after
        entry = entries[place.at]
        length = len(entry.account) if entry.kind == GROUP else 0
        if entry.kind == GROUP:
            place.end = min((end for n, end in ends.items() if n <= length), default=len(entries))
        ends[length] = place.at
    return places


def side_sums(scans: Iterable[Scan]) -> dict[str, _Sum]:
    """Sums of all lines by side."""
    sides: dict[str, list[Sequence[int | None]]] = defaultdict(list)
    for scan in scans:
        for entry in scan.entries:
            if entry.kind == LEAF:
                sides[entry_side(entry)].append(entry.cents)
    return defaultdict(_zero, {side: _sum_of(rows) for side, rows in sides.items()})


def entry_side(entry: Entry) -> str:
    """Side of a line: its code's, else its table's."""
    return entry.account_side or entry.side


def _running_sums(entries: list[Entry]) -> dict[int, _Sum]:
    running = {0: _zero()}
    since: list[Sequence[int | None]] = [_zero()]
    for at, entry in enumerate(entries):
        if entry.kind == LEAF:
            since.append(entry.cents)
        elif entry.kind in (GROUP, TOTAL):
            total = _sum_of(since)
            since = [total]
            # It adds nothing: the sum before it is the sum after it.
            running[at] = running[at + 1] = total
    running[len(entries)] = _sum_of(since)
    return running


def _sums_by_key(entries: list[Entry]) -> dict[_Key, _Sum]:
    alike: dict[tuple[str, str, str], list[Sequence[int | None]]] = defaultdict(list)
    for entry in entries:
        if entry.kind == LEAF:
            service = entry.service or entry.service_name
            alike[entry_side(entry), service, entry.account].append(entry.cents)
    by_key: dict[_Key, _Sum] = defaultdict(_zero)
    # Many lines share service and account: they are added up once, and their sums go on.
    for (side, service, account), rows in alike.items():
        part = _sum_of(rows)
        prefixes = [account[:length] for length in range(1, len(account) + 1)]
        for key in (
            ("side", side),
            ("service", service),
            *(("account", prefix) for prefix in prefixes),
            *(("both", service, prefix) for prefix in prefixes),
        ):
            _add_sum(by_key[key], part)
    return by_key


def _add_sum(total: _Sum, part: _Sum) -> None:
    for phase, cents in enumerate(part):
        total[phase] += cents


def _group_sums(entry: Entry, place: _Place, sums: _Sums) -> Iterator[_Sum | None]:
    """Sums that a row with the code of a group may state: by its code, then by its place."""
    service = entry.service or entry.service_name
    digits = entry.account
    if entry.code and entry.code.service:
        yield sums.by_key.get(("both", service, digits))
    yield sums.by_key.get(("account", digits))
    yield sums.by_key.get(("service", digits.zfill(2)))
    yield sums.by_key.get(("service", digits))
    if place.after and (block := place.after.service or place.after.service_name):
        yield sums.by_key.get(("both", block, digits))
    yield sums.between(place.at, place.end)


def _total_sums(
    entry: Entry, place: _Place, sums: _Sums, whole: dict[str, _Sum]
) -> Iterator[_Sum | None]:
    """Sums that a row with a word for a total may state."""
    side = entry.side
    if entry.covers in ("side", "grand"):
        yield whole.get(side)
        yield sums.by_key.get(("side", side))
    if entry.covers != "side":
        yield sums.between(0, place.at)
        for start in reversed(place.starts):
            yield sums.between(start, place.at)
    before = place.before
    if before and entry.covers == "part":
        service = before.service or before.service_name
        yield sums.by_key.get(("service", service))
        for length in range(1, len(before.account) + 1):
            yield sums.by_key.get(("account", before.account[:length]))
            yield sums.by_key.get(("both", service, before.account[:length]))
        yield sums.by_key.get(("side", side))
