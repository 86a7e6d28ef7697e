"""Records of foreign catalogues in our fields: nothing dropped, nothing invented."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ckanext.greekmunicipal.catalogs import records, stock

EU = "http://publications.europa.eu/resource/authority"
SHAPE = records.Shape(
    {
        **dict.fromkeys(("title_translated", "notes_translated", "provenance"), stock.TEXTS),
        **dict.fromkeys(("theme", "language_options", "landing_page", "source"), stock.SEVERAL),
        **dict.fromkeys(("contact", "publisher", "temporal_coverage"), stock.ENTRIES),
        **dict.fromkeys(("frequency", "identifier", "modified", "uri"), stock.ONE),
    },
    {"license": stock.ONE, "name_translated": stock.TEXTS, "url": stock.ONE},
)


def package(**more: Any) -> dict[str, Any]:
    return {
        "id": "1",
        "name": "parka",
        "title": "Πάρκα",
        "notes": "Τα πάρκα",
        "resources": [{"id": "r", "url": "https://x.example/a.csv", "name": "Αρχείο"}],
        **more,
    }


def mapped(**more: Any) -> records.Mapped:
    return records.of_ckan(package(**more), "https://x.example", SHAPE)


def aside(found: records.Mapped) -> Any:
    extras = {extra["key"]: extra["value"] for extra in found.dataset["extras"]}
    return json.loads(extras.get(stock.ASIDE, "{}"))


def test_words_and_old_addresses_become_terms_and_what_was_written_stays() -> None:
    found = mapped(
        extras=[
            {"key": "frequency", "value": "μηνιαίως"},
            {"key": "theme", "value": '["περιβάλλον"]'},
            {"key": "language", "value": "el"},
            {"key": "άλλο", "value": "κάτι"},
        ],
        license_id="cc-by",
    )
    assert found.dataset["frequency"] == f"{EU}/frequency/MONTHLY"
    assert found.dataset["theme"] == [f"{EU}/data-theme/ENVI"]
    assert found.dataset["language_options"] == [f"{EU}/language/ELL"]
    assert found.dataset["resources"][0]["license"] == f"{EU}/licence/CC_BY_4_0"
    assert aside(found)["frequency"] == "μηνιαίως"
    assert {"key": "άλλο", "value": "κάτι"} in found.dataset["extras"]
    assert found.page == "https://x.example/dataset/parka"


@pytest.mark.parametrize("licence", ["other-closed", "notspecified", "Δική μας άδεια", None])
def test_no_licence_is_made_up_and_the_one_that_was_written_is_kept(licence: str | None) -> None:
    found = mapped(license_id=licence)
    assert "license" not in found.dataset["resources"][0]
    assert aside(found).get("license_id") == licence
    assert [look for look in found.looks if look["field"] == "license"]


def test_a_record_without_a_title_or_of_another_type_is_no_dataset() -> None:
    for more in ({"title": ""}, {"type": "showcase"}):
        with pytest.raises(records.UnusableRecordError):
            mapped(**more)


def test_the_fingerprint_follows_what_is_said_and_not_the_counters() -> None:
    def of(basis: str = "", **more: Any) -> str:
        return records.fingerprint(records.without_counters(package(**more)), basis)

    assert of() == of(tracking_summary={"total": 4}, metadata_modified="2026")
    assert of() != of(title="Άλλα πάρκα")
    assert of() != of("another organisation")
