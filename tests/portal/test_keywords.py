"""Keywords in Greek and English beside CKAN's plain tags."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import portal_catalogue as catalogue
import pytest

from ckanext.greekmunicipal.schemas import tags
from ckanext.greekmunicipal.schemas.translated import UnreadableTranslationError

STORED = {"el": ["ύδρευση", "GTFS"], "en": ["water"]}


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ({"el": ["ύδρευση"], "en": ["water", ""]}, {"el": ["ύδρευση"], "en": ["water"]}),
        ('{"el": ["ύδρευση"]}', {"el": ["ύδρευση"]}),
        ({"el": "ύδρευση, δίκτυο ,", "en": ""}, {"el": ["ύδρευση", "δίκτυο"]}),
        (["ύδρευση", "water"], {"el": ["ύδρευση"], "en": ["water"]}),
        ("ύδρευση,water, ύδρευση", {"el": ["ύδρευση"], "en": ["water"]}),
        ({"el": ["Δίκτυo"]}, {"el": ["Δίκτυο"]}),
        ({"el": ["υ\u0301δωρ"]}, {"el": ["ύδωρ"]}),
        ({}, {}),
        (None, {}),
        ("", {}),
    ],
)
def test_keywords_are_read_in_any_form(sent: Any, read: dict[str, list[str]]) -> None:
    assert tags.read(sent) == read


@pytest.mark.parametrize("sent", [5, {"fr": ["eau"]}, {"el": 5}, {"el": [5]}, {"el": {"a": 1}}])
def test_keywords_of_another_shape_are_not_read(sent: Any) -> None:
    with pytest.raises(UnreadableTranslationError):
        tags.read(sent)


@pytest.mark.parametrize(
    ("by_language", "plain", "meant"),
    [
        # only one of the two is sent
        (None, ["ύδρευση", "open data"], {"el": ["ύδρευση"], "en": ["open data"]}),
        ({"el": ["νέα"]}, None, {"el": ["νέα"]}),
        (None, None, {}),
        # what is stored is sent back
        (STORED, ["GTFS", "water", "ύδρευση"], STORED),
        # a program that knows plain tags only adds or takes one away; languages are kept
        (STORED, ["ύδρευση", "GTFS", "water", "λίμνη"],
         {"el": ["ύδρευση", "GTFS", "λίμνη"], "en": ["water"]}),
        (STORED, ["GTFS"], {"el": ["GTFS"]}),
        # a form that knows languages changes them; the tags beside are the old ones
        ({"el": ["λίμνη"], "en": ["lake"]}, ["GTFS", "water", "ύδρευση"],
         {"el": ["λίμνη"], "en": ["lake"]}),
        ({}, ["GTFS", "water", "ύδρευση"], {}),
    ],
)  # fmt: skip
def test_what_changed_against_what_is_stored_wins(
    by_language: Any, plain: Any, meant: dict[str, list[str]]
) -> None:
    assert tags.settle(by_language, plain, STORED) == meant


@pytest.mark.ckan
def test_tags_and_keywords_follow_each_other_through_the_api(tinos: dict[str, Any]) -> None:
    def show() -> tuple[list[str], dict[str, list[str]]]:
        found = tk.get_action("package_show")(catalogue.context(), {"id": made["id"]})
        return sorted(tag["name"] for tag in found["tags"]), found.get("tags_translated", {})

    def patch(**fields: Any) -> None:
        tk.get_action("package_patch")(catalogue.context(), {"id": made["id"], **fields})

    made = catalogue.create(
        catalogue.acts_dataset(tinos, tags=[{"name": "Δημόσια έργα"}, {"name": "open data"}])
    )
    assert show() == (
        ["open data", "Δημόσια έργα"],
        {"el": ["Δημόσια έργα"], "en": ["open data"]},
    )
    patch(tags_translated={"el": ["Δημόσια έργα"], "en": ["public works"]})
    assert show()[0] == ["public works", "Δημόσια έργα"]
    patch(tags=[{"name": "Δημόσια έργα"}, {"name": "public works"}, {"name": "δρόμοι"}])
    assert show()[1] == {"el": ["Δημόσια έργα", "δρόμοι"], "en": ["public works"]}
    patch(title_translated={"el": "Άλλος τίτλος"})
    assert show()[1] == {"el": ["Δημόσια έργα", "δρόμοι"], "en": ["public works"]}
    patch(tags_translated={}, tags=[])
    assert show() == ([], {})
    del made["tags"], made["tags_translated"]
    tk.get_action("package_update")(catalogue.context(), {**made, "tag_string": "λίμνη, lake"})
    assert show() == (["lake", "λίμνη"], {"el": ["λίμνη"], "en": ["lake"]})
    found = tk.get_action("package_search")({}, {"fq": 'tags:"λίμνη"'})
    assert [one["name"] for one in found["results"]] == [made["name"]]
