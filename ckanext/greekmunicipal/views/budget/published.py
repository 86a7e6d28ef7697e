"""What is published of a municipality's budget: its years and periods, its rows, where they are from.

Rows come over the read-only connection of the DataStore, with a number of queries that does not
depend on the number of rows. Everything is kept in the process under the version of the table.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckanext.datastore.backend.postgres import get_read_engine
from psycopg2 import sql

from ckanext.greekmunicipal import datastore, municipalities
from ckanext.greekmunicipal.budgets.classification import fees, kind_of
from ckanext.greekmunicipal.budgets.records import EXPENDITURE, PHASE_INDEX, PHASES
from ckanext.greekmunicipal.greek import row_search
from ckanext.greekmunicipal.harvesters.budget_store import table_of
from ckanext.greekmunicipal.harvesters.identity import BUDGET, package_id
from ckanext.greekmunicipal.views.budget.keeping import Kept

Found = TypeVar("Found")

# Digits of an account by which it is grouped when whole years are added up.
GROUP_DIGITS = 2
# Tables asked in one query when municipalities are compared.
_TABLES_AT_ONCE = 50
_AMOUNTS = sql.SQL(", ").join(sql.SQL("sum({})").format(sql.Identifier(p)) for p in PHASES)
_NO_DATE = "-infinity"

_kept: Kept[tuple[Any, ...], Any] = Kept(most=60_000)


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


@dataclass(frozen=True)
class Part:
    """What one unit of files gave: a side of one year at one period end."""

    year: int
    period_end: dt.date | None
    side: str
    unit: str


@dataclass(frozen=True)
class Unit:
    """Files that were read together, and what was found in them.

    Attributes:
        files: name and SHA-256 of each.
        stored_at: when their rows were stored.
        chart: chart of accounts, empty if unknown.
        findings: of the checks; ``level``, ``message_el``, ``message_en``, ``count``.
    """

    files: tuple[tuple[str, str], ...]
    stored_at: dt.datetime
    chart: str
    findings: tuple[dict[str, Any], ...]

    def count(self, level: str) -> int:
        """Findings of one level."""
        return sum(found.get("level") == level for found in self.findings)


@dataclass(frozen=True)
class Published:
    """The published budget of a municipality, without its rows.

    Attributes:
        municipality: entry of the register.
        table: id of its resource.
        package: id of its dataset.
        version: changes whenever rows or findings do.
        parts: what there is, by year, period end and side.
        units: where it is from.
    """

    municipality: municipalities.Municipality
    table: str
    package: str
    version: str
    parts: tuple[Part, ...]
    units: dict[str, Unit]

    @property
    def years(self) -> tuple[int, ...]:
        """Fiscal years, the oldest first."""
        return tuple(sorted({part.year for part in self.parts}))

    def periods(self, year: int) -> tuple[dt.date | None, ...]:
        """Period ends of a year in order; None, the budget as voted, comes first."""
        found = {part.period_end for part in self.parts if part.year == year}
        return tuple(sorted(found, key=lambda end: end or dt.date.min))

    def last_period(self, year: int) -> dt.date | None:
        """The period end that says most of a year: the last."""
        return self.periods(year)[-1]

    def units_of(self, year: int, period_end: dt.date | None, sides: Iterable[str]) -> list[Unit]:
        """Where the figures of a year and period are from."""
        names = dict.fromkeys(
            part.unit
            for part in self.parts
            if (part.year, part.period_end) == (year, period_end) and part.side in sides
        )
        return [self.units[name] for name in names if name in self.units]

    def chart(self, year: int) -> str:
        """Chart of accounts of a year, empty if unknown."""
        units = [self.units.get(part.unit) for part in self.parts if part.year == year]
        return next((unit.chart for unit in units if unit and unit.chart), "")


def find(slug: str) -> Published | None:
    """The published budget of a municipality.

    Args:
        slug: of the register.

    Returns:
        None if there is none, or the reader may not see its dataset.
    """
    try:
        body = municipalities.by_slug(slug)
    except municipalities.UnknownMunicipalityError:
        return None
    package = package_id(body.diavgeia_uid, BUDGET)
    if not _may_see(package):
        return None
    return of_municipality(body)


def _may_see(package: str) -> bool:
    """Whether the reader may see the dataset; a deleted one is seen by nobody here."""
    found: Any = model.Package.get(package)
    if found is None or found.state != model.State.ACTIVE:
        return False
    context: Any = {"user": tk.g.get("user", ""), "auth_user_obj": tk.g.get("userobj")}
    try:
        tk.check_access("package_show", context, {"id": package})
    except tk.NotAuthorized:
        return False
    return True


def of_municipality(body: municipalities.Municipality) -> Published | None:
    """The published budget of a municipality, whoever asks; None if nothing is stored."""
    table = table_of(body.diavgeia_uid)
    with datastore.transaction() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        version = _versions(cursor, [body.diavgeia_uid]).get(body.diavgeia_uid)
        if version is None or not datastore.is_table(cursor, table):
            return None
        key = ("published", table, version)
        if (found := _kept.get(key)) is None:
            found = _published(cursor, body, table, version)
            _kept.put(key, found, len(found.parts))
    return found if found.parts else None


def _versions(cursor: Any, uids: Sequence[str]) -> dict[str, str]:
    """Version of the budget of each municipality that has one."""
    cursor.execute(
        "SELECT organization_uid, md5(string_agg("
        "unit || fingerprint || rows_digest || md5(report::text), ' ' ORDER BY unit))"
        " FROM greekmunicipal.budget_unit WHERE organization_uid = ANY(%s) GROUP BY 1",
        (list(uids),),
    )
    digests = dict(cursor.fetchall())
    cursor.execute(
        "SELECT resource_id, revision FROM greekmunicipal.table_revision"
        " WHERE resource_id = ANY(%s)",
        ([table_of(uid) for uid in digests],),
    )
    revisions = dict(cursor.fetchall())
    return {uid: f"{revisions.get(table_of(uid), 0)}-{digest}" for uid, digest in digests.items()}


def _published(
    cursor: Any, body: municipalities.Municipality, table: str, version: str
) -> Published:
    cursor.execute(
        "SELECT fiscal_year, period_end, side, unit FROM greekmunicipal.budget_part"
        " WHERE organization_uid = %s ORDER BY 1, 2 NULLS FIRST, 3",
        (body.diavgeia_uid,),
    )
    parts = tuple(Part(*row) for row in cursor.fetchall())
    cursor.execute(
        "SELECT unit, stored_at, report::text FROM greekmunicipal.budget_unit"
        " WHERE organization_uid = %s",
        (body.diavgeia_uid,),
    )
    units = {}
    for unit, stored_at, told in cursor.fetchall():
        report = json.loads(told)
        files = tuple((each["file"], each.get("sha256", "")) for each in report.get("files", ()))
        findings = tuple(report.get("findings", ()))
        units[unit] = Unit(files, stored_at, report.get("chart") or "", findings)
    package = package_id(body.diavgeia_uid, BUDGET)
    return Published(body, table, package, version, parts, units)


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
        services = sorted({code for chart in ("kae", "pd54") for fee in fees(chart)
                           for code in fee.services})  # fmt: skip
        ends = [published.last_period(year) for year in published.years]
        query = sql.SQL(
            "SELECT t.fiscal_year, t.side, CASE WHEN t.service_code = ANY(%s) THEN t.service_code"
            " ELSE '' END, t.account_code, {amounts} FROM {table} AS t"
            " JOIN unnest(%s::int[], %s::date[]) AS pick(year, period) ON t.fiscal_year = pick.year"
            " AND t.period_end IS NOT DISTINCT FROM pick.period GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"
        ).format(amounts=_AMOUNTS, table=sql.Identifier(published.table))
        rows = _ask(query, (services, list(published.years), ends))
        return tuple((row[0], _sum(row[1], row[2], row[3], row[4:])) for row in rows)

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
    seen = _public([package_id(body.diavgeia_uid, BUDGET) for body in bodies])
    by_uid = {
        body.diavgeia_uid: body for body in bodies if package_id(body.diavgeia_uid, BUDGET) in seen
    }
    if not by_uid:
        return {}
    with datastore.transaction() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        versions = _versions(cursor, list(by_uid))
        cursor.execute(
            "SELECT DISTINCT organization_uid FROM greekmunicipal.budget_part"
            " WHERE organization_uid = ANY(%s) AND fiscal_year = %s",
            (list(versions), year),
        )
        uids = sorted(row[0] for row in cursor.fetchall())
    key = ("many", year, tuple((uid, versions[uid]) for uid in uids))
    if (found := _kept.get(key)) is None:
        rows: list[Any] = []
        for at in range(0, len(uids), _TABLES_AT_ONCE):
            rows += _ask(*_groups_of(uids[at : at + _TABLES_AT_ONCE], year))
        found = {}
        for uid, end, side, group, digits, *amounts in rows:
            periods = found.setdefault(by_uid[uid].slug, {})
            periods.setdefault(end, []).append(_sum(side, "", _whole(group, digits), amounts))
        _kept.put(key, found, len(rows))
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


def _public(packages: Sequence[str]) -> set[str]:
    rows = model.Session.query(model.Package.id).filter(
        model.Package.id.in_(packages),
        model.Package.state == model.State.ACTIVE,
        model.Package.private.is_(False),
    )
    return {row[0] for row in rows}


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


def keep(
    published: Published, key: tuple[Any, ...], make: Callable[[], Sequence[Found]]
) -> Sequence[Found]:
    """What was made for this version of the table, made once."""
    whole = (published.table, published.version, *key)
    if (found := _kept.get(whole)) is None:
        found = make()
        _kept.put(whole, found, len(found))
    return found


def forget() -> None:
    """Forget all that is kept in this process; it is read again when it is asked for."""
    _kept.clear()


def _ask(query: sql.Composable, values: tuple[Any, ...]) -> list[Any]:
    connection: Any = get_read_engine().raw_connection()
    try:
        with connection.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall()
    finally:
        connection.rollback()
        connection.close()


def _sum(side: str, service: str, account: str, amounts: Sequence[Decimal | None]) -> Line:
    return Line(side, service or "", "", account or "", account or "", "", tuple(amounts))


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


def is_spending(line: Line) -> bool:
    """Whether a line is an expense."""
    return line.side == EXPENDITURE
