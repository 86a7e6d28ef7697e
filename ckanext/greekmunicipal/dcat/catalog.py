"""The catalogue itself in DCAT-AP 3.0.1: from options, with defaults from the portal."""

from __future__ import annotations

from collections.abc import Iterator

import ckan.plugins.toolkit as tk
from ckan import model
from rdflib import Literal, URIRef
from sqlalchemy import func

from ckanext.greekmunicipal import municipalities
from ckanext.greekmunicipal.dcat import agents, concepts, nodes, options, places, services, terms
from ckanext.greekmunicipal.dcat.datasets import EXPORTED_TYPES
from ckanext.greekmunicipal.dcat.terms import Triple
from ckanext.greekmunicipal.schemas.places import complete

_DESCRIPTION = {
    "el": "Κατάλογος ανοικτών δεδομένων: πράξεις, προϋπολογισμοί και σύνολα δεδομένων.",
    "en": "Catalogue of open data: acts, budgets and datasets.",
}


def triples() -> Iterator[Triple]:
    """All that the feed says of the catalogue but which datasets are in it."""
    yield from _itself()
    iri = URIRef(nodes.catalog_ref())
    yield iri, terms.HAS_SERVICE, services.API.iri
    yield from services.whole(services.API)


def high_value_triples() -> Iterator[Triple]:
    """The same for the part of high-value datasets, which has a service of its own."""
    yield from _itself()
    iri = URIRef(nodes.catalog_ref())
    yield iri, terms.HAS_SERVICE, services.HIGH_VALUE_API.iri
    yield from services.whole(services.HIGH_VALUE_API)


def _itself() -> Iterator[Triple]:
    iri = URIRef(nodes.catalog_ref())
    publisher = agents.publisher_of_catalog()
    yield iri, terms.A, terms.CATALOG
    for language, title in titles(publisher).items():
        yield iri, terms.TITLE, Literal(title, lang=language or None)
    for language, description in _descriptions().items():
        yield iri, terms.DESCRIPTION, Literal(description, lang=language or None)
    node, described = agents.portal(publisher)
    yield iri, terms.PUBLISHER, node
    yield from described
    home = nodes.iri(options.homepage() or nodes.catalog())
    yield iri, terms.HOMEPAGE, home
    yield home, terms.A, terms.DOCUMENT
    yield iri, terms.LICENSE, nodes.resource(options.licence())
    yield from concepts.described(options.licence(), "licence")
    for language in options.languages():
        yield iri, terms.LANGUAGE, nodes.resource(language)
        yield from concepts.described(language, "language")
    yield from places.spatial(iri, _places(publisher))
    yield iri, terms.THEME_TAXONOMY, concepts.DATA_THEMES
    yield from concepts.scheme(str(concepts.DATA_THEMES))
    yield from _dates(iri)


def titles(publisher: agents.Body | None) -> dict[str, str]:
    """Title by language: as set; else that of the portal, and in English whose it is."""
    found = options.title()
    if not found:
        title = nodes.text(tk.config.get("ckan.site_title") or "CKAN")
        found = {title.language or "": str(title)}
        if title.language == "el":
            found["en"] = _english_title(publisher)
    return found


def _english_title(publisher: agents.Body | None) -> str:
    if publisher is not None and publisher.municipality:
        name = municipalities.by_slug(publisher.municipality).name_en
        return f"Open data of the {name}"
    return "Open data of Greek municipalities"


def _descriptions() -> dict[str, str]:
    """As set; else the description of the portal; else what any portal of ours holds."""
    found = options.description()
    if not found and (own := tk.config.get("ckan.site_description")):
        description = nodes.text(own)
        found = {description.language or "": str(description)}
    return found or _DESCRIPTION


def _places(publisher: agents.Body | None) -> list[dict[str, str]]:
    """As set, and the place of the municipality that publishes, where GeoNames has it."""
    addresses = options.spatial()
    if publisher is not None and publisher.municipality and publisher.geonames:
        addresses.append(publisher.geonames)
    found = []
    for address in addresses:
        named = {"uri": address}
        found.append({**named, **{k: v for k, v in complete(named).items() if v}})
    return found


def _dates(iri: URIRef) -> Iterator[Triple]:
    opened = options.issued()
    created, changed = (
        model.Session.query(
            func.min(model.Package.metadata_created), func.max(model.Package.metadata_modified)
        )
        .filter(model.Package.state == model.State.ACTIVE, model.Package.private.is_(False))
        .filter(model.Package.type.in_(EXPORTED_TYPES))
        .one()
    )
    if opened or created:
        yield (
            iri,
            terms.ISSUED,
            nodes.date(opened) if opened else nodes.instant(created.isoformat()),
        )
    if changed:
        yield iri, terms.MODIFIED, nodes.instant(changed.isoformat())
