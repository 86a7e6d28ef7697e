"""schema.org on the pages of datasets, as search engines for datasets ask it."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

import ckan.plugins as p
import dcat_world as world
import pytest

from ckanext.greekmunicipal.dcat import structured

pytestmark = [pytest.mark.ckan]


class Scripts(HTMLParser):
    """Collects the scripts of a page as a browser finds them."""

    def __init__(self, page: str):
        super().__init__()
        self.found: list[tuple[str | None, str]] = []
        self._inside: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script":
            self._inside = dict(attrs).get("type") or "text/javascript"
            self.found.append((self._inside, ""))

    def handle_data(self, data: str) -> None:
        if self._inside:
            kind, text = self.found[-1]
            self.found[-1] = (kind, text + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._inside = None


def of_page(app: Any, dataset: dict[str, Any]) -> dict[str, Any]:
    page = app.get(f"/dataset/{dataset['name']}").get_data(as_text=True)
    [text] = [text for kind, text in Scripts(page).found if kind == "application/ld+json"]
    return json.loads(text)


def test_the_page_of_a_dataset_tells_search_engines_what_it_holds(
    app: Any, dcat_world: dict[str, Any]
) -> None:
    told = of_page(app, dcat_world["acts"])
    assert told["@context"] == "https://schema.org/"
    assert told["@type"] == "Dataset"
    assert told["name"] == "Πληρωμές – Δήμος Τήνου"
    assert 50 <= len(told["description"]) <= 5000
    assert told["url"] == f"{world.SITE}/dataset/dimos-tinou-payments"
    assert "Διαύγεια" in told["keywords"]
    assert told["license"] == ["https://creativecommons.org/licenses/by/4.0/"]
    assert told["publisher"]["name"] == told["creator"]["name"] == "Δήμος Τήνου"
    assert told["temporalCoverage"] == ["2024-01-08/2026-02-27"]
    assert told["spatialCoverage"][0]["geo"] == {
        "@type": "GeoShape",
        "box": "37.52451 24.96656 37.67813 25.25399",
    }
    assert told["inLanguage"] == ["el"]
    [acts, lines] = told["distribution"]
    assert acts["@type"] == "DataDownload"
    assert acts["contentUrl"] == dcat_world["acts"]["resources"][0]["url"]
    assert acts["encodingFormat"] == lines["encodingFormat"] == "text/csv"
    assert acts["contentSize"] == "2051 B"


def test_a_title_cannot_end_the_script_in_which_it_stands(
    app: Any, dcat_world: dict[str, Any]
) -> None:
    dataset = dcat_world["complete"]
    assert "</script><script>alert(1)" in dataset["title"]
    assert of_page(app, dataset)["name"] == dataset["title"]
    page = app.get(f"/dataset/{dataset['name']}").get_data(as_text=True)
    assert not [text for _, text in Scripts(page).found if text.strip() == "alert(1)"]
    assert "<script>alert(1)" not in page


def test_a_dataset_with_every_field_tells_all_of_them(app: Any, dcat_world: dict[str, Any]) -> None:
    told = structured.document(dcat_world["complete"])
    assert told["temporalCoverage"] == ["2019-01-01/2020-12-31", "2022-05/2023", "2025-03-01/.."]
    assert told["isBasedOn"] == ["https://registry.example.gr/dataset/7"]
    assert [each["name"] for each in told["creator"]] == ["Ιστορικό Αρχείο", "Τεχνική Υπηρεσία"]
    assert told["inLanguage"] == ["el", "en"]
    assert told["spatialCoverage"][0]["geo"]["latitude"] == 37.54
    assert json.loads(json.dumps(told)) == told


def test_a_short_description_is_made_long_enough_for_search_engines(
    app: Any, dcat_world: dict[str, Any]
) -> None:
    description = structured.document(dcat_world["minimal"])["description"]
    assert description.startswith("Τίποτε περισσότερο.")
    assert "Λιμενικό Ταμείο Τήνου" in description
    assert len(description) >= 50


def test_search_engines_are_told_nothing_of_what_is_not_public(
    app: Any, dcat_world: dict[str, Any]
) -> None:
    for changes in ({"private": True}, {"state": "draft"}, {"type": "harvest"}):
        assert structured.script({**dcat_world["complete"], **changes}) is None
    assert structured.script(dcat_world["complete"])


def test_a_page_has_one_such_description_when_ckanext_dcat_writes_its_own(
    app: Any, dcat_world: dict[str, Any]
) -> None:
    with p.use_plugin("structured_data"):
        assert structured.script(dcat_world["complete"]) is None
