"""Options of the kinds of sources that are lists on the web, checked when a source is saved.

::

    {"municipality": "dimos-tinou", "urls": ["https://www.tinos.gr/esoda_2026.xlsx", …]}
    {"municipality": …, "page": {"url": "https://www.tinos.gr/budgets", "names": "*2026*.pdf"}}
    {"municipality": …, "feed": {"url": "https://www.tinos.gr/rss", "texts": "*εκτέλεση*"}}
    {"municipality": …, "ckan": {"url": "https://data.example", "filter": "organization:tinos"}}
    {"municipality": …, "diavgeia": {"types": ["Β.3"], "first": "2025-01-01"}}
"""

from __future__ import annotations

import datetime as dt
import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ckanext.greekmunicipal import config as our_config
from ckanext.greekmunicipal.diavgeia import plan, values
from ckanext.greekmunicipal.diavgeia.addresses import is_loopback_url, is_public
from ckanext.greekmunicipal.harvesters.base import SourceOptionError
from ckanext.greekmunicipal.harvesters.budget_sources.documents import ENDINGS, absolute
from ckanext.greekmunicipal.harvesters.budget_sources.patterns import Patterns

MOST_ADDRESSES = 1000
_MOST_PATTERNS = 50
_LONGEST = 200
TYPES = ("Β.1.1", "Β.3")
_PATTERNS = ("names", "texts", "without")
_WEB = ("url", *_PATTERNS)


@dataclass(frozen=True)
class WebList:
    """A page or feed that links to files.

    Attributes:
        kind: ``page`` or ``feed``.
        url: its address.
        patterns: which of its links are wanted.
    """

    kind: str
    url: str
    patterns: Patterns


@dataclass(frozen=True)
class CatalogueSearch:
    """A search of another CKAN.

    Attributes:
        url: of the catalogue, without ``/api``.
        query: ``q`` of ``package_search``.
        filter: ``fq`` of ``package_search``.
        formats: formats of resources, in capitals; empty for those that may hold a budget.
        patterns: which of their resources are wanted.
    """

    url: str
    query: str
    filter: str
    formats: tuple[str, ...]
    patterns: Patterns
    kind: str = "ckan"


@dataclass(frozen=True)
class ActsList:
    """Acts of Diavgeia whose documents are budgets or statements of their execution.

    Attributes:
        url: of the API; empty for that of the installation.
        types: decision types.
        first: first issue date; None for 1 January of last year.
        without: numbers of acts (ΑΔΑ) that are not wanted.
    """

    url: str
    types: tuple[str, ...]
    first: dt.date | None
    without: tuple[str, ...]
    kind: str = "diavgeia"


Listed = WebList | CatalogueSearch | ActsList


def read_listed(kind: str, read: Any) -> Listed:
    """Check the options of a list.

    Args:
        kind: one of :data:`KINDS`.
        read: what stands under it in the configuration.

    Raises:
        SourceOptionError: which option, what was read, what was expected.
    """
    known, make, example = _KINDS[kind]
    if not isinstance(read, Mapping):
        raise SourceOptionError(f'"{kind}" must be as {example}; {read!r} was read.')
    if unknown := sorted(set(read) - set(known)):
        raise SourceOptionError(
            f'"{kind}" has the unknown option {", ".join(unknown)}. There are: {", ".join(known)}.'
        )
    return make(kind, read)


def read_addresses(option: str, read: Any) -> tuple[str, ...]:
    """Addresses of files, in the form in which they are asked.

    Raises:
        SourceOptionError: no list, an address that cannot be asked, or one that may not be.
    """
    if not isinstance(read, list) or not 0 < len(read) <= MOST_ADDRESSES:
        raise SourceOptionError(
            f'"{option}" must list 1 to {MOST_ADDRESSES} addresses, as'
            f' ["https://www.tinos.gr/budget_2026.xlsx"]; {read!r:.200} was read.'
        )
    return tuple(dict.fromkeys(_address(option, entry) for entry in read))


def _web(kind: str, read: Mapping[str, Any]) -> WebList:
    return WebList(kind, _address(f"{kind}.url", read.get("url")), _patterns(kind, read))


def _catalogue(kind: str, read: Mapping[str, Any]) -> CatalogueSearch:
    url = _address(f"{kind}.url", read.get("url")).rstrip("/").removesuffix("/api")
    query, fq = (_text(f"{kind}.{name}", read.get(name, "")) for name in ("query", "filter"))
    if not query and not fq:
        raise SourceOptionError(
            '"ckan" needs "query" or "filter", as "filter": "organization:dimos-tinou": without'
            " one the whole catalogue would be read."
        )
    formats = tuple(
        text.upper().lstrip(".") for text in _texts(f"{kind}.formats", read.get("formats", []))
    )
    known = {ending[1:].upper() for ending in ENDINGS}
    if strange := sorted(set(formats) - known):
        raise SourceOptionError(
            f'"ckan.formats" names {", ".join(strange)}: expected some of'
            f" {', '.join(sorted(known))}."
        )
    return CatalogueSearch(url, query, fq, formats, _patterns(kind, read))


def _acts(kind: str, read: Mapping[str, Any]) -> ActsList:
    types = tuple(
        values.greek_capitals(text) for text in _texts("diavgeia.types", read.get("types", []))
    )
    if strange := [text for text in types if text not in TYPES]:
        raise SourceOptionError(
            f'"diavgeia.types" names {", ".join(strange)}: expected some of {", ".join(TYPES)},'
            " the types under which budgets and statements of their execution are posted."
        )
    url = read.get("url", "")
    first = read.get("first")
    try:
        day = None if first is None else max(dt.date.fromisoformat(str(first)), plan.FIRST)
    except ValueError:
        raise SourceOptionError(
            f'"diavgeia.first" must be a date as 2025-01-01; {first!r} was read.'
        ) from None
    without = _texts("diavgeia.without", read.get("without", []))
    return ActsList(
        _address("diavgeia.url", url).rstrip("/") if url else "",
        types or TYPES,
        day,
        tuple(values.greek_capitals(ada) for ada in without),
    )


def _patterns(kind: str, read: Mapping[str, Any]) -> Patterns:
    return Patterns(
        *(_texts(f"{kind}.{name}", read.get(name, [])) for name in _PATTERNS),
    )


def _texts(option: str, read: Any) -> tuple[str, ...]:
    """One text or a list of them."""
    entries = [read] if isinstance(read, str) else read
    if not isinstance(entries, list) or len(entries) > _MOST_PATTERNS:
        raise SourceOptionError(
            f'"{option}" must be a text or at most {_MOST_PATTERNS} of them, as'
            f' ["*2026*.xlsx", "*εκτέλεση*"]; {read!r:.200} was read.'
        )
    found = tuple(_text(option, entry) for entry in entries)
    if not all(found):
        raise SourceOptionError(f'"{option}" has an empty text. Leave it out.')
    return found


def _text(option: str, read: Any) -> str:
    if not isinstance(read, str) or len(read) > _LONGEST or "\0" in read:
        raise SourceOptionError(
            f'"{option}" must be a text of at most {_LONGEST} characters; {read!r:.200} was read.'
        )
    return read.strip()


def _address(option: str, read: Any) -> str:
    found = absolute("", read) if isinstance(read, str) and our_config.is_address(read) else None
    if found is None:
        raise SourceOptionError(
            f'"{option}" must be an address as https://www.tinos.gr/budget_2026.xlsx, without'
            f" user or password; {read!r:.200} was read."
        )
    host = urlsplit(found).hostname or ""
    if host not in our_config.allowed_private_hosts() and _is_private(found, host):
        raise SourceOptionError(
            f'"{option}" names the host {host}, of a private network: expected one of the public'
            f" internet. An administrator can allow it with {our_config.PRIVATE_HOSTS}."
        )
    return found


def _is_private(address: str, host: str) -> bool:
    """Whether it says so itself; what a name leads to is looked at with each request."""
    try:
        return not is_public(str(ipaddress.ip_address(host)))
    except ValueError:
        return is_loopback_url(address)


_Reader = Callable[[str, Mapping[str, Any]], Listed]
_KINDS: dict[str, tuple[tuple[str, ...], _Reader, str]] = {
    "page": (_WEB, _web, '{"url": "https://www.tinos.gr/budgets", "names": "*.xlsx"}'),
    "feed": (_WEB, _web, '{"url": "https://www.tinos.gr/rss", "texts": "*εκτέλεση*"}'),
    "ckan": (
        ("url", "query", "filter", "formats", *_PATTERNS),
        _catalogue,
        '{"url": "https://data.example", "filter": "organization:tinos"}',
    ),
    "diavgeia": (
        ("url", "types", "first", "without"),
        _acts,
        '{"types": ["Β.3"], "first": "2025-01-01"}',
    ),
}
KINDS = tuple(_KINDS)
