"""The portal's API as data services: one for its tables, one for high-value datasets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import ckan.plugins.toolkit as tk
from rdflib import Literal, URIRef

from ckanext.greekmunicipal.dcat import agents, concepts, distributions, nodes, options, terms
from ckanext.greekmunicipal.dcat.terms import Triple
from ckanext.greekmunicipal.schemas import defaults

# The documents of CKAN on its API: its operations, how it is asked, and a page to begin with.
API_OPERATIONS = "https://docs.ckan.org/en/latest/api/index.html#action-api-reference"
API_STANDARD = "https://docs.ckan.org/en/latest/api/"
API_PAGE = "https://docs.ckan.org/en/latest/maintaining/datastore.html"
GOVERNMENT = "http://publications.europa.eu/resource/authority/data-theme/GOVE"
JSON = "http://publications.europa.eu/resource/authority/file-type/JSON"


@dataclass(frozen=True)
class Service:
    """A data service of the portal.

    Attributes:
        key: end of its IRI.
        title: Greek and English.
        description: Greek and English.
        keywords: Greek and English.
        laws: which laws it serves.
    """

    key: str
    title: tuple[str, str]
    description: tuple[str, str]
    keywords: tuple[tuple[str, str], ...]
    laws: tuple[str, ...]

    @property
    def iri(self) -> URIRef:
        """IRI of the service: stable for the portal."""
        return URIRef(f"{nodes.catalog()}/#{self.key}")


API = Service(
    key="api",
    title=("API της πύλης", "API of the portal"),
    description=(
        "Γραμμές των πινάκων και μεταδεδομένα σε JSON, με αναζήτηση, φίλτρα και σελίδες (CKAN).",
        "Rows of the tables and metadata as JSON, with search, filters and pages (CKAN).",
    ),
    keywords=(("πίνακες", "tables"), ("αναζήτηση", "search")),
    laws=(defaults.OPEN_DATA_LAW,),
)
HIGH_VALUE_API = Service(
    key="hvd-api",
    title=("API συνόλων δεδομένων υψηλής αξίας", "API of high-value datasets"),
    description=(
        "Γραμμές των πινάκων, μεταδεδομένα και διευθύνσεις των αρχείων των συνόλων υψηλής αξίας"
        " σε JSON (CKAN).",
        "Rows of the tables, metadata and addresses of the files of high-value datasets as JSON"
        " (CKAN).",
    ),
    keywords=(("σύνολα υψηλής αξίας", "high-value datasets"), ("πίνακες", "tables")),
    laws=(defaults.OPEN_DATA_LAW, defaults.HVD_LAW),
)


def stub(service: Service) -> Iterator[Triple]:
    """As much of a service as a dataset's own graph must hold to be valid."""
    iri = service.iri
    endpoint = URIRef(f"{nodes.site()}/api/3/action")
    yield iri, terms.A, terms.SERVICE
    for language, text in zip(("el", "en"), service.title, strict=True):
        yield iri, terms.TITLE, Literal(text, lang=language)
    yield iri, terms.ENDPOINT_URL, endpoint
    yield endpoint, terms.A, terms.RDFS_RESOURCE


def whole(service: Service) -> Iterator[Triple]:
    """All that the catalogue says of a service but which datasets it serves."""
    iri = service.iri
    yield from stub(service)
    for language, text in zip(("el", "en"), service.description, strict=True):
        yield iri, terms.DESCRIPTION, Literal(text, lang=language)
    for pair in service.keywords:
        for language, text in zip(("el", "en"), pair, strict=True):
            yield iri, terms.KEYWORD, Literal(text, lang=language)
    for predicate, node, of_class in (
        (terms.ENDPOINT_DESCRIPTION, URIRef(API_OPERATIONS), terms.RDFS_RESOURCE),
        (terms.PAGE, URIRef(API_PAGE), terms.DOCUMENT),
        (terms.CONFORMS_TO, URIRef(API_STANDARD), terms.STANDARD),
    ):
        yield iri, predicate, node
        yield node, terms.A, of_class
    yield URIRef(API_STANDARD), terms.TITLE, Literal("CKAN API", lang="en")
    for predicate, value, vocabulary in (
        (terms.THEME, GOVERNMENT, "data-theme"),
        (terms.FORMAT, JSON, "file-type"),
        (terms.LICENSE, options.licence(), "licence"),
        (terms.ACCESS_RIGHTS, defaults.PUBLIC, "access-right"),
    ):
        yield iri, predicate, nodes.resource(value)
        yield from concepts.described(value, vocabulary)
    yield from distributions.links(iri, terms.LEGISLATION, service.laws, terms.LAW)
    yield from _people(iri)


def _people(iri: URIRef) -> Iterator[Triple]:
    publisher = agents.publisher_of_catalog()
    node, described = agents.portal(publisher)
    yield iri, terms.PUBLISHER, node
    yield from described
    email = options.contact_email() or (publisher.email if publisher else None)
    name = options.contact_name() or (publisher.contact if publisher else None)
    title = next(iter(publisher.names.values())) if publisher else None
    contact = {
        "name": name or title or tk.config.get("ckan.site_title") or "CKAN",
        "email": email,
        "url": options.homepage(),
    }
    yield from agents.contact(iri, {k: v for k, v in contact.items() if v})
