"""The list of a source, read: documents that fit, put together to budgets."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ckanext.greekmunicipal import config as our_config
from ckanext.greekmunicipal.diavgeia.client import Client
from ckanext.greekmunicipal.greek import ATHENS
from ckanext.greekmunicipal.harvesters import working
from ckanext.greekmunicipal.harvesters.budget_files import MOST_FILES, Unit, group_named, shown
from ckanext.greekmunicipal.harvesters.budget_sources import acts, catalogue
from ckanext.greekmunicipal.harvesters.budget_sources.documents import Document
from ckanext.greekmunicipal.harvesters.budget_sources.errors import SourceFailure, failure
from ckanext.greekmunicipal.harvesters.budget_sources.feeds import entries_of
from ckanext.greekmunicipal.harvesters.budget_sources.links import links_of
from ckanext.greekmunicipal.harvesters.budget_sources.options import (
    ActsList,
    CatalogueSearch,
    Listed,
    WebList,
)
from ckanext.greekmunicipal.harvesters.budget_sources.robots import Robots
from ckanext.greekmunicipal.harvesters.budget_sources.web import Web

_PAGES = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True)
class Listing:
    """What a list gave.

    Attributes:
        units: budgets, in the order in which they are to be read.
        counts: what was looked at, for the report.
        refused: why some documents are not read.
    """

    units: tuple[Unit, ...]
    counts: dict[str, int]
    refused: tuple[str, ...] = field(default=())


def name_of_list(listed: Listed) -> str:
    """What a report calls the list of a source."""
    if isinstance(listed, ActsList):
        return f"diavgeia {' '.join(listed.types)}"
    return f"{listed.kind} {shown(listed.url)}"


def open_web() -> Web:
    """What asks, with the installation's politeness and permissions."""
    return Web(
        throttle=working.shared_throttle(our_config.delay()),
        user_agent=our_config.user_agent(),
        allowed_hosts=our_config.allowed_private_hosts(),
    )


def read_list(listed: Listed, uid: str) -> Listing:
    """Ask for the list of a source.

    Args:
        listed: its options.
        uid: Diavgeia's number of the municipality.

    Raises:
        SourceFailure: it could not be read, or nothing in it fits; nothing of it counts.
    """
    if isinstance(listed, ActsList):
        return _of_diavgeia(listed, uid)
    with open_web() as web:
        if isinstance(listed, CatalogueSearch):
            found, files, datasets = catalogue.resources_of(listed, web)
            counts = {"datasets": datasets, "links": files}
            if not found:
                raise failure("no-resource", url=listed.url, links=files, datasets=datasets)
            refused: list[str] = []
        else:
            found, counts, refused = _of_web(listed, web)
        if len(found) > MOST_FILES:
            raise failure("too-many", url=listed.url, found=len(found), most=MOST_FILES)
        counts |= {"fitting": len(found), "requests": web.requests}
    return Listing(tuple(units_of(found)), counts, tuple(refused))


def _of_web(listed: WebList, web: Web) -> tuple[list[Document], dict[str, int], list[str]]:
    robots = Robots(web)
    robots.check(listed.url)
    page = web.page(listed.url)
    if listed.kind == "feed":
        documents = entries_of(page.content, page.address)
    elif page.type in _PAGES:
        documents = links_of(page.content, page.address, page.encoding)
    else:
        raise failure("no-page", url=listed.url, type=page.type)
    wanted = [each for each in documents if listed.patterns.fit(each)]
    if not wanted:
        reason = "no-entry" if listed.kind == "feed" else "no-link"
        raise failure(reason, url=listed.url, links=len(documents))
    answers = [(each, _forbidden(robots, each.address)) for each in wanted[: MOST_FILES + 1]]
    found = [each for each, forbidden in answers if forbidden is None]
    refused = [forbidden for _, forbidden in answers if forbidden is not None]
    return found, {"links": len(documents)}, refused


def _forbidden(robots: Robots, address: str) -> str | None:
    try:
        robots.check(address)
    except SourceFailure as forbidden:
        return str(forbidden)
    return None


def _of_diavgeia(listed: ActsList, uid: str) -> Listing:
    url = listed.url or our_config.base_url()
    own = (urlsplit(url).hostname or "") in our_config.allowed_private_hosts()
    with Client(
        url,
        throttle=working.shared_throttle(our_config.delay()),
        user_agent=our_config.user_agent(),
        allow_private=own,
    ) as client:
        today = dt.datetime.now(ATHENS).date()
        found, seen = acts.statements_of(listed, client, uid, today)
        counts = {"acts": seen, "fitting": len(found), "requests": client.requests}
    # An act is one budget: the two sides stand in one document.
    return Listing(tuple(_unit((each,)) for each in found), counts)


def units_of(documents: list[Document]) -> list[Unit]:
    """Documents put together to budgets, by place and name."""
    by_address = {each.address: each for each in documents}
    groups = group_named((each.address, each.place, each.name) for each in documents)
    return [_unit(tuple(by_address[address] for address in addresses)) for addresses in groups]


def _unit(documents: tuple[Document, ...]) -> Unit:
    return Unit(
        files=tuple(each.address for each in documents),
        names=tuple(each.name for each in documents),
        versions=tuple(each.version for each in documents),
        order=max(each.order for each in documents),
        kind=documents[0].kind,
    )
