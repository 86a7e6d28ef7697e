"""Points of a dataset in the MQA of data.europa.eu, from its RDF, without network.

A dataset has the points of its best distribution and its own. The date of issue and that of change
count once, whether the dataset or that distribution has them. A link that was not yet asked
counts neither as answering nor as broken: its metric is unknown and gives no points so far.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from rdflib import DCAT, DCTERMS, RDF, Graph, Literal
from rdflib.term import Node

from ckanext.greekmunicipal.quality import compliance, formats, metrics
from ckanext.greekmunicipal.quality.compliance import Violation
from ckanext.greekmunicipal.quality.metrics import Metric

# The last answer of an address: True it answered with 200 to 299, False it did not, None it was
# not asked.
Answers = Callable[[str], "bool | None"]


@dataclass(frozen=True)
class Measure:
    """One metric of one dataset.

    Attributes:
        metric: what is measured.
        value: whether it is met; None for a link that was not asked yet.
        points: what it gives.
    """

    metric: Metric
    value: bool | None
    points: int


@dataclass(frozen=True)
class Score:
    """Quality of one dataset.

    Attributes:
        dataset: its IRI, or the label of its blank node.
        titles: its titles by language; the key is empty for a title without one.
        distribution: IRI of the best distribution, None without any.
        measures: all metrics in order.
        violations: what breaks DCAT-AP.
        links: addresses of all distributions, access and download.
    """

    dataset: str
    titles: dict[str, str]
    distribution: str | None
    measures: tuple[Measure, ...]
    violations: tuple[Violation, ...]
    links: tuple[str, ...]

    @property
    def points(self) -> int:
        """Points so far, of :func:`metrics.maximum`."""
        return _total(self.measures)

    @property
    def up_to(self) -> int:
        """Points if every link that was not asked yet answers."""
        return self.points + sum(each.metric.points for each in self.unknown)

    @property
    def unknown(self) -> tuple[Measure, ...]:
        """Metrics of links that were not asked yet."""
        return tuple(each for each in self.measures if each.value is None)

    @property
    def next_steps(self) -> tuple[Measure, ...]:
        """Metrics that are not met, those that give most first."""
        missing = [each for each in self.measures if each.value is False]
        return tuple(sorted(missing, key=lambda each: each.points - each.metric.points))


def score_all(graph: Graph, answers: Answers = lambda _: None) -> list[Score]:
    """Score of each dataset of a graph, in the order of their IRIs."""
    catalogues = set(graph.subjects(RDF.type, DCAT.Catalog))
    datasets = set(graph.subjects(RDF.type, DCAT.Dataset)) - catalogues
    return [score(graph, dataset, answers) for dataset in sorted(datasets, key=str)]


def score(graph: Graph, dataset: Node, answers: Answers = lambda _: None) -> Score:
    """Score of one dataset.

    Args:
        graph: RDF in which it and its distributions are described.
        dataset: its node.
        answers: what is known of the links of distributions; nothing by default.
    """
    broken = tuple(compliance.dataset_violations(graph, dataset))
    found = graph.objects(dataset, DCAT.distribution)
    distributions = sorted((each for each in found if not isinstance(each, Literal)), key=str)
    judged = [(each, _measures_of(graph, each, answers)) for each in distributions]
    best, measured = max(
        judged,
        key=lambda pair: (_total(pair[1].values()), _open(pair[1].values())),
        default=(None, {}),
    )
    measures = []
    for metric in metrics.metrics():
        if metric.id == "dcatApCompliance":
            measures.append(_measure(metric, value=not broken))
        elif metric.level == metrics.DATASET:
            measures.append(_measure(metric, value=_is_met(graph, dataset, metric)))
        elif metric.level == metrics.EITHER and _is_met(graph, dataset, metric):
            measures.append(_measure(metric, value=True))
        else:
            # Without a distribution nothing is taken off either.
            measures.append(measured.get(metric.id) or Measure(metric, value=False, points=0))
    return Score(
        dataset=str(dataset),
        titles=_titles(graph, dataset),
        distribution=str(best) if best is not None else None,
        measures=tuple(measures),
        violations=broken,
        links=tuple(dict.fromkeys(link for each in distributions for link in links(graph, each))),
    )


def links(graph: Graph, distribution: Node) -> list[str]:
    """Addresses of a distribution: access, then download."""
    return [
        str(value)
        for predicate in (DCAT.accessURL, DCAT.downloadURL)
        for value in sorted(graph.objects(distribution, predicate), key=str)
    ]


def _measures_of(graph: Graph, distribution: Node, answers: Answers) -> dict[str, Measure]:
    found = {}
    for metric in metrics.metrics():
        if metric.level == metrics.DATASET:
            continue
        if metric.id.endswith("StatusCode"):
            value = _answers(graph.objects(distribution, metric.properties[0]), answers)
        else:
            value = _is_met(graph, distribution, metric)
        found[metric.id] = _measure(metric, value=value)
    return found


def _answers(values: Iterable[Node], answers: Answers) -> bool | None:
    """Whether one of several addresses answers; unknown while one was not asked."""
    known = [answers(str(value)) for value in values]
    if True in known:
        return True
    return None if None in known else False


def _is_met(graph: Graph, node: Node, metric: Metric) -> bool:
    values = [list(graph.objects(node, each)) for each in metric.properties]
    judge = _JUDGES.get(metric.id)
    if judge is not None:
        return judge(*values)
    return any(_says_something(value) for value in values[0])


def _says_something(value: Node) -> bool:
    return not isinstance(value, Literal) or bool(str(value).strip())


# Metrics that ask more than that a property is there, by the values of their properties.
_JUDGES: dict[str, Callable[..., bool]] = {
    "formatMediaTypeVocabularyAlignment": lambda formats_, media: bool(
        formats_
        and media
        and all(map(formats.is_file_type, formats_))
        and all(map(formats.is_media_type, media))
    ),
    "formatMediaTypeNonProprietary": lambda formats_, media: any(
        map(formats.is_non_proprietary, (*formats_, *media))
    ),
    "formatMediaTypeMachineInterpretable": lambda formats_, media: any(
        map(formats.is_machine_readable, (*formats_, *media))
    ),
    "knownLicence": lambda licences: any(map(formats.is_known_licence, licences)),
    "accessRightsVocabularyAlignment": lambda rights: any(map(formats.is_access_right, rights)),
}


def _measure(metric: Metric, *, value: bool | None) -> Measure:
    points = {True: metric.points, False: metric.absent, None: 0}[value]
    return Measure(metric, value, points)


def _total(measures: Iterable[Measure]) -> int:
    return sum(each.points for each in measures)


def _open(measures: Iterable[Measure]) -> int:
    return sum(each.metric.points for each in measures if each.value is None)


def _titles(graph: Graph, dataset: Node) -> dict[str, str]:
    return {
        (title.language or ""): str(title)
        for title in sorted(graph.objects(dataset, DCTERMS.title), key=str)
        if isinstance(title, Literal)
    }


def as_dict(found: Score) -> dict[str, Any]:
    """A score as plain data, as the console and the API give it.

    ``points`` of a metric is null while its link was not asked.
    """
    return {
        "dataset": found.dataset,
        "title": found.titles,
        "points": found.points,
        "up_to": found.up_to,
        "of": metrics.maximum(),
        "percent": round(100 * found.points / metrics.maximum(), 1),
        "band": metrics.band(found.points).id,
        "distribution": found.distribution,
        "dimensions": {each.id: _dimension(found, each) for each in metrics.dimensions()},
        "violations": [
            {
                "node": str(each.node),
                "property": str(each.property),
                "rule": each.rule,
                "value": None if each.value is None else str(each.value),
                "message_el": each.message("el"),
                "message_en": each.message("en"),
            }
            for each in found.violations
        ],
        "next_steps": [
            {
                "metric": each.metric.id,
                "points": each.metric.points - each.points,
                "form": each.metric.form,
                "field": each.metric.field or None,
                "step_el": each.metric.step_el,
                "step_en": each.metric.step_en,
            }
            for each in found.next_steps
        ],
        "not_checked": [each.metric.id for each in found.unknown],
        "links": list(found.links),
    }


def _dimension(found: Score, dimension: metrics.Dimension) -> dict[str, Any]:
    measures = [each for each in found.measures if each.metric.dimension == dimension.id]
    return {
        "points": _total(measures),
        "up_to": _total(measures) + _open(measures),
        "of": dimension.points,
        "metrics": {
            each.metric.id: {
                "points": None if each.value is None else each.points,
                "of": each.metric.points,
                "value": each.value,
            }
            for each in measures
        },
    }
