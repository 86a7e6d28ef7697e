"""Serialisations of the feed by the extension of their address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ckanext.greekmunicipal.dcat.feed.jsonld import JSONLDWriter
from ckanext.greekmunicipal.dcat.feed.rdfxml import RDFXMLWriter
from ckanext.greekmunicipal.dcat.feed.turtle import NTriplesWriter, TurtleWriter
from ckanext.greekmunicipal.dcat.feed.writing import Writer


@dataclass(frozen=True)
class Format:
    """A serialisation.

    Attributes:
        extension: in the address, as ``ttl``.
        media_type: as it is sent and asked for.
        writer: makes a writer for one document.
    """

    extension: str
    media_type: str
    writer: Callable[[], Writer]


_ALL = (
    Format("ttl", "text/turtle", TurtleWriter),
    Format("rdf", "application/rdf+xml", RDFXMLWriter),
    # As ckanext-dcat names it too.
    Format("xml", "application/rdf+xml", RDFXMLWriter),
    Format("jsonld", "application/ld+json", JSONLDWriter),
    Format("n3", "text/n3", TurtleWriter),
    Format("nt", "application/n-triples", NTriplesWriter),
)
FORMATS = {each.extension: each for each in _ALL}
# The first one of a media type answers to it.
BY_MEDIA_TYPE = {each.media_type: each for each in reversed(_ALL)}
