"""What is said of the catalogue itself, and the dataset alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from ckanext.dcat.processors import RDFSerializer
from ckanext.dcat.utils import catalog_uri
from rdflib import Graph

from ckanext.greekmunicipal.dcat.feed import triples
from ckanext.greekmunicipal.dcat.feed.triples import Triple

_DCT = "http://purl.org/dc/terms/"
_HYDRA = "http://www.w3.org/ns/hydra/core#"
_XSD = "http://www.w3.org/2001/XMLSchema#"
MODIFIED = triples.iri(f"{_DCT}modified")
DATA_DUMP = triples.iri("http://rdfs.org/ns/void#dataDump")
# The profile reads it: the part for high-value datasets names their service only.
HIGH_VALUE = "high_value"
# Under the present names and those that older harvesters follow.
_LINKS = {
    "first": ("first", "firstPage"),
    "next": ("next", "nextPage"),
    "previous": ("previous", "previousPage"),
}


def catalogue(
    *, high_value: bool, modified: dt.datetime | None, dumps: tuple[str, ...] = ()
) -> list[Triple]:
    """Triples of the catalogue without its datasets.

    Args:
        high_value: whether it is the part with the high-value datasets.
        modified: newest change of its datasets, UTC without a zone; None leaves the date
            out, since all pages would change whenever one dataset does.
        dumps: addresses of files with the whole catalogue.
    """
    serializer: Any = RDFSerializer()
    serializer.g = Graph()
    serializer.graph_from_catalog({HIGH_VALUE: True} if high_value else {})
    root = triples.iri(catalog_uri())
    found = [
        triple
        for triple in triples.triples_of(serializer.g, "catalogue")
        if triple[:2] != (root, MODIFIED)
    ]
    if modified is not None:
        date = triples.literal(modified.isoformat(), datatype=f"{_XSD}dateTime")
        found.append((root, MODIFIED, date))
    found += [(root, DATA_DUMP, triples.iri(address)) for address in dumps]
    # The catalogue before what it refers to.
    return sorted(found, key=lambda triple: triple[0] != root)


def paging(
    address: str, links: Mapping[str, str], items_per_page: int, count: int | None
) -> list[Triple]:
    """Triples of a page as a Hydra collection.

    Args:
        address: the page's own address.
        links: addresses by relation: ``first``, ``next``, ``previous``.
        items_per_page: most datasets on a page.
        count: datasets of the whole catalogue, where it is told.
    """
    page = triples.iri(address)

    def hydra(name: str) -> str:
        return triples.iri(_HYDRA + name)

    found: list[Triple] = [
        (page, triples.RDF_TYPE, hydra("PagedCollection")),
        (page, hydra("itemsPerPage"), _number(items_per_page)),
    ]
    if count is not None:
        found.append((page, hydra("totalItems"), _number(count)))
    for relation, target in links.items():
        found += [(page, hydra(name), triples.iri(target)) for name in _LINKS[relation]]
    return found


def _number(value: Any) -> str:
    return triples.literal(str(value), datatype=f"{_XSD}integer")
