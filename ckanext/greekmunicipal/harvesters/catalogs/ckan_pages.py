"""Pages of another CKAN: ``package_search`` in an order of its own, believed when it adds up."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

from ckanext.greekmunicipal.catalogs import records
from ckanext.greekmunicipal.harvesters.budget_sources.errors import failure
from ckanext.greekmunicipal.harvesters.budget_sources.web import Web
from ckanext.greekmunicipal.harvesters.catalogs.options import Catalogue
from ckanext.greekmunicipal.harvesters.catalogs.pages import (
    MOST_BYTES,
    Item,
    Known,
    KnownPage,
    Page,
    digest,
)

ROWS = 100


def pages(
    catalogue: Catalogue, web: Web, known: Known, basis: str, shape: records.Shape
) -> Iterator[Page]:
    """Pages of a search, one after the other.

    Args:
        catalogue: what is asked.
        web: what asks.
        known: what a page of an address and digest held; None when it is another one.
        basis: what the mapping depends on.
        shape: kinds of our fields.

    Raises:
        SourceFailure: no answer of a CKAN.
    """
    start, total = 0, None
    while total is None or start < total:
        page = read_page(catalogue, web, known, basis, shape, start)
        yield page
        total = page.known.total or 0
        if not page.known.records:
            return
        start += len(page.known.records)


def read_page(
    catalogue: Catalogue,
    web: Web,
    known: Known,
    basis: str,
    shape: records.Shape,
    start: int,
    rows: int = ROWS,
) -> Page:
    """One page of a search; see :func:`pages`."""
    # An order of its own: the page that begins at 100 must not depend on what was just edited.
    parameters = {"rows": str(rows), "start": str(start), "sort": "id asc"}
    parameters |= {"q": catalogue.query} if catalogue.query else {}
    parameters |= {"fq": catalogue.filter} if catalogue.filter else {}
    url = f"{catalogue.url}/api/3/action/package_search?{urlencode(parameters)}"
    answer = web.page(url, most=MOST_BYTES)
    if answer.type != "application/json":
        raise failure("no-catalogue", url=catalogue.url, detail=answer.type or "–")
    found = digest(answer.content, basis)
    if same := known(url, found):
        return Page(url, same, None)
    count, packages = _read(answer.content, catalogue.url)
    names = tuple(str(each.get("id") or each.get("name") or "") for each in packages)
    items = (
        Item(
            name,
            records.fingerprint(records.without_counters(package), basis),
            partial(records.of_ckan, package, catalogue.url, shape),
        )
        for name, package in zip(names, packages, strict=True)
    )
    return Page(url, KnownPage(found, count, None, names), items)


def _read(content: bytes, url: str) -> tuple[int, list[Mapping[str, Any]]]:
    try:
        answer = json.loads(content)
        result = answer["result"]
        count, packages = result["count"], result["results"]
        if answer["success"] is not True or type(count) is not int:
            raise ValueError("success")
        if not isinstance(packages, list) or not all(isinstance(each, dict) for each in packages):
            raise ValueError("results")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        detail = f"JSON ({type(error).__name__})"
        raise failure("no-catalogue", url=url, detail=detail) from error
    return count, packages
