"""Metrics of the Metadata Quality Assessment (MQA) of data.europa.eu, as data in ``metrics.csv``.

Ids, dimensions and points are those of data.europa.eu's quality vocabulary (piveau): 405 points in
five dimensions. Labels and next steps are ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from rdflib import URIRef

from ckanext.greekmunicipal.quality.tables import iri, rows

# Namespace of the metrics and dimensions in RDF.
METRICS_NAMESPACE = "https://piveau.eu/ns/voc#"

DATASET = "dataset"
DISTRIBUTION = "distribution"
EITHER = "either"


@dataclass(frozen=True)
class Metric:
    """One metric.

    Attributes:
        id: its name at data.europa.eu.
        dimension: id of its dimension.
        level: ``dataset``, ``distribution``, or ``either`` where one of the two is enough.
        properties: what of the level is looked at; none for compliance.
        points: what it gives when it is met.
        absent: what it takes or gives when it is not met by a distribution.
        form: ``dataset`` or ``resource``: the form in which it is mended.
        field: the field of that form; empty where no single one mends it.
        input: id of its first input there, without ``field-``.
        label_el: Greek name.
        label_en: English name.
        step_el: what to do next, in Greek.
        step_en: what to do next, in English.
    """

    id: str
    dimension: str
    level: str
    properties: tuple[URIRef, ...]
    points: int
    absent: int
    form: str
    field: str
    input: str
    label_el: str
    label_en: str
    step_el: str
    step_en: str


@dataclass(frozen=True)
class Dimension:
    """One dimension of quality with all that its metrics give together."""

    id: str
    label_el: str
    label_en: str
    points: int


@dataclass(frozen=True)
class Band:
    """A verdict: from how many points on (None: from any), and its names."""

    id: str
    at_least: int | None
    label_el: str
    label_en: str


@cache
def metrics() -> tuple[Metric, ...]:
    """All metrics, dimension by dimension."""
    return tuple(_metric(dict(row)) for row in rows("metrics.csv"))


def _metric(row: dict[str, str]) -> Metric:
    properties = tuple(map(iri, row.pop("property").split()))
    points, absent = int(row.pop("points")), int(row.pop("absent"))
    return Metric(properties=properties, points=points, absent=absent, **row)


@cache
def dimensions() -> tuple[Dimension, ...]:
    """The five dimensions, in the order in which data.europa.eu shows them."""
    return tuple(
        Dimension(
            **row, points=sum(each.points for each in metrics() if each.dimension == row["id"])
        )
        for row in rows("dimensions.csv")
    )


@cache
def maximum() -> int:
    """Points that a dataset can have: 405."""
    return sum(metric.points for metric in metrics())


@cache
def bands() -> tuple[Band, ...]:
    """The verdicts, best first."""
    return tuple(
        Band(row["id"], int(row["from"]) if row["from"] else None, row["label_el"], row["label_en"])
        for row in rows("bands.csv")
    )


def band(points: float) -> Band:
    """Verdict on a number of points: Excellent from 351, Good from 221, Sufficient from 121."""
    return next(each for each in bands() if each.at_least is None or points >= each.at_least)
