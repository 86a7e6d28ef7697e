"""Records of foreign catalogues in our own tables."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from psycopg2.extras import execute_values

from ckanext.greekmunicipal.catalogs.merging import Stored
from ckanext.greekmunicipal.harvesters.catalogs.pages import KnownPage

# States of a record: in its catalogue; absent, and the deletion waits; absent, and to be deleted;
# published by this portal itself; no dataset can be made of it.
HERE, ABSENT, GONE, OURS, UNUSABLE = "here", "absent", "gone", "ours", "unusable"
KIND = "catalogue"
BATCH = 200


@dataclass(frozen=True)
class Change:
    """A record that is new or has changed.

    Attributes:
        record: what its catalogue calls it.
        package_id: of the dataset that it is; empty when it is none.
        fingerprint: of the record and its mapping.
        state: ``here``, ``ours`` or ``unusable``.
        modified: as stated.
        keys: what it is recognised by.
        page: its address.
        dataset: in our fields.
        looks: what could not be mapped.
    """

    record: str
    package_id: str
    fingerprint: str
    state: str
    modified: str
    keys: tuple[str, ...]
    page: str
    dataset: dict[str, Any]
    looks: list[dict[str, str]]


def known(cursor: Any, source_id: str) -> dict[str, tuple[str, str]]:
    """Fingerprint and state of each record of a source, read in one go."""
    cursor.execute(
        "SELECT record, fingerprint, state FROM greekmunicipal.catalogue_record"
        " WHERE source_id = %s",
        (source_id,),
    )
    return {record: (fingerprint, state) for record, fingerprint, state in cursor.fetchall()}


def known_pages(cursor: Any, source_id: str) -> dict[str, KnownPage]:
    """Pages of a source when it was last read to its end, by address."""
    cursor.execute(
        "SELECT url, digest, total, next, records FROM greekmunicipal.catalogue_page"
        " WHERE source_id = %s",
        (source_id,),
    )
    return {
        url: KnownPage(digest, total, following, tuple(names))
        for url, digest, total, following, names in cursor.fetchall()
    }


def write_pages(cursor: Any, source_id: str, pages: Mapping[str, KnownPage]) -> None:
    """Put pages in the place of those that were known."""
    cursor.execute("DELETE FROM greekmunicipal.catalogue_page WHERE source_id = %s", (source_id,))
    execute_values(
        cursor,
        "INSERT INTO greekmunicipal.catalogue_page (source_id, url, digest, total, next, records)"
        " VALUES %s",
        [
            (source_id, url, page.digest, page.total, page.next, list(page.records))
            for url, page in pages.items()
        ],
        page_size=BATCH,
    )


def same_elsewhere(
    cursor: Any, source_id: str, keys: Collection[str]
) -> dict[str, tuple[str, dt.datetime]]:
    """Datasets that records of other sources with these keys are, by key.

    A key that two records of one catalogue bear tells neither.
    """
    cursor.execute(
        "SELECT key, min(package_id), min(first_seen) FROM greekmunicipal.catalogue_record,"
        " unnest(keys) AS key WHERE keys && %s AND source_id <> %s AND state IN ('here', 'absent')"
        " GROUP BY key HAVING count(*) = count(DISTINCT source_id)"
        " AND count(DISTINCT package_id) = 1",
        (list(keys), source_id),
    )
    wanted = set(keys)
    return {key: (package, seen) for key, package, seen in cursor.fetchall() if key in wanted}


def write(cursor: Any, source_id: str, preference: int, changes: Iterable[Change]) -> None:
    """Store records that are new or have changed; each stays the dataset that it was.

    Unless it is recognised as one of another source, which its first reading decides.
    """
    execute_values(
        cursor,
        "INSERT INTO greekmunicipal.catalogue_record AS r (source_id, record, package_id,"
        " fingerprint, published, state, preference, modified, keys, page, dataset, looks)"
        " VALUES %s ON CONFLICT (source_id, record) DO UPDATE SET"
        " package_id = CASE WHEN r.package_id = '' OR excluded.package_id = ''"
        " THEN excluded.package_id ELSE r.package_id END,"
        " fingerprint = excluded.fingerprint, published = excluded.published,"
        " state = excluded.state, absent_job = NULL, preference = excluded.preference,"
        " modified = excluded.modified, keys = excluded.keys, page = excluded.page,"
        " dataset = excluded.dataset, looks = excluded.looks, changed = clock_timestamp()",
        [
            (
                *(source_id, change.record, change.package_id, change.fingerprint),
                None if change.state == HERE else change.fingerprint,
                *(change.state, preference, change.modified, list(change.keys), change.page),
                json.dumps(change.dataset, ensure_ascii=False),
                json.dumps(change.looks, ensure_ascii=False),
            )
            for change in changes
        ],
    )


def dismiss(cursor: Any, source_id: str, records: Collection[str]) -> None:
    """Have what was published of records taken back: they are no datasets of a source any more."""
    cursor.execute(
        "UPDATE greekmunicipal.catalogue_record SET state = 'gone', published = NULL,"
        " absent_job = NULL, changed = clock_timestamp()"
        " WHERE source_id = %s AND record = ANY(%s)",
        (source_id, list(records)),
    )


def held(cursor: Any, source_id: str) -> list[str]:
    """Records that are absent and whose deletion waits."""
    cursor.execute(
        "SELECT record FROM greekmunicipal.catalogue_record"
        " WHERE source_id = %s AND state = 'absent' ORDER BY record",
        (source_id,),
    )
    return [record for (record,) in cursor.fetchall()]


def miss(cursor: Any, source_id: str, records: Collection[str], job_id: str) -> None:
    """Note that records were absent for the first time."""
    cursor.execute(
        "UPDATE greekmunicipal.catalogue_record SET state = 'absent', absent_job = %s"
        " WHERE source_id = %s AND record = ANY(%s) AND state = 'here'",
        (job_id, source_id, list(records)),
    )


def find_again(cursor: Any, source_id: str, records: Collection[str]) -> None:
    """Note that records are in their catalogue again, unchanged."""
    cursor.execute(
        "UPDATE greekmunicipal.catalogue_record SET absent_job = NULL,"
        " published = CASE WHEN state = 'gone' THEN NULL ELSE published END, state = 'here'"
        " WHERE source_id = %s AND record = ANY(%s) AND state IN ('absent', 'gone')",
        (source_id, list(records)),
    )


def publish_again(cursor: Any, package_ids: Collection[str]) -> None:
    """Have datasets published anew, as those that were purged."""
    cursor.execute(
        "UPDATE greekmunicipal.catalogue_record SET published = NULL"
        " WHERE package_id = ANY(%s) AND state IN ('here', 'absent')",
        (list(package_ids),),
    )


def packages(cursor: Any, source_id: str) -> list[str]:
    """Datasets of a source that are to be there."""
    cursor.execute(
        "SELECT DISTINCT package_id FROM greekmunicipal.catalogue_record"
        " WHERE source_id = %s AND state IN ('here', 'absent')",
        (source_id,),
    )
    return [package for (package,) in cursor.fetchall()]


def pending(cursor: Any, source_id: str) -> list[str]:
    """Datasets of a source about which something is to be done, in order."""
    cursor.execute(
        "SELECT DISTINCT package_id FROM greekmunicipal.catalogue_record WHERE source_id = %s"
        " AND state IN ('here', 'absent', 'gone') AND package_id <> ''"
        " AND published IS DISTINCT FROM fingerprint ORDER BY package_id",
        (source_id,),
    )
    return [package for (package,) in cursor.fetchall()]


def among(cursor: Any, package_ids: Collection[str]) -> set[str]:
    """Those of some datasets that are harvested from catalogues."""
    cursor.execute(
        "SELECT DISTINCT package_id FROM greekmunicipal.catalogue_record"
        " WHERE package_id = ANY(%s)",
        (list(package_ids),),
    )
    return {package for (package,) in cursor.fetchall()}


def records_of(cursor: Any, package_ids: Collection[str]) -> dict[str, list[Stored]]:
    """All records of datasets, of every source, by dataset."""
    cursor.execute(
        "SELECT package_id, source_id, record, fingerprint, state, preference, modified, page,"
        " dataset, looks, first_seen FROM greekmunicipal.catalogue_record"
        " WHERE package_id = ANY(%s) AND state IN ('here', 'absent', 'gone')"
        " ORDER BY first_seen, source_id, record",
        (list(package_ids),),
    )
    found: dict[str, list[Stored]] = {package: [] for package in package_ids}
    for package, *values in cursor.fetchall():
        found[package].append(Stored.read(*values))
    return found


def note_published(cursor: Any, records: Iterable[Stored]) -> None:
    """Note that what was read of records is published, or taken back."""
    execute_values(
        cursor,
        "UPDATE greekmunicipal.catalogue_record AS r SET published = r.fingerprint"
        " FROM (VALUES %s) AS v (source_id, record, fingerprint, state)"
        " WHERE r.source_id = v.source_id AND r.record = v.record"
        " AND r.fingerprint = v.fingerprint AND r.state = v.state",
        [(each.source_id, each.record, each.fingerprint, each.state) for each in records],
    )


def write_report(
    cursor: Any, job_id: str, unit: str, source_id: str, started: dt.datetime, report: Any
) -> None:
    """Write what a job found in a catalogue."""
    cursor.execute(
        "INSERT INTO greekmunicipal.harvest_report"
        " (job_id, unit, source_id, kind, started, finished, report)"
        " VALUES (%s, %s, %s, %s, %s, clock_timestamp(), %s) ON CONFLICT (job_id, unit) DO UPDATE"
        " SET started = excluded.started, finished = now(), report = excluded.report",
        (job_id, unit, source_id, KIND, started, json.dumps(report, ensure_ascii=False)),
    )
