"""Rows on disk until they are written out: the newest version of each act, whatever came twice.

Only masked rows enter; memory does not grow with the number of acts.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from ckanext.greekmunicipal.diavgeia.act import UnreadableAct, read_act
from ckanext.greekmunicipal.diavgeia.rows import ACTS_COLUMNS, ActRows, Labels, rows_of

_ADA = 0
_NAMES = [column.name for column in ACTS_COLUMNS]
_SUBMITTED = _NAMES.index("submission_time")
_ISSUED = _NAMES.index("issue_date")


class Spool:
    """Acts that were read, in a temporary file of SQLite's own that vanishes with it.

    Attributes:
        duplicates: acts that came more than once.
        skipped: items that are no acts, by reason.
    """

    def __init__(self, labels: Labels) -> None:
        self.duplicates = 0
        self.skipped: Counter[str] = Counter()
        self._labels = labels
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute(
            "CREATE TABLE acts (ada TEXT PRIMARY KEY, submitted TEXT, issued TEXT, family TEXT,"
            " withheld INTEGER, persons INTEGER, act TEXT, lines TEXT) WITHOUT ROWID"
        )

    def close(self) -> None:
        """Drop the file."""
        self._db.close()

    @contextmanager
    def whole_or_nothing(self) -> Iterator[Batch]:
        """What is added inside stays only if the block ends without an error."""
        batch = Batch(self)
        self._db.execute("BEGIN")
        try:
            yield batch
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")
        self.duplicates += batch.duplicates
        self.skipped += batch.skipped

    def counts(self) -> dict[str, Any]:
        """Numbers of the report: acts, lines, withheld subjects, natural persons and the rest."""
        acts, withheld, persons = self._db.execute(
            "SELECT count(*), coalesce(sum(withheld), 0), coalesce(sum(persons), 0) FROM acts"
        ).fetchone()
        lines = self._db.execute(
            "SELECT coalesce(sum(json_array_length(lines)), 0) FROM acts"
        ).fetchone()[0]
        return {
            "acts": acts,
            "lines": lines,
            "withheld_subjects": withheld,
            "natural_persons": persons,
            "duplicates": self.duplicates,
            "skipped": dict(sorted(self.skipped.items())),
        }

    def families(self) -> list[str]:
        """Slugs of the families that have acts."""
        found = self._db.execute("SELECT DISTINCT family FROM acts ORDER BY family")
        return [family for (family,) in found]

    def rows(self, family: str) -> Iterator[tuple[list[Any], list[list[Any]]]]:
        """Rows of a family, as texts, oldest issue first: the act and its lines."""
        found = self._db.execute(
            "SELECT act, lines FROM acts WHERE family = ? ORDER BY issued, ada", (family,)
        )
        for act, lines in found:
            yield json.loads(act), json.loads(lines)

    def _add(self, rows: ActRows) -> bool:
        """Keep the rows unless a newer version is there; say whether the act is new."""
        act = rows.act_row
        submitted = act[_SUBMITTED].isoformat() if act[_SUBMITTED] else ""
        # Athens has two offsets in a year: instants are compared in UTC.
        if act[_SUBMITTED]:
            submitted = act[_SUBMITTED].astimezone(dt.timezone.utc).isoformat()
        before = self._db.execute(
            "SELECT submitted FROM acts WHERE ada = ?", (act[_ADA],)
        ).fetchone()
        if before is None or submitted > before[0]:
            self._db.execute(
                "INSERT OR REPLACE INTO acts VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    act[_ADA],
                    submitted,
                    str(act[_ISSUED] or ""),
                    rows.family,
                    rows.withheld,
                    rows.natural_persons,
                    json.dumps([cell(value) for value in act], ensure_ascii=False),
                    json.dumps(
                        [[cell(value) for value in line] for line in rows.line_rows],
                        ensure_ascii=False,
                    ),
                ),
            )
        return before is None


class Batch:
    """What one file or one window adds."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self.duplicates = 0
        self.skipped: Counter[str] = Counter()

    def restart(self) -> None:
        """Forget what this batch added: its source starts over."""
        self._spool._db.execute("ROLLBACK")
        self._spool._db.execute("BEGIN")
        self.duplicates = 0
        self.skipped.clear()

    def add(self, decisions: Iterable[Any]) -> None:
        """Read decisions into rows; items that are no acts are counted by reason."""
        for raw in decisions:
            try:
                act = read_act(raw)
            except UnreadableAct as unreadable:
                self.skipped[unreadable.reason] += 1
                continue
            if not self._spool._add(rows_of(act, self._spool._labels)):
                self.duplicates += 1


def cell(value: Any) -> str | None:
    """A value as the interfaces write it: ISO dates and instants, amounts with two digits."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        return value.isoformat(timespec="milliseconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)
