"""What the profile says of each dataset, kept in the DataStore's database.

There every web worker and every machine finds it, beside our other tables. A
fragment is believed only while the state of its dataset and the mapping are
those that it was made from.
"""

from __future__ import annotations

import hashlib
import logging
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ckan.model as model
from ckan.lib.plugins import DefaultPermissionLabels, get_permission_labels
from ckanext.dcat.processors import RDFSerializer
from ckanext.dcat.utils import dataset_uri
from psycopg2.extras import execute_values
from rdflib import DCAT, Graph, URIRef

from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.dcat import agents, datasets, dqv, nodes
from ckanext.greekmunicipal.dcat.feed import cache, reading, selection, settings, triples
from ckanext.greekmunicipal.dcat.feed.selection import Row
from ckanext.greekmunicipal.dcat.feed.triples import Triple
from ckanext.greekmunicipal.dcat.profile import GreekMunicipalDCATAPProfile, others_of

log = logging.getLogger(__name__)

# Fast, and small enough for texts of a dozen kilobytes.
_COMPRESSION = 1


@dataclass(frozen=True)
class Fragments:
    """What the profile says of datasets.

    Attributes:
        triples: by id; datasets that a plugin hides from everybody are not among them.
        made: how many had to be made.
        broken: ids of datasets that the profile failed at.
    """

    triples: dict[str, list[Triple]]
    made: int
    broken: tuple[str, ...]


@dataclass(frozen=True)
class _Stored:
    version: str
    touched: int
    body: bytes | None


def of_rows(rows: Sequence[Row]) -> Fragments:
    """Fragments of datasets; those that are missing or out of date are made and kept.

    Args:
        rows: public datasets, not many more than a page.
    """
    versions = _versions(rows)
    stored = _load([row.id for row in rows])
    current = {
        row.id: stored[row.id].body
        for row in rows
        if row.id in stored and stored[row.id].version == versions[row.id]
    }
    missing = [row for row in rows if row.id not in current]
    made, broken = _make(missing)
    if kept := [row for row in missing if row.id not in broken]:
        _save(kept, made, versions, {key: value.touched for key, value in stored.items()})
    found: dict[str, list[Triple]] = {}
    for row in rows:
        if row.id in made:
            found[row.id] = made[row.id]
        elif body := current.get(row.id):
            found[row.id] = list(triples.read(zlib.decompress(body).decode()))
    return Fragments(found, len(made), tuple(sorted(broken)))


def outdated(rows: Sequence[Row]) -> int:
    """How many of the fragments are missing or out of date."""
    versions = _versions(rows)
    stored = _load([row.id for row in rows])
    return sum(row.id not in stored or stored[row.id].version != versions[row.id] for row in rows)


def of_dataset(dataset: Mapping[str, Any]) -> list[Triple]:
    """Triples of one dataset, made now and not kept."""
    return _of(RDFSerializer(), dataset)


def forget(package_id: str) -> None:
    """Have a dataset described anew, though nothing of the dataset itself changed.

    For those who change what the profile says of it and keep that elsewhere.

    Args:
        package_id: id of the dataset.
    """
    with datastore.transaction() as cursor:
        cursor.execute(
            "INSERT INTO greekmunicipal.feed_fragment (package_id, touched) VALUES (%s, 1)"
            " ON CONFLICT (package_id) DO UPDATE SET version = '', body = NULL,"
            " touched = feed_fragment.touched + 1",
            (package_id,),
        )
    cache.renew()


def forget_missing(ids: Sequence[str]) -> int:
    """Drop the fragments of all other datasets.

    Args:
        ids: all datasets that are exported.

    Returns:
        How many were dropped.
    """
    with datastore.transaction() as cursor:
        cursor.execute(
            "DELETE FROM greekmunicipal.feed_fragment WHERE NOT package_id = ANY(%s)", (list(ids),)
        )
        return cursor.rowcount


def _versions(rows: Sequence[Row]) -> dict[str, str]:
    """By dataset, a text that changes whenever its fragment would."""
    mapping, owners = settings.mapping(), selection.organization_states(rows)
    return {
        row.id: hashlib.sha256(
            f"{row.state} {row.organization} {owners.get(row.organization or '')} {mapping}".encode()
        ).hexdigest()[:32]
        for row in rows
    }


def _load(ids: Sequence[str]) -> dict[str, _Stored]:
    with datastore.transaction() as cursor:
        cursor.execute(
            "SELECT package_id, version, touched, body FROM greekmunicipal.feed_fragment"
            " WHERE package_id = ANY(%s)",
            (list(ids),),
        )
        return {
            package_id: _Stored(version, touched, bytes(body) if body is not None else None)
            for package_id, version, touched, body in cursor.fetchall()
        }


def _make(rows: Sequence[Row]) -> tuple[dict[str, list[Triple]], set[str]]:
    """Triples of datasets, and the ids of those that the profile fails at."""
    made: dict[str, list[Triple]] = {}
    broken: set[str] = set()
    if not rows:
        return made, broken
    serializer = RDFSerializer()
    with nodes.remembering(), dqv.told_elsewhere():
        agents.read_at_once(row.organization for row in rows)
        for package_id, dataset in reading.datasets(rows).items():
            if not is_public(package_id):
                continue
            try:
                made[package_id] = _of(serializer, dataset)
            except Exception:
                # One dataset must not take all others out of the feed.
                log.exception("The feed leaves out dataset %s: it cannot be written", package_id)
                broken.add(package_id)
    return made, broken


def _of(serializer: Any, dataset: Mapping[str, Any]) -> list[Triple]:
    whole = dict(dataset)
    found: list[Any]
    root = URIRef(nodes.catalog_ref())
    if serializer._profiles == [GreekMunicipalDCATAPProfile] and not others_of(whole):
        # Nobody looks into the graph, and making one takes as long as all else.
        reference = URIRef(dataset_uri(whole))
        found = list(datasets.triples(whole, reference)) if datasets.is_exported(whole) else []
    else:
        graph = serializer.g = _graph()
        reference = serializer.graph_from_dataset(whole)
        found = list(graph)
    if found:
        serializer.g = Graph(bind_namespaces="none")
        # Options of ckanext-dcat may put it into a catalogue inside ours.
        if not serializer._add_source_catalog(root, whole, reference):
            found.append((root, DCAT.dataset, reference))
        found.extend(serializer.g)
    return triples.triples_of(found, str(dataset["id"]))


def _graph() -> Graph:
    """A graph for one dataset: the smaller store, and no names, which take longer than triples."""
    graph = Graph(store="SimpleMemory", bind_namespaces="none")
    # So that our profile does not bind its prefixes either: nothing is written from this graph.
    graph.store.bind("dcatap", URIRef("http://data.europa.eu/r5r/"))
    return graph


def is_public(package_id: str) -> bool:
    """Whether everybody may see it, where a plugin has rules of its own for that."""
    rules: Any = get_permission_labels()
    if type(rules).get_dataset_labels is DefaultPermissionLabels.get_dataset_labels:
        return True
    package = model.Package.get(package_id)
    return package is not None and "public" in rules.get_dataset_labels(package)


def _save(
    rows: Sequence[Row],
    made: Mapping[str, Sequence[Triple]],
    versions: Mapping[str, str],
    touched: Mapping[str, int],
) -> None:
    """Keep what was made; what was touched meanwhile is not overwritten."""
    with datastore.transaction() as cursor:
        execute_values(
            cursor,
            "INSERT INTO greekmunicipal.feed_fragment AS f (package_id, version, touched, body)"
            " VALUES %s ON CONFLICT (package_id) DO UPDATE SET version = excluded.version,"
            " body = excluded.body, built_at = now() WHERE f.touched = excluded.touched",
            list(_records(rows, made, versions, touched)),
            page_size=200,
        )


def _records(
    rows: Sequence[Row],
    made: Mapping[str, Sequence[Triple]],
    versions: Mapping[str, str],
    touched: Mapping[str, int],
) -> Iterator[tuple[Any, ...]]:
    # In the order of the key, so that two writers do not wait for each other.
    for row in sorted(rows, key=lambda each: each.id):
        found = made.get(row.id)
        body = zlib.compress(triples.write(found).encode(), _COMPRESSION) if found else None
        yield row.id, versions[row.id], touched.get(row.id, 0), body
