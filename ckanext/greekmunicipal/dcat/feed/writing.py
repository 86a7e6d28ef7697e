"""What the writers of all serialisations share: order, nesting, the writers by extension."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from ckanext.greekmunicipal.dcat.feed.triples import Node, Nodes


class Writer(Protocol):
    """Writes a document piece by piece; the pieces may speak of the same subjects."""

    def begin(self) -> str:
        """What stands before all nodes."""
        ...

    def nodes(self, nodes: Nodes) -> str:
        """The nodes, complete in themselves: blank nodes of other pieces do not occur."""
        ...

    def end(self) -> str:
        """What stands behind all nodes."""
        ...


@dataclass
class Nesting:
    """Which blank nodes are written inside the only node that names them.

    Attributes:
        nodes: all nodes of a piece.
        inside: blank nodes that are written inside another node.
    """

    nodes: Nodes
    inside: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        named: dict[str, list[str]] = {}
        for subject, node in self.nodes.items():
            for values in node.values():
                for value in values:
                    if value.startswith("_:"):
                        named.setdefault(value, []).append(subject)
        inside = {blank for blank, by in named.items() if len(by) == 1 and blank in self.nodes}
        # A ring of blank nodes would be inside itself and never be written.
        for blank in list(inside):
            seen, above = {blank}, named[blank][0]
            while above in inside:
                if above in seen:
                    inside.discard(blank)
                    break
                seen.add(above)
                above = named[above][0]
        self.inside = frozenset(inside)

    def outermost(self) -> Iterator[tuple[str, Node]]:
        """Nodes that are written by themselves, in their order."""
        for subject, node in self.nodes.items():
            if subject not in self.inside:
                yield subject, node


def document(writer: Writer, pieces: Iterable[Nodes]) -> Iterator[str]:
    """A whole document, piece by piece."""
    yield writer.begin()
    for piece in pieces:
        if text := writer.nodes(piece):
            yield text
    yield writer.end()
