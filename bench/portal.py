"""A dataset of its own in the tests' databases, with the tables that are loaded; removed afterwards."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.cli import load_config
from ckan.config.middleware import make_app
from psycopg2 import sql

from bench.world import FAMILY, UID
from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.harvesters import datasets
from ckanext.greekmunicipal.harvesters.acts_store import ACTS, LINES, SPECS
from ckanext.greekmunicipal.harvesters.identity import organization_id, package_id, resource_id

# The tables of each way of loading; ours are those of the family itself, since
# the loader finds them by body and family.
OURS, UPSERT, COPY = FAMILY, "bench-upsert", "bench-copy"
WAYS = (OURS, UPSERT, COPY)
NAME = "bench-of-loading"


def table(way: str, name: str) -> str:
    """Name of a DataStore table, which is the id of its resource."""
    return resource_id(UID, way, name)


@contextmanager
def running() -> Iterator[Any]:
    """CKAN with the configuration that ``CKAN_INI`` names: its Flask application.

    Raises:
        SystemExit: no configuration, or the tables of this extension are missing in it.
    """
    if not os.environ.get("CKAN_INI"):
        raise SystemExit("bench: CKAN_INI names no configuration; start it with `make bench`.")
    app = _app()
    with app._wsgi_app.test_request_context():
        if not _is_migrated():
            raise SystemExit(
                "bench: the DataStore's database lacks the schema greekmunicipal; run"
                " `ckan db upgrade -p greekmunicipal` or `make up`."
            )
        yield app._wsgi_app


@cache
def _app() -> Any:
    """CKAN is loaded once, though several parts are measured."""
    return make_app(load_config())


@contextmanager
def tables() -> Iterator[dict[str, Any]]:
    """The dataset with its empty tables; it goes again, after Ctrl-C too."""
    # A run that was killed hard could not remove it.
    _remove()
    # A process in the background begins with SIGINT ignored.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        dataset = _dataset()
        tk.get_action("organization_create")(
            datasets.site_context(),
            {
                "id": organization_id(UID),
                "name": NAME,
                "title_translated": {"el": "Μετρήσεις", "en": "Measurements"},
                "diavgeia_uid": UID,
            },
        )
        datasets.prepare(dataset)
        for way in WAYS:
            for name in (ACTS, LINES):
                datastore.ensure_table(datasets.site_context(), table(way, name), SPECS[name])
        yield dataset
    finally:
        # A second Ctrl-C must not leave half of it.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        _remove()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.default_int_handler)


def empty(way: str) -> None:
    """Take all rows out, and what is known of them."""
    with datastore.transaction() as cursor:
        for name in (ACTS, LINES):
            cursor.execute(sql.SQL("TRUNCATE {}").format(sql.Identifier(table(way, name))))
        if way == OURS:
            _forget_acts(cursor)


def count(way: str) -> int:
    """Rows in the tables of a way."""
    with datastore.transaction() as cursor:
        total = 0
        for name in (ACTS, LINES):
            cursor.execute(
                sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table(way, name)))
            )
            total += cursor.fetchone()[0]
    return total


def differences(way: str, other: str) -> int:
    """Rows of ``way`` that are not, cell by cell, in the tables of ``other``."""
    found = 0
    with datastore.transaction() as cursor:
        for name in (ACTS, LINES):
            columns = datastore.identifiers(SPECS[name].names)
            cursor.execute(
                sql.SQL(
                    "SELECT count(*) FROM (SELECT {0} FROM {1} EXCEPT SELECT {0} FROM {2}) AS d"
                ).format(
                    columns, sql.Identifier(table(way, name)), sql.Identifier(table(other, name))
                )
            )
            found += cursor.fetchone()[0]
    return found


def indexes(way: str, name: str) -> set[str]:
    """Definitions of a table's indexes and triggers, without the names of things."""
    here = table(way, name)
    with datastore.transaction() as cursor:
        cursor.execute(
            "SELECT regexp_replace(indexdef, 'INDEX .*? USING', 'INDEX USING') FROM pg_indexes"
            " WHERE schemaname = 'public' AND tablename = %s"
            " UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger"
            " WHERE tgrelid = to_regclass(%s) AND NOT tgisinternal",
            (here, f'public."{here}"'),
        )
        return {text for (text,) in cursor.fetchall()}


def _dataset() -> dict[str, Any]:
    names = ("Μετρήσεις", "Measurements")
    return {
        "id": package_id(UID, FAMILY),
        "name": NAME,
        "type": "dataset",
        "owner_org": organization_id(UID),
        "title_translated": {"el": names[0], "en": names[1]},
        "notes_translated": {"el": names[0], "en": names[1]},
        "resources": [
            datasets.table_resource(table(way, name), names, names)
            for way in WAYS
            for name in (ACTS, LINES)
        ],
    }


def _is_migrated() -> bool:
    with datastore.transaction() as cursor:
        return _exists(cursor, "greekmunicipal.act_ledger")


def _exists(cursor: Any, name: str) -> bool:
    cursor.execute("SELECT to_regclass(%s)", (name,))
    return cursor.fetchone()[0] is not None


def _remove() -> None:
    model.Session.rollback()
    with datastore.transaction() as cursor:
        here = [table(way, name) for way in WAYS for name in (ACTS, LINES)]
        for name in here:
            cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(sql.Identifier(name)))
        # CKAN 2.11 has no such table.
        if _exists(cursor, "public._table_stats"):
            cursor.execute("DELETE FROM _table_stats WHERE resource_id = ANY(%s)", (here,))
        _forget_acts(cursor)
    if model.Package.get(package_id(UID, FAMILY)):
        tk.get_action("dataset_purge")(datasets.site_context(), {"id": package_id(UID, FAMILY)})
    if model.Group.get(organization_id(UID)):
        tk.get_action("organization_purge")(datasets.site_context(), {"id": organization_id(UID)})


def _forget_acts(cursor: Any) -> None:
    for known in ("act_ledger", "version_log"):
        cursor.execute(f"DELETE FROM greekmunicipal.{known} WHERE organization_uid = %s", (UID,))
