"""A unit of files to lines that may be stored: read, checked, masked, counted."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from ckanext.greekmunicipal import budgets as budget_package
from ckanext.greekmunicipal import config as our_config
from ckanext.greekmunicipal import diavgeia as acts_package
from ckanext.greekmunicipal.budgets import (
    Budget,
    BudgetLine,
    Finding,
    UnreadableBudget,
    read_budget,
)
from ckanext.greekmunicipal.budgets.corrections import Correction
from ckanext.greekmunicipal.budgets.cumulative import Before
from ckanext.greekmunicipal.budgets.records import rules
from ckanext.greekmunicipal.diavgeia.subjects import may_name_person
from ckanext.greekmunicipal.harvesters.budget_files import (
    BudgetSourceError,
    Unit,
    is_remote,
    resolved,
    shown,
)
from ckanext.greekmunicipal.tabular.grid import MAX_FILE

# Raised when the table itself changes; a change of the readers is seen by itself.
TABLE_VERSION = 2
# Rows of a finding that a report lists.
ROWS_SHOWN = 20
_BLOCK = 1 << 20
_LEVELS = ("error", "warning", "info")


class BudgetRefused(ValueError):  # noqa: N818 - says what happened to it
    """A budget that is not stored; what was there stays.

    Attributes:
        report: what was read of it, ready for the harvest report.
    """

    def __init__(self, message: str, report: dict[str, Any] | None = None) -> None:
        self.report = report or {}
        super().__init__(message)


@dataclass(frozen=True)
class SourceFile:
    """A file as it lies there now.

    Attributes:
        file: path under the folder of budgets, or address.
        place: where it really is.
        size: bytes.
        sha256: of its content.
        given_name: its name, where the path does not end in it.
    """

    file: str
    place: Path
    size: int
    sha256: str
    given_name: str = ""

    @property
    def name(self) -> str:
        """Its name as people may see it."""
        return PurePosixPath(shown(self.given_name or self.file)).name


@dataclass(frozen=True)
class ReadBudget:
    """A budget that may be stored.

    Attributes:
        lines: masked lines, each with a year and a side.
        report: what was read, masked and checked; no timings, no free text of the files.
        withheld: digests of the files of which something was left out.
    """

    lines: tuple[BudgetLine, ...]
    report: dict[str, Any]
    withheld: frozenset[str] = frozenset()


def source_files(unit: Unit) -> tuple[SourceFile, ...]:
    """Digests of the files of a unit.

    Raises:
        BudgetRefused: a file is gone, is no plain file or is too large.
    """
    return tuple(_source_file(file) for file in unit.files)


def _source_file(file: str) -> SourceFile:
    try:
        place = resolved(file)
        if not place.is_file():
            raise BudgetRefused(f"{shown(file)}: the file is no longer there. Put it back.")
        size = place.stat().st_size
        if size > MAX_FILE:
            raise BudgetRefused(
                f"{shown(file)}: it has {size} bytes; at most {MAX_FILE} are read."
                " Keep only the budget's table in the file."
            )
        return SourceFile(file, place, size, _digest(place))
    except BudgetSourceError as error:
        raise BudgetRefused(str(error)) from error
    except OSError as error:
        raise BudgetRefused(f"{shown(file)}: it cannot be read ({error.strerror}).") from error


def _digest(place: Path) -> str:
    digest = hashlib.sha256()
    with place.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def fingerprint(
    unit: Unit, files: tuple[SourceFile, ...], corrections: Sequence[Correction] = ()
) -> str:
    """Digest of all that the rows of a unit depend on: files, their names, our readers."""
    return fingerprint_of(unit, [file.sha256 for file in files], corrections)


def fingerprint_of(
    unit: Unit, digests: Sequence[str], corrections: Sequence[Correction] = ()
) -> str:
    """Digest of all that the rows of a unit depend on, from the digests of its files."""
    parts = [str(TABLE_VERSION), readers(), str(unit.year)]
    parts += [f"{file}\n{digest}" for file, digest in zip(unit.files, digests, strict=True)]
    parts += [str(correction) for correction in corrections]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@cache
def readers() -> str:
    """Digest of the code and tables that read and mask budgets.

    A better reader, or a stricter rule on names, then reads the files again by itself.
    """
    folders = [Path(folder) for folder in budget_package.__path__]
    names = [Path(folder) for folder in acts_package.__path__]
    paths = [
        path for folder in folders for kind in ("*.py", "*/*.csv") for path in folder.glob(kind)
    ]
    for folder in names:
        paths += [folder / f"{name}.py" for name in ("names", "subjects")]
        paths += folder.glob("data/*.csv")
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def read(
    unit: Unit,
    files: tuple[SourceFile, ...],
    municipality: str,
    *,
    corrections: Sequence[Correction] = (),
    before: Before | None = None,
) -> ReadBudget:
    """Read a unit and believe it only when its own checks hold.

    Args:
        unit: the files of one budget.
        files: their digests; a file that changes while it is read is refused.
        municipality: slug of the municipality.
        corrections: meanings of columns that a person has stated.
        before: what was published of earlier periods, to compare with.

    Raises:
        BudgetRefused: a file cannot be read, a check found an error, or a line has no
            year or side; the message says what to do.
    """
    try:
        budget = read_budget(
            [file.place for file in files],
            municipality=municipality,
            year=unit.year,
            withhold_label=may_name_person,
            corrections=corrections,
            before=before,
        )
    except UnreadableBudget as error:
        # The reader knows the file by its own name.
        told = "; ".join(file.name for file in files)
        raise BudgetRefused(
            f"{told}: {_safe(error.found)} Expected: {error.expected} {error.advice}"
        ) from error
    return take(unit, files, budget)


def take(
    unit: Unit, files: tuple[SourceFile, ...], budget: Budget, *, errors_confirmed: bool = False
) -> ReadBudget:
    """Take what was read of files for storing: masked, counted, refused if a check says so.

    Args:
        unit: the files of one budget.
        files: their digests from before they were read.
        budget: what was read of them.
        errors_confirmed: a person answers for the errors that the checks found.

    Raises:
        BudgetRefused: as :func:`read` says.
    """
    if _changed(budget, files):
        raise BudgetRefused(f"{unit.name}: a file changed while it was read. Harvest again.")
    lines, services_withheld = _masked(budget, files)
    report = _report(budget, files, lines, services_withheld)
    _refuse_errors(unit, budget, report, errors_confirmed)
    names = withheld_files(budget.lines)
    withheld = frozenset(file.sha256 for file in files if file.place.name in names)
    return ReadBudget(lines, report, withheld)


def withheld_files(lines: Iterable[BudgetLine]) -> set[str]:
    """Names of files of which something is left out, since it may name a person.

    Args:
        lines: as read: of names of services and sheets nothing was left out yet.
    """
    files = {
        line.source_file
        for line in lines
        if "label-withheld" in line.flags
        or _names_person(line.service_label)
        or _names_person(line.source_sheet)
    }
    # Of an archive the file that was handed over.
    return files | {file.partition("/")[0] for file in files}


def _changed(budget: Budget, files: tuple[SourceFile, ...]) -> bool:
    """Whether what was read is other than what had the digests."""
    read = {entry["file"]: entry["sha256"] for entry in budget.report["files"]}
    # Of an archive the reader tells the digests of what is in it.
    now = (
        _digest(file.place) if _is_archive(file, read) else read.get(file.place.name)
        for file in files
    )
    return any(digest != file.sha256 for digest, file in zip(now, files, strict=True))


def _is_archive(file: SourceFile, reported: Iterable[str]) -> bool:
    return any(name.startswith(f"{file.place.name}/") for name in reported)


def _name_of(reported: str, files: Iterable[SourceFile]) -> str:
    """Name, as people may see it, of a file or of one in an archive."""
    for file in files:
        if reported == file.place.name:
            return file.name
        if reported.startswith(f"{file.place.name}/"):
            return f"{file.name}/{shown(reported.removeprefix(f'{file.place.name}/'))}"
    return ""


def _masked(budget: Budget, files: tuple[SourceFile, ...]) -> tuple[tuple[BudgetLine, ...], int]:
    """Names of files, sheets and services that may name a person do not stay."""
    names = {name: _name_of(name, files) for name in {line.source_file for line in budget.lines}}
    lines, withheld = [], 0
    for line in budget.lines:
        changes: dict[str, Any] = {"source_file": names[line.source_file]}
        if _names_person(line.source_sheet):
            changes["source_sheet"] = ""
        if _names_person(line.service_label):
            withheld += 1
            changes |= {"service_label": "", "flags": (*line.flags, "service-withheld")}
        lines.append(line._replace(**changes))
    return tuple(lines), withheld


@cache
def _names_person(text: str) -> bool:
    return bool(text) and may_name_person(text)


def _safe(message: str) -> str:
    """A message that may quote a file: nothing of it is told when it may name a person."""
    if _names_person(message):
        return "what was found is not repeated, since it may name a person."
    return message


def _refuse_errors(
    unit: Unit, budget: Budget, report: dict[str, Any], errors_confirmed: bool
) -> None:
    if budget.has_errors and not errors_confirmed:
        errors = [found for found in report["findings"] if found["level"] == "error"]
        told = " ".join(_told(found) for found in errors)
        raise BudgetRefused(
            f"{unit.name}: {told} Nothing of it was stored; mend the file and harvest again.",
            report,
        )
    if not budget.lines:
        raise BudgetRefused(f"{unit.name}: it has no budget line.", report)
    if any(line.fiscal_year is None for line in budget.lines):
        raise BudgetRefused(
            f'{unit.name}: the fiscal year is unknown. Give it as "year" in the source.', report
        )
    if any(not line.side for line in budget.lines):
        raise BudgetRefused(f"{unit.name}: the side of some lines is unknown.", report)


def _told(found: dict[str, Any]) -> str:
    rows = ", ".join(map(str, found["rows"][:5]))
    more = " …" if found["count"] > 5 else ""
    return f"{found['message_en']}{f' [rows {rows}{more}]' if rows else ''}"


def _report(
    budget: Budget, files: tuple[SourceFile, ...], lines: tuple[BudgetLine, ...], services: int
) -> dict[str, Any]:
    counts = budget.report["rows"]
    levels = Counter(found.level for found in budget.findings)
    entries = {entry["file"]: entry for entry in budget.report["files"]}
    archive = {"format": "zip", "encoding": None}
    return {
        "files": [
            {
                "file": file.name,
                "sha256": file.sha256,
                "bytes": file.size,
                "format": entries.get(file.place.name, archive)["format"],
                "encoding": entries.get(file.place.name, archive)["encoding"],
                **({"address": shown(file.file)} if is_remote(file.file) else {}),
            }
            for file in files
        ],
        "read": {"files": len(files), "rows": counts["physical"], "lines": counts["lines"]},
        "skipped": {
            name: counts[name]
            for name in ("subtotals", "headers", "blank", "notes", "not_understood")
        },
        "masked": {
            "labels_withheld": sum("label-withheld" in line.flags for line in lines),
            "services_withheld": services,
        },
        "checked": {
            f"{level}s" if level != "info" else "notes": levels[level] for level in _LEVELS
        },
        "chart": budget.report["chart"],
        "fiscal_years": budget.report["fiscal_years"],
        "period_end": budget.report["period_end"],
        "lines": budget.report["lines"],
        "totals": budget.report["totals"],
        "findings": [_finding(found, files) for found in budget.findings],
    }


def _finding(found: Finding, files: tuple[SourceFile, ...]) -> dict[str, Any]:
    quotes = any(mark in rules()[found.rule].message_en for mark in ("{example}", "{columns}"))
    keep = not (quotes and (_names_person(found.message_en) or _names_person(found.message_el)))
    return {
        "level": found.level,
        "rule": found.rule,
        "message_el": found.message_el if keep else found.rule,
        "message_en": found.message_en if keep else found.rule,
        "count": len(found.rows),
        "rows": list(found.rows[:ROWS_SHOWN]),
        "file": _name_of(found.file, files),
    }


def keep_originals(files: tuple[SourceFile, ...], object_id: str) -> None:
    """Keep the untouched files by their digest, in a folder that is not served.

    Args:
        files: what was read and believed.
        object_id: who copies; a copy that was broken off is written over.

    Raises:
        BudgetRefused: there is no such folder, it cannot be written, or a file changed.
    """
    folder = our_config.originals_folder()
    if folder is None:
        raise BudgetRefused(
            f"No place for the original files: set {our_config.ORIGINALS} or ckan.storage_path."
        )
    try:
        for file in files:
            _keep(file, folder, object_id)
    except OSError as error:
        raise BudgetRefused(
            f"The original files cannot be kept ({error.strerror}): see that"
            f" {our_config.ORIGINALS} can be written."
        ) from error


def original_path(folder: Path, sha256: str, name: str) -> Path:
    """Where an original is kept."""
    return folder / sha256[:2] / f"{sha256}{''.join(PurePosixPath(name.lower()).suffixes[-1:])}"


def kept_original(sha256: str) -> Path | None:
    """Where the original of a digest is kept; None when it is not."""
    folder = our_config.originals_folder()
    if folder is None:
        return None
    names = (folder / sha256[:2]).glob(f"{sha256}*")
    return next((path for path in sorted(names) if path.is_file()), None)


def original_of(sha256: str) -> Path | None:
    """The original of a digest, whatever its name ended in; None if it is not kept."""
    folder = our_config.originals_folder()
    if folder is None:
        return None
    return next(iter(sorted((folder / sha256[:2]).glob(f"{sha256}*"))), None)


def _keep(file: SourceFile, folder: Path, object_id: str) -> None:
    target = original_path(folder, file.sha256, file.place.name)
    if target.exists() and _digest(target) == file.sha256:
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target.parent.mkdir(mode=0o700, exist_ok=True)
    part = target.with_name(f".{target.name}.{object_id}")
    digest = hashlib.sha256()
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as copy, file.place.open("rb") as original:
        while block := original.read(_BLOCK):
            digest.update(block)
            copy.write(block)
        copy.flush()
        os.fsync(copy.fileno())
    if digest.hexdigest() != file.sha256:
        part.unlink()
        raise BudgetRefused(f"{file.name}: the file changed while it was read. Harvest again.")
    part.replace(target)
