"""CSV files of acts: ``<family>/acts.csv``, ``<family>/lines.csv`` and ``manifest.csv``."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ckanext.greekmunicipal.diavgeia.client import Proof
from ckanext.greekmunicipal.diavgeia.plan import Window
from ckanext.greekmunicipal.diavgeia.rows import ACTS_COLUMNS, LINES_COLUMNS, Column
from ckanext.greekmunicipal.diavgeia.spool import Spool, cell
from ckanext.greekmunicipal.formulas import guarded

MANIFEST_COLUMNS = (
    "organization_uid",
    "issue_from",
    "issue_to",
    "submitted_from",
    "state",
    "reason",
    "total",
    "distinct",
    "duplicates",
    "skipped",
    "pages",
    "readings",
    "fetched_at",
    "echo",
)


def write_families(spool: Spool, folder: Path) -> list[Path]:
    """Write the acts and lines of each family that has any; give the files.

    A file of that name is replaced, whole, when the new one is complete.

    Raises:
        OSError: the folder cannot be written.
    """
    written: list[Path] = []
    for family in spool.families():
        where = folder / family
        where.mkdir(parents=True, exist_ok=True)
        with _table(where / "acts.csv", ACTS_COLUMNS) as add_act:
            for act, _ in spool.rows(family):
                add_act(act)
        written.append(where / "acts.csv")
        if any(lines for _, lines in spool.rows(family)):
            with _table(where / "lines.csv", LINES_COLUMNS) as add_line:
                for _, lines in spool.rows(family):
                    for line in lines:
                        add_line(line)
            written.append(where / "lines.csv")
    return written


@contextmanager
def _table(path: Path, columns: Sequence[Column]) -> Iterator[Any]:
    texts = [column.type == "text" for column in columns]
    with _replacing(path) as writer:
        writer.writerow([column.name for column in columns])

        def add(row: Sequence[str | None]) -> None:
            writer.writerow(
                [
                    "" if value is None else guarded(value) if is_text else value
                    for value, is_text in zip(row, texts, strict=True)
                ]
            )

        yield add


@contextmanager
def _replacing(path: Path) -> Iterator[Any]:
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("w", encoding="utf-8", newline="") as file:
            yield csv.writer(file, lineterminator="\n")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


@dataclass(frozen=True)
class WindowOutcome:
    """What became of one window of a fetch.

    Attributes:
        window: what was asked.
        proof: why the answer is believed; None if it is not.
        reason: why not; '' if it is.
    """

    window: Window
    proof: Proof | None
    reason: str = ""


def write_manifest(outcomes: Iterable[WindowOutcome], path: Path) -> None:
    """Write one line a window: what was asked, what came, and whether it is proved."""
    with _replacing(path) as writer:
        writer.writerow(MANIFEST_COLUMNS)
        for outcome in outcomes:
            window, proof = outcome.window, outcome.proof
            asked = (
                window.organization_uid,
                window.issue_from,
                window.issue_to,
                window.submitted_from,
                "proved" if proof else "failed",
                outcome.reason,
            )
            came = (
                (
                    proof.total,
                    proof.distinct,
                    proof.duplicates,
                    proof.skipped,
                    proof.pages,
                    proof.readings,
                    proof.fetched_at,
                    proof.echo,
                )
                if proof
                else (None,) * 8
            )
            writer.writerow([cell(value) or "" for value in (*asked, *came)])
