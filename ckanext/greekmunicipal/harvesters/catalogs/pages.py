"""Pages of a catalogue: what was on each, told without reading one that has not changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ckanext.greekmunicipal.catalogs.records import Mapped, UnusableRecordError, fingerprint
from ckanext.greekmunicipal.harvesters.budget_sources.errors import failure

# Bounds of a catalogue, so that one without end is no endless harvest.
MOST_PAGES = 5000
MOST_RECORDS = 200_000
MOST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class KnownPage:
    """A page as it was when the source was last read to its end.

    Attributes:
        digest: of its bytes and of what its records are mapped with.
        total: how many records the catalogue counted, if it does.
        next: address of the next page.
        records: what stood on it.
    """

    digest: str
    total: int | None
    next: str | None
    records: tuple[str, ...]


@dataclass(frozen=True)
class Item:
    """A record of a page, mapped only when it has changed.

    Attributes:
        record: what the catalogue calls it.
        fingerprint: of the record and of the mapping.
        map: maps it; raises :class:`UnusableRecordError`.
    """

    record: str
    fingerprint: str
    map: Callable[[], Mapped]


@dataclass(frozen=True)
class Page:
    """A page that was read.

    Attributes:
        url: its address.
        known: what is kept of it.
        items: its records; None when it is as it was.
    """

    url: str
    known: KnownPage
    items: Iterator[Item] | None


Known = Callable[[str, str], "KnownPage | None"]


def digest(content: bytes, basis: str) -> str:
    """Digest of a page and of what its records are mapped with."""
    return fingerprint(hashlib.sha256(content).hexdigest(), basis)


def graph_digest(dataset: Mapping[str, Any], basis: str) -> str:
    """Fingerprint of a dataset of a graph, whose statements have no order."""
    resources = [_ordered(resource) for resource in dataset.get("resources") or ()]
    return fingerprint({**_ordered(dataset), "resources": resources}, basis)


def _ordered(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _ordered(part) for key, part in value.items()}
    if isinstance(value, list):
        return sorted(map(_ordered, value), key=lambda part: json.dumps(part, sort_keys=True))
    return value


class Tally:
    """Sees to it that what a catalogue gives adds up.

    Args:
        url: address of the catalogue, for messages.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.total: int | None = None
        self.pages = 0
        self.seen: set[str] = set()

    def add(self, known: KnownPage) -> None:
        """Count a page.

        Raises:
            SourceFailure: it repeats what was read, or the catalogue changed meanwhile.
        """
        self.pages += 1
        if known.total is not None:
            if self.total not in (None, known.total):
                raise failure("moving", url=self.url, count=self.total, found=known.total)
            self.total = known.total
        count = len(self.seen) + len(known.records)
        self.seen.update(known.records)
        if len(self.seen) != count:
            raise failure("moving", url=self.url, count=count, found=len(self.seen))
        if self.pages > MOST_PAGES or count > MOST_RECORDS:
            raise failure("too-many", url=self.url, found=count, most=MOST_RECORDS)

    def close(self) -> None:
        """See that all came that was counted.

        Raises:
            SourceFailure: it did not.
        """
        if self.total is not None and self.total != len(self.seen):
            raise failure("moving", url=self.url, count=self.total, found=len(self.seen))


__all__ = [
    "MOST_BYTES",
    "Item",
    "Known",
    "KnownPage",
    "Page",
    "Tally",
    "UnusableRecordError",
    "digest",
    "graph_digest",
]
