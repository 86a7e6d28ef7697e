"""Our check and our scores on the portal's own catalogue, which has datasets of every kind."""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import Any

import pytest
from rdflib import DCAT, RDF, Graph, URIRef

from ckanext.greekmunicipal.quality import compliance, scoring

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "quality"))
from shacl_judge import official, ours, spoil

pytestmark = [pytest.mark.ckan]


def test_the_catalogue_valid_or_spoiled_is_judged_as_the_official_shapes_judge_it(
    app: Any, dcat_world: dict[str, Any], shared_data: Path
) -> None:
    shapes = Graph().parse(shared_data / "shacl" / "dcat-ap-3.0.1" / "shapes.ttl")
    text = app.get("/catalog.ttl").get_data(as_text=True)
    whole = Graph().parse(data=text, format="turtle")
    assert ours(whole) == official(whole, shapes) == set()
    for seed in range(4):
        spoiled = Graph()
        spoiled += whole
        spoil(spoiled, random.Random(seed), len(whole) // 10)
        found = ours(spoiled)
        assert found == official(spoiled, shapes)
        assert len(found) > 20


def test_harvested_datasets_miss_only_the_answers_of_their_links(
    app: Any, dcat_world: dict[str, Any]
) -> None:
    text = app.get("/catalog.ttl").get_data(as_text=True)
    graph = Graph().parse(data=text, format="turtle")
    scores = {
        str(dataset): scoring.score(graph, dataset)
        for dataset in graph.subjects(RDF.type, DCAT.Dataset)
        if isinstance(dataset, URIRef)
    }
    assert len(scores) > len(dcat_world["harvested"])
    for dataset in dcat_world["harvested"]:
        [found] = [score for iri, score in scores.items() if iri.endswith(dataset["id"])]
        assert (found.points, found.up_to, found.next_steps) == (325, 405, ())
    # What describes another dataset is nobody else's fault.
    broken = Graph()
    broken += graph
    first, second = sorted(scores)[:2]
    broken.remove((URIRef(first), URIRef("http://purl.org/dc/terms/title"), None))
    assert compliance.dataset_violations(broken, URIRef(first))
    assert compliance.dataset_violations(broken, URIRef(second)) == []
