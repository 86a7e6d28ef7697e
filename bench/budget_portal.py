"""Budgets published in the tests' databases by the action, and removed afterwards."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from psycopg2 import sql

from bench.budget_world import SLUG
from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.harvesters import budget_store, datasets, setting_up
from ckanext.greekmunicipal.harvesters.identity import BUDGET, organization_id, package_id
from ckanext.greekmunicipal.municipalities import by_slug

_MEGABYTES = 64


@dataclass(frozen=True)
class _Upload:
    """A file as an action takes it."""

    filename: str
    stream: IO[bytes]


def publish(csv: Path, lines: int, rounds: int) -> list[float]:
    """Publish the file ``rounds`` times, each time in a portal without budgets of the body.

    Args:
        csv: a budget of the municipality of the invented world.
        lines: how many lines it has.
        rounds: how often.

    Returns:
        Seconds of each round, from the upload to the dataset that the search finds.

    Raises:
        SystemExit: not all lines were published.
    """
    seconds = []
    # CKAN accepts 10 MB unless told otherwise; the file has 12.
    tk.config["ckan.max_resource_size"] = max(_MEGABYTES, tk.config["ckan.max_resource_size"])
    for _ in range(rounds):
        with _municipality() as uid:
            started = time.perf_counter()
            with csv.open("rb") as stream:
                done = tk.get_action("greekmunicipal_budget_publish")(
                    datasets.site_context(),
                    {"organization": SLUG, "upload": [_Upload(csv.name, stream)]},
                )
            seconds.append(time.perf_counter() - started)
            _assert_published(uid, done, lines)
    return seconds


def _assert_published(uid: str, done: dict[str, Any], lines: int) -> None:
    with datastore.transaction() as cursor:
        table = sql.Identifier(budget_store.table_of(uid))
        cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(table))
        stored = cursor.fetchone()[0]
    query = {"q": f"id:{package_id(uid, BUDGET)}", "rows": 0}
    found = tk.get_action("package_search")(datasets.site_context(), query)["count"]
    if (done["status"], stored, found) != ("stored", lines, 1):
        raise SystemExit(
            f"bench: {lines} lines given, {stored} in the table; {found} datasets found."
        )


@contextmanager
def _municipality() -> Iterator[str]:
    """The municipality's organisation without a budget; what was not there before goes again."""
    body = by_slug(SLUG)
    uid = body.diavgeia_uid
    was_there = model.Group.get(organization_id(uid)) is not None
    _remove(uid, organization=False)
    # A process in the background begins with SIGINT ignored.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        setting_up.organization(body, dry_run=False)
        yield uid
    finally:
        _remove(uid, organization=not was_there)


def _remove(uid: str, *, organization: bool) -> None:
    model.Session.rollback()
    if model.Package.get(package_id(uid, BUDGET)):
        tk.get_action("dataset_purge")(datasets.site_context(), {"id": package_id(uid, BUDGET)})
    with datastore.transaction() as cursor:
        table = budget_store.table_of(uid)
        cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(sql.Identifier(table)))
        budget_store.forget(cursor, uid)
        for known in ("budget_version", "budget_original", "budget_mapping"):
            cursor.execute(
                f"DELETE FROM greekmunicipal.{known} WHERE organization_uid = %s", (uid,)
            )
    if organization and model.Group.get(organization_id(uid)):
        tk.get_action("organization_purge")(datasets.site_context(), {"id": organization_id(uid)})
