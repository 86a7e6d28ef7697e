"""What was scanned, what was found, who confirmed it: our own tables."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.privacy import Report

# Grows when the rules of the scan change: then files are looked at again.
RULES = 1

UPLOAD = "upload"
LINK = "link"
RECORDS = "records"


@dataclass(frozen=True)
class Link:
    """A linked table.

    Attributes:
        sha256: digest of what was fetched; None if it never was.
        problem: why it was not fetched, '' if it was.
        tries: how often fetching it failed in a row.
        waiting: whether it is tried again in the background.
        age: seconds since the last try.
    """

    sha256: str | None
    problem: str
    tries: int
    waiting: bool
    age: float


@dataclass(frozen=True)
class Confirmation:
    """Somebody takes responsibility for publishing what was found.

    Attributes:
        user_id: id of the user, None for the portal itself.
        user_name: name of the user.
        reason: why it may be published, in the user's words.
    """

    user_id: str | None
    user_name: str
    reason: str


def report_of(sha256: str) -> Report | None:
    """What the scan of a file told, None if it was not scanned by these rules."""
    with datastore.transaction() as cursor:
        cursor.execute(
            "SELECT report FROM greekmunicipal.scanned_file WHERE sha256 = %s AND rules = %s",
            (sha256, RULES),
        )
        row = cursor.fetchone()
    return Report.from_dict(_json(row[0])) if row else None


def keep_report(report: Report) -> None:
    """Remember a report by the digest of its file; its name is not kept, it may name a person."""
    data = {**report.as_dict(), "file": ""}
    with datastore.transaction() as cursor:
        cursor.execute(
            "INSERT INTO greekmunicipal.scanned_file (sha256, rules, report) VALUES (%s, %s, %s)"
            " ON CONFLICT (sha256, rules) DO UPDATE SET report = excluded.report,"
            " scanned_at = now()",
            (report.sha256, RULES, json.dumps(data)),
        )


def link(url: str) -> Link | None:
    """What is known of a linked table."""
    with datastore.transaction() as cursor:
        cursor.execute(
            "SELECT sha256, problem, tries, waiting, extract(epoch FROM now() - fetched_at)"
            " FROM greekmunicipal.scanned_link WHERE url_sha256 = %s",
            (_key(url),),
        )
        row = cursor.fetchone()
    return Link(row[0], row[1], row[2], row[3], float(row[4])) if row else None


def keep_link(url: str, *, sha256: str | None, problem: str, waiting: bool) -> None:
    """Remember what came of fetching a linked table."""
    with datastore.transaction() as cursor:
        cursor.execute(
            "INSERT INTO greekmunicipal.scanned_link"
            " (url_sha256, url, sha256, problem, tries, waiting)"
            " VALUES (%(key)s, %(url)s, %(sha256)s, %(problem)s, %(failed)s, %(waiting)s)"
            " ON CONFLICT (url_sha256) DO UPDATE SET"
            " sha256 = coalesce(excluded.sha256, scanned_link.sha256),"
            " problem = excluded.problem, waiting = excluded.waiting, fetched_at = now(),"
            " tries = CASE WHEN %(failed)s = 0 THEN 0 ELSE scanned_link.tries + 1 END",
            {
                "key": _key(url),
                "url": url,
                "sha256": sha256,
                "problem": problem,
                "failed": int(bool(problem)),
                "waiting": waiting,
            },
        )


def wait_for(url: str) -> None:
    """Have a linked table scanned in the background."""
    with datastore.transaction() as cursor:
        cursor.execute(
            "INSERT INTO greekmunicipal.scanned_link (url_sha256, url, waiting)"
            " VALUES (%s, %s, true) ON CONFLICT (url_sha256) DO UPDATE SET waiting = true",
            (_key(url), url),
        )


def waiting_links(most: int) -> list[str]:
    """Linked tables that wait, those that wait longest first."""
    with datastore.transaction() as cursor:
        cursor.execute(
            "SELECT url FROM greekmunicipal.scanned_link WHERE waiting"
            " ORDER BY fetched_at LIMIT %s",
            (most,),
        )
        return [url for (url,) in cursor.fetchall()]


def note_resource(
    resource_id: str, package_id: str, source: str, *, sha256: str | None, url: str | None
) -> None:
    """Remember what of a resource was looked at."""
    with datastore.transaction() as cursor:
        cursor.execute(
            "INSERT INTO greekmunicipal.scanned_resource"
            " (resource_id, package_id, source, sha256, url) VALUES (%s, %s, %s, %s, %s)"
            " ON CONFLICT (resource_id) DO UPDATE SET package_id = excluded.package_id,"
            " source = excluded.source, sha256 = excluded.sha256, url = excluded.url,"
            " scanned_at = now()",
            (resource_id, package_id, source, sha256, url),
        )


def was_looked_into(resource_id: str) -> bool:
    """Whether anything of a resource was looked at."""
    with datastore.transaction() as cursor:
        cursor.execute(
            "SELECT 1 FROM greekmunicipal.scanned_resource WHERE resource_id = %s", (resource_id,)
        )
        return cursor.fetchone() is not None


def file_of(resource_id: str) -> str | None:
    """Digest of the file of a resource that was looked at last."""
    with datastore.transaction() as cursor:
        cursor.execute(
            "SELECT sha256 FROM greekmunicipal.scanned_resource WHERE resource_id = %s",
            (resource_id,),
        )
        row = cursor.fetchone()
    return row[0] if row else None


def confirm(
    confirmation: Confirmation,
    *,
    sha256: str,
    file: str,
    counts: dict[str, int],
    resource_id: str | None,
    package_id: str | None,
) -> int:
    """Record a confirmation; done before anything is published.

    Returns:
        Its number.
    """
    with datastore.transaction() as cursor:
        cursor.execute(
            "INSERT INTO greekmunicipal.personal_data_confirmation (resource_id, package_id,"
            " sha256, file, user_id, user_name, reason, counts)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s) RETURNING id",
            (
                resource_id,
                package_id,
                sha256,
                file,
                confirmation.user_id,
                confirmation.user_name,
                confirmation.reason,
                json.dumps(counts),
            ),
        )
        return cursor.fetchone()[0]


def bind_confirmation(number: int, resource_id: str, package_id: str) -> None:
    """Name the resource of a confirmation, once CKAN has made it."""
    with datastore.transaction() as cursor:
        cursor.execute(
            "UPDATE greekmunicipal.personal_data_confirmation SET resource_id = %s, package_id = %s"
            " WHERE id = %s",
            (resource_id, package_id, number),
        )


def withdraw_confirmation(number: int) -> None:
    """Forget a confirmation of what was not published after all."""
    with datastore.transaction() as cursor:
        cursor.execute(
            "DELETE FROM greekmunicipal.personal_data_confirmation WHERE id = %s", (number,)
        )


def is_confirmed(resource_id: str, sha256: str) -> bool:
    """Whether somebody confirmed this file for this resource."""
    with datastore.transaction() as cursor:
        cursor.execute(
            "SELECT 1 FROM greekmunicipal.personal_data_confirmation"
            " WHERE resource_id = %s AND sha256 = %s LIMIT 1",
            (resource_id, sha256),
        )
        return cursor.fetchone() is not None


def status_of(package_id: str) -> list[dict[str, Any]]:
    """What was looked at in a dataset, what was found and who confirmed it."""
    with datastore.transaction() as cursor:
        cursor.execute(
            "SELECT r.resource_id, r.source, r.url, r.sha256, r.scanned_at, l.sha256, l.problem,"
            " l.waiting FROM greekmunicipal.scanned_resource r"
            " LEFT JOIN greekmunicipal.scanned_link l ON r.source = 'link' AND l.url = r.url"
            " WHERE r.package_id = %s ORDER BY r.scanned_at",
            (package_id,),
        )
        rows = cursor.fetchall()
    found = []
    for resource_id, source, url, sha256, scanned_at, fetched, problem, waiting in rows:
        digest = fetched if source == LINK else sha256
        report = report_of(digest) if digest else None
        found.append(
            {
                "resource_id": resource_id,
                "source": source,
                "url": url,
                "sha256": digest,
                "scanned_at": scanned_at.isoformat(),
                "state": report.state if report else "not-scanned",
                "problem": problem or "",
                "waiting": bool(waiting),
                "report": report.as_dict() if report else None,
                "confirmations": confirmations_of(resource_id),
            }
        )
    return found


def confirmations_of(resource_id: str) -> list[dict[str, Any]]:
    """Confirmations of a resource, the newest first."""
    with datastore.transaction() as cursor:
        cursor.execute(
            "SELECT sha256, file, user_id, user_name, reason, counts, confirmed_at"
            " FROM greekmunicipal.personal_data_confirmation WHERE resource_id = %s"
            " ORDER BY id DESC",
            (resource_id,),
        )
        rows = cursor.fetchall()
    names = ("sha256", "file", "user_id", "user_name", "reason")
    return [
        {
            **dict(zip(names, row[:-2], strict=True)),
            "counts": _json(row[-2]),
            "confirmed_at": row[-1].isoformat(),
        }
        for row in rows
    ]


def _json(stored: Any) -> Any:
    """A jsonb value: CKAN's engine gives its text, a plain connection the value."""
    return json.loads(stored) if isinstance(stored, str) else stored


def _key(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()
