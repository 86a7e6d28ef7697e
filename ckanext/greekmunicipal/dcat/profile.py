"""RDF profile: DCAT-AP 3.0.1, valid as a whole catalogue.

ckanext-dcat's profile writes most of a dataset. This one gives it the names it
expects, then mends what the official shapes refuse: bare authority IRIs,
identifiers as IRIs, a catalogue without publisher and with a literal language.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckanext.dcat.profiles import EuropeanDCATAP3Profile
from ckanext.dcat.profiles.base import CleanedURIRef
from ckanext.dcat.utils import catalog_uri
from rdflib import DCAT, DCTERMS, FOAF, RDF, RDFS, SKOS, XSD, Graph, Literal, Namespace, URIRef
from sqlalchemy import func

from ckanext.greekmunicipal.dcat import agents, concepts
from ckanext.greekmunicipal.dcat.mapping import dataset_for_profile
from ckanext.greekmunicipal.schemas import defaults, slugs

DCATAP = Namespace("http://data.europa.eu/r5r/")
SPDX = Namespace("http://spdx.org/rdf/terms#")
GREECE = URIRef("http://publications.europa.eu/resource/authority/country/GRC")
DATA_THEMES = URIRef("http://publications.europa.eu/resource/authority/data-theme")
CATALOG_LANGUAGES = ("ELL", "ENG")
EXPORTED_TYPES = ("dataset",)

# Which of our tables the values of a property come from.
VOCABULARY_OF = {
    DCAT.theme: ("data-theme",),
    DCTERMS.accrualPeriodicity: ("frequency",),
    DCTERMS.language: ("language",),
    DCTERMS.accessRights: ("access-right",),
    DCTERMS.type: ("dataset-type",),
    DCATAP.hvdCategory: ("hvd-category",),
    DCTERMS.spatial: ("nuts", "place", "country", "continent"),
    DCATAP.availability: ("planned-availability",),
    DCTERMS.license: ("licence",),
    DCTERMS["format"]: ("file-type",),
}


class GreekMunicipalDCATAPProfile(EuropeanDCATAP3Profile):
    """DCAT-AP 3 profile of the portal; alone in ``ckanext.dcat.rdf.profiles``."""

    def graph_from_dataset(self, dataset_dict: dict[str, Any], dataset_ref: URIRef) -> None:
        """Add one dataset; a harvest source is no dataset and adds nothing."""
        if dataset_dict.get("type", "dataset") not in EXPORTED_TYPES:
            return
        whole, self.g = self.g, Graph()
        try:
            # In a graph of its own, since the base profile walks all triples
            # for each dataset, which makes a big catalogue quadratic.
            self._describe(dataset_dict, dataset_ref)
            for triple in self.g:
                whole.add(triple)
        finally:
            self.g = whole

    def graph_from_catalog(self, catalog_dict: dict[str, Any], catalog_ref: URIRef) -> None:
        """Add the catalogue with all that DCAT-AP asks or recommends of it."""
        super().graph_from_catalog(catalog_dict, catalog_ref)
        g = self.g
        title = tk.config.get("ckan.site_title") or "CKAN"
        described = {
            DCTERMS.title: Literal(title, lang="el"),
            DCTERMS.description: Literal(
                tk.config.get("ckan.site_description") or f"Κατάλογος ανοικτών δεδομένων: {title}",
                lang="el",
            ),
            FOAF.homepage: URIRef(tk.config.get("ckan.site_url") or catalog_uri()),
            DCTERMS.license: URIRef(defaults.CC_BY),
            DCTERMS.publisher: agents.portal_agent(g),
            DCTERMS.spatial: GREECE,
            DCAT.themeTaxonomy: DATA_THEMES,
        }
        for predicate, value in described.items():
            g.set((catalog_ref, predicate, value))
        g.remove((catalog_ref, DCTERMS.language, None))
        for code in CATALOG_LANGUAGES:
            term = concepts.choices.vocabulary("language").find(code)
            if term:
                g.add((catalog_ref, DCTERMS.language, URIRef(term.value)))
                g.add((URIRef(term.value), RDF.type, DCTERMS.LinguisticSystem))
        g.add((described[FOAF.homepage], RDF.type, FOAF.Document))
        g.add((GREECE, RDF.type, DCTERMS.Location))
        self._describe_scheme(DATA_THEMES)
        if issued := _first_dataset():
            g.set((catalog_ref, DCTERMS.issued, Literal(issued, datatype=XSD.dateTime)))
        self._concepts(catalog_ref)

    def _describe(self, dataset_dict: dict[str, Any], dataset_ref: URIRef) -> None:
        page = f"{catalog_uri().rstrip('/')}/dataset/{dataset_dict.get('name', '')}"
        ready = dataset_for_profile(dataset_dict, page)
        organization = dataset_dict.get("organization") or {}
        publisher = self._own_publisher(ready, organization)
        super().graph_from_dataset(ready, dataset_ref)
        g = self.g
        if publisher is not None:
            g.set((dataset_ref, DCTERMS.publisher, publisher))
        identifier = str(ready.get("identifier") or ready.get("id") or dataset_ref)
        g.set((dataset_ref, DCTERMS.identifier, Literal(identifier)))
        for kind in ready["types"]:
            g.add((dataset_ref, DCTERMS.type, URIRef(kind)))
        for link in ready["landing_page"]:
            g.add((dataset_ref, DCAT.landingPage, CleanedURIRef(link)))
            g.add((CleanedURIRef(link), RDF.type, FOAF.Document))
        self._tag_greek([dataset_ref], DCAT.keyword)
        self._concepts(dataset_ref)
        for distribution in g.objects(dataset_ref, DCAT.distribution):
            self._concepts(distribution)
        self._mend_nodes()

    def _own_publisher(self, ready: dict[str, Any], organization: dict[str, Any]) -> URIRef | None:
        """IRI of the organisation, unless the dataset names another publisher."""
        stored = ready.get("publisher") or []
        another = stored and (stored[0].get("uri") or stored[0].get("name")) not in (
            None,
            organization.get("title"),
        )
        if another or not organization.get("id"):
            return None
        iri = agents.add_organization(self.g, organization["id"])
        if iri is not None:
            ready["publisher"] = [{"uri": str(iri)}]
        return iri

    def _tag_greek(self, subjects: Iterable[Any], predicate: URIRef) -> None:
        """Say of literals with Greek letters that they are Greek."""
        for subject in subjects:
            for value in list(self.g.objects(subject, predicate)):
                if isinstance(value, Literal) and not value.language and slugs.has_greek(value):
                    self.g.remove((subject, predicate, value))
                    self.g.add((subject, predicate, Literal(str(value), lang="el")))

    def _concepts(self, subject: Any) -> None:
        for predicate, vocabularies in VOCABULARY_OF.items():
            for value in list(self.g.objects(subject, predicate)):
                if isinstance(value, URIRef):
                    for vocabulary in vocabularies:
                        concepts.describe(self.g, value, vocabulary)
                    if predicate == DCTERMS.license:
                        self._licence(value)

    def _licence(self, licence: URIRef) -> None:
        """Replace the base profile's «unknown» type of every licence by the known one."""
        self.g.add((licence, RDF.type, DCTERMS.LicenseDocument))
        self.g.remove((licence, DCTERMS.type, None))
        if kind := concepts.licence_type(str(licence)):
            self.g.add((licence, DCTERMS.type, URIRef(kind)))
            concepts.describe_adms(self.g, URIRef(kind))

    def _describe_scheme(self, scheme: URIRef) -> None:
        self.g.add((scheme, RDF.type, SKOS.ConceptScheme))
        self.g.add((scheme, DCTERMS.title, Literal("Θεματικές κατηγορίες της ΕΕ", lang="el")))
        self.g.add((scheme, DCTERMS.title, Literal("EU data themes", lang="en")))

    def _mend_nodes(self) -> None:
        """Types that the ranges ask of agents, their pages and digest algorithms."""
        g = self.g
        for agent in set(g.subjects(RDF.type, FOAF.Agent)):
            for kind in list(g.objects(agent, DCTERMS.type)):
                concepts.describe_adms(g, URIRef(str(kind)))
            for page in list(g.objects(agent, FOAF.homepage)):
                g.add((page, RDF.type, FOAF.Document))
        for algorithm in set(g.objects(None, SPDX.algorithm)):
            g.add((algorithm, RDF.type, SPDX.ChecksumAlgorithm))
        self._tag_greek(set(g.subjects(RDF.type, DCTERMS.Location)), SKOS.prefLabel)
        self._tag_greek(set(g.subjects(RDF.type, DCTERMS.RightsStatement)), RDFS.label)


def _first_dataset() -> str | None:
    """Instant at which the oldest public dataset was created (ISO 8601)."""
    created = (
        model.Session.query(func.min(model.Package.metadata_created))
        .filter(model.Package.state == "active", model.Package.private.is_(False))
        .filter(model.Package.type.in_(EXPORTED_TYPES))
        .scalar()
    )
    return created.isoformat() if created else None
