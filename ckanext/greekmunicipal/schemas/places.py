"""Areas that a dataset can cover: municipalities, NUTS areas, towns and countries.

Each has the URI under which others know it: GeoNames for a municipality, the EU
tables for the rest. A municipality that GeoNames does not have is chosen by its slug.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ckanext.greekmunicipal import municipalities
from ckanext.greekmunicipal.schemas import choices
from ckanext.greekmunicipal.schemas.choices import Choice, Choices

GEONAMES = "https://sws.geonames.org"
NUTS = "http://data.europa.eu/nuts/code"


@dataclass(frozen=True)
class Kind:
    """One kind of area, as a form groups them.

    Attributes:
        label_el: Greek label of the kind.
        label_en: English label.
        areas: the areas of the kind.
    """

    label_el: str
    label_en: str
    areas: tuple[Choice, ...]

    def label(self, language: str) -> str:
        """The label for a reader of ``language``."""
        return self.label_en if language.startswith("en") else self.label_el


@lru_cache(maxsize=1)
def kinds() -> tuple[Kind, ...]:
    """All areas, the most local first."""
    return (
        Kind("Δήμοι", "Municipalities", tuple(_municipalities())),
        Kind("Περιφέρειες (NUTS)", "Regions (NUTS)", choices.vocabulary("nuts").all),
        Kind("Πόλεις", "Towns", choices.vocabulary("place").all),
        Kind("Χώρες", "Countries", choices.vocabulary("country").all),
    )


@lru_cache(maxsize=1)
def areas() -> Choices:
    """The areas of all kinds, found by URI, or a municipality by its slug."""
    return Choices(area for kind in kinds() for area in kind.areas)


def complete(place: Mapping[str, Any]) -> dict[str, Any]:
    """What is known of an area that is named by its URI.

    Args:
        place: entry of ``spatial_coverage``; only what it lacks is given.

    Returns:
        Fields to set: ``uri`` (empty for a municipality that GeoNames does not have),
        ``text`` and, of a municipality, ``bbox`` (GeoJSON).
    """
    uri = place.get("uri")
    area = areas().find(uri) if isinstance(uri, str) and uri else None
    if area is None:
        return {}
    known: dict[str, Any] = {"text": area.label_el}
    if not (place.get("bbox") or place.get("geom") or place.get("centroid")):
        known |= _bounds(area)
    known = {field: value for field, value in known.items() if not place.get(field)}
    return known | {"uri": area.value if "://" in area.value else ""}


def geonames_uri(geonames_id: str) -> str:
    """URI of a GeoNames place."""
    return f"{GEONAMES}/{geonames_id}/"


def bbox_geojson(text: str) -> str:
    """GeoJSON polygon (WGS 84) of a bounding box written ``west,south,east,north``."""
    west, south, east, north = (float(part) for part in text.split(","))
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


def _municipalities() -> list[Choice]:
    return [
        Choice(
            geonames_uri(m.geonames_id) if m.geonames_id else m.slug, m.slug, m.name_el, m.name_en
        )
        for m in municipalities.municipalities()
    ]


def _bounds(area: Choice) -> dict[str, str]:
    try:
        bbox = municipalities.by_slug(area.code).bbox
    except KeyError:
        return {}  # no municipality
    return {"bbox": bbox_geojson(",".join(map(str, bbox)))} if bbox else {}
