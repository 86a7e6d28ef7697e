"""Resources of a dataset as distributions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ckanext.dcat.utils import resource_uri
from rdflib import Literal, URIRef

from ckanext.greekmunicipal.dcat import concepts, nodes, terms
from ckanext.greekmunicipal.dcat.terms import Triple

IANA = "https://www.iana.org/assignments/media-types/"
_IANA_TYPE = re.compile(
    r"^https?://www\.iana\.org/assignments/media-types/"
    r"(application|audio|example|font|haptics|image|message|model|multipart|text|video)/\S+$"
)
SPDX_ALGORITHM = "https://spdx.org/rdf/terms#checksumAlgorithm_"
# Length in hexadecimal digits of the digests that DCAT can name.
DIGESTS = {32: "md5", 40: "sha1", 64: "sha256", 96: "sha384", 128: "sha512"}
_HEXADECIMAL = re.compile(r"^[0-9a-f]+$")


def distribution_iri(resource: Mapping[str, Any], dataset: Mapping[str, Any]) -> URIRef:
    """IRI of a distribution: its own, or the address of its page by the ids."""
    return nodes.iri(resource_uri({"package_id": dataset.get("id"), **resource}))


def distribution(
    iri: URIRef, resource: Mapping[str, Any], dataset: Mapping[str, Any], position: int
) -> Iterator[Triple]:
    """Describe a resource.

    Args:
        iri: IRI of the distribution.
        resource: as ``package_show`` gives it.
        dataset: its dataset.
        position: place among the resources, from 1: RDF has no order.
    """
    yield iri, terms.A, terms.DISTRIBUTION
    yield iri, terms.POSITION, Literal(position, datatype=terms.INTEGER)
    for literal in nodes.texts(resource.get("name_translated") or resource.get("name")):
        yield iri, terms.TITLE, literal
    description = (
        resource.get("description_translated")
        or resource.get("description")
        or dataset.get("notes_translated")
        or dataset.get("notes")
    )
    for literal in nodes.texts(description):
        yield iri, terms.DESCRIPTION, literal
    yield from _addresses(iri, resource, dataset)
    yield from _conditions(iri, resource)
    yield from _file(iri, resource)
    yield from _dates(iri, resource)
    yield from links(iri, terms.LEGISLATION, resource.get("applicable_legislation"), terms.LAW)
    for language in resource.get("language_options") or ():
        yield iri, terms.LANGUAGE, nodes.resource(language)
        yield from concepts.described(language, "language")
    if resource.get("table"):
        standard = concepts.own("table", resource["table"])
        yield iri, terms.CONFORMS_TO, standard
        yield standard, terms.A, terms.STANDARD


def links(subject: URIRef, predicate: URIRef, values: Any, of_class: URIRef) -> Iterator[Triple]:
    """Addresses of a field, each with the class that the ranges ask of it."""
    for value in values or ():
        node = nodes.resource(value)
        yield subject, predicate, node
        if isinstance(node, URIRef):
            yield node, terms.A, of_class


def checksum(digest: str) -> tuple[str, str] | None:
    """A digest and the IRI of its algorithm; None when it is no hexadecimal digest."""
    digits = digest.rpartition(":")[2].strip().lower()
    algorithm = DIGESTS.get(len(digits))
    if algorithm is None or not _HEXADECIMAL.match(digits):
        return None
    return digits, SPDX_ALGORITHM + algorithm


def _addresses(
    iri: URIRef, resource: Mapping[str, Any], dataset: Mapping[str, Any]
) -> Iterator[Triple]:
    page = f"{nodes.site()}/dataset/{dataset.get('id')}/resource/{resource.get('id')}"
    access = nodes.iri(resource.get("access_url") or page)
    yield iri, terms.ACCESS_URL, access
    yield access, terms.A, terms.RDFS_RESOURCE
    url = resource.get("url") or ""
    download = resource.get("download_url") or url
    if nodes.is_absolute(download):
        yield iri, terms.DOWNLOAD_URL, nodes.iri(download)
    if download != url and nodes.is_absolute(url):
        # CKAN's own link, when it is neither: DCAT has no property for a third one.
        yield iri, terms.URL, nodes.iri(url)


def _conditions(iri: URIRef, resource: Mapping[str, Any]) -> Iterator[Triple]:
    if licence := resource.get("license"):
        yield iri, terms.LICENSE, nodes.resource(licence)
        yield from concepts.described(licence, "licence")
    if rights := resource.get("rights"):
        if nodes.is_absolute(rights) and " " not in rights.strip():
            node = nodes.iri(rights)
        else:
            node = nodes.unnamed("rights", {"text": rights})
            yield node, terms.LABEL, nodes.text(rights)
        yield iri, terms.RIGHTS, node
        yield node, terms.A, terms.RIGHTS_STATEMENT
    if availability := resource.get("availability"):
        yield iri, terms.AVAILABILITY, nodes.resource(availability)
        yield from concepts.described(availability, "planned-availability")


def _file(iri: URIRef, resource: Mapping[str, Any]) -> Iterator[Triple]:
    mimetype = resource.get("mimetype")
    if mimetype:
        node = nodes.iri(mimetype if "://" in mimetype else IANA + mimetype)
        yield iri, terms.MEDIA_TYPE, node
        if _IANA_TYPE.match(node):
            yield node, terms.A, terms.MEDIA_TYPE_CLASS
    written = resource.get("format") or ""
    file_type = concepts.file_type(written)
    if file_type:
        yield iri, terms.FORMAT, URIRef(file_type)
        yield from concepts.described(file_type, "file-type")
    elif written:
        # The code list has no such format; this property takes any text.
        yield iri, terms.FORMAT_NAME, nodes.literal(written)
    size = resource.get("size")
    if isinstance(size, int) and size >= 0:
        yield iri, terms.BYTE_SIZE, Literal(str(size), datatype=terms.NON_NEGATIVE_INTEGER)
    if found := checksum(resource.get("hash") or ""):
        digits, algorithm = found
        node = nodes.unnamed("checksum", {"digits": digits})
        yield iri, terms.CHECKSUM, node
        yield node, terms.A, terms.CHECKSUM_NODE
        yield (
            node,
            terms.CHECKSUM_VALUE,
            Literal(digits, datatype=terms.HEX_BINARY, normalize=False),
        )
        yield node, terms.ALGORITHM, URIRef(algorithm)
        yield URIRef(algorithm), terms.A, terms.CHECKSUM_ALGORITHM


def _dates(iri: URIRef, resource: Mapping[str, Any]) -> Iterator[Triple]:
    """What the resource says, else what CKAN noted when the file came."""
    if issued := resource.get("issued"):
        yield iri, terms.ISSUED, nodes.date(issued)
    elif created := resource.get("created"):
        yield iri, terms.ISSUED, nodes.instant(created)
    if modified := resource.get("modified"):
        yield iri, terms.MODIFIED, nodes.date(modified)
    elif changed := resource.get("last_modified") or resource.get("metadata_modified"):
        yield iri, terms.MODIFIED, nodes.instant(changed)
