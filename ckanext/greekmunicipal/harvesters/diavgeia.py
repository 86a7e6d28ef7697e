"""Harvester of the acts of Diavgeia."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import ckan.model as model
import ckan.plugins as p
from ckanext.harvest.interfaces import IHarvester
from ckanext.harvest.model import HarvestObjectError

from ckanext.greekmunicipal import config as our_config
from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.diavgeia import plan
from ckanext.greekmunicipal.diavgeia.act import UnreadableAct, read_act
from ckanext.greekmunicipal.diavgeia.client import Client, Page, Proof
from ckanext.greekmunicipal.diavgeia.rows import ActRows, rows_of
from ckanext.greekmunicipal.greek import ATHENS
from ckanext.greekmunicipal.harvesters import (
    acts_datasets,
    acts_store,
    base,
    datasets,
    manifest,
    working,
)
from ckanext.greekmunicipal.harvesters.base import SourceOptionError, read_json_options
from ckanext.greekmunicipal.harvesters.identity import package_id, resource_id
from ckanext.greekmunicipal.municipalities import UnknownMunicipalityError, by_diavgeia_uid, by_slug

log = logging.getLogger(__name__)

OPTIONS = ("bodies", "first", "delay")


@dataclass(frozen=True)
class Options:
    """Options of a source.

    Attributes:
        bodies: Diavgeia's numbers of the bodies.
        first: first issue date wanted.
        delay: seconds between two requests; None for the installation's.
    """

    bodies: tuple[str, ...]
    first: dt.date
    delay: float | None


def read_options(text: str | None) -> Options:
    """Read the configuration of a source.

    Args:
        text: JSON object with ``bodies`` (slugs or Diavgeia numbers of municipalities),
            ``first`` (ISO date) and ``delay`` (seconds, not less than the installation's
            except at a host of its own).

    Raises:
        SourceOptionError: it is no JSON, or an option is not what it must be.
    """
    read = read_json_options(text, OPTIONS)
    return Options(
        _bodies(read.get("bodies")), _first(read.get("first")), _delay(read.get("delay"))
    )


def _bodies(read: Any) -> tuple[str, ...]:
    if not isinstance(read, list) or not read:
        raise SourceOptionError(
            '"bodies" must list municipalities by slug or Diavgeia number, as ["dimos-tinou"];'
            f" {read!r} was read."
        )
    uids = []
    for name in read:
        try:
            found = by_slug(name) if str(name).startswith("dimos-") else by_diavgeia_uid(str(name))
        except UnknownMunicipalityError as error:
            raise SourceOptionError(f'"bodies": {error}') from None
        uids.append(found.diavgeia_uid)
    return tuple(dict.fromkeys(uids))


def _first(read: Any) -> dt.date:
    if read is None:
        return plan.FIRST
    try:
        return max(dt.date.fromisoformat(str(read)), plan.FIRST)
    except ValueError:
        raise SourceOptionError(
            f'"first" must be a date as 2019-01-31; {read!r} was read.'
        ) from None


def _delay(read: Any) -> float | None:
    if read is None:
        return None
    if isinstance(read, bool) or not isinstance(read, int | float) or not 0 <= read <= 3600:
        raise SourceOptionError(f'"delay" must be seconds from 0 to 3600; {read!r} was read.')
    return float(read)


class DiavgeiaHarvester(p.SingletonPlugin):
    """Acts of one or more municipalities: windows of issue dates as tickets of the queue."""

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
        """Make a ticket for each window that is due; all of them in one commit."""
        return base.gather_safely(_gather, harvest_job)

    def fetch_stage(self, harvest_object: Any) -> bool:
        """Read the window into the tables; nothing goes through ``content``."""
        object_id, job_id = harvest_object.id, harvest_object.harvest_job_id
        source = harvest_object.source
        url, text = source.url, source.config
        try:
            with (
                datastore.session_lock(f"ticket:{object_id}"),
                working.heartbeat(object_id, lambda: manifest.beat(object_id)),
            ):
                _read_ticket(object_id, job_id, url, text)
        except Exception as error:  # noqa: BLE001 - raising would end the consumer
            log.warning("Window of harvest object %s failed: %s", object_id, base.said(error))
            model.Session.rollback()
            manifest.fail(object_id, base.said(error))
        # The import stage says how it ended, and publishes if this was the last window.
        return True

    def import_stage(self, harvest_object: Any) -> bool | str:
        """Publish the body's datasets if no window of it is open any more."""
        return base.import_safely(_import, harvest_object)


def _gather(job: Any) -> list[str]:
    options = read_options(job.source.config)
    # An address that is not allowed is told once, not by each window.
    with _client(job.source.url, options) as client:
        client.check_address()
    today = dt.datetime.now(ATHENS).date()
    tickets: list[tuple[str, plan.Window]] = []
    with datastore.transaction() as cursor:
        for uid in options.bodies:
            datasets.owner_of(uid)
            if lost := acts_store.forget_lost_tables(cursor, uid, datasets.has_active_table):
                log.warning("Tables of %s of body %s are gone: all is read again", lost, uid)
                manifest.forget_reads(cursor, uid)
            refused = manifest.refused_families(cursor, uid)
            if any(not datasets.is_deleted(package_id(uid, family)) for family in refused):
                log.info("A dataset of body %s was restored: all is read again", uid)
                manifest.forget_reads(cursor, uid)
            read = manifest.last_reads(cursor, job.source_id, uid)
            tickets += [
                (str(uuid.uuid4()), window)
                for window in manifest.due(uid, options.first, today, read)
            ]
        manifest.write_tickets(cursor, job.id, job.source_id, tickets)
    return base.add_objects(
        job,
        (
            (
                ticket_id,
                f"diavgeia:{window.organization_uid}:{window.issue_from}:{window.issue_to}",
            )
            for ticket_id, window in tickets
        ),
    )


def _read_ticket(object_id: str, job_id: str, url: str, config: str | None) -> None:
    with datastore.transaction() as cursor:
        ticket = manifest.ticket(cursor, object_id)
    if ticket is None:
        raise LookupError(f"The manifest has no window for the harvest object {object_id}.")
    if ticket.state == "done" or working.is_aborted(job_id):
        return
    manifest.begin(object_id, dt.datetime.now(dt.timezone.utc))
    with _client(url, read_options(config)) as client:
        _load(client, ticket.window, object_id)


def _client(url: str, options: Options) -> Client:
    host = urlsplit(url).hostname or ""
    own = host in our_config.allowed_private_hosts()
    # A source may ask for more patience than the installation, not for less.
    delay = options.delay if own else max(options.delay or 0.0, our_config.delay())
    return Client(
        url.rstrip("/"),
        throttle=working.shared_throttle(delay or 0.0),
        user_agent=our_config.user_agent(),
        allow_private=own,
    )


def _load(client: Client, window: plan.Window, object_id: str) -> None:
    uid = window.organization_uid
    masked = manifest.Masked()
    with datastore.transaction() as cursor:
        stage = acts_store.ActsStage(cursor, uid)
        answer = client.read_window(window)
        for page in answer:
            if page.number == 0:
                stage.clear()
                masked = manifest.Masked()
            stage.add(_rows(page, masked))
        proof: Proof = answer.proof
        merged = stage.merge(lambda family, lines: _prepare(uid, family, lines))
        manifest.finish(cursor, object_id, proof, merged, masked, client.requests)


def _rows(page: Page, masked: manifest.Masked) -> Iterator[ActRows]:
    for raw in page.decisions:
        try:
            rows = rows_of(read_act(raw))
        except UnreadableAct:
            masked.unreadable += 1
            continue
        masked.subjects += rows.withheld
        masked.natural_persons += rows.natural_persons
        yield rows


def _prepare(uid: str, family: str, with_lines: bool) -> bool:
    dataset = acts_datasets.dataset_of(uid, family, with_lines=with_lines, facts=None)
    if not datasets.prepare(dataset):
        return False
    for name in _tables(with_lines):
        datastore.ensure_table(
            datasets.site_context(), resource_id(uid, family, name), acts_store.SPECS[name]
        )
    return True


def _tables(with_lines: bool) -> Iterable[str]:
    return (acts_store.ACTS, acts_store.LINES) if with_lines else (acts_store.ACTS,)


def _import(harvest_object: Any) -> bool | str:
    with datastore.transaction() as cursor:
        state = manifest.outcome(cursor, harvest_object.id)
    job, object_id = harvest_object.job, harvest_object.id
    if not working.is_aborted(job.id) and manifest.all_closed(job.id, state.organization_uid):
        with working.heartbeat(object_id, lambda: manifest.beat(object_id)):
            publish_body(state.organization_uid, job)
    if state.error:
        HarvestObjectError.create(state.error, harvest_object, "Fetch")
        return False
    return True if state.changed else "unchanged"


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
            present = acts_store.families_of(cursor, uid)
        for family in present:
            with datastore.transaction() as cursor:
                facts = acts_store.family_facts(cursor, uid, family)
            dataset = acts_datasets.dataset_of(
                uid, family, with_lines=facts["lines"] is not None, facts=facts
            )
            statuses[family] = datasets.publish(dataset, "acts", job)
    return statuses


__all__ = ["DiavgeiaHarvester", "Options", "SourceOptionError", "publish_body"]
