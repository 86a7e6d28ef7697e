"""What was seen, listed and refused, in our own tables."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ckanext.greekmunicipal.harvesters.budget_files import Unit


@dataclass(frozen=True)
class Seen:
    """The content that an address had when it was last asked.

    Attributes:
        url: the address.
        sha256: digest of the content.
        name: of the file, as the answer or the list gave it.
        size: bytes.
        etag: for the next conditional request; empty when the server gave none.
        last_modified: the same.
        version: of the document by its list; empty when it tells none.
    """

    url: str
    sha256: str
    name: str
    size: int
    etag: str = ""
    last_modified: str = ""
    version: str = ""


@dataclass(frozen=True)
class Refusal:
    """Why a budget was refused when it was last read.

    Attributes:
        fingerprint: of the files and readers.
        message: why.
        report: what was read of it.
        superseded_by: key of the unit with a later document about the same part; None otherwise.
    """

    fingerprint: str
    message: str
    report: dict[str, Any]
    superseded_by: str | None


# A busy machine may have been the reason, as when a workbook was not read in time.
_BELIEVED = dt.timedelta(days=7)
_SEEN = "url, sha256, name, size, etag, last_modified, version"


def last_seen(cursor: Any, urls: Iterable[str]) -> dict[str, Seen]:
    """The content of addresses as last seen; those never asked are absent."""
    cursor.execute(
        f"SELECT DISTINCT ON (url) {_SEEN} FROM greekmunicipal.budget_download"
        " WHERE url = ANY(%s) ORDER BY url, last_seen DESC",
        (list(urls),),
    )
    return {row[0]: Seen(*row) for row in cursor.fetchall()}


def note_seen(cursor: Any, found: Iterable[Seen]) -> None:
    """Note what addresses have now; what they had before stays, with its instants."""
    for seen in found:
        values = asdict(seen)
        cursor.execute(
            f"INSERT INTO greekmunicipal.budget_download ({_SEEN})"
            f" VALUES ({', '.join(f'%({name})s' for name in values)})"
            " ON CONFLICT (url, sha256) DO UPDATE SET last_seen = clock_timestamp(),"
            " name = excluded.name, etag = excluded.etag, version = excluded.version,"
            " last_modified = excluded.last_modified",
            values,
        )


def write_listing(cursor: Any, source_id: str, units: Iterable[Unit]) -> None:
    """Put what a list now gives in the place of what it gave before."""
    cursor.execute("DELETE FROM greekmunicipal.budget_listing WHERE source_id = %s", (source_id,))
    for position, unit in enumerate(units):
        cursor.execute(
            "INSERT INTO greekmunicipal.budget_listing (source_id, unit, position, listed)"
            " VALUES (%s, %s, %s, %s)",
            (source_id, unit.key, position, json.dumps(asdict(unit))),
        )


def listing(cursor: Any, source_id: str) -> list[Unit]:
    """The budgets that the list of a source last gave."""
    cursor.execute(
        "SELECT listed::text FROM greekmunicipal.budget_listing WHERE source_id = %s"
        " ORDER BY position",
        (source_id,),
    )
    return [_unit(json.loads(text)) for (text,) in cursor.fetchall()]


def _unit(read: Mapping[str, Any]) -> Unit:
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in read.items()
    }
    return Unit(**values)


def refusal(cursor: Any, uid: str, unit: str) -> Refusal | None:
    """Why a budget was refused when it was last read; None when it was not, or long ago."""
    cursor.execute(
        "SELECT fingerprint, message, report::text, superseded_by"
        " FROM greekmunicipal.budget_refusal WHERE organization_uid = %s AND unit = %s"
        " AND refused_at > now() - %s",
        (uid, unit, _BELIEVED),
    )
    row = cursor.fetchone()
    return Refusal(row[0], row[1], json.loads(row[2]), row[3]) if row else None


def note_refusal(cursor: Any, uid: str, unit: str, refused: Refusal) -> None:
    """Note why a budget was refused."""
    cursor.execute(
        "INSERT INTO greekmunicipal.budget_refusal"
        " (organization_uid, unit, fingerprint, message, report, superseded_by)"
        " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (organization_uid, unit) DO UPDATE SET"
        " fingerprint = excluded.fingerprint, message = excluded.message,"
        " report = excluded.report, superseded_by = excluded.superseded_by, refused_at = now()",
        (
            uid,
            unit,
            refused.fingerprint,
            refused.message,
            json.dumps(refused.report),
            refused.superseded_by,
        ),
    )


def forget_refusal(cursor: Any, uid: str, unit: str) -> None:
    """Forget that a budget was refused."""
    cursor.execute(
        "DELETE FROM greekmunicipal.budget_refusal WHERE organization_uid = %s AND unit = %s",
        (uid, unit),
    )
