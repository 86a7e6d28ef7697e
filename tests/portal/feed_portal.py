"""What the tests of the feed share: many small datasets, crawling, looking into a page."""

from __future__ import annotations

import shutil
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import portal_catalogue as catalogue
from rdflib import DCAT, RDF, Graph, URIRef

from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.dcat.feed import cache, settings

SITE = "http://test.ckan.net"
HYDRA = "http://www.w3.org/ns/hydra/core#"
PARSERS = {"ttl": "turtle", "rdf": "xml", "xml": "xml", "jsonld": "json-ld", "n3": "n3", "nt": "nt"}
HVD = "http://data.europa.eu/bna/c_ac64a52d"


def clean() -> None:
    """No fragment, no page, no dump."""
    cache.forget()
    for name in ("dump", "dump-at-once"):
        cache.again(name)
    with datastore.transaction() as cursor:
        cursor.execute("TRUNCATE greekmunicipal.feed_fragment")
    folder = settings.storage()
    if folder is not None:
        shutil.rmtree(folder / "feed", ignore_errors=True)


def dataset(organization: dict[str, Any], number: int, **more: Any) -> dict[str, Any]:
    """A small dataset, made by hand; its id begins with the number."""
    return catalogue.create(
        {
            "id": id_of(number),
            "owner_org": organization["id"],
            "title": f"Σύνολο {number}",
            "notes": "Δοκιμή.",
            **more,
        }
    )


def id_of(number: int) -> str:
    """Id of the dataset with a number."""
    return f"{number:08x}-0000-4000-8000-000000000000"


def fingerprint() -> str:
    """A text that changes with every write of a dataset, resource or organisation."""
    with model.Session.connection().connection.cursor() as cursor:
        cursor.execute(
            "SELECT md5(string_agg(x, ',' ORDER BY x)) FROM ("
            " SELECT id || xmin::text AS x FROM package"
            " UNION ALL SELECT id || xmin::text FROM resource"
            ' UNION ALL SELECT id || xmin::text FROM "group") AS all_rows'
        )
        [found] = cursor.fetchone()
    model.Session.rollback()
    return f"{found}"


def change(**data: Any) -> None:
    """Change some fields of a dataset."""
    tk.get_action("package_patch")(catalogue.context(), data)


def delete(package_id: str) -> None:
    """Delete a dataset as a person does."""
    tk.get_action("package_delete")(catalogue.context(), {"id": package_id})


def graph(app: Any, address: str = "/catalog.ttl", **more: Any) -> Graph:
    """What an address answers."""
    answer = app.get(address.removeprefix(SITE), **more)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    extension = address.partition("?")[0].rpartition(".")[2]
    return Graph().parse(data=answer.get_data(), format=PARSERS[extension])


def datasets(page: Graph) -> list[str]:
    """Ids of the datasets of a page, sorted."""
    return sorted(str(iri).rpartition("/")[2] for iri in page.subjects(RDF.type, DCAT.Dataset))


def link(page: Graph, name: str) -> str | None:
    """Where a page points to: ``next``, ``previous``, ``first``."""
    found = page.value(None, URIRef(HYDRA + name), any=True)
    targets = {str(target) for target in page.objects(None, URIRef(HYDRA + name))}
    assert len(targets) <= 1, found
    return targets.pop() if targets else None


def crawl(app: Any, address: str | None = "/catalog.ttl", between: Any = None) -> list[list[str]]:
    """Ids of all pages from an address on; ``between`` is called before each next one."""
    found = []
    while address:
        page = graph(app, address)
        found.append(datasets(page))
        address = link(page, "next")
        if between is not None and address:
            between(len(found))
    return found


def execute(statement: str, *values: Any) -> None:
    """Write past all of CKAN's hooks."""
    with model.Session.connection().connection.cursor() as cursor:
        cursor.execute(statement, values)
    model.Session.commit()
