"""Rows of published budgets, and their sums, over the read-only connection of the DataStore.

The number of queries does not depend on the number of rows. What was read is kept in the process
under the version of the table.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import ckan.plugins.toolkit as tk
from ckanext.datastore.backend.postgres import get_read_engine
from psycopg2 import sql

from ckanext.greekmunicipal import datastore, municipalities
from ckanext.greekmunicipal.budgets.classification import fees, kind_of
from ckanext.greekmunicipal.budgets.codes import KAE, PD54
from ckanext.greekmunicipal.budgets.records import PHASE_INDEX, PHASES
from ckanext.greekmunicipal.greek import row_search
from ckanext.greekmunicipal.harvesters.budget_store import table_of
from ckanext.greekmunicipal.harvesters.identity import BUDGET, package_id
from ckanext.greekmunicipal.views.budget.published import (
    KEPT,
    Published,
    keep,
    public_of,
    versions,
)

# Digits of an account by which it is grouped when whole years are added up.
GROUP_DIGITS = 2
# Tables asked in one query when municipalities are compared.
_TABLES_AT_ONCE = 50
_AMOUNTS = sql.SQL(", ").join(sql.SQL("sum({})").format(sql.Identifier(p)) for p in PHASES)


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table, or the sum of several, as :mod:`budgets.summary` takes it.

    Attributes:
        amounts: EUR in the order of ``PHASES``, None where unknown.
        id: number of the row; 0 for a sum.
    """

    side: str
    service_code: str
    service_label: str
    code: str
    account_code: str
    label: str
    amounts: tuple[Decimal | None, ...]
    account_label: str = ""
    source_file: str = ""
    source_row: int | None = None
    flags: str = ""
    id: int = 0

    def amount(self, phase: str) -> Decimal | None:
        """EUR in one phase, None if unknown."""
        return self.amounts[PHASE_INDEX[phase]]


def lines(published: Published, year: int, period_end: dt.date | None) -> Sequence[Line]:
    """All rows of a fiscal year at one period end, in the order of their codes."""

    def read() -> tuple[Line, ...]:
        names = (
            "side", "service_code", "service_label", "code", "account_code", "label", *PHASES,
            "account_label", "source_file", "source_row", "flags", "_id",
        )  # fmt: skip
        query = sql.SQL(
            "SELECT {names} FROM {table} WHERE fiscal_year = %s"
            " AND period_end IS NOT DISTINCT FROM %s ORDER BY side DESC, service_code, code, _id"
        ).format(names=datastore.identifiers(names), table=sql.Identifier(published.table))
        return tuple(_line(row) for row in _ask(query, (year, period_end)))

    return keep(published, ("lines", year, period_end), read)


def yearly(published: Published) -> dict[int, tuple[Line, ...]]:
    """Sums of each year by side, account and service, at its last period end.

    Only services that a fee pays for are told apart.
    """

    def read() -> tuple[tuple[int, Line], ...]:
        services = sorted({c for chart in (KAE, PD54) for fee in fees(chart) for c in fee.services})
        ends = [published.last_period(year) for year in published.years]
        query = sql.SQL(
            "SELECT t.fiscal_year, t.side, CASE WHEN t.service_code = ANY(%s) THEN t.service_code"
            " ELSE '' END, CASE WHEN t.service_code = ANY(%s) THEN t.service_label ELSE '' END,"
            " t.account_code, {amounts} FROM {table} AS t"
            " JOIN unnest(%s::int[], %s::date[]) AS pick(year, period) ON t.fiscal_year = pick.year"
            " AND t.period_end IS NOT DISTINCT FROM pick.period"
            " GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5"
        ).format(amounts=_AMOUNTS, table=sql.Identifier(published.table))
        rows = _ask(query, (services, services, list(published.years), ends))
        return tuple((row[0], _sum(row[1], row[2], row[4], row[5:], row[3])) for row in rows)

    by_year: dict[int, list[Line]] = {}
    for year, line in keep(published, ("yearly",), read):
        by_year.setdefault(year, []).append(line)
    return {year: tuple(found) for year, found in by_year.items()}


def through(published: Published, year: int) -> dict[dt.date | None, tuple[Line, ...]]:
    """Sums of each period end of a year by side and group of accounts."""

    def read() -> tuple[tuple[dt.date | None, Line], ...]:
        query = sql.SQL(
            "SELECT period_end, side, left(account_code, {digits}), max(length(account_code)),"
            " {amounts} FROM {table} WHERE fiscal_year = %s"
            " GROUP BY period_end, side, left(account_code, {digits}), length(account_code)"
            " ORDER BY 1 NULLS FIRST, 2, 3"
        ).format(
            digits=sql.Literal(GROUP_DIGITS),
            amounts=_AMOUNTS,
            table=sql.Identifier(published.table),
        )
        return tuple(
            (row[0], _sum(row[1], "", _whole(row[2], row[3]), row[4:]))
            for row in _ask(query, (year,))
        )

    by_end: dict[dt.date | None, list[Line]] = {}
    for end, line in keep(published, ("through", year), read):
        by_end.setdefault(end, []).append(line)
    return {end: tuple(found) for end, found in by_end.items()}


def of_many(
    bodies: Sequence[municipalities.Municipality], year: int
) -> dict[str, dict[dt.date | None, tuple[Line, ...]]]:
    """Sums of several municipalities by side and group of accounts, for each period of a year.

    Args:
        bodies: of the register; those without a public budget of the year are left out.
        year: fiscal year.

    Returns:
        By slug, then by period end.
    """
    seen = public_of([package_id(body.diavgeia_uid, BUDGET) for body in bodies])
    by_uid = {
        body.diavgeia_uid: body for body in bodies if package_id(body.diavgeia_uid, BUDGET) in seen
    }
    if not by_uid:
        return {}
    with datastore.transaction() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        current = versions(cursor, list(by_uid))
        cursor.execute(
            "SELECT DISTINCT organization_uid FROM greekmunicipal.budget_part"
            " WHERE organization_uid = ANY(%s) AND fiscal_year = %s",
            (list(current), year),
        )
        uids = sorted(row[0] for row in cursor.fetchall())
    key = ("many", year, tuple((uid, current[uid]) for uid in uids))
    if (found := KEPT.get(key)) is None:
        rows: list[Any] = []
        for at in range(0, len(uids), _TABLES_AT_ONCE):
            rows += _ask(*_groups_of(uids[at : at + _TABLES_AT_ONCE], year))
        found = {}
        for uid, end, side, group, digits, *amounts in rows:
            periods = found.setdefault(by_uid[uid].slug, {})
            periods.setdefault(end, []).append(_sum(side, "", _whole(group, digits), amounts))
        KEPT.put(key, found, len(rows))
    return {slug: {end: tuple(v) for end, v in ends.items()} for slug, ends in found.items()}


def _groups_of(uids: Sequence[str], year: int) -> tuple[sql.Composed, tuple[Any, ...]]:
    one = (
        "SELECT %s, period_end, side, left(account_code, {digits}), max(length(account_code)),"
        " {amounts} FROM {table} WHERE fiscal_year = %s"
        " GROUP BY period_end, side, left(account_code, {digits}), length(account_code)"
    )
    query = sql.SQL(" UNION ALL ").join(
        sql.SQL(one).format(
            digits=sql.Literal(GROUP_DIGITS),
            amounts=_AMOUNTS,
            table=sql.Identifier(table_of(uid)),
        )
        for uid in uids
    )
    return query, tuple(value for uid in uids for value in (uid, year))


def with_words(
    published: Published, year: int, period_end: dt.date | None, typed: str
) -> frozenset[int]:
    """Numbers of the rows in which words stand, in any spelling of Greek."""
    asked = row_search.plain_query(typed, row_search.row_forms)
    if not asked:
        return frozenset()
    query = sql.SQL(
        "SELECT _id FROM {table} WHERE fiscal_year = %s AND period_end IS NOT DISTINCT FROM %s"
        " AND _full_text @@ to_tsquery(%s::regconfig, %s)"
    ).format(table=sql.Identifier(published.table))
    language = tk.config["ckan.datastore.default_fts_lang"]
    return frozenset(row[0] for row in _ask(query, (year, period_end, language, asked)))


def _ask(query: sql.Composable, values: tuple[Any, ...]) -> list[Any]:
    connection: Any = get_read_engine().raw_connection()
    try:
        with connection.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall()
    finally:
        connection.rollback()
        connection.close()


def _sum(
    side: str,
    service: str,
    account: str,
    amounts: Sequence[Decimal | None],
    service_label: str | None = "",
) -> Line:
    return Line(
        side, service or "", service_label or "", account or "", account or "", "", tuple(amounts)
    )


def _whole(group: str | None, digits: int | None) -> str:
    """An account that stands for its group: of as many digits, so that its chart is known.

    What makes a group not the municipality's own is told by two digits at most.
    """
    return (group or "").ljust(digits or 0, "0")


def _line(row: Sequence[Any]) -> Line:
    side, service, service_label, code, account, label, *amounts = row[: 6 + len(PHASES)]
    account_label, file, number, flags, id_ = row[6 + len(PHASES) :]
    return Line(
        side or "",
        service or "",
        service_label or "",
        code or "",
        account or "",
        label or "",
        tuple(amounts),
        account_label or "",
        file or "",
        number,
        flags or "",
        id_,
    )


def is_own(line: Line) -> bool:
    """Whether a line is the municipality's own money."""
    return kind_of(line.account_code) is None
