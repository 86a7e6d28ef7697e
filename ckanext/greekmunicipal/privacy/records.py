"""What a scan says: findings with their cells, and never the values that stand in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

KINDS = ("afm", "amka", "iban", "phone", "email", "name")

# What became of a file.
CLEAN = "clean"
FOUND = "found"
NOT_SCANNED = "not-scanned"  # it holds no table that is known here
UNREADABLE = "unreadable"  # it is a table, and nobody could look into it

# How sure a finding is.
CERTAIN = "certain"
LIKELY = "likely"
POSSIBLE = "possible"

# A cell is told by its place. What is shown of it is the same for each value of a kind.
MASKS = {
    "afm": "•••••••••",
    "amka": "••••••-•••••",
    "iban": "••••…••••",
    "phone": "••••••••••",
    "email": "•••@•••",
    "name": "Χ••• Χ•••",
}
MOST_CELLS = 20


def letters(column: int) -> str:
    """Name of a column as spreadsheets have it: 1 is A, 27 is AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


@dataclass(frozen=True)
class Finding:
    """What one column of one sheet holds of one kind.

    Attributes:
        kind: one of :data:`KINDS`.
        sheet: name of the sheet or of the file in an archive, '' for a text file; its place
            («#2») where the name itself may name a person.
        column: its place, from 1.
        header: its header, '' if it has none that may be shown.
        certainty: ``certain``, ``likely`` or ``possible``.
        count: cells, exact.
        filled: cells of the column that are not empty.
        rows: the first rows, 1-based lines of a text file, rows of a sheet, or records of JSON.
        legal_range: tax numbers in the range that legal entities mostly have, among ``count``.
    """

    kind: str
    sheet: str
    column: int
    header: str
    certainty: str
    count: int
    filled: int
    rows: tuple[int, ...]
    legal_range: int = 0

    @property
    def cells(self) -> list[dict[str, Any]]:
        """Address and mask of the first cells."""
        name = letters(self.column)
        return [
            {"row": row, "address": f"{name}{row}", "excerpt": MASKS[self.kind]}
            for row in self.rows
        ]


@dataclass(frozen=True)
class Report:
    """What a file holds.

    Attributes:
        file: its name.
        state: ``clean``, ``found``, ``not-scanned`` or ``unreadable``.
        sha256: digest of the file, '' where there is none.
        format: ``csv``, ``xlsx``, ``xls``, ``ods``, ``json``, ``zip``, ``records``, else ''.
        rows: rows read.
        findings: what was found.
        not_scanned: why the file, or which parts of it, could not be looked at.
    """

    file: str
    state: str
    sha256: str = ""
    format: str = ""
    rows: int = 0
    findings: tuple[Finding, ...] = ()
    not_scanned: tuple[str, ...] = field(default=())

    @property
    def counts(self) -> dict[str, int]:
        """Cells of each kind."""
        return {
            kind: count
            for kind in KINDS
            if (count := sum(each.count for each in self.findings if each.kind == kind))
        }

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON."""
        return {
            "file": self.file,
            "state": self.state,
            "sha256": self.sha256,
            "format": self.format,
            "rows": self.rows,
            "counts": self.counts,
            "findings": [
                {
                    "kind": each.kind,
                    "sheet": each.sheet,
                    "column": each.column,
                    "letter": letters(each.column),
                    "header": each.header,
                    "certainty": each.certainty,
                    "count": each.count,
                    "filled": each.filled,
                    "legal_range": each.legal_range,
                    "cells": each.cells,
                }
                for each in self.findings
            ],
            "not_scanned": list(self.not_scanned),
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Report:
        """A report that was written as JSON."""
        findings = tuple(
            Finding(
                kind=each["kind"],
                sheet=each["sheet"],
                column=each["column"],
                header=each["header"],
                certainty=each["certainty"],
                count=each["count"],
                filled=each["filled"],
                rows=tuple(cell["row"] for cell in each["cells"]),
                legal_range=each["legal_range"],
            )
            for each in data["findings"]
        )
        return cls(
            data["file"],
            data["state"],
            data["sha256"],
            data["format"],
            data["rows"],
            findings,
            tuple(data["not_scanned"]),
        )


__all__ = [
    "CERTAIN",
    "CLEAN",
    "FOUND",
    "KINDS",
    "LIKELY",
    "MASKS",
    "MOST_CELLS",
    "NOT_SCANNED",
    "POSSIBLE",
    "UNREADABLE",
    "Finding",
    "Report",
    "letters",
]
