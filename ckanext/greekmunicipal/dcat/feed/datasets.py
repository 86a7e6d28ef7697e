"""One dataset in RDF."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable
from typing import Any

import ckan.plugins.toolkit as tk
from ckanext.dcat.utils import catalog_uri

from ckanext.greekmunicipal.dcat.feed import (
    cache,
    fragments,
    measured,
    selection,
    settings,
    triples,
    writing,
)
from ckanext.greekmunicipal.dcat.feed.cache import Kept
from ckanext.greekmunicipal.dcat.feed.formats import Format
from ckanext.greekmunicipal.dcat.feed.selection import Row
from ckanext.greekmunicipal.dcat.feed.triples import Nodes, Triple


def public(package_id: str) -> Row | None:
    """A dataset that everybody may see, by id or name; None when there is none."""
    row = selection.one(package_id)
    return row if row and fragments.is_public(row.id) else None


def complete(row: Row, wanted: Format) -> Kept | None:
    """What is sent of a public dataset; None when it cannot be written.

    It is small: to put it together costs no more than to look after another copy of it.
    """
    found = fragments.of_rows([row]).triples.get(row.id)
    if found is None:
        return None
    quality = measured.of_datasets([row.id], measure=True).get(row.id, [])
    text = _written([*found, *quality], wanted).encode()
    digest = hashlib.sha256(text).hexdigest()[:32]
    return Kept(
        state="",
        digest=digest,
        modified=cache.date_of(f"{row.id}.{wanted.extension}", digest),
        links={},
        body=gzip.compress(text, 3, mtime=0),
    )


def restricted(package_id: str, wanted: Format) -> str:
    """A dataset for a reader who may see it though not everybody may.

    Raises:
        ckan.logic.NotAuthorized: the reader may not.
        ckan.logic.ObjectNotFound: there is none.
    """
    return _written(fragments.of_dataset(show(package_id)), wanted)


def show(package_id: str) -> dict[str, Any]:
    """The dataset, unless it is a package of another kind, such as a harvest source.

    Raises:
        ckan.logic.NotAuthorized: the reader may not see it.
        ckan.logic.ObjectNotFound: there is none, or it is no dataset.
    """
    dataset = tk.get_action("package_show")({}, {"id": package_id})
    if dataset.get("type") not in settings.EXPORTED_TYPES:
        raise tk.ObjectNotFound
    return dataset


def _written(found: Iterable[Triple], wanted: Format) -> str:
    nodes: Nodes = {}
    # The catalogue is no subject here.
    root = triples.iri(catalog_uri())
    triples.add(nodes, (triple for triple in found if triple[0] != root))
    return "".join(writing.document(wanted.writer(), [nodes]))
