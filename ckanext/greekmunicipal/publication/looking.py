"""Looks into what a resource publishes, once for each content."""

from __future__ import annotations

import dataclasses
import hashlib
import re
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ckan.lib.uploader as uploader

from ckanext.greekmunicipal.privacy import (
    NOT_SCANNED,
    UNREADABLE,
    Report,
    scan_guarded,
    scan_records,
)
from ckanext.greekmunicipal.privacy.sources import digest
from ckanext.greekmunicipal.publication import store
from ckanext.greekmunicipal.publication.items import (
    MOST_ROWS,
    Item,
    OutOfReach,
    looks_like_table,
    rows_of_table,
    spool,
)
from ckanext.greekmunicipal.publication.links import NotFetched, fetch
from ckanext.greekmunicipal.publication.store import LINK, RECORDS

# Seconds that a person waits for the scan of one file.
SCAN_SECONDS = 45
# Seconds that a person waits for all links of a dataset together.
LINK_SECONDS = 15.0
# A link is not fetched again within an hour, so that what is confirmed is what was shown.
FRESH = 3600
# A link that failed is left to the background for so long.
FAILED = 600
MOST_TRIES = 6
_HTML = re.compile(rb"\s*(?:<!--.*?-->\s*)?<(?:!doctype html|html)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Look:
    """What a look into a resource gave.

    Attributes:
        item: the resource.
        report: what was found; its state says if anything could be looked at.
    """

    item: Item
    report: Report

    @property
    def needs_confirmation(self) -> bool:
        """Whether it is published only if somebody confirms."""
        return self.report.state in ("found", UNREADABLE)


class Patience:
    """Seconds that are left for fetching links; none where nobody waits."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return max(0.0, self._end - time.monotonic())


def look_into(item: Item, patience: Patience) -> Look | None:
    """Look into a resource.

    Args:
        item: the resource.
        patience: time for links; those for which it does not last wait for the background.

    Returns:
        None if there is nothing to be looked at: no file, no rows.
    """
    if item.source == LINK:
        return Look(item, _link(item, patience))
    report = _table(item) if item.source == RECORDS else _file(item)
    return Look(item, report) if report else None


def known_report(path: Path, name: str) -> Report:
    """Report of a file, from memory if its content was scanned before."""
    found = store.report_of(digest(path))
    if found is None:
        found = scan_guarded(path, name, seconds=SCAN_SECONDS)
        store.keep_report(found)
    return dataclasses.replace(found, file=name)


def _file(item: Item) -> Report | None:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "file"
        most = (uploader.get_max_resource_size() + 1) * (1 << 20)
        try:
            if not spool(item, place, most):
                return None
        except OutOfReach as error:
            # Nobody can look into it: it is confirmed by the digest of its name.
            token = hashlib.sha256(f"{item.id} {item.url}".encode()).hexdigest()
            report = Report(item.name, UNREADABLE, token, not_scanned=(f"{error}.",))
            store.keep_report(report)
            return report
        return known_report(place, item.name)


def _table(item: Item) -> Report | None:
    if not item.id:
        return None
    counted = _Digested()
    with rows_of_table(item.id) as (columns, rows):
        if not columns:
            return None
        report = scan_records(counted.through(rows), columns)
    sha256 = counted.hexdigest
    if counted.rows > MOST_ROWS and not report.findings:
        reason = f"the table has more than {MOST_ROWS} rows, of which the first were looked at."
        report = dataclasses.replace(report, state=UNREADABLE, not_scanned=(reason,))
    report = dataclasses.replace(report, sha256=sha256)
    store.keep_report(report)
    return report


class _Digested:
    """Digest and number of rows that are read through it."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self.rows = 0

    @property
    def hexdigest(self) -> str:
        """Digest of the rows so far."""
        return self._digest.hexdigest()

    def through(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        """The rows as they come."""
        for row in rows:
            self.rows += 1
            self._digest.update(repr(row).encode())
            yield row


def _link(item: Item, patience: Patience) -> Report:
    url = item.url
    known = store.link(url)
    if known and known.sha256 and not known.problem and known.age < FRESH:
        report = store.report_of(known.sha256)
        if report:
            return dataclasses.replace(report, file=item.name)
    if not looks_like_table(item):
        problem = "the link leads to a page or service, not to a table"
        store.keep_link(url, sha256=None, problem=problem, waiting=False)
        return _not_scanned(item, f"{problem}.")
    failed = bool(known and known.problem and known.age < FAILED)
    if failed or patience.left < 1:
        store.wait_for(url)
        problem = known.problem if known else ""
        return _not_scanned(item, f"{problem or 'it is to be fetched'}; it is tried later.")
    return scan_link(url, item.name, patience.left)


def scan_link(url: str, name: str, seconds: float) -> Report:
    """Fetch a linked table and scan it.

    Args:
        url: its address.
        name: how it is called in the report.
        seconds: bound on the time of fetching.

    Returns:
        The report; ``not-scanned`` with the reason if it was not fetched.
    """
    known = store.link(url)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "file"
        try:
            fetch(url, place, seconds=seconds)
        except NotFetched as error:
            again = not error.for_good and (known.tries if known else 0) + 1 < MOST_TRIES
            store.keep_link(url, sha256=None, problem=str(error), waiting=again)
            later = "; it is tried later." if again else "."
            return Report(name, NOT_SCANNED, not_scanned=(f"{error}{later}",))
        with place.open("rb") as stream:
            if _HTML.match(stream.read(1024)):
                problem = "a web page answers at this address"
                store.keep_link(url, sha256=None, problem=problem, waiting=False)
                return Report(name, NOT_SCANNED, not_scanned=(f"{problem}.",))
        report = known_report(place, name)
        store.keep_link(url, sha256=report.sha256, problem="", waiting=False)
    return report


def _not_scanned(item: Item, reason: str) -> Report:
    return Report(item.name, NOT_SCANNED, not_scanned=(reason,))
