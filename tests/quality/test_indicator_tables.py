"""The 22 commitments and the inventory: every one has its schema, and a portal may add its own."""

from __future__ import annotations

import csv
import datetime as dt
import re
from decimal import Decimal
from importlib.resources import files

import pytest

from ckanext.greekmunicipal import vocabularies
from ckanext.greekmunicipal.greek import to_greek
from ckanext.greekmunicipal.quality import indicators as subject
from ckanext.greekmunicipal.quality.indicators import (
    BadIndicatorError,
    Indicator,
    UnknownIndicatorError,
    by_id,
    from_record,
    indicators,
    use_additional,
)

PARSE = {
    "text": str,
    "integer": int,
    "numeric": Decimal,
    "date": dt.date.fromisoformat,
    "timestamptz": dt.datetime.fromisoformat,
}
EXTRA = {"id": "beaches", "label_el": "Παραλίες", "label_en": "Beaches", "theme": "ENVI"}


@pytest.fixture
def only_ours():
    yield
    use_additional(())


def each(check=lambda indicator: True):
    return pytest.mark.parametrize(
        "indicator", [i for i in indicators() if check(i)], ids=lambda i: i.id
    )


def test_there_are_22_commitments_and_the_inventory():
    ids = [indicator.id for indicator in indicators()]
    assert len(ids) == len(set(ids)) == 23
    assert ids[-1] == subject.INVENTORY


@each()
def test_each_indicator_says_in_both_languages_what_is_expected(indicator: Indicator):
    for language in ("el", "en"):
        texts = [
            indicator.label(language),
            indicator.commitment(language),
            indicator.description(language),
            indicator.hint(language),
        ]
        assert all(texts)
        assert all(column.label(language) for column in indicator.columns)
    assert indicator.tags
    assert indicator.formats


@each()
def test_each_title_and_description_names_the_body(indicator: Indicator):
    assert "Δήμος Τήνου" in indicator.title("Δήμος Τήνου")
    assert "Municipality of Tinos" in indicator.title("Municipality of Tinos", "en")
    assert "Δήμος Τήνου" in indicator.notes("Δήμος Τήνου")
    assert "{" not in indicator.title("Δήμος Τήνου") + indicator.notes("Δήμος Τήνου")


@each()
def test_each_code_is_a_term_of_its_vocabulary(indicator: Indicator):
    vocabularies.table("data-theme").by_code(indicator.theme)
    vocabularies.table("frequency").by_code(indicator.frequency)
    for code in indicator.dataset_types:
        vocabularies.table("dataset-type").by_code(code)
    for code in indicator.formats:
        vocabularies.table("file-type").by_code(code)
    if indicator.hvd_category:
        vocabularies.table("hvd-category").by_code(indicator.hvd_category)


@each()
def test_each_example_is_of_the_type_of_its_column(indicator: Indicator):
    assert indicator.columns
    assert len({column.id for column in indicator.columns}) == len(indicator.columns)
    for column in indicator.columns:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", column.id)
        assert column.example or not column.required, column.id
        if column.example:
            PARSE[column.type](column.example)


@each()
def test_no_latin_letter_stands_for_a_greek_one(indicator: Indicator):
    greek = [indicator.label_el, indicator.description_el, indicator.hint_el, indicator.notes_el]
    greek += [column.label_el for column in indicator.columns]
    greek += [column.description_el for column in indicator.columns]
    assert [to_greek(text) for text in greek] == greek


def test_no_row_of_the_tables_belongs_to_an_unknown_indicator():
    known = {indicator.id for indicator in indicators()}
    for name in ("indicator_columns.csv", "indicator_laws.csv"):
        text = (files("ckanext.greekmunicipal.quality") / name).read_text(encoding="utf-8")
        assert {row["indicator"] for row in csv.DictReader(text.splitlines())} <= known


def test_the_inventory_lists_sets_that_are_not_open_with_the_reason():
    inventory = by_id("inventory")
    ids = [column.id for column in inventory.columns]
    assert {"name", "holder_unit", "category", "open", "reason_not_open", "url", "frequency"} <= {
        *ids
    }
    assert "open" in [column.id for column in inventory.required_columns]
    assert inventory.confirmed_laws[0].citation("el") == "ν. 4727/2020, άρθρο 67"


def test_a_law_that_was_not_confirmed_is_not_shown():
    assert by_id("works").laws
    assert by_id("works").confirmed_laws == ()


def test_a_law_that_is_shown_was_seen_somewhere():
    shown = [law for indicator in indicators() for law in indicator.confirmed_laws]
    assert len(shown) > 10
    assert all(law.seen_in for law in shown)


def test_transit_is_expected_as_gtfs_first():
    assert by_id("transit").formats[0] == "GTFS"


def test_an_additional_indicator_stands_behind_ours(only_ours):
    before = subject.edition()
    use_additional([from_record(EXTRA)])
    assert indicators()[-1] is by_id("beaches")
    assert len(indicators()) == 24
    assert subject.edition() != before


def test_an_additional_indicator_cannot_replace_one_of_ours(only_ours):
    with pytest.raises(BadIndicatorError, match="«budget» is there twice"):
        use_additional([from_record({**EXTRA, "id": "budget"})])
    assert len(indicators()) == 23


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"label_el": ""}, "label_el is missing"),
        ({"color": "red"}, "unknown key color"),
        ({"id": 'x" OR *'}, "expected an id of small Latin letters"),
        (
            {"columns": [{"id": "=Δ", "type": "text", "label_el": "Δ", "label_en": "D"}]},
            "column «=Δ»: expected small Latin letters",
        ),
        ({"columns": ["depth"]}, "column «depth».*expected keys and values"),
        (
            {"columns": [{"id": "d", "type": "float", "label_el": "Δ", "label_en": "D"}]},
            "type 'float' was read, expected one of text",
        ),
        (
            {"laws": [{"citation_el": "ν.", "citation_en": "l.", "confirmed": "maybe"}]},
            "'maybe' was read, expected yes or no",
        ),
    ],
)
def test_a_record_that_is_no_indicator_is_refused_with_what_was_read(change, message):
    with pytest.raises(BadIndicatorError, match=message):
        from_record({**EXTRA, **change})


def test_an_unknown_indicator_is_answered_with_the_known_ones():
    with pytest.raises(UnknownIndicatorError, match="«beaches» is no indicator; there are: budget"):
        by_id("beaches")
