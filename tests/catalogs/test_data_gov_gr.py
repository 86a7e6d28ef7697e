"""Packages of data.gov.gr become ours and theirs again, and nothing that they say is lost."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ckanext.greekmunicipal.catalogs import data_gov_gr as subject
from ckanext.greekmunicipal.catalogs.data_gov_gr import (
    UnmappablePackageError,
    comparable,
    keys,
    to_ours,
    to_theirs,
)

EU = "http://publications.europa.eu/resource/authority"
AGENT = {"uri": "", "name": "", "email": "", "url": "", "type": "", "identifier": ""}


def package(**more: Any) -> dict[str, Any]:
    return {
        "type": "dataset",
        "name": "paidikes-chares",
        "title_translated": {"el": "Παιδικές χαρές", "en": "Playgrounds"},
        "notes_translated": {"el": "Οι παιδικές χαρές.", "en": ""},
        "resources": [],
        **more,
    }


@pytest.fixture(scope="module")
def recorded(shared_data: Path) -> list[dict[str, Any]]:
    path = shared_data / "catalogs" / "data_gov_gr_package_search.json"
    return json.loads(path.read_text(encoding="utf-8"))["result"]["results"]


def test_recorded_packages_go_to_ours_and_back_and_say_the_same(recorded):
    assert len(recorded) == 3
    for theirs in recorded:
        assert comparable(to_theirs(to_ours(theirs))) == comparable(theirs)


def test_recorded_packages_come_back_with_each_key_that_is_not_ignored(recorded):
    """Blank fields come back blank as their form writes them; only placeholders differ."""
    for theirs in recorded:
        back = to_theirs(to_ours(theirs))
        for name, value in theirs.items():
            if name != "resources" and keys("dataset")[name].shape != "ignored":
                assert back[name] == (value or type(back[name])()), name
        for was, now in zip(theirs["resources"], back["resources"], strict=True):
            for name, value in was.items():
                if keys("resource")[name].shape == "ignored" or value == "dummy-value":
                    continue
                if name == "description_translated":  # written as {} or with two blanks
                    assert not any([*value.values(), *now[name].values()])
                else:
                    assert now[name] == (value or type(now[name])()), name


def test_each_recorded_key_is_in_the_table(recorded):
    for theirs in recorded:
        assert set(theirs) - {"resources"} <= set(keys("dataset"))
        for resource in theirs["resources"]:
            assert set(resource) <= set(keys("resource"))


def test_each_ignored_key_has_its_reason():
    ignored = [
        key
        for scope in ("dataset", "resource", "extra")
        for key in keys(scope).values()
        if key.shape == "ignored"
    ]
    assert {"qa", "archiver", "id", "num_resources"} <= {key.name for key in ignored}
    assert all(key.reason for key in ignored)


def test_the_recorded_placeholder_is_no_address(recorded):
    addresses = [
        resource.get(field)
        for theirs in recorded
        for side in (to_ours(theirs), to_theirs(to_ours(theirs)))
        for resource in side["resources"]
        for field in ("access_url", "download_url")
    ]
    assert "dummy-value" in json.dumps(recorded)
    assert "dummy-value" not in addresses


@pytest.mark.parametrize(
    ("field", "said", "read"),
    [
        ("contact", [{"uri": "", "name": "", "email": "", "url": ""}], None),
        ("publisher", [AGENT, {**AGENT, "name": "Δήμος"}], [{"name": "Δήμος"}]),
        ("creator", "[]", None),
        ("temporal_coverage", [{"start": "1900-01-01", "end": "2099-12-31"}], None),
        ("temporal_coverage", [{"start": "2020-05-01", "end": "2099-12-31"}], [{"start": "2020-05-01"}]),
        ("temporal_coverage", [{"start": "1900-01-01T00:00:00", "end": "2021"}], [{"end": "2021"}]),
        ("temporal_coverage", [{"start": "2099-12-31", "end": ""}], [{"start": "2099-12-31"}]),
        ("spatial_coverage", [{"uri": "", "text": "", "geom": "", "bbox": "", "centroid": ""}], None),
        (
            "spatial_coverage",
            [{"uri": "", "text": "Τήνος", "bbox": {"type": "Point", "coordinates": [25, 37]}}],
            [{"text": "Τήνος", "bbox": '{"type": "Point", "coordinates": [25, 37]}'}],
        ),
        ("landing_page", ["dummy-value", " https://example.org "], ["https://example.org"]),
        ("landing_page", "https://example.org", ["https://example.org"]),
        ("theme", f'["{EU}/data-theme/ECON"]', [f"{EU}/data-theme/ECON"]),
        ("theme", None, None),
        ("frequency", "", None),
        ("title_translated", '{"el": "Χάρτης", "en": ""}', {"el": "Χάρτης"}),
        ("title_translated", {"en": "Map"}, {"el": "Map", "en": "Map"}),
        ("private", False, False),
        ("tags", [{"name": "β", "id": "1", "state": "active"}, {"name": "α"}], [{"name": "α"}, {"name": "β"}]),
        (
            "extras",
            [{"key": "guid", "value": "x"}, {"key": "harvest_object_id", "value": "y"}],
            [{"key": "guid", "value": "x"}],
        ),
    ],
)  # fmt: skip
def test_what_a_field_says(field, said, read):
    theirs = package(**{field: said})
    ours = to_ours(theirs)
    assert ours.get(field) == read
    assert comparable(to_theirs(ours)) == comparable(theirs)


@pytest.mark.parametrize(
    ("field", "said", "read"),
    [
        ("mimetype", "https://www.iana.org/assignments/media-types/text/csv", "text/csv"),
        ("mimetype", "http://www.iana.org/assignments/media-types/text/csv", "text/csv"),
        ("mimetype", "text/csv", "text/csv"),
        ("size", "349", 349),
        ("size", None, None),
        ("access_url", "dummy-value", None),
        ("access_services", [{"uri": ""}], None),
        ("access_services", [{"uri": "https://example.org/wfs"}], [{"uri": "https://example.org/wfs"}]),
        ("language_options", [f"{EU}/language/ELL"], [f"{EU}/language/ELL"]),
        ("description_translated", {}, None),
    ],
)  # fmt: skip
def test_what_a_field_of_a_resource_says(field, said, read):
    theirs = package(resources=[{"url": "https://example.org/a.csv", field: said}])
    ours = to_ours(theirs)
    assert ours["resources"][0].get(field) == read
    assert comparable(to_theirs(ours)) == comparable(theirs)


def test_a_title_without_translation_becomes_the_greek_one():
    theirs = {"type": "dataset", "name": "x", "title": "Χάρτης", "notes": "Ο χάρτης."}
    ours = to_ours(theirs)
    assert ours["title_translated"] == {"el": "Χάρτης"}
    assert ours["notes_translated"] == {"el": "Ο χάρτης."}


def test_a_key_that_we_do_not_know_travels_in_an_extra_and_comes_back():
    theirs = package(conforms_to=["https://example.org/standard"], quality_note="καλή")
    ours = to_ours(theirs)
    assert "conforms_to" not in ours
    assert [extra["key"] for extra in ours["extras"]] == [
        "data.gov.gr:conforms_to",
        "data.gov.gr:quality_note",
    ]
    back = to_theirs(ours)
    assert back["conforms_to"] == ["https://example.org/standard"]
    assert back["quality_note"] == "καλή"
    assert "extras" not in back


def test_a_field_that_only_we_have_is_not_written_back():
    ours = {**to_ours(package()), "indicator": ["facilities"], "municipality": "dimos-tinou"}
    assert not {"indicator", "municipality", "family"} & set(to_theirs(ours))


def test_a_data_service_is_refused():
    with pytest.raises(UnmappablePackageError, match="«wfs» is of type 'data-service'"):
        to_ours({"type": "data-service", "name": "wfs"})


def test_mapping_changes_nothing_in_what_it_reads(recorded):
    before = copy.deepcopy(recorded)
    for theirs in recorded:
        to_theirs(to_ours(theirs))
    assert recorded == before


words = st.sampled_from(["", " ", "Δήμος", "Tinos", "dummy-value", "https://example.org/a"])
texts = st.one_of(
    st.none(), words, st.dictionaries(st.sampled_from(["el", "en"]), st.one_of(st.none(), words))
)
lists = st.one_of(st.none(), words, st.lists(st.one_of(st.none(), words), max_size=3))
days = st.sampled_from(["", "1900-01-01", "2099-12-31", "2024-02-29", "2024-02-29T10:00:00"])
agents = st.lists(
    st.dictionaries(st.sampled_from(["uri", "name", "email", "url"]), words), max_size=2
)
packages = st.fixed_dictionaries(
    {"type": st.just("dataset"), "title_translated": texts, "notes_translated": texts},
    optional={
        "title": words,
        "private": st.booleans(),
        "theme": lists,
        "landing_page": lists,
        "contact": agents,
        "publisher": st.one_of(agents, agents.map(json.dumps)),
        "temporal_coverage": st.lists(
            st.fixed_dictionaries({"start": days, "end": days}), max_size=2
        ),
        "tags": st.lists(st.fixed_dictionaries({"name": words}), max_size=2),
        "qa": st.just({"mqa_score": "67.9"}),
        "new_field": st.one_of(words, st.integers(), st.lists(words, max_size=2), st.none()),
        "resources": st.lists(
            st.fixed_dictionaries(
                {"url": words},
                optional={
                    "name_translated": texts,
                    "mimetype": st.sampled_from(["", "text/csv", subject.IANA + "text/csv"]),
                    "access_services": agents,
                    "size": st.sampled_from([None, "", 1, "2"]),
                    "archiver": st.just({"status_id": 0}),
                },
            ),
            max_size=2,
        ),
    },
)


@settings(max_examples=150, deadline=None)
@example(
    {
        "type": "dataset",
        "title_translated": None,
        "notes_translated": None,
        "new_field": [" ", {"a": "dummy-value"}],
    }
)
@given(packages)
def test_whatever_is_said_comes_back_and_nothing_else(theirs):
    ours = to_ours(theirs)
    back = to_theirs(ours)
    assert comparable(back) == comparable(theirs)
    assert to_ours(back) == ours
    assert "dummy-value" not in json.dumps(ours) + json.dumps(back)
