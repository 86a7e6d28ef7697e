"""Thousands of harvested datasets, copied from real ones row by row; removed afterwards."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.lib.search.common import make_connection
from psycopg2.extras import Json, execute_values

from ckanext.greekmunicipal.harvesters import acts_datasets, datasets
from ckanext.greekmunicipal.municipalities import municipalities

# Harvested datasets have one table or two; in the demo's catalogue the median is two.
FAMILY = "payments"
ORGANIZATIONS = 20
_BATCH = 500
_OF_PACKAGES = {"member": " WHERE table_name = 'package'"}
_COPIED = {"package": "id", "resource": "package_id", "package_tag": "package_id"}


@contextmanager
def catalogue() -> Iterator[World]:
    """A portal that can grow; all that was made goes again."""
    world = World()
    try:
        yield world
    finally:
        world.remove()


class World:
    """Organisations with one real dataset each, and copies of these.

    Their rows in CKAN's tables and their documents in the search index are as CKAN made them.
    """

    def __init__(self) -> None:
        self._bodies = list(municipalities())[:ORGANIZATIONS]
        self._ids: list[str] = []
        self.remove()
        self._originals = [self._harvested(body.diavgeia_uid, body.slug) for body in self._bodies]
        self._ids = [each["id"] for each in self._originals]
        self._rows = {each["id"]: _rows_of(each["id"]) for each in self._originals}
        self._documents = {each["id"]: _document_of(each["id"]) for each in self._originals}

    @property
    def count(self) -> int:
        """Datasets that there are."""
        return len(self._ids)

    def grow(self, count: int) -> None:
        """Copy datasets until there are ``count``."""
        while self.count < count:
            made = range(self.count, min(count, self.count + _BATCH))
            self._copy([self._originals[number % len(self._originals)] for number in made])

    def _harvested(self, uid: str, slug: str) -> dict[str, Any]:
        tk.get_action("organization_create")(
            datasets.site_context(),
            {
                "id": datasets.organization_id(uid),
                "name": slug,
                "municipality": slug,
                "contact_email": f"opendata@{slug}.gr",
            },
        )
        made = acts_datasets.dataset_of(uid, FAMILY, with_lines=True, facts=_facts())
        return tk.get_action("package_create")(datasets.site_context(), made)

    def _copy(self, originals: list[dict[str, Any]]) -> None:
        rows: dict[str, list[dict[str, Any]]] = {table: [] for table in _COPIED}
        documents = []
        for original in originals:
            names = _other_names(original)
            self._ids.append(names[original["id"]])
            for table, found in self._rows[original["id"]].items():
                rows[table] += [_renamed(row, names) for row in found]
            documents.append(_renamed(self._documents[original["id"]], names))
        connection: Any = model.Session.connection().connection
        with connection.cursor() as cursor:
            for table, found in rows.items():
                _insert(cursor, table, found)
        model.Session.commit()
        make_connection().add(documents, commit=True)

    def remove(self) -> None:
        """Take all datasets out of the tests' portal, with the organisations made here.

        Those that a test left would stand on the pages too.
        """
        model.Session.rollback()
        connection: Any = model.Session.connection().connection
        with connection.cursor() as cursor:
            for table in ("package_tag", "resource_view", "resource", "package_member", "member"):
                cursor.execute(f"DELETE FROM {table}{_OF_PACKAGES.get(table, '')}")
            cursor.execute("DELETE FROM package")
        model.Session.commit()
        for body in self._bodies:
            for name in (body.slug, datasets.organization_id(body.diavgeia_uid)):
                if model.Group.get(name):
                    tk.get_action("organization_purge")(datasets.site_context(), {"id": name})
        make_connection().delete(q=f"+site_id:{tk.config['ckan.site_id']}")
        make_connection().commit()
        self._ids = []


def _facts() -> dict[str, Any]:
    return {
        "acts": 1234,
        "lines": 2345,
        "withheld": 12,
        "natural": 345,
        "first": dt.date(2016, 1, 4),
        "last": dt.date(2025, 12, 30),
        "changed_at": dt.datetime(2025, 12, 31, 6, 0, tzinfo=dt.timezone.utc),
        "sizes": {"acts": 1_234_567, "lines": 234_567},
    }


def _rows_of(package_id: str) -> dict[str, list[dict[str, Any]]]:
    found = {}
    connection: Any = model.Session.connection().connection
    with connection.cursor() as cursor:
        for table, column in _COPIED.items():
            cursor.execute(f"SELECT * FROM {table} WHERE {column} = %s", (package_id,))
            columns = [each.name for each in cursor.description]
            found[table] = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    return found


def _document_of(package_id: str) -> dict[str, Any]:
    fields = (
        "id,site_id,state,capacity,entity_type,dataset_type,name,organization,owner_org,"
        "metadata_modified,metadata_created,data_dict,validated_data_dict"
    )
    query = f'+id:"{package_id}" +site_id:{tk.config["ckan.site_id"]}'
    found = dict(next(iter(make_connection().search("*:*", fq=query, fl=fields))))
    # Who may see it is indexed and not stored.
    return {**found, "permission_labels": ["public"]}


def _other_names(original: dict[str, Any]) -> dict[str, str]:
    """New ids for the dataset, its resources and its links to tags."""
    ids = [original["id"], *[each["id"] for each in original["resources"]]]
    names = {each: str(uuid.uuid4()) for each in ids}
    names[original["name"]] = f"{original['name']}-{names[original['id']][:8]}"
    return names


def _renamed(row: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    # Solr wants its instants with the letter for UTC, PostgreSQL without.
    zone = "Z" if "entity_type" in row else ""
    text = json.dumps(row, default=lambda value: value.isoformat() + zone)
    for old, new in names.items():
        text = text.replace(old, new)
    made = json.loads(text)
    if "entity_type" in made:
        made["index_id"] = hashlib.md5((made["id"] + made["site_id"]).encode()).hexdigest()
    elif "tag_id" in made:
        made["id"] = str(uuid.uuid4())
    return made


def _insert(cursor: Any, table: str, rows: list[dict[str, Any]]) -> None:
    columns = list(rows[0])
    cells = [
        tuple(Json(value) if isinstance(value, dict) else value for value in row.values())
        for row in rows
    ]
    execute_values(cursor, f"INSERT INTO {table} ({', '.join(columns)}) VALUES %s", cells)
