"""Publishers, creators and contacts; organisations with an IRI that never changes."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from rdflib import URIRef

from ckanext.greekmunicipal.dcat import concepts, nodes, options, terms
from ckanext.greekmunicipal.dcat.terms import Triple
from ckanext.greekmunicipal.schemas import organizations, translated
from ckanext.greekmunicipal.schemas.organization_defaults import LOCAL_AUTHORITY

log = logging.getLogger(__name__)

remembering = nodes.remembering


@dataclass(frozen=True)
class Body:
    """What the graph says of an organisation of the portal.

    Attributes:
        id: id in CKAN, from which its IRI is made, since name and title may be edited.
        names: by language.
        website: its home page.
        email: of its contact.
        contact: name of the service to contact.
        kind: ADMS publisher type.
        identifier: tax number (ΑΦΜ).
        municipality: slug in the register, when it is a municipality.
        geonames: address of its place at GeoNames.
        parent: name of the organisation that supervises it.
    """

    id: str
    names: Mapping[str, str]
    website: str | None
    email: str | None
    contact: str | None
    kind: str | None
    identifier: str | None
    municipality: str | None
    geonames: str | None
    parent: str | None


def body(organization: str) -> Body | None:
    """An organisation by id or name, as it is now; None when there is none."""

    def read() -> Body | None:
        group: Any = model.Group.get(organization)
        return _body(group) if group is not None and group.is_organization else None

    return nodes.remembered(_memory_key(organization), read)


def _memory_key(organization: str) -> str:
    return f"organization {organization}"


def read_at_once(ids: Iterable[str | None]) -> None:
    """Have :func:`body` know organisations without asking for each, while remembering."""
    of: Any = model.Group
    wanted = sorted({each for each in ids if each})
    for group in model.Session.query(of).filter(of.id.in_(wanted)):
        found = _body(group) if group.is_organization else None
        nodes.remembered(_memory_key(group.id), lambda found=found: found)


def organization_iri(organization_id: str) -> URIRef:
    """IRI of an organisation."""
    return URIRef(f"{nodes.catalog()}/organization/{organization_id}")


def organization(described: Body) -> Iterator[Triple]:
    """Describe an organisation and the one above it."""
    iri = organization_iri(described.id)
    yield from agent(
        iri,
        described.names,
        homepage=described.website,
        email=described.email,
        kind=described.kind,
        identifier=described.identifier,
    )
    above = body(described.parent) if described.parent else None
    if above is not None and above.id != described.id:
        yield iri, terms.SUB_ORGANIZATION_OF, organization_iri(above.id)
        yield from agent(
            organization_iri(above.id),
            above.names,
            homepage=above.website,
            email=above.email,
            kind=above.kind,
            identifier=above.identifier,
        )


def agent(
    iri: URIRef,
    names: Mapping[str, str],
    *,
    homepage: str | None = None,
    email: str | None = None,
    kind: str | None = None,
    identifier: str | None = None,
    description: str | None = None,
) -> Iterator[Triple]:
    """Describe an agent: names by language (``""``: none), home page, mail, type, identifier."""
    yield iri, terms.A, terms.AGENT
    for language, name in names.items():
        yield iri, terms.NAME, nodes.literal(name, language or None)
    if homepage and nodes.is_absolute(homepage):
        page = nodes.iri(homepage)
        yield iri, terms.HOMEPAGE, page
        yield page, terms.A, terms.DOCUMENT
    if email:
        yield iri, terms.MBOX, nodes.mailbox(email)
    if kind:
        yield iri, terms.TYPE, nodes.resource(kind)
        yield from concepts.described_adms(kind)
    if identifier:
        yield iri, terms.IDENTIFIER, nodes.literal(identifier)
    if description:
        yield iri, terms.DESCRIPTION, nodes.text(description)


def publisher(subject: URIRef, dataset: Mapping[str, Any]) -> Iterator[Triple]:
    """The organisation as publisher, unless the dataset names another one."""
    stored = next(iter(filled(dataset.get("publisher"))), {})
    owner = (dataset.get("organization") or {}).get("id") or dataset.get("owner_org")
    own = body(owner) if owner else None
    if own is not None and _is(own, stored):
        yield subject, terms.PUBLISHER, organization_iri(own.id)
        yield from organization(own)
    elif stored:
        yield from entry(subject, terms.PUBLISHER, stored)


def entry(subject: URIRef, predicate: URIRef, stored: Mapping[str, Any]) -> Iterator[Triple]:
    """An agent as a dataset's field names it."""
    uri = stored.get("uri") or ""
    iri = nodes.iri(uri) if nodes.is_absolute(uri) else nodes.unnamed("agent", stored)
    name = nodes.text(stored.get("name") or stored.get("email") or str(iri))
    yield subject, predicate, iri
    yield from agent(
        iri,
        {name.language or "": str(name)},
        homepage=stored.get("url"),
        email=stored.get("email"),
        kind=stored.get("type"),
        identifier=stored.get("identifier"),
        description=stored.get("description"),
    )


def contact(subject: URIRef, stored: Mapping[str, Any]) -> Iterator[Triple]:
    """A contact point as a dataset's field names it."""
    uri = stored.get("uri") or ""
    iri = nodes.iri(uri) if nodes.is_absolute(uri) else nodes.unnamed("contact", stored)
    yield subject, terms.CONTACT_POINT, iri
    yield iri, terms.A, terms.KIND
    if stored.get("name"):
        yield iri, terms.FN, nodes.text(stored["name"])
    for predicate, node in (
        (terms.EMAIL, nodes.mailbox(stored["email"]) if stored.get("email") else None),
        (terms.HAS_URL, nodes.iri(stored["url"]) if _has_page(stored) else None),
    ):
        if node is not None:
            yield iri, predicate, node
            # The ranges for high-value datasets ask for this type.
            yield node, terms.A, terms.RDFS_RESOURCE


def filled(entries: Any) -> list[dict[str, Any]]:
    """Entries of a repeating field without what is blank."""
    kept = []
    for stored in entries if isinstance(entries, list) else ():
        if isinstance(stored, Mapping):
            values = {k: v for k, v in stored.items() if v not in (None, "", [], {})}
            if values:
                kept.append(values)
    return kept


def publisher_of_catalog() -> Body | None:
    """The organisation that publishes the catalogue: the one that is set, or the only municipality.

    None when the portal stands for itself.
    """
    named = options.publisher()
    if named:
        chosen = body(named)
        if chosen is not None:
            return chosen
        log.warning(
            "%s names %r: there is no such organisation; name one or leave it out.",
            options.PUBLISHER,
            named,
        )
    found = organizations.municipal_organizations()
    return _body(found[0]) if len(found) == 1 else None


def portal(publisher: Body | None) -> tuple[URIRef, list[Triple]]:
    """IRI and description of the publisher of the catalogue."""
    if publisher is not None:
        return organization_iri(publisher.id), list(organization(publisher))
    iri = URIRef(f"{nodes.catalog()}/#publisher")
    name = nodes.text(tk.config.get("ckan.site_title") or "CKAN")
    described = agent(
        iri,
        {name.language or "": str(name)},
        homepage=tk.config.get("ckan.site_url"),
        email=options.contact_email(),
        kind=options.publisher_type(),
    )
    return iri, list(described)


def _body(group: Any) -> Body:
    facts: Mapping[str, Any] = group.extras
    return Body(
        id=group.id,
        names=_names(facts.get("title_translated")) or {"el": group.title or group.name},
        website=facts.get("website") or None,
        email=facts.get("contact_email") or None,
        contact=facts.get("contact_name") or None,
        # A body of a municipality is local government too.
        kind=LOCAL_AUTHORITY if facts.get("municipality") or facts.get("parent_body") else None,
        identifier=facts.get("afm") or None,
        municipality=facts.get("municipality") or None,
        geonames=facts.get("geonames") or None,
        parent=facts.get("parent_body") or None,
    )


def _is(own: Body, stored: Mapping[str, Any]) -> bool:
    """Whether a stored publisher is the organisation itself, also under a former title."""
    if stored.get("uri"):
        return stored["uri"] == str(organization_iri(own.id))
    name, number = stored.get("name"), stored.get("identifier")
    return not name or name in own.names.values() or bool(number and number == own.identifier)


def _has_page(stored: Mapping[str, Any]) -> bool:
    return nodes.is_absolute(stored.get("url") or "")


def _names(value: Any) -> dict[str, str]:
    try:
        return translated.read(value)
    except translated.UnreadableTranslationError:
        return {}
