"""Monthly statements of a municipality as files, and their calendar, from the published table."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from psycopg2 import sql

from ckanext.greekmunicipal import datastore, downloads
from ckanext.greekmunicipal.budgets import calendar
from ckanext.greekmunicipal.budgets.monthly import (
    PHASES,
    PLANNED_PHASES,
    as_csv,
    as_pdf,
    missing_phases,
    monthly,
)
from ckanext.greekmunicipal.budgets.records import SIDES
from ckanext.greekmunicipal.budgets.summary import totals
from ckanext.greekmunicipal.greek import ATHENS
from ckanext.greekmunicipal.municipalities import Municipality
from ckanext.greekmunicipal.views.budget import rows as budgets
from ckanext.greekmunicipal.views.budget.published import Published

WRITERS = {"pdf": as_pdf, "csv": as_csv}
# Of the form of the documents: another version makes them anew.
VERSION = "1"
_COLUMNS = ("side", "service_code", "code", "label")
_PHASES = (*PLANNED_PHASES, *(phase for phases in PHASES.values() for phase in phases))


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of the table, with the amounts that a statement is made of."""

    side: str
    service_code: str
    code: str
    label: str
    amounts: dict[str, Decimal | None]
    service_label: str = ""
    account_code: str = ""

    def amount(self, phase: str) -> Decimal | None:
        """EUR in one phase, None if unknown."""
        return self.amounts[phase]


def document(found: Published, end: dt.date, kind: str) -> downloads.Download:
    """The statement of one period as a kept file.

    Args:
        found: the published budget.
        end: last day of the period.
        kind: ``pdf`` or ``csv``.

    Raises:
        StatementNotPossible: the lines lack a side or a phase that the law names.
        downloads.NoTableError: the table is gone.
    """
    body = found.municipality.name_el

    def write(cursor: Any, table: str, file: Any) -> None:
        file.write(WRITERS[kind](monthly(body, end, _lines(cursor, table, end))))

    named = hashlib.sha256(body.encode()).hexdigest()[:8]
    form = downloads.Form(f"statement-{end.isoformat()}-{kind}", f"{VERSION}-{named}", write)
    return downloads.get(found.table, form)


def _lines(cursor: Any, table: str, end: dt.date) -> list[_Line]:
    names = (*_COLUMNS, *_PHASES)
    cursor.execute(
        sql.SQL("SELECT {} FROM {} WHERE period_end = %s ORDER BY _id").format(
            datastore.identifiers(names), sql.Identifier(table)
        ),
        (end,),
    )
    return [
        _Line(
            side, service or "", code or "", label or "", dict(zip(_PHASES, amounts, strict=True))
        )
        for side, service, code, label, *amounts in cursor.fetchall()
    ]


def missing(found: Published, end: dt.date) -> dict[str, tuple[str, ...]]:
    """Phases of the law that the lines of a period lack, by side; empty: it makes a statement."""
    amounts = totals(
        line
        for year in found.years
        for period, lines in budgets.through(found, year).items()
        if period == end
        for line in lines
    )
    lacking = {side: missing_phases(side, amounts.get(side, {})) for side in SIDES}
    return {side: phases for side, phases in lacking.items() if phases}


def periods(found: Published) -> list[dt.date]:
    """Period ends that make a statement, the latest first."""
    ends = {end for year in found.years for end in found.periods(year) if end is not None}
    return sorted((end for end in ends if not missing(found, end)), reverse=True)


@dataclass(frozen=True)
class Calendar:
    """The calendar of a municipality.

    Attributes:
        since: day on which its first budget came to the portal: from then on days are counted.
        months: the latest first.
        statements: period ends that make a statement, the latest first.
    """

    since: dt.date
    months: tuple[calendar.Month, ...]
    statements: list[dt.date]

    @property
    def days_late(self) -> int:
        """Days late of all months together, as far as they are counted."""
        return sum(month.days_late or 0 for month in self.months)


def calendar_of(found: Published, today: dt.date | None = None) -> Calendar:
    """The calendar of a municipality.

    Args:
        found: the published budget.
        today: day in Athens; the real one by default.
    """
    today = today or dt.datetime.now(ATHENS).date()
    came, since = _first_stored(found.municipality)
    statements = periods(found)
    published = {
        end: max(came[end, side] for side in SIDES).astimezone(ATHENS).date()
        for end in statements
        if all((end, side) in came for side in SIDES)
    }
    first = min(since.astimezone(ATHENS).date(), today)
    return Calendar(first, calendar.months(published, first, today), statements)


def _first_stored(
    body: Municipality,
) -> tuple[dict[tuple[dt.date, str], dt.datetime], dt.datetime]:
    """When each part was first stored, and the first of all."""
    with datastore.transaction() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        # What was stored before versions were written down has its unit only.
        cursor.execute(
            "SELECT period_end, side, min(stored_at) FROM ("
            " SELECT period_end, side, stored_at FROM greekmunicipal.budget_version"
            " WHERE organization_uid = %(uid)s UNION ALL"
            " SELECT p.period_end, p.side, u.stored_at FROM greekmunicipal.budget_part p"
            " JOIN greekmunicipal.budget_unit u USING (organization_uid, unit)"
            " WHERE organization_uid = %(uid)s) AS came GROUP BY period_end, side",
            {"uid": body.diavgeia_uid},
        )
        rows = cursor.fetchall()
    since = min((at for *_, at in rows), default=dt.datetime.now(dt.timezone.utc))
    return {(end, side): at for end, side, at in rows if end is not None}, since
