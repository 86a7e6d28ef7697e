"""CSV files of DataStore tables, kept on disk until the table changes.

They are byte for byte what CKAN's own dump gives, which reads the table anew
for each request. A file is written from one snapshot of its table, under a
name of its own, and put in place at the end.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import ckan.plugins.toolkit as tk
from psycopg2 import sql

from ckanext.greekmunicipal import datastore

BOM = b"\xef\xbb\xbf"
_ID = re.compile(r"[A-Za-z0-9_-]{1,100}\Z")

# Our own loads count up the revision in their transaction. Writes of others show in PostgreSQL's
# counters within a second; a table that was made anew has another file.
_VERSION = """
SELECT concat_ws('.', c.oid, c.relfilenode, t.revision, pg_stat_get_tuples_inserted(c.oid),
    pg_stat_get_tuples_updated(c.oid), pg_stat_get_tuples_deleted(c.oid))
FROM pg_class c LEFT JOIN greekmunicipal.table_revision t ON t.resource_id = c.relname
WHERE c.oid = to_regclass(%s)
"""


class NoTableError(LookupError):
    """A resource that has no table."""


@dataclass(frozen=True)
class Download:
    """A file that can be sent.

    Attributes:
        path: where it is.
        digest: of its content.
        modified: instant from which on the content is this one.
    """

    path: Path
    digest: str
    modified: dt.datetime


def path_of(resource_id: str) -> str:
    """Path, in the portal, of the CSV file of a table."""
    return f"/table/{resource_id}.csv"


def ready(resource_id: str) -> Download | None:
    """The file of a table, if it is there and the table has not changed since.

    Raises:
        NoTableError: the resource has no table.
    """
    with datastore.transaction() as cursor:
        version = _version(cursor, resource_id)
    return _find(_folder(), resource_id, version)


def get(resource_id: str) -> Download:
    """The file of a table, written if it is not there.

    Raises:
        NoTableError: the resource has no table.
    """
    found = ready(resource_id)
    if found is not None:
        return found
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Many readers at once wait for one writer.
    with datastore.session_lock(f"download:{resource_id}"):
        return _write(folder, resource_id)


def forget_outdated() -> int:
    """Drop files of tables that changed or are gone; how many were dropped.

    They would not be sent, but may hold rows that were taken out.
    """
    dropped = 0
    for path in sorted(_folder().glob("*.*.*.csv")):
        resource_id, version, _digest, _csv = path.name.split(".")
        try:
            with datastore.transaction() as cursor:
                current = _version(cursor, resource_id)
        except NoTableError:
            current = None
        if version != current:
            path.unlink(missing_ok=True)
            dropped += 1
    return dropped


def _write(folder: Path, resource_id: str) -> Download:
    with tempfile.TemporaryDirectory(dir=folder, prefix="writing-") as scratch:
        path = Path(scratch) / "table.csv"
        with path.open("wb") as file, datastore.transaction() as cursor:
            # Version and rows are of one moment.
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            version = _version(cursor, resource_id)
            if (found := _find(folder, resource_id, version)) is not None:
                return found
            digest = _copy(cursor, resource_id, file)
        before = sorted(folder.glob(f"{resource_id}.*.csv"))
        same = next((each for each in before if each.name.split(".")[2] == digest), None)
        if same is not None:
            # As it was: those who have it need not fetch it again.
            os.utime(path, (same.stat().st_mtime, same.stat().st_mtime))
        target = folder / f"{resource_id}.{version}.{digest}.csv"
        path.replace(target)
    for each in before:
        if each != target:
            each.unlink(missing_ok=True)
    return _download(target)


def _copy(cursor: Any, resource_id: str, file: IO[bytes]) -> str:
    """Write the table as CKAN's dump does; the digest of what was written."""
    cursor.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attnum > 0"
        " AND NOT attisdropped AND attname <> '_full_text' ORDER BY attnum",
        (_quoted(resource_id),),
    )
    names = [name for (name,) in cursor.fetchall()]
    head = io.StringIO()
    csv.writer(head).writerow(names)
    output = _Digesting(file)
    output.write(BOM + head.getvalue().encode())
    cursor.copy_expert(
        sql.SQL("COPY (SELECT {} FROM {} ORDER BY _id) TO STDOUT WITH (FORMAT csv)")
        .format(datastore.identifiers(names), sql.Identifier(resource_id))
        .as_string(cursor),
        output,
    )
    return output.digest.hexdigest()[:32]


class _Digesting:
    """A file that knows the digest of what went into it."""

    def __init__(self, file: IO[bytes]) -> None:
        self.digest = hashlib.sha256()
        self._file = file

    def write(self, data: bytes | str) -> int:
        encoded = data.encode() if isinstance(data, str) else data
        self.digest.update(encoded)
        return self._file.write(encoded)


def _version(cursor: Any, resource_id: str) -> str:
    if not _ID.match(resource_id):
        raise NoTableError(f"{resource_id[:40]!r} was read: expected the id of a resource.")
    cursor.execute(_VERSION, (_quoted(resource_id),))
    found = cursor.fetchone()
    if found is None:
        raise NoTableError(f"The resource {resource_id} has no table in the DataStore.")
    return hashlib.sha256(found[0].encode()).hexdigest()[:16]


def _quoted(resource_id: str) -> str:
    return f'public."{resource_id}"'


def _find(folder: Path, resource_id: str, version: str) -> Download | None:
    found = next(iter(folder.glob(f"{resource_id}.{version}.*.csv")), None)
    return _download(found) if found else None


def _download(path: Path) -> Download:
    modified = dt.datetime.fromtimestamp(int(path.stat().st_mtime), dt.timezone.utc)
    return Download(path, path.name.split(".")[2], modified)


def _folder() -> Path:
    storage = tk.config.get("ckan.storage_path")
    if storage:
        return Path(storage) / "greekmunicipal" / "tables"
    return Path(tempfile.gettempdir()) / f"greekmunicipal-tables-{os.getuid()}"
