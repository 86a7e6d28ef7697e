"""Rows of a window over all bodies: kept together while they arrive, merged body by body."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from psycopg2 import sql

from ckanext.greekmunicipal.diavgeia.rows import ActRows
from ckanext.greekmunicipal.harvesters.acts_store import (
    ACTS,
    LINES,
    STAGE,
    ActsStage,
    Merged,
    PrepareFamily,
)

_KEPT = {ACTS: "country_acts", LINES: "country_lines"}


class CountryStage:
    """Rows of several bodies on their way into the tables.

    Args:
        cursor: cursor of the transaction in which all of it happens.
    """

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor
        self._stage = ActsStage(cursor, "")

    def clear(self) -> None:
        """Forget the rows: the answer starts again."""
        self._stage.clear()

    def add(self, rows: Iterable[ActRows]) -> None:
        """Copy the rows of a page."""
        self._stage.add(rows)

    def merge(self, prepare: Callable[[str], PrepareFamily]) -> dict[str, Merged]:
        """Merge the rows of each body, in the order of their uids, so that no two wait crosswise.

        Args:
            prepare: gives for a body what makes the dataset and tables of a family.
        """
        self._stage.make()
        self._cursor.execute("SELECT DISTINCT organization_uid FROM stage_acts ORDER BY 1")
        bodies = [uid for (uid,) in self._cursor.fetchall()]
        for name, kept in _KEPT.items():
            self._cursor.execute(
                sql.SQL("CREATE TEMPORARY TABLE {} ON COMMIT DROP AS TABLE {}").format(
                    sql.Identifier(kept), sql.Identifier(STAGE[name])
                )
            )
        return {uid: self._merge_body(uid, prepare(uid)) for uid in bodies}

    def _merge_body(self, uid: str, prepare: PrepareFamily) -> Merged:
        stage = ActsStage.over(self._cursor, uid)
        stage.clear()
        self._cursor.execute(
            "INSERT INTO stage_acts SELECT * FROM country_acts WHERE organization_uid = %s", (uid,)
        )
        self._cursor.execute(
            "INSERT INTO stage_lines SELECT * FROM country_lines AS l"
            " WHERE EXISTS (SELECT FROM stage_acts AS a WHERE a._seq = l._seq)"
        )
        return stage.merge(prepare)
