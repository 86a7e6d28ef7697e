"""Every serialisation of the feed says the same, whatever a title holds."""

from __future__ import annotations

import pytest
from rdflib import DCAT, DCTERMS, RDF, XSD, BNode, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic

from ckanext.greekmunicipal.dcat.feed import triples, writing
from ckanext.greekmunicipal.dcat.feed.formats import FORMATS
from ckanext.greekmunicipal.dcat.feed.rdfxml import RDFXMLWriter, UnnameablePredicateError

PARSERS = {"ttl": "turtle", "rdf": "xml", "xml": "xml", "jsonld": "json-ld", "n3": "n3", "nt": "nt"}
EX = Namespace("http://example.gr/terms/1.0/")
DATASET = URIRef("http://example.gr/dataset/1")
NASTY = (
    'Τα «έργα» του "Δήμου" & <b>Co</b> \\ τέλος',
    "πρώτη\nδεύτερη\r\nτρίτη\tστήλη",
    ']]> &amp; {"@value": 1} \'\'\'"""',
    "emoji 🏛 και συνδυασμός ᾱ́",
    "",
    " ",
    "a@b^^c",
)


def written(nodes: triples.Nodes, extension: str) -> Graph:
    text = "".join(writing.document(FORMATS[extension].writer(), [nodes]))
    return Graph().parse(data=text, format=PARSERS[extension])


def merged(*graphs: Graph) -> triples.Nodes:
    nodes: triples.Nodes = {}
    for number, graph in enumerate(graphs):
        triples.add(nodes, triples.triples_of(graph, f"owner {number}"))
    return nodes


@pytest.fixture
def nasty() -> Graph:
    graph = Graph()
    graph.add((DATASET, RDF.type, DCAT.Dataset))
    for number, text in enumerate(NASTY):
        graph.add((DATASET, EX[f"text{number}"], Literal(text)))
        graph.add((DATASET, DCTERMS.title, Literal(text, lang="el")))
        graph.add((DATASET, DCTERMS.title, Literal(text, lang="en-GB")))
        graph.add((DATASET, DCTERMS.description, Literal(text, datatype=EX.markup)))
    graph.add((DATASET, DCAT.byteSize, Literal("007", datatype=XSD.nonNegativeInteger)))
    graph.add((DATASET, DCTERMS.relation, URIRef("http://example.gr/a?b=1&c='2'#d")))
    graph.add((DATASET, DCTERMS.relation, URIRef("mailto:a@example.gr")))
    graph.add((DATASET, URIRef("http://example.gr/έργο#κατάσταση"), Literal("ναι")))
    graph.add((DATASET, RDF.type, URIRef("http://example.gr/no/prefix#Thing")))
    return graph


@pytest.mark.parametrize("extension", [each for each in FORMATS if each not in ("rdf", "xml")])
def test_a_nasty_text_survives_each_serialisation(nasty: Graph, extension: str) -> None:
    assert isomorphic(written(merged(nasty), extension), nasty)


def test_a_nasty_text_survives_rdf_xml(nasty: Graph) -> None:
    # The name of an XML element has no Greek letters here, so this property cannot be written.
    nasty.remove((DATASET, URIRef("http://example.gr/έργο#κατάσταση"), None))
    assert isomorphic(written(merged(nasty), "rdf"), nasty)


def test_a_property_that_is_no_name_of_an_element_is_refused_with_its_iri() -> None:
    nodes = merged(Graph().add((DATASET, URIRef("http://example.gr/1"), Literal("x"))))
    with pytest.raises(UnnameablePredicateError, match=r"http://example\.gr/1"):
        RDFXMLWriter().nodes(nodes)


@pytest.mark.parametrize("extension", FORMATS)
def test_blank_nodes_nest_share_and_make_rings(extension: str) -> None:
    graph = Graph()
    period, inner, shared, one, two = (BNode() for _ in range(5))
    graph.add((DATASET, DCTERMS.temporal, period))
    graph.add((period, RDF.type, DCTERMS.PeriodOfTime))
    graph.add((period, EX.begin, inner))
    graph.add((inner, EX.at, Literal("2026")))
    graph.add((DATASET, EX.left, shared))
    graph.add((DATASET, EX.right, shared))
    graph.add((shared, EX.name, Literal("shared")))
    graph.add((one, EX.next, two))
    graph.add((two, EX.next, one))
    graph.add((DATASET, EX.empty, BNode()))
    assert isomorphic(written(merged(graph), extension), graph)


@pytest.mark.parametrize("extension", FORMATS)
def test_blank_nodes_of_two_datasets_stay_apart_when_their_names_are_the_same(
    extension: str,
) -> None:
    graphs = []
    for number in range(2):
        graph = Graph()
        graph.add((DATASET + str(number), DCTERMS.temporal, BNode("n1")))
        graph.add((BNode("n1"), EX.year, Literal(str(2025 + number))))
        graphs.append(graph)
    found = written(merged(*graphs), extension)
    assert len(set(found.objects(None, DCTERMS.temporal))) == 2
    assert len(found) == 4


def test_equal_graphs_are_equal_texts_whatever_their_blank_nodes_are_called() -> None:
    def graph() -> Graph:
        made = Graph()
        for year in ("2024", "2025", "2025"):
            node = BNode()
            made.add((DATASET, DCTERMS.temporal, node))
            made.add((node, EX.year, Literal(year)))
        return made

    texts = {triples.write(triples.triples_of(graph(), "1")) for _ in range(5)}
    assert len(texts) == 1


def test_what_no_serialisation_can_carry_is_left_out_of_texts_and_encoded_in_addresses() -> None:
    graph = Graph()
    graph.add((DATASET, DCTERMS.title, Literal("α\x00\x0bβ\ufffe")))
    graph.add((DATASET, DCTERMS.relation, URIRef('http://example.gr/με κενό/"<x>')))
    for extension in FORMATS:
        found = written(merged(graph), extension)
        assert found.value(DATASET, DCTERMS.title) == Literal("αβ"), extension
        address = str(found.value(DATASET, DCTERMS.relation))
        assert address == "http://example.gr/με%20κενό/%22%3Cx%3E", extension


def test_stored_triples_read_back_as_they_were(nasty: Graph) -> None:
    found = triples.triples_of(nasty, "1")
    assert list(triples.read(triples.write(found))) == found


@pytest.mark.parametrize("extension", FORMATS)
def test_pieces_make_one_document(extension: str) -> None:
    graphs = [Graph().add((DATASET + str(n), DCTERMS.title, Literal(str(n)))) for n in range(3)]
    pieces = [{}, *[merged(graph) for graph in graphs], {}]
    text = "".join(writing.document(FORMATS[extension].writer(), pieces))
    assert len(Graph().parse(data=text, format=PARSERS[extension])) == 3
