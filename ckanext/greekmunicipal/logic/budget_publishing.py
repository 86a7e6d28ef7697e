"""What a person publishes goes the way of the harvester: store, note, tell in the dataset.

It can be broken off at any instruction: rows, versions and confirmations are one transaction, and
what is left then is done by the next publication of the same files, or by the next harvest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import ckan.model as model

from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.budgets import PHASES
from ckanext.greekmunicipal.budgets.reader import no_collection
from ckanext.greekmunicipal.harvesters import (
    budget_mappings,
    budget_originals,
    budget_reading,
    budget_store,
    budget_versions,
    budgets,
)
from ckanext.greekmunicipal.harvesters.budget_files import Unit
from ckanext.greekmunicipal.harvesters.budget_reading import ReadBudget, SourceFile
from ckanext.greekmunicipal.harvesters.budget_versions import BY_HAND
from ckanext.greekmunicipal.harvesters.identity import BUDGET, package_id
from ckanext.greekmunicipal.logic import budget_checking
from ckanext.greekmunicipal.logic.budget_checking import Examined
from ckanext.greekmunicipal.logic.budget_uploads import Held
from ckanext.greekmunicipal.municipalities import Municipality
from ckanext.greekmunicipal.privacy import Report
from ckanext.greekmunicipal.privacy.sources import digest
from ckanext.greekmunicipal.publication import store as scans
from ckanext.greekmunicipal.publication.gate import Consent

UNCHANGED, STORED = "unchanged", "stored"


class ErrorsNotConfirmed(ValueError):  # noqa: N818 - says what is the matter
    """The checks found errors, and nobody answers for them.

    Attributes:
        findings: those of level ``error``.
    """

    def __init__(self, findings: list[dict[str, Any]]) -> None:
        super().__init__(", ".join(found["rule"] for found in findings))
        self.findings = findings


class NoAmounts(ValueError):  # noqa: N818 - says what is the matter
    """No line has an amount: what its columns mean was not understood."""


class DatasetDeleted(RuntimeError):  # noqa: N818 - says what is the matter
    """A person deleted the budget dataset: it is not made again in silence."""


@dataclass(frozen=True)
class Order:
    """What a person wants to publish.

    Attributes:
        municipality: whose budget it is.
        held: the files.
        user: id (None for the console) and name.
        reason: why errors are published; empty if they are not.
        rules: the rules that the person saw broken; None if the reason covers all.
        consent: files that may be served in spite of what the scan found.
        with_originals: whether the files are served beside the table.
    """

    municipality: Municipality
    held: Held
    user: tuple[str | None, str]
    reason: str = ""
    rules: frozenset[str] | None = None
    consent: Consent = field(default_factory=Consent)
    with_originals: bool = True

    @property
    def uid(self) -> str:
        """Diavgeia's number of the municipality."""
        return self.municipality.diavgeia_uid


@dataclass(frozen=True)
class _Work:
    order: Order
    examined: Examined
    files: tuple[SourceFile, ...]
    read: ReadBudget
    parts: dict[budget_store.Part, int]
    errors: tuple[str, ...]

    @property
    def unit(self) -> str:
        """Key of what speaks of these parts: no key of the harvester is like it."""
        parts = sorted((year, str(end or ""), side) for year, end, side in self.parts)
        return f"form-{hashlib.sha256(repr(parts).encode()).hexdigest()[:27]}"

    @property
    def fingerprint(self) -> str:
        """Of all that the rows depend on, the names of the files aside."""
        parts = [
            str(budget_reading.TABLE_VERSION),
            budget_reading.readers(),
            str(self.order.held.year),
            json.dumps(sorted(file.sha256 for file in self.files)),
            json.dumps([asdict(each) for each in self.examined.corrections], sort_keys=True),
        ]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def publish(order: Order, examined: Examined, *, dry_run: bool = False) -> dict[str, Any]:
    """Publish a budget that was read.

    Args:
        order: what is published, and on whose word.
        examined: what was read of the files.
        dry_run: say what would be done, change nothing.

    Returns:
        ``status`` (``stored``, ``unchanged``), ``dataset`` (``added``, ``updated``,
        ``unchanged``; None in a dry run), ``lines`` written, ``parts``, ``originals``.

    Raises:
        ErrorsNotConfirmed: there are errors without a reason.
        NoAmounts: no column of amounts was understood.
        DatasetDeleted: the dataset was deleted by a person.
        budget_reading.BudgetRefused: no lines, or lines without year or side.
    """
    work = _work(order, examined)
    with datastore.session_lock(f"budget:{order.uid}"):
        stands = _stands(work)
        if dry_run:
            status = UNCHANGED if stands else STORED
            return _told(work, status, None, 0 if stands else len(work.read.lines), [])
        _forget_what_is_gone(order.uid)
        if not budgets.prepare(order.uid):
            raise DatasetDeleted
        budget_reading.keep_originals(work.files, order.held.token)
        written = 0 if stands else _store(work)
        served = _serve_originals(work) if order.with_originals else _withdraw_originals(work)
    dataset = budgets.publish_body(order.uid, None)
    for report, _entry in served:
        budget_originals.note_served(order.uid, report.sha256)
    return _told(work, UNCHANGED if stands else STORED, dataset, written, served)


def _work(order: Order, examined: Examined) -> _Work:
    files = tuple(map(_source_file, order.held.paths))
    unit = Unit(tuple(file.file for file in files), order.held.year)
    found = [each for each in examined.budget.findings if each.level == "error"]
    rules = tuple(sorted({each.rule for each in found}))
    read = budget_reading.take(unit, files, examined.budget, errors_confirmed=True)
    if rules and not (order.reason and (order.rules is None or set(rules) <= order.rules)):
        told = [each for each in read.report["findings"] if each["level"] == "error"]
        raise ErrorsNotConfirmed(told)
    if not any(line.amount(phase) is not None for line in read.lines for phase in PHASES):
        raise NoAmounts
    return _Work(order, examined, files, read, budget_store.parts_of(read.lines), rules)


def _source_file(path: Path) -> SourceFile:
    return SourceFile(path.name, path, path.stat().st_size, digest(path))


def _stands(work: _Work) -> bool:
    """Whether the very same was stored, and is still what the table holds."""
    uid = work.order.uid
    if model.Package.get(package_id(uid, BUDGET)) is None:
        return False
    with datastore.transaction() as cursor:
        if not datastore.is_table(cursor, budget_store.table_of(uid)):
            return False
        state = budget_store.unit_state(cursor, uid, work.unit)
        if state is None or state.fingerprint != work.fingerprint:
            return False
        cursor.execute(
            "SELECT count(*) FROM greekmunicipal.budget_part"
            " WHERE organization_uid = %s AND unit = %s",
            (uid, work.unit),
        )
        return cursor.fetchone()[0] == len(work.parts)


def _forget_what_is_gone(uid: str) -> None:
    """Forget units of a dataset that was purged, or whose table is lost."""
    purged = model.Package.get(package_id(uid, BUDGET)) is None
    with datastore.transaction() as cursor:
        if purged:
            budget_store.forget(cursor, uid)
        budget_store.forget_lost_table(cursor, uid)


def _store(work: _Work) -> int:
    order, uid = work.order, work.order.uid
    report = dict(work.read.report)
    with no_collection(), datastore.transaction() as cursor:
        if work.errors:
            report["confirmed"] = work.fingerprint
            budget_versions.confirm(
                cursor,
                uid,
                work.unit,
                fingerprint=work.fingerprint,
                sha256=[file.sha256 for file in work.files],
                rules=list(work.errors),
                reason=order.reason,
                user=order.user,
            )
        written = budget_store.load(
            cursor,
            uid,
            work.unit,
            work.read.lines,
            fingerprint=work.fingerprint,
            source_id=BY_HAND,
            # What a person hands over takes the place of what was harvested.
            still_given=lambda _unit, _source: False,
            report=report,
        )
        budget_mappings.save(
            cursor, uid, work.examined.layouts, work.examined.corrections, order.user[1]
        )
    return written


def _serve_originals(work: _Work) -> list[tuple[Report, dict[str, Any]]]:
    """Files that are served from now on: nothing was found in them, or somebody confirmed it."""
    order = work.order
    served = []
    for file, entry in zip(work.files, work.read.report["files"], strict=True):
        if _needs_confirmation(work, file):
            continue
        report = budget_checking.scan_of(file.place)
        known = budget_originals.served(budget_originals.id_of(order.uid, file.sha256))
        if known is None and file.sha256 in order.consent.digests and order.consent.reason:
            _confirm(order, report, entry)
        with datastore.transaction() as cursor:
            budget_originals.add(cursor, order.uid, entry, work.read.report)
        served.append((report, entry))
    return served


def _withdraw_originals(work: _Work) -> list[Any]:
    """Files that the person does not want to be served, or served any longer."""
    with datastore.transaction() as cursor:
        for file in work.files:
            budget_originals.withdraw(cursor, work.order.uid, file.sha256)
    return []


def _confirm(order: Order, report: Report, entry: dict[str, Any]) -> None:
    scans.confirm(
        scans.Confirmation(order.user[0], order.user[1], order.consent.reason),
        sha256=report.sha256,
        file=entry["file"],
        counts=report.counts,
        resource_id=budget_originals.id_of(order.uid, report.sha256),
        package_id=package_id(order.uid, BUDGET),
    )


def _withheld(work: _Work, served: Collection[str]) -> list[str]:
    """Files that are not served, since nobody answers for what may be in them."""
    if not work.order.with_originals:
        return []
    return [
        file.name
        for file in work.files
        if file.sha256 not in served and _needs_confirmation(work, file)
    ]


def _needs_confirmation(work: _Work, file: SourceFile) -> bool:
    """Whether a file is served only on somebody's word, and nobody has given it yet."""
    order = work.order
    if file.sha256 in order.consent.digests and order.consent.reason:
        return False
    if budget_originals.served(budget_originals.id_of(order.uid, file.sha256)):
        return False
    withheld = file.sha256 in work.read.withheld
    return budget_checking.needs_confirmation(budget_checking.scan_of(file.place), withheld)


def _told(
    work: _Work,
    status: str,
    dataset: str | None,
    written: int,
    served: Iterable[tuple[Report, dict[str, Any]]],
) -> dict[str, Any]:
    return {
        "status": status,
        "dataset": dataset,
        "lines": written,
        "parts": [
            {
                "fiscal_year": year,
                "period_end": end.isoformat() if end else None,
                "side": side,
                "lines": lines,
            }
            for (year, end, side), lines in sorted(work.parts.items(), key=str)
        ],
        "confirmed": list(work.errors),
        "originals": [entry["file"] for _report, entry in served],
        "originals_withheld": _withheld(work, {entry["sha256"] for _report, entry in served}),
        "dataset_id": package_id(work.order.uid, BUDGET),
        "dataset_name": f"{work.order.municipality.slug}-{BUDGET}",
    }


__all__ = ["DatasetDeleted", "ErrorsNotConfirmed", "NoAmounts", "Order", "publish"]
