"""What is in the files that a person handed over: read, checked, with what it would replace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.budgets import Budget, UnreadableBudget, read_budget
from ckanext.greekmunicipal.budgets.corrections import Correction, read_corrections
from ckanext.greekmunicipal.budgets.sources import Source, open_sources
from ckanext.greekmunicipal.diavgeia.subjects import may_name_person
from ckanext.greekmunicipal.harvesters import (
    budget_earlier,
    budget_mappings,
    budget_originals,
    budget_store,
    budget_versions,
)
from ckanext.greekmunicipal.logic.budget_uploads import Held
from ckanext.greekmunicipal.municipalities import Municipality
from ckanext.greekmunicipal.privacy import CLEAN, Report
from ckanext.greekmunicipal.publication.looking import known_report
from ckanext.greekmunicipal.tabular.grid import Grid, text_of

Layouts = dict[tuple[str, str], str]

_SAMPLES = 3
_SAMPLE_ROWS = 200
_SAMPLE_LENGTH = 60
# Columns of a file in which no table was found that a person can name.
_MOST_COLUMNS = 60


@dataclass(frozen=True)
class Examined:
    """Files that were read.

    Attributes:
        budget: lines, findings and report.
        layouts: digest of the headers of each sheet, by file and sheet.
        corrections: meanings of columns with which it was read.
        remembered: whether these were saved with an earlier file.
        columns: columns as in the report, each with values that stand in it.
    """

    budget: Budget
    layouts: Layouts
    corrections: tuple[Correction, ...]
    remembered: bool
    columns: list[dict[str, Any]]


class NoTable(UnreadableBudget):
    """The files hold cells, but no table of a budget was found in them.

    Attributes:
        columns: columns that a person can say the meaning of.
    """

    def __init__(self, error: UnreadableBudget, columns: list[dict[str, Any]]) -> None:
        super().__init__(error.file, error.found, error.expected, error.advice)
        self.columns = columns


def examine(held: Held, municipality: Municipality) -> Examined:
    """Read and check what is held, with the corrections of the person or those saved before.

    Raises:
        UnreadableBudget: it cannot be read at all.
        NoTable: it can, but not as a budget.
    """
    sources = [source for path in held.paths for source in open_sources(path)]
    layouts = layouts_of(sources)
    remembered = False
    if held.corrections is None:
        with datastore.transaction() as cursor:
            corrections = budget_mappings.saved(cursor, municipality.diavgeia_uid, layouts)
        remembered = bool(corrections)
    else:
        corrections = read_corrections(list(held.corrections))
    try:
        budget = read_budget(
            held.paths,
            municipality=municipality.slug,
            year=held.year,
            withhold_label=may_name_person,
            corrections=corrections,
            before=budget_earlier.published_before(municipality.diavgeia_uid),
        )
    except UnreadableBudget as error:
        columns = _all_columns(sources)
        raise (NoTable(error, columns) if columns else error) from error
    columns = _with_samples(budget.report["columns"], sources)
    return Examined(budget, layouts, corrections, remembered, columns)


def layouts_of(sources: Iterable[Source]) -> Layouts:
    """Digest of the headers of each sheet that has rows."""
    return {
        (source.file, grid.sheet): budget_mappings.layout_of(grid)
        for source in sources
        for grid in source.grids
        if grid.rows
    }


def _with_samples(
    columns: Iterable[Mapping[str, Any]], sources: Iterable[Source]
) -> list[dict[str, Any]]:
    grids = {(source.file, grid.sheet): grid for source in sources for grid in source.grids}
    found: dict[tuple[str, str, int], dict[str, Any]] = {}
    for column in columns:
        grid = grids[column["file"], column["sheet"]]
        key = (column["file"], column["sheet"], column["index"])
        found.setdefault(key, {**column, "samples": _samples(grid, column["index"], column)})
    return list(found.values())


def _samples(grid: Grid, index: int, column: Mapping[str, Any]) -> list[str]:
    """A few values of a column, those with figures first: titles and headers have none."""
    cells = (
        text_of(row.cells[index])[:_SAMPLE_LENGTH]
        for row in grid.rows[:_SAMPLE_ROWS]
        if index < len(row.cells)
    )
    values = [cell for cell in dict.fromkeys(cells) if cell and cell != column["header"]]
    values.sort(key=lambda cell: not any(char.isdigit() for char in cell))
    return values[:_SAMPLES]


def _all_columns(sources: Iterable[Source]) -> list[dict[str, Any]]:
    """Columns of files in which no header was understood."""
    found = []
    for source in sources:
        for grid in source.grids:
            width = max((len(row.cells) for row in grid.rows[:_SAMPLE_ROWS]), default=0)
            for index in range(min(width, _MOST_COLUMNS)):
                column = {"file": source.file, "sheet": grid.sheet, "index": index}
                column |= {"header": "", "meaning": "unknown"}
                if samples := _samples(grid, index, column):
                    found.append({**column, "samples": samples})
    return found


def replaced(uid: str, parts: Iterable[budget_store.Part]) -> list[dict[str, Any]]:
    """What the parts of a budget stand for now, as :meth:`.budget_versions.Version.as_dict`."""
    wanted = set(parts)
    with datastore.transaction() as cursor:
        versions = budget_versions.of_body(cursor, uid)
        addresses = budget_originals.addresses(cursor, uid)
    return [each.as_dict(addresses) for each in versions if each.is_current and each.part in wanted]


def scan_of(path: Path) -> Report:
    """What the scan for personal data tells of a file."""
    return known_report(path, path.name)


def needs_confirmation(report: Report, withheld: bool) -> bool:
    """Whether an original is served only if somebody confirms.

    Args:
        report: what the scan told: a document into which it cannot look is not clean.
        withheld: some label of the file was left out of the table.
    """
    return report.state != CLEAN or withheld
