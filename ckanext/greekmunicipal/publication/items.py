"""What a resource publishes: an uploaded file, a link, rows of the DataStore, or nothing of these."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import ckan.lib.uploader as uploader
import ckan.plugins.toolkit as tk
from ckanext.datastore.backend.postgres import get_read_engine
from psycopg2 import sql

from ckanext.greekmunicipal.publication.store import LINK, RECORDS, UPLOAD

# Rows of a table that are looked at; of a longer one nobody can say that it is clean.
MOST_ROWS = 500_000
_DATASTORE = "datastore"
_ONLY_ROWS = "_datastore_only_resource"
_OWN_CONTENT = re.compile(
    r"/datastore/dump/|/table/[^/]+\.csv|/resource/[^/]+/download|/budget-file/[^/]+/"
)
_TABLES = frozenset(
    [
        "csv",
        "tsv",
        "txt",
        "xls",
        "xlsx",
        "ods",
        "json",
        "geojson",
        "jsonl",
        "ndjson",
        "zip",
        "gz",
        "gzip",
        "xlsb",
    ]
)
_SUFFIX = re.compile(r"\.(\w{2,7})$")


class OutOfReach(Exception):  # noqa: N818 - says what is the matter
    """A file is stored where it cannot be read."""


@dataclass(frozen=True)
class Item:
    """One resource on its way to the public.

    Attributes:
        index: its place in the dataset.
        resource: what was sent of it, or what is stored.
        source: ``upload``, ``link`` or ``records``.
        stream: the uploaded file, None if it is stored already.
    """

    index: int
    resource: Mapping[str, Any]
    source: str
    stream: Any = None

    @property
    def id(self) -> str | None:
        """Id of a resource that is stored."""
        return self.resource.get("id") or None

    @property
    def url(self) -> str:
        """Address, or name of the file."""
        return str(self.resource.get("url") or "").strip()

    @property
    def name(self) -> str:
        """Name of the file as the person knows it."""
        if self.stream is not None and getattr(self.stream, "filename", None):
            return str(self.stream.filename)
        return urlsplit(self.url).path.rpartition("/")[2] or self.url


def item_of(index: int, resource: Mapping[str, Any], stream: Any = None) -> Item | None:
    """What a resource publishes; None if it is nothing that is looked at here.

    Tables of ours are not: persons are left out before they are stored. An address of this
    portal's own tables and files is not either: they are looked at where they belong.
    """
    url = str(resource.get("url") or "").strip()
    kind = resource.get("url_type")
    if stream is not None or kind == UPLOAD:
        return Item(index, resource, UPLOAD, stream)
    if kind == _DATASTORE or url == _ONLY_ROWS:
        return Item(index, resource, RECORDS)
    if not url or _is_own_content(url):
        return None
    return Item(index, resource, LINK)


def _is_own_content(url: str) -> bool:
    site = tk.config["ckan.site_url"].rstrip("/") + "/"
    return url.startswith(site) and bool(_OWN_CONTENT.search(urlsplit(url).path))


def is_changed(resource: Mapping[str, Any], before: Mapping[str, Any] | None) -> bool:
    """Whether what a resource publishes is another than before."""
    if before is None:
        return True
    return any(
        str(resource.get(field) or "") != str(before.get(field) or "")
        for field in ("url", "url_type")
    ) and not _same_upload(resource, before)


def _same_upload(resource: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    """Whether a stored file is named once with and once without its address."""
    if not resource.get("url_type") == before.get("url_type") == UPLOAD:
        return False
    one, other = (str(each.get("url") or "").rpartition("/")[2] for each in (resource, before))
    return one == other


def looks_like_table(item: Item) -> bool:
    """Whether a link leads to a table, by its format or the end of its path."""
    form = str(item.resource.get("format") or "").rpartition("/")[2].lower().lstrip(".")
    if form in _TABLES:
        return True
    suffix = _SUFFIX.search(urlsplit(item.url).path.lower())
    return bool(suffix and suffix[1] in _TABLES)


def spool(item: Item, place: Path, most: int) -> bool:
    """Write a copy of an uploaded or stored file; the upload itself is left as it was.

    Args:
        item: an item of source ``upload``.
        place: the file that is written.
        most: bytes; a longer upload is cut there, since CKAN refuses it.

    Returns:
        False if no file is there.

    Raises:
        OutOfReach: it is stored where it cannot be read.
    """
    if item.stream is not None:
        _copy(item.stream, place, most)
        return True
    return bool(item.id) and _stored(item, place)


def _copy(upload: Any, place: Path, most: int) -> None:
    stream = getattr(upload, "stream", None) or getattr(upload, "file", None) or upload
    stream.seek(0)
    with place.open("wb") as copy:
        left = most
        while left > 0 and (chunk := stream.read(min(1 << 20, left))):
            copy.write(chunk)
            left -= len(chunk)
    stream.seek(0)


def _stored(item: Item, place: Path) -> bool:
    """Copy a stored file, from the folder of CKAN or from a storage of CKAN 2.12."""
    found: Any = uploader.get_resource_uploader(
        {"id": item.id, "url": item.url, "url_type": UPLOAD}
    )
    storage = getattr(found, "storage", None)
    if storage is None and not hasattr(found, "storage_path"):
        raise OutOfReach(f"it is stored by {type(found).__name__}, where it cannot be read")
    path = found.get_path(item.id)
    if storage is not None:
        from ckan.lib import files

        try:
            with place.open("wb") as copy:
                for chunk in storage.stream(files.FileData(path)):
                    copy.write(chunk)
        except files.exc.MissingFileError:
            return False
        return True
    source = Path(path)
    if not source.is_file():
        return False
    with source.open("rb") as stream:
        _copy(stream, place, source.stat().st_size)
    return True


@contextmanager
def rows_of_table(resource_id: str) -> Iterator[tuple[list[str], Iterable[tuple[Any, ...]]]]:
    """Columns and rows of a DataStore table, row by row from a cursor of the server."""
    connection: Any = get_read_engine().raw_connection()
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public'"
                " AND table_name = %s AND column_name NOT LIKE '\\_%%' ORDER BY ordinal_position",
                (resource_id,),
            )
            columns = [name for (name,) in cursor.fetchall()]
        if not columns:
            yield [], ()
            return
        with connection.cursor(name="scan") as cursor:
            cursor.itersize = 5000
            cursor.execute(
                sql.SQL("SELECT {} FROM public.{} ORDER BY _id LIMIT %s").format(
                    sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(resource_id)
                ),
                (MOST_ROWS + 1,),
            )
            yield columns, cursor
    finally:
        connection.rollback()
        connection.close()


def digest_of_records(records: Any) -> str:
    """Digest of records that are sent to be stored."""
    canonical = json.dumps(records, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()
