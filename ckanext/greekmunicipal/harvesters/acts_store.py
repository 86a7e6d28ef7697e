"""Rows of acts to the tables of their families, one transaction a window.

Pages are mapped and copied into temporary tables while they arrive, already
masked; only when the answer has proved itself are they compared with the
ledger and merged, together with the ledger, the version log and the manifest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from psycopg2 import sql

from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.datastore import FULL_TEXT, FULL_TEXT_TYPE, TableSpec
from ckanext.greekmunicipal.diavgeia.rows import (
    ACTS_COLUMNS,
    ACTS_KEY,
    LINES_COLUMNS,
    LINES_KEY,
    ActRows,
)
from ckanext.greekmunicipal.greek.row_search import row_vector
from ckanext.greekmunicipal.harvesters import acts_versions, acts_withheld
from ckanext.greekmunicipal.harvesters.identity import resource_id

ACTS, LINES = "acts", "lines"
SPECS = {
    ACTS: TableSpec(ACTS_COLUMNS, ACTS_KEY, ("issue_date", "publish_time", "year")),
    LINES: TableSpec(LINES_COLUMNS, LINES_KEY, ("counterparty_afm", "year")),
}
STAGE = {ACTS: "stage_acts", LINES: "stage_lines"}
_MORE = {
    ACTS: {FULL_TEXT: FULL_TEXT_TYPE, "_seq": "int4", "_family": "text", "_fingerprint": "bytea"},
    LINES: {FULL_TEXT: FULL_TEXT_TYPE, "_seq": "int4"},
}
# What a search in the table finds a row by.
_FOUND_BY = {
    ACTS: (
        *("ada", "subject", "decision_type", "decision_type_label", "protocol_number"),
        *("budget_type", "year", "issue_date", "amount", "related_ada"),
    ),
    LINES: ("ada", "counterparty_name", "counterparty_afm", "kae", "cpv"),
}
_FOUND_AT = {
    name: tuple(SPECS[name].names.index(column) for column in columns)
    for name, columns in _FOUND_BY.items()
}


@dataclass
class Merged:
    """What a window changed.

    Attributes:
        new: acts not seen before.
        changed: acts whose rows changed.
        unchanged: acts whose rows are as stored, or older than what is stored.
        duplicate: acts that came more than once.
        refused: acts of a dataset that a person deleted.
        moved: acts that were taken out of another family.
        lines: lines of the new and changed acts.
        families: families whose tables changed.
        refused_families: families whose dataset a person deleted.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    duplicate: int = 0
    refused: int = 0
    moved: int = 0
    lines: int = 0
    families: tuple[str, ...] = ()
    refused_families: tuple[str, ...] = ()


# Makes the dataset and the tables of a family; False when a person deleted the dataset.
PrepareFamily = Callable[[str, bool], bool]


class ActsStage:
    """Rows of one window on their way into the tables.

    Args:
        cursor: cursor of the transaction in which all of it happens.
        organization_uid: the body whose acts these are.
    """

    def __init__(self, cursor: Any, organization_uid: str) -> None:
        self._cursor = cursor
        self._uid = organization_uid
        self._next = 0
        self._made = False

    @classmethod
    def over(cls, cursor: Any, organization_uid: str) -> ActsStage:
        """A stage over the temporary tables that another one made in this transaction."""
        stage = cls(cursor, organization_uid)
        stage._made = True
        return stage

    def clear(self) -> None:
        """Forget the rows: the answer starts again."""
        if self._made:
            self._cursor.execute("TRUNCATE stage_acts, stage_lines")
        self._next = 0

    def add(self, rows: Iterable[ActRows]) -> None:
        """Copy the rows of a page."""
        acts, lines = [], []
        for row in rows:
            self._next += 1
            acts.append(
                (
                    *row.act_row,
                    search_text(ACTS, row.act_row),
                    self._next,
                    row.family,
                    fingerprint(row),
                )
            )
            lines += [(*line, search_text(LINES, line), self._next) for line in row.line_rows]
        if not acts:
            return  # most answers of a complete pass: no table is made for them
        self.make()
        for name, prepared in ((ACTS, acts), (LINES, lines)):
            names = (*SPECS[name].names, *_MORE[name])
            datastore.copy_rows(self._cursor, STAGE[name], names, prepared)

    def make(self) -> None:
        """Make the temporary tables, if they are not there."""
        if not self._made:
            for name, spec in SPECS.items():
                datastore.create_stage(self._cursor, STAGE[name], spec.columns, _MORE[name])
        self._made = True

    def merge(self, prepare: PrepareFamily) -> Merged:
        """Compare with the ledger and merge what differs.

        Args:
            prepare: called for each family that gets rows, before anything is locked.

        Returns:
            What changed; nothing is committed here.
        """
        merged = Merged()
        if not self._made:
            return merged
        merged.duplicate = self._drop_older_copies()
        merged.unchanged = self._drop_known()
        merged.refused_families = self._refused_families(prepare)
        # One writer a body: another window of it may hold the same act.
        self._cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"body:{self._uid}",)
        )
        acts_withheld.mask_stage(self._cursor)
        merged.unchanged += self._drop_known()
        merged.refused = self._drop_refused(merged.refused_families, leaving=False)
        acts_versions.log_changes(self._cursor, self._uid)
        merged.moved = self._leave_other_families()
        merged.refused += self._drop_refused(merged.refused_families, leaving=True)
        families = self._families()
        self._count(merged)
        touched = []
        for family in families:
            touched += self._merge_family(family)
        self._update_ledger()
        merged.families = tuple(families)
        datastore.forget_statistics(self._cursor, sorted(set(touched)))
        return merged

    def _drop_older_copies(self) -> int:
        self._cursor.execute(
            "DELETE FROM stage_acts WHERE _seq IN (SELECT _seq FROM (SELECT _seq, row_number() OVER"
            " (PARTITION BY ada ORDER BY submission_time DESC NULLS LAST, _seq DESC) AS n"
            " FROM stage_acts) AS copies WHERE n > 1)"
        )
        dropped = self._cursor.rowcount
        self._drop_orphan_lines()
        self._cursor.execute("CREATE INDEX IF NOT EXISTS stage_acts_ada ON stage_acts (ada)")
        self._cursor.execute("ANALYZE stage_acts (ada, _seq, _family)")
        return dropped

    def _drop_known(self) -> int:
        """Drop what is stored already, or is older than what is stored."""
        self._cursor.execute(
            "DELETE FROM stage_acts AS s USING greekmunicipal.act_ledger AS l WHERE l.ada = s.ada"
            " AND (l.fingerprint = s._fingerprint OR l.submission_time > s.submission_time)"
        )
        dropped = self._cursor.rowcount
        self._drop_orphan_lines()
        return dropped

    def _drop_orphan_lines(self) -> None:
        self._cursor.execute(
            "DELETE FROM stage_lines AS l WHERE NOT EXISTS"
            " (SELECT FROM stage_acts AS a WHERE a._seq = l._seq)"
        )

    def _refused_families(self, prepare: PrepareFamily) -> tuple[str, ...]:
        self._cursor.execute(
            "SELECT a._family, count(l._seq) > 0 FROM stage_acts AS a"
            " LEFT JOIN stage_lines AS l USING (_seq) GROUP BY a._family ORDER BY a._family"
        )
        found = self._cursor.fetchall()
        return tuple(family for family, with_lines in found if not prepare(family, with_lines))

    def _drop_refused(self, families: tuple[str, ...], *, leaving: bool) -> int:
        """Drop acts of refused families.

        Args:
            families: the refused ones.
            leaving: drop also acts that have left another family for one of them; they
                are forgotten, so that they come when the dataset is restored.
        """
        self._cursor.execute(
            "DELETE FROM stage_acts AS s WHERE _family = ANY(%s) AND (%s OR NOT EXISTS"
            " (SELECT FROM greekmunicipal.act_ledger AS l"
            " WHERE l.ada = s.ada AND l.family <> s._family)) RETURNING ada",
            (list(families), leaving),
        )
        adas = [ada for (ada,) in self._cursor.fetchall()]
        if leaving and adas:
            self._cursor.execute(
                "DELETE FROM greekmunicipal.act_ledger WHERE ada = ANY(%s)", (adas,)
            )
        self._drop_orphan_lines()
        return len(adas)

    def _families(self) -> list[str]:
        self._cursor.execute("SELECT DISTINCT _family FROM stage_acts ORDER BY _family")
        return [family for (family,) in self._cursor.fetchall()]

    def _count(self, merged: Merged) -> None:
        self._cursor.execute(
            "SELECT count(*) FILTER (WHERE l.ada IS NULL), count(l.ada) FROM stage_acts AS s"
            " LEFT JOIN greekmunicipal.act_ledger AS l USING (ada)"
        )
        merged.new, merged.changed = self._cursor.fetchone()
        self._cursor.execute("SELECT count(*) FROM stage_lines")
        (merged.lines,) = self._cursor.fetchone()

    def _leave_other_families(self) -> int:
        """Take acts out of the family that they no longer belong to."""
        self._cursor.execute(
            "SELECT l.family, array_agg(l.ada) FROM stage_acts AS s"
            " JOIN greekmunicipal.act_ledger AS l USING (ada)"
            " WHERE l.family <> s._family AND l.organization_uid = %s GROUP BY l.family",
            (self._uid,),
        )
        moved = 0
        for family, adas in self._cursor.fetchall():
            moved += len(adas)
            for name in (ACTS, LINES):
                table = resource_id(self._uid, family, name)
                if datastore.is_table(self._cursor, table):
                    self._cursor.execute(
                        sql.SQL("DELETE FROM {} WHERE ada = ANY(%s)").format(sql.Identifier(table)),
                        (adas,),
                    )
                    datastore.forget_statistics(self._cursor, [table])
        return moved

    def _merge_family(self, family: str) -> list[str]:
        acts, lines = (resource_id(self._uid, family, name) for name in (ACTS, LINES))
        self._cursor.execute("DROP VIEW IF EXISTS stage_family_acts, stage_family_lines")
        self._cursor.execute(
            "CREATE TEMPORARY VIEW stage_family_acts AS SELECT * FROM stage_acts WHERE _family = %s",
            (family,),
        )
        datastore.merge(self._cursor, acts, "stage_family_acts", SPECS[ACTS])
        touched = [acts]
        if datastore.is_table(self._cursor, lines):
            self._cursor.execute(
                sql.SQL("DELETE FROM {} WHERE ada IN (SELECT ada FROM stage_family_acts)").format(
                    sql.Identifier(lines)
                )
            )
            self._cursor.execute(
                "CREATE TEMPORARY VIEW stage_family_lines AS SELECT l.* FROM stage_lines AS l"
                " JOIN stage_family_acts USING (_seq)"
            )
            datastore.merge(self._cursor, lines, "stage_family_lines", SPECS[LINES])
            touched.append(lines)
        return touched

    def _update_ledger(self) -> None:
        self._cursor.execute(
            "INSERT INTO greekmunicipal.act_ledger AS l"
            " (ada, organization_uid, family, version_id, submission_time, fingerprint)"
            " SELECT ada, %s, _family, version_id, submission_time, _fingerprint"
            " FROM stage_acts ORDER BY ada"
            " ON CONFLICT (ada) DO UPDATE SET organization_uid = excluded.organization_uid,"
            " family = excluded.family, version_id = excluded.version_id,"
            " submission_time = excluded.submission_time, fingerprint = excluded.fingerprint,"
            " changed_at = now()",
            (self._uid,),
        )


def fingerprint(rows: ActRows) -> bytes:
    """Digest of all that is stored of an act; what is masked is not in it."""
    stored = repr((rows.family, rows.act_row, rows.line_rows))
    return hashlib.blake2b(stored.encode(), digest_size=16).digest()


def search_text(table: str, row: tuple[Any, ...]) -> str:
    """The words that a row is found by, in all their forms."""
    words = " ".join([str(row[at]) for at in _FOUND_AT[table] if row[at]])
    return row_vector(words)


__all__ = [
    "ACTS",
    "LINES",
    "SPECS",
    "STAGE",
    "ActsStage",
    "Merged",
    "fingerprint",
    "search_text",
]
