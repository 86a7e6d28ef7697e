"""Concepts of controlled vocabularies in RDF: typed, labelled, in their scheme.

Types and labels come only from the tables of this package, so an IRI that is not in them
stays bare, and validation against the official shapes shows it.
"""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files

from rdflib import Literal, URIRef

from ckanext.greekmunicipal import vocabularies
from ckanext.greekmunicipal.dcat import terms
from ckanext.greekmunicipal.dcat.terms import Triple
from ckanext.greekmunicipal.schemas import choices

ADMS = "http://purl.org/adms/"
DATA_THEMES = URIRef("http://publications.europa.eu/resource/authority/data-theme")
PLACES = ("nuts", "place", "country", "continent")
# Class of the terms of a vocabulary, beside skos:Concept, as the ranges of DCAT-AP ask.
_CLASSES = {
    "access-right": terms.RIGHTS_STATEMENT,
    "file-type": terms.MEDIA_TYPE_OR_EXTENT,
    "frequency": terms.FREQUENCY,
    "language": terms.LINGUISTIC_SYSTEM,
    "licence": terms.LICENCE,
    **dict.fromkeys(PLACES, terms.LOCATION),
}
# Concepts of our own have no address on the web: the same in every portal.
_OURS = "urn:ckanext-greekmunicipal:"


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("ckanext.greekmunicipal.dcat") / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@lru_cache(maxsize=1)
def _adms() -> dict[str, dict[str, str]]:
    return {row["uri"]: row for row in _rows("adms.csv")}


@lru_cache(maxsize=1)
def _licences() -> dict[str, dict[str, str]]:
    return {row["licence"]: row for row in _rows("licence_types.csv")}


@lru_cache(maxsize=1)
def _schemes() -> dict[str, dict[str, str]]:
    return {row["uri"]: row for row in _rows("schemes.csv")}


@lru_cache(maxsize=4096)
def described(value: str, *names: str) -> tuple[Triple, ...]:
    """What is said of a term of one of the vocabularies ``names``; nothing of another IRI."""
    for name in names:
        found = choices.vocabulary(name).find(value)
        if found is None or found.value != value:
            continue
        iri = URIRef(value)
        own_class = [(iri, terms.A, _CLASSES[name])] if name in _CLASSES else []
        licence = _licence(iri, found.code) if name == "licence" else ()
        scheme = vocabularies.table(name).scheme_uri
        return (*own_class, *_concept(iri, scheme, found.label_el, found.label_en), *licence)
    return ()


@lru_cache(maxsize=64)
def described_adms(value: str) -> tuple[Triple, ...]:
    """What is said of an ADMS publisher, licence or change type."""
    row = _adms().get(value)
    if row is None:
        return ()
    return _concept(URIRef(value), row["scheme"], row["label_el"], row["label_en"])


@lru_cache(maxsize=64)
def scheme(value: str) -> tuple[Triple, ...]:
    """What is said of a concept scheme that the shapes want described."""
    row = _schemes().get(value)
    if row is None:
        return ()
    iri = URIRef(value)
    return (
        (iri, terms.A, terms.CONCEPT_SCHEME),
        (iri, terms.TITLE, Literal(row["title_el"], lang="el")),
        (iri, terms.TITLE, Literal(row["title_en"], lang="en")),
    )


def licence_deed(licence: str) -> str | None:
    """Address at which the text of an EU licence IRI can be read."""
    row = _licences().get(licence.rpartition("/")[2])
    return row["deed"] or None if row else None


def file_type(ckan_format: str) -> str | None:
    """EU file-type IRI of a format as CKAN writes it (``CSV``, ``.xlsx``, ``Turtle``)."""
    name = ckan_format.strip().lstrip(".")
    found = vocabularies.media_type_of(name) if name else None
    if found is not None:
        return found.file_type_uri
    term = choices.vocabulary("file-type").find(name.upper())
    return term.value if term else None


def format_of(file_type_iri: str) -> str | None:
    """The format as CKAN writes it of an EU file-type IRI."""
    found = vocabularies.media_type_of(file_type_iri)
    if found is not None:
        return found.format
    term = choices.vocabulary("file-type").find(file_type_iri)
    return term.code if term else None


def own(kind: str, code: str) -> URIRef:
    """IRI of a concept of ours: ``family``, ``indicator``, ``municipality`` or ``table``."""
    return URIRef(f"{_OURS}{kind}:{code}")


def own_code(kind: str, iri: str) -> str | None:
    """The code in an IRI that :func:`own` made."""
    prefix = f"{_OURS}{kind}:"
    return iri.removeprefix(prefix) if iri.startswith(prefix) else None


@lru_cache(maxsize=4096)
def described_own(kind: str, code: str) -> tuple[Triple, ...]:
    """What is said of a family, a commitment or a municipality."""
    accepted = {
        "family": choices.act_families,
        "indicator": choices.commitments,
        "municipality": choices.municipality_slugs,
    }[kind]
    found = accepted().find(code)
    if found is None:
        return ()
    return _concept(own(kind, code), f"{_OURS}{kind}", found.label_el, found.label_en)


def _licence(iri: URIRef, code: str) -> tuple[Triple, ...]:
    row = _licences().get(code)
    if row is None:
        return ()
    kind = f"{ADMS}licencetype/{row['type']}"
    deed = ((iri, terms.EXACT_MATCH, URIRef(row["deed"])),) if row["deed"] else ()
    return ((iri, terms.TYPE, URIRef(kind)), *described_adms(kind), *deed)


def _concept(iri: URIRef, in_scheme: str, label_el: str, label_en: str) -> tuple[Triple, ...]:
    labels = (("el", label_el), ("en", label_en))
    return (
        (iri, terms.A, terms.CONCEPT),
        (iri, terms.IN_SCHEME, URIRef(in_scheme)),
        *((iri, terms.PREF_LABEL, Literal(label, lang=code)) for code, label in labels if label),
        *scheme(in_scheme),
    )
