"""What is published of a municipality's budget: its years and periods, its rows, where they are from.

Rows come over the read-only connection of the DataStore, with a number of queries that does not
depend on the number of rows. Everything is kept in the process under the version of the table.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import ckan.model as model
import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal import datastore, municipalities
from ckanext.greekmunicipal.harvesters import budget_originals
from ckanext.greekmunicipal.harvesters.budget_store import table_of
from ckanext.greekmunicipal.harvesters.identity import BUDGET, package_id
from ckanext.greekmunicipal.views.budget.keeping import Kept

Found = TypeVar("Found")

KEPT: Kept[tuple[Any, ...], Any] = Kept(most=60_000)


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
        originals: path in the portal of those that are served, by SHA-256.
        stored_at: when their rows were stored.
        chart: chart of accounts, empty if unknown.
        findings: of the checks; ``level``, ``message_el``, ``message_en``, ``count``.
    """

    files: tuple[tuple[str, str], ...]
    stored_at: dt.datetime
    chart: str
    findings: tuple[dict[str, Any], ...]
    originals: dict[str, str] = field(default_factory=dict)

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
        version = versions(cursor, [body.diavgeia_uid]).get(body.diavgeia_uid)
        if version is None or not datastore.is_table(cursor, table):
            return None
        key = ("published", table, version)
        if (found := KEPT.get(key)) is None:
            found = _published(cursor, body, table, version)
            KEPT.put(key, found, len(found.parts))
    return found if found.parts else None


def versions(cursor: Any, uids: Sequence[str]) -> dict[str, str]:
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
    cursor.execute(
        "SELECT organization_uid, count(*) FROM greekmunicipal.budget_original"
        " WHERE organization_uid = ANY(%s) GROUP BY 1",
        (list(digests),),
    )
    served = dict(cursor.fetchall())
    return {
        uid: f"{revisions.get(table_of(uid), 0)}-{served.get(uid, 0)}-{digest}"
        for uid, digest in digests.items()
    }


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
    rows = cursor.fetchall()
    originals = budget_originals.of_body(cursor, body.diavgeia_uid)
    paths = {each.sha256: budget_originals.path_of(each) for each in originals}
    units = {}
    for unit, stored_at, told in rows:
        report = json.loads(told)
        files = tuple((each["file"], each.get("sha256", "")) for each in report.get("files", ()))
        findings = tuple(report.get("findings", ()))
        served = {digest: paths[digest] for _, digest in files if digest in paths}
        units[unit] = Unit(files, stored_at, report.get("chart") or "", findings, served)
    package = package_id(body.diavgeia_uid, BUDGET)
    return Published(body, table, package, version, parts, units)


def keep(
    published: Published, key: tuple[Any, ...], make: Callable[[], Sequence[Found]]
) -> Sequence[Found]:
    """What was made for this version of the table, made once."""
    whole = (published.table, published.version, *key)
    if (found := KEPT.get(whole)) is None:
        found = make()
        KEPT.put(whole, found, len(found))
    return found


def forget() -> None:
    """Forget all that is kept in this process; it is read again when it is asked for."""
    KEPT.clear()


def public_of(packages: Sequence[str]) -> set[str]:
    """Those of some datasets that anybody may see."""
    rows = model.Session.query(model.Package.id).filter(
        model.Package.id.in_(packages),
        model.Package.state == model.State.ACTIVE,
        model.Package.private.is_(False),
    )
    return {row[0] for row in rows}
