"""Which file gave each part of a budget, now and before, and which errors were confirmed.

A part is one side of one fiscal year until one period end. The table holds its newest version
only; the files of earlier ones stay among the originals, and what their checks said stays here.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Source of what people hand over; harvest sources have UUIDs.
BY_HAND = "by-hand"

Part = tuple[int, dt.date | None, str]

_OF_PART = (
    " organization_uid = %s AND fiscal_year = %s AND period_end IS NOT DISTINCT FROM %s"
    " AND side = %s"
)


def add(
    cursor: Any,
    uid: str,
    unit: str,
    parts: Mapping[Part, int],
    *,
    source_id: str,
    rows_digest: str,
    report: Mapping[str, Any],
) -> None:
    """Write down a version of each part that a unit now gives.

    Args:
        cursor: cursor of the transaction that stores the rows.
        uid: Diavgeia's number of the municipality.
        unit: key of the unit.
        parts: the parts, and how many lines each has.
        source_id: the harvest source, or :data:`BY_HAND`.
        rows_digest: of the unit's rows.
        report: what is told of the unit in the dataset.
    """
    for part, lines in parts.items():
        cursor.execute(
            "INSERT INTO greekmunicipal.budget_version (organization_uid, fiscal_year, period_end,"
            " side, version, unit, source_id, rows_digest, lines, report)"
            " SELECT %s, %s, %s, %s, coalesce(max(version), 0) + 1, %s, %s, %s, %s, %s"
            f" FROM greekmunicipal.budget_version WHERE{_OF_PART}",
            (uid, *part, unit, source_id, rows_digest, lines, json.dumps(report), uid, *part),
        )


@dataclass(frozen=True)
class Version:
    """One version of one part.

    Attributes:
        part: fiscal year, period end, side.
        version: number among the versions of the part, from 1.
        source_id: a harvest source, or :data:`BY_HAND`.
        lines: budget lines of the part.
        stored_at: when it came.
        report: what was read and checked.
        confirmation: who confirmed errors, when and why; None where there were none.
        is_current: whether the table holds it.
    """

    part: Part
    version: int
    source_id: str
    lines: int
    stored_at: dt.datetime
    report: dict[str, Any]
    confirmation: dict[str, Any] | None
    is_current: bool

    def as_dict(self, originals: Mapping[str, str] | None = None) -> dict[str, Any]:
        """For JSON, without the findings themselves.

        Args:
            originals: addresses of the files that anybody may fetch, by digest.
        """
        served = originals or {}
        year, end, side = self.part
        return {
            "fiscal_year": year,
            "period_end": end.isoformat() if end else None,
            "side": side,
            "version": self.version,
            "current": self.is_current,
            "by": "form" if self.source_id == BY_HAND else "harvest",
            "stored_at": self.stored_at.isoformat(),
            "lines": self.lines,
            "files": [
                {
                    "file": file["file"],
                    "sha256": file["sha256"],
                    "format": file["format"],
                    "url": served.get(file["sha256"]),
                }
                for file in self.report["files"]
            ],
            "checked": self.report["checked"],
            "totals": self.report["totals"].get(side, {}),
            "confirmation": self.confirmation,
        }


def of_body(cursor: Any, uid: str) -> list[Version]:
    """Versions of all parts of a municipality, the newest year first, then the newest version."""
    cursor.execute(
        "SELECT v.fiscal_year, v.period_end, v.side, v.version, v.source_id, v.lines, v.stored_at,"
        " v.report::text, c.reason, c.user_name, c.rules::text, c.confirmed_at,"
        " p.unit IS NOT NULL AND v.version = max(v.version) OVER ("
        "PARTITION BY v.fiscal_year, v.period_end, v.side)"
        " FROM greekmunicipal.budget_version v"
        " LEFT JOIN greekmunicipal.budget_confirmation c ON c.organization_uid = v.organization_uid"
        " AND c.unit = v.unit AND c.fingerprint = v.report->>'confirmed'"
        " LEFT JOIN greekmunicipal.budget_part p ON p.organization_uid = v.organization_uid"
        " AND p.fiscal_year = v.fiscal_year AND p.side = v.side"
        " AND p.period_end IS NOT DISTINCT FROM v.period_end"
        " WHERE v.organization_uid = %s ORDER BY v.fiscal_year DESC, v.period_end DESC NULLS LAST,"
        " v.side DESC, v.version DESC",
        (uid,),
    )
    return [_version(row) for row in cursor.fetchall()]


def _version(row: tuple[Any, ...]) -> Version:
    year, end, side, number, source_id, lines, stored_at, report, reason, *rest = row
    user, rules, confirmed_at, current = rest
    confirmation = None
    if reason is not None:
        confirmation = {
            "reason": reason,
            "user": user,
            "rules": json.loads(rules),
            "confirmed_at": confirmed_at.isoformat(),
        }
    return Version(
        (year, end, side),
        number,
        source_id,
        lines,
        stored_at,
        json.loads(report),
        confirmation,
        current,
    )


def confirm(
    cursor: Any,
    uid: str,
    unit: str,
    *,
    fingerprint: str,
    sha256: list[str],
    rules: list[str],
    reason: str,
    user: tuple[str | None, str],
) -> None:
    """Record that somebody publishes a budget in spite of its errors.

    Args:
        cursor: cursor of the transaction that stores the rows.
        uid: Diavgeia's number of the municipality.
        unit: key of the unit.
        fingerprint: of the files, corrections and readers.
        sha256: digests of the files.
        rules: rules that were broken.
        reason: why it is published all the same, in the user's words.
        user: id (None for the console) and name.
    """
    cursor.execute(
        "INSERT INTO greekmunicipal.budget_confirmation (organization_uid, unit, fingerprint,"
        " sha256, rules, reason, user_id, user_name) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
        " ON CONFLICT (organization_uid, unit, fingerprint) DO NOTHING",
        (uid, unit, fingerprint, json.dumps(sha256), json.dumps(rules), reason, *user),
    )
