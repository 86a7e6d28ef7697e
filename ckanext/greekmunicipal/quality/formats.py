"""Which formats, licences and access rights the MQA counts as aligned, open and machine-readable.

Tables: the EU file types that data.europa.eu lists as machine-readable and as non-proprietary, the
EU tables of licences and access rights, and the IANA addresses of media types.
"""

from __future__ import annotations

import re
from functools import cache

from rdflib import URIRef
from rdflib.term import Node

from ckanext.greekmunicipal import vocabularies
from ckanext.greekmunicipal.quality.tables import rows

_FILE_TYPES = vocabularies.table("file-type").scheme_uri + "/"
# An address of the registry is taken at its word: whether IANA has registered the type is not
# looked up, since the registry is not among our tables.
_IANA = re.compile(
    r"https?://www\.iana\.org/assignments/media-types/"
    r"(application|audio|font|haptics|image|message|model|multipart|text|video)"
    r"/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}"
)


@cache
def _listed(column: str) -> frozenset[str]:
    return frozenset(row["code"] for row in rows("file_types.csv") if row[column] == "yes")


def is_file_type(value: Node) -> bool:
    """Whether a format is a term of the EU table of file types."""
    return _is_term(value, "file-type")


def is_media_type(value: Node) -> bool:
    """Whether a media type is an address of IANA's registry."""
    return isinstance(value, URIRef) and _IANA.fullmatch(value) is not None


def is_non_proprietary(value: Node) -> bool:
    """Whether a format or media type is on the list of non-proprietary ones."""
    return _code(value) in _listed("non_proprietary")


def is_machine_readable(value: Node) -> bool:
    """Whether a format or media type is on the list of machine-readable ones."""
    return _code(value) in _listed("machine_readable")


def is_known_licence(value: Node) -> bool:
    """Whether a licence is a term of the EU table of licences."""
    return _is_term(value, "licence")


def is_access_right(value: Node) -> bool:
    """Whether an access right is a term of the EU table."""
    return _is_term(value, "access-right")


def _is_term(value: Node, vocabulary: str) -> bool:
    return isinstance(value, URIRef) and str(value) in vocabularies.table(vocabulary)


def _code(value: Node) -> str:
    """EU file type of a format or media type, both as addresses; empty if there is none."""
    if not isinstance(value, URIRef):
        return ""
    if value.startswith(_FILE_TYPES):
        return value[len(_FILE_TYPES) :]
    found = vocabularies.media_type_of(value) if is_media_type(value) else None
    return found.file_type if found else ""
