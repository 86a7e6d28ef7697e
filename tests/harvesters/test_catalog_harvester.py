"""Datasets of another CKAN through the real stages of ckanext-harvest, into real services."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from budget_web import Site, serving
from catalog_world import Catalogue, Run, changed, datasets, invented, make_source, rows, state

pytestmark = [pytest.mark.ckan, pytest.mark.usefixtures("empty_catalogues")]


@pytest.fixture
def empty_catalogues(with_plugins: None, clean_db: None, clean_index: None) -> None:
    """A portal into which no catalogue was ever harvested."""
    from ckanext.greekmunicipal import datastore

    with datastore.transaction() as cursor:
        cursor.execute(
            "TRUNCATE greekmunicipal.catalogue_record, greekmunicipal.catalogue_page,"
            " greekmunicipal.harvest_report, greekmunicipal.publication"
        )


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A web server whose host is allowed, and asked without pauses."""
    import ckan.plugins.toolkit as tk

    from ckanext.greekmunicipal import config

    monkeypatch.setitem(tk.config, config.PRIVATE_HOSTS, ["127.0.0.1"])
    monkeypatch.setitem(tk.config, config.DELAY, "0")
    with serving() as running:
        yield running


def test_a_catalogue_becomes_datasets_of_the_municipality_and_nothing_is_invented(
    site: Site,
) -> None:
    catalogue = Catalogue(site, 3)
    catalogue.packages[2]["resources"][0] |= {"license": "", "size": "12 KB"}

    run = Run(make_source(site.url))

    assert run.gather_errors == run.errors == []
    assert run.statuses == ["added"] * 3
    first, _, last = datasets()
    assert first["name"] == "pinakas-0"
    assert first["title_translated"] == {"el": "Πίνακας 0", "en": "Table 0"}
    assert first["municipality"] == "dimos-peiraios"
    assert first["organization"]["name"] == "dimos-peiraios"
    assert first["temporal_coverage"] == [{"end": "2024-12-31"}]
    assert first["source"] == [f"{site.url}/dataset/pinakas-0"]
    assert f"{site.url}/dataset/pinakas-0" in first["provenance"]["el"]
    (resource,) = first["resources"]
    assert resource["mimetype"] == "text/csv"
    assert resource["license"].endswith("CC_BY_4_0")
    assert not resource.get("availability")
    assert not first.get("publisher")
    assert not first.get("access_rights")
    # What is not stated is not made up, and what cannot be read is told.
    assert not last["resources"][0].get("license")
    assert "12 KB" in last["provenance"]["el"]
    told = {(each["field"], each["count"]) for each in run.report["not_mapped"]}
    assert ("resources/size", 1) in told
    assert run.report["read"]["new"] == 3


def test_an_unchanged_catalogue_touches_nothing_and_one_change_touches_one(site: Site) -> None:
    catalogue = Catalogue(site, 5)
    source = make_source(site.url)
    Run(source)
    before = state()

    run = Run(source)

    assert run.objects == []
    read = run.report["read"]
    assert {name: number for name, number in read.items() if number} == {
        "unchanged": 5,
        "datasets": 5,
        "requests": 1,
        "pages": 1,
    }
    assert state() == before

    # Visits are counted by the catalogue: nothing that anybody changed.
    catalogue.packages[0]["tracking_summary"] = {"total": 99, "recent": 9}
    assert Run(source).objects == []
    assert state() == before

    catalogue.packages[3] = changed(catalogue.packages[3], notes_translated={"el": "Νέες"})
    run = Run(source)
    assert run.statuses == ["updated"]
    after = datasets()
    assert after[3]["notes_translated"]["el"] == "Νέες"
    assert [d["id"] for d in after] == [d["id"] for d in before["datasets"]]
    assert after[3]["resources"][0]["id"] == before["datasets"][3]["resources"][0]["id"]
    unchanged = [0, 1, 2, 4]
    assert [after[i] for i in unchanged] == [before["datasets"][i] for i in unchanged]


def test_ids_are_the_same_in_another_portal(site: Site) -> None:
    from ckanext.greekmunicipal.catalogs.identity import package_id

    Catalogue(site, 2)
    Run(make_source(site.url))

    assert [d["id"] for d in datasets()] == [
        package_id(site.url + "/", invented(number)["id"]) for number in range(2)
    ]


def test_pages_are_read_to_the_end_in_an_order_of_their_own(site: Site) -> None:
    Catalogue(site, 203)
    source = make_source(site.url)
    from ckanext.harvest import queue
    from ckanext.harvest.model import HarvestJob, HarvestObject, HarvestSource

    job: Any = HarvestJob(source=HarvestSource.get(source), status="Running")
    job.save()
    tickets: Any = queue.gather_stage(queue.get_harvester("municipal_catalog"), job)
    found: list[Any] = [HarvestObject.get(each) for each in tickets]
    packages = [package for each in found for package in json.loads(each.content)]
    assert len(site.asked) == 3
    assert len(set(packages)) == len(packages) == 203
    assert datasets() == []


BROKEN = {
    "no JSON": {"body": b"<html>", "type": "application/json"},
    "a web page": {"body": b"<!DOCTYPE html><html></html>", "type": "text/html"},
    "an error": {"body": b"{}", "status": 404, "type": "application/json"},
    "a refusal": {"body": b'{"success": false}', "type": "application/json"},
    "no datasets": {
        "body": b'{"success": true, "result": {"count": 0, "results": []}}',
        "type": "application/json",
    },
    "a private network": {"status": 302, "headers": {"Location": "http://10.0.0.1/"}},
}


def test_a_broken_empty_or_truncated_catalogue_changes_nothing(site: Site) -> None:
    catalogue = Catalogue(site, 4)
    source = make_source(site.url)
    Run(source)
    before = state()
    good = site.replies["/api/3/action/package_search"]
    for what, reply in BROKEN.items():
        site.put("/api/3/action/package_search", **{"body": b"", **reply})
        run = Run(source)
        assert len(run.gather_errors) == 1, what
        assert run.report["status"] == "failed", what
        assert run.objects == [], what
        assert state() == before, what

    site.replies["/api/3/action/package_search"] = good
    catalogue.counted = 900
    run = Run(source)
    assert "900" in run.gather_errors[0]
    assert state() == before

    catalogue.counted = None
    assert Run(source).gather_errors == []
    assert state() == before


def test_a_recorded_answer_of_data_gov_gr_is_harvested(site: Site, shared_data: Path) -> None:
    recorded = json.loads(
        (shared_data / "catalogs" / "data_gov_gr_package_search.json").read_text("utf-8")
    )
    catalogue = Catalogue(site, 0)
    catalogue.packages = recorded["result"]["results"]

    run = Run(make_source(site.url))

    assert run.gather_errors == run.errors == []
    assert run.statuses == ["added"] * 3
    found = {dataset["name"]: dataset for dataset in datasets()}
    assert set(found) == {package["name"] for package in catalogue.packages}
    for package in catalogue.packages:
        dataset = found[package["name"]]
        assert dataset["title_translated"] == package["title_translated"]
        assert len(dataset["resources"]) == len(package["resources"])
    assert (
        Run(rows("SELECT DISTINCT source_id FROM greekmunicipal.catalogue_record")[0]).objects == []
    )


def test_what_the_schema_refuses_is_kept_aside_and_told(site: Site) -> None:
    catalogue = Catalogue(site, 2)
    catalogue.packages[1]["frequency"] = "όταν φυσά"
    catalogue.packages[1]["resources"][0]["format"] = "κάτι άλλο"

    run = Run(make_source(site.url))

    assert run.errors == []
    dataset = datasets()[1]
    assert not dataset.get("frequency")
    aside = json.loads({e["key"]: e["value"] for e in dataset["extras"]}["stock_metadata"])
    assert aside["frequency"] == "όταν φυσά"
    assert aside["resources/1/format"] == "κάτι άλλο"
    assert "όταν φυσά" in dataset["provenance"]["el"]
    assert "resources/1/format" in dataset["provenance"]["en"]


def test_names_that_are_taken_or_lost_are_made_from_the_title(site: Site) -> None:
    catalogue = Catalogue(site, 3)
    catalogue.packages[1]["name"] = "pinakas-0"
    catalogue.packages[2]["name"] = "2"
    Run(make_source(site.url))

    assert [d["name"] for d in datasets()] == ["pinakas-0", "pinakas-0-2", "pinakas-2"]


def test_a_dataset_that_a_person_deleted_stays_deleted_and_a_purged_one_comes_back(
    site: Site,
) -> None:
    import ckan.plugins.toolkit as tk

    from ckanext.greekmunicipal.harvesters.datasets import site_context

    catalogue = Catalogue(site, 2)
    source = make_source(site.url)
    Run(source)
    first, second = datasets()
    tk.get_action("package_delete")(site_context(), {"id": first["id"]})
    tk.get_action("dataset_purge")(site_context(), {"id": second["id"]})
    catalogue.packages[0] = changed(catalogue.packages[0], notes_translated={"el": "Νέες"})

    run = Run(source)

    assert run.errors == []
    assert [d["id"] for d in datasets()] == [second["id"]]
    assert Run(source).objects == []
