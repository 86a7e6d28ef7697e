"""What the tables of a body hold, and whether they still stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from psycopg2 import sql

from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.diavgeia.families import FAMILIES
from ckanext.greekmunicipal.harvesters.acts_store import ACTS, LINES, SPECS
from ckanext.greekmunicipal.harvesters.identity import package_id, resource_id


def forget_lost_tables(
    cursor: Any, organization_uid: str, should_exist: Callable[[str], bool]
) -> tuple[str, ...]:
    """Forget acts whose table is gone, so that the next run reads them again.

    Somebody may have purged the DataStore or a dataset: the ledger would go on
    calling those acts known.

    Args:
        cursor: cursor of the transaction.
        organization_uid: the body.
        should_exist: whether the portal says that a resource has a table; not all
            families have one of lines.

    Returns:
        Families that lost their table.
    """
    cursor.execute(
        "SELECT DISTINCT family FROM greekmunicipal.act_ledger WHERE organization_uid = %s",
        (organization_uid,),
    )
    lost = tuple(
        family
        for (family,) in cursor.fetchall()
        if _is_lost(cursor, organization_uid, family, should_exist)
    )
    if lost:
        cursor.execute(
            "DELETE FROM greekmunicipal.act_ledger"
            " WHERE organization_uid = %s AND family = ANY(%s)",
            (organization_uid, list(lost)),
        )
    return lost


def _is_lost(
    cursor: Any, organization_uid: str, family: str, should_exist: Callable[[str], bool]
) -> bool:
    acts, lines = (resource_id(organization_uid, family, name) for name in (ACTS, LINES))
    if not datastore.is_table(cursor, acts):
        return True
    return should_exist(lines) and not datastore.is_table(cursor, lines)


def family_facts(cursor: Any, organization_uid: str, family: str) -> dict[str, Any]:
    """What the metadata of a family's dataset is made of.

    Returns:
        ``acts`` and ``lines`` (rows; lines None without a table), ``first`` and
        ``last`` issue date, ``changed_at`` (instant of the last change of a row),
        ``withheld`` and ``natural`` (counts), ``sizes`` (bytes of CSV by table).
    """
    acts, lines = (resource_id(organization_uid, family, name) for name in (ACTS, LINES))
    cursor.execute(
        sql.SQL(
            "SELECT count(*), min(issue_date), max(issue_date),"
            " count(*) FILTER (WHERE subject_withheld) FROM {}"
        ).format(sql.Identifier(acts))
    )
    count, first, last, withheld = cursor.fetchone()
    facts: dict[str, Any] = {
        "acts": count,
        "first": first,
        "last": last,
        "withheld": withheld,
        "lines": None,
        "natural": 0,
        "sizes": {ACTS: datastore.csv_size(cursor, acts, SPECS[ACTS])},
    }
    if datastore.is_table(cursor, lines):
        cursor.execute(
            sql.SQL(
                "SELECT count(*), count(*) FILTER (WHERE counterparty_kind = 'natural') FROM {}"
            ).format(sql.Identifier(lines))
        )
        facts["lines"], facts["natural"] = cursor.fetchone()
        facts["sizes"][LINES] = datastore.csv_size(cursor, lines, SPECS[LINES])
    # Acts that left the family stand in the log only.
    cursor.execute(
        "SELECT greatest((SELECT max(changed_at) FROM greekmunicipal.act_ledger"
        " WHERE organization_uid = %(uid)s AND family = %(family)s),"
        " (SELECT max(seen_at) FROM greekmunicipal.version_log"
        " WHERE organization_uid = %(uid)s AND family = %(family)s))",
        {"uid": organization_uid, "family": family},
    )
    (facts["changed_at"],) = cursor.fetchone()
    return facts


def families_of(cursor: Any, organization_uid: str) -> tuple[str, ...]:
    """Families of which a body has a table of acts, an emptied one too."""
    return tuple(
        family.slug
        for family in FAMILIES
        if datastore.is_table(cursor, resource_id(organization_uid, family.slug, ACTS))
    )


def is_behind(cursor: Any, organization_uid: str) -> bool:
    """Whether rows of a body changed since its datasets were published."""
    cursor.execute(
        "SELECT family, max(changed) FROM (SELECT family, changed_at AS changed"
        " FROM greekmunicipal.act_ledger WHERE organization_uid = %(uid)s UNION ALL"
        " SELECT family, seen_at FROM greekmunicipal.version_log WHERE organization_uid = %(uid)s)"
        " AS all_changes GROUP BY family",
        {"uid": organization_uid},
    )
    changed = {package_id(organization_uid, family): at for family, at in cursor.fetchall()}
    cursor.execute(
        "SELECT package_id, published_at FROM greekmunicipal.publication"
        " WHERE package_id = ANY(%s)",
        (list(changed),),
    )
    published = dict(cursor.fetchall())
    return any(id_ not in published or published[id_] < at for id_, at in changed.items())
