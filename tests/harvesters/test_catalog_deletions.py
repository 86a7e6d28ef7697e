"""What vanishes from a catalogue, and datasets that several catalogues have."""

from __future__ import annotations

from typing import Any

import pytest
from budget_web import Site, serving
from catalog_world import Catalogue, Run, changed, datasets, invented, make_source, rows, state
from test_catalog_harvester import empty_catalogues, site

__all__ = ["empty_catalogues", "site"]

pytestmark = [pytest.mark.ckan, pytest.mark.usefixtures("empty_catalogues")]

ONE = {"most": 1, "share": 0.5}


def names() -> list[str]:
    return [dataset["name"] for dataset in datasets()]


def test_a_dataset_that_vanished_is_deleted_its_name_is_free_and_it_comes_back_as_it_was(
    site: Site,
) -> None:
    import ckan.plugins.toolkit as tk

    from ckanext.greekmunicipal.harvesters.datasets import site_context

    catalogue = Catalogue(site, 4)
    source = make_source(site.url, deletions=ONE)
    Run(source)
    before = datasets()
    gone = catalogue.packages.pop(0)

    run = Run(source)

    assert run.gather_errors == run.errors == []
    assert run.statuses == ["deleted"]
    assert names() == ["pinakas-1", "pinakas-2", "pinakas-3"]
    assert Run(source).objects == []
    owner = before[0]["owner_org"]
    other = {"name": "pinakas-0", "title": "Άλλος", "notes": "Άλλος", "owner_org": owner}
    made = tk.get_action("package_create")(site_context(), other)
    tk.get_action("dataset_purge")(site_context(), {"id": made["id"]})

    catalogue.packages.insert(0, gone)
    assert Run(source).statuses in (["added"], ["updated"])
    assert [d["id"] for d in datasets()] == [d["id"] for d in before]
    assert names()[0] == "pinakas-0"


def test_too_many_deletions_wait_for_a_second_harvest(site: Site) -> None:
    catalogue = Catalogue(site, 6)
    source = make_source(site.url, deletions=ONE)
    Run(source)
    before = datasets()
    kept = catalogue.packages[:2]
    all_of_them = list(catalogue.packages)
    catalogue.packages = list(kept)

    held = Run(source)

    assert "4" in held.gather_errors[0]
    assert held.report["read"]["held"] == 4
    assert datasets() == before

    # They are all there again: nothing happened.
    catalogue.packages = all_of_them
    assert Run(source).gather_errors == []
    assert datasets() == before

    catalogue.packages = list(kept)
    assert Run(source).gather_errors
    confirmed = Run(source)
    assert confirmed.gather_errors == []
    assert confirmed.statuses == ["deleted"] * 4
    assert names() == ["pinakas-0", "pinakas-1"]


@pytest.fixture
def region() -> Any:
    """Another catalogue, of the region, on a server of its own."""
    with serving() as running:
        yield running


def test_one_dataset_of_two_catalogues_is_one_here_and_the_newest_record_counts(
    site: Site, region: Site
) -> None:
    page = "https://www.piraeus.example/data/metriseis"
    town, county = Catalogue(site, 2), Catalogue(region, 0)
    town.packages[0] = changed(town.packages[0], landing_page=[page], uri="https://id.example/1")
    twin = changed(invented(50), landing_page=[page.replace("https", "http") + "/"])
    twin |= {"title_translated": {"el": "Της περιφέρειας"}, "uri": "https://id.example/50"}
    county.packages = [twin, invented(51)]
    first = make_source(site.url, name="town", preference=10)
    second = make_source(region.url, name="county")
    Run(first)
    before = datasets()

    Run(second)

    # As new as the other: that of the preferred source counts; provenance tells of both.
    after = {dataset["id"]: dataset for dataset in datasets()}
    assert len(after) == 3
    shared = after[before[0]["id"]]
    assert shared["title_translated"]["el"] == "Πίνακας 0"
    assert shared["source"] == [
        f"{s.url}/dataset/pinakas-{n}" for s, n in ((site, 0), (region, 50))
    ]
    assert f"{region.url}/dataset/pinakas-50" in shared["provenance"]["el"]
    assert shared["uri"] == "https://id.example/1"

    county.packages[0] = changed(twin, metadata_modified="2026-09-09T00:00:00")
    # The region changed nothing but the instant of its database: no new record.
    county.packages[0]["modified"] = "2026-09-09"
    Run(second)
    shared = {dataset["id"]: dataset for dataset in datasets()}[before[0]["id"]]
    assert shared["title_translated"]["el"] == "Της περιφέρειας"
    assert shared["uri"] == "https://id.example/1"

    # The newest one vanishes: the other takes over, nothing is deleted.
    county.packages.pop(0)
    Run(second)
    Run(second)
    shared = {dataset["id"]: dataset for dataset in datasets()}[before[0]["id"]]
    assert shared["title_translated"]["el"] == "Πίνακας 0"
    assert len(datasets()) == 3
    settled = state()
    assert Run(first).objects == Run(second).objects == []
    assert state() == settled


def test_a_page_that_two_records_share_makes_them_not_one(site: Site, region: Site) -> None:
    page = ["https://www.piraeus.example/open-data/all"]
    town, county = Catalogue(site, 2), Catalogue(region, 0)
    town.packages = [changed(each, landing_page=page) for each in town.packages]
    county.packages = [changed(invented(50), landing_page=page)]
    Run(make_source(site.url, name="town"))
    Run(make_source(region.url, name="county"))

    assert names() == ["pinakas-0", "pinakas-1", "pinakas-50"]


def test_what_this_portal_publishes_itself_is_not_harvested_back(site: Site) -> None:
    import ckan.plugins.toolkit as tk

    from ckanext.greekmunicipal.harvesters.datasets import site_context
    from ckanext.greekmunicipal.harvesters.identity import package_id

    catalogue = Catalogue(site, 1)
    source = make_source(site.url)
    Run(source)
    own = {"title": "Δικό μας", "notes": "Δικό μας", "owner_org": datasets()[0]["owner_org"]}
    action = tk.get_action("package_create")
    made = action(site_context(), {**own, "name": "diko-mas"})
    budget = action(site_context(), {**own, "name": "budget", "id": package_id("6243", "budget")})
    portal = tk.config["ckan.site_url"]
    catalogue.packages += [
        changed(invented(2), id=made["id"]),
        changed(invented(3), landing_page=[f"{portal}/el/dataset/diko-mas"]),
        changed(invented(4), identifier="budget:6243"),
        changed(invented(5), uri=f"{portal}/dataset/{made['id']}"),
    ]

    run = Run(source)

    assert run.report["read"]["ours"] == 4
    assert {d["id"] for d in datasets()} >= {made["id"], budget["id"]}
    assert len(datasets()) == 3
    assert Run(source).objects == []
    states = rows("SELECT state FROM greekmunicipal.catalogue_record ORDER BY record")
    assert sorted(states) == ["here", "ours", "ours", "ours", "ours"]
