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
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import ckan.plugins.toolkit as tk
from psycopg2 import sql

from ckanext.greekmunicipal import datastore, national_files

BOM = b"\xef\xbb\xbf"
_ID = re.compile(r"[A-Za-z0-9_-]{1,100}\Z")
# Between the id of a table and the name of what is made of it, in names of files.
_OF_FORM = "~"

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


@dataclass(frozen=True)
class Form:
    """A file that is made of a table, other than the table itself.

    Attributes:
        name: short ASCII name, in the name of the file.
        version: of the rules that make it: another version makes the file anew.
        write: writes the content, from the snapshot of the cursor.
    """

    name: str
    version: str
    write: Callable[[Any, str, Any], None]


def path_of(resource_id: str) -> str:
    """Path, in the portal, of the CSV file of a table."""
    return f"/table/{resource_id}.csv"


def ready(resource_id: str, form: Form | None = None) -> Download | None:
    """The file of a table, if it is there and the table has not changed since.

    Args:
        resource_id: the table.
        form: what is made of it; None is the table itself.

    Raises:
        NoTableError: the resource has no table.
    """
    with datastore.transaction() as cursor:
        version = _version(cursor, resource_id, form)
    return _find(_folder(), _key(resource_id, form), version)


def get(resource_id: str, form: Form | None = None) -> Download:
    """The file of a table, written if it is not there.

    Args:
        resource_id: the table.
        form: what is made of it; None is the table itself.

    Raises:
        NoTableError: the resource has no table.
    """
    found = ready(resource_id, form)
    if found is not None:
        return found
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Many readers at once wait for one writer.
    with datastore.session_lock(f"download:{_key(resource_id, form)}"):
        return _write(folder, resource_id, form)


def forget_outdated() -> int:
    """Drop files of tables that changed or are gone; how many were dropped.

    They would not be sent, but may hold rows that were taken out.
    """
    dropped = 0
    for path in sorted(_folder().glob("*.*.*.csv")):
        key, version, _digest, _csv = path.name.split(".")
        resource_id, _mark, form = key.partition(_OF_FORM)
        try:
            with datastore.transaction() as cursor:
                current = _version(cursor, resource_id)
        except NoTableError:
            current = ""
        # What is made of a table has the version of its rules behind that of the table.
        if not current or (not version.startswith(current) if form else version != current):
            path.unlink(missing_ok=True)
            dropped += 1
    return dropped


def forget(resource_ids: Iterable[str]) -> None:
    """Drop the files of some tables at once: what was taken out of them must not lie on the disk.

    Args:
        resource_ids: the tables.

    Raises:
        NoTableError: an id that no resource can have.
    """
    resource_ids = list(resource_ids)
    national_files.forget(resource_ids)
    for resource_id in resource_ids:
        if not _ID.match(resource_id):
            raise NoTableError(f"{resource_id[:40]!r} was read: expected the id of a resource.")
        for pattern in (f"{resource_id}.*.csv", f"{resource_id}{_OF_FORM}*.csv"):
            for path in _folder().glob(pattern):
                path.unlink(missing_ok=True)


def _write(folder: Path, resource_id: str, form: Form | None) -> Download:
    key = _key(resource_id, form)
    with tempfile.TemporaryDirectory(dir=folder, prefix="writing-") as scratch:
        path = Path(scratch) / "table.csv"
        with path.open("wb") as file, datastore.transaction() as cursor:
            # Version and rows are of one moment.
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            version = _version(cursor, resource_id, form)
            if (found := _find(folder, key, version)) is not None:
                return found
            output = _Digesting(file)
            (form.write if form else _copy)(cursor, resource_id, output)
            digest = output.digest.hexdigest()[:32]
        before = sorted(folder.glob(f"{key}.*.csv"))
        same = next((each for each in before if each.name.split(".")[2] == digest), None)
        if same is not None:
            # As it was: those who have it need not fetch it again.
            os.utime(path, (same.stat().st_mtime, same.stat().st_mtime))
        target = folder / f"{key}.{version}.{digest}.csv"
        path.replace(target)
    for each in before:
        if each != target:
            each.unlink(missing_ok=True)
    return _download(target)


def _copy(cursor: Any, resource_id: str, file: Any) -> None:
    """Write the table as CKAN's dump does."""
    cursor.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attnum > 0"
        " AND NOT attisdropped AND attname <> '_full_text' ORDER BY attnum",
        (_quoted(resource_id),),
    )
    names = [name for (name,) in cursor.fetchall()]
    write_head(file, names)
    cursor.copy_expert(
        sql.SQL("COPY (SELECT {} FROM {} ORDER BY _id) TO STDOUT WITH (FORMAT csv)")
        .format(datastore.identifiers(names), sql.Identifier(resource_id))
        .as_string(cursor),
        file,
    )


def write_head(file: Any, names: Sequence[str]) -> None:
    """Write the first line of a file as CKAN's dump does, after the mark of UTF-8."""
    head = io.StringIO()
    csv.writer(head).writerow(names)
    file.write(BOM + head.getvalue().encode())


class _Digesting:
    """A file that knows the digest of what went into it."""

    def __init__(self, file: IO[bytes]) -> None:
        self.digest = hashlib.sha256()
        self._file = file

    def write(self, data: bytes | str) -> int:
        encoded = data.encode() if isinstance(data, str) else data
        self.digest.update(encoded)
        return self._file.write(encoded)


def _key(resource_id: str, form: Form | None) -> str:
    return f"{resource_id}{_OF_FORM}{form.name}" if form else resource_id


def _version(cursor: Any, resource_id: str, form: Form | None = None) -> str:
    if not _ID.match(resource_id):
        raise NoTableError(f"{resource_id[:40]!r} was read: expected the id of a resource.")
    cursor.execute(_VERSION, (_quoted(resource_id),))
    found = cursor.fetchone()
    if found is None:
        raise NoTableError(f"The resource {resource_id} has no table in the DataStore.")
    version = hashlib.sha256(found[0].encode()).hexdigest()[:16]
    return f"{version}-{form.version}" if form else version


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
