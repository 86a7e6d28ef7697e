"""Lines of budgets to the one table of a municipality, and the memory of what was stored.

A budget replaces the part of the table that it speaks of: its fiscal years, period ends
and sides. Nothing else is touched, and rows, memory and report commit together.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from psycopg2 import sql

from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.budgets import LINES_COLUMNS, BudgetLine, Column, line_values
from ckanext.greekmunicipal.budgets.records import EXECUTION_PHASES
from ckanext.greekmunicipal.datastore import FULL_TEXT, FULL_TEXT_TYPE, TableSpec
from ckanext.greekmunicipal.greek.row_search import row_vector
from ckanext.greekmunicipal.harvesters import budget_originals, budget_products, budget_versions
from ckanext.greekmunicipal.harvesters.identity import BUDGET, resource_id

# Some systems print one code twice, with other amounts: no line is lost for that.
OCCURRENCE = Column(
    "occurrence",
    "integer",
    "Αύξων αριθμός ανάμεσα σε γραμμές με ίδιο κωδικό",
    "Number among lines of the same code",
    "provenance:occurrence",
)
# An unknown period end is NULL, which a unique index does not compare: what keeps a key
# single is that a part is always replaced whole, and that ``occurrence`` counts.
KEY = (
    "fiscal_year",
    "period_end",
    "side",
    "service_code",
    "service_label",
    "code",
    OCCURRENCE.name,
)
TABLE_COLUMNS = (*LINES_COLUMNS, OCCURRENCE)
SPEC = TableSpec(TABLE_COLUMNS, KEY, ("fiscal_year", "account_code"))
_STAGE = "stage_budget"
_FOUND_BY = (
    "code", "label", "account_code", "account_label", "service_code", "service_label",
    "fiscal_year",
)  # fmt: skip

_FOUND_AT = tuple(SPEC.names.index(name) for name in _FOUND_BY)

Part = tuple[int, dt.date | None, str]


class PartTaken(ValueError):  # noqa: N818 - says what is the matter
    """Another file of the source, still there, gives the same part of the budget."""


@dataclass(frozen=True)
class UnitState:
    """What is stored of a unit.

    Attributes:
        fingerprint: of the files and readers that gave the rows.
        rows_digest: of the rows.
        published: the dataset tells of them.
    """

    fingerprint: str
    rows_digest: str
    published: bool


def table_of(uid: str) -> str:
    """Id of the budget table of a municipality."""
    return resource_id(uid, BUDGET, BUDGET)


def unit_state(cursor: Any, uid: str, unit: str) -> UnitState | None:
    """What is stored of a unit; None when nothing is."""
    cursor.execute(
        "SELECT fingerprint, rows_digest, published FROM greekmunicipal.budget_unit"
        " WHERE organization_uid = %s AND unit = %s",
        (uid, unit),
    )
    row = cursor.fetchone()
    return UnitState(*row) if row else None


def forget_lost_table(cursor: Any, uid: str) -> bool:
    """Forget what was stored when the table is gone, so that all is read again.

    Returns:
        Whether something had to be forgotten.
    """
    return not datastore.is_table(cursor, table_of(uid)) and forget(cursor, uid)


def forget(cursor: Any, uid: str) -> bool:
    """Forget what was stored of a municipality; rows stay until they are replaced."""
    lost = 0
    for table in ("budget_unit", "budget_part"):
        cursor.execute(f"DELETE FROM greekmunicipal.{table} WHERE organization_uid = %s", (uid,))
        lost += cursor.rowcount
    return lost > 0


def parts_of(lines: Iterable[BudgetLine]) -> dict[Part, int]:
    """Parts of the table that lines belong to, and how many lines each has."""
    return Counter(
        (line.fiscal_year, line.period_end, line.side)
        for line in lines
        if line.fiscal_year is not None
    )


def load(
    cursor: Any,
    uid: str,
    unit: str,
    lines: tuple[BudgetLine, ...],
    *,
    fingerprint: str,
    source_id: str,
    still_given: Callable[[str, str], bool],
    report: dict[str, Any],
) -> int:
    """Put the lines of a unit in place of its parts of the table.

    Args:
        cursor: cursor of the transaction; the caller holds the lock of the municipality.
        uid: Diavgeia's number of the municipality.
        unit: key of the unit.
        lines: its lines.
        fingerprint: of what gave the lines.
        source_id: the harvest source.
        still_given: whether the unit of that key is still in the source of that id.
        report: what is told of the unit in the dataset.

    Returns:
        Rows written; 0 when the very same rows stand there.

    Raises:
        PartTaken: another unit that is still there gave one of the parts.
    """
    parts = parts_of(lines)
    rows = list(table_rows(lines))
    digest = hashlib.sha256(repr(rows).encode()).hexdigest()
    owners = _owners(cursor, uid, parts)
    _refuse_taken(cursor, uid, unit, owners, still_given)
    state = unit_state(cursor, uid, unit)
    same = (
        state is not None
        and state.rows_digest == digest
        and all(owners.get(part) == unit for part in parts)
    )
    if not same:
        _replace(cursor, uid, parts, rows)
        _own(cursor, uid, unit, parts)
        budget_versions.add(
            cursor, uid, unit, parts, source_id=source_id, rows_digest=digest, report=report
        )
    cursor.execute(
        "INSERT INTO greekmunicipal.budget_unit AS u"
        " (organization_uid, unit, source_id, fingerprint, rows_digest, report)"
        " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (organization_uid, unit) DO UPDATE"
        " SET source_id = excluded.source_id, fingerprint = excluded.fingerprint,"
        " rows_digest = excluded.rows_digest, report = excluded.report, published = false,"
        " stored_at = CASE WHEN %s THEN u.stored_at ELSE now() END",
        (uid, unit, source_id, fingerprint, digest, json.dumps(report), same),
    )
    return 0 if same else len(rows)


def _owners(cursor: Any, uid: str, parts: Collection[Part]) -> dict[Part, str]:
    cursor.execute(
        "SELECT fiscal_year, period_end, side, unit FROM greekmunicipal.budget_part"
        " WHERE organization_uid = %s",
        (uid,),
    )
    return {
        (year, end, side): unit
        for year, end, side, unit in cursor.fetchall()
        if (year, end, side) in parts
    }


def _refuse_taken(
    cursor: Any,
    uid: str,
    unit: str,
    owners: dict[Part, str],
    still_given: Callable[[str, str], bool],
) -> None:
    for (year, end, side), owner in owners.items():
        if owner == unit:
            continue
        cursor.execute(
            "SELECT source_id, report::text FROM greekmunicipal.budget_unit"
            " WHERE organization_uid = %s AND unit = %s",
            (uid, owner),
        )
        row = cursor.fetchone()
        if row is None or not still_given(owner, row[0]):
            continue
        files = ", ".join(entry["file"] for entry in json.loads(row[1])["files"])
        where = f"{year}" + (f" until {end.isoformat()}" if end else "")
        raise PartTaken(
            f"the {side} of {where} is already given by {files}, which is still there."
            " Keep one of them: take the other out of the source."
        )


def table_rows(lines: Iterable[BudgetLine]) -> Iterator[tuple[Any, ...]]:
    """Rows of the table, each with its number among the lines of its key."""
    names = SPEC.names
    at = [names.index(name) for name in KEY[:-1]]
    seen: Counter[tuple[Any, ...]] = Counter()
    for line in lines:
        values = line_values(line)
        key = tuple(values[index] for index in at)
        seen[key] += 1
        yield (*values, seen[key])


def search_text(row: tuple[Any, ...]) -> str:
    """The words that a row is found by, in all their forms."""
    return row_vector(" ".join(str(value) for at in _FOUND_AT if (value := row[at])))


def _replace(cursor: Any, uid: str, parts: Iterable[Part], rows: list[tuple[Any, ...]]) -> None:
    table = table_of(uid)
    datastore.create_stage(cursor, _STAGE, SPEC.columns, {FULL_TEXT: FULL_TEXT_TYPE})
    names = (*SPEC.names, FULL_TEXT)
    datastore.copy_rows(cursor, _STAGE, names, ((*row, search_text(row)) for row in rows))
    delete = sql.SQL(
        "DELETE FROM {} WHERE fiscal_year = %s AND period_end IS NOT DISTINCT FROM %s AND side = %s"
    ).format(sql.Identifier(table))
    for part in parts:
        cursor.execute(delete, part)
    datastore.merge(cursor, table, _STAGE, SPEC)
    datastore.forget_statistics(cursor, [table])


def _own(cursor: Any, uid: str, unit: str, parts: dict[Part, int]) -> None:
    for part, lines in parts.items():
        cursor.execute(
            "DELETE FROM greekmunicipal.budget_part WHERE organization_uid = %s"
            " AND fiscal_year = %s AND period_end IS NOT DISTINCT FROM %s AND side = %s",
            (uid, *part),
        )
        cursor.execute(
            "INSERT INTO greekmunicipal.budget_part"
            " (organization_uid, fiscal_year, period_end, side, unit, lines)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            (uid, *part, unit, lines),
        )
    cursor.execute(
        "DELETE FROM greekmunicipal.budget_unit AS u WHERE organization_uid = %s AND unit <> %s"
        " AND NOT EXISTS (SELECT FROM greekmunicipal.budget_part AS p"
        " WHERE p.organization_uid = u.organization_uid AND p.unit = u.unit)",
        (uid, unit),
    )


@dataclass(frozen=True)
class Facts:
    """What the metadata of a municipality's budget dataset is made of.

    Attributes:
        lines: rows of the table.
        years: fiscal years in it.
        has_execution: some line has figures of the execution.
        size: bytes of the table as CSV.
        changed_at: when rows last changed.
        reports: report of each unit that has a part of the table.
        fingerprints: of those units, by key.
        originals: files that are served beside the table.
        file_sizes: bytes of the files that are made of the table, by name.
    """

    lines: int
    years: tuple[int, ...]
    has_execution: bool
    size: int
    changed_at: dt.datetime
    reports: tuple[dict[str, Any], ...]
    fingerprints: dict[str, str]
    originals: tuple[budget_originals.Original, ...] = ()
    file_sizes: dict[str, int] = field(default_factory=dict)


def facts_of(cursor: Any, uid: str) -> Facts | None:
    """Facts about the budget table of a municipality; None when nothing is stored."""
    cursor.execute(
        "SELECT unit, fingerprint, stored_at, report::text FROM greekmunicipal.budget_unit"
        " WHERE organization_uid = %s ORDER BY report->'fiscal_years', report->>'period_end', unit",
        (uid,),
    )
    units = cursor.fetchall()
    if not units:
        return None
    executed = sql.SQL(" OR ").join(
        sql.SQL("count({}) > 0").format(sql.Identifier(phase)) for phase in sorted(EXECUTION_PHASES)
    )
    cursor.execute(
        sql.SQL(
            "SELECT count(*), array_agg(DISTINCT fiscal_year ORDER BY fiscal_year), {} FROM {}"
        ).format(executed, sql.Identifier(table_of(uid)))
    )
    lines, years, has_execution = cursor.fetchone()
    return Facts(
        lines=lines,
        years=tuple(years or ()),
        has_execution=has_execution,
        size=datastore.csv_size(cursor, table_of(uid), SPEC),
        changed_at=max(stored_at for _, _, stored_at, _ in units),
        reports=tuple(json.loads(report) for *_, report in units),
        fingerprints={unit: fingerprint for unit, fingerprint, *_ in units},
        originals=budget_originals.of_body(cursor, uid),
        file_sizes=budget_products.sizes(cursor, table_of(uid)),
    )


def told(cursor: Any, uid: str) -> tuple[list[int], list[dict[str, Any]]]:
    """Fiscal years of a municipality's table, and the files that they are from, as in the facts."""
    cursor.execute(
        "SELECT DISTINCT fiscal_year FROM greekmunicipal.budget_part"
        " WHERE organization_uid = %s ORDER BY 1",
        (uid,),
    )
    years = [year for (year,) in cursor.fetchall()]
    cursor.execute(
        "SELECT report->>'files' FROM greekmunicipal.budget_unit WHERE organization_uid = %s"
        " ORDER BY report->'fiscal_years', report->>'period_end', unit",
        (uid,),
    )
    return years, [file for (files,) in cursor.fetchall() for file in json.loads(files)]


def note_published(cursor: Any, uid: str, fingerprints: dict[str, str]) -> None:
    """Note that the dataset tells of units as they were when the facts were taken."""
    for unit, fingerprint in sorted(fingerprints.items()):
        cursor.execute(
            "UPDATE greekmunicipal.budget_unit SET published = true"
            " WHERE organization_uid = %s AND unit = %s AND fingerprint = %s AND NOT published",
            (uid, unit, fingerprint),
        )


def write_report(
    cursor: Any,
    job_id: str,
    unit: str,
    source_id: str,
    started: dt.datetime,
    report: dict[str, Any],
    *,
    keep: bool = False,
) -> None:
    """Write what a job did with a unit.

    Args:
        cursor: cursor of the transaction.
        job_id: the job.
        unit: name of the unit.
        source_id: the harvest source.
        started: when its reading began.
        report: JSON.
        keep: leave a report that the job wrote earlier, before it was interrupted.
    """
    then = (
        "DO NOTHING"
        if keep
        else "DO UPDATE SET started = excluded.started, finished = now(), report = excluded.report"
    )
    cursor.execute(
        "INSERT INTO greekmunicipal.harvest_report"
        " (job_id, unit, source_id, kind, started, finished, report)"
        f" VALUES (%s, %s, %s, 'budget', %s, clock_timestamp(), %s) ON CONFLICT (job_id, unit) {then}",
        (job_id, unit, source_id, started, json.dumps(report)),
    )


def add_error(cursor: Any, job_id: str, unit: str, message: str) -> None:
    """Add an error to the report of a unit."""
    cursor.execute(
        "UPDATE greekmunicipal.harvest_report SET report = jsonb_set(report, '{errors}',"
        " coalesce(report->'errors', '[]') || to_jsonb(%s::text))"
        " WHERE job_id = %s AND unit = %s",
        (message, job_id, unit),
    )
