"""The data package of a budget: valid by the library of its makers, accounts with all levels."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from frictionless import Package

from ckanext.greekmunicipal.budgets import read_budget, write_all
from ckanext.greekmunicipal.budgets.datapackage import make_table_package
from ckanext.greekmunicipal.budgets.generator import write_budget
from ckanext.greekmunicipal.budgets.long import (
    ACCOUNT_COLUMNS,
    LONG_COLUMNS,
    account_row,
    account_rows,
    level_codes,
)
from ckanext.greekmunicipal.budgets.records import LINES_COLUMNS
from ckanext.greekmunicipal.municipalities import by_slug


def account(code: str) -> dict[str, str]:
    return dict(zip((column.name for column in ACCOUNT_COLUMNS), account_row(code), strict=True))


def test_what_convert_writes_is_a_valid_data_package(tmp_path: Path) -> None:
    files = write_budget(tmp_path, municipality=by_slug("dimos-tinou"), year=2026, seed=1)
    write_all(read_budget(files), tmp_path / "out")
    package = Package(str(tmp_path / "out" / "datapackage.json"))
    report = package.validate()
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "message"])[:5]
    # It is checked, not only described: another type is found out.
    target = tmp_path / "out" / "lines.csv"
    target.write_text(
        target.read_text(encoding="utf-8").replace("2026,", "ήτα,", 1), encoding="utf-8"
    )
    assert not Package(str(tmp_path / "out" / "datapackage.json")).validate().valid


def test_an_account_of_2004_has_four_levels_with_names() -> None:
    found = account("6031")
    assert [found[f"level{n}_code"] for n in (1, 2, 3, 4)] == ["6", "60", "603", "6031"]
    assert found["chart"] == "kae"
    assert all(found[f"level{n}_label_el"] for n in (1, 2, 3, 4))
    assert (found["level1_label_en"], found["level2_label_en"]) == (
        "Operating expenses",
        "Staff pay and expenses",
    )
    assert found["kind"] == ""


def test_an_account_of_the_new_chart_has_the_two_levels_that_are_known() -> None:
    assert level_codes("2130102") == ("21", "2130102", "", "")
    assert account("2130102")["chart"] == "pd54"


@pytest.mark.parametrize(
    ("code", "kind"),
    [("8211", "pass-through"), ("4111", "pass-through"), ("8511", "notional"), ("5111", "balance"),
     ("9111", "reserve"), ("0111", "")],
)  # fmt: skip
def test_money_that_is_not_the_municipalitys_own_is_marked(code: str, kind: str) -> None:
    found = account(code)
    assert found["kind"] == kind
    assert bool(found["kind_label_el"]) == bool(found["kind_label_en"]) == bool(kind)


def test_accounts_are_one_row_each_and_codes_of_no_chart_have_none() -> None:
    assert [row[0] for row in account_rows(["6031", "", "0111", "6031", "99"])] == ["0111", "6031"]


def test_every_column_of_every_table_has_both_languages_and_a_column_type() -> None:
    for column in (*LINES_COLUMNS, *LONG_COLUMNS, *ACCOUNT_COLUMNS):
        assert column.label_el, column
        assert column.label_en, column
        assert column.column_type, column


def test_the_descriptor_of_the_portal_names_its_own_column_types_and_the_licence() -> None:
    made = make_table_package(
        "dimos-tinou-budget",
        title="Προϋπολογισμός – Δήμος Τήνου",
        homepage="https://portal.example.gr/dataset/dimos-tinou-budget",
        years=[2025, 2026],
        sources=[{"title": "a.csv", "path": "a.csv", "sha256": "ab" * 32}],
        lines_columns=LINES_COLUMNS,
    )
    known = {each["name"] for each in made["columnTypes"][1]}
    used = {
        field["columnType"]
        for resource in made["resources"]
        for field in resource["schema"]["fields"]
    }
    assert {name for name in used if name.startswith("provenance:")} == known
    assert made["fiscalPeriod"] == {"start": "2025-01-01", "end": "2026-12-31"}
    assert made["licenses"][0]["name"] == "CC-BY-4.0"
    assert [each["path"] for each in made["resources"]] == ["lines.csv", "long.csv", "accounts.csv"]
    assert Package.validate_descriptor(json.loads(json.dumps(made))).valid
