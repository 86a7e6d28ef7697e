"""Pages of the feed: put together from fragments, kept in Redis as long as nothing changed."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass

from ckanext.greekmunicipal.dcat.feed import (
    cache,
    catalogue,
    dump,
    fragments,
    measured,
    selection,
    settings,
    triples,
    writing,
)
from ckanext.greekmunicipal.dcat.feed.asked import Asked
from ckanext.greekmunicipal.dcat.feed.cache import Kept
from ckanext.greekmunicipal.dcat.feed.selection import Row, Totals
from ckanext.greekmunicipal.dcat.feed.triples import Nodes, Triple

_GZIP_LEVEL = 3


@dataclass(frozen=True)
class _Plan:
    """What a page will hold, known before it is written.

    Attributes:
        rows: its datasets.
        links: addresses of the pages around it.
        totals: of the whole catalogue; on the first page only.
        dumps: addresses of the dumps; on the first page only.
        state: changes whenever the page would be written otherwise.
    """

    rows: tuple[Row, ...]
    links: dict[str, str]
    totals: Totals | None
    dumps: tuple[str, ...]
    state: str


def page(asked: Asked, *, anew: bool = False) -> Kept:
    """A page as it is now.

    Args:
        asked: which page.
        anew: write it though one is kept.

    Returns:
        What is sent of it; the body can be asked of it when it is needed.
    """
    plan = _plan(asked)
    address = asked.own_address
    # Pages that hang on an instant, or go back, are as many as clients make up.
    kept = cache.look_up(address) if _is_kept(asked) else cache.nothing()
    if kept.page is not None and not anew and kept.page.state == f"{plan.state}{kept.epoch}":
        return kept.page
    body = _written(asked, plan).encode()
    made = Kept.of(
        body=gzip.compress(body, _GZIP_LEVEL, mtime=0),
        digest=hashlib.sha256(body).hexdigest()[:32],
        state=f"{plan.state}{kept.epoch}",
        links=plan.links,
        earlier=kept.page,
    )
    if _is_kept(asked):
        cache.keep(address, made)
    return made


def _is_kept(asked: Asked) -> bool:
    return not asked.before and asked.filter.since is None


def _plan(asked: Asked) -> _Plan:
    size = settings.per_page()
    backwards = bool(asked.before)
    selected = selection.page(
        asked.before or asked.after,
        size + 1,
        asked.filter,
        backwards=backwards,
        count=asked.is_first,
    )
    found, totals = selected.rows, selected.totals
    more = len(found) > size
    rows = found[-size:] if backwards else found[:size]
    links = {"first": asked.address()}
    if backwards:
        links["next"] = asked.address(after=rows[-1].id) if rows else asked.address()
    elif more:
        links["next"] = asked.address(after=rows[-1].id)
    if rows and (more if backwards else asked.after):
        links["previous"] = asked.address(before=rows[0].id)
    dumps = dump.addresses() if asked.is_first and not asked.filter.high_value else ()
    parts = [
        asked.own_address,
        str(links),
        str(totals),
        str(dumps),
        str(size),
        selected.organizations,
        settings.mapping(),
        *[f"{row.id} {row.state}" for row in rows],
    ]
    state = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return _Plan(rows, links, totals, dumps, state)


def _written(asked: Asked, plan: _Plan) -> str:
    nodes: Nodes = {}
    triples.add(nodes, _head(asked, plan))
    found = fragments.of_rows(plan.rows).triples
    quality = measured.of_datasets(list(found))
    for package_id, fragment in found.items():
        triples.add(nodes, fragment)
        triples.add(nodes, quality.get(package_id, ()))
    return "".join(writing.document(asked.format.writer(), [nodes]))


def _head(asked: Asked, plan: _Plan) -> list[Triple]:
    count = plan.totals.count if plan.totals else None
    modified = plan.totals.modified if plan.totals else None
    return [
        *catalogue.paging(asked.own_address, plan.links, settings.per_page(), count),
        *catalogue.catalogue(
            high_value=asked.filter.high_value, modified=modified, dumps=plan.dumps
        ),
    ]
