"""Files with the whole catalogue: complete, in one piece, never telling what is public no more."""

from __future__ import annotations

import gzip
from typing import Any

import ckan.plugins.toolkit as tk
import feed_portal as feed
import portal_catalogue as catalogue
import pytest
from ckan.lib import jobs
from ckan.tests.helpers import CKANCliRunner
from rdflib import DCAT, DCTERMS, RDF, Graph, URIRef
from rdflib.compare import isomorphic

from ckanext.greekmunicipal.cli import greekmunicipal
from ckanext.greekmunicipal.dcat.feed import dump, fragments

pytestmark = [
    pytest.mark.ckan,
    pytest.mark.ckan_config("ckanext.greekmunicipal.feed.dump_formats", "ttl rdf jsonld nt"),
]
FORMATS = ("ttl", "rdf", "jsonld", "nt")


@pytest.fixture
def five(tinos: dict[str, Any]) -> list[str]:
    """Ids of five datasets of several kinds; nothing waits in the queue."""
    feed.clean()
    jobs.get_queue().empty()
    catalogue.create(catalogue.acts_dataset(tinos, id=feed.id_of(1)))
    catalogue.create(catalogue.budget_dataset(tinos, id=feed.id_of(2), hvd_category=[feed.HVD]))
    for number in (3, 4, 5):
        feed.dataset(tinos, number)
    return [feed.id_of(number) for number in range(1, 6)]


def run(*arguments: str) -> Any:
    return CKANCliRunner().invoke(greekmunicipal, ["feed", *arguments])


def titles() -> list[str]:
    return [job.meta.get("title") for job in jobs.get_queue().jobs if job.id.startswith(dump.JOB)]


def test_the_dump_says_what_the_pages_say(
    app: Any, five: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Several pieces, so that terms of one are left out of the next.
    monkeypatch.setattr(dump, "BATCH", 2)
    found = run()
    assert found.exit_code == 0, found.output
    assert "datasets: 5, described anew: 5" in found.output
    pages = feed.graph(app)
    [root] = pages.subjects(RDF.type, DCAT.Catalog)
    dumps = {str(each) for each in pages.objects(root, URIRef("http://rdfs.org/ns/void#dataDump"))}
    assert dumps == {
        f"{feed.SITE}/catalog-dump.{extension}{packed}"
        for extension in FORMATS
        for packed in ("", ".gz")
    }
    pages.remove((root, URIRef("http://rdfs.org/ns/void#dataDump"), None))
    pages.remove((URIRef(f"{feed.SITE}/catalog.ttl"), None, None))
    for extension in FORMATS:
        plain = app.get(f"/catalog-dump.{extension}")
        assert plain.status_code == 200
        whole = Graph().parse(data=plain.data, format=feed.PARSERS[extension])
        assert isomorphic(whole, pages), extension
        packed = app.get(f"/catalog-dump.{extension}.gz")
        assert gzip.decompress(packed.data) == plain.data
        assert packed.headers["Content-Type"] == "application/gzip"
    lines = app.get("/catalog-dump.nt").get_data(as_text=True).splitlines()
    assert len(lines) == len(set(lines))


def test_a_dump_can_be_had_in_parts_and_is_not_sent_twice(app: Any, five: list[str]) -> None:
    run()
    first = app.get("/catalog-dump.ttl.gz")
    part = app.get("/catalog-dump.ttl.gz", headers={"Range": "bytes=5-9"})
    assert (part.status_code, part.data) == (206, first.data[5:10])
    for known in (
        {"If-None-Match": first.headers["ETag"]},
        {"If-Modified-Since": first.headers["Last-Modified"]},
    ):
        assert app.get("/catalog-dump.ttl.gz", headers=known).status_code == 304
    assert first.headers["Access-Control-Allow-Origin"] == "*"


def test_a_dry_run_changes_nothing_and_a_second_run_has_nothing_to_do(
    app: Any, five: list[str]
) -> None:
    trial = run("--dry-run")
    assert "to be described anew: 5" in trial.output
    assert "would be written" in trial.output
    assert dump.latest() is None
    run()
    first = dump.latest()
    assert "up to date" in run("--dry-run").output
    assert "described anew: 0" in run().output
    assert dump.latest() == first
    feed.change(id=five[0], notes_translated={"el": "Άλλαξε."})
    assert "to be described anew: 1" in run("--dry-run").output
    run()
    assert dump.latest() != first


def test_a_dump_with_a_dataset_that_is_public_no_more_is_not_served(
    app: Any, five: list[str]
) -> None:
    run()
    feed.change(id=five[2], private=True)
    refused = app.get("/catalog-dump.ttl")
    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) > 0
    assert five[2] not in refused.get_data(as_text=True)
    # The worker is called, once.
    app.get("/catalog-dump.nt.gz")
    assert titles() == ["Catalogue dump"]
    dump.write()
    assert five[2] not in app.get("/catalog-dump.ttl").get_data(as_text=True)
    feed.delete(five[3])
    assert app.get("/catalog-dump.ttl").status_code == 503


def test_the_worker_is_called_by_readers_when_the_interval_has_passed(
    app: Any, five: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dump, "_asked", -dump._ASKING)
    app.get("/catalog.ttl")
    app.get("/catalog.ttl")
    assert titles() == ["Catalogue dump"]
    jobs.get_queue().jobs[0].perform()
    assert app.get("/catalog-dump.ttl").status_code == 200


def test_what_cannot_be_written_is_named_and_left_out(
    app: Any, five: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    described = fragments._of

    def failing(serializer: Any, dataset: dict[str, Any]) -> Any:
        if dataset["id"] == five[1]:
            raise ValueError("no such thing")
        return described(serializer, dataset)

    monkeypatch.setattr(fragments, "_of", failing)
    found = run()
    assert found.exit_code == 1
    assert five[1] in found.output
    assert f"/dataset/{five[1]}" not in app.get("/catalog-dump.ttl").get_data(as_text=True)


def test_a_run_that_was_killed_leaves_the_dump_before_it(
    app: Any, five: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run()
    first = dump.latest()
    feed.change(id=five[0], notes_translated={"el": "Άλλαξε."})
    # Before anything is put in place.
    monkeypatch.setattr(dump, "_put_in_place", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        dump.write()
    monkeypatch.undo()
    (dump._folder() / "writing-left").mkdir()
    assert dump.latest() == first
    assert app.get("/catalog-dump.ttl").status_code == 200
    dump.write()
    names = [path.name for path in dump._folder().iterdir()]
    assert not [name for name in names if name.startswith("writing-")]


def test_what_is_no_dump_is_not_found(app: Any, five: list[str]) -> None:
    run()
    for name in ("ids", "json", "ttl.bz2", "n3", "..%2f..%2fx", "gz"):
        assert app.get(f"/catalog-dump.{name}").status_code in (404, 503), name
    assert app.get("/catalog-dump.ids").status_code == 404


def test_fragments_of_datasets_that_are_gone_are_dropped(app: Any, five: list[str]) -> None:
    run()
    tk.get_action("dataset_purge")(catalogue.context(), {"id": five[4]})
    assert "forgotten: 1" in run().output
    [root] = feed.graph(app).subjects(RDF.type, DCAT.Catalog)
    assert feed.graph(app).value(root, DCTERMS.modified)
