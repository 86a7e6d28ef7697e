"""A second witness: the points that data.gov.gr recorded of its own packages.

It says the mean of a package's data files, where data.europa.eu and this scorer take the best one,
and it does not count the archive of all files that it makes itself. Each file scored alone by this
scorer gives the recorded mean in all five dimensions, if the addresses of files that were uploaded
there are taken for not answering: they lead to the page of the package.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from rdflib import DCAT, DCTERMS, FOAF, RDF, RDFS, XSD, BNode, Graph, Literal, URIRef

from ckanext.greekmunicipal.quality import metrics, scoring

EU = "http://publications.europa.eu/resource/authority"
DATASET = URIRef("https://data.example.gr/dataset")
PACKAGES = (
    "piraeus-enviromental-measurements",
    "piraeus-smart-parking",
    "piraeus-financial-overview",
)


@pytest.fixture(scope="module")
def packages(shared_data: Path) -> dict[str, dict[str, Any]]:
    answer = json.loads((shared_data / "catalogs" / "data_gov_gr_package_search.json").read_bytes())
    return {package["name"]: package for package in answer["result"]["results"]}


def graph_of(package: dict[str, Any], resources: list[dict[str, Any]]) -> Graph:
    """What the package says, as DCAT-AP, with some of its files."""
    graph = Graph()
    graph.add((DATASET, RDF.type, DCAT.Dataset))
    for language, title in package["title_translated"].items():
        graph.add((DATASET, DCTERMS.title, Literal(title, lang=language)))
        graph.add((DATASET, DCTERMS.description, Literal(title, lang=language)))
    for theme in package["theme"]:
        graph.add((DATASET, DCAT.theme, URIRef(theme)))
    graph.add((DATASET, DCTERMS.accessRights, URIRef(package["access_rights"])))
    publisher = BNode()
    graph.add((DATASET, DCTERMS.publisher, publisher))
    graph.add((publisher, RDF.type, FOAF.Agent))
    graph.add((publisher, FOAF.name, Literal(package["organization"]["title"])))
    for resource in resources:
        add_file(graph, resource)
    return graph


def add_file(graph: Graph, resource: dict[str, Any]) -> None:
    file = URIRef(f"{DATASET}/{resource['id']}")
    graph.add((DATASET, DCAT.distribution, file))
    graph.add((file, RDF.type, DCAT.Distribution))
    addresses = {
        DCAT.accessURL: resource["access_url"],
        DCAT.downloadURL: resource["download_url"],
        DCTERMS["format"]: f"{EU}/file-type/{resource['format']}",
        DCAT.mediaType: resource.get("mimetype"),
        DCTERMS.license: resource.get("license"),
    }
    for predicate, value in addresses.items():
        if value:
            graph.add((file, predicate, URIRef(value)))
    if resource.get("rights"):
        rights = BNode()
        graph.add((file, DCTERMS.rights, rights))
        graph.add((rights, RDF.type, DCTERMS.RightsStatement))
        graph.add((rights, RDFS.label, Literal(resource["rights"])))
    if resource.get("size"):
        size = Literal(str(resource["size"]), datatype=XSD.nonNegativeInteger)
        graph.add((file, DCAT.byteSize, size))
    for predicate, key in ((DCTERMS.issued, "created"), (DCTERMS.modified, "metadata_modified")):
        graph.add((file, predicate, Literal(resource[key], datatype=XSD.dateTime)))


def answers(url: str) -> bool:
    return url.startswith("https://city.piraeus.gov.gr/")


def dimensions(graph: Graph) -> dict[str, float]:
    told = scoring.as_dict(scoring.score(graph, DATASET, answers))
    assert told["violations"] == []
    return {each.id: told["dimensions"][each.id]["points"] for each in metrics.dimensions()}


def recorded(package: dict[str, Any]) -> tuple[dict[str, float], float]:
    """Points by dimension, and the percentage of the whole."""
    qa = package["resources"][0]["qa"]
    by_dimension = {each.id: float(qa[f"mqa_{each.id}_score"]) for each in metrics.dimensions()}
    return by_dimension, float(qa["mqa_score"])


@pytest.mark.parametrize("name", PACKAGES)
def test_the_mean_of_the_files_is_what_data_gov_gr_recorded(
    packages: dict[str, dict[str, Any]], name: str
) -> None:
    package = packages[name]
    files = [each for each in package["resources"] if each["access_url"] != "dummy-value"]
    alone = [dimensions(graph_of(package, [each])) for each in files]
    mean = {key: sum(each[key] for each in alone) / len(alone) for key in alone[0]}
    expected, percent = recorded(package)
    assert mean == expected
    assert round(100 * sum(mean.values()) / metrics.maximum(), 1) == percent


def test_the_recorded_sum_is_275_of_405(packages: dict[str, dict[str, Any]]) -> None:
    expected, percent = recorded(packages["piraeus-smart-parking"])
    assert list(expected.values()) == [30, 60, 110, 55, 20]
    assert (sum(expected.values()), percent) == (275, 67.9)


@pytest.mark.parametrize("name", PACKAGES)
def test_the_best_file_gives_40_points_more_than_the_mean(
    packages: dict[str, dict[str, Any]], name: str
) -> None:
    package = packages[name]
    found = scoring.score(graph_of(package, package["resources"]), DATASET, answers)
    # 40 for the addresses of the uploaded files, and what their missing sizes took off the mean.
    assert found.points == 315
    assert {each.metric.id for each in found.next_steps} == {
        "keywordAvailability",
        "spatialAvailability",
        "temporalAvailability",
        "contactPointAvailability",
    }
