"""A valid graph with every class that the shapes know, and ways to spoil it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rdflib import RDF, XSD, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from ckanext.greekmunicipal.quality import compliance
from ckanext.greekmunicipal.quality.compliance import Constraint
from ckanext.greekmunicipal.quality.tables import iri

EX = "https://data.example.gr/"
EU = "http://publications.europa.eu/resource/authority"
IANA = "https://www.iana.org/assignments/media-types"

PREFIXES = f"""
@prefix adms: <http://www.w3.org/ns/adms#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcatap: <http://data.europa.eu/r5r/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix ex: <{EX}> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix locn: <http://www.w3.org/ns/locn#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix spdx: <http://spdx.org/rdf/terms#> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

# Full marks: each metric of the MQA is met, if the links answer.
FULL = f"""{PREFIXES}
ex:dataset a dcat:Dataset ;
    dct:title "Προϋπολογισμός"@el, "Budget"@en ;
    dct:description "Τα ποσά του προϋπολογισμού."@el ;
    dct:identifier "budget" ;
    dcat:keyword "προϋπολογισμός"@el ;
    dcat:theme <{EU}/data-theme/ECON> ;
    dct:spatial ex:place ;
    dct:temporal [ a dct:PeriodOfTime ; dcat:startDate "2025-01-01"^^xsd:date ;
        dcat:endDate "2025"^^xsd:gYear ] ;
    dct:accessRights <{EU}/access-right/PUBLIC> ;
    dcat:contactPoint [ a vcard:Organization ; vcard:fn "Δήμος" ] ;
    dct:publisher ex:agent ;
    dct:issued "2025-01-01"^^xsd:date ;
    dct:modified "2025-02-01T10:00:00+02:00"^^xsd:dateTime ;
    dcat:spatialResolutionInMeters 10.0 ;
    dcat:temporalResolution "P1D"^^xsd:duration ;
    adms:identifier ex:identifier ;
    dcat:qualifiedRelation ex:relation ;
    dcat:inSeries ex:series ;
    dcat:distribution ex:file .
ex:file a dcat:Distribution ;
    dct:title "Γραμμές"@el ;
    dcat:accessURL <{EX}page> ;
    dcat:downloadURL <{EX}file.csv> ;
    dct:format <{EU}/file-type/CSV> ;
    dcat:mediaType <{IANA}/text/csv> ;
    dct:license <{EU}/licence/CC_BY_4_0> ;
    dct:rights [ a dct:RightsStatement ; rdfs:label "CC BY 4.0" ] ;
    dcat:byteSize "1024"^^xsd:nonNegativeInteger ;
    dct:issued "2025-01"^^xsd:gYearMonth ;
    dcat:accessService ex:service ;
    spdx:checksum ex:checksum .
ex:agent a foaf:Agent ; foaf:name "Δήμος Τήνου"@el ;
    dct:type <http://purl.org/adms/publishertype/LocalAuthority> .
ex:place a dct:Location ; dcat:bbox "POINT(25 37)" .
ex:checksum a spdx:Checksum ; spdx:algorithm spdx:checksumAlgorithm_sha1 ;
    spdx:checksumValue "0a1b"^^xsd:hexBinary .
ex:service a dcat:DataService ; dct:title "API" ; dcat:endpointURL ex:api .
ex:identifier a adms:Identifier ; skos:notation "1" .
ex:relation a dcat:Relationship ; dct:relation ex:other ; dcat:hadRole ex:role .
ex:series a dcat:DatasetSeries ; dct:title "Σειρά"@el ; dct:description "Ανά έτος."@el .
"""

CATALOGUE = f"""{FULL}
ex:catalogue a dcat:Catalog ; dct:title "Κατάλογος"@el ; dct:description "Όλα."@el ;
    dct:publisher ex:agent ; dcat:dataset ex:dataset ; dcat:record ex:record .
ex:record a dcat:CatalogRecord ; foaf:primaryTopic ex:dataset ;
    dct:modified "2025-02-01"^^xsd:date .
ex:scheme a skos:ConceptScheme ; dct:title "Θέματα"@el .
ex:concept a skos:Concept ; skos:prefLabel "Θέμα"@el .
"""

_numbers = itertools.count()


def graph_of(text: str) -> Graph:
    """Graph of a Turtle text."""
    return Graph().parse(data=text, format="turtle")


@dataclass(frozen=True)
class Mutation:
    """One way to spoil a node: it has the given values of a property, and no others."""

    name: str
    focus: Node
    property: URIRef
    values: tuple[Node, ...]


def copy_of(base: Graph, kind: URIRef, into: Graph) -> URIRef:
    """Copy a node of a class under a name of its own, with all it says."""
    example = next(base.subjects(RDF.type, kind))
    copy = URIRef(f"{EX}copy/{next(_numbers)}")
    for predicate, value in base.predicate_objects(example):
        into.add((copy, predicate, value))
    return copy


def mutations(base: Graph, into: Graph) -> Iterator[Mutation]:
    """For each constraint all its mutations, each on a node of its own, done in ``into``."""
    for kind, constraints in compliance.constraints().items():
        for constraint in constraints:
            for name, values in spoiled(constraint):
                focus = copy_of(base, kind, into) if (None, RDF.type, kind) in base else None
                if focus is None:
                    focus = URIRef(f"{EX}copy/{next(_numbers)}")
                    into.add((focus, RDF.type, kind))
                into.remove((focus, constraint.property, None))
                for value in values:
                    into.add((focus, constraint.property, value))
                yield Mutation(name, focus, constraint.property, values)


def spoiled(constraint: Constraint) -> list[tuple[str, tuple[Node, ...]]]:
    """Values that break a constraint, and beside them some that look wrong and are not."""
    good = _good_values(constraint)
    found: list[tuple[str, tuple[Node, ...]]] = []
    if constraint.at_least:
        found.append(("nothing", ()))
    if constraint.at_most is not None:
        found.append(("two", (good(), good())))
    if constraint.kind in ("IRI", "BlankNodeOrIRI"):
        found.append(("a literal for an address", (Literal("https://example.gr/"),)))
        found.append(("one good and one literal", (good(), Literal("x"))))
    if constraint.kind == "IRI":
        found.append(("a blank node for an address", (BNode(),)))
    if constraint.kind == "Literal":
        found.append(("an address for a literal", (URIRef("https://example.gr/"),)))
        found.append(("a blank node for a literal", (BNode(),)))
    if constraint.datatype is not None:
        found.append(("no datatype", (Literal("1"),)))
        found.append(("another datatype", (Literal("1", datatype=XSD.integer),)))
        found.append(("not of its datatype", (Literal("many", datatype=constraint.datatype),)))
        found.append(("an address for a number", (URIRef("https://example.gr/1"),)))
    if constraint.form == "date":
        found.append(("a plain text for a date", (Literal("2025-01-01"),)))
        found.append(("no day of the calendar", (Literal("2025-02-30", datatype=XSD.date),)))
        found.append(("no instant", (Literal("yesterday", datatype=XSD.dateTime),)))
        found.append(("a number for a year", (Literal(2025),)))
        found.append(("an address for a date", (URIRef("https://example.gr/2025"),)))
    if constraint.form == "resource":
        found.append(("a thing of no class", (URIRef("https://example.gr/thing"),)))
        found.append(("a text for a thing", (Literal("thing"),)))
    assert found, constraint
    return found


def harmless(constraint: Constraint) -> list[tuple[str, tuple[Node, ...]]]:
    """Values that look odd and break nothing."""
    found: list[tuple[str, tuple[Node, ...]]] = []
    if constraint.kind == "Literal" and constraint.form == "":
        found.append(("an empty text", (Literal(""),)))
        found.append(("a number for a text", (Literal(5),)))
    if constraint.form == "date":
        found.append(("a year", (Literal("2025", datatype=XSD.gYear),)))
    return found


def _good_values(constraint: Constraint) -> Callable[[], Node]:
    def good() -> Node:
        number = next(_numbers)
        if constraint.datatype is not None:
            texts = {
                "decimal": f"{number}.5",
                "duration": f"P{number}D",
                "hexBinary": f"{number:08x}",
            }
            name = constraint.datatype.rpartition("#")[2]
            return Literal(texts.get(name, str(number)), datatype=constraint.datatype)
        if constraint.form == "date":
            return Literal(f"{1000 + number % 8000}-01-01", datatype=XSD.date)
        if constraint.form == "resource":
            return iri("dcat:thing")
        if constraint.kind == "Literal":
            return Literal(f"κείμενο {number}", lang="el")
        return URIRef(f"{EX}thing/{number}")

    return good
