"""What the official shapes find in a graph, what our check finds, and ways to spoil a graph."""

from __future__ import annotations

import random

from pyshacl import validate
from rdflib import RDF, SH, XSD, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from ckanext.greekmunicipal.quality import compliance

Finding = tuple[Node, Node, str, "Node | None"]


def official(graph: Graph, shapes: Graph) -> set[Finding]:
    """Violations that pyshacl finds: node, property, rule, value."""
    _, report, _ = validate(graph, shacl_graph=shapes)
    assert isinstance(report, Graph)
    # Findings inside a finding (sh:detail) belong to the outer one.
    [whole] = report.subjects(RDF.type, SH.ValidationReport)
    found = set()
    for result in report.objects(whole, SH.result):
        if report.value(result, SH.resultSeverity) != SH.Violation:
            continue
        component = str(report.value(result, SH.sourceConstraintComponent))
        rule = component.removeprefix(str(SH)).removesuffix("ConstraintComponent")
        found.add(
            (
                report.value(result, SH.focusNode),
                report.value(result, SH.resultPath),
                rule,
                report.value(result, SH.value),
            )
        )
    return found


def ours(graph: Graph) -> set[Finding]:
    """The same, as our check finds them."""
    return {
        (each.node, each.property, each.rule, each.value) for each in compliance.violations(graph)
    }


def spoil(graph: Graph, chance: random.Random, times: int) -> None:
    """Let values of a graph lose their place, their kind or their datatype, or double."""
    for subject, predicate, value in chance.sample(sorted(graph), k=times):
        wrong = chance.choice(
            [
                None,
                Literal("x"),
                Literal("2025", datatype=XSD.date),
                BNode(),
                URIRef("https://data.example.gr/thing"),
            ]
        )
        graph.remove((subject, predicate, value))
        if wrong is not None:
            graph.add((subject, predicate, wrong))
        if chance.random() < 0.4:
            graph.add((subject, predicate, value))
            graph.add((subject, predicate, Literal(chance.random())))
