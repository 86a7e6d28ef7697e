"""Organisations of the portal as agents with an IRI that never changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckanext.dcat.profiles.base import CleanedURIRef
from ckanext.dcat.utils import catalog_uri
from rdflib import DCTERMS, FOAF, RDF, Graph, Literal, URIRef

from ckanext.greekmunicipal.dcat import concepts
from ckanext.greekmunicipal.schemas import defaults, organizations, translated


def organization_iri(organization_id: str) -> URIRef:
    """IRI of an organisation: from its id, since its name and title may be edited."""
    return URIRef(f"{catalog_uri().rstrip('/')}/organization/{organization_id}")


def add_organization(graph: Graph, organization_id: str) -> URIRef | None:
    """Describe an organisation once a graph, as it is now.

    Returns:
        Its IRI, or None when there is no such organisation.
    """
    iri = organization_iri(organization_id)
    if (iri, RDF.type, FOAF.Agent) in graph:
        return iri
    organization: Any = model.Group.get(organization_id)
    if organization is None:
        return None
    facts: Mapping[str, Any] = organization.extras
    names = _texts(facts.get("title_translated")) or {"el": organization.title}
    add_agent(
        graph,
        iri,
        names,
        homepage=facts.get("website"),
        email=facts.get("contact_email"),
        kind=defaults.LOCAL_AUTHORITY if facts.get("municipality") else None,
        identifier=facts.get("afm"),
    )
    return iri


def add_agent(
    graph: Graph,
    iri: URIRef,
    names: Mapping[str, str],
    *,
    homepage: str | None = None,
    email: str | None = None,
    kind: str | None = None,
    identifier: str | None = None,
) -> None:
    """Describe an agent: names by language, home page, mail, ADMS type, identifier."""
    graph.add((iri, RDF.type, FOAF.Agent))
    for language, name in names.items():
        graph.add((iri, FOAF.name, Literal(name, lang=language)))
    if homepage:
        graph.add((iri, FOAF.homepage, CleanedURIRef(homepage)))
        graph.add((CleanedURIRef(homepage), RDF.type, FOAF.Document))
    if email:
        graph.add((iri, FOAF.mbox, CleanedURIRef(f"mailto:{email}")))
    if kind:
        graph.add((iri, DCTERMS.type, URIRef(kind)))
        concepts.describe_adms(graph, URIRef(kind))
    if identifier:
        graph.add((iri, DCTERMS.identifier, Literal(identifier)))


def sole_municipality() -> str | None:
    """Id of the organisation that is the only municipality here, if there is one."""
    found = organizations.municipal_organizations()
    return found[0].id if len(found) == 1 else None


def portal_agent(graph: Graph) -> URIRef:
    """Publisher of the catalogue: the sole municipality, or the portal itself."""
    organization = sole_municipality()
    if organization and (iri := add_organization(graph, organization)):
        return iri
    iri = URIRef(f"{catalog_uri().rstrip('/')}/#publisher")
    add_agent(
        graph,
        iri,
        {"el": tk.config.get("ckan.site_title") or "CKAN"},
        homepage=tk.config.get("ckan.site_url"),
    )
    return iri


def _texts(value: Any) -> dict[str, str]:
    try:
        return translated.read(value)
    except translated.UnreadableTranslationError:
        return {}
