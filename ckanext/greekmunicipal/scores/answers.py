"""What came of asking links, as it is kept in ``greekmunicipal.link_check``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from rdflib import DCAT, Graph
from rdflib.term import Node

from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.quality import scoring
from ckanext.greekmunicipal.quality.links import BELIEVED, DOUBTED, LinkCheck
from ckanext.greekmunicipal.quality.scoring import Answers

# An index of PostgreSQL takes no longer key; nor does any browser take such an address.
LONGEST = 2000  # bytes


def can_be_asked(url: str) -> bool:
    """Whether an address is short and sound enough to be asked and kept."""
    return len(url.encode()) <= LONGEST and "\x00" not in url


def of_links(urls: Iterable[str]) -> Answers:
    """The last answers of some addresses."""
    known = {url: status for url, status, *_ in _rows(list(urls))}

    def answer(url: str) -> bool | None:
        if not can_be_asked(url):
            return False
        if url not in known:
            return None
        return known[url] is not None and 200 <= known[url] < 300

    return answer


def of_dataset(graph: Graph, dataset: Node) -> Answers:
    """The last answers of the links of a dataset that stands in a graph."""
    return of_links(
        link
        for distribution in graph.objects(dataset, DCAT.distribution)
        for link in scoring.links(graph, distribution)
    )


def details(urls: Iterable[str]) -> dict[str, dict[str, Any] | None]:
    """Status, error and time of the last answers, None for those that were not asked."""
    found: dict[str, dict[str, Any] | None] = dict.fromkeys(urls)
    for url, status, error, checked_at in _rows(list(found)):
        found[url] = {"status": status, "error": error, "checked_at": checked_at.isoformat()}
    return found


def _rows(urls: list[str]) -> list[tuple[Any, ...]]:
    asked = [url for url in urls if can_be_asked(url)]
    if not asked:
        return []
    with datastore.transaction() as cursor:
        cursor.execute(
            "SELECT url, status, error, checked_at FROM greekmunicipal.link_check"
            " WHERE url = ANY(%s)",
            (asked,),
        )
        return cursor.fetchall()


def keep(found: LinkCheck) -> bool:
    """Keep an answer.

    Returns:
        Whether the address answers now and did not before, or the other way round, or was asked
        for the first time.
    """
    with datastore.transaction() as cursor:
        cursor.execute(
            "SELECT status FROM greekmunicipal.link_check WHERE url = %s FOR UPDATE", (found.url,)
        )
        before = cursor.fetchone()
        cursor.execute(
            "INSERT INTO greekmunicipal.link_check (url, checked_at, status, error, method)"
            " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (url) DO UPDATE SET"
            " checked_at = excluded.checked_at, status = excluded.status, error = excluded.error,"
            " method = excluded.method",
            (found.url, found.checked_at, found.status, found.error, found.method),
        )
    return before is None or (before[0] is not None and 200 <= before[0] < 300) != found.answers


def due(now: dt.datetime, packages: Sequence[str], most: int) -> list[str]:
    """Links of datasets that were never asked, or so long ago that they are asked again.

    Args:
        now: instant with zone.
        packages: ids of the datasets.
        most: how many at most.
    """
    with datastore.transaction() as cursor:
        cursor.execute(
            "SELECT url FROM (SELECT DISTINCT unnest(links) AS url FROM greekmunicipal.quality"
            "   WHERE package_id = ANY(%s)) AS wanted"
            " LEFT JOIN greekmunicipal.link_check AS known USING (url)"
            " WHERE known.url IS NULL OR known.checked_at <= CASE"
            "   WHEN known.status BETWEEN 200 AND 299 THEN %s ELSE %s END"
            " ORDER BY known.checked_at NULLS FIRST, url LIMIT %s",
            (list(packages), now - BELIEVED, now - DOUBTED, most),
        )
        return [url for (url,) in cursor.fetchall()]


def forget_unused() -> int:
    """Drop answers of links that no dataset has any more; how many were dropped."""
    with datastore.transaction() as cursor:
        cursor.execute(
            "DELETE FROM greekmunicipal.link_check AS known WHERE NOT EXISTS"
            " (SELECT 1 FROM greekmunicipal.quality WHERE links @> ARRAY[known.url])"
        )
        return cursor.rowcount
