"""The tables of acts of a body that a reader may see."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import ckan.model as model
import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal import datastore, municipalities
from ckanext.greekmunicipal.diavgeia.families import FAMILIES
from ckanext.greekmunicipal.harvesters.acts_store import ACTS, LINES
from ckanext.greekmunicipal.harvesters.identity import package_id, resource_id
from ckanext.greekmunicipal.views.budget.keeping import Kept

Found = TypeVar("Found")

# No question of a page may hold the database longer than this, milliseconds.
PATIENCE = 15_000
KEPT: Kept[tuple[Any, ...], Any] = Kept(most=40_000)


@dataclass(frozen=True)
class Table:
    """The tables of one family.

    Attributes:
        family: slug of the family.
        package: id of its dataset.
        acts: table of the acts.
        lines: table of the lines of money; None where there is none.
        revision: changes whenever rows do.
    """

    family: str
    package: str
    acts: str
    lines: str | None
    revision: str


@dataclass(frozen=True)
class Body:
    """A body and those of its tables that the reader may see.

    Attributes:
        organization: as ``organization_show`` gives it.
        uid: Diavgeia's number.
        tables: in the order of the families.
        is_private: some of them are not for everybody, so no cache may keep what is shown.
    """

    organization: dict[str, Any]
    uid: str
    tables: tuple[Table, ...]
    is_private: bool

    @property
    def revision(self) -> str:
        """Changes whenever a row of any of the tables does."""
        return " ".join(f"{each.family}:{each.revision}" for each in self.tables)

    def of(self, families: Iterable[str]) -> tuple[Table, ...]:
        """The tables of some families."""
        wanted = set(families)
        return tuple(each for each in self.tables if each.family in wanted)


def uid_of(organization: dict[str, Any]) -> str | None:
    """Diavgeia's number of an organisation's body."""
    slug = organization.get("municipality") or ""
    try:
        return municipalities.by_slug(slug).diavgeia_uid
    except municipalities.UnknownMunicipalityError:
        return organization.get("diavgeia_uid") or None


def find(organization: dict[str, Any]) -> Body | None:
    """What the reader may see of an organisation's acts; None if nothing."""
    uid = uid_of(organization)
    if uid is None:
        return None
    packages = visible([package_id(uid, family.slug) for family in FAMILIES])
    slugs = [each.slug for each in FAMILIES if package_id(uid, each.slug) in packages]
    if not slugs:
        return None
    with reading() as cursor:
        tables = tuple(_tables(cursor, uid, slugs))
    if not tables:
        return None
    return Body(organization, uid, tables, any(packages[each.package] for each in tables))


def visible(ids: Sequence[str]) -> dict[str, bool]:
    """Those of some datasets that the reader may see, and whether each is private."""
    rows = model.Session.query(model.Package.id, model.Package.private).filter(
        model.Package.id.in_(ids), model.Package.state == model.State.ACTIVE
    )
    found = {}
    for package, private in rows.all():
        if private and not _may_see(package):
            continue
        found[package] = bool(private)
    return found


def _may_see(package: str) -> bool:
    context: Any = {"user": tk.g.get("user", ""), "auth_user_obj": tk.g.get("userobj")}
    try:
        tk.check_access("package_show", context, {"id": package})
    except (tk.NotAuthorized, tk.ObjectNotFound):
        return False
    return True


def _tables(cursor: Any, uid: str, slugs: Sequence[str]) -> Iterator[Table]:
    names = {slug: (resource_id(uid, slug, ACTS), resource_id(uid, slug, LINES)) for slug in slugs}
    cursor.execute(
        "SELECT c.relname, concat(c.oid, '.', t.revision) FROM pg_class AS c"
        " JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = 'public'"
        " LEFT JOIN greekmunicipal.table_revision AS t ON t.resource_id = c.relname"
        " WHERE c.relkind = 'r' AND c.relname = ANY(%s)",
        ([name for pair in names.values() for name in pair],),
    )
    there = dict(cursor.fetchall())
    for slug, (acts, lines) in names.items():
        if acts in there:
            revision = there[acts] + "-" + there.get(lines, "")
            known = lines if lines in there else None
            yield Table(slug, package_id(uid, slug), acts, known, revision)


@contextmanager
def reading() -> Iterator[Any]:
    """A cursor that can only read, and not for long."""
    with datastore.transaction() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", (str(PATIENCE),))
        yield cursor


def keep(body: Body, key: tuple[Any, ...], make: Callable[[], Found], weight: int = 1) -> Found:
    """What was made of these rows, made once."""
    whole = (body.uid, body.revision, *key)
    found = KEPT.get(whole)
    if found is None:
        found = make()
        KEPT.put(whole, found, weight)
    return found
