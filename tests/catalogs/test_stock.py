"""A stock dataset becomes one of our schema, and nothing that it says is lost."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ckanext.greekmunicipal.catalogs.stock import ASIDE, Adoption, adopt, set_aside
from ckanext.greekmunicipal.catalogs.stock_terms import term

EU = "http://publications.europa.eu/resource/authority"
FIELDS = {
    "title_translated": "texts",
    "notes_translated": "texts",
    "provenance": "texts",
    **dict.fromkeys(("theme", "language_options", "landing_page", "source"), "several"),
    **dict.fromkeys(
        ("contact", "publisher", "creator", "temporal_coverage", "spatial_coverage"), "entries"
    ),
    **dict.fromkeys(("frequency", "access_rights", "identifier", "issued", "modified"), "one"),
    "municipality": "one",
}


def stock(extras: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {
        "id": "1",
        "name": "plateies",
        "type": "dataset",
        "title": "Πλατείες",
        "notes": "Οι πλατείες.",
        "license_id": "cc-by",
        "extras": [{"key": key, "value": value} for key, value in (extras or {}).items()],
        "resources": [],
        **more,
    }


def adopted(extras: dict[str, Any] | None = None, **more: Any) -> Adoption:
    return adopt(stock(extras, **more), FIELDS, {})


def extras_of(adoption: Adoption) -> dict[str, Any]:
    found = {extra["key"]: extra["value"] for extra in adoption.dataset["extras"]}
    if ASIDE in found:
        found[ASIDE] = json.loads(found[ASIDE])
    return found


def stored(adoption: Adoption) -> dict[str, Any]:
    """The dataset as CKAN stores it: our fields as extras."""
    dataset = dict(adoption.dataset)
    for name, kind in FIELDS.items():
        if name in dataset:
            value = dataset.pop(name)
            text = value if kind == "one" else json.dumps(value, ensure_ascii=False)
            dataset["extras"] = [*dataset["extras"], {"key": name, "value": text}]
    return dataset


@pytest.mark.parametrize(
    ("vocabulary", "written", "code"),
    [
        ("frequency", "monthly", "MONTHLY"),
        ("frequency", "Μηνιαία", "MONTHLY"),
        ("frequency", "ΜΗΝΙΑΙΑ", "MONTHLY"),
        ("frequency", "R/P1M", "MONTHLY"),
        ("frequency", "http://purl.org/cld/freq/monthly", "MONTHLY"),
        ("frequency", "http://publications.europa.eu/mdr/authority/frequency/MONTHLY", "MONTHLY"),
        ("frequency", f"{EU}/frequency/MONTHLY", "MONTHLY"),
        ("frequency", "http://publications.europa.eu/resource/authority/frequency/ANNUAL", "ANNUAL"),
        ("data-theme", "http://publications.europa.eu/mdr/authority/data-theme/ENVI", "ENVI"),
        ("data-theme", "Περιβάλλον", "ENVI"),
        ("data-theme", "envi", "ENVI"),
        ("language", "el", "ELL"),
        ("language", "http://publications.europa.eu/mdr/authority/language/ELL", "ELL"),
        ("licence", "cc-by", "CC_BY_4_0"),
        ("licence", "https://creativecommons.org/licenses/by/4.0/", "CC_BY_4_0"),
        ("licence", "https://creativecommons.org/licenses/by/4.0/deed.el", "CC_BY_4_0"),
        ("licence", "https://www.creativecommons.org/licenses/by/4.0/legalcode", "CC_BY_4_0"),
        ("licence", "cc-zero", "CC0"),
        ("licence", "odc-odbl", "ODC_BL"),
        ("licence", "CC_BY_4_0", "CC_BY_4_0"),
    ],
)  # fmt: skip
def test_a_term_is_known_however_it_is_written(vocabulary, written, code):
    uri = term(vocabulary, written)
    assert uri is not None
    assert uri.rpartition("/")[2] == code


@pytest.mark.parametrize(
    ("vocabulary", "written"),
    [
        ("frequency", "now and then"),
        ("licence", "other-closed"),
        ("licence", "notspecified"),
        ("licence", "other-open"),
        ("data-theme", ""),
    ],
)
def test_a_term_is_not_guessed(vocabulary, written):
    assert term(vocabulary, written) is None


def test_title_and_notes_become_greek_texts():
    dataset = adopted().dataset
    assert dataset["title_translated"] == {"el": "Πλατείες"}
    assert dataset["notes_translated"] == {"el": "Οι πλατείες."}


def test_an_english_title_stands_for_the_greek_one_that_is_missing():
    assert adopted(title="Squares").dataset["title_translated"] == {
        "el": "Squares",
        "en": "Squares",
    }


def test_an_english_title_in_an_extra_stands_beside_the_greek_one():
    adoption = adopted({"title_en": "Squares"})
    assert adoption.dataset["title_translated"] == {"el": "Πλατείες", "en": "Squares"}
    assert "title_en" not in extras_of(adoption)


def test_a_dataset_without_description_is_described_by_its_title_and_named():
    adoption = adopted(notes="")
    assert adoption.dataset["notes_translated"] == {"el": "Πλατείες"}
    assert [look.field for look in adoption.looks] == ["notes_translated"]


def test_extras_of_ckanext_dcat_become_fields_and_what_was_rewritten_is_kept():
    polygon = '{"type":"Point","coordinates":[25.16,37.54]}'
    adoption = adopted(
        {
            "frequency": "R/P1M",
            "theme": '["http://publications.europa.eu/mdr/authority/data-theme/ENVI", "ECON"]',
            "language": "el",
            "publisher_name": "Δήμος Τήνου",
            "publisher_email": "info@example.org",
            "contact_name": "Τμήμα Πληροφορικής",
            "spatial": polygon,
            "spatial_text": "Τήνος",
            "temporal_start": "2020-01-01",
            "temporal_end": "2024-12-31",
            "issued": "2024-05-01",
            "internal_ref": "Α-12",
        },
        url="https://example.org/plateies",
    )
    dataset = adoption.dataset
    assert dataset["frequency"] == f"{EU}/frequency/MONTHLY"
    assert dataset["theme"] == [f"{EU}/data-theme/ENVI", f"{EU}/data-theme/ECON"]
    assert dataset["language_options"] == [f"{EU}/language/ELL"]
    assert dataset["publisher"] == [{"name": "Δήμος Τήνου", "email": "info@example.org"}]
    assert dataset["contact"] == [{"name": "Τμήμα Πληροφορικής"}]
    assert dataset["temporal_coverage"] == [{"start": "2020-01-01", "end": "2024-12-31"}]
    [place] = dataset["spatial_coverage"]
    assert place["text"] == "Τήνος"
    assert json.loads(place["geom"]) == json.loads(polygon)
    assert dataset["issued"] == "2024-05-01"
    assert dataset["landing_page"] == ["https://example.org/plateies"]
    extras = extras_of(adoption)
    assert set(extras) == {"internal_ref", ASIDE}
    assert set(extras[ASIDE]) == {"frequency", "theme", "language"}
    assert extras[ASIDE]["frequency"] == "R/P1M"
    assert adoption.kept == ["internal_ref"]
    assert adoption.looks == []


def test_a_value_that_means_no_term_is_kept_and_named():
    adoption = adopted({"frequency": "now and then", "theme": '["ECON", "wishes"]'})
    assert "frequency" not in adoption.dataset
    assert adoption.dataset["theme"] == [f"{EU}/data-theme/ECON"]
    aside = extras_of(adoption)[ASIDE]
    assert aside == {"frequency": "now and then", "theme": ["ECON", "wishes"]}
    assert {look.field for look in adoption.looks} == {"frequency", "theme"}


def test_an_extra_that_says_something_else_than_its_field_stays_an_extra():
    adoption = adopted({"frequency": "daily", "update_frequency": "monthly"})
    assert adoption.dataset["frequency"] == f"{EU}/frequency/DAILY"
    assert extras_of(adoption)["update_frequency"] == "monthly"


def test_a_group_gives_the_theme_when_nothing_else_does():
    adoption = adopted(groups=[{"name": "perivallon", "title": "Περιβάλλον"}])
    assert adoption.dataset["theme"] == [f"{EU}/data-theme/ENVI"]


def test_a_plain_text_under_the_name_of_a_repeating_field_is_its_name():
    assert adopted({"publisher": "Δήμος Τήνου"}).dataset["publisher"] == [{"name": "Δήμος Τήνου"}]


def test_a_third_language_is_kept_aside():
    texts = {"el": "Πλατείες", "fr": "Places"}
    adoption = adopted({"title_translated": json.dumps(texts)})
    assert adoption.dataset["title_translated"] == {"el": "Πλατείες"}
    assert extras_of(adoption)[ASIDE]["title_translated"] == texts


@pytest.mark.parametrize(
    ("license_id", "licence", "expected"),
    [
        ("cc-by", None, f"{EU}/licence/CC_BY_4_0"),
        ("cc-zero", f"{EU}/licence/CC_BY_4_0", f"{EU}/licence/CC0"),
        ("notspecified", f"{EU}/licence/CC0", f"{EU}/licence/CC0"),
        (None, f"{EU}/licence/CC0", f"{EU}/licence/CC0"),
    ],
)
def test_the_licence_of_a_dataset_goes_to_its_resources(license_id, licence, expected):
    source = stock(license_id=license_id, resources=[{"id": "r", "url": "https://example.org/a"}])
    adoption = adopt(source, FIELDS, {}, licence)
    assert adoption.undecided == ""
    assert adoption.dataset["resources"][0]["license"] == expected
    assert adoption.dataset["license_id"] == license_id


@pytest.mark.parametrize(
    ("license_id", "licence"),
    [("notspecified", None), (None, None), ("other-closed", f"{EU}/licence/CC0")],
)
def test_no_licence_is_invented(license_id, licence):
    source = stock(license_id=license_id, resources=[{"id": "r", "url": "https://example.org/a"}])
    assert "licence" in adopt(source, FIELDS, {}, licence).undecided


def test_a_dataset_without_files_needs_no_licence():
    assert adopted(license_id=None).undecided == ""


def test_the_name_of_a_resource_becomes_its_title_and_its_own_licence_wins():
    adoption = adopted(
        resources=[
            {"id": "r", "url": "https://example.org/a", "name": "Χάρτης", "license": "cc-zero"}
        ]
    )
    [resource] = adoption.dataset["resources"]
    assert resource["name_translated"] == {"el": "Χάρτης"}
    assert resource["license"] == f"{EU}/licence/CC0"
    assert extras_of(adoption)[ASIDE] == {"resources/1/license": "cc-zero"}


def test_what_the_schema_refuses_is_kept_aside_and_named():
    adoption = adopted(
        {"municipality": "Τήνος"},
        resources=[{"id": "r", "url": "https://example.org/a", "size": "12 MB"}],
    )
    refused = {"municipality": ["no such"], "resources": [{"size": ["no size"]}]}
    assert set_aside(adoption, refused, FIELDS)
    assert "municipality" not in adoption.dataset
    assert "size" not in adoption.dataset["resources"][0]
    assert extras_of(adoption)[ASIDE] == {"municipality": "Τήνος", "resources/1/size": "12 MB"}
    assert "refused, kept in stock_metadata: no such" in [look.why for look in adoption.looks]


def test_a_refusal_of_what_a_dataset_needs_stands():
    assert not set_aside(adopted(), {"owner_org": ["An organization must be provided"]}, FIELDS)


def test_adopting_again_changes_nothing():
    extras = {
        "frequency": "R/P1M",
        "theme": "ECON, wishes",
        "publisher_name": "Δήμος",
        "spatial": '{"type":"Point","coordinates":[25,37]}',
        "note": "Α-12",
    }
    resources = [{"id": "r", "url": "https://example.org/a", "name": "Map", "license": "cc-by"}]
    first = adopted(extras, resources=resources)
    second = adopt(stored(first), FIELDS, {})
    assert first.changes
    assert second.changes == []
    assert second.looks == []
    assert extras_of(second)[ASIDE] == extras_of(first)[ASIDE]


words = st.sampled_from(
    [
        "",
        "ECON",
        "wishes",
        "el",
        "monthly",
        "Δήμος",
        '["ECON"]',
        '{"el": "α", "fr": "b"}',
        "[1",
        "{}",
    ]
    + ['{"type": "Point", "coordinates": [25, 37]}', "2024-01-01", "https://example.org/a", "α;β"]
)
keys = st.sampled_from(
    [*FIELDS, "publisher_name", "spatial", "title_en", "category", "update_frequency", "my_note"]
)


def leaves(value: Any) -> set[str]:
    """All that a value says, also inside JSON texts."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            value = json.loads(value)
        except ValueError:
            return {value}
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return set().union(*map(leaves, value))
    return {str(value)}


@settings(max_examples=200, deadline=None)
@example({"title_en": "ECON", "title_translated": '{"el": "α", "fr": "b"}'}, "", "")
@given(st.dictionaries(keys, words, max_size=5), words, words)
def test_whatever_extras_there_are_nothing_is_lost_and_twice_is_once(extras, title, notes):
    source = stock(extras, title=title or "x", notes=notes)
    first = adopt(source, FIELDS, {})
    said = leaves(first.dataset)
    for value in extras.values():
        terms = {term(name, value) for name in ("data-theme", "language", "frequency")}
        assert leaves(value) - {""} <= said or terms & said, value
    second = adopt(stored(first), FIELDS, {})
    assert second.changes == []
