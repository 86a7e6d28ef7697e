"""Harvester of municipalities' budget files; :mod:`.budget_files` says how a source is set up."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
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
    budget_files,
    budget_reading,
    budget_store,
    budget_versions,
    datasets,
    working,
)
from ckanext.greekmunicipal.harvesters.budget_files import Options, Unit
from ckanext.greekmunicipal.harvesters.identity import BUDGET, package_id
from ckanext.greekmunicipal.municipalities import Municipality

log = logging.getLogger(__name__)

STORED, UNCHANGED, FAILED, DELETED = "stored", "unchanged", "failed", "deleted"


class MunicipalBudgetHarvester(p.SingletonPlugin):
    """Budget and execution files: one unit of the queue for each budget."""

    p.implements(IHarvester)

    def info(self) -> dict[str, str]:
        """Describe the harvester to the form of sources."""
        return {
            "name": "municipal_budget",
            "title": "Αρχεία προϋπολογισμού",
            "description": "Προϋπολογισμός και εκτέλεση από αρχεία του δήμου"
            " · Budget and execution from files of the municipality",
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
    units, refused = budget_files.units_of(options)
    for problem in refused:
        HarvestGatherError.create(problem, job)
    purged = model.Package.get(package_id(uid, BUDGET)) is None
    with datastore.transaction() as cursor:
        lost = budget_store.forget_lost_table(cursor, uid)
        if (purged and budget_store.forget(cursor, uid)) or lost:
            log.warning("The budget dataset of %s, or its table, is gone: all is read again", uid)
    return base.add_objects(job, ((str(uuid.uuid4()), _guid(uid, unit)) for unit in units))


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
        self.uid = self.municipality.diavgeia_uid
        self.units = _units(options)
        self.unit = self._find(harvest_object.guid)

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
            return any(one.key == unit for one in self.units)
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


def _units(options: Options) -> list[Unit]:
    return budget_files.units_of(options)[0]


def _fetch(harvest_object: Any) -> bool | str:
    if working.is_aborted(harvest_object.harvest_job_id):
        return UNCHANGED
    work = _Work(harvest_object)
    try:
        # One writer a municipality; the memory that this takes is that of one budget.
        with datastore.session_lock(f"budget:{work.uid}"):
            return _read_unit(work)
    except Exception as error:
        found = getattr(error, "report", {})
        stored = {"stored": {"lines": 0}}
        with datastore.transaction() as cursor:
            work.tell(cursor, work.report(FAILED, {**found, **stored}, errors=[base.said(error)]))
        raise


def _read_unit(work: _Work) -> bool | str:
    files = budget_reading.source_files(work.unit)
    fingerprint = budget_reading.fingerprint(work.unit, files)
    with datastore.transaction() as cursor:
        budget_store.forget_lost_table(cursor, work.uid)
        state = budget_store.unit_state(cursor, work.uid, work.unit.key)
        if state and state.fingerprint == fingerprint:
            found = {"read": {"files": len(files)}, "stored": {"lines": 0}}
            work.tell(cursor, work.report(UNCHANGED, found), keep=not state.published)
            return UNCHANGED if state.published else True
    budget = budget_reading.read(work.unit, files, work.municipality.slug)
    if not prepare(work.uid):
        told = "The dataset was deleted by a person: nothing is stored until it is restored."
        with datastore.transaction() as cursor:
            stored = {"stored": {"lines": 0}, "note": told}
            work.tell(cursor, work.report(DELETED, {**budget.report, **stored}))
        return UNCHANGED
    budget_reading.keep_originals(files, work.object_id)
    if not working.is_aborted(work.job_id):
        _store(work, budget, fingerprint)
    return True


def prepare(uid: str) -> bool:
    """See to it that dataset and table are there; False when a person deleted the dataset."""
    if not datasets.prepare(budget_datasets.dataset_of(uid, None)):
        return False
    datastore.ensure_table(datasets.site_context(), budget_store.table_of(uid), budget_store.SPEC)
    return True


def _store(work: _Work, budget: budget_reading.ReadBudget, fingerprint: str) -> None:
    with datastore.transaction() as cursor:
        try:
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
        except budget_store.PartTaken as taken:
            raise budget_reading.BudgetRefused(
                f"{work.unit.name}: {taken}", budget.report
            ) from taken
        stored = {"stored": {"lines": written}}
        work.tell(cursor, work.report(STORED, {**budget.report, **stored}))


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
