"""Packages of data.gov.gr through our real schema, and back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import portal_catalogue as catalogue
import pytest

from ckanext.greekmunicipal.catalogs.data_gov_gr import comparable, to_ours, to_theirs

pytestmark = [pytest.mark.ckan]

# Fields in which a package of theirs may say nothing, and that our schema then fills from the
# organisation and from the law.
DATASET_DEFAULTS = {"language_options", "contact", "publisher", "spatial_coverage"}
RESOURCE_DEFAULTS = {
    *("license", "rights", "availability", "language_options"),
    *("applicable_legislation", "mimetype"),
}


def stored(ours: dict[str, Any], organization: dict[str, Any]) -> dict[str, Any]:
    created = catalogue.create({**ours, "owner_org": organization["id"]})
    return tk.get_action("package_show")(catalogue.context(), {"id": created["id"]})


def assert_says_the_same(said: dict[str, Any], back: dict[str, Any]) -> None:
    assert {name: back[name] for name in said if name != "resources"} == {
        name: value for name, value in said.items() if name != "resources"
    }
    assert set(back) - set(said) <= DATASET_DEFAULTS
    for was, now in zip(said["resources"], back["resources"], strict=True):
        assert {name: now[name] for name in was} == was
        assert set(now) - set(was) <= RESOURCE_DEFAULTS


def test_recorded_packages_pass_our_schema_and_come_back_saying_the_same(
    tinos: dict[str, Any], shared_data: Path
) -> None:
    path = shared_data / "catalogs" / "data_gov_gr_package_search.json"
    packages = json.loads(path.read_text(encoding="utf-8"))["result"]["results"]
    assert len(packages) == 3
    for theirs in packages:
        shown = stored(to_ours(theirs), tinos)
        assert_says_the_same(comparable(theirs), comparable(to_theirs(shown)))


def test_a_package_with_everything_comes_back_whole(tinos: dict[str, Any]) -> None:
    eu = "http://publications.europa.eu/resource/authority"
    agent = {
        "uri": "https://example.org/dimos",
        "name": "Δήμος Τήνου",
        "email": "info@example.org",
        "url": "https://example.org",
        "type": "http://purl.org/adms/publishertype/LocalAuthority",
        "identifier": "0000",
        "description": "Ο δήμος",
    }
    point = {"type": "Point", "coordinates": [25.16, 37.54]}
    theirs = {
        "type": "dataset",
        "name": "ola-ta-pedia",
        "private": False,
        "title": "Όλα τα πεδία",
        "title_translated": {"el": "Όλα τα πεδία", "en": "All fields"},
        "notes": "Περιγραφή",
        "notes_translated": {"el": "Περιγραφή", "en": "Description"},
        "theme": [f"{eu}/data-theme/ENVI"],
        "frequency": f"{eu}/frequency/MONTHLY",
        "language_options": [f"{eu}/language/ELL", f"{eu}/language/ENG"],
        "access_rights": f"{eu}/access-right/PUBLIC",
        "dcat_type": [f"{eu}/dataset-type/GEOSPATIAL"],
        "hvd_category": ["http://data.europa.eu/bna/c_dd313021"],
        "applicable_legislation": ["http://data.europa.eu/eli/reg_impl/2023/138/oj"],
        "landing_page": ["https://example.org/environment"],
        "contact": [{k: agent[k] for k in ("uri", "name", "email", "url")}],
        "creator": [agent],
        "publisher": [agent],
        "temporal_coverage": [{"start": "2020-01-01", "end": "2024-12-31"}],
        # The name of a place that has only an address is filled in by our schema.
        "spatial_coverage": [
            {"uri": "http://data.europa.eu/nuts/code/EL422", "text": "Κυκλάδες", "geom": point}
        ],
        "tags": [{"name": "περιβάλλον", "id": "1"}, {"name": "Ανοιχτά Δεδομένα"}],
        "extras": [{"key": "guid", "value": "abc"}],
        "conforms_to": ["https://example.org/standard"],
        "resources": [
            {
                "name": "Αέρας",
                "name_translated": {"el": "Αέρας", "en": "Air"},
                "description": "Μετρήσεις",
                "description_translated": {"el": "Μετρήσεις", "en": "Measurements"},
                "url": "https://example.org/air.csv",
                "access_url": "https://example.org/air",
                "download_url": "https://example.org/air.csv",
                "format": "CSV",
                "mimetype": "https://www.iana.org/assignments/media-types/text/csv",
                "license": f"{eu}/licence/CC0",
                "rights": "Ελεύθερη χρήση",
                "availability": f"{eu}/planned-availability/STABLE",
                "language_options": [f"{eu}/language/ELL"],
                "applicable_legislation": ["http://data.europa.eu/eli/reg_impl/2023/138/oj"],
                "access_services": [
                    {"uri": "https://example.org/wfs"},
                    {"uri": "https://example.org/wms", "title": "Χάρτης"},
                ],
                "size": 2048,
                "hash": "0" * 32,
                "last_modified": "2026-05-30T20:58:58.478643",
            }
        ],
    }
    shown = stored(to_ours(theirs), tinos)
    assert shown["resources"][0]["mimetype"] == "text/csv"
    assert_says_the_same(comparable(theirs), comparable(to_theirs(shown)))
