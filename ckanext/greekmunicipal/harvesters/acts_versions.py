"""Version log: when and where an act changed, never what stood there."""

from __future__ import annotations

from typing import Any

from psycopg2 import sql

from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.diavgeia.rows import ACTS_COLUMNS, LINES_COLUMNS
from ckanext.greekmunicipal.harvesters.identity import resource_id

# Beside the names of columns: the act's lines changed, the act left the family.
LINES, FAMILY = "lines", "family"

_COLUMNS = tuple(column.name for column in ACTS_COLUMNS if column.name != "ada")
_LINE_COLUMNS = datastore.identifiers(column.name for column in LINES_COLUMNS)


def log_changes(cursor: Any, organization_uid: str) -> None:
    """Compare the stage with the rows that it will replace, and log each act once.

    An act that changes its family is logged under the one that it leaves, whose
    dataset has changed as well.

    Args:
        cursor: cursor of the transaction that has the tables ``stage_acts`` and ``stage_lines``.
        organization_uid: the body.
    """
    cursor.execute(
        "SELECT DISTINCT l.family FROM stage_acts AS s JOIN greekmunicipal.act_ledger AS l"
        " USING (ada) WHERE l.organization_uid = %s ORDER BY l.family",
        (organization_uid,),
    )
    for (family,) in cursor.fetchall():
        acts, lines = (resource_id(organization_uid, family, name) for name in ("acts", "lines"))
        if datastore.is_table(cursor, acts):
            _log_family(
                cursor,
                organization_uid,
                family,
                acts,
                lines if datastore.is_table(cursor, lines) else None,
            )


def _log_family(cursor: Any, uid: str, family: str, acts: str, lines: str | None) -> None:
    changed = [
        sql.SQL("CASE WHEN o.{0} IS DISTINCT FROM s.{0} THEN {1} END").format(
            sql.Identifier(name), sql.Literal(name)
        )
        for name in _COLUMNS
    ]
    cursor.execute(
        sql.SQL(
            "WITH other_lines AS ({other_lines})"
            " INSERT INTO greekmunicipal.version_log (ada, organization_uid, family, version_id,"
            " previous_version_id, status, changed_columns)"
            " SELECT s.ada, {uid}, l.family, s.version_id, l.version_id, s.status,"
            " array_remove(ARRAY[{changed},"
            " CASE WHEN s.ada IN (SELECT ada FROM other_lines) THEN {lines} END,"
            " CASE WHEN l.family <> s._family THEN {left} END], NULL)"
            " FROM stage_acts AS s JOIN greekmunicipal.act_ledger AS l USING (ada)"
            " LEFT JOIN {acts} AS o USING (ada) WHERE l.family = {family} ORDER BY s.ada"
        ).format(
            other_lines=_other_lines(lines),
            uid=sql.Literal(uid),
            changed=sql.SQL(", ").join(changed),
            lines=sql.Literal(LINES),
            left=sql.Literal(FAMILY),
            acts=sql.Identifier(acts),
            family=sql.Literal(family),
        )
    )


def _other_lines(lines: str | None) -> sql.Composable:
    """Acts some line of which is in the table or in the stage only."""
    if lines is None:
        return sql.SQL("SELECT ada FROM stage_lines")
    return sql.SQL(
        "SELECT ada FROM (SELECT {names} FROM {table} WHERE ada IN (SELECT ada FROM stage_acts)"
        " EXCEPT ALL SELECT {names} FROM stage_lines) AS gone"
        " UNION SELECT ada FROM (SELECT {names} FROM stage_lines"
        " EXCEPT ALL SELECT {names} FROM {table} WHERE ada IN (SELECT ada FROM stage_acts)) AS come"
    ).format(names=_LINE_COLUMNS, table=sql.Identifier(lines))
