"""Turtle (which is N3 too) and N-Triples."""

from __future__ import annotations

from functools import lru_cache

from ckanext.greekmunicipal.dcat.feed.names import NAMESPACES, short
from ckanext.greekmunicipal.dcat.feed.triples import RDF_TYPE, Node, Nodes
from ckanext.greekmunicipal.dcat.feed.writing import Nesting


class NTriplesWriter:
    """One triple a line."""

    def begin(self) -> str:
        """Nothing."""
        return ""

    def nodes(self, nodes: Nodes) -> str:
        """Lines of the nodes."""
        return "".join(
            [
                f"{subject} {predicate} {value} .\n"
                for subject, node in nodes.items()
                for predicate, values in node.items()
                for value in values
            ]
        )

    def end(self) -> str:
        """Nothing."""
        return ""


class TurtleWriter:
    """A block a subject, prefixed names, blank nodes where they are used."""

    def begin(self) -> str:
        """Prefixes."""
        lines = [f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in NAMESPACES.items()]
        return "".join(lines) + "\n"

    def nodes(self, nodes: Nodes) -> str:
        """Blocks of the nodes."""
        nesting = Nesting(nodes)
        return "".join(
            [
                f"{_term(subject)} {_properties(node, nesting, 1)} .\n\n"
                for subject, node in nesting.outermost()
            ]
        )

    def end(self) -> str:
        """Nothing."""
        return ""


def _properties(node: Node, nesting: Nesting, depth: int) -> str:
    indent = "    " * depth
    parts = []
    for predicate in _type_first(node):
        values = node[predicate]
        texts = [
            _nested(value, nesting, depth) if value[0] == "_" else _term(value) for value in values
        ]
        verb = "a" if predicate == RDF_TYPE else _term(predicate)
        parts.append(f"{verb} {f',{chr(10)}{indent}    '.join(texts)}")
    return f" ;\n{indent}".join(parts)


def _nested(value: str, nesting: Nesting, depth: int) -> str:
    if value not in nesting.inside:
        return value
    return f"[ {_properties(nesting.nodes[value], nesting, depth + 1)} ]"


def _type_first(node: Node) -> list[str]:
    if RDF_TYPE not in node:
        return list(node)
    return [RDF_TYPE, *[predicate for predicate in node if predicate != RDF_TYPE]]


@lru_cache(maxsize=20_000)
def _iri(term: str) -> str:
    return short(term) or term


def _term(term: str) -> str:
    if term[0] == "<":
        return _iri(term)
    if term[-1] == ">":
        # A literal with a datatype; an IRI has no quote.
        value, _, datatype = term.rpartition("^^")
        return f"{value}^^{_iri(datatype)}"
    return term
