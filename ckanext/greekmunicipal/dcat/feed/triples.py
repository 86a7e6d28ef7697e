"""Triples as plain texts: each term as N-Triples writes it.

The text of a term is its identity, so that sets of triples can be merged,
stored and written without building a graph.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from rdflib import BNode, Literal

Triple = tuple[str, str, str]
# subject -> predicate -> objects
Node = dict[str, list[str]]
Nodes = dict[str, Node]

RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ESCAPED = re.compile(r'[\\"\n\r\t]')
# What XML 1.0 cannot hold, and lone surrogates, which UTF-8 cannot.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_IRI = re.compile('[\x00-\x20<>"{}|^`\\\\\ud800-\udfff]')
_LITERAL = re.compile(r'"(.*)"(?:@([A-Za-z0-9-]+)|\^\^<(.*)>)?\Z', re.DOTALL)
_UNESCAPED = re.compile(r'\\([\\"nrt])')
_PLAIN = {"\\": "\\", '"': '"', "n": "\n", "r": "\r", "t": "\t"}


@lru_cache(maxsize=20_000)
def iri(value: str) -> str:
    """Text of an IRI; what may not stand in one is percent-encoded."""
    return "<" + _NOT_IN_IRI.sub(_percent, str(value)) + ">"


def literal(value: str, language: str | None = None, datatype: str | None = None) -> str:
    """Text of a literal; characters that no serialisation can carry are left out."""
    value = _UNWRITABLE.sub("", value)
    if _ESCAPED.search(value):
        value = _ESCAPED.sub(lambda found: _ESCAPES[found[0]], value)
    if language:
        return f'"{value}"@{language}'
    if datatype and datatype != XSD_STRING:
        return f'"{value}"^^{iri(datatype)}'
    return f'"{value}"'


def read_literal(text: str) -> tuple[str, str | None, str | None]:
    """Value, language and datatype of a literal's text.

    Raises:
        ValueError: it is no literal.
    """
    found = _LITERAL.match(text)
    if found is None:
        raise ValueError(f"{text[:80]!r} was read: expected a literal as N-Triples writes it.")
    value, language, datatype = found.groups()
    if "\\" in value:
        value = _UNESCAPED.sub(lambda match: _PLAIN[match[1]], value)
    return value, language, datatype


def triples_of(given: Iterable[Any], owner: str) -> list[Triple]:
    """Triples of rdflib as texts, in an order that depends on nothing but what they say.

    Args:
        given: what the profile wrote of one dataset, or of the catalogue; a graph too.
        owner: what the names of blank nodes are made from, so that those of two
            fragments never meet.
    """
    everything = list(given)
    names = _names_of_blank_nodes(everything, owner)
    # By identity: comparing terms is what takes long, and the list keeps them as they are.
    known: dict[int, str] = {}

    def text(term: object) -> str:
        found = known.get(id(term))
        if found is None:
            if isinstance(term, BNode):
                found = names[term]
            elif isinstance(term, Literal):
                found = literal(str(term), term.language, term.datatype)
            else:
                found = iri(str(term))
            known[id(term)] = found
        return found

    return sorted({(text(s), text(p), text(o)) for s, p, o in everything})


def write(triples: Iterable[Triple]) -> str:
    """N-Triples of the triples."""
    return "".join([f"{s} {p} {o} .\n" for s, p, o in triples])


def read(text: str) -> Iterator[Triple]:
    """Triples of what ``write`` wrote."""
    for line in text.split("\n"):
        if line:
            subject, predicate, rest = line.split(" ", 2)
            yield subject, predicate, rest[:-2]


def add(nodes: Nodes, triples: Iterable[Triple]) -> None:
    """Merge triples into nodes; one that is there already is not added again."""
    for subject, predicate, value in triples:
        node = nodes.get(subject)
        if node is None:
            nodes[subject] = {predicate: [value]}
            continue
        values = node.get(predicate)
        if values is None:
            node[predicate] = [value]
        elif value not in values:
            values.append(value)


def _names_of_blank_nodes(given: list[Any], owner: str) -> dict[BNode, str]:
    """A name for each blank node that is the same whenever the triples are."""
    below: dict[BNode, list[tuple[Any, Any]]] = {}
    seen_from: dict[BNode, list[tuple[str, str]]] = {}
    for s, p, o in given:
        if isinstance(s, BNode):
            below.setdefault(s, []).append((p, o))
        if isinstance(o, BNode):
            place = ("" if isinstance(s, BNode) else str(s), str(p))
            seen_from.setdefault(o, []).append(place)
    order = sorted(
        {**below, **seen_from},
        key=lambda node: (sorted(seen_from.get(node, ())), _shape(below, node, frozenset())),
    )
    prefix = "_:b" + hashlib.sha256(owner.encode()).hexdigest()[:16] + "x"
    return {node: f"{prefix}{number}" for number, node in enumerate(order)}


def _shape(
    below: Mapping[BNode, list[tuple[Any, Any]]], node: BNode, above: frozenset[BNode]
) -> str:
    """What hangs on a blank node, as a text; two nodes of one shape are interchangeable."""
    if node in above:
        return "loop"
    inside = above | {node}
    return ";".join(
        sorted(
            f"{p} {_shape(below, o, inside) if isinstance(o, BNode) else repr(o)}"
            for p, o in below.get(node, ())
        )
    )


def _percent(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "replace"))


__all__ = [
    "RDF_TYPE",
    "Node",
    "Nodes",
    "Triple",
    "add",
    "iri",
    "literal",
    "read",
    "read_literal",
    "triples_of",
    "write",
]
