"""The forms that the schemas describe: groups, words in two languages, inputs that exist."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ckanext.greekmunicipal.greek import to_greek
from ckanext.greekmunicipal.quality import indicators
from ckanext.greekmunicipal.schemas import choices, formats, places

PACKAGE = Path(__file__).resolve().parents[2] / "ckanext" / "greekmunicipal"
SNIPPETS = PACKAGE / "templates" / "scheming" / "form_snippets"
OF_SCHEMING = {"organization_upload.html"}


def schema(name: str) -> dict[str, Any]:
    return yaml.safe_load((PACKAGE / "schemas" / f"{name}.yaml").read_text(encoding="utf-8"))


PRESETS = {one["preset_name"]: one["values"] for one in schema("presets")["presets"]}
FORMS = {
    "dataset": (schema("dataset")["dataset_fields"], schema("dataset")["form_groups"]),
    "file": (schema("dataset")["resource_fields"], schema("dataset")["resource_form_groups"]),
    "organization": (schema("organization")["fields"], schema("organization")["form_groups"]),
}
each_form = pytest.mark.parametrize("form", FORMS)


def shown(fields: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Fields with an input that a person sees."""
    expanded = [{**PRESETS.get(field.get("preset", ""), {}), **field} for field in fields]
    hidden = (None, "municipal_hidden.html")
    return [field for field in expanded if field.get("form_snippet", "") not in hidden]


def texts(value: Any) -> Iterator[dict[str, str]]:
    """Each text in two languages somewhere in a schema."""
    if isinstance(value, dict):
        if "el" in value or "en" in value:
            yield value
        else:
            for part in value.values():
                yield from texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)


@each_form
def test_each_field_stands_in_a_group_that_is_declared(form: str) -> None:
    fields, groups = FORMS[form]
    declared = {group["name"] for group in groups}
    for field in fields:
        if field.get("form_snippet", "") is not None:
            assert field.get("form_group") in declared, field["field_name"]


@each_form
def test_only_the_first_group_has_no_heading(form: str) -> None:
    groups = FORMS[form][1]
    assert [group["name"] for group in groups if not group.get("label")] == ["main"]
    assert len(groups) <= 6


def test_a_clerk_sees_few_fields_first() -> None:
    first = {
        form: [field["field_name"] for field in shown(fields) if field["form_group"] == "main"]
        for form, (fields, _groups) in FORMS.items()
    }
    assert first["dataset"] == [
        *("title_translated", "name", "notes_translated", "theme", "owner_org"),
    ]
    assert first["file"] == ["url", "name_translated"]


@pytest.mark.parametrize("name", ["dataset", "organization"])
def test_every_text_is_in_both_languages_and_clean(name: str) -> None:
    for text in texts(schema(name)):
        assert set(text) == {"el", "en"}, text
        assert text["el"] == to_greek(text["el"]), text
        assert unicodedata.is_normalized("NFC", text["el"])
        assert not re.search("[Ͱ-Ͽ]", text["en"].replace("Δήμος Τήνου", "")), text


@each_form
def test_every_field_has_a_label_and_all_but_the_plain_ones_an_explanation(form: str) -> None:
    without = []
    for field in shown(FORMS[form][0]):
        assert field["label"]["el"]
        if not (field.get("help_text") or field.get("form_placeholder")):
            without.append(field["field_name"])
    assert set(without) <= {
        *(
            "url",
            "frequency",
            "issued",
            "modified",
            "size",
            "hash",
            "name",
            "description",
            "image_url",
        ),
        *("title_translated", "diavgeia_uid", "afm", "elstat_code", "elstat_edition", "region"),
        *("regional_unit", "nuts", "geonames", "bbox", "area_km2", "population", "population_year"),
    }


@each_form
def test_every_input_exists(form: str) -> None:
    for field in shown(FORMS[form][0]):
        for one in [field, *shown(field.get("repeating_subfields", []))]:
            snippet = one.get("form_snippet")
            if snippet and snippet not in OF_SCHEMING:
                assert (SNIPPETS / snippet).is_file(), one["field_name"]


@pytest.mark.parametrize(
    "labels",
    [
        pytest.param(lambda: choices.act_families().all, id="families"),
        pytest.param(lambda: choices.publisher_types().all, id="publisher types"),
        pytest.param(lambda: choices.legislation().all, id="legislation"),
        pytest.param(lambda: choices.municipality_slugs().all, id="municipalities"),
        pytest.param(lambda: places.areas().all, id="places"),
        pytest.param(lambda: formats.accepted().all, id="formats"),
        pytest.param(indicators.indicators, id="indicators"),
    ],
)
def test_labels_to_choose_from_are_clean(labels: Any) -> None:
    for choice in labels():
        assert choice.label_el == to_greek(choice.label_el) == choice.label_el.strip()
        assert unicodedata.is_normalized("NFC", choice.label_el)
        assert choice.label_en
        for word in re.findall(r"[^\W\d_]+", choice.label_el):
            assert not (re.search("[A-Za-zµ]", word) and re.search("[Ͱ-Ͽ]", word)), choice
