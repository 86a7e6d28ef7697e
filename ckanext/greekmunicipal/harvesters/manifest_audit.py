"""The manifest as evidence: what was asked of Diavgeia, what proved itself, what is still due."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.diavgeia.plan_run import Planned, Scope
from ckanext.greekmunicipal.formulas import guarded
from ckanext.greekmunicipal.greek import ATHENS
from ckanext.greekmunicipal.harvesters import diavgeia_gather, manifest
from ckanext.greekmunicipal.harvesters.diavgeia_options import Options

COLUMNS = (
    *("job_id", "ticket_id", "place", "reason", "organization_uid", "bodies"),
    *("issue_from", "issue_to", "submitted_from", "submitted_to", "state", "attempts"),
    *("started", "finished", "through", "echo", "total", "parts", "pages", "readings", "requests"),
    *("rows_new", "rows_changed", "rows_unchanged", "rows_duplicate", "rows_skipped"),
    *("rows_moved", "rows_foreign", "lines", "subjects_withheld", "natural_persons"),
    *("mapping_version",),
)
ERROR = "error"
_BATCH = 1000


def csv_lines(*, source_id: str = "", uid: str = "", with_errors: bool) -> Iterator[str]:
    """The manifest of a source, or of a body over all sources, as lines of a CSV file.

    Args:
        source_id: the source; or
        uid: Diavgeia's number of the body.
        with_errors: messages of failed windows too; they name addresses.
    """
    names = (*COLUMNS, ERROR) if with_errors else COLUMNS
    yield _csv([names])
    after = ("", -1)
    while True:
        with datastore.transaction() as cursor:
            cursor.execute(
                f"SELECT {', '.join(names)} FROM greekmunicipal.window_read"
                " WHERE (source_id = %s OR bodies @> ARRAY[%s]) AND (ticket_id, place) > (%s, %s)"
                " ORDER BY ticket_id, place LIMIT %s",
                (source_id, uid, *after, _BATCH),
            )
            rows = cursor.fetchall()
        if rows:
            yield _csv([_cell(value) for value in row] for row in rows)
        if len(rows) < _BATCH:
            return
        after = (rows[-1][names.index("ticket_id")], rows[-1][names.index("place")])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ";".join(value)
    if isinstance(value, dt.datetime):
        return value.astimezone(ATHENS).isoformat(timespec="seconds")
    return guarded(str(value))


def _csv(rows: Iterable[Iterable[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


@dataclass(frozen=True)
class Standing:
    """How complete a source is.

    Attributes:
        bodies: how many bodies it reads.
        complete_to: every version of every act that was submitted before this day was read; None
            while some window was never read.
        planned: what its next run reads.
        reads: newest lines of the manifest.
    """

    bodies: int
    complete_to: dt.date | None
    planned: tuple[Planned, ...]
    reads: list[dict[str, Any]]


def standing(source_id: str, options: Options, most: int = 50) -> Standing:
    """How complete a source is, and what it read last.

    Raises:
        datasets.OrganizationMissing: the portal has no organisation for a body of it.
    """
    with datastore.transaction() as cursor:
        bodies = diavgeia_gather.bodies_of(options)
        known = manifest.known(cursor, source_id, options.families)
        planned = diavgeia_gather.planned(cursor, source_id, options)
        reads = _newest(cursor, source_id, most)
    scope = Scope(options.first, options.last)
    marks = [known.mark(uid, bounds) for bounds in scope.windows() for uid in bodies]
    complete = None if None in marks else min((mark for mark in marks if mark), default=None)
    return Standing(len(bodies), complete, planned, reads)


def _newest(cursor: Any, source_id: str, most: int) -> list[dict[str, Any]]:
    cursor.execute(
        f"SELECT {', '.join((*COLUMNS, ERROR))} FROM greekmunicipal.window_read"
        " WHERE source_id = %s AND state IN ('done', 'failed')"
        " ORDER BY finished DESC, place DESC LIMIT %s",
        (source_id, most),
    )
    return [dict(zip((*COLUMNS, ERROR), row, strict=True)) for row in cursor.fetchall()]
