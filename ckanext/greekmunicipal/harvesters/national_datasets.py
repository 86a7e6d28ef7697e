"""Datasets over all bodies of the installation: one a family, with the files of each year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ckan.model as model

from ckanext.greekmunicipal import config as our_config
from ckanext.greekmunicipal import datastore, national_files
from ckanext.greekmunicipal.diavgeia import families
from ckanext.greekmunicipal.greek import ATHENS
from ckanext.greekmunicipal.harvesters import datasets, national
from ckanext.greekmunicipal.harvesters.acts_store import ACTS
from ckanext.greekmunicipal.harvesters.identity import package_id, resource_id
from ckanext.greekmunicipal.national_files import Note

# Takes the place of a body's number in ids: no body has it.
NATIONAL = "national"
_WHAT = {ACTS: ("Πράξεις", "Acts"), "lines": ("Γραμμές ποσών", "Lines of money")}


@dataclass(frozen=True)
class Outcome:
    """What a run did with a family.

    Attributes:
        family: slug.
        written: names of the files that were written, or would be.
        current: number of files that stood.
        dropped: names of files of which no row is left, or whose rows changed meanwhile.
        status: what became of the dataset: ``added``, ``updated``, ``unchanged``, ``deleted`` (by
            a person; left so), ``empty``; '' in a dry run.
    """

    family: str
    written: tuple[str, ...]
    current: int
    dropped: tuple[str, ...]
    status: str


class NoOrganizationError(LookupError):
    """The organisation that should publish is not there."""


def rebuild(family: str, organization: str, *, dry_run: bool = False) -> Outcome:
    """Bring the files and the dataset of a family up to date; only years that changed are written.

    Args:
        family: slug.
        organization: name or id of the organisation that publishes.
        dry_run: change nothing.

    Raises:
        NoOrganizationError: it is not there.
        OSError: the files cannot be written.
    """
    owner = model.Group.get(organization)
    if owner is None or not owner.is_organization or owner.state != model.State.ACTIVE:
        raise NoOrganizationError(
            f"The organisation {organization!r} was named: expected one of the portal. Make it on"
            " the page of organisations, or name another."
        )
    if dry_run:
        with datastore.transaction() as cursor:
            parts = national.parts_of(cursor, family)
        due = tuple(part.stem for part in parts if not part.is_current)
        return Outcome(family, due, len(parts) - len(due), (), "")
    with datastore.session_lock(f"national:{family}"):
        written, current = _write(family)
        dropped = _drop_outdated(family)
        status = _publish(family, owner.id)
    return Outcome(family, written, current, dropped, status)


def _write(family: str) -> tuple[tuple[str, ...], int]:
    with datastore.transaction() as cursor:
        # States and rows are of one moment; instants are those of Athens.
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL TimeZone TO 'Europe/Athens'")
        parts = national.parts_of(cursor, family)
        due = [part for part in parts if not part.is_current]
        for part in due:
            national.write(cursor, part)
    return tuple(part.stem for part in due), len(parts) - len(due)


def _drop_outdated(family: str) -> tuple[str, ...]:
    """Drop files that have rows which are not there any more.

    While a file was written, an act may have been withheld or a dataset made private: what was
    taken out then was not yet on the disk. Such files come back with the next run.
    """
    with datastore.transaction() as cursor:
        cursor.execute("SET LOCAL TimeZone TO 'Europe/Athens'")
        states = {part.stem: part.state for part in national.parts_of(cursor, family)}
    dropped = []
    for stem in _stems(family):
        note = national_files.note_of(stem)
        if note is None or states.get(stem) != note.state:
            national_files.drop(stem)
            dropped.append(stem)
    return tuple(dropped)


def _stems(family: str) -> list[str]:
    return [stem for stem in national_files.stems() if stem.rsplit("-", 2)[0] == family]


def _publish(family: str, owner: str) -> str:
    notes = [
        (stem, note)
        for stem in _stems(family)
        if (note := national_files.note_of(stem)) is not None
    ]
    if not notes and model.Package.get(package_id(NATIONAL, family)) is None:
        return "empty"
    return datasets.publish(_dataset(family, owner, notes), NATIONAL, None)


def _dataset(family: str, owner: str, notes: Sequence[tuple[str, Note]]) -> datasets.Dataset:
    kind = families.by_slug(family)
    years = sorted(stem[-4:] for stem, _ in notes if stem[-4:].isdecimal())
    found: datasets.Dataset = {
        "id": package_id(NATIONAL, family),
        "name": f"national-{family}",
        "type": "dataset",
        "owner_org": owner,
        "title_translated": {
            "el": f"{kind.label_el} – όλοι οι φορείς",
            "en": f"{kind.label_en} – all bodies",
        },
        "notes_translated": {
            "el": "Οι πράξεις όλων των φορέων της πύλης μαζί, ένα αρχείο για κάθε έτος έκδοσης, σε"
            " CSV και Parquet. Από το Πρόγραμμα Δι@ύγεια. Ονόματα και αριθμοί φυσικών προσώπων"
            " παραλείπονται· η άδεια δεν καλύπτει προσωπικά δεδομένα. Τα ποσά διαφορετικών σταδίων"
            " μιας δαπάνης δεν αθροίζονται.",
            "en": "The acts of all bodies of the portal together, one file for each year of issue,"
            " as CSV and Parquet. From Diavgeia. Names and numbers of natural persons are left out;"
            " the licence does not cover personal data. Amounts of different stages of an expense"
            " must not be added up.",
        },
        "tags": [{"name": "Διαύγεια"}],
        "theme": ["GOVE"],
        "frequency": "DAILY",
        "identifier": f"diavgeia:{NATIONAL}:{family}",
        "resources": [
            _resource(family, stem, note, extension)
            for stem, note in notes
            for extension in national_files.MEDIA_TYPES
        ],
    }
    if years:
        found["temporal_coverage"] = [{"start": f"{years[0]}-01-01", "end": f"{years[-1]}-12-31"}]
    if notes:
        last = max(dt.datetime.fromisoformat(note.made_at) for _, note in notes)
        found["modified"] = last.astimezone(ATHENS).date().isoformat()
    return found


def _resource(family: str, stem: str, note: Note, extension: str) -> dict[str, Any]:
    table, year = stem.removeprefix(f"{family}-").split("-")
    greek, english = _WHAT[table]
    undated = year == national.UNDATED
    form = extension.upper() if extension == "csv" else "Parquet"
    made = dt.datetime.fromisoformat(note.made_at).astimezone(dt.timezone.utc)
    return {
        "id": resource_id(NATIONAL, family, f"{stem}.{extension}"),
        "name_translated": {
            "el": f"{greek} {'χωρίς ημερομηνία' if undated else year} ({form})",
            "en": f"{english} {'without a date' if undated else year} ({form})",
        },
        "description_translated": {
            "el": f"Γραμμές: {note.rows}. Φορείς: {len(note.tables)}.",
            "en": f"Rows: {note.rows}. Bodies: {len(note.tables)}.",
        },
        "url": our_config.portal_address(f"/national/{stem}.{extension}"),
        "url_type": datastore.URL_TYPE,
        "format": form,
        "mimetype": national_files.MEDIA_TYPES[extension],
        "size": note.sizes[extension],
        "last_modified": made.replace(tzinfo=None).isoformat(),
    }


__all__ = ["NATIONAL", "NoOrganizationError", "Outcome", "rebuild"]
