"""Harvester of datasets that a municipality publishes in other catalogues.

``catalogs/options.py`` says how a source is set up, ``catalogs/gathering.py`` how it is read.
"""

from __future__ import annotations

import json
import logging
import uuid
from typing import Any

import ckan.model as model
import ckan.plugins as p
import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckanext.harvest.interfaces import IHarvester
from ckanext.harvest.model import HarvestGatherError, HarvestObject
from flask import has_request_context

from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.harvesters import base, datasets, working
from ckanext.greekmunicipal.harvesters.catalogs import (
    gathering,
    preview,
    publishing,
    retention,
    store,
)
from ckanext.greekmunicipal.harvesters.catalogs.anchors import OwnAnchor, TicketAnchor, utcnow
from ckanext.greekmunicipal.harvesters.catalogs.options import Options, read_options
from ckanext.greekmunicipal.harvesters.catalogs.shape import shape

log = logging.getLogger(__name__)

NAME = "municipal_catalog"
# Datasets of one ticket of the queue: what the queue costs is then shared.
TICKET = 20
_INSERTED = 1000
# Pages that save a source: those of its package type, and of ckanext-harvest itself.
_FORMS = ("harvest.", "harvester.")


class MunicipalCatalogHarvester(p.SingletonPlugin):
    """Datasets of data.gov.gr, of another CKAN or of a DCAT feed."""

    p.implements(IHarvester)
    p.implements(p.IPackageController, inherit=True)

    def after_dataset_create(self, context: Any, pkg_dict: dict[str, Any]) -> None:
        """Show whoever made a source one record of it."""
        _show_preview(pkg_dict)

    def after_dataset_update(self, context: Any, pkg_dict: dict[str, Any]) -> None:
        """Show whoever changed a source one record of it."""
        _show_preview(pkg_dict)

    def info(self) -> dict[str, str]:
        """Describe the harvester to the form of sources."""
        return {
            "name": NAME,
            "title": "Σύνολα δεδομένων άλλων καταλόγων",
            "description": "Σύνολα που ο δήμος δημοσιεύει στο data.gov.gr, σε άλλο CKAN ή σε ροή"
            " DCAT · Datasets that the municipality publishes on data.gov.gr, in another CKAN or in"
            " a DCAT feed",
            "form_config_interface": "Text",
        }

    def validate_config(self, source_config: str) -> str:
        """Refuse a configuration that could not be harvested with.

        Raises:
            SourceOptionError: says which option, what was read, what was expected.
        """
        read_options(source_config)
        return source_config

    def gather_stage(self, harvest_job: Any) -> list[str]:
        """Read the catalogue; make tickets for what has changed, all of them in one commit."""
        return base.gather_safely(_gather, harvest_job)

    def fetch_stage(self, harvest_object: Any) -> bool | str:
        """Nothing is left to fetch."""
        return not working.is_aborted(harvest_object.harvest_job_id) or "unchanged"

    def import_stage(self, harvest_object: Any) -> bool | str:
        """Publish the datasets of a ticket."""
        ticket_id = harvest_object.id
        with datastore.session_lock(f"ticket:{ticket_id}"), working.heartbeat(ticket_id, _nothing):
            return base.import_safely(_import, harvest_object)


def _show_preview(source: dict[str, Any]) -> None:
    """Tell a person at the form of a source what its first record would become."""
    stored = {extra["key"]: extra["value"] for extra in source.get("extras") or ()} | source
    in_form = has_request_context() and (tk.request.endpoint or "").startswith(_FORMS)
    if source.get("type") != "harvest" or stored.get("source_type") != NAME or not in_form:
        return
    try:
        found = preview.of_options(read_options(stored.get("config")))
    except Exception as error:  # noqa: BLE001 - the source is saved, whatever is the matter with it
        tk.h.flash_error(
            tk._("The source is saved, but no dataset of it could be read: {why}").format(
                why=base.said(error)
            )
        )
        return
    titles = found["dataset"].get("title_translated") or {}
    tk.h.flash_notice(
        tk._(
            "First dataset of the catalogue: «{title}», {files} files. Values that cannot be"
            " mapped: {fields}. Datasets in all: {total}."
        ).format(
            title=titles.get(tk.h.lang()) or titles.get("el", ""),
            files=len(found["dataset"]["resources"]),
            fields=", ".join(look["field"] for look in found["not_mapped"]) or "–",
            total="–" if found["total"] is None else found["total"],
        )
    )


def _nothing() -> None:
    """The manifest has no line for a ticket."""


def _gather(job: Any) -> list[str]:
    options = read_options(job.source.config)
    owner_of(options, job.source_id)
    with datastore.session_lock(f"catalogue:{job.source_id}"):
        reading = gathering.read(job, options)
        if reading.held:
            HarvestGatherError.create(_held(reading), job)
        with datastore.transaction() as cursor:
            pending = store.pending(cursor, job.source_id)
        retention.forget_old_objects(job.source_id)
        return _tickets(job, pending)


def _held(reading: gathering.Reading) -> str:
    count, known = len(reading.held), len(reading.known)
    return (
        f"{count} of {known} datasets are no longer in the catalogue: too many to delete at once."
        " They stay until the next harvest misses them too, or until somebody confirms."
        f" · {count} από {known} σύνολα δεν είναι πια στον κατάλογο: πολλά για να διαγραφούν"
        " αμέσως. Μένουν ώσπου να λείψουν και στην επόμενη συγκομιδή, ή ώσπου να το επιβεβαιώσει"
        " κάποιος."
    )


def owner_of(options: Options, source_id: str) -> str:
    """Id of the organisation that owns new datasets of a source.

    Raises:
        OrganizationMissing: the municipality has none here, or the source belongs to none.
    """
    if options.municipality is not None:
        return datasets.owner_of(options.municipality.diavgeia_uid)
    package = model.Package.get(source_id)
    if package is None or not package.owner_org:
        raise datasets.OrganizationMissing(
            'The source belongs to no organisation and names no "municipality": say whose datasets'
            " they are."
        )
    return package.owner_org


def _tickets(job: Any, package_ids: list[str]) -> list[str]:
    """Tickets for datasets, past the session, which would keep each of them."""
    batches = [package_ids[at : at + TICKET] for at in range(0, len(package_ids), TICKET)]
    made = []
    for batch in batches:
        ticket = {"id": str(uuid.uuid4()), "content": json.dumps(batch), "guid": _guid(batch[0])}
        made.append(ticket)
    of: Any = HarvestObject
    rest = {
        "harvest_job_id": job.id,
        "harvest_source_id": job.source_id,
        "current": True,
        "state": "WAITING",
        "gathered": utcnow(),
        "retry_times": 0,
    }
    for at in range(0, len(made), _INSERTED):
        rows = [{**ticket, **rest} for ticket in made[at : at + _INSERTED]]
        model.Session.execute(sa.insert(of.__table__), rows)
    model.Session.commit()
    return [ticket["id"] for ticket in made]


def _guid(package_id: str) -> str:
    return f"catalogue:{package_id}"


def _import(ticket: Any) -> bool | str:
    if working.is_aborted(ticket.harvest_job_id):
        return "unchanged"
    package_ids = json.loads(ticket.content or "[]")
    source_id, config = ticket.source.id, ticket.source.config
    options = read_options(config)
    owner = owner_of(options, source_id)
    kinds = dict(shape().fields)
    municipality = options.municipality.slug if options.municipality else ""
    outcomes = []
    with publishing.package_locks(package_ids):
        with datastore.transaction() as cursor:
            known = store.records_of(cursor, package_ids)
        done = []
        for number, package_id in enumerate(package_ids):
            anchor = OwnAnchor(ticket, _guid(package_id)) if number else TicketAnchor(ticket)
            try:
                outcome = publishing.publish(
                    package_id,
                    known[package_id],
                    owner=owner,
                    municipality=municipality,
                    fields=kinds,
                    anchor=anchor,
                )
            except Exception as error:
                log.warning("Dataset %s failed: %s", package_id, base.said(error), exc_info=True)
                model.Session.rollback()
                outcome = None
                anchor.fail(base.said(error))
            else:
                done += known[package_id]
            outcomes.append(outcome)
        with datastore.transaction() as cursor:
            store.note_published(cursor, done)
    ticket.content = None
    model.Session.commit()
    first = outcomes[0] if outcomes else publishing.LEFT
    return "unchanged" if first == publishing.LEFT else first is not None
