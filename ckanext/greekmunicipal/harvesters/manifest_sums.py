"""Sums of the manifest by job and body."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ckanext.greekmunicipal import datastore

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
        One dict a job and body: ``job_id``, ``organization_uid``, ``windows``, how many of them
        are ``done`` and ``failed``, and how many asked for the whole country (``shared``), the
        sums of the counts of the body's own windows, ``started``, ``finished`` and ``seconds``,
        ``errors``.
    """
    # What came of a window over all bodies cannot be told apart by body.
    sums = ", ".join(
        f"coalesce(sum({name}) FILTER (WHERE organization_uid <> ''), 0)::bigint AS {name}"
        for name in _SUMS
    )
    with datastore.transaction() as cursor:
        cursor.execute(
            "SELECT job_id, body AS organization_uid, count(*) AS windows,"
            " count(*) FILTER (WHERE state = 'done') AS done,"
            " count(*) FILTER (WHERE state = 'failed') AS failed,"
            " count(*) FILTER (WHERE organization_uid = '') AS shared,"
            f" {sums}, min(started) AS started, max(finished) AS finished,"
            " array_remove(array_agg(error ORDER BY issue_from), NULL) AS errors"
            " FROM greekmunicipal.window_read, unnest(bodies) AS body WHERE job_id = ANY(%s)"
            " GROUP BY job_id, body ORDER BY body",
            (list(job_ids),),
        )
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    for row in rows:
        ended = row["started"] and row["finished"]
        row["seconds"] = (row["finished"] - row["started"]).total_seconds() if ended else None
    return rows


def last_jobs() -> dict[str, str]:
    """The job that last read each body, by Diavgeia number."""
    with datastore.transaction() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (body) body, job_id"
            " FROM greekmunicipal.window_read, unnest(bodies) AS body"
            " ORDER BY body, coalesce(started, finished) DESC NULLS LAST"
        )
        return dict(cursor.fetchall())
