"""Records of the register and look-up by identifier."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

_FOLDER = resources.files("ckanext.greekmunicipal.municipalities")


class UnknownMunicipalityError(KeyError):
    """No municipality of the register has this identifier."""

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True)
class Municipality:
    """A municipality (δήμος) that exists today. None and empty text mean «not known»."""

    slug: str
    name_el: str
    common_name_el: str
    name_en: str
    diavgeia_uid: str
    diavgeia_label: str
    afm: str
    elstat_code: str
    elstat_edition: str
    elstat_code_2019: str
    ypes_code: str
    regional_unit_el: str
    region_el: str
    region_en: str
    region_iso: str
    nuts3: str
    website: str
    bbox: tuple[float, float, float, float] | None
    centroid: tuple[float, float] | None
    bbox_predecessor: tuple[float, float, float, float] | None
    area_km2: float | None
    population_2011: int
    population_2021: int
    established: int
    predecessors: tuple[str, ...]
    geonames_id: str
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Predecessor:
    """A municipality that was split and abolished; its acts stay under its own Diavgeia uid."""

    diavgeia_uid: str
    name_el: str
    common_name_el: str
    aliases: tuple[str, ...]
    name_en: str
    ypes_code: str
    abolished: dt.date
    successors: tuple[str, ...]


@lru_cache(maxsize=1)
def municipalities() -> tuple[Municipality, ...]:
    """All municipalities, in the order of the ELSTAT codes."""
    return tuple(_municipality(row) for row in _rows("municipalities.csv"))


@lru_cache(maxsize=1)
def predecessors() -> tuple[Predecessor, ...]:
    """The municipalities abolished by the splits of 1 September 2019."""
    return tuple(
        Predecessor(
            diavgeia_uid=row["diavgeia_uid"],
            name_el=row["name_el"],
            common_name_el=row["common_name_el"],
            aliases=_list(row["aliases"]),
            name_en=row["name_en"],
            ypes_code=row["ypes_code"],
            abolished=dt.date.fromisoformat(row["abolished"]),
            successors=_list(row["successors"]),
        )
        for row in _rows("predecessors.csv")
    )


def by_slug(slug: str) -> Municipality:
    """Municipality of our slug, as ``dimos-tinou``.

    Raises:
        UnknownMunicipalityError: there is none.
    """
    return _get("slug", slug)


def by_afm(afm: str) -> Municipality:
    """Municipality of an ΑΦΜ of nine digits.

    Raises:
        UnknownMunicipalityError: there is none.
    """
    return _get("afm", afm)


def by_diavgeia_uid(uid: str) -> Municipality:
    """Municipality of a Diavgeia organisation uid.

    Raises:
        UnknownMunicipalityError: there is none. For a municipality that was abolished the
            message names its successors; :func:`successors_of` returns them.
    """
    for predecessor in predecessors():
        if uid and predecessor.diavgeia_uid == uid:
            raise UnknownMunicipalityError(
                f"Diavgeia uid {uid} is {predecessor.name_el}, abolished on"
                f" {predecessor.abolished}; its successors are"
                f" {', '.join(predecessor.successors)}: choose one of them."
            )
    return _get("diavgeia_uid", uid)


def by_elstat_code(code: str, edition: str = "2021") -> Municipality:
    """Municipality of an ELSTAT code of four digits.

    Args:
        code: the code, with its leading zero.
        edition: ``2021`` (the present register) or ``2019``; 28 codes differ.

    Raises:
        UnknownMunicipalityError: there is none, or the edition is another.
    """
    attributes = {"2021": "elstat_code", "2019": "elstat_code_2019"}
    if edition not in attributes:
        raise UnknownMunicipalityError(
            f"ELSTAT code {code} of edition «{edition}»: the register has the editions"
            f" {' and '.join(attributes)}."
        )
    return _get(attributes[edition], code)


def successors_of(uid: str) -> tuple[Municipality, ...]:
    """Municipalities into which the body of a Diavgeia uid was split; empty if it was not."""
    return tuple(
        by_slug(slug)
        for predecessor in predecessors()
        if uid and predecessor.diavgeia_uid == uid
        for slug in predecessor.successors
    )


@lru_cache(maxsize=8)
def _index(attribute: str) -> dict[str, Municipality]:
    return {getattr(municipality, attribute): municipality for municipality in municipalities()}


def _get(attribute: str, value: str) -> Municipality:
    try:
        return _index(attribute)[value]
    except KeyError:
        raise UnknownMunicipalityError(
            f"No municipality of the register has {attribute} «{value}»; `greekmunicipal"
            " municipality TEXT` finds one by name or code."
        ) from None


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = _FOLDER.joinpath(name).read_text(encoding="utf-8")
    yield from csv.DictReader(io.StringIO(text, newline=""))


def _municipality(row: dict[str, str]) -> Municipality:
    return Municipality(
        slug=row["slug"],
        name_el=row["name_el"],
        common_name_el=row["common_name_el"],
        name_en=row["name_en"],
        diavgeia_uid=row["diavgeia_uid"],
        diavgeia_label=row["diavgeia_label"],
        afm=row["afm"],
        elstat_code=row["elstat_code"],
        elstat_edition=row["elstat_edition"],
        elstat_code_2019=row["elstat_code_2019"],
        ypes_code=row["ypes_code"],
        regional_unit_el=row["regional_unit_el"],
        region_el=row["region_el"],
        region_en=row["region_en"],
        region_iso=row["region_iso"],
        nuts3=row["nuts3"],
        website=row["website"],
        bbox=_box(row["bbox"]),
        centroid=_point(row["centroid"]),
        bbox_predecessor=_box(row["bbox_predecessor"]),
        area_km2=float(row["area_km2"]) if row["area_km2"] else None,
        population_2011=int(row["population_2011"]),
        population_2021=int(row["population_2021"]),
        established=int(row["established"]),
        predecessors=_list(row["predecessors"]),
        geonames_id=row["geonames_id"],
        aliases=_list(row["aliases"]),
    )


def _list(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split(";") if part)


def _box(cell: str) -> tuple[float, float, float, float] | None:
    if not cell:
        return None
    west, south, east, north = (float(number) for number in cell.split())
    return west, south, east, north


def _point(cell: str) -> tuple[float, float] | None:
    if not cell:
        return None
    longitude, latitude = (float(number) for number in cell.split())
    return longitude, latitude
