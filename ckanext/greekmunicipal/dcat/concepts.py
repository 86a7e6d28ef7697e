"""Concepts of controlled vocabularies in RDF: typed, labelled, in their scheme.

Labels come only from the tables of this package, so an IRI that is not in them
stays bare, and validation against the official shapes shows it.
"""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files

from rdflib import RDF, SKOS, Graph, Literal, URIRef

from ckanext.greekmunicipal import vocabularies
from ckanext.greekmunicipal.schemas import choices

LANGUAGES = "language"
ADMS_LICENCE_TYPE = "http://purl.org/adms/licencetype/"
EU = "http://publications.europa.eu/resource/authority"


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("ckanext.greekmunicipal.dcat") / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@lru_cache(maxsize=1)
def _adms() -> dict[str, dict[str, str]]:
    return {row["uri"]: row for row in _rows("adms.csv")}


@lru_cache(maxsize=1)
def _licence_types() -> dict[str, str]:
    return {row["licence"]: ADMS_LICENCE_TYPE + row["type"] for row in _rows("licence_types.csv")}


@lru_cache(maxsize=1)
def _formats() -> dict[str, str]:
    return {row["format"]: row["file_type"] for row in _rows("formats.csv")}


def licence_type(licence: str) -> str | None:
    """ADMS licence type of an EU licence IRI, if it is known."""
    return _licence_types().get(licence.rpartition("/")[2])


def file_type(ckan_format: str) -> str | None:
    """EU file-type IRI of a format as CKAN writes it (``CSV``, ``.xlsx``, ``Turtle``)."""
    code = ckan_format.strip().lstrip(".").upper()
    found = choices.vocabulary("file-type").find(_formats().get(code, code))
    return found.value if found else None


def describe(graph: Graph, iri: URIRef, vocabulary: str) -> None:
    """Type and label ``iri`` if it is a term of ``vocabulary``, a table of ours."""
    found = choices.vocabulary(vocabulary).find(str(iri))
    if found is None or found.value != str(iri):
        return
    scheme = vocabularies.table(vocabulary).scheme_uri
    _concept(graph, iri, scheme, found.label_el, found.label_en)


def describe_adms(graph: Graph, iri: URIRef) -> None:
    """Type and label an ADMS publisher or licence type."""
    if row := _adms().get(str(iri)):
        _concept(graph, iri, row["scheme"], row["label_el"], row["label_en"])


def _concept(graph: Graph, iri: URIRef, scheme: str, label_el: str, label_en: str) -> None:
    graph.add((iri, RDF.type, SKOS.Concept))
    graph.add((iri, SKOS.inScheme, URIRef(scheme)))
    if label_el:
        graph.add((iri, SKOS.prefLabel, Literal(label_el, lang="el")))
    if label_en:
        graph.add((iri, SKOS.prefLabel, Literal(label_en, lang="en")))
