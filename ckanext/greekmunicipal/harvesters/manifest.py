"""Manifest of windows: what was asked and why, what proved itself, what came of it.

A ticket of the queue has one or more lines, one a window.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.diavgeia.client import Proof
from ckanext.greekmunicipal.diavgeia.plan import COUNTRY, Window
from ckanext.greekmunicipal.diavgeia.plan_known import Known, Read
from ckanext.greekmunicipal.diavgeia.plan_run import Planned
from ckanext.greekmunicipal.diavgeia.rows import MAPPING_VERSION
from ckanext.greekmunicipal.harvesters.acts_store import Merged


@dataclass(frozen=True)
class Line:
    """One window of a ticket.

    Attributes:
        ticket_id: id of the harvest object.
        place: number of the line in its ticket, from 0.
        window: what is asked.
        bodies: whose acts are kept.
        state: ``waiting``, ``reading``, ``done`` or ``failed``.
    """

    ticket_id: str
    place: int
    window: Window
    bodies: tuple[str, ...]
    state: str


# --- what is already read ------------------------------------------------------------------------


def known(cursor: Any, source_id: str, families: Sequence[str] | None) -> Known:
    """What a source has read and proved.

    Reads under another mapping do not count, nor do those that kept fewer families than are
    wanted now.

    Args:
        cursor: cursor of a transaction.
        source_id: the source.
        families: those that are wanted; None for all.
    """
    cursor.execute(
        "SELECT organization_uid, issue_from, issue_to, submitted_from, submitted_to, through,"
        " bodies, forgotten FROM greekmunicipal.window_read WHERE state = 'done'"
        " AND source_id = %s AND mapping_version = %s AND through IS NOT NULL"
        " AND (families IS NULL OR families @> %s::text[]) ORDER BY started, ticket_id, place",
        (source_id, str(MAPPING_VERSION), list(families) if families else None),
    )
    found = Known()
    for *window, through, bodies, forgotten in cursor.fetchall():
        kept = frozenset(bodies) - frozenset(forgotten)
        if kept:
            found.add(Read(Window(*window), through, kept))
    return found


def forget_reads(cursor: Any, organization_uid: str) -> None:
    """Make the next run read a body's windows whole."""
    cursor.execute(
        "UPDATE greekmunicipal.window_read SET forgotten = array_append(forgotten, %(uid)s)"
        " WHERE bodies @> ARRAY[%(uid)s] AND NOT %(uid)s = ANY(forgotten)",
        {"uid": organization_uid},
    )


def refused_families(cursor: Any, organization_uid: str) -> tuple[str, ...]:
    """Families of which acts were refused, since a person had deleted their dataset."""
    cursor.execute(
        "SELECT DISTINCT split_part(name, '/', 2) FROM (SELECT unnest(CASE organization_uid"
        " WHEN '' THEN refused ELSE ARRAY(SELECT %(uid)s || '/' || unnest(refused)) END) AS name"
        " FROM greekmunicipal.window_read WHERE bodies @> ARRAY[%(uid)s]"
        " AND refused <> '{}' AND NOT %(uid)s = ANY(forgotten)) AS names"
        " WHERE split_part(name, '/', 1) = %(uid)s",
        {"uid": organization_uid},
    )
    return tuple(family for (family,) in cursor.fetchall())


# --- tickets -------------------------------------------------------------------------------------


def write_tickets(
    cursor: Any,
    job_id: str,
    source_id: str,
    tickets: Iterable[tuple[str, Sequence[Planned]]],
    families: Sequence[str] | None = None,
) -> None:
    """Write the windows of a job; those of an earlier, broken gathering of it go."""
    cursor.execute("DELETE FROM greekmunicipal.window_read WHERE job_id = %s", (job_id,))
    for ticket_id, planned in tickets:
        for place, one in enumerate(planned):
            window = one.window
            cursor.execute(
                "INSERT INTO greekmunicipal.window_read (ticket_id, place, job_id, source_id,"
                " organization_uid, issue_from, issue_to, submitted_from, submitted_to, bodies,"
                " families, reason, why, expected)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                (
                    *(ticket_id, place, job_id, source_id, window.organization_uid),
                    *(window.issue_from, window.issue_to),
                    *(window.submitted_from, window.submitted_to, list(one.bodies)),
                    *(list(families) if families else None, one.reason, one.why, one.requests),
                ),
            )


def lines(cursor: Any, ticket_id: str) -> tuple[Line, ...]:
    """The windows of a harvest object; none when the manifest has none."""
    cursor.execute(
        "SELECT place, organization_uid, issue_from, issue_to, submitted_from, submitted_to,"
        " bodies, state FROM greekmunicipal.window_read WHERE ticket_id = %s ORDER BY place",
        (ticket_id,),
    )
    return tuple(
        Line(ticket_id, place, Window(*window), tuple(bodies), state)
        for place, *window, bodies, state in cursor.fetchall()
    )


def begin(line: Line, started: dt.datetime) -> None:
    """Note that a window is being read, in a transaction of its own."""
    with datastore.transaction() as cursor:
        cursor.execute(
            "UPDATE greekmunicipal.window_read SET state = 'reading', attempts = attempts + 1,"
            " started = %s, heartbeat = now(), error = NULL WHERE ticket_id = %s AND place = %s",
            (started, line.ticket_id, line.place),
        )


def beat(ticket_id: str) -> None:
    """Note that the reader of a ticket lives."""
    with datastore.transaction() as cursor:
        cursor.execute(
            "UPDATE greekmunicipal.window_read SET heartbeat = now()"
            " WHERE ticket_id = %s AND state <> 'done'",
            (ticket_id,),
        )


@dataclass
class Masked:
    """What was kept out of the rows of a window, and what could not be read."""

    subjects: int = 0
    natural_persons: int = 0
    unreadable: int = 0
    foreign: int = 0


@dataclass(frozen=True)
class Came:
    """What came of a window.

    Attributes:
        proof: why the answer is believed.
        through: day of submission from which on it may lack something.
        merged: what it changed, by body.
        masked: what was kept out.
        requests: requests that it took.
    """

    proof: Proof
    through: dt.date
    merged: Mapping[str, Merged]
    masked: Masked
    requests: int

    def sum_of(self, name: str) -> int:
        """A count over all bodies."""
        return sum(getattr(one, name) for one in self.merged.values())

    def refused(self, families: Sequence[str] | None) -> list[str]:
        """Families that a person deleted; of the country with the body before them."""
        return [
            family if self.proof.window.organization_uid != COUNTRY else f"{uid}/{family}"
            for uid, merged in self.merged.items()
            for family in merged.refused_families
            if families is None or family in families
        ]


def finish(cursor: Any, line: Line, came: Came, families: Sequence[str] | None = None) -> None:
    """Close a window, in the transaction of its rows."""
    proof, masked = came.proof, came.masked
    values = {
        "echo": proof.echo,
        "total": proof.total,
        "parts": proof.parts,
        "pages": proof.pages,
        "readings": proof.readings,
        "source_time": proof.source_time,
        "through": came.through,
        "requests": came.requests,
        "rows_new": came.sum_of("new"),
        "rows_changed": came.sum_of("changed"),
        "rows_unchanged": came.sum_of("unchanged"),
        "rows_duplicate": came.sum_of("duplicate"),
        "rows_skipped": masked.unreadable + came.sum_of("refused"),
        "rows_moved": came.sum_of("moved"),
        "rows_foreign": masked.foreign,
        "lines": came.sum_of("lines"),
        "subjects_withheld": masked.subjects,
        "natural_persons": masked.natural_persons,
        "mapping_version": str(MAPPING_VERSION),
        "refused": came.refused(families),
    }
    cursor.execute(
        "UPDATE greekmunicipal.window_read SET state = 'done', finished = now(), error = NULL, "
        + ", ".join(f"{name} = %s" for name in values)
        + " WHERE ticket_id = %s AND place = %s",
        (*values.values(), line.ticket_id, line.place),
    )


def fail(ticket_id: str, reason: str, place: int | None = None) -> None:
    """Note why a window could not be believed; without ``place`` all that are still open."""
    with datastore.transaction() as cursor:
        cursor.execute(
            "UPDATE greekmunicipal.window_read SET state = 'failed', finished = now(), error = %s"
            " WHERE ticket_id = %s AND CASE WHEN %s IS NULL THEN state IN ('waiting', 'reading')"
            " ELSE place = %s END",
            (reason, ticket_id, place, place),
        )


# --- how it ended --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outcome:
    """How a ticket ended.

    Attributes:
        bodies: the bodies of its windows.
        changed: rows that are new, changed or moved.
        errors: why windows of it failed.
    """

    bodies: tuple[str, ...]
    changed: int
    errors: tuple[str, ...]


def outcome(cursor: Any, ticket_id: str) -> Outcome:
    """How the windows of a harvest object ended.

    Raises:
        LookupError: the manifest has no such window.
    """
    cursor.execute(
        "SELECT bodies, coalesce(rows_new + rows_changed + rows_moved, 0), error"
        " FROM greekmunicipal.window_read WHERE ticket_id = %s ORDER BY place",
        (ticket_id,),
    )
    rows = cursor.fetchall()
    if not rows:
        raise LookupError(f"The manifest has no window for the harvest object {ticket_id}.")
    return Outcome(
        tuple(sorted({uid for bodies, _, _ in rows for uid in bodies})),
        sum(changed for _, changed, _ in rows),
        tuple(error for _, _, error in rows if error),
    )


def closed(job_id: str, bodies: Sequence[str]) -> tuple[str, ...]:
    """Those of some bodies of which no window is still to be read in a job."""
    with datastore.transaction() as cursor:
        cursor.execute(
            "SELECT DISTINCT unnest(bodies) FROM greekmunicipal.window_read WHERE job_id = %s"
            " AND state IN ('waiting', 'reading')",
            (job_id,),
        )
        still_open = {uid for (uid,) in cursor.fetchall()}
    return tuple(uid for uid in bodies if uid not in still_open)


__all__ = [
    "Came",
    "Line",
    "Masked",
    "Outcome",
    "beat",
    "begin",
    "closed",
    "fail",
    "finish",
    "forget_reads",
    "known",
    "lines",
    "outcome",
    "refused_families",
    "write_tickets",
]
