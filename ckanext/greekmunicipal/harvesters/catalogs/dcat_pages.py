"""Pages of a DCAT feed (RDF/XML, Turtle, JSON-LD, N-Triples), followed as Hydra says.

What is parsed is read safely first: no entities, nothing that lies elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import urljoin

from ckanext.dcat.processors import RDFParser
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, RDF, Namespace

from ckanext.greekmunicipal.catalogs import records
from ckanext.greekmunicipal.harvesters.budget_sources.errors import failure
from ckanext.greekmunicipal.harvesters.budget_sources.web import Web
from ckanext.greekmunicipal.harvesters.catalogs.options import Catalogue
from ckanext.greekmunicipal.harvesters.catalogs.pages import (
    MOST_BYTES,
    Item,
    Known,
    KnownPage,
    Page,
    digest,
    graph_digest,
)
from ckanext.greekmunicipal.quality.errors import UnreadableError
from ckanext.greekmunicipal.quality.reading import format_of, parse

PROFILE = "greek_municipal_dcat_ap"
_HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")


class _Parser(RDFParser):
    """ckanext-dcat's parser of those datasets of a graph that are asked for."""

    def __init__(self, graph: Graph) -> None:
        super().__init__(profiles=[PROFILE])
        self.g = graph
        self.chosen: list[Any] = []

    def _datasets(self) -> Any:
        return iter(self.chosen)


def pages(
    catalogue: Catalogue, web: Web, known: Known, basis: str, shape: records.Shape
) -> Iterator[Page]:
    """Pages of a feed, one after the other.

    Args:
        catalogue: whose ``url`` is the first page.
        web: what asks.
        known: what a page of an address and digest held; None when it is another one.
        basis: what the mapping depends on.
        shape: kinds of our fields.

    Raises:
        SourceFailure: a page is no DCAT, or the pages lead back to one that was read.
    """
    url: str | None = catalogue.url
    seen: set[str] = set()
    while url:
        if url in seen:
            raise failure("no-dcat", url=url, detail="hydra:next leads back to it")
        seen.add(url)
        page = read_page(url, web, known, basis, shape)
        yield page
        url = page.known.next


def read_page(url: str, web: Web, known: Known, basis: str, shape: records.Shape) -> Page:
    """One page of a feed; see :func:`pages`."""
    answer = web.page(url, most=MOST_BYTES)
    found = digest(answer.content, basis)
    if same := known(url, found):
        return Page(url, same, None)
    try:
        graph = parse(answer.content, format_of(answer.type, url), url, answer.address)
    except UnreadableError as error:
        raise failure("no-dcat", url=url, detail=str(error)) from error
    parser = _Parser(graph)
    parser.chosen = _datasets(graph)
    if not parser.chosen and not any(graph.subjects(RDF.type, DCAT.Catalog)):
        raise failure("no-dcat", url=url, detail="there is no dcat:Dataset and no dcat:Catalog")
    names = tuple(_name(graph, node) for node in parser.chosen)
    following = parser.next_page()
    kept = KnownPage(
        found, _total(graph), urljoin(answer.address, following) if following else None, names
    )
    return Page(url, kept, _items(parser, names, basis, shape))


def _items(
    parser: _Parser, names: tuple[str, ...], basis: str, shape: records.Shape
) -> Iterator[Item]:
    for name, dataset in zip(names, parser.datasets(), strict=True):
        yield Item(
            name,
            graph_digest(dataset, basis),
            partial(records.of_graph, dataset, name, shape),
        )


def _datasets(graph: Graph) -> list[Any]:
    """Datasets that the catalogue lists; all of a graph that lists none.

    Others may be named in it only because something refers to them.
    """
    typed = set(graph.subjects(RDF.type, DCAT.Dataset))
    listed = {node for node in graph.objects(None, DCAT.dataset) if node in typed}
    found: list[Any] = list(listed or typed)
    return sorted(found, key=lambda node: _name(graph, node))


def _name(graph: Graph, node: Any) -> str:
    """URI of a dataset; one without is named by its identifier or its title."""
    if isinstance(node, URIRef):
        return str(node)
    texts = [*graph.objects(node, DCTERMS.identifier)] or [*graph.objects(node, DCTERMS.title)]
    return f"_:{min(map(str, texts), default='')}"


def _total(graph: Graph) -> int | None:
    """How many datasets the feed counts, if it does."""
    for count in graph.objects(None, _HYDRA.totalItems):
        if isinstance(count, Literal) and str(count).isdecimal():
            return int(str(count))
    return None
