"""Graphs of datasets and of the catalogue, for the feed, the pages of datasets and the tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rdflib import Graph, URIRef

from ckanext.greekmunicipal.dcat import catalog, datasets, nodes, terms
from ckanext.greekmunicipal.dcat.terms import Triple


def empty() -> Graph:
    """A graph with our prefixes and no others, which costs less than rdflib's own set."""
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in terms.PREFIXES.items():
        graph.bind(prefix, namespace)
    return graph


def of(triples: Iterable[Triple]) -> Graph:
    """A graph of some triples."""
    graph = empty()
    for triple in triples:
        graph.add(triple)
    return graph


def catalogue(packages: Iterable[Mapping[str, Any]]) -> Graph:
    """The catalogue with some datasets.

    Args:
        packages: as ``package_show`` gives them; what is no dataset is left out.
    """
    graph = of(catalog.triples())
    _add(graph, packages)
    return graph


def dataset(package: Mapping[str, Any]) -> Graph:
    """One dataset by itself, valid alone."""
    return of(datasets.triples(package))


def high_value(packages: Iterable[Mapping[str, Any]]) -> Graph:
    """The high-value datasets among some, with the service that serves them and no other.

    The shapes of DCAT-AP HVD 3.0.0 aim at every dataset, distribution and service of a graph, so
    that nothing else may stand in this one.

    Args:
        packages: as ``package_show`` gives them; all others are left out.
    """
    graph = of(catalog.high_value_triples())
    _add(graph, (package for package in packages if datasets.is_high_value(package)))
    return graph


def _add(graph: Graph, packages: Iterable[Mapping[str, Any]]) -> None:
    holder = URIRef(nodes.catalog_ref())
    with nodes.remembering():
        for package in packages:
            if not datasets.is_exported(package):
                continue
            iri = datasets.dataset_iri(package)
            graph.add((holder, terms.HAS_DATASET, iri))
            for triple in datasets.triples(package, iri):
                graph.add(triple)
