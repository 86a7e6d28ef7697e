"""Harvester of municipalities' budget files; :mod:`.budget_files` says how a source is set up."""

from __future__ import annotations

import datetime as dt
import logging
import tempfile
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import ckan.model as model
import ckan.plugins as p
from ckanext.harvest.interfaces import IHarvester
from ckanext.harvest.model import (
    HarvestGatherError,
    HarvestObjectError,
    HarvestSource,
)

from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.harvesters import (
    base,
    budget_datasets,
    budget_earlier,
    budget_files,
    budget_originals,
    budget_reading,
    budget_store,
    budget_versions,
    datasets,
    working,
)
from ckanext.greekmunicipal.harvesters.budget_files import Options, Unit
from ckanext.greekmunicipal.harvesters.budget_reading import BudgetRefused, SourceFile
from ckanext.greekmunicipal.harvesters.budget_sources import listing, memory
from ckanext.greekmunicipal.harvesters.budget_sources.downloads import Downloads
from ckanext.greekmunicipal.harvesters.budget_sources.errors import failure
from ckanext.greekmunicipal.harvesters.budget_sources.options import Listed
from ckanext.greekmunicipal.harvesters.identity import BUDGET, package_id
from ckanext.greekmunicipal.municipalities import Municipality

log = logging.getLogger(__name__)

STORED, UNCHANGED, FAILED, DELETED = "stored", "unchanged", "failed", "deleted"
# A list was read; a later document of the same list gives the same part.
LISTED, SUPERSEDED = "listed", "superseded"


class MunicipalBudgetHarvester(p.SingletonPlugin):
    """Budget and execution files: one unit of the queue for each budget."""

    p.implements(IHarvester)

    def info(self) -> dict[str, str]:
        """Describe the harvester to the form of sources."""
        return {
            "name": "municipal_budget",
            "title": "Αρχεία προϋπολογισμού",
            "description": "Προϋπολογισμός και εκτέλεση από αρχεία του δήμου: φάκελος, διευθύνσεις,"
            " ιστοσελίδα, ροή, CKAN, Διαύγεια · Budget and execution from files of the municipality:"
            " folder, addresses, web page, feed, CKAN, Diavgeia",
            "form_config_interface": "Text",
        }

    def validate_config(self, source_config: str) -> str:
        """Refuse a configuration that could not be harvested with.

        Raises:
            BudgetSourceError: says which option, what was read, what was expected.
        """
        budget_files.read_options(source_config)
        return source_config

    def gather_stage(self, harvest_job: Any) -> list[str]:
        """Make an object for each budget; all of them in one commit."""
        return base.gather_safely(_gather, harvest_job)

    def fetch_stage(self, harvest_object: Any) -> bool | str:
        """Read, check and store a budget; ``unchanged`` after one comparison."""
        object_id, guid = harvest_object.id, harvest_object.guid
        try:
            with (
                datastore.session_lock(f"ticket:{object_id}"),
                working.heartbeat(object_id, lambda: None),
            ):
                return _fetch(harvest_object)
        except Exception as error:  # noqa: BLE001 - raising would end the consumer
            log.warning("Budget %s failed: %s", guid, base.said(error))
            model.Session.rollback()
            HarvestObjectError.create(base.said(error), harvest_object, "Fetch")
            return False

    def import_stage(self, harvest_object: Any) -> bool | str:
        """Publish the dataset as the table now is."""
        with working.heartbeat(harvest_object.id, lambda: None):
            return base.import_safely(_import, harvest_object)


def _gather(job: Any) -> list[str]:
    options = budget_files.read_options(job.source.config)
    uid = options.municipality.diavgeia_uid
    datasets.owner_of(uid)
    if options.listed is not None:
        units, refused = _list(job, options, options.listed)
    else:
        units, refused = budget_files.units_of(options)
    for problem in refused:
        HarvestGatherError.create(problem, job)
    purged = model.Package.get(package_id(uid, BUDGET)) is None
    with datastore.transaction() as cursor:
        lost = budget_store.forget_lost_table(cursor, uid)
        if (purged and budget_store.forget(cursor, uid)) or lost:
            log.warning("The budget dataset of %s, or its table, is gone: all is read again", uid)
    return base.add_objects(job, ((str(uuid.uuid4()), _guid(uid, unit)) for unit in units))


def _list(job: Any, options: Options, listed: Listed) -> tuple[list[Unit], list[str]]:
    """Read the list of a source; when it cannot be believed, what it gave before stays."""
    started = dt.datetime.now(dt.timezone.utc)
    name = listing.name_of_list(listed)
    municipality = options.municipality

    def tell(cursor: Any, status: str, read: dict[str, int], errors: list[str]) -> None:
        report = {
            "municipality": municipality.slug,
            "organization_uid": municipality.diavgeia_uid,
            "unit": name,
            "status": status,
            "seconds": round((dt.datetime.now(dt.timezone.utc) - started).total_seconds(), 3),
            "errors": errors,
            "read": read,
        }
        budget_store.write_report(cursor, job.id, name, job.source_id, started, report)

    try:
        found = listing.read_list(listed, municipality.diavgeia_uid)
    except Exception as error:
        with datastore.transaction() as cursor:
            tell(cursor, FAILED, {}, [base.said(error)])
        raise
    with datastore.transaction() as cursor:
        memory.write_listing(cursor, job.source_id, found.units)
        tell(cursor, LISTED, found.counts, list(found.refused))
    return list(found.units), list(found.refused)


def _guid(uid: str, unit: Unit) -> str:
    return f"{BUDGET}:{uid}:{unit.key}"


class _Work:
    """One unit of a job."""

    def __init__(self, harvest_object: Any) -> None:
        self.object_id: str = harvest_object.id
        self.job_id: str = harvest_object.harvest_job_id
        self.source_id: str = harvest_object.source.id
        self.started = dt.datetime.now(dt.timezone.utc)
        options = budget_files.read_options(harvest_object.source.config)
        self.municipality: Municipality = options.municipality
        self.corrections = options.corrections
        self.uid = self.municipality.diavgeia_uid
        self.units = _units(options, self.source_id)
        self.unit = self._find(harvest_object.guid)
        self.later: Unit | None = None

    def _find(self, guid: str) -> Unit:
        for unit in self.units:
            if _guid(self.uid, unit) == guid:
                return unit
        raise LookupError(
            "The files of this budget are no longer in the source. Put them back, or harvest again."
        )

    def still_given(self, unit: str, source_id: str) -> bool:
        """Whether a unit is still in its source: then its rows are not taken from it."""
        if source_id == budget_versions.BY_HAND:
            return True  # what a person published stays until a person replaces it
        if source_id == self.source_id:
            owner = next((one for one in self.units if one.key == unit), None)
            if owner is None or owner.order < self.unit.order:
                return False
            self.later = owner if owner.order > self.unit.order else None
            return True
        source: Any = HarvestSource.get(source_id)
        return source is not None and source.active

    def report(self, status: str, found: dict[str, Any], **more: Any) -> dict[str, Any]:
        """The report of the unit; ``errors`` are for administrators only."""
        seconds = (dt.datetime.now(dt.timezone.utc) - self.started).total_seconds()
        return {
            "municipality": self.municipality.slug,
            "organization_uid": self.uid,
            "unit": self.unit.name,
            "status": status,
            "seconds": round(seconds, 3),
            "errors": [],
            **found,
            **more,
        }

    def tell(self, cursor: Any, report: dict[str, Any], *, keep: bool = False) -> None:
        """Write the report."""
        budget_store.write_report(
            cursor, self.job_id, self.unit.name, self.source_id, self.started, report, keep=keep
        )


def _units(options: Options, source_id: str) -> list[Unit]:
    if options.listed is None:
        return budget_files.units_of(options)[0]
    with datastore.transaction() as cursor:
        return memory.listing(cursor, source_id)


def _fetch(harvest_object: Any) -> bool | str:
    if working.is_aborted(harvest_object.harvest_job_id):
        return UNCHANGED
    work = _Work(harvest_object)
    try:
        return _read_unit(work)
    except Exception as error:
        found = getattr(error, "report", {})
        stored = {"stored": {"lines": 0}}
        with datastore.transaction() as cursor:
            work.tell(cursor, work.report(FAILED, {**found, **stored}, errors=[base.said(error)]))
        raise


def _read_unit(work: _Work) -> bool | str:
    if not work.unit.is_remote:
        files = budget_reading.source_files(work.unit)
        return _take(work, [file.sha256 for file in files], lambda: files, {})
    with (
        listing.open_web() as web,
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
    ):
        with datastore.transaction() as cursor:
            known = memory.last_seen(cursor, work.unit.files)
            is_settled = _is_settled(cursor, work, known)
        downloads = Downloads(work.unit, web, Path(folder), known, is_settled=is_settled)
        seen = downloads.look()
        with datastore.transaction() as cursor:
            memory.note_seen(cursor, seen)
        read = {"requests": web.requests}
        return _take(work, [each.sha256 for each in seen], downloads.files, read)


def _is_settled(cursor: Any, work: _Work, known: dict[str, memory.Seen]) -> bool:
    """Whether what was last seen needs no reading: it is stored, or was refused, as it is."""
    if any(url not in known for url in work.unit.files):
        return False
    budget_store.forget_lost_table(cursor, work.uid)
    digests = [known[url].sha256 for url in work.unit.files]
    fingerprint = budget_reading.fingerprint_of(work.unit, digests, work.corrections)
    state = budget_store.unit_state(cursor, work.uid, work.unit.key)
    refused = memory.refusal(cursor, work.uid, work.unit.key)
    return fingerprint in (state and state.fingerprint, refused and refused.fingerprint)


def _take(
    work: _Work,
    digests: Sequence[str],
    files: Callable[[], tuple[SourceFile, ...]],
    asked: dict[str, int],
) -> bool | str:
    """Read and store a unit, unless it is known as it is.

    Args:
        work: the unit.
        digests: of its files.
        files: gives the files where they can be read.
        asked: what it cost to know the digests, for the report.
    """
    # One writer a municipality; the memory that this takes is that of one budget. Nobody waits for
    # it while a slow server is asked.
    with datastore.session_lock(f"budget:{work.uid}"):
        return _take_locked(work, digests, files, asked)


def _take_locked(
    work: _Work,
    digests: Sequence[str],
    files: Callable[[], tuple[SourceFile, ...]],
    asked: dict[str, int],
) -> bool | str:
    fingerprint = budget_reading.fingerprint_of(work.unit, digests, work.corrections)
    with datastore.transaction() as cursor:
        budget_store.forget_lost_table(cursor, work.uid)
        state = budget_store.unit_state(cursor, work.uid, work.unit.key)
        if state and state.fingerprint == fingerprint:
            found = {"read": {"files": len(digests), **asked}, "stored": {"lines": 0}}
            work.tell(cursor, work.report(UNCHANGED, found), keep=not state.published)
            return UNCHANGED if state.published else True
        refused = memory.refusal(cursor, work.uid, work.unit.key) if work.unit.is_remote else None
    if refused and refused.fingerprint == fingerprint and not _may_return(work, refused):
        return _told_again(work, refused)
    there = files()
    budget = _read(work, there, fingerprint)
    budget.report["read"] |= asked
    if not prepare(work.uid):
        told = "The dataset was deleted by a person: nothing is stored until it is restored."
        with datastore.transaction() as cursor:
            stored = {"stored": {"lines": 0}, "note": told}
            work.tell(cursor, work.report(DELETED, {**budget.report, **stored}))
        return UNCHANGED
    budget_reading.keep_originals(there, work.object_id)
    if working.is_aborted(work.job_id):
        return True
    clean = budget_originals.clean_files(work.uid, there, budget.withheld)
    private = sum(file.sha256 not in clean for file in there)
    budget.report["masked"]["originals_private"] = private
    return _store(work, budget, fingerprint, clean)


def _may_return(work: _Work, refused: memory.Refusal) -> bool:
    """Whether the later document that took the place of this one is no longer in the list."""
    return refused.superseded_by is not None and all(
        unit.key != refused.superseded_by for unit in work.units
    )


def _told_again(work: _Work, refused: memory.Refusal) -> str:
    if refused.superseded_by is None:
        raise BudgetRefused(refused.message, refused.report)
    _tell_superseded(work, refused)
    return UNCHANGED


def _tell_superseded(work: _Work, refused: memory.Refusal) -> None:
    found = {**refused.report, "stored": {"lines": 0}, "note": refused.message}
    with datastore.transaction() as cursor:
        memory.note_refusal(cursor, work.uid, work.unit.key, refused)
        work.tell(cursor, work.report(SUPERSEDED, found))


def _read(
    work: _Work, files: tuple[SourceFile, ...], fingerprint: str
) -> budget_reading.ReadBudget:
    """Read a unit; of one on the web it is noted why it is refused."""
    unit = work.unit
    try:
        budget = budget_reading.read(
            unit,
            files,
            work.municipality.slug,
            corrections=work.corrections,
            before=budget_earlier.published_before(work.municipality.diavgeia_uid),
        )
        if unit.kind == "statement" and any(line.period_end is None for line in budget.lines):
            raise BudgetRefused(str(failure("no-period", name=unit.name)), budget.report)
        return budget
    except BudgetRefused as refused:
        if unit.is_remote:
            noted = memory.Refusal(fingerprint, str(refused), refused.report, None)
            with datastore.transaction() as cursor:
                memory.note_refusal(cursor, work.uid, unit.key, noted)
        raise


def prepare(uid: str) -> bool:
    """See to it that dataset and table are there; False when a person deleted the dataset."""
    if not datasets.prepare(budget_datasets.dataset_of(uid, None)):
        return False
    datastore.ensure_table(datasets.site_context(), budget_store.table_of(uid), budget_store.SPEC)
    return True


def _store(
    work: _Work, budget: budget_reading.ReadBudget, fingerprint: str, clean: frozenset[str]
) -> bool | str:
    try:
        with datastore.transaction() as cursor:
            written = budget_store.load(
                cursor,
                work.uid,
                work.unit.key,
                budget.lines,
                fingerprint=fingerprint,
                source_id=work.source_id,
                still_given=work.still_given,
                report=budget.report,
            )
            budget_originals.settle(cursor, work.uid, budget.report, clean)
            memory.forget_refusal(cursor, work.uid, work.unit.key)
            stored = {"stored": {"lines": written}}
            work.tell(cursor, work.report(STORED, {**budget.report, **stored}))
            return True
    except budget_store.PartTaken as taken:
        message = f"{work.unit.name}: {taken}"
        if work.later is None:
            raise BudgetRefused(message, budget.report) from taken
        message = str(failure("superseded", name=work.unit.name, later=work.later.name))
        _tell_superseded(work, memory.Refusal(fingerprint, message, budget.report, work.later.key))
        return UNCHANGED


def _import(harvest_object: Any) -> bool | str:
    work_job, job_id = harvest_object.job, harvest_object.harvest_job_id
    if working.is_aborted(job_id):
        return UNCHANGED
    work = _Work(harvest_object)
    try:
        status = publish_body(work.uid, work_job)
    except Exception as error:
        with datastore.transaction() as cursor:
            budget_store.add_error(cursor, job_id, work.unit.name, base.said(error))
        raise
    return UNCHANGED if status in (UNCHANGED, DELETED) else True


def publish_body(uid: str, job: Any | None) -> str:
    """Publish the budget dataset of a municipality, if it does not stand there as it is.

    Args:
        uid: Diavgeia's number of the municipality.
        job: the job to which the dataset is bound; None outside of a harvest.

    Returns:
        ``added``, ``updated``, ``unchanged`` or ``deleted`` (by a person; left so).
    """
    with datastore.session_lock(f"publish:{BUDGET}:{uid}"):
        with datastore.transaction() as cursor:
            facts = budget_store.facts_of(cursor, uid)
        if facts is None:
            return UNCHANGED
        status = datasets.publish(budget_datasets.dataset_of(uid, facts), BUDGET, job)
        if status != DELETED:
            with datastore.transaction() as cursor:
                budget_store.note_published(cursor, uid, facts.fingerprints)
        return status


__all__ = ["MunicipalBudgetHarvester", "prepare", "publish_body"]
