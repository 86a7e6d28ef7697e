from __future__ import annotations

import pytest

from ckanext.greekmunicipal.greek import fold
from ckanext.greekmunicipal.greek.matching import FOLD_FROM, FOLD_TO, is_match, patterns
from ckanext.greekmunicipal.greek.row_search import (
    column_forms,
    expression,
    plain_query,
    row_forms,
    row_vector,
)
from ckanext.greekmunicipal.greek.searching import SEPARATOR, search_text
from ckanext.greekmunicipal.greek.sorting import sort_key


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("δημος", "Δήμος Αθηναίων"),
        ("ΘΕΣΣΑΛ", "Θεσσαλονίκη"),
        ("thessaloniki", "Δήμος Θεσσαλονίκης"),
        ("thesal", "Θεσσαλονίκη"),
        ("τήνος", "Δήμος Τήνου"),
        ("tinos", "Δήμος Τήνου"),
        ("evosm", "Εύοσμος"),
        ("larissa", "Λάρισα"),
        ("δημος τηνος", "Δήμος Τήνου"),
        ("wifi", "WiFi"),
    ],
)
def test_a_name_is_found_while_it_is_typed(typed, name):
    assert is_match(typed, name)


@pytest.mark.parametrize(
    ("typed", "name"),
    [("δήμος Πάτρα", "Δήμος Τήνου"), ("", "Δήμος"), ("((", "Δήμος")],
)
def test_other_names_are_not_found(typed, name):
    assert not is_match(typed, name)


def test_patterns_cannot_be_broken_out_of():
    for typed in (".*", "(", "[a", "a|b", "\\", "x" * 5000, "α " * 100):
        for pattern in patterns(typed):
            assert len(pattern) < 2_000
            assert not is_match(typed, "Ω")


def test_the_letters_that_the_database_folds_are_folded_as_everywhere():
    table = str.maketrans(FOLD_FROM, FOLD_TO)
    for text in ("Δήμος ΑΘΗΝΑΊΩΝ ΐΰϊϋ Ἀθῆναι", "Kos ΏΏ ς"):
        assert text.translate(table) == fold(text)


def test_greek_order():
    names = ["Ωδείο", "Άργος", "Αθήνα", "άλσος", "«Βόλος»", "10 έργα", "9 έργα", "Ζωή", "abc"]
    expected = ["9 έργα", "10 έργα", "abc", "Αθήνα", "άλσος", "Άργος", "«Βόλος»", "Ζωή", "Ωδείο"]
    assert sorted(names, key=sort_key) == expected


def test_stems_words_and_keys_of_a_text_do_not_run_into_each_other():
    assert search_text("Δήμος WiFi", "", "English only") == (
        f"δημ wifi {SEPARATOR} δημοσ wifi {SEPARATOR} qdimq {SEPARATOR}"
    )


def test_the_forms_of_a_word_share_its_place_in_a_row():
    assert row_vector("Δαπάνη 20.6231 licences") == (
        "δαπανη:1 δαπαν:1 qdapanq:1 20:2 6231:3 licences:4 licenc:4"
    )


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("ΔΑΠΆΝΕΣ", "('δαπανεσ' | 'δαπαν')"),
        ("της δαπάνης", "('δαπανησ' | 'δαπαν')"),
        ("20.6231", "('20' <-> '6231')"),
        ("α'β", "('α' & 'β')"),
        ("!!", ""),
    ],
)
def test_words_for_a_table_are_an_expression(typed, asked):
    assert plain_query(typed, row_forms) == asked


def test_an_expression_keeps_its_operators():
    assert expression("δαπ:* & !(έργα | 'x')", row_forms) == (
        "('δαπ':* | 'δαπ') & !(('εργα' | 'εργ') | 'x')".replace(
            "('δαπ':* | 'δαπ')", "('δαπ':* | 'δαπ')"
        )
    )
    assert expression("a & (", row_forms) == "'a' & ("


def test_a_column_is_asked_in_greek_and_the_row_by_its_keys():
    assert column_forms("δαπανεσ", "") == ["'δαπανεσ'", "'qdapanq'"]
    forms = column_forms("dapanes", ":*")
    assert "'δαπανεσ':*" in forms
    assert "'qdapanq'" in forms
    assert "'qdapan':*" in column_forms("dapan", ":*")
