"""Nodes of a graph from values of a dataset: addresses, texts, dates, nodes without an address."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import ckan.plugins.toolkit as tk
from ckanext.dcat.utils import catalog_uri
from rdflib import Literal, URIRef

from ckanext.greekmunicipal.dcat import terms
from ckanext.greekmunicipal.schemas import slugs, translated

# RDF 1.1 Concepts, 3.5: IRIs under this path stand for blank nodes.
GENID = "/.well-known/genid/"
_ABSOLUTE = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:\S")
# What neither RFC 3987 nor the serialisations allow in an IRI, as an HTML form would escape it.
_FORBIDDEN = re.compile('[\\s\x00-\x20\ud800-\udfff\ufffe\uffff<>"{}|\\\\^`]')
# Characters that XML cannot hold, not even escaped: one of them would spoil the whole feed.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DATES = (
    (re.compile(r"^\d{4}$"), terms.YEAR),
    (re.compile(r"^\d{4}-\d{2}$"), terms.YEAR_MONTH),
    (re.compile(r"^\d{4}-\d{2}-\d{2}$"), terms.DATE),
)


_memory: ContextVar[dict[str, Any] | None] = ContextVar("memory", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Read what many datasets have in common once while they are written."""
    token = _memory.set({}) if _memory.get() is None else None
    try:
        yield
    finally:
        if token is not None:
            _memory.reset(token)


def remembered(key: str, read: Callable[[], Any]) -> Any:
    """What ``read`` gives, read once while :func:`remembering`."""
    memory = _memory.get()
    if memory is None:
        return read()
    if key not in memory:
        memory[key] = read()
    return memory[key]


def catalog() -> str:
    """IRI of the catalogue, on which our other IRIs build, without a slash at its end."""
    return catalog_ref().rstrip("/")


def catalog_ref() -> str:
    """IRI of the catalogue as ckanext-dcat writes it."""
    return remembered("catalog", catalog_uri)


def site() -> str:
    """Address of the portal, with the path under which CKAN is served."""
    root = (tk.config.get("ckan.root_path") or "").replace("/{{LANG}}", "").rstrip("/")
    return tk.config["ckan.site_url"].rstrip("/") + root


@lru_cache(maxsize=8192)
def iri(address: str) -> URIRef:
    """An absolute address as IRI; what may not stand in one is percent-encoded."""
    return URIRef(_FORBIDDEN.sub(_escaped, address.strip()))


def resource(value: str) -> URIRef | Literal:
    """An absolute address as IRI; any other text as what it is, which the shapes refuse."""
    return iri(value) if is_absolute(value) else literal(value)


def is_absolute(value: str) -> bool:
    """Whether a text is an address with a scheme."""
    return bool(_ABSOLUTE.match(value.strip()))


def mailbox(email: str) -> URIRef:
    """The address ``mailto:`` of an e-mail address."""
    return iri("mailto:" + email.strip().removeprefix("mailto:"))


def unnamed(kind: str, content: Mapping[str, Any]) -> URIRef:
    """A node that has no address of its own: the same content gives the same node.

    Args:
        kind: what it is, so that two kinds with one content stay apart.
        content: what is said of it; JSON.

    Returns:
        A Skolem IRI, which stays as it is from one reading of the feed to the next.
    """
    canonical = json.dumps([kind, content], sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha1(canonical.encode(), usedforsecurity=False).hexdigest()
    return URIRef(f"{catalog()}{GENID}{kind}-{digest[:20]}")


def is_unnamed(node: Any) -> bool:
    """Whether a node of a graph stands for one without an address."""
    return not isinstance(node, URIRef) or GENID in node


def literal(value: str, language: str | None = None) -> Literal:
    """A text, in a language when one is given, without what no serialisation can hold."""
    return Literal(_UNWRITABLE.sub("", value), lang=language)


def text(value: str) -> Literal:
    """A text; one with Greek letters is said to be Greek."""
    return literal(value, "el" if slugs.has_greek(value) else None)


def texts(value: Any) -> Iterator[Literal]:
    """The texts of a multilingual value, each with its language."""
    try:
        found = translated.read(value)
    except translated.UnreadableTranslationError:
        return
    for language, words in found.items():
        yield literal(words, language)


def date(value: str) -> Literal:
    """A year, month, day or instant (ISO 8601) with its datatype; else the plain text."""
    for pattern, datatype in _DATES:
        if pattern.match(value):
            return Literal(value, datatype=datatype, normalize=False)
    try:
        instant = dt.datetime.fromisoformat(value.replace("Z", "+00:00"))
    except ValueError:
        return literal(value)
    return Literal(instant.isoformat(), datatype=terms.DATE_TIME, normalize=False)


def instant(stored: str) -> Literal:
    """An instant as CKAN stores it: in UTC, without saying so."""
    zoned = "T" in stored and not stored.endswith("Z") and "+" not in stored
    return date(f"{stored}+00:00" if zoned else stored)


def _escaped(found: re.Match[str]) -> str:
    return quote(found[0], errors="ignore")
