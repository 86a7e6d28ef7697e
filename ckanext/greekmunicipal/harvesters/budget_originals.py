"""Original files of budgets that anybody may fetch: nothing was found in them, or it was confirmed.

All originals are kept by their digest (:func:`.budget_reading.keep_originals`); what stands here
is served beside the table, and nothing else is.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from ckanext.greekmunicipal import config as our_config
from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.harvesters.budget_reading import SourceFile
from ckanext.greekmunicipal.harvesters.identity import BUDGET, package_id, resource_id
from ckanext.greekmunicipal.privacy import CLEAN
from ckanext.greekmunicipal.publication import store as scans
from ckanext.greekmunicipal.publication.looking import known_report
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


def clean_files(uid: str, files: Iterable[SourceFile], withheld: Collection[str]) -> frozenset[str]:
    """Look into the files of a harvested budget.

    Args:
        uid: Diavgeia's number of the municipality.
        files: where they are.
        withheld: digests of those of which something was left out: they are looked into too, so
            that who confirms them knows what was found.

    Returns:
        Digests of those in which nothing was found that may belong to a person.
    """
    clean = set()
    for file in files:
        report = known_report(file.place, file.name)
        if report.state == CLEAN and file.sha256 not in withheld:
            clean.add(file.sha256)
            note_served(uid, file.sha256)
    return frozenset(clean)


def note_served(uid: str, sha256: str) -> None:
    """Note what was looked at, as for any other file of a dataset."""
    scans.note_resource(
        id_of(uid, sha256), package_id(uid, BUDGET), scans.UPLOAD, sha256=sha256, url=None
    )


def settle(cursor: Any, uid: str, report: dict[str, Any], clean: Collection[str]) -> None:
    """Serve the files of a harvested budget in which nothing was found, and no others.

    One that is served already and is no longer clean, by stricter rules or other lines, is taken
    back, unless somebody confirmed it.

    Args:
        cursor: cursor of the transaction that stores the rows.
        uid: Diavgeia's number of the municipality.
        report: report of the budget.
        clean: digests of files in which nothing was found, and of which nothing was left out.
    """
    for file in report["files"]:
        if file["sha256"] in clean:
            add(cursor, uid, file, report)
        else:
            cursor.execute(
                "DELETE FROM greekmunicipal.budget_original AS o WHERE resource_id = %s"
                " AND NOT EXISTS (SELECT FROM greekmunicipal.personal_data_confirmation AS c"
                " WHERE c.resource_id = o.resource_id AND c.sha256 = o.sha256)",
                (id_of(uid, file["sha256"]),),
            )


def withdraw(cursor: Any, uid: str, sha256: str) -> None:
    """Serve an original no longer."""
    cursor.execute(
        "DELETE FROM greekmunicipal.budget_original WHERE resource_id = %s", (id_of(uid, sha256),)
    )


def of_body(cursor: Any, uid: str) -> tuple[Original, ...]:
    """Originals of a municipality that are served, the newest first."""
    cursor.execute(
        f"SELECT {_COLUMNS} FROM greekmunicipal.budget_original WHERE organization_uid = %s"
        " ORDER BY fiscal_years DESC, period_end DESC NULLS LAST, published_at DESC, name",
        (uid,),
    )
    return tuple(map(_original, cursor.fetchall()))


def addresses(cursor: Any, uid: str) -> dict[str, str]:
    """Addresses of the originals of a municipality that are served, by digest."""
    return {each.sha256: address_of(each) for each in of_body(cursor, uid)}


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
        "url": address_of(original),
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


def address_of(original: Original) -> str:
    """Address of an original, for other sites and programs."""
    return our_config.portal_address(path_of(original))


def _utc(instant: dt.datetime) -> str:
    return instant.astimezone(dt.timezone.utc).replace(tzinfo=None).isoformat()
