"""Scan of a file or of records: sheets, rows, columns, findings. Memory does not grow with rows."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ckanext.greekmunicipal.privacy import headers, sources
from ckanext.greekmunicipal.privacy.deciding import Column, decide
from ckanext.greekmunicipal.privacy.records import (
    CLEAN,
    FOUND,
    NOT_SCANNED,
    UNREADABLE,
    Finding,
    Report,
)
from ckanext.greekmunicipal.privacy.signs import CellReader
from ckanext.greekmunicipal.tabular import UnreadableTable

# The header is looked for among the first rows that hold anything.
_HEAD = 30


def scan_file(path: Path, name: str | None = None) -> Report:
    """Scan one file of any format.

    Args:
        path: the file. What it is tells its content, never its name.
        name: how it is called in the report; its own name if not given.

    Returns:
        The report. A file that holds no table is ``not-scanned``; one that is a table and cannot
        be read (damaged, encrypted, too large) is ``unreadable``. Neither is ever ``clean``.

    Raises:
        OSError: there is no such file, or it may not be read.
    """
    file = name or path.name
    digest = sources.digest(path)
    try:
        opened = sources.open_table(path, file)
        findings: list[Finding] = []
        rows = 0
        reader = CellReader()
        for at, (sheet, found) in enumerate(opened.sheets, 1):
            more, read = _scan_sheet(_shown_sheet(sheet, at), found, reader)
            findings += more
            rows += read
    except UnreadableTable as error:
        reason = f"{error.found} {error.advice}"
        return Report(file, UNREADABLE, digest, not_scanned=(reason,))
    except sources.NoTable as none:
        return Report(file, NOT_SCANNED, digest, not_scanned=(none.reason,))
    state = FOUND if findings else CLEAN
    if opened.unreadable and not findings:
        state = UNREADABLE
    elif opened.not_scanned and not findings:
        state = NOT_SCANNED
    return Report(
        file,
        state,
        digest,
        opened.format,
        rows,
        _sorted(findings),
        (*opened.unreadable, *opened.not_scanned),
    )


def scan_records(records: Iterable[Any], fields: Sequence[str] = (), *, sha256: str = "") -> Report:
    """Scan records that are sent to be stored, as JSON objects or lists.

    Args:
        records: objects of field to value, or lists in the order of ``fields``.
        fields: names of the fields; fields that only the records have follow.
        sha256: digest of the records, for the report.
    """
    places = {name: at for at, name in enumerate(fields)}
    columns: dict[int, Column] = {}
    reader = CellReader()
    rows = 0
    for rows, record in enumerate(records, 1):  # noqa: B007 - the last one is their number
        pairs = (
            ((places.setdefault(str(key), len(places)), value) for key, value in record.items())
            if isinstance(record, dict)
            else enumerate(record if isinstance(record, (list, tuple)) else [record])
        )
        for index, value in pairs:
            _add(columns, index, value, rows, reader)
    names = {at: name for name, at in places.items()}
    findings = _findings("", columns, names)
    state = FOUND if findings else CLEAN
    return Report("", state, sha256, "records", rows, _sorted(findings))


def _add(columns: dict[int, Column], index: int, value: Any, row: int, reader: CellReader) -> None:
    if isinstance(value, dict):
        value = " ".join(str(each) for each in value.values())
    elif isinstance(value, (list, tuple)):
        value = " ".join(map(str, value))
    if value in (None, ""):
        return
    column = columns.setdefault(index, Column())
    column.filled += 1
    column.add(reader.read(value), row)


def _scan_sheet(
    sheet: str, rows: Iterable[sources.NumberedRow], reader: CellReader
) -> tuple[list[Finding], int]:
    stream = iter(rows)
    first = list(itertools.islice(stream, _HEAD))
    # Row 0 holds the names of fields; in other tables the headers have to be found.
    named = bool(first) and first[0][0] == 0
    at = 0 if named else headers.header_row([cells for _number, cells in first])
    names = dict(enumerate(first[at][1])) if at is not None else {}
    body = [row for place, row in enumerate(first) if place != at]
    columns: dict[int, Column] = {}
    read = reader.read
    count = 0 if at is None else 1
    for number, cells in itertools.chain(body, stream):
        count += 1
        for index, cell in enumerate(cells):
            if cell is None or cell == "":
                continue
            column = columns.get(index)
            if column is None:
                column = columns[index] = Column()
            column.filled += 1
            signs = read(cell)
            if signs:
                column.add(signs, number)
    return _findings(sheet, columns, names), count


def _findings(sheet: str, columns: dict[int, Column], names: dict[int, Any]) -> list[Finding]:
    findings: list[Finding] = []
    for index, column in columns.items():
        header = headers.shown(names.get(index))
        findings += [
            Finding(
                told.kind,
                sheet,
                index + 1,
                header,
                told.certainty,
                told.count,
                column.filled,
                told.rows,
                told.legal_range,
            )
            for told in decide(column, headers.hint_of(header) if header else "")
        ]
    return findings


def _shown_sheet(name: str, place: int) -> str:
    """A sheet's name, or its place where the name may name a person."""
    return name if not name or headers.shown(name) else f"#{place}"


def _sorted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The surest first, then as they stand in the file."""
    order = {"certain": 0, "likely": 1, "possible": 2}
    return tuple(sorted(findings, key=lambda each: order[each.certainty]))
