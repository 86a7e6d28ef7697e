"""Our check of DCAT-AP against the official shapes, run by an independent SHACL processor."""

from __future__ import annotations

import random
from pathlib import Path

import dcat_samples as samples
import pytest
from rdflib import DCAT, DCTERMS, RDF, RDFS, SH, Graph, URIRef
from shacl_judge import official, ours, spoil

from ckanext.greekmunicipal.quality import compliance
from ckanext.greekmunicipal.quality.tables import iri


@pytest.fixture(scope="module")
def shapes(shared_data: Path) -> Graph:
    return Graph().parse(shared_data / "shacl" / "dcat-ap-3.0.1" / "shapes.ttl")


def test_the_table_has_each_constraint_of_the_official_shapes(shapes: Graph) -> None:
    expected = set()
    for shape, name in shapes.subject_objects(SH.targetClass):
        for rule in shapes.objects(shape, SH.property):
            path = shapes.value(rule, SH.path)
            if not isinstance(path, URIRef):
                # The only inverse path warns: a series without members.
                assert shapes.value(rule, SH.severity) == SH.Warning
                continue
            node = str(shapes.value(rule, SH.node) or "")
            form = "date" if "Date" in node else "resource" if "Resource" in node else ""
            asked = compliance.Constraint(
                property=path,
                at_least=int(shapes.value(rule, SH.minCount) or 0),
                at_most=int(most) if (most := shapes.value(rule, SH.maxCount)) else None,
                kind=str(shapes.value(rule, SH.nodeKind) or "").rpartition("#")[2],
                datatype=shapes.value(rule, SH.datatype),
                form=form,
            )
            if (asked.at_least, asked.at_most, asked.kind, asked.datatype, form) != (
                *(0, None, "", None),
                "",
            ):
                expected.add((name, asked))
    assert expected == {
        (name, asked) for name, all_asked in compliance.constraints().items() for asked in all_asked
    }


def test_a_valid_catalogue_has_no_violation(shapes: Graph) -> None:
    graph = samples.graph_of(samples.CATALOGUE)
    assert {
        kind for kind in compliance.constraints() if (None, RDF.type, kind) not in graph
    } == set()
    assert ours(graph) == official(graph, shapes) == set()


def test_each_constraint_is_broken_in_each_way_as_the_official_shapes_say(shapes: Graph) -> None:
    base = samples.graph_of(samples.CATALOGUE)
    graph = samples.graph_of(samples.CATALOGUE)
    done = list(samples.mutations(base, graph))
    assert len(done) > 300
    found = ours(graph)
    assert found == official(graph, shapes)
    for mutation in done:
        broken = {each[2] for each in found if each[:2] == (mutation.focus, mutation.property)}
        assert broken, mutation
    # No other property of a spoiled node is blamed.
    assert {each[:2] for each in found} == {(each.focus, each.property) for each in done}


def test_what_only_looks_wrong_is_no_violation(shapes: Graph) -> None:
    base = samples.graph_of(samples.CATALOGUE)
    graph = samples.graph_of(samples.CATALOGUE)
    for kind, asked in compliance.constraints().items():
        for constraint in asked:
            for _, values in samples.harmless(constraint):
                focus = samples.copy_of(base, kind, graph)
                graph.remove((focus, constraint.property, None))
                for value in values:
                    graph.add((focus, constraint.property, value))
    assert len(graph) > 200
    assert ours(graph) == official(graph, shapes) == set()


@pytest.mark.parametrize("seed", range(12))
def test_several_faults_at_once_are_found_as_the_official_shapes_find_them(
    shapes: Graph, seed: int
) -> None:
    graph = samples.graph_of(samples.CATALOGUE)
    spoil(graph, random.Random(seed), 25)
    found = ours(graph)
    assert found == official(graph, shapes)
    assert found


def test_a_subclass_that_the_graph_declares_is_judged_as_its_class(shapes: Graph) -> None:
    graph = samples.graph_of(samples.FULL)
    special, example = URIRef(samples.EX + "Special"), URIRef(samples.EX + "dataset")
    graph.add((special, RDFS.subClassOf, URIRef(samples.EX + "Between")))
    graph.add((URIRef(samples.EX + "Between"), RDFS.subClassOf, DCAT.Dataset))
    graph.set((example, RDF.type, special))
    graph.remove((example, DCTERMS.title, None))
    assert ours(graph) == official(graph, shapes) == {(example, DCTERMS.title, "MinCount", None)}


def test_a_dataset_answers_for_what_describes_it_and_not_for_another() -> None:
    graph = samples.graph_of(samples.CATALOGUE)
    dataset, other = URIRef(samples.EX + "dataset"), URIRef(samples.EX + "other")
    graph.add((dataset, DCTERMS.relation, other))
    graph.add((other, RDF.type, DCAT.Dataset))
    graph.remove((URIRef(samples.EX + "catalogue"), DCTERMS.publisher, None))
    assert compliance.violations(graph)
    assert compliance.dataset_violations(graph, dataset) == []
    # Its publisher describes it, though it stands elsewhere in the graph.
    graph.remove((URIRef(samples.EX + "agent"), iri("foaf:name"), None))
    [found] = compliance.dataset_violations(graph, dataset)
    assert (found.rule, found.property) == ("MinCount", iri("foaf:name"))
    assert "foaf:name" in found.message("el")
    assert found.message("el") != found.message("en")
