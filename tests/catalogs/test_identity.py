"""By what a dataset is recognised in several catalogues."""

from __future__ import annotations

import pytest

from ckanext.greekmunicipal.catalogs.identity import address_key, is_within, keys, package_id

PAGE = "https://data.gov.gr/dataset/parka"


@pytest.mark.parametrize(
    "other",
    [
        "http://data.gov.gr/dataset/parka/",
        "https://www.data.gov.gr/el/dataset/parka",
        "https://DATA.gov.gr/dataset/parka#resources",
        "https://data.gov.gr/dataset/p%61rka",
    ],
)
def test_spellings_of_one_address_are_one(other: str) -> None:
    assert address_key(other) == address_key(PAGE)


@pytest.mark.parametrize(
    "other",
    [PAGE + "2", PAGE + "?page=2", "https://data.gov.gr/dataset/Parka", "https://data.gov.gr"],
)
def test_other_addresses_are_others(other: str) -> None:
    assert address_key(other) != address_key(PAGE)


def test_a_home_page_and_a_short_number_tell_nothing() -> None:
    dataset = {"landing_page": ["https://www.piraeus.gov.gr/"], "identifier": "17"}
    assert keys(dataset, PAGE) == (address_key(PAGE),)


@pytest.mark.parametrize(
    ("identifier", "key"),
    [
        ("doi:10.5281/ZENODO.1", "10.5281/zenodo.1"),
        ("10.5281/zenodo.1", "10.5281/zenodo.1"),
        ("urn:uuid:0F8FAD5B-D9CB-469F-A165-70867728950E", "0f8fad5b-d9cb-469f-a165-70867728950e"),
        ("https://id.example/1", "id.example/1"),
    ],
)
def test_a_worldwide_identifier_is_a_key(identifier: str, key: str) -> None:
    assert key in keys({"identifier": identifier}, PAGE)


def test_ids_do_not_depend_on_how_the_catalogue_is_written() -> None:
    assert package_id("https://data.gov.gr/", "a") == package_id("http://www.data.gov.gr", "a")
    assert package_id("https://data.gov.gr", "a") != package_id("https://data.gov.gr", "b")


def test_a_dataset_of_a_portal_is_told_from_its_other_pages() -> None:
    assert is_within("http://portal.example/en/dataset/x", "https://portal.example/")
    assert not is_within("https://portal.example/about", "https://portal.example/")
    assert not is_within("https://portal.example.org/dataset/x", "https://portal.example/")
