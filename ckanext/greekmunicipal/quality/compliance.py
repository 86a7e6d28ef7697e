"""Whether a graph keeps the constraints of DCAT-AP 3.0.1.

The constraints are those of the official base shapes (``shapes.ttl``: cardinality, node kind,
datatype), as data in ``constraints.csv``; without the shapes of ranges, recommendations and code
lists. The check is our own, since a SHACL processor takes some forty times as long; the tests
prove that both find the same. The one constraint of the shapes that only warns is left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from rdflib import DCAT, RDF, RDFS, XSD, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from ckanext.greekmunicipal.quality.tables import iri, rows, short

# Names of the rules, as SHACL's constraint components without their ending.
MIN, MAX, KIND, DATATYPE, FORM = "MinCount", "MaxCount", "NodeKind", "Datatype", "Node"

_KINDS: dict[str, tuple[type, ...]] = {
    "IRI": (URIRef,),
    "BlankNodeOrIRI": (URIRef, BNode),
    "Literal": (Literal,),
}
_DATES = (XSD.date, XSD.dateTime, XSD.gYear, XSD.gYearMonth)
_RESOURCES = (DCAT.Catalog, DCAT.Dataset, DCAT.DataService, iri("dcat:DatasetSeries"))
# rdflib keeps what it cannot read as a text: the value shows it.
_VALUES: dict[URIRef, type] = {
    XSD.decimal: Decimal,
    XSD.date: dt.date,
    XSD.dateTime: dt.datetime,
}
# What a dataset leads to and what is not a part of it.
_OTHERS = frozenset((*_RESOURCES[:2], _RESOURCES[3], DCAT.CatalogRecord))
_NOTHING: frozenset[Node] = frozenset()

# Values of a node by property.
Said = dict[Node, set[Node]]


@dataclass(frozen=True)
class Constraint:
    """What the shapes ask of one property of a class.

    Attributes:
        property: the property.
        at_least: least number of values.
        at_most: greatest number of values, None for any.
        kind: ``IRI``, ``BlankNodeOrIRI`` or ``Literal``; empty for any.
        datatype: datatype of each value, if one is asked.
        form: ``date`` (date, instant, year or month) or ``resource`` (catalogue, dataset, service
            or series); empty for any.
    """

    property: URIRef
    at_least: int
    at_most: int | None
    kind: str
    datatype: URIRef | None
    form: str


@dataclass(frozen=True)
class Violation:
    """One thing that breaks a constraint.

    Attributes:
        node: what is described wrongly.
        property: by which property.
        rule: ``MinCount``, ``MaxCount``, ``NodeKind``, ``Datatype`` or ``Node``.
        value: the wrong value; None where their number is wrong.
        expected: what the constraint asks: a number, kind, datatype or form.
    """

    node: Node
    property: URIRef
    rule: str
    value: Node | None
    expected: str

    def message(self, language: str) -> str:
        """What is wrong, in Greek (``el``) or English."""
        texts = next(row for row in rows("rules.csv") if row["rule"] == self.rule)
        return texts["message_el" if language == "el" else "message_en"].format(
            property=short(self.property),
            value=_shown(self.value),
            expected=self.expected,
        )


@cache
def constraints() -> dict[Node, tuple[Constraint, ...]]:
    """Constraints by class."""
    found: dict[Node, list[Constraint]] = {}
    for row in rows("constraints.csv"):
        found.setdefault(iri(row["class"]), []).append(
            Constraint(
                property=iri(row["property"]),
                at_least=int(row["at_least"] or 0),
                at_most=int(row["at_most"]) if row["at_most"] else None,
                kind=row["kind"],
                datatype=iri(row["datatype"]) if row["datatype"] else None,
                form=row["form"],
            )
        )
    return {name: tuple(asked) for name, asked in found.items()}


def violations(graph: Graph) -> list[Violation]:
    """What in a graph, as that of a whole catalogue, breaks the base shapes of DCAT-AP 3.0.1."""
    return _violations(graph, {node: _said_of(graph, node) for node in graph.subjects(RDF.type)})


def dataset_violations(graph: Graph, dataset: Node) -> list[Violation]:
    """What breaks the shapes in one dataset and all that describes it."""
    return _violations(graph, parts(graph, dataset))


def parts(graph: Graph, dataset: Node) -> dict[Node, Said]:
    """A dataset and all that it leads to, without other datasets and catalogues."""
    found: dict[Node, Said] = {}
    seen, waiting = {dataset}, [dataset]
    while waiting:
        node = waiting.pop()
        said = _said_of(graph, node)
        if node != dataset and not _OTHERS.isdisjoint(said.get(RDF.type, ())):
            continue
        found[node] = said
        for predicate, values in said.items():
            if predicate == RDF.type:
                continue
            for value in values:
                if value not in seen and not isinstance(value, Literal):
                    seen.add(value)
                    waiting.append(value)
    return found


def _said_of(graph: Graph, node: Node) -> Said:
    """Values of each property of a node: one walk instead of a question a constraint."""
    said: Said = {}
    for predicate, value in graph.predicate_objects(node):
        said.setdefault(predicate, set()).add(value)
    return said


def _violations(graph: Graph, nodes: Mapping[Node, Said]) -> list[Violation]:
    superclasses = _superclasses(graph)
    found: dict[Violation, None] = {}
    for node, said in nodes.items():
        for name in said.get(RDF.type, ()):
            for each in superclasses.get(name, (name,)):
                for constraint in constraints().get(each, ()):
                    values = said.get(constraint.property, _NOTHING)
                    if values or constraint.at_least:
                        broken = _broken(graph, node, values, constraint, superclasses)
                        found.update(dict.fromkeys(broken))
    return list(found)


def _superclasses(graph: Graph) -> dict[Node, tuple[Node, ...]]:
    """Classes that the graph itself says are subclasses, each with all above it."""
    return {
        name: tuple(each for each in graph.transitive_objects(name, RDFS.subClassOf) if each)
        for name in set(graph.subjects(RDFS.subClassOf))
    }


def _broken(
    graph: Graph,
    node: Node,
    values: frozenset[Node] | set[Node],
    asked: Constraint,
    superclasses: dict[Node, tuple[Node, ...]],
) -> Iterator[Violation]:
    if len(values) < asked.at_least:
        yield Violation(node, asked.property, MIN, None, str(asked.at_least))
    if asked.at_most is not None and len(values) > asked.at_most:
        yield Violation(node, asked.property, MAX, None, str(asked.at_most))
    for value in values:
        if asked.kind and not isinstance(value, _KINDS[asked.kind]):
            yield Violation(node, asked.property, KIND, value, asked.kind)
        if asked.datatype is not None and not has_datatype(value, asked.datatype):
            yield Violation(node, asked.property, DATATYPE, value, short(asked.datatype))
        if asked.form and not _has_form(graph, value, asked.form, superclasses):
            yield Violation(node, asked.property, FORM, value, asked.form)


def has_datatype(value: Node, datatype: URIRef) -> bool:
    """Whether a value is a literal of a datatype and written as that asks."""
    if not isinstance(value, Literal) or value.datatype != datatype or value.ill_typed:
        return False
    return isinstance(value.value, _VALUES.get(datatype, object))


def _has_form(
    graph: Graph, value: Node, form: str, superclasses: dict[Node, tuple[Node, ...]]
) -> bool:
    if form == "date":
        return any(has_datatype(value, datatype) for datatype in _DATES)
    return any(
        name in _RESOURCES
        for said in graph.objects(value, RDF.type)
        for name in superclasses.get(said, (said,))
    )


def _shown(value: Node | None) -> str:
    if value is None:
        return ""
    text = str(value)
    return text if len(text) <= 80 else text[:79] + "…"
