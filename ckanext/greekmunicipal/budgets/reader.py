"""The way of a budget: files -> grids -> entries -> lines -> checks -> report."""

from __future__ import annotations

import datetime as dt
import gc
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ckanext.greekmunicipal.budgets import cumulative, hierarchy, interpret, period
from ckanext.greekmunicipal.budgets.checks import check_lines
from ckanext.greekmunicipal.budgets.codes import GROUP, LEAF
from ckanext.greekmunicipal.budgets.corrections import Correction, meanings_for
from ckanext.greekmunicipal.budgets.errors import UnreadableBudget
from ckanext.greekmunicipal.budgets.layout import Layout
from ckanext.greekmunicipal.budgets.lines import WithholdLabel, make_lines
from ckanext.greekmunicipal.budgets.records import (
    EXECUTION_PHASES,
    Budget,
    BudgetLine,
    Finding,
    RowCounts,
    finding,
)
from ckanext.greekmunicipal.budgets.report import make_report
from ckanext.greekmunicipal.budgets.scan import RAW, TOTAL, Scan, scan
from ckanext.greekmunicipal.budgets.sources import Source, open_sources

_LEVELS = {"error": 0, "warning": 1, "info": 2}
# Lines with an amendment that must agree before an unnamed amount is the initial budget.
_PROOFS = 5


@dataclass
class FileReading:
    """One file of a budget while it is read."""

    source: Source
    scans: list[Scan]
    period: period.Period = field(default_factory=period.Period)
    findings: list[Finding] = field(default_factory=list)


def read_budget(
    paths: Sequence[Path | str],
    *,
    municipality: str | None = None,
    year: int | None = None,
    withhold_label: WithholdLabel | None = None,
    corrections: Sequence[Correction] = (),
    before: cumulative.Before | None = None,
) -> Budget:
    """Read one budget (προϋπολογισμός or its execution) from one or more files.

    Args:
        paths: the files; the two sides of one budget may come apart.
        municipality: slug of the municipality, for the report; nothing is derived from it.
        year: fiscal year to use where neither content nor file name tells one.
        withhold_label: called with each label; a label for which it is true is left empty and the
            line flagged ``label-withheld``, since it may name a natural person.
        corrections: meanings of columns that a person has stated.
        before: what is known of earlier periods, with which cumulative amounts are compared.

    Returns:
        Lines, findings and report. Amounts are EUR exact to the cent, None where unknown.

    Raises:
        UnreadableBudget: a file cannot be read as a table at all, or no table of a budget is in it.
        MixedCharts: codes of both charts of accounts (7028/2004 and decree 54/2018).
    """
    with no_collection():
        files = [file for path in paths for file in _open(Path(path), year, corrections)]
        return _read(files, municipality, year, withhold_label, before)


@contextmanager
def no_collection() -> Iterator[None]:
    """Leave the collector of cycles alone: what is read stays, and it looks at all of it, often.

    It takes a fifth of the time, and finds nothing. Afterwards all is counted among the old
    objects: else it would be looked at once more, as young, as soon as the collector may.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        # Where a server froze what it loaded before it forked, that must stay as it is.
        if not gc.get_freeze_count():
            gc.freeze()
            gc.unfreeze()
        gc.enable()


def _read(
    files: list[FileReading],
    municipality: str | None,
    year: int | None,
    withhold_label: WithholdLabel | None,
    before: cumulative.Before | None,
) -> Budget:
    _refuse_twice(files)
    _refuse_no_table(files)
    scans = [found for file in files for found in file.scans]
    chart = interpret.decide_chart([(file.source.file, file.scans) for file in files])
    for file in files:
        interpret.read_amounts(file.scans)
    if chart is None:
        interpret.all_raw(scans)
    for found in scans:
        interpret.take_codes(found)
        if chart is not None:
            hierarchy.find_parents(found)
    whole = hierarchy.side_sums(scans)
    for file in files:
        for found in file.scans:
            if chart is not None:
                hierarchy.check_sums(found, whole)
            _count(found, chart)
    findings, lines = _lines(files, chart, year, withhold_label)
    findings += check_lines(lines, chart)
    findings += cumulative.falls(lines, before)
    findings.sort(key=lambda found: _LEVELS[found.level])
    counts = RowCounts()
    for found in scans:
        counts.add(found.counts)
    report = make_report(
        [file.source for file in files], scans, lines, findings, chart, counts, municipality
    )
    return Budget(tuple(lines), tuple(findings), report)


def _open(path: Path, year: int | None, corrections: Sequence[Correction]) -> list[FileReading]:
    return [_scanned(source, year, corrections) for source in open_sources(path)]


def _scanned(source: Source, year: int | None, corrections: Sequence[Correction]) -> FileReading:
    named = period.from_name(source.file)
    grids = [grid for grid in source.grids if grid.rows]
    scans = [
        scan(grid, named.fiscal_year or year, meanings_for(corrections, source.file, grid.sheet))
        for grid in grids
    ]
    return FileReading(source, scans, findings=list(source.findings))


def _refuse_twice(files: list[FileReading]) -> None:
    seen: dict[str, str] = {}
    for file in files:
        before = seen.setdefault(file.source.sha256, file.source.file)
        if sum(other.source.sha256 == file.source.sha256 for other in files) > 1:
            raise UnreadableBudget(
                file.source.file,
                f"its content was given more than once (also as {before}).",
                "each file of the budget once.",
                "Leave the copy out.",
            )


def _refuse_no_table(files: list[FileReading]) -> None:
    """Refuse a file without a table of a budget; one of several in an archive is left out."""
    for file in list(files):
        if any(found.layouts for found in file.scans):
            continue
        siblings = [one for one in files if one is not file and _same_archive(one, file)]
        if not any(found.layouts for one in siblings for found in one.scans):
            raise UnreadableBudget(
                file.source.file,
                "no table of a budget was found in it.",
                "a header such as «Κ.Α.; Περιγραφή; Προϋπολογισθέντα», or rows with codes of the "
                "chart of accounts.",
                "Check that it is the right file, and that the columns have their headers.",
            )
        files.remove(file)
        told = finding("member-without-table", file=file.source.file)
        siblings[0].findings += [*file.findings, told]


def _same_archive(one: FileReading, other: FileReading) -> bool:
    archive, inside, _name = other.source.file.rpartition("/")
    return bool(inside) and one.source.file.startswith(f"{archive}/")


def _count(found: Scan, chart: str | None) -> None:
    """Give each entry's physical rows to one of the counts."""
    counts = found.counts
    for entry in found.entries:
        span = entry.row.span
        if entry.kind == LEAF or (entry.kind == RAW and chart is None):
            counts.lines += min(span, 1)
            counts.notes += max(span - 1, 0)
        elif entry.kind in (GROUP, TOTAL, hierarchy.PARENT):
            counts.subtotals += span
        elif entry.kind == RAW:
            found.problem("code-not-understood", entry.row.number)
            counts.not_understood += span


def _lines(
    files: list[FileReading], chart: str | None, year: int | None, withhold: WithholdLabel | None
) -> tuple[list[Finding], list[BudgetLine]]:
    findings: list[Finding] = []
    lines: list[BudgetLine] = []
    ends: set[dt.date] = set()
    for file in files:
        name = file.source.file
        wanted = (LEAF,) if chart else (RAW,)
        has_lines = any(entry.kind in wanted for found in file.scans for entry in found.entries)
        if has_lines:
            _find_period(file, year)
        else:
            file.findings.append(finding("no-lines", file=name))
        if file.period.period_end:
            ends.add(file.period.period_end)
        for found in file.scans:
            read = make_lines(
                (entry for entry in found.entries if entry.kind in wanted),
                fiscal_year=file.period.fiscal_year,
                period_end=file.period.period_end,
                file=name,
                sheet=found.grid.sheet,
                withhold_label=withhold,
            )
            lines += read
            file.findings += _sheet_findings(name, found, chart, read)
        findings += file.findings
    if len(ends) > 1:
        dates = ", ".join(end.isoformat() for end in sorted(ends))
        findings.append(finding("periods-differ", dates=dates))
    return findings, lines


def _find_period(file: FileReading, given: int | None) -> None:
    """Year and end of the period: content, else file name, else as given; else a finding."""
    name = file.source.file
    _years_of_sheets(file.scans)
    stated = _stated_period(file.scans)
    named = period.from_name(name)
    entries = [entry for found in file.scans for entry in found.entries]
    own_years = {entry.fiscal_year for entry in entries if entry.kind in (LEAF, RAW)}
    fiscal_year = stated.fiscal_year
    if fiscal_year is None and None in own_years:
        if named.fiscal_year is not None:
            fiscal_year = named.fiscal_year
            file.findings.append(finding("year-from-file-name", file=name, year=fiscal_year))
        elif given is not None:
            fiscal_year = given
            file.findings.append(finding("year-given", file=name, year=given))
        else:
            file.findings.append(finding("year-unknown", file=name))
    known = {fiscal_year} if None in own_years else own_years
    if given is not None and known - {None} and given not in known:
        shown = ", ".join(str(one) for one in sorted(one for one in known if one))
        file.findings.append(finding("year-contradicts", file=name, given=given, year=shown))
    end = stated.period_end
    used = {meaning for found in file.scans for layout in found.layouts for meaning in layout.at}
    dated = bool(used & (EXECUTION_PHASES | {"amendments", "revised"}))
    if end is None and dated and named.period_end and named.fiscal_year == fiscal_year:
        end = named.period_end
        file.findings.append(finding("period-from-file-name", file=name, date=end.isoformat()))
    if end is None and used & EXECUTION_PHASES:
        file.findings.append(finding("period-unknown", file=name))
    file.period = period.Period(fiscal_year, end)


def _years_of_sheets(scans: list[Scan]) -> None:
    """Give the lines of a sheet the year that the sheet itself names, where sheets differ."""
    own = [
        period.from_notes(found.notes).fiscal_year or period.from_name(found.grid.sheet).fiscal_year
        for found in scans
    ]
    by_name = {period.from_name(found.grid.sheet).fiscal_year for found in scans} - {None}
    if len({year for year in own if year}) < 2 and not by_name:  # noqa: PLR2004
        return
    for found, year in zip(scans, own, strict=True):
        for entry in found.entries:
            entry.fiscal_year = entry.fiscal_year or year


def _stated_period(scans: list[Scan]) -> period.Period:
    """What the title blocks state, else what any note states."""
    titles = [note for found in scans for note in found.notes if note[0] < found.first_row]
    first = period.from_notes(titles)
    whole = period.from_notes([note for found in scans for note in found.notes])
    return period.Period(
        first.fiscal_year or whole.fiscal_year, first.period_end or whole.period_end
    )


def _sheet_findings(
    name: str, found: Scan, chart: str | None, lines: list[BudgetLine]
) -> list[Finding]:
    sheet = found.grid.sheet
    findings: list[Finding] = []
    foreign = [entry for entry in found.entries if entry.kind == RAW]
    rules = dict(found.problems)
    if foreign:
        example = foreign[-1].code_text
        rows = [entry.row.number for entry in foreign]
        rule = "code-not-understood" if chart else "codes-of-another-body"
        findings.append(finding(rule, rows, file=name, sheet=sheet, example=example))
    rules.pop("code-not-understood", None)
    for rule, rows in rules.items():
        example = _example(found, rows[0])
        findings.append(finding(rule, rows, file=name, sheet=sheet, example=example))
    findings += _layout_findings(name, found, lines)
    contradicting = [
        entry.row.number
        for entry in found.entries
        if entry.account_side
        and entry.account_side != entry.side
        and entry.side
        and entry.kind == LEAF
    ]
    if contradicting:
        findings.append(finding("side-contradicts", contradicting, file=name, sheet=sheet))
    withheld = [line.source_row for line in lines if "label-withheld" in line.flags]
    if withheld:
        findings.append(finding("label-withheld", withheld, file=name, sheet=sheet))
    return findings


def _example(found: Scan, row: int) -> str:
    return next((entry.code_text for entry in found.entries if entry.row.number == row), "")


def _layout_findings(name: str, found: Scan, lines: list[BudgetLine]) -> list[Finding]:
    sheet = found.grid.sheet
    findings: list[Finding] = []
    for layout in found.layouts:
        if not layout.from_header:
            findings.append(finding("no-header", file=name, sheet=sheet))
        for rule, columns in (
            ("column-twice", layout.twice),
            ("column-of-another-year", layout.other_year),
            ("column-not-understood", _unknown_amounts(found, layout)),
        ):
            if columns:
                shown = ", ".join(columns)
                findings.append(finding(rule, file=name, sheet=sheet, columns=shown))
        if layout.initial_assumed:
            proofs = [
                line.initial + line.amendments == line.revised
                for line in lines
                if line.initial is not None and line.amendments and line.revised is not None
            ]
            proved = len(proofs) >= _PROOFS and all(proofs)
            rule = "amount-phase-proved" if proved else "amount-phase-assumed"
            findings.append(finding(rule, file=name, sheet=sheet))
    return findings


def _unknown_amounts(found: Scan, layout: Layout) -> list[str]:
    """Columns of unknown meaning whose cells are amounts with cents."""
    rows = [entry.row for entry in found.entries if entry.layout is layout][:2000]
    shown = []
    for column in layout.columns:
        if column.meaning != "unknown":
            continue
        cells = [
            cell
            for row in rows
            if column.index < len(row.cells) and (cell := row.cells[column.index])
        ]
        kinds = Counter(_amount_kind(cell) for cell in cells)
        if kinds["cents"] and kinds["cents"] + kinds["number"] == len(cells):
            shown.append(column.header or f"#{column.index + 1}")
    return shown


def _amount_kind(cell: object) -> str:
    if isinstance(cell, (int, float)):
        return "number" if float(cell).is_integer() else "cents"
    kind = interpret.amounts.kind_of(str(cell))
    if kind in (interpret.amounts.COMMA, interpret.amounts.POINT):
        return "cents"
    return "number" if kind == interpret.amounts.INTEGER else "other"
