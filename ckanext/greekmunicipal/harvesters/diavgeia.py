"""Harvester of the acts of Diavgeia."""

from __future__ import annotations

import logging
import uuid
from typing import Any

import ckan.model as model
import ckan.plugins as p
from ckanext.harvest.interfaces import IHarvester
from ckanext.harvest.model import HarvestObjectError

from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.harvesters import (
    acts_datasets,
    acts_facts,
    base,
    datasets,
    diavgeia_gather,
    diavgeia_reading,
    manifest,
    working,
)
from ckanext.greekmunicipal.harvesters.diavgeia_options import (
    Options,
    SourceOptionError,
    read_options,
)

log = logging.getLogger(__name__)


class DiavgeiaHarvester(p.SingletonPlugin):
    """Acts of municipalities: windows of the query plan as tickets of the queue."""

    p.implements(IHarvester)

    def info(self) -> dict[str, str]:
        """Describe the harvester to the form of sources."""
        return {
            "name": "diavgeia",
            "title": "Διαύγεια",
            "description": "Πράξεις δήμων από το OpenData API της Διαύγειας"
            " · Acts of municipalities from Diavgeia",
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
        """Make tickets for the windows of the plan; all of them in one commit."""
        return base.gather_safely(_gather, harvest_job)

    def fetch_stage(self, harvest_object: Any) -> bool:
        """Read the windows into the tables; nothing goes through ``content``."""
        object_id, job_id = harvest_object.id, harvest_object.harvest_job_id
        source = harvest_object.source
        url, text = source.url, source.config
        try:
            with (
                datastore.session_lock(f"ticket:{object_id}"),
                working.heartbeat(object_id, lambda: manifest.beat(object_id)),
            ):
                diavgeia_reading.read_ticket(object_id, job_id, url, text)
        except Exception as error:  # noqa: BLE001 - raising would end the consumer
            log.warning("Ticket %s failed: %s", object_id, base.said(error))
            model.Session.rollback()
            manifest.fail(object_id, base.said(error))
        # The import stage says how it ended, and publishes if these were the last windows.
        return True

    def import_stage(self, harvest_object: Any) -> bool | str:
        """Publish the datasets of each body of which no window is open any more."""
        return base.import_safely(_import, harvest_object)


def _gather(job: Any) -> list[str]:
    options = read_options(job.source.config)
    # An address that is not allowed is told once, not by each window.
    with diavgeia_reading.client_of(job.source.url, options) as client:
        client.check_address()
    with datastore.transaction() as cursor:
        diavgeia_gather.forget_what_is_gone(cursor, options)
        found = diavgeia_gather.planned(cursor, job.source_id, options)
        tickets = [(str(uuid.uuid4()), one) for one in diavgeia_gather.tickets_of(found)]
        manifest.write_tickets(cursor, job.id, job.source_id, tickets, options.families)
    return base.add_objects(
        job, ((ticket_id, diavgeia_gather.name_of(ticket)) for ticket_id, ticket in tickets)
    )


def _import(harvest_object: Any) -> bool | str:
    with datastore.transaction() as cursor:
        ended = manifest.outcome(cursor, harvest_object.id)
    job, object_id = harvest_object.job, harvest_object.id
    if not working.is_aborted(job.id):
        with working.heartbeat(object_id, lambda: manifest.beat(object_id)):
            for uid in manifest.closed(job.id, ended.bodies):
                # Of hundreds of bodies most have nothing new in a night.
                if len(ended.bodies) == 1 or _is_behind(uid):
                    publish_body(uid, job)
    for error in ended.errors:
        HarvestObjectError.create(error, harvest_object, "Fetch")
    if ended.errors:
        return False
    return True if ended.changed else "unchanged"


def _is_behind(uid: str) -> bool:
    with datastore.transaction() as cursor:
        return acts_facts.is_behind(cursor, uid)


def publish_body(uid: str, job: Any | None) -> dict[str, str]:
    """Publish the datasets of a body whose metadata changed.

    Args:
        uid: Diavgeia's number of the body.
        job: the job to which the datasets are bound.

    Returns:
        What happened to the dataset of each family.
    """
    statuses = {}
    with datastore.session_lock(f"publish:{uid}"):
        with datastore.transaction() as cursor:
            present = acts_facts.families_of(cursor, uid)
        for family in present:
            with datastore.transaction() as cursor:
                facts = acts_facts.family_facts(cursor, uid, family)
            dataset = acts_datasets.dataset_of(
                uid, family, with_lines=facts["lines"] is not None, facts=facts
            )
            statuses[family] = datasets.publish(dataset, "acts", job)
    return statuses


__all__ = ["DiavgeiaHarvester", "Options", "SourceOptionError", "publish_body", "read_options"]
