"""One ticket: its windows are asked for, proved, merged, and noted in the manifest."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

import ckan.model as model

from ckanext.greekmunicipal import config as our_config
from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.diavgeia import values
from ckanext.greekmunicipal.diavgeia.act import UnreadableAct, read_act
from ckanext.greekmunicipal.diavgeia.client import Client, Page
from ckanext.greekmunicipal.diavgeia.plan import COUNTRY
from ckanext.greekmunicipal.diavgeia.plan_known import read_of
from ckanext.greekmunicipal.diavgeia.rows import ActRows, rows_of
from ckanext.greekmunicipal.harvesters import (
    acts_country,
    acts_datasets,
    acts_store,
    base,
    datasets,
    diavgeia_gather,
    manifest,
    working,
)
from ckanext.greekmunicipal.harvesters.diavgeia_options import Options, read_options
from ckanext.greekmunicipal.harvesters.identity import resource_id

log = logging.getLogger(__name__)


def client_of(url: str, options: Options, **more: Any) -> Client:
    """A client as a source wants it.

    Args:
        url: address of the API.
        options: of the source.
        **more: for the client.

    Raises:
        AddressRefused: the address is not allowed.
    """
    host = urlsplit(url).hostname or ""
    own = host in our_config.allowed_private_hosts()
    # A source may ask for more patience than the installation, not for less.
    delay = options.delay if own else max(options.delay or 0.0, our_config.delay())
    return Client(
        url.rstrip("/"),
        throttle=working.shared_throttle(delay or 0.0),
        user_agent=our_config.user_agent(),
        allow_private=own,
        **more,
    )


def read_ticket(object_id: str, job_id: str, url: str, config: str | None) -> None:
    """Read the windows of a harvest object that are not read yet; one that fails stops no other.

    Raises:
        LookupError: the manifest has none.
    """
    with datastore.transaction() as cursor:
        lines = manifest.lines(cursor, object_id)
    if not lines:
        raise LookupError(f"The manifest has no window for the harvest object {object_id}.")
    options = read_options(config)
    with client_of(url, options) as client:
        for line in lines:
            if working.is_aborted(job_id):
                return
            if line.state != "done":
                _read_line(client, line, options)


def _read_line(client: Client, line: manifest.Line, options: Options) -> None:
    manifest.begin(line, dt.datetime.now(dt.timezone.utc))
    try:
        _load(client, line, options)
    except Exception as error:  # noqa: BLE001 - raising would end the consumer
        log.warning("Not believed, %s: %s", line.window, base.said(error))
        model.Session.rollback()
        manifest.fail(line.ticket_id, base.said(error), line.place)


def _load(client: Client, line: manifest.Line, options: Options) -> None:
    asked_on, before = diavgeia_gather.today(), client.requests
    everywhere = line.window.organization_uid == COUNTRY
    wanted = frozenset(line.bodies) if everywhere else None
    masked = manifest.Masked()
    with datastore.transaction() as cursor:
        stage = (
            acts_country.CountryStage(cursor)
            if everywhere
            else acts_store.ActsStage(cursor, line.window.organization_uid)
        )
        answer = client.read_window(line.window, options.page_size)
        for page in answer:
            if page.number == 0:
                stage.clear()
                masked = manifest.Masked()
            stage.add(_rows(page, wanted, masked))
        proof = answer.proof
        if isinstance(stage, acts_country.CountryStage):
            merged = stage.merge(lambda uid: preparing(uid, options.families))
        else:
            uid = line.window.organization_uid
            merged = {uid: stage.merge(preparing(uid, options.families))}
        through = read_of(proof, line.bodies, asked_on).through
        came = manifest.Came(proof, through, merged, masked, client.requests - before)
        manifest.finish(cursor, line, came, options.families)


def _rows(page: Page, wanted: frozenset[str] | None, masked: manifest.Masked) -> Iterator[ActRows]:
    """Rows of a page; of the country's only those of the bodies that are wanted."""
    for raw in page.decisions:
        if wanted is not None and _body(raw) not in wanted:
            masked.foreign += 1
            continue
        try:
            rows = rows_of(read_act(raw))
        except UnreadableAct:
            masked.unreadable += 1
            continue
        masked.subjects += rows.withheld
        masked.natural_persons += rows.natural_persons
        yield rows


def _body(raw: Any) -> str:
    return values.text(raw.get("organizationId")) if isinstance(raw, dict) else ""


def preparing(uid: str, families: Iterable[str] | None) -> acts_store.PrepareFamily:
    """What makes the dataset and the tables of a family of a body; only of the wanted ones."""
    wanted = None if families is None else frozenset(families)

    def prepare(family: str, with_lines: bool) -> bool:
        if wanted is not None and family not in wanted:
            return False
        dataset = acts_datasets.dataset_of(uid, family, with_lines=with_lines, facts=None)
        if not datasets.prepare(dataset):
            return False
        for name in (acts_store.ACTS, acts_store.LINES) if with_lines else (acts_store.ACTS,):
            datastore.ensure_table(
                datasets.site_context(), resource_id(uid, family, name), acts_store.SPECS[name]
            )
        return True

    return prepare


__all__ = ["client_of", "preparing", "read_ticket"]
