"""A dataset of our schema in DCAT-AP 3.0.1: its own statements, and those of the catalogue on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ckanext.dcat.utils import dataset_uri
from rdflib import Literal, URIRef

from ckanext.greekmunicipal.dcat import agents, concepts, nodes, options, places, services, terms
from ckanext.greekmunicipal.dcat.distributions import distribution, distribution_iri, links
from ckanext.greekmunicipal.dcat.terms import Triple
from ckanext.greekmunicipal.schemas import translated

EXPORTED_TYPES = ("dataset",)
APPLICATION_PROFILE = "http://data.europa.eu/r5r/"
_CHANGES = concepts.ADMS + "changetype/"
# Field, property, vocabulary of its terms.
_CONTROLLED = (
    ("theme", terms.THEME, "data-theme"),
    ("frequency", terms.ACCRUAL_PERIODICITY, "frequency"),
    ("language_options", terms.LANGUAGE, "language"),
    ("access_rights", terms.ACCESS_RIGHTS, "access-right"),
    ("dcat_type", terms.TYPE, "dataset-type"),
    ("hvd_category", terms.HVD_CATEGORY, "hvd-category"),
)


def is_exported(dataset: Mapping[str, Any]) -> bool:
    """Whether it is a dataset: a harvest source or a showcase is none."""
    return dataset.get("type", "dataset") in EXPORTED_TYPES


def is_high_value(dataset: Mapping[str, Any]) -> bool:
    """Whether it has a category of Implementing Regulation (EU) 2023/138."""
    return bool(dataset.get("hvd_category"))


def dataset_iri(dataset: Mapping[str, Any]) -> URIRef:
    """IRI of a dataset: its own, or the address of its page by the id."""
    return URIRef(dataset_uri(dataset))


def triples(dataset: Mapping[str, Any], iri: URIRef | None = None) -> Iterator[Triple]:
    """All that the feed says of one dataset; nothing of what is no dataset.

    It depends on no other dataset, and says the same again as long as dataset, organisation,
    options and tables are the same.

    Args:
        dataset: as ``package_show`` or ``package_search`` gives it; not changed.
        iri: its IRI, when the caller knows it.
    """
    if not is_exported(dataset):
        return
    iri = iri or dataset_iri(dataset)
    yield from _itself(iri, dataset)
    yield from _people(iri, dataset)
    yield from places.spatial(iri, dataset.get("spatial_coverage"))
    yield from places.temporal(iri, dataset.get("temporal_coverage"))
    yield from _subjects(iri, dataset)
    yield from _sources(iri, dataset)
    yield from _distributions(iri, dataset)
    yield from _record(iri, dataset)


def _itself(iri: URIRef, dataset: Mapping[str, Any]) -> Iterator[Triple]:
    yield iri, terms.A, terms.DATASET
    if is_high_value(dataset):
        # The ranges for high-value datasets ask it of the topic of a record.
        yield iri, terms.A, terms.DCAT_RESOURCE
    for literal in nodes.texts(dataset.get("title_translated") or dataset.get("title")):
        yield iri, terms.TITLE, literal
    for literal in nodes.texts(dataset.get("notes_translated") or dataset.get("notes")):
        yield iri, terms.DESCRIPTION, literal
    identifier = dataset.get("identifier") or dataset.get("id") or iri
    yield iri, terms.IDENTIFIER, nodes.literal(str(identifier))
    if dataset.get("version"):
        yield iri, terms.VERSION, nodes.literal(dataset["version"])
    for literal in keywords(dataset):
        yield iri, terms.KEYWORD, literal
    for field, predicate, vocabulary in _CONTROLLED:
        for value in _listed(dataset.get(field)):
            yield iri, predicate, nodes.resource(value)
            yield from concepts.described(value, vocabulary)
    for field, predicate, noted in (
        ("issued", terms.ISSUED, "metadata_created"),
        ("modified", terms.MODIFIED, "metadata_modified"),
    ):
        if dataset.get(field):
            yield iri, predicate, nodes.date(dataset[field])
        elif dataset.get(noted):
            yield iri, predicate, nodes.instant(dataset[noted])
    yield from links(iri, terms.LEGISLATION, dataset.get("applicable_legislation"), terms.LAW)
    pages = dataset.get("landing_page") or [f"{nodes.site()}/dataset/{dataset.get('id')}"]
    yield from links(iri, terms.LANDING_PAGE, pages, terms.DOCUMENT)
    yield from _provenance(iri, dataset.get("provenance"))


def keywords(dataset: Mapping[str, Any]) -> Iterator[Literal]:
    """Keywords in each language; a tag that has no translation stands as it is."""
    told = set()
    for language, words in (dataset.get("tags_translated") or {}).items():
        for word in words or ():
            told.add(word)
            yield nodes.literal(word, language)
    for tag in dataset.get("tags") or ():
        if tag["name"] not in told:
            yield nodes.text(tag["name"])


def _people(iri: URIRef, dataset: Mapping[str, Any]) -> Iterator[Triple]:
    yield from agents.publisher(iri, dataset)
    for stored in agents.filled(dataset.get("creator")):
        yield from agents.entry(iri, terms.CREATOR, stored)
    for stored in agents.filled(dataset.get("contact")):
        yield from agents.contact(iri, stored)


def _provenance(iri: URIRef, value: Any) -> Iterator[Triple]:
    statements = list(nodes.texts(value))
    if statements:
        node = nodes.unnamed("provenance", {str(s.language): str(s) for s in statements})
        yield iri, terms.PROVENANCE, node
        yield node, terms.A, terms.PROVENANCE_STATEMENT
        for statement in statements:
            yield node, terms.LABEL, statement


def _subjects(iri: URIRef, dataset: Mapping[str, Any]) -> Iterator[Triple]:
    """What only our schema knows: family, commitments, municipality."""
    for kind in ("family", "indicator", "municipality"):
        for code in _listed(dataset.get(kind)):
            yield iri, terms.SUBJECT, concepts.own(kind, code)
            yield from concepts.described_own(kind, code)


def _sources(iri: URIRef, dataset: Mapping[str, Any]) -> Iterator[Triple]:
    """What a mirror mirrors.

    The range of ``dct:source`` is a dataset, with title and description. One that is typed
    ``dcat:Dataset`` would be harvested as one more dataset by whoever reads the feed; a class of
    its own under that one says the same and is not taken for ours.
    """
    title = translated.main_text(_texts(dataset.get("title_translated")))
    for address in dataset.get("source") or ():
        node = nodes.resource(address)
        if node.startswith(f"{nodes.catalog()}/dataset/"):
            # A dataset of this portal is described by itself, if it is public.
            yield iri, terms.RELATION, node
            continue
        yield iri, terms.SOURCE, node
        if isinstance(node, URIRef):
            yield from _source(node, title or dataset.get("title") or "", dataset)


def _source(node: URIRef, title: str, dataset: Mapping[str, Any]) -> Iterator[Triple]:
    outside = URIRef(f"{nodes.catalog()}/#SourceDataset")
    yield outside, terms.SUB_CLASS_OF, terms.DATASET
    yield node, terms.A, outside
    yield node, terms.TITLE, Literal(str(node))
    description = f"Το σύνολο δεδομένων από το οποίο προέρχεται το «{title}»."
    yield node, terms.DESCRIPTION, nodes.literal(description, "el")
    if is_high_value(dataset):
        # The same data: what makes these of high value is true of them there too.
        for category in _listed(dataset["hvd_category"]):
            yield node, terms.HVD_CATEGORY, nodes.resource(category)
        yield from links(node, terms.LEGISLATION, dataset.get("applicable_legislation"), terms.LAW)
        for resource in dataset.get("resources") or ():
            yield node, terms.DISTRIBUTES, distribution_iri(resource, dataset)


def _distributions(iri: URIRef, dataset: Mapping[str, Any]) -> Iterator[Triple]:
    high_value = is_high_value(dataset)
    service = services.HIGH_VALUE_API if high_value else services.API
    served = high_value
    for position, resource in enumerate(dataset.get("resources") or (), start=1):
        node = distribution_iri(resource, dataset)
        yield iri, terms.DISTRIBUTES, node
        yield from distribution(node, resource, dataset, position)
        if high_value or resource.get("datastore_active"):
            yield node, terms.ACCESS_SERVICE, service.iri
            served = True
    if not served:
        return
    yield service.iri, terms.SERVES_DATASET, iri
    if not high_value:
        yield from services.stub(service)
        return
    yield from services.whole(service)
    for category in _listed(dataset["hvd_category"]):
        yield service.iri, terms.HVD_CATEGORY, nodes.resource(category)
    yield URIRef(nodes.catalog_ref()), terms.HAS_SERVICE, service.iri


def _record(iri: URIRef, dataset: Mapping[str, Any]) -> Iterator[Triple]:
    """The entry in the catalogue: when it was made and changed, by which profile."""
    changed = dataset.get("metadata_modified")
    if not changed or not options.records():
        return
    created = dataset.get("metadata_created") or changed
    record = URIRef(f"{nodes.catalog()}/dataset/{dataset.get('id')}#record")
    profile = URIRef(APPLICATION_PROFILE)
    kind = _CHANGES + ("created" if created[:19] == changed[:19] else "updated")
    yield URIRef(nodes.catalog_ref()), terms.HAS_RECORD, record
    yield record, terms.A, terms.RECORD
    yield record, terms.PRIMARY_TOPIC, iri
    yield record, terms.ISSUED, nodes.instant(created)
    yield record, terms.MODIFIED, nodes.instant(changed)
    yield record, terms.CONFORMS_TO, profile
    yield profile, terms.A, terms.STANDARD
    yield record, terms.STATUS, URIRef(kind)
    yield from concepts.described_adms(kind)


def _listed(values: Any) -> list[str]:
    """The values of a field that holds one or several."""
    return [value for value in ([values] if isinstance(values, str) else values or ()) if value]


def _texts(value: Any) -> dict[str, str]:
    try:
        return translated.read(value)
    except translated.UnreadableTranslationError:
        return {}
