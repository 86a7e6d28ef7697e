"""Original files of budgets that anybody may fetch: nothing was found in them, or it was confirmed.

All originals are kept by their digest (:func:`.budget_reading.keep_originals`); what stands here
is served beside the table, and nothing else is.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from ckanext.greekmunicipal import config as our_config
from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.harvesters.identity import BUDGET, resource_id
from ckanext.greekmunicipal.vocabularies import media_type_of

_SIDES: dict[tuple[str, ...], tuple[str, str]] = {
    ("revenue",): ("έσοδα", "revenue"),
    ("expenditure",): ("έξοδα", "expenditure"),
}


@dataclass(frozen=True)
class Original:
    """An original file that is served.

    Attributes:
        resource_id: id of its resource.
        sha256: of its content.
        name: its name, as people may see it.
        format: what its content is: ``csv``, ``xlsx`` …
        size: bytes.
        years: fiscal years that it speaks of.
        period_end: until when it tells the execution.
        sides: ``revenue``, ``expenditure``.
        published_at: when it was first served.
    """

    resource_id: str
    sha256: str
    name: str
    format: str
    size: int
    years: tuple[int, ...]
    period_end: dt.date | None
    sides: tuple[str, ...]
    published_at: dt.datetime


_COLUMNS = (
    "resource_id, sha256, name, format, size, fiscal_years::text, period_end, sides::text,"
    " published_at"
)


def id_of(uid: str, sha256: str) -> str:
    """Id of the resource of an original."""
    return resource_id(uid, BUDGET, f"original/{sha256}")


def add(cursor: Any, uid: str, file: dict[str, Any], report: dict[str, Any]) -> None:
    """Serve an original from now on.

    Args:
        cursor: cursor of a transaction.
        uid: Diavgeia's number of the municipality.
        file: its entry in ``files`` of the report.
        report: report of the budget.
    """
    cursor.execute(
        "INSERT INTO greekmunicipal.budget_original (resource_id, organization_uid, sha256, name,"
        " format, size, fiscal_years, period_end, sides)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (resource_id) DO NOTHING",
        (
            id_of(uid, file["sha256"]),
            uid,
            file["sha256"],
            file["file"],
            file["format"],
            file["bytes"],
            json.dumps(report["fiscal_years"]),
            report["period_end"],
            json.dumps(sorted(file.get("sides") or report["lines"])),
        ),
    )


def of_body(cursor: Any, uid: str) -> tuple[Original, ...]:
    """Originals of a municipality that are served, the newest first."""
    cursor.execute(
        f"SELECT {_COLUMNS} FROM greekmunicipal.budget_original WHERE organization_uid = %s"
        " ORDER BY fiscal_years DESC, period_end DESC NULLS LAST, published_at DESC, name",
        (uid,),
    )
    return tuple(map(_original, cursor.fetchall()))


def served(resource_id: str) -> Original | None:
    """An original that may be fetched; None for any other."""
    with datastore.transaction() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM greekmunicipal.budget_original WHERE resource_id = %s",
            (resource_id,),
        )
        row = cursor.fetchone()
    return _original(row) if row else None


def _original(row: Sequence[Any]) -> Original:
    resource, sha256, name, form, size, years, end, sides, at = row
    return Original(
        resource,
        sha256,
        name,
        form,
        size,
        tuple(json.loads(years)),
        end,
        tuple(json.loads(sides)),
        at,
    )


def resource_of(original: Original) -> dict[str, Any]:
    """The resource of an original beside the table."""
    kind = media_type_of("txt" if original.format == "text" else original.format)
    years = ", ".join(map(str, original.years))
    until = original.period_end.isoformat() if original.period_end else ""
    side = _SIDES.get(original.sides, ("", ""))
    what_el = " ".join(filter(None, (years, f"έως {until}" if until else "", side[0])))
    what_en = " ".join(filter(None, (years, f"until {until}" if until else "", side[1])))
    return {
        "id": original.resource_id,
        "name_translated": {
            "el": f"Αρχικό αρχείο {what_el}: {original.name}",
            "en": f"Original file {what_en}: {original.name}",
        },
        "description_translated": {
            "el": "Το αρχείο όπως το έδωσε ο δήμος, αμετάβλητο.",
            "en": "The file as the municipality gave it, unchanged.",
        },
        "url": our_config.portal_address(path_of(original)),
        "url_type": datastore.URL_TYPE,
        "format": kind.format if kind else original.format.upper(),
        **({"mimetype": kind.media_type} if kind else {}),
        "size": original.size,
        "hash": original.sha256,
        "last_modified": _utc(original.published_at),
    }


def path_of(original: Original) -> str:
    """Path, in the portal, of an original."""
    name = original.name.rpartition("/")[2]
    return f"/budget-file/{original.resource_id}/{quote(name)}"


def _utc(instant: dt.datetime) -> str:
    return instant.astimezone(dt.timezone.utc).replace(tzinfo=None).isoformat()
