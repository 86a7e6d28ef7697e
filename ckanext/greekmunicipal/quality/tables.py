"""Reads the tables of this package, and the short names of properties in them."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

from rdflib import URIRef


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """Rows of a CSV file beside this module."""
    text = (files("ckanext.greekmunicipal.quality") / name).read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@cache
def _namespaces() -> dict[str, str]:
    return {row["prefix"]: row["namespace"] for row in rows("prefixes.csv")}


@cache
def iri(short: str) -> URIRef:
    """IRI of a name such as ``dct:title``."""
    prefix, _, local = short.partition(":")
    return URIRef(_namespaces()[prefix] + local)


def short(name: str) -> str:
    """An IRI as ``dct:title``, if its namespace is known; as it is otherwise."""
    for prefix, namespace in _namespaces().items():
        if name.startswith(namespace):
            return f"{prefix}:{name[len(namespace) :]}"
    return name
