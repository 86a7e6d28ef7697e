"""Areas and periods that a dataset covers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from geomet import wkt
from rdflib import Literal, URIRef

from ckanext.greekmunicipal import municipalities
from ckanext.greekmunicipal.dcat import agents, concepts, nodes, terms
from ckanext.greekmunicipal.dcat.terms import Triple
from ckanext.greekmunicipal.schemas.places import bbox_geojson

NUTS = "http://data.europa.eu/nuts/code/"
GREECE = "http://publications.europa.eu/resource/authority/country/GRC"
GEOMETRIES = (
    ("geom", terms.GEOMETRY),
    ("bbox", terms.BBOX),
    ("centroid", terms.CENTROID),
)
# Types whose coordinates are written as nested lists of positions.
_PLAIN = {
    "Point",
    "MultiPoint",
    "LineString",
    "MultiLineString",
    "Polygon",
    "MultiPolygon",
}


def spatial(dataset: URIRef, coverage: Any) -> Iterator[Triple]:
    """Areas of a dataset.

    A NUTS area beside a place is said of the place: DCAT-AP wants places of GeoNames or of the
    EU authority tables as spatial coverage, and NUTS areas are neither.
    """
    entries = agents.filled(coverage)
    areas = [entry for entry in entries if _is_nuts(entry)]
    proper = [entry for entry in entries if not _is_nuts(entry) and entry.get("uri")]
    for entry in entries:
        iri = _iri(entry)
        if entry in areas and proper:
            yield _iri(proper[0]), terms.IS_PART_OF, iri
        else:
            yield dataset, terms.SPATIAL, iri
        yield from place(iri, entry)


def temporal(dataset: URIRef, coverage: Any) -> Iterator[Triple]:
    """Periods of a dataset; one end may be open."""
    for entry in agents.filled(coverage):
        iri = nodes.unnamed("period", entry)
        yield dataset, terms.TEMPORAL, iri
        yield iri, terms.A, terms.PERIOD
        if entry.get("start"):
            yield iri, terms.START_DATE, nodes.date(str(entry["start"]))
        if entry.get("end"):
            yield iri, terms.END_DATE, nodes.date(str(entry["end"]))


def centre(bbox: str) -> str | None:
    """Centroid (GeoJSON) of a bounding box (GeoJSON polygon); None of anything else."""
    found = bounds(bbox)
    if found is None:
        return None
    west, south, east, north = found
    point = [round((west + east) / 2, 6), round((south + north) / 2, 6)]
    return json.dumps({"type": "Point", "coordinates": point})


def bounds(geojson: str | None) -> tuple[float, float, float, float] | None:
    """West, south, east and north of a GeoJSON polygon without holes, or of a point."""
    try:
        geometry = json.loads(geojson or "")
        coordinates = geometry["coordinates"]
        positions = [coordinates] if geometry["type"] == "Point" else coordinates[0]
        longitudes = [float(position[0]) for position in positions]
        latitudes = [float(position[1]) for position in positions]
    except (ValueError, KeyError, IndexError, TypeError):
        return None
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


def place(iri: URIRef, entry: Mapping[str, Any]) -> Iterator[Triple]:
    """Describe a place; bounds and centre of an area of Greece are worked out when not given."""
    yield iri, terms.A, terms.LOCATION
    known = concepts.described(str(iri), *concepts.PLACES)
    yield from known
    label = entry.get("text")
    if label and not known:
        yield iri, terms.PREF_LABEL, nodes.text(label)
    geometries: dict[str, Any] = dict(entry)
    if not any(entry.get(field) for field, _ in GEOMETRIES):
        geometries["bbox"] = extent(str(iri))
    if (bbox := geometries.get("bbox")) and not entry.get("centroid"):
        geometries["centroid"] = centre(bbox)
    for field, predicate in GEOMETRIES:
        literal = _wkt(geometries[field]) if geometries.get(field) else None
        if literal is not None:
            yield iri, predicate, literal


def _iri(entry: Mapping[str, Any]) -> URIRef:
    uri = entry.get("uri") or ""
    return nodes.iri(uri) if nodes.is_absolute(uri) else nodes.unnamed("place", entry)


def _is_nuts(entry: Mapping[str, Any]) -> bool:
    return str(entry.get("uri") or "").startswith(NUTS)


@lru_cache(maxsize=4096)
def _wkt(geojson: str) -> Literal | None:
    """A GeoJSON geometry as the WKT literal of GeoSPARQL (longitude, latitude; WGS 84)."""
    try:
        geometry = json.loads(geojson)
        if geometry["type"] in _PLAIN:
            written = f"{geometry['type'].upper()} {_coordinates(geometry)}"
        else:
            written = wkt.dumps(geometry, decimals=7)
    except (ValueError, KeyError, TypeError, IndexError):
        return None
    return Literal(written, datatype=terms.WKT, normalize=False)


def _coordinates(geometry: Mapping[str, Any]) -> str:
    """Coordinates with all their digits, which a fixed number of decimals would cut."""
    coordinates = geometry["coordinates"]
    if geometry["type"] == "Point":
        return f"({_position(coordinates)})"
    return _nested(coordinates)


def _nested(value: Any) -> str:
    parts = [
        _position(part) if isinstance(part[0], (int, float)) else _nested(part) for part in value
    ]
    return f"({', '.join(parts)})"


def _position(position: Any) -> str:
    return " ".join(repr(number) for number in position)


@lru_cache(maxsize=256)
def extent(uri: str) -> str | None:
    """Bounding box (GeoJSON) of a NUTS area of Greece, or of Greece itself.

    It spans the municipalities of the register in it; one that was made by a split of 2019 and
    has no bounds yet counts with those of the municipality before it.
    """
    code = "EL" if uri == GREECE else uri.removeprefix(NUTS)
    boxes = [
        box
        for municipality in municipalities.municipalities()
        if municipality.nuts3.startswith(code)
        and (box := municipality.bbox or municipality.bbox_predecessor)
    ]
    if not boxes or code == uri:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    return bbox_geojson(f"{min(west)},{min(south)},{max(east)},{max(north)}")
