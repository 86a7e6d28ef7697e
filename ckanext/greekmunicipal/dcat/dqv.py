"""Quality of a dataset in its own RDF, with W3C's Data Quality Vocabulary (DQV).

Said are the points of each dimension and their sum, under the names that data.europa.eu gives
them. What hangs on links that were not asked yet is left out rather than said too low.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from rdflib import RDF, XSD, Graph, Literal, Namespace, URIRef

from ckanext.greekmunicipal import config as our_config
from ckanext.greekmunicipal.quality import metrics, scoring
from ckanext.greekmunicipal.scores import answers

DQV = Namespace("http://www.w3.org/ns/dqv#")
PV = Namespace(metrics.METRICS_NAMESPACE)


_told_elsewhere: ContextVar[bool] = ContextVar("told_elsewhere", default=False)


@contextmanager
def told_elsewhere() -> Iterator[None]:
    """Leave the quality out: the feed adds it from the scores that are kept."""
    token = _told_elsewhere.set(True)
    try:
        yield
    finally:
        _told_elsewhere.reset(token)


def add(graph: Graph, dataset: URIRef) -> None:
    """Add the quality of a dataset to the graph that describes it, unless the option says no."""
    if _told_elsewhere.get() or not our_config.tells_quality():
        return
    score = scoring.score(graph, dataset, answers.of_dataset(graph, dataset))
    for dimension in metrics.dimensions():
        measures = [each for each in score.measures if each.metric.dimension == dimension.id]
        if all(each.value is not None for each in measures):
            points = sum(each.points for each in measures)
            _measurement(graph, dataset, f"{dimension.id}Scoring", points)
    if not score.unknown:
        _measurement(graph, dataset, "scoring", score.points)


def _measurement(graph: Graph, dataset: URIRef, metric: str, points: int) -> None:
    node = URIRef(f"{dataset}#{metric}")
    graph.add((dataset, DQV.hasQualityMeasurement, node))
    graph.add((node, RDF.type, DQV.QualityMeasurement))
    graph.add((node, DQV.isMeasurementOf, PV[metric]))
    graph.add((node, DQV.computedOn, dataset))
    graph.add((node, DQV.value, Literal(points, datatype=XSD.integer)))
