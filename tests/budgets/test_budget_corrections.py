"""A person can say what a column means, and that holds over what its header says."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ckanext.greekmunicipal.budgets import read_budget
from ckanext.greekmunicipal.budgets.corrections import (
    Correction,
    WrongCorrection,
    meanings_for,
    read_corrections,
)

STRANGE = (
    "Κ.Α.;Περιγραφή;Στήλη Α;Στήλη Β;Πληρωθέντα\n"
    "00-6031;Αποδοχές;100,00;90,00;50,00\n00-6211;Ύδρευση;10,00;9,00;5,00\n"
)
HEADERLESS = "00-6031;Αποδοχές;100,00;90,00\n00-6211;Ύδρευση;10,00;9,00\n00-6212;Φως;1,50;1,00\n"


@pytest.fixture
def file(tmp_path):
    def write(content: str):
        path = tmp_path / "exoda_2020.csv"
        path.write_text(content, encoding="utf-8")
        return path

    return write


def test_a_column_of_unknown_header_is_used_once_somebody_says_what_it_is(file):
    path = file(STRANGE)
    assert {line.revised for line in read_budget([path]).lines} == {None}
    stated = [Correction(2, "revised"), Correction(3, "ordered")]
    read = read_budget([path], corrections=stated)
    assert [(line.revised, line.ordered, line.paid) for line in read.lines] == [
        (Decimal("100.00"), Decimal("90.00"), Decimal("50.00")),
        (Decimal("10.00"), Decimal("9.00"), Decimal("5.00")),
    ]
    meanings = [column["meaning"] for column in read.report["columns"]]
    assert meanings == ["code", "label", "revised", "ordered", "paid"]


def test_what_is_stated_outranks_a_header_that_says_the_same_of_another_column(file):
    read = read_budget([file(STRANGE)], corrections=[Correction(3, "paid")])
    assert [line.paid for line in read.lines] == [Decimal("90.00"), Decimal("9.00")]


def test_a_column_can_be_left_out(file):
    read = read_budget([file(STRANGE)], corrections=[Correction(4, "ignored")])
    assert {line.paid for line in read.lines} == {None}


def test_columns_without_a_header_can_be_named(file):
    stated = [Correction(2, "revised"), Correction(3, "paid")]
    read = read_budget([file(HEADERLESS)], corrections=stated)
    assert [(line.revised, line.paid) for line in read.lines][:1] == [
        (Decimal("100.00"), Decimal("90.00"))
    ]


def test_the_nearer_correction_wins():
    stated = [
        Correction(2, "paid", sheet="Α"),
        Correction(2, "initial"),
        Correction(2, "ordered", file="x.csv"),
    ]
    assert meanings_for(stated, "y.csv", "Β") == {2: "initial"}
    assert meanings_for(stated, "y.csv", "Α") == {2: "paid"}
    assert meanings_for(stated, "x.csv", "Α") == {2: "ordered"}


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        ({"index": 1}, "expected a list"),
        ([1], "expected an object"),
        ([{"index": -1, "meaning": "paid"}], "expected a whole number"),
        ([{"index": True, "meaning": "paid"}], "expected a whole number"),
        ([{"index": 1, "meaning": "dropped"}], "expected one of code, label"),
        ([{"index": 1, "meaning": "paid", "sheet": 3}], "sheet and file as text"),
        ([{"index": 1, "meaning": "paid"}, {"index": 1, "meaning": "ordered"}], "second meaning"),
    ],
)
def test_a_wrong_correction_is_refused_with_what_is_expected(entries, told):
    with pytest.raises(WrongCorrection, match=told):
        read_corrections(entries)


def test_corrections_go_through_json_unchanged():
    stated = (Correction(2, "paid", "Α", "x.csv"), Correction(0, "code"))
    assert read_corrections([each.as_dict() for each in stated]) == stated


def test_the_program_takes_corrections_from_a_file(file, tmp_path):
    import json

    from click.testing import CliRunner

    from ckanext.greekmunicipal.console import main

    path, mapping = file(STRANGE), tmp_path / "mapping.json"
    arguments = ["budget", "check", "--json", "--mapping", str(mapping), str(path)]
    mapping.write_text(json.dumps([{"index": 2, "meaning": "revised"}]), encoding="utf-8")
    done = CliRunner().invoke(main, arguments)
    assert json.loads(done.output)["totals"]["expenditure"]["revised"] == "110.00"
    mapping.write_text("[{]", encoding="utf-8")
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 2
    assert "--mapping" in done.output
