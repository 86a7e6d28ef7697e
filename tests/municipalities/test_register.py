from __future__ import annotations

import csv
import re
import unicodedata

import pytest

from ckanext.greekmunicipal.greek import fold, is_valid_afm, slug, to_greek
from ckanext.greekmunicipal.municipalities import (
    UnknownMunicipalityError,
    by_afm,
    by_diavgeia_uid,
    by_elstat_code,
    by_slug,
    municipalities,
    predecessors,
    successors_of,
)

REGISTER = municipalities()


def test_there_are_332_municipalities_in_13_regions_and_52_nuts_units():
    assert len(REGISTER) == 332
    assert len({municipality.region_el for municipality in REGISTER}) == 13
    assert len({municipality.nuts3 for municipality in REGISTER}) == 52


@pytest.mark.parametrize(
    "field", ["slug", "name_el", "common_name_el", "diavgeia_uid", "afm", "elstat_code"]
)
def test_an_identifier_belongs_to_one_municipality(field):
    assert len({getattr(municipality, field) for municipality in REGISTER}) == 332


def test_the_slug_is_the_transcription_of_the_official_name():
    assert all(municipality.slug == slug(municipality.name_el) for municipality in REGISTER)
    assert all(municipality.slug.startswith("dimos-") for municipality in REGISTER)


def test_every_afm_has_its_check_digit():
    assert all(is_valid_afm(municipality.afm) for municipality in REGISTER)


def test_names_are_composed_clean_and_in_one_script():
    for municipality in REGISTER:
        for name in (
            municipality.name_el,
            municipality.common_name_el,
            municipality.diavgeia_label,
            municipality.regional_unit_el,
            *municipality.aliases,
        ):
            assert name == unicodedata.normalize("NFC", name) == to_greek(name)
            assert name == " ".join(name.split())
            assert not re.search("[A-Za-z]", name)


def test_every_word_of_a_common_name_carries_its_accent():
    for municipality in REGISTER:
        for word in re.split("[ -]", municipality.common_name_el):
            syllables = len(re.findall("(?:αι|ει|οι|ου|υι|αυ|ευ|[αεηιουω])", fold(word)))
            accents = unicodedata.normalize("NFD", word).count("\N{COMBINING ACUTE ACCENT}")
            assert accents == (1 if syllables > 1 else 0), municipality.common_name_el


@pytest.mark.parametrize(
    ("uid", "common"),
    [
        ("6013", "Αθήνα"),
        ("6115", "Θήβα"),
        ("6265", "Ρόδος"),
        ("6296", "Τήνος"),
        ("6001", "Άβδηρα"),
        ("6167", "Λάρισα"),
        ("6241", "Πάτρα"),
        ("6058", "Βόλος"),
        ("6158", "Κόρινθος"),
        ("6236", "Παπάγου-Χολαργός"),
        ("6119", "Μεσολόγγι"),
        ("6177", "Λουτράκι-Περαχώρα-Άγιοι Θεόδωροι"),
        ("6120", "Ίος"),
        ("6164", "Κως"),
    ],
)
def test_a_place_is_called_by_its_nominative(uid, common):
    assert by_diavgeia_uid(uid).common_name_el == common


def test_each_identifier_finds_its_municipality():
    for municipality in REGISTER:
        assert by_slug(municipality.slug) is municipality
        assert by_afm(municipality.afm) is municipality
        assert by_diavgeia_uid(municipality.diavgeia_uid) is municipality
        assert by_elstat_code(municipality.elstat_code) is municipality
        assert by_elstat_code(municipality.elstat_code_2019, "2019") is municipality


def test_an_elstat_code_means_another_place_in_another_edition():
    assert by_elstat_code("3203", "2021").common_name_el == "Νότια Κέρκυρα"
    assert by_elstat_code("3203", "2019").common_name_el == "Βόρεια Κέρκυρα"
    changed = [m for m in REGISTER if m.elstat_code != m.elstat_code_2019]
    assert len(changed) == 28


def test_an_unknown_identifier_says_what_was_asked():
    with pytest.raises(UnknownMunicipalityError, match="dimos-atlantidos"):
        by_slug("dimos-atlantidos")
    with pytest.raises(KeyError, match="editions"):
        by_elstat_code("0101", "1999")


def test_the_splits_of_2019_point_to_their_twelve_successors():
    new = {municipality.slug for municipality in REGISTER if municipality.established == 2019}
    listed = [slug for predecessor in predecessors() for slug in predecessor.successors]
    assert len(new) == len(listed) == 12
    assert set(listed) == new
    assert [m.common_name_el for m in successors_of("6268")] == ["Ανατολική Σάμος", "Δυτική Σάμος"]
    assert all(municipality.predecessors == ("6147",) for municipality in successors_of("6147"))


def test_the_uid_of_an_abolished_municipality_is_refused_with_its_successors():
    with pytest.raises(UnknownMunicipalityError, match="dimos-mytilinis"):
        by_diavgeia_uid("6172")
    assert successors_of("6296") == ()
    assert successors_of("") == ()


def test_a_place_lies_in_its_box():
    for municipality in REGISTER:
        if municipality.bbox and municipality.centroid:
            west, south, east, north = municipality.bbox
            longitude, latitude = municipality.centroid
            assert 19 < west < longitude < east < 30
            assert 34 < south < latitude < north < 42


def test_the_register_agrees_with_the_recorded_one(shared_data):
    with (shared_data / "municipalities" / "register.csv").open(encoding="utf-8-sig") as file:
        recorded = {row["diavgeia_uid"]: row for row in csv.DictReader(file)}
    assert recorded.keys() == {municipality.diavgeia_uid for municipality in REGISTER}
    for municipality in REGISTER:
        row = recorded[municipality.diavgeia_uid]
        assert fold(municipality.name_el) == fold(row["name_el"])
        for field in (
            *("afm", "elstat_code", "elstat_code_2019", "ypes_code", "regional_unit_el"),
            *("region_el", "region_en", "region_iso", "nuts3", "website", "geonames_id"),
        ):
            assert getattr(municipality, field) == row[field]
        for field in ("population_2011", "population_2021", "established"):
            assert getattr(municipality, field) == int(row[field])
        assert (municipality.bbox is None) == (not row["bbox"])
