"""Acts that an administrator withholds: masked where they are stored, and whenever they come again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from psycopg2 import sql

from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.diavgeia.rows import ActRows
from ckanext.greekmunicipal.diavgeia.withholding import withheld
from ckanext.greekmunicipal.harvesters.identity import resource_id

# In the version log, beside the names of columns.
WITHHELD, RESTORED = "withheld", "restored"
_ACTS, _LINES = "acts", "lines"


@dataclass(frozen=True)
class Known:
    """An act that is stored: where, and whether it is withheld."""

    ada: str
    organization_uid: str
    family: str
    is_withheld: bool


def known(cursor: Any, ada: str) -> Known | None:
    """An act of the ledger; None if there is no such act."""
    cursor.execute(
        "SELECT l.ada, l.organization_uid, l.family, w.ada IS NOT NULL"
        " FROM greekmunicipal.act_ledger AS l LEFT JOIN greekmunicipal.act_withheld AS w USING (ada)"
        " WHERE l.ada = %s",
        (ada,),
    )
    found = cursor.fetchone()
    return Known(*found) if found else None


def lock(cursor: Any, organization_uid: str) -> None:
    """Wait until no harvest writes acts of a body, and let none begin until the transaction ends."""
    cursor.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"body:{organization_uid}",)
    )


def withhold(cursor: Any, act: Known, reason: str, who: str) -> list[str]:
    """Withhold an act: mask its rows, remember it, write down who and why.

    Args:
        cursor: cursor of a transaction that holds :func:`lock`.
        act: the act.
        reason: why.
        who: name of the user.

    Returns:
        Ids of the tables that changed; downloads of them are out of date.
    """
    cursor.execute(
        "INSERT INTO greekmunicipal.act_withheld (ada, organization_uid) VALUES (%s, %s)"
        " ON CONFLICT (ada) DO NOTHING",
        (act.ada, act.organization_uid),
    )
    _log(cursor, act, reason, who, is_withheld=True)
    touched = _mask_stored(cursor, act)
    _log_version(cursor, act, WITHHELD)
    datastore.forget_statistics(cursor, touched)
    return touched


def lift(cursor: Any, act: Known, reason: str, who: str) -> None:
    """End the withholding of an act: it comes back when it is read from Diavgeia the next time.

    What stood in it was not kept. The ledger forgets what it knows of the act, so that it is
    stored whatever version of it comes.
    """
    cursor.execute("DELETE FROM greekmunicipal.act_withheld WHERE ada = %s", (act.ada,))
    _log(cursor, act, reason, who, is_withheld=False)
    cursor.execute(
        "UPDATE greekmunicipal.act_ledger SET fingerprint = '' WHERE ada = %s", (act.ada,)
    )
    _log_version(cursor, act, RESTORED)


def entries(cursor: Any, organization_uid: str | None, most: int) -> list[dict[str, Any]]:
    """Entries of the log, the last first.

    Args:
        cursor: of a transaction.
        organization_uid: only of this body; None is all.
        most: entries at most.
    """
    cursor.execute(
        "SELECT ada, organization_uid, is_withheld, reason, done_by, done_at"
        " FROM greekmunicipal.act_withholding_log"
        " WHERE %(uid)s::text IS NULL OR organization_uid = %(uid)s ORDER BY id DESC LIMIT %(most)s",
        {"uid": organization_uid, "most": most},
    )
    names = ("ada", "organization_uid", "is_withheld", "reason", "done_by", "done_at")
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def source_of(cursor: Any, organization_uid: str) -> str | None:
    """Id of the harvest source that read a body's acts last; None if none did."""
    cursor.execute(
        "SELECT source_id FROM greekmunicipal.window_read WHERE bodies @> ARRAY[%s]"
        " AND state = 'done' ORDER BY finished DESC LIMIT 1",
        (organization_uid,),
    )
    found = cursor.fetchone()
    return found[0] if found else None


def mask_stage(cursor: Any) -> int:
    """Mask those rows of a window that are withheld, before they are compared and stored.

    Args:
        cursor: cursor of the transaction that has ``stage_acts`` and ``stage_lines``.

    Returns:
        Number of acts.
    """
    from ckanext.greekmunicipal.harvesters import acts_store

    cursor.execute(
        "SELECT s._seq, s._family, s.ada FROM stage_acts AS s"
        " JOIN greekmunicipal.act_withheld USING (ada)"
    )
    found = cursor.fetchall()
    for number, family, _ in found:
        acts = sql.Identifier("stage_acts")
        lines = sql.Identifier("stage_lines")
        where = sql.SQL("_seq = {}").format(sql.Literal(number))
        rows = withheld(_read(cursor, acts, lines, where, family))
        _write(cursor, acts, lines, where, rows, "_text")
        cursor.execute(
            "UPDATE stage_acts SET _fingerprint = %s WHERE _seq = %s",
            (acts_store.fingerprint(rows), number),
        )
    return len(found)


def _mask_stored(cursor: Any, act: Known) -> list[str]:
    from ckanext.greekmunicipal.harvesters import acts_store

    acts, lines = (resource_id(act.organization_uid, act.family, n) for n in (_ACTS, _LINES))
    touched = [each for each in (acts, lines) if datastore.is_table(cursor, each)]
    if acts not in touched:
        return []
    second = sql.Identifier(lines) if lines in touched else None
    where = sql.SQL("ada = {}").format(sql.Literal(act.ada))
    stored = _read(cursor, sql.Identifier(acts), second, where, act.family)
    rows = withheld(stored)
    _write(cursor, sql.Identifier(acts), second, where, rows, "_full_text")
    cursor.execute(
        "UPDATE greekmunicipal.act_ledger SET fingerprint = %s, changed_at = now() WHERE ada = %s",
        (acts_store.fingerprint(rows), act.ada),
    )
    return touched


def _read(
    cursor: Any,
    acts: sql.Identifier,
    lines: sql.Identifier | None,
    where: sql.Composable,
    family: str,
) -> ActRows:
    from ckanext.greekmunicipal.harvesters import acts_store

    query = sql.SQL("SELECT {} FROM {} WHERE {}")
    spec = acts_store.SPECS[_ACTS]
    cursor.execute(query.format(datastore.identifiers(spec.names), acts, where))
    row = tuple(cursor.fetchone())
    found: list[tuple[Any, ...]] = []
    if lines:
        names = datastore.identifiers(acts_store.SPECS[_LINES].names)
        ordered = sql.SQL("{} ORDER BY line_no").format(where)
        cursor.execute(query.format(names, lines, ordered))
        found = [tuple(line) for line in cursor.fetchall()]
    return ActRows(row, tuple(found), family, False, 0)


def _write(
    cursor: Any,
    acts: sql.Identifier,
    lines: sql.Identifier | None,
    where: sql.Composable,
    rows: ActRows,
    text: str,
) -> None:
    """Put masked rows in the place of what is there, and what they are found by."""
    for table, name, row, whole in _targets(acts, lines, where, rows):
        _update(cursor, table, name, row, whole, text)


def _targets(
    acts: sql.Identifier, lines: sql.Identifier | None, where: sql.Composable, rows: ActRows
) -> Iterator[tuple[sql.Identifier, str, tuple[Any, ...], sql.Composable]]:
    from ckanext.greekmunicipal.harvesters import acts_store

    yield acts, _ACTS, rows.act_row, where
    if lines is None:
        return
    at = acts_store.SPECS[_LINES].names.index("line_no")
    for line in rows.line_rows:
        whose = sql.SQL("{} AND line_no = {}").format(where, sql.Literal(line[at]))
        yield lines, _LINES, line, whose


def _update(
    cursor: Any,
    table: sql.Identifier,
    name: str,
    row: tuple[Any, ...],
    where: sql.Composable,
    text: str,
) -> None:
    from ckanext.greekmunicipal.harvesters import acts_store

    sets = [
        sql.SQL("{} = %s").format(sql.Identifier(column)) for column in acts_store.SPECS[name].names
    ]
    sets.append(sql.SQL("{} = %s::tsvector").format(sql.Identifier(text)))
    cursor.execute(
        sql.SQL("UPDATE {} SET {} WHERE {}").format(table, sql.SQL(", ").join(sets), where),
        (*row, acts_store.search_text(name, row)),
    )


def _log(cursor: Any, act: Known, reason: str, who: str, *, is_withheld: bool) -> None:
    cursor.execute(
        "INSERT INTO greekmunicipal.act_withholding_log"
        " (ada, organization_uid, is_withheld, reason, done_by) VALUES (%s, %s, %s, %s, %s)",
        (act.ada, act.organization_uid, is_withheld, reason, who),
    )


def _log_version(cursor: Any, act: Known, what: str) -> None:
    cursor.execute(
        "INSERT INTO greekmunicipal.version_log (ada, organization_uid, family, version_id,"
        " previous_version_id, status, changed_columns)"
        " SELECT ada, organization_uid, family, version_id, version_id, NULL, ARRAY[%s]"
        " FROM greekmunicipal.act_ledger WHERE ada = %s",
        (what, act.ada),
    )
