"""Files with the whole catalogue, for those who fetch all of it.

They are written in the background, piece by piece, under names of their own;
a small description that is replaced at the end makes them the ones that are
served. A dump that holds a dataset which is public no more is not served.
"""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import ckan.plugins.toolkit as tk
from ckan.lib import jobs

from ckanext.greekmunicipal import config as our_config
from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.dcat.feed import (
    cache,
    catalogue,
    fragments,
    measured,
    selection,
    settings,
    triples,
)
from ckanext.greekmunicipal.dcat.feed.formats import FORMATS
from ckanext.greekmunicipal.dcat.feed.selection import Filter, Row
from ckanext.greekmunicipal.dcat.feed.triples import Nodes, Triple
from ckanext.greekmunicipal.dcat.feed.writing import Writer

PATH = "/catalog-dump"
BATCH = 100
# Terms and agents are written once; forgetting some of them costs bytes, not truth.
MOST_SHARED = 200_000
JOB = "greekmunicipal-feed-dump"
_DESCRIPTION = "dump.json"
_TIMEOUT = 3600
_ASKING = 60.0
_asked = -_ASKING


class NoStorageError(RuntimeError):
    """There is no folder for dumps."""


@dataclass(frozen=True)
class Dump:
    """The files that are served.

    Attributes:
        state: of all datasets and of the mapping when they were written.
        name: beginning of the files' names.
        written: instant, ISO with offset.
        datasets: how many are in it.
        extensions: serialisations, as ``ttl``.
    """

    state: str
    name: str
    written: str
    datasets: int
    extensions: tuple[str, ...]

    def path(self, extension: str) -> Path:
        """File of an extension, as ``ttl`` or ``ttl.gz``."""
        return _folder() / f"{self.name}.{extension}"

    def ids(self) -> list[str]:
        """Datasets that are in it."""
        return self.path("ids").read_text(encoding="ascii").split()

    @property
    def last_modified(self) -> dt.datetime:
        """Instant at which it was written."""
        return dt.datetime.fromisoformat(self.written)


@dataclass(frozen=True)
class Report:
    """What writing the dumps came to.

    Attributes:
        datasets: written.
        made: fragments that were not there yet or out of date.
        broken: datasets that could not be written and were left out.
        files: sizes in bytes by extension.
        written: False when the files were up to date and stayed.
    """

    datasets: int
    made: int
    broken: tuple[str, ...]
    files: dict[str, int]
    written: bool


def addresses() -> tuple[str, ...]:
    """Addresses of the dumps that there are."""
    current = latest()
    if current is None:
        return ()
    wanted = settings.dump_formats()
    return tuple(
        our_config.portal_address(f"{PATH}.{extension}{suffix}")
        for extension in current.extensions
        if extension in wanted
        for suffix in (".gz", "")
    )


def latest() -> Dump | None:
    """The dump that was written last."""
    if settings.storage() is None or not settings.dump_formats():
        return None
    try:
        found = json.loads((_folder() / _DESCRIPTION).read_text(encoding="utf-8"))
        return Dump(**{**found, "extensions": tuple(found["extensions"])})
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None


def may_be_served(current: Dump) -> bool:
    """Whether all its datasets are exported still."""
    try:
        ids = current.ids()
    except FileNotFoundError:
        return False
    return selection.still_exported(ids) == len(ids)


def order(*, at_once: bool = False) -> None:
    """Have the dump looked at, and written if it is out of date, by the background worker.

    Args:
        at_once: not only when the interval has passed.
    """
    if settings.storage() is None or not settings.dump_formats():
        return
    if at_once:
        due = cache.once("dump-at-once", 60)
    else:
        # Each process asks Redis once a minute at most.
        global _asked
        now = time.monotonic()
        due = now - _asked > _ASKING and cache.once("dump", settings.dump_interval())
        _asked = now if now - _asked > _ASKING else _asked
    if due and JOB not in jobs.get_queue().job_ids:
        tk.enqueue_job(
            write, title="Catalogue dump", rq_kwargs={"job_id": JOB, "timeout": _TIMEOUT}
        )


def write(*, force: bool = False) -> Report:
    """Write the dumps, unless they are up to date.

    Args:
        force: write them in any case.

    Raises:
        NoStorageError: CKAN stores no files, or no dump is configured.
    """
    if settings.storage() is None:
        raise NoStorageError("ckan.storage_path is not set: a dump needs a folder to be kept in.")
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    with datastore.session_lock("feed:dump"):
        current = latest()
        if current is not None and not force and current.state == state() and _is_whole(current):
            return Report(current.datasets, 0, (), _sizes(current), written=False)
        with tempfile.TemporaryDirectory(dir=folder, prefix="writing-") as scratch:
            return _write(Path(scratch))


def state() -> str:
    """Digest of all exported datasets in their present state, and of the mapping."""
    digest = hashlib.sha256(_surroundings().encode())
    for rows in batches():
        _add_state(digest, rows)
    return digest.hexdigest()


def batches() -> Iterator[list[Row]]:
    """All exported datasets in the order of their ids, some at a time."""
    cursor = ""
    while rows := selection.after(cursor, BATCH, Filter()):
        yield rows
        cursor = rows[-1].id


def _write(scratch: Path) -> Report:
    extensions = settings.dump_formats()
    digest = hashlib.sha256(_surroundings().encode())
    made, broken, count = 0, [], 0
    shared: set[int] = set()
    with ExitStack() as files:
        outputs = [_Output(scratch, extension, files) for extension in extensions]
        ids = files.enter_context((scratch / "ids").open("w", encoding="ascii"))
        head = _head(shared)
        for output in outputs:
            output.begin(head)
        for rows in batches():
            _add_state(digest, rows)
            found = fragments.of_rows(rows)
            made, count = made + found.made, count + len(found.triples)
            broken += found.broken
            nodes: Nodes = {}
            quality = measured.of_datasets(list(found.triples))
            for package_id, fragment in found.triples.items():
                triples.add(nodes, _unwritten(fragment, package_id, shared))
                triples.add(nodes, quality.get(package_id, ()))
                ids.write(package_id + "\n")
            for output in outputs:
                output.piece(nodes)
        for output in outputs:
            output.end()
    current = Dump(
        state=digest.hexdigest(),
        name=f"catalog-{digest.hexdigest()[:12]}-{os.urandom(4).hex()}",
        written=dt.datetime.now(dt.timezone.utc).isoformat(timespec="seconds"),
        datasets=count,
        extensions=extensions,
    )
    _put_in_place(scratch, current)
    return Report(count, made, tuple(broken), _sizes(current), written=True)


class _Output:
    """One serialisation, plain and compressed."""

    def __init__(self, scratch: Path, extension: str, files: ExitStack) -> None:
        self._writer: Writer = FORMATS[extension].writer()
        self._plain = files.enter_context((scratch / extension).open("wb"))
        packed = files.enter_context((scratch / f"{extension}.gz").open("wb"))
        # Without a date and a name inside, equal catalogues are equal files.
        zipped: Any = gzip.GzipFile("", "wb", 5, packed, mtime=0)
        self._zipped: IO[bytes] = files.enter_context(zipped)

    def begin(self, head: Nodes) -> None:
        self._write(self._writer.begin())
        self.piece(head)

    def piece(self, nodes: Nodes) -> None:
        self._write(self._writer.nodes(nodes))

    def end(self) -> None:
        self._write(self._writer.end())

    def _write(self, text: str) -> None:
        data = text.encode()
        self._plain.write(data)
        self._zipped.write(data)


def _head(shared: set[int]) -> Nodes:
    nodes: Nodes = {}
    modified = selection.totals(Filter()).modified
    head = catalogue.catalogue(high_value=False, modified=modified)
    shared.update(hash(triple) for triple in head)
    triples.add(nodes, head)
    return nodes


def _unwritten(fragment: list[Triple], package_id: str, shared: set[int]) -> Iterator[Triple]:
    """Triples of a fragment without what was said before of terms and agents."""
    if len(shared) > MOST_SHARED:
        shared.clear()
    for triple in fragment:
        subject, _, value = triple
        if package_id in subject or package_id in value or subject[0] == "_" or value[0] == "_":
            yield triple
            continue
        mark = hash(triple)
        if mark not in shared:
            shared.add(mark)
            yield triple


def _surroundings() -> str:
    return " ".join(
        [
            settings.mapping(),
            selection.organizations_state(),
            str(selection.totals(Filter())),
            measured.state(),
            *settings.dump_formats(),
        ]
    )


def _add_state(digest: Any, rows: list[Row]) -> None:
    digest.update("".join(f"{row.id} {row.state}\n" for row in rows).encode())


def _put_in_place(scratch: Path, current: Dump) -> None:
    folder = _folder()
    before = latest()
    for path in list(scratch.iterdir()):
        path.replace(folder / f"{current.name}.{path.name}")
    description = scratch / _DESCRIPTION
    description.write_text(json.dumps(asdict(current)), encoding="utf-8")
    description.replace(folder / _DESCRIPTION)
    kept = {current.name, before.name if before else current.name}
    for path in folder.iterdir():
        # The one before stays for those who are about to open it; what a killed run left goes.
        if path.name.startswith("catalog-") and path.name.split(".")[0] not in kept:
            path.unlink(missing_ok=True)
        elif path.name.startswith("writing-") and path != scratch:
            shutil.rmtree(path, ignore_errors=True)


def _is_whole(current: Dump) -> bool:
    return all(
        current.path(name).exists()
        for extension in current.extensions
        for name in (extension, f"{extension}.gz")
    )


def _sizes(current: Dump) -> dict[str, int]:
    return {
        name: current.path(name).stat().st_size
        for extension in current.extensions
        for name in (extension, f"{extension}.gz")
    }


def _folder() -> Path:
    storage = settings.storage()
    if storage is None:
        raise NoStorageError("ckan.storage_path is not set: a dump needs a folder to be kept in.")
    return storage / "feed"
