"""Datasets that harvesters of others bring get names that can be read and found."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import portal_catalogue as catalogue
import pytest

pytestmark = [pytest.mark.ckan, pytest.mark.with_plugins("dcat_rdf_harvester")]

TITLES = {
    "a": "Δήμος Αθηναίων",
    "b": "Προϋπολογισμός 2025",
    "c": "Προϋπολογισμός 2025",
    "d": "Προϋπολογισμός – 2025",
    "e": "Δρομολόγια ΚΤΕΛ & bus 2025",
    "f": "Άρτα",
    "g": "Annual budget 2025",
    "h": "Δημότες",
}
EXPECTED = {
    "Δήμος Αθηναίων": {"dimos-athinaion"},
    "Προϋπολογισμός 2025": {
        "proypologismos-2025",
        "proypologismos-2025-2",
        "proypologismos-2025-3",
    },
    "Προϋπολογισμός – 2025": {
        "proypologismos-2025",
        "proypologismos-2025-2",
        "proypologismos-2025-3",
    },
    "Δρομολόγια ΚΤΕΛ & bus 2025": {"dromologia-ktel-bus-2025"},
    "Άρτα": {"arta"},
    "Annual budget 2025": {"annual-budget-2025"},
    "Δημότες": {"dimotes"},
}
DATASET = """
<http://x.gr/{id}> a dcat:Dataset ; dct:title "{title}"@{language} ; dct:identifier "{id}" ;
  dct:description "Περιγραφή"@el ; dct:publisher <http://x.gr/p> .
<http://x.gr/catalog> dcat:dataset <http://x.gr/{id}> .
"""


@pytest.fixture
def feed(tmp_path: Path) -> Iterator[str]:
    """Address of an RDF catalogue."""
    text = (
        "@prefix dcat: <http://www.w3.org/ns/dcat#> .\n@prefix dct: <http://purl.org/dc/terms/> .\n"
    )
    text += '<http://x.gr/catalog> a dcat:Catalog ; dct:title "x"@el .\n'
    for identifier, title in TITLES.items():
        language = "en" if title.isascii() else "el"
        text += DATASET.format(id=identifier, title=title, language=language)
    (tmp_path / "catalog.ttl").write_text(text, encoding="utf-8")
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/catalog.ttl"
        server.shutdown()


@pytest.mark.parametrize("added", ["number-sequence", "random-hex"])
def test_a_greek_title_never_becomes_underscores_a_year_or_random_digits(
    with_plugins: Any,
    clean_db: Any,
    clean_index: Any,
    feed: str,
    ckan_config: Any,
    monkeypatch: pytest.MonkeyPatch,
    added: str,
) -> None:
    from ckanext.dcat.harvesters import DCATRDFHarvester
    from ckanext.harvest.tests.lib import run_harvest

    monkeypatch.setitem(ckan_config, "ckanext.harvest.default_dataset_name_append", added)
    organization = catalogue.municipality()
    monkeypatch.setattr(
        "ckanext.harvest.tests.factories.HarvestSource._create", partial(_source, organization)
    )
    results = run_harvest(feed, DCATRDFHarvester())
    assert {result["state"] for result in results.values()} == {"COMPLETE"}, results
    found = {
        (package.title, package.name)
        for package in model.Session.query(model.Package).filter_by(type="dataset")
    }
    assert {title for title, _ in found} == set(TITLES.values()), "\n".join(map(str, found))
    assert len(found) == len(TITLES)
    for title, name in found:
        assert name in EXPECTED[title]
    group = tk.get_action("group_create")(catalogue.context(), {"title": "Κοινωνική πολιτική"})
    assert group["name"] == "koinoniki-politiki"


def _source(organization: dict[str, Any], *_: Any, **asked: Any) -> Any:
    from ckanext.harvest.model import HarvestSource

    made = tk.get_action("harvest_source_create")(
        catalogue.context(),
        {
            "name": "other-catalogue",
            "title": "Άλλος κατάλογος",
            "url": asked["url"],
            "source_type": asked["source_type"],
            "owner_org": organization["id"],
        },
    )
    return HarvestSource.get(made["id"])
