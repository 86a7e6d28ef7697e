"""Manifest of windows: what was asked, what proved itself, what is still due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.diavgeia import plan
from ckanext.greekmunicipal.diavgeia.client import Proof
from ckanext.greekmunicipal.diavgeia.plan import Window
from ckanext.greekmunicipal.diavgeia.rows import MAPPING_VERSION
from ckanext.greekmunicipal.harvesters.acts_store import Merged

# A change is looked for from some days before the last complete read, so that
# clocks that differ and an index that lags lose nothing.
OVERLAP = dt.timedelta(days=3)


@dataclass(frozen=True)
class Ticket:
    """One window of one job.

    Attributes:
        ticket_id: id of the harvest object that stands for it.
        window: what is asked.
        state: ``waiting``, ``reading``, ``done`` or ``failed``.
    """

    ticket_id: str
    window: Window
    state: str


def due(
    organization_uid: str,
    first: dt.date,
    today: dt.date,
    read: dict[tuple[dt.date, dt.date], dt.date],
) -> tuple[Window, ...]:
    """Windows that the next run reads.

    A window that was read whole is asked only for what changed since; its bounds
    stay explicit, so that late registrations of any age are found.

    Args:
        organization_uid: the body.
        first: first issue date wanted.
        today: date in Athens.
        read: for each pair of bounds the day of the last proved read.
    """
    return tuple(
        Window(
            organization_uid,
            bounds.issue_from,
            bounds.issue_to,
            read[bounds] - OVERLAP if bounds in read else None,
        )
        for bounds in plan.grid(first, today)
    )


def last_reads(
    cursor: Any, source_id: str, organization_uid: str
) -> dict[tuple[dt.date, dt.date], dt.date]:
    """For each window the day from which on changes have to be looked for, the overlap aside.

    It is the day of the newest submission known when the window was last read whole,
    and so a day of the source's own clock; ours only bounds it, lest a submission
    dated into the future hide what comes before it. Reads under another mapping, and
    those before any act was known, do not count.
    """
    cursor.execute(
        "SELECT issue_from, issue_to, max((least(started, newest_submission)"
        " AT TIME ZONE 'Europe/Athens')::date) FROM greekmunicipal.window_read"
        " WHERE state = 'done' AND source_id = %s AND organization_uid = %s"
        " AND mapping_version = %s AND newest_submission IS NOT NULL"
        " GROUP BY issue_from, issue_to",
        (source_id, organization_uid, str(MAPPING_VERSION)),
    )
    return {
        plan.Bounds(issue_from, issue_to): day for issue_from, issue_to, day in cursor.fetchall()
    }


def forget_reads(cursor: Any, organization_uid: str) -> None:
    """Make the next run read a body's windows whole."""
    cursor.execute(
        "UPDATE greekmunicipal.window_read SET mapping_version = NULL, refused = '{}'"
        " WHERE organization_uid = %s AND (mapping_version IS NOT NULL OR refused <> '{}')",
        (organization_uid,),
    )


def refused_families(cursor: Any, organization_uid: str) -> tuple[str, ...]:
    """Families of which acts were refused, since a person had deleted their dataset."""
    cursor.execute(
        "SELECT DISTINCT unnest(refused) FROM greekmunicipal.window_read"
        " WHERE organization_uid = %s",
        (organization_uid,),
    )
    return tuple(family for (family,) in cursor.fetchall())


def write_tickets(
    cursor: Any, job_id: str, source_id: str, tickets: Iterable[tuple[str, Window]]
) -> None:
    """Write the windows of a job; those of an earlier, broken gathering of it go."""
    cursor.execute("DELETE FROM greekmunicipal.window_read WHERE job_id = %s", (job_id,))
    for ticket_id, window in tickets:
        cursor.execute(
            "INSERT INTO greekmunicipal.window_read (ticket_id, job_id, source_id,"
            " organization_uid, issue_from, issue_to, submitted_from)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (
                ticket_id,
                job_id,
                source_id,
                window.organization_uid,
                window.issue_from,
                window.issue_to,
                window.submitted_from,
            ),
        )


def ticket(cursor: Any, ticket_id: str) -> Ticket | None:
    """The window of a harvest object, None when the manifest has none."""
    cursor.execute(
        "SELECT ticket_id, organization_uid, issue_from, issue_to, submitted_from, state"
        " FROM greekmunicipal.window_read WHERE ticket_id = %s",
        (ticket_id,),
    )
    row = cursor.fetchone()
    return Ticket(row[0], Window(*row[1:5]), row[5]) if row else None


def begin(ticket_id: str, started: dt.datetime) -> None:
    """Note that a window is being read, in a transaction of its own."""
    with datastore.transaction() as cursor:
        cursor.execute(
            "UPDATE greekmunicipal.window_read SET state = 'reading', attempts = attempts + 1,"
            " started = %s, heartbeat = now(), error = NULL WHERE ticket_id = %s",
            (started, ticket_id),
        )


def beat(ticket_id: str) -> None:
    """Note that the reader of a window lives."""
    with datastore.transaction() as cursor:
        cursor.execute(
            "UPDATE greekmunicipal.window_read SET heartbeat = now() WHERE ticket_id = %s",
            (ticket_id,),
        )


@dataclass
class Masked:
    """What was kept out of the rows of a window, and what could not be read."""

    subjects: int = 0
    natural_persons: int = 0
    unreadable: int = 0


def finish(
    cursor: Any, ticket_id: str, proof: Proof, merged: Merged, masked: Masked, requests: int
) -> None:
    """Close a window, in the transaction of its rows."""
    cursor.execute(
        "UPDATE greekmunicipal.window_read AS w SET state = 'done', finished = now(), echo = %s,"
        " total = %s, requests = %s, rows_new = %s, rows_changed = %s, rows_unchanged = %s,"
        " rows_duplicate = %s, rows_skipped = %s, rows_moved = %s, lines = %s,"
        " subjects_withheld = %s, natural_persons = %s, mapping_version = %s, refused = %s,"
        " newest_submission = (SELECT max(submission_time) FROM greekmunicipal.act_ledger AS l"
        " WHERE l.organization_uid = w.organization_uid) WHERE ticket_id = %s",
        (
            proof.echo,
            proof.total,
            requests,
            merged.new,
            merged.changed,
            merged.unchanged,
            merged.duplicate,
            masked.unreadable + merged.refused,
            merged.moved,
            merged.lines,
            masked.subjects,
            masked.natural_persons,
            str(MAPPING_VERSION),
            list(merged.refused_families),
            ticket_id,
        ),
    )


def fail(ticket_id: str, reason: str) -> None:
    """Note why a window could not be believed."""
    with datastore.transaction() as cursor:
        cursor.execute(
            "UPDATE greekmunicipal.window_read SET state = 'failed', finished = now(), error = %s"
            " WHERE ticket_id = %s",
            (reason, ticket_id),
        )


@dataclass(frozen=True)
class Outcome:
    """How a window ended.

    Attributes:
        organization_uid: the body.
        changed: rows that are new, changed or moved.
        error: why it failed, None when it did not.
    """

    organization_uid: str
    changed: int
    error: str | None


def outcome(cursor: Any, ticket_id: str) -> Outcome:
    """How the window of a harvest object ended.

    Raises:
        LookupError: the manifest has no such window.
    """
    cursor.execute(
        "SELECT organization_uid, coalesce(rows_new + rows_changed + rows_moved, 0), error"
        " FROM greekmunicipal.window_read WHERE ticket_id = %s",
        (ticket_id,),
    )
    row = cursor.fetchone()
    if row is None:
        raise LookupError(f"The manifest has no window for the harvest object {ticket_id}.")
    return Outcome(*row)


def all_closed(job_id: str, organization_uid: str) -> bool:
    """Whether no window of a body is still to be read in a job."""
    with datastore.transaction() as cursor:
        cursor.execute(
            "SELECT count(*) FROM greekmunicipal.window_read WHERE job_id = %s"
            " AND organization_uid = %s AND state IN ('waiting', 'reading')",
            (job_id, organization_uid),
        )
        return cursor.fetchone()[0] == 0


_SUMS = (
    "total",
    "requests",
    "rows_new",
    "rows_changed",
    "rows_unchanged",
    "rows_duplicate",
    "rows_skipped",
    "rows_moved",
    "lines",
    "subjects_withheld",
    "natural_persons",
)


def summary(job_ids: Sequence[str]) -> list[dict[str, Any]]:
    """Counts of jobs by body.

    Args:
        job_ids: harvest jobs.

    Returns:
        One dict a job and body: ``job_id``, ``organization_uid``, ``windows`` and how
        many of them are ``done`` and ``failed``, the sums of the counts of the
        manifest, ``started``, ``finished`` and ``seconds``, ``errors``.
    """
    sums = ", ".join(f"coalesce(sum({name}), 0)::bigint AS {name}" for name in _SUMS)
    with datastore.transaction() as cursor:
        cursor.execute(
            f"SELECT job_id, organization_uid, count(*) AS windows,"
            " count(*) FILTER (WHERE state = 'done') AS done,"
            " count(*) FILTER (WHERE state = 'failed') AS failed,"
            f" {sums}, min(started) AS started, max(finished) AS finished,"
            " array_remove(array_agg(error ORDER BY issue_from), NULL) AS errors"
            " FROM greekmunicipal.window_read WHERE job_id = ANY(%s)"
            " GROUP BY job_id, organization_uid ORDER BY organization_uid",
            (list(job_ids),),
        )
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    for row in rows:
        ended = row["started"] and row["finished"]
        row["seconds"] = (row["finished"] - row["started"]).total_seconds() if ended else None
    return rows
