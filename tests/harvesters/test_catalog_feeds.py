"""DCAT feeds of other catalogues, and that of this portal read by another one."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from budget_web import Site
from catalog_world import Catalogue, Run, datasets, make_source, state
from test_catalog_harvester import empty_catalogues, site

__all__ = ["empty_catalogues", "site"]

pytestmark = [pytest.mark.ckan, pytest.mark.usefixtures("empty_catalogues")]

PREFIXES = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix hydra: <http://www.w3.org/ns/hydra/core#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
"""


def turtle(base: str, numbers: range, total: int, following: str = "") -> bytes:
    """A page of an invented feed."""
    parts = [PREFIXES, f"<{base}/catalog> a dcat:Catalog; dct:title 'Κατάλογος'@el ."]
    parts += [
        f"<{base}/catalog> dcat:dataset <{base}/dataset/{number}> .\n"
        f"<{base}/dataset/{number}> a dcat:Dataset; dct:title 'Σύνολο {number}'@el ;"
        f" dct:description 'Περιγραφή'@el ; dct:accrualPeriodicity 'R/P1M' ;"
        f" dct:isPartOf <{base}/dataset/other> ;"
        f" dct:publisher [ a foaf:Agent ; foaf:name 'Δήμος' ] ;"
        f" dct:creator [ foaf:name 'Α' ], [ foaf:name 'Β' ] ;"
        f" dcat:distribution <{base}/file/{number}> .\n"
        f"<{base}/file/{number}> a dcat:Distribution ; dct:title 'Αρχείο'@el ;"
        f" dcat:accessURL <{base}/file/{number}.csv> ;"
        f" dct:license <http://creativecommons.org/licenses/by/4.0/> ."
        for number in numbers
    ]
    parts.append(f"<{base}/dataset/other> a dcat:Dataset .")
    link = f"; hydra:next <{base}{following}>" if following else ""
    parts.append(f"<{base}/page> a hydra:PagedCollection; hydra:totalItems {total} {link} .")
    return "\n".join(parts).encode()


def served(site: Site, last: int = 5, total: int = 5) -> str:
    """Serve a feed of two pages; its address."""
    first = turtle(site.url, range(3), total, "/catalog.ttl/2")
    site.put("/catalog.ttl", first, type="text/turtle")
    site.put("/catalog.ttl/2", turtle(site.url, range(3, last), total), type="text/turtle")
    return f"{site.url}/catalog.ttl"


def source_of(url: str, **options: Any) -> str:
    return make_source(url, dcat={"url": url}, **options)


def test_a_paged_feed_is_read_to_its_end_and_unchanged_it_touches_nothing(site: Site) -> None:
    source = source_of(served(site))

    run = Run(source)

    assert run.gather_errors == run.errors == []
    assert run.statuses == ["added"] * 5
    assert site.paths() == ["/catalog.ttl", "/catalog.ttl/2"]
    found = datasets()
    assert [d["uri"] for d in found] == [f"{site.url}/dataset/{number}" for number in range(5)]
    dataset = found[0]
    assert dataset["frequency"].endswith("/MONTHLY")
    assert [agent["name"] for agent in dataset["publisher"]] == ["Δήμος"]
    assert dataset["resources"][0]["license"].endswith("/CC_BY_4_0")
    before = state()
    assert Run(source).objects == []
    # The same statements in another order, without a name for any blank node: nothing new.
    text = served(site) and site.replies["/catalog.ttl"].body
    assert isinstance(text, bytes)
    site.put("/catalog.ttl", text + b"\n# a comment\n", type="text/turtle")
    run = Run(source)
    assert run.objects == []
    assert run.report["read"]["unchanged"] == 5
    assert state() == before


def test_a_feed_that_lacks_a_page_or_is_cut_short_changes_nothing(site: Site) -> None:
    url = served(site)
    source = source_of(url)
    Run(source)
    before = state()
    whole = site.replies["/catalog.ttl/2"].body
    assert isinstance(whole, bytes)
    broken = {
        "cut": {"body": whole[: len(whole) // 2], "type": "text/turtle"},
        "missing": {"body": b"", "status": 500},
        "short": {"body": turtle(site.url, range(3, 4), 5), "type": "text/turtle"},
        "a circle": {
            "body": turtle(site.url, range(3, 5), 5, "/catalog.ttl"),
            "type": "text/turtle",
        },
        "another thing": {"body": b"<http://a> <http://b> <http://c> .", "type": "text/turtle"},
        "a page": {"body": b"<!DOCTYPE html><html></html>", "type": "text/html"},
    }
    for what, reply in broken.items():
        if what == "missing":
            continue  # is tried again, with pauses: looked at by the tests of the requests
        site.put("/catalog.ttl/2", **reply)
        run = Run(source)
        assert len(run.gather_errors) == 1, what
        assert run.objects == [], what
        assert state() == before, what


UNSAFE = {
    "entities": (
        b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "b"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&c;</rdf:RDF>',
        "application/rdf+xml",
    ),
    "context": (
        json.dumps({"@context": "http://127.0.0.1:1/context", "@id": "x"}).encode(),
        "application/ld+json",
    ),
}


def test_a_feed_that_reaches_for_something_else_is_refused(site: Site) -> None:
    for what, (body, kind) in UNSAFE.items():
        site.put("/feed", body, type=kind)
        run = Run(source_of(f"{site.url}/feed", name=what))
        assert len(run.gather_errors) == 1, what
        assert "not read" in run.gather_errors[0] or "not fetched" in run.gather_errors[0]
    assert site.paths() == ["/feed"] * 2


@pytest.mark.parametrize(
    ("ending", "kind"),
    [("ttl", "text/turtle"), ("rdf", "application/rdf+xml"), ("jsonld", "application/ld+json")],
)
def test_the_feed_of_this_portal_is_read_by_another_without_loss(
    site: Site, app: Any, ending: str, kind: str
) -> None:
    import ckan.model as model
    import ckan.plugins.toolkit as tk

    from ckanext.greekmunicipal.harvesters.datasets import site_context

    Catalogue(site, 4)
    Run(make_source(site.url, name="origin"))
    origin = datasets()
    portal = tk.config["ckan.site_url"]
    answer = app.get(f"/catalog.{ending}")
    body = answer.data.replace(portal.encode(), site.url.encode())
    body = body.replace(portal.encode("ascii").replace(b"/", b"\\/"), site.url.encode())
    assert len(re.findall(rb"/dataset/[0-9a-f-]{36}", body)) >= 4
    site.put(f"/catalog.{ending}", body, type=kind)
    for dataset in origin:
        tk.get_action("dataset_purge")(site_context(), {"id": dataset["id"]})
    model.Session.commit()

    run = Run(source_of(f"{site.url}/catalog.{ending}", name="feed"))

    assert run.gather_errors == run.errors == []
    assert run.statuses == ["added"] * 4
    for was, now in zip(origin, datasets(), strict=True):
        for field in (
            "title_translated",
            "notes_translated",
            "theme",
            "frequency",
            "tags_translated",
        ):
            assert now.get(field) == was.get(field), field
        assert [r["url"] for r in now["resources"]] == [r["url"] for r in was["resources"]]
        assert [r.get("license") for r in now["resources"]] == [
            r.get("license") for r in was["resources"]
        ]
