"""Scores of datasets: from their RDF, kept until the dataset, a link or the mapping changes."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterable, Sequence
from typing import Any

import ckan.plugins.toolkit as tk
from ckanext.dcat.processors import RDFSerializer

from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.dcat import dqv
from ckanext.greekmunicipal.dcat.feed import cache, fragments, settings
from ckanext.greekmunicipal.quality import scoring
from ckanext.greekmunicipal.quality.scoring import Score
from ckanext.greekmunicipal.scores import answers
from ckanext.greekmunicipal.scores.states import State

log = logging.getLogger(__name__)

Kept = dict[str, Any]


def score_of(dataset: dict[str, Any]) -> Score:
    """Score of a dataset as ``package_show`` gives it, with the answers of its links."""
    serializer = RDFSerializer()
    with dqv.told_elsewhere():
        reference = serializer.graph_from_dataset(dict(dataset))
    graph = serializer.g
    return scoring.score(graph, reference, answers.of_dataset(graph, reference))


def of_states(wanted: Sequence[State], *, seconds: float = 5.0) -> dict[str, Kept]:
    """Scores by id; those that are missing or out of date are measured and kept.

    Args:
        wanted: the datasets as they are now.
        seconds: how long to measure at most; what is missing then is not in the answer.

    Returns:
        What :func:`scoring.as_dict` gives.
    """
    mapping = settings.mapping()
    current = {each.id: f"{each.digest}/{mapping}" for each in wanted}
    found = {
        package_id: score
        for package_id, state, score in _load(list(current))
        if state == current[package_id]
    }
    until = time.monotonic() + seconds
    known = len(found)
    for each in wanted:
        if each.id not in found and time.monotonic() < until:
            measured = _measure(each, mapping)
            if measured is not None:
                found[each.id] = measured
    if len(found) > known:
        # Pages of the feed tell the scores.
        cache.renew()
    return found


def _measure(state: State, mapping: str) -> Kept | None:
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})
    context: Any = {"user": user["name"], "ignore_auth": True}
    try:
        dataset = tk.get_action("package_show")(context, {"id": state.id})
        score = score_of(dataset)
    except tk.ObjectNotFound:
        return None
    except Exception:
        # One dataset that cannot be written as RDF must not hide the scores of all others.
        log.exception("No score for dataset %s: it cannot be written as RDF", state.id)
        return None
    told = scoring.as_dict(score)
    links = [link for link in score.links if answers.can_be_asked(link)]
    with datastore.transaction() as cursor:
        cursor.execute(
            "INSERT INTO greekmunicipal.quality (package_id, state, points, up_to, score, links)"
            " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (package_id) DO UPDATE SET"
            " state = excluded.state, points = excluded.points, up_to = excluded.up_to,"
            " score = excluded.score, links = excluded.links, scored_at = now()",
            (
                state.id,
                f"{state.digest}/{mapping}",
                score.points,
                score.up_to,
                json.dumps(told).replace("\\u0000", ""),
                links,
            ),
        )
    return told


def _load(ids: list[str]) -> list[tuple[str, str, Kept]]:
    with datastore.transaction() as cursor:
        cursor.execute(
            "SELECT package_id, state, score::text FROM greekmunicipal.quality"
            " WHERE package_id = ANY(%s)",
            (ids,),
        )
        return [(each, state, json.loads(score)) for each, state, score in cursor.fetchall()]


def forget_with_links(urls: Iterable[str]) -> list[str]:
    """Have datasets scored and described anew whose links answer otherwise than before.

    Returns:
        Their ids.
    """
    with datastore.transaction() as cursor:
        cursor.execute(
            "UPDATE greekmunicipal.quality SET state = '' WHERE links && %s RETURNING package_id",
            (list(urls),),
        )
        changed = sorted(package_id for (package_id,) in cursor.fetchall())
    for package_id in changed:
        fragments.forget(package_id)
    return changed


def forget_missing(ids: Sequence[str]) -> int:
    """Drop the scores of all other datasets; how many were dropped."""
    with datastore.transaction() as cursor:
        cursor.execute(
            "DELETE FROM greekmunicipal.quality WHERE NOT package_id = ANY(%s)", (list(ids),)
        )
        return cursor.rowcount
