"""RDF/XML, one element a subject."""

from __future__ import annotations

import re
from functools import lru_cache

from ckanext.greekmunicipal.dcat.feed.names import NAMESPACES, short, split
from ckanext.greekmunicipal.dcat.feed.triples import RDF_TYPE, Node, Nodes, read_literal
from ckanext.greekmunicipal.dcat.feed.writing import Nesting

_SPECIAL = re.compile("[&<>\r]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}


class UnnameablePredicateError(ValueError):
    """A predicate whose IRI cannot be the name of an XML element."""


class RDFXMLWriter:
    """Typed elements with their properties; blank nodes inside the node that names them."""

    def begin(self) -> str:
        """Head and namespaces."""
        spaces = "".join(f'\n    xmlns:{prefix}="{iri}"' for prefix, iri in NAMESPACES.items())
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{spaces}>\n'

    def nodes(self, nodes: Nodes) -> str:
        """Elements of the nodes.

        Raises:
            UnnameablePredicateError: a property cannot be written in RDF/XML.
        """
        nesting = Nesting(nodes)
        out: list[str] = []
        for subject, node in nesting.outermost():
            _element(out, subject, node, nesting, "  ")
        return "".join(out)

    def end(self) -> str:
        """Foot."""
        return "</rdf:RDF>\n"


def _element(out: list[str], subject: str, node: Node, nesting: Nesting, indent: str) -> None:
    kinds = node.get(RDF_TYPE, [])
    # The first type that has a prefix names the element, the others are properties.
    named = next((kind for kind in kinds if kind[0] == "<" and short(kind)), None)
    name = (short(named) if named else None) or "rdf:Description"
    out.append(f"{indent}<{name}{_about(subject, nesting)}>\n")
    inner = indent + "  "
    for predicate, values in node.items():
        for value in values:
            if predicate != RDF_TYPE or value != named:
                _property(out, predicate, value, nesting, inner)
    out.append(f"{indent}</{name}>\n")


def _property(out: list[str], predicate: str, value: str, nesting: Nesting, indent: str) -> None:
    tag, space = _tag(predicate)
    if value[0] == "<":
        out.append(f'{indent}<{tag}{space} rdf:resource="{_attribute(value[1:-1])}"/>\n')
    elif value[0] == '"':
        text, attributes = _text(value)
        out.append(f"{indent}<{tag}{space}{attributes}>{text}</{tag}>\n")
    elif value in nesting.inside:
        out.append(f"{indent}<{tag}{space}>\n")
        _element(out, value, nesting.nodes[value], nesting, indent + "  ")
        out.append(f"{indent}</{tag}>\n")
    else:
        out.append(f'{indent}<{tag}{space} rdf:nodeID="{value[2:]}"/>\n')


def _about(subject: str, nesting: Nesting) -> str:
    if subject[0] == "<":
        return f' rdf:about="{_attribute(subject[1:-1])}"'
    return "" if subject in nesting.inside else f' rdf:nodeID="{subject[2:]}"'


@lru_cache(maxsize=2_000)
def _tag(predicate: str) -> tuple[str, str]:
    """Name of a property's element and the declaration that it needs."""
    if name := short(predicate):
        return name, ""
    parts = split(predicate)
    if parts is None:
        raise UnnameablePredicateError(
            f"The property {predicate} was read: expected one that ends in a name behind"
            " #, / or :, as RDF/XML needs it. Write another serialisation, or mend the profile."
        )
    return f"x:{parts[1]}", f' xmlns:x="{_attribute(parts[0])}"'


def _text(value: str) -> tuple[str, str]:
    text, language, datatype = read_literal(value)
    attributes = ""
    if language:
        attributes = f' xml:lang="{language}"'
    elif datatype:
        attributes = f' rdf:datatype="{_attribute(datatype)}"'
    return _escaped(text), attributes


def _escaped(text: str) -> str:
    if _SPECIAL.search(text):
        return _SPECIAL.sub(lambda found: _ENTITIES[found[0]], text)
    return text


@lru_cache(maxsize=20_000)
def _attribute(text: str) -> str:
    return _escaped(text)
