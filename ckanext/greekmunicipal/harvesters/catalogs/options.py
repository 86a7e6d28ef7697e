"""Options of a source of a foreign catalogue, checked when it is saved.

::

    {"municipality": "dimos-peiraios",
     "ckan": {"url": "https://data.gov.gr", "organization": "dimospeiraia"}}
    {"municipality": …, "ckan": {"url": "https://data.example", "query": "Πειραιάς"}}
    {"municipality": …, "dcat": {"url": "https://data.example/catalog.ttl"}}
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ckanext.greekmunicipal.harvesters.base import SourceOptionError, read_json_options
from ckanext.greekmunicipal.harvesters.budget_sources.options import read_addresses
from ckanext.greekmunicipal.municipalities import (
    Municipality,
    UnknownMunicipalityError,
    by_slug,
)

KNOWN = ("municipality", "ckan", "dcat", "preference", "deletions")
_CKAN = ("url", "organization", "query", "filter")
_DCAT = ("url",)
_DELETIONS = ("most", "share")
_LONGEST = 500


@dataclass(frozen=True)
class Catalogue:
    """What is read.

    Attributes:
        kind: ``ckan`` or ``dcat``.
        url: of the portal, without ``/api``, or of the first page of the feed.
        query: ``q`` of ``package_search``.
        filter: ``fq`` of ``package_search``.
    """

    kind: str
    url: str
    query: str = ""
    filter: str = ""


@dataclass(frozen=True)
class Guard:
    """How much may vanish from a catalogue in one harvest and be deleted here at once.

    Attributes:
        most: number of datasets.
        share: part of what the source gave so far, 0 to 1.
    """

    most: int = 10
    share: float = 0.1

    def holds(self, absent: int, known: int) -> bool:
        """Whether so many deletions wait for a second harvest or a person."""
        return absent > self.most or absent > self.share * known


@dataclass(frozen=True)
class Options:
    """Options of a source.

    Attributes:
        municipality: whose datasets they are; None: those of the organisation of the source.
        catalogue: what is read.
        preference: of two equally new records the one of the greater preference counts.
        guard: against deletions by a broken source.
    """

    municipality: Municipality | None
    catalogue: Catalogue
    preference: int = 0
    guard: Guard = Guard()

    @property
    def basis(self) -> str:
        """What the mapping of a record depends on besides the record."""
        slug = self.municipality.slug if self.municipality else ""
        return json.dumps([slug, self.preference, asdict(self.catalogue)], ensure_ascii=False)


def read_options(text: str | None) -> Options:
    """Read the configuration of a source.

    Raises:
        SourceOptionError: which option, what was read, what was expected.
    """
    read = read_json_options(text, KNOWN)
    kinds = [kind for kind in ("ckan", "dcat") if kind in read]
    if len(kinds) != 1:
        raise SourceOptionError(
            'Expected one of "ckan" and "dcat", as "ckan": {"url": "https://data.gov.gr",'
            f' "organization": "dimospeiraia"}}; {", ".join(kinds) or "neither"} was read.'
        )
    return Options(
        _municipality(read.get("municipality")),
        _catalogue(kinds[0], read[kinds[0]]),
        _preference(read.get("preference", 0)),
        _guard(read.get("deletions", {})),
    )


def _municipality(read: Any) -> Municipality | None:
    if read is None:
        return None
    try:
        return by_slug(str(read))
    except UnknownMunicipalityError as error:
        raise SourceOptionError(f'"municipality": {error}') from None


def _catalogue(kind: str, read: Any) -> Catalogue:
    known = _CKAN if kind == "ckan" else _DCAT
    if not isinstance(read, Mapping):
        raise SourceOptionError(
            f'"{kind}" must be as {{"url": "https://data.example"}}; {read!r:.200} was read.'
        )
    if unknown := sorted(set(read) - set(known)):
        raise SourceOptionError(
            f'"{kind}" has the unknown option {", ".join(unknown)}. There are: {", ".join(known)}.'
        )
    (url,) = read_addresses(f"{kind}.url", [read.get("url")])
    if kind == "dcat":
        return Catalogue(kind, url)
    organization, query, fq = (_text(f"ckan.{name}", read.get(name, "")) for name in known[1:])
    if not (organization or query or fq):
        raise SourceOptionError(
            '"ckan" needs "organization", "query" or "filter", as "organization": "dimospeiraia":'
            " without one the whole catalogue would be read."
        )
    if organization:
        owned = f'organization:"{organization}"'
        fq = f"+{owned} +({fq})" if fq else owned
    return Catalogue(kind, url.rstrip("/").removesuffix("/api"), query, fq)


def _text(option: str, read: Any) -> str:
    if not isinstance(read, str) or len(read) > _LONGEST or "\0" in read:
        raise SourceOptionError(
            f'"{option}" must be a text of at most {_LONGEST} characters; {read!r:.200} was read.'
        )
    if option == "ckan.organization" and '"' in read:
        raise SourceOptionError(
            f'"{option}" must be the name of an organisation; {read!r:.200} was read.'
        )
    return read.strip()


def _preference(read: Any) -> int:
    if type(read) is not int or not 0 <= read <= 100:
        raise SourceOptionError(
            f'"preference" must be a whole number from 0 to 100; {read!r:.200} was read.'
        )
    return read


def _guard(read: Any) -> Guard:
    if not isinstance(read, Mapping) or set(read) - set(_DELETIONS):
        raise SourceOptionError(
            '"deletions" must be as {"most": 10, "share": 0.1}: how many datasets, and which part'
            f" of them, may be deleted at once; {read!r:.200} was read."
        )
    most, share = read.get("most", Guard.most), read.get("share", Guard.share)
    if type(most) is not int or most < 0:
        raise SourceOptionError(
            f'"deletions.most" must be a whole number from 0; {most!r:.200} was read.'
        )
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
        raise SourceOptionError(
            f'"deletions.share" must be a number from 0 to 1; {share!r:.200} was read.'
        )
    return Guard(most, float(share))
