"""Files that another CKAN lists: ``package_search``, page by page, believed only when it adds up."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from ckanext.greekmunicipal.harvesters.budget_sources.documents import (
    ENDINGS,
    Document,
    absolute,
    has_ending,
    name_of,
    safe_name,
)
from ckanext.greekmunicipal.harvesters.budget_sources.errors import failure
from ckanext.greekmunicipal.harvesters.budget_sources.options import CatalogueSearch
from ckanext.greekmunicipal.harvesters.budget_sources.web import Web

ROWS = 100
MOST_DATASETS = 2000
_FORMATS = frozenset(ending[1:].upper() for ending in ENDINGS)


def resources_of(search: CatalogueSearch, web: Web) -> tuple[list[Document], int, int]:
    """Files of the datasets that a search finds.

    Args:
        search: what is asked.
        web: what asks.

    Returns:
        Documents that fit, each address once; how many files and datasets were seen.

    Raises:
        SourceFailure: no answer of a CKAN, or one that does not add up.
    """
    packages = _packages(search, web)
    found: dict[str, Document] = {}
    seen = 0
    for package in packages:
        for resource in _each(package.get("resources")):
            seen += 1
            listed = _document(resource, str(package.get("id") or package.get("name")), search)
            if listed is not None and search.patterns.fit(listed):
                found.setdefault(listed.address, listed)
    return list(found.values()), seen, len(packages)


def _packages(search: CatalogueSearch, web: Web) -> list[Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    count = None
    while count is None or len(found) < count:
        answer = _page(search, web, len(found))
        if count is not None and answer["count"] != count:
            raise failure("moving", url=search.url, count=count, found=answer["count"])
        count = answer["count"]
        if count > MOST_DATASETS:
            raise failure("too-many", url=search.url, found=count, most=MOST_DATASETS)
        before = len(found)
        for package in _each(answer.get("results")):
            found[str(package.get("id") or package.get("name"))] = package
        if len(found) == before:
            break
    if len(found) != count:
        raise failure("moving", url=search.url, count=count, found=len(found))
    return list(found.values())


def _page(search: CatalogueSearch, web: Web, start: int) -> Mapping[str, Any]:
    # An order of its own: the page that begins at 100 must not depend on what was just edited.
    parameters = {"rows": str(ROWS), "start": str(start), "sort": "id asc"}
    parameters |= {"q": search.query} if search.query else {}
    parameters |= {"fq": search.filter} if search.filter else {}
    url = f"{search.url}/api/3/action/package_search?{urlencode(parameters)}"
    page = web.page(url)
    if page.type != "application/json":
        raise failure("no-catalogue", url=search.url, detail=page.type or "–")
    try:
        answer = json.loads(page.content)
        result = answer["result"]
        if answer["success"] is not True or type(result["count"]) is not int:
            raise ValueError("success")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        detail = f"JSON ({type(error).__name__})"
        raise failure("no-catalogue", url=search.url, detail=detail) from error
    return result


def _each(read: Any) -> Iterator[Mapping[str, Any]]:
    for item in read if isinstance(read, list) else ():
        if isinstance(item, dict):
            yield item


def _document(
    resource: Mapping[str, Any], package: str, search: CatalogueSearch
) -> Document | None:
    """A resource as a document; None when it has no address or another format."""
    address = absolute(f"{search.url}/", str(resource.get("url") or ""))
    if address is None:
        return None
    form = str(resource.get("format") or "").strip().upper().lstrip(".")
    in_address = name_of(address)
    ending = f".{form.lower()}" if form in _FORMATS else ""
    if search.formats and form not in search.formats:
        return None
    if not search.formats and not ending and not has_ending(in_address):
        return None
    title = safe_name(str(resource.get("name") or ""))
    # The file's own name tells year and side; where it has none, the resource's does.
    name = in_address if has_ending(in_address) else f"{title}{ending}"
    return Document(address, name, (title,), package)
