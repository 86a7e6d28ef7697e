"""The quality of datasets in the feed, as DQV: from the scores that are kept.

A page does not wait for scores: those that are missing are measured by the background
job, by whoever asks for one dataset, or by ``ckan greekmunicipal quality``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ckanext.greekmunicipal import config as our_config
from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.dcat.feed import settings, triples
from ckanext.greekmunicipal.dcat.feed.triples import Triple
from ckanext.greekmunicipal.quality.metrics import METRICS_NAMESPACE
from ckanext.greekmunicipal.scores import states

_DQV = "http://www.w3.org/ns/dqv#"
_INTEGER = "http://www.w3.org/2001/XMLSchema#integer"
_HAS, _OF, _ON, _VALUE, _KIND = (
    triples.iri(_DQV + name)
    for name in (
        *("hasQualityMeasurement", "isMeasurementOf", "computedOn", "value"),
        "QualityMeasurement",
    )
)


def of_datasets(ids: Sequence[str], *, measure: bool = False) -> dict[str, list[Triple]]:
    """Quality of datasets by id; those whose score is not known are not among them.

    Args:
        ids: of public datasets.
        measure: find out what is not known.
    """
    if not our_config.tells_quality() or not ids:
        return {}
    known = _measured(ids) if measure else _kept(ids)
    return {package_id: sorted(_triples(score)) for package_id, score in known.items()}


def state() -> str:
    """A text that changes whenever a score is kept anew."""
    if not our_config.tells_quality():
        return ""
    with datastore.transaction() as cursor:
        cursor.execute("SELECT count(*), max(scored_at) FROM greekmunicipal.quality")
        return str(cursor.fetchone())


def _measured(ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    # It knows this package, to have datasets described anew.
    from ckanext.greekmunicipal.scores import measuring

    return measuring.of_states(states.of_datasets(ids))


def _kept(ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    mapping = settings.mapping()
    current = {each.id: f"{each.digest}/{mapping}" for each in states.of_datasets(ids)}
    with datastore.transaction() as cursor:
        cursor.execute(
            "SELECT package_id, state, jsonb_build_object('dataset', score->'dataset',"
            " 'dimensions', score->'dimensions', 'points', score->'points',"
            " 'not_checked', score->'not_checked')::text"
            " FROM greekmunicipal.quality WHERE package_id = ANY(%s)",
            (list(ids),),
        )
        rows = cursor.fetchall()
    return {each: json.loads(score) for each, state, score in rows if state == current.get(each)}


def _triples(score: Mapping[str, Any]) -> Iterator[Triple]:
    unknown = set(score["not_checked"])
    for name, dimension in score["dimensions"].items():
        # What hangs on links that were not asked is left out rather than said too low.
        if unknown.isdisjoint(dimension["metrics"]):
            yield from _measurement(score["dataset"], f"{name}Scoring", dimension["points"])
    if not unknown:
        yield from _measurement(score["dataset"], "scoring", score["points"])


def _measurement(dataset: str, metric: str, points: int) -> Iterator[Triple]:
    subject, node = triples.iri(dataset), triples.iri(f"{dataset}#{metric}")
    yield subject, _HAS, node
    yield node, triples.RDF_TYPE, _KIND
    yield node, _OF, triples.iri(METRICS_NAMESPACE + metric)
    yield node, _ON, subject
    yield node, _VALUE, triples.literal(str(points), datatype=_INTEGER)
