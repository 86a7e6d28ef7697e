"""JSON-LD: a context of prefixes and one object a subject."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from ckanext.greekmunicipal.dcat.feed.names import NAMESPACES, short
from ckanext.greekmunicipal.dcat.feed.triples import RDF_TYPE, Node, Nodes, read_literal
from ckanext.greekmunicipal.dcat.feed.writing import Nesting


class JSONLDWriter:
    """Objects in a graph; blank nodes inside the node that names them."""

    def __init__(self) -> None:
        self._before = "\n"

    def begin(self) -> str:
        """Context and the opening of the graph."""
        return f'{{"@context": {json.dumps(NAMESPACES)}, "@graph": ['

    def nodes(self, nodes: Nodes) -> str:
        """Objects of the nodes, a comma between them and those before."""
        nesting = Nesting(nodes)
        texts = [
            json.dumps(_object(subject, node, nesting), ensure_ascii=False)
            for subject, node in nesting.outermost()
        ]
        if not texts:
            return ""
        before, self._before = self._before, ",\n"
        return before + ",\n".join(texts)

    def end(self) -> str:
        """The closing of the graph."""
        return "\n]}\n"


def _object(subject: str, node: Node, nesting: Nesting) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if subject not in nesting.inside:
        made["@id"] = _id(subject)
    for predicate, values in node.items():
        if predicate == RDF_TYPE:
            found: list[Any] = [_name(value) for value in values]
            key = "@type"
        else:
            found = [_value(value, nesting) for value in values]
            key = _name(predicate)
        made[key] = found[0] if len(found) == 1 else found
    return made


def _value(value: str, nesting: Nesting) -> Any:
    if value[0] == '"':
        return _literal(value)
    if value in nesting.inside:
        return _object(value, nesting.nodes[value], nesting)
    return {"@id": _id(value)}


def _id(term: str) -> str:
    return term[1:-1] if term[0] == "<" else term


@lru_cache(maxsize=20_000)
def _name(term: str) -> str:
    return short(term) or _id(term)


def _literal(text: str) -> Any:
    value, language, datatype = read_literal(text)
    if language:
        return {"@value": value, "@language": language}
    if datatype:
        return {"@value": value, "@type": _name(f"<{datatype}>")}
    return value
