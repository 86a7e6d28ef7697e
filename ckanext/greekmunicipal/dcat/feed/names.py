"""Namespaces and how names are shortened with them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

NAMESPACES = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dct": "http://purl.org/dc/terms/",
    "dqv": "http://www.w3.org/ns/dqv#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "locn": "http://www.w3.org/ns/locn#",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "http://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_PREFIX_OF = {namespace: prefix for prefix, namespace in NAMESPACES.items()}
_SPLIT = re.compile(r"(.*[/#:])([A-Za-z_][A-Za-z0-9_]*)\Z", re.DOTALL)


@lru_cache(maxsize=20_000)
def short(term: str) -> str | None:
    """Prefixed name of an IRI's text (``<…>``), None when no namespace of ours fits."""
    found = _SPLIT.match(term[1:-1])
    if found is None:
        return None
    prefix = _PREFIX_OF.get(found[1])
    return f"{prefix}:{found[2]}" if prefix else None


@lru_cache(maxsize=2_000)
def split(term: str) -> tuple[str, str] | None:
    """Namespace and local name of an IRI's text, None when it cannot name an element."""
    found = _SPLIT.match(term[1:-1])
    return (found[1], found[2]) if found else None


def first_of(subjects: Iterable[str], order: Iterable[str]) -> list[str]:
    """Subjects with those of ``order`` first, in that order."""
    given = dict.fromkeys(subjects)
    wanted = [subject for subject in order if subject in given]
    return wanted + [subject for subject in given if subject not in set(wanted)]
