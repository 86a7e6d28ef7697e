"""What a budget becomes: table, report, data package; and the commands that write them."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json

import pytest
from click.testing import CliRunner

from ckanext.greekmunicipal.budgets import (
    LINES_COLUMNS,
    line_values,
    read_budget,
    write_all,
    write_lines_csv,
)
from ckanext.greekmunicipal.budgets.generator import write_budget
from ckanext.greekmunicipal.console import main
from ckanext.greekmunicipal.municipalities import by_slug

NAMES = [
    "fiscal_year",
    "period_end",
    "side",
    "service_code",
    "service_label",
    "code",
    "account_code",
    "account_label",
    "sub_account",
    "label",
    "proposed",
    "initial",
    "amendments",
    "revised",
    "assessed",
    "written_off",
    "collected",
    "committed",
    "invoiced",
    "ordered",
    "prepaid",
    "paid",
    "source_file",
    "source_sheet",
    "source_row",
    "flags",
]
KEYS = {
    "file", "sha256", "format", "encoding", "delimiter", "sheets", "columns", "chart", "sides",
    "fiscal_years", "period_end", "lines", "totals", "rows", "findings",
}  # fmt: skip
TABLE = "Κ.Α.;Περιγραφή;Προϋπολογισθέντα\n6011;Αποδοχές;1.234,50\n6012;=1+1;\n"


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "budget_2020.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


@pytest.fixture
def statement(tmp_path):
    [path] = write_budget(
        tmp_path,
        municipality=by_slug("dimos-tinou"),
        year=2025,
        seed=5,
        period_end=dt.date(2025, 6, 30),
    )
    return path


def exit_code(*args) -> int:
    return CliRunner().invoke(main, ["budget", *map(str, args)]).exit_code


def test_the_table_has_the_public_columns_in_their_order(table):
    assert [column.name for column in LINES_COLUMNS] == NAMES
    stream = io.StringIO()
    write_lines_csv(read_budget([table]).lines, stream)
    rows = list(csv.reader(io.StringIO(stream.getvalue())))
    assert rows[0] == NAMES
    assert rows[1] == [
        "2020", "", "expenditure", "", "", "6011", "6011", rows[1][7], "", "Αποδοχές", "",
        "1234.50", *[""] * 10, "budget_2020.csv", "", "2", "",
    ]  # fmt: skip


def test_a_text_that_would_run_as_a_formula_is_defused_and_an_amount_is_not(tmp_path):
    path = tmp_path / "budget_2020.csv"
    path.write_text("Κ.Α.;Περιγραφή;Αναμορφώσεις\n6011;=HYPERLINK(1);-5,00\n", encoding="utf-8")
    stream = io.StringIO()
    write_lines_csv(read_budget([path]).lines, stream)
    [row] = csv.DictReader(io.StringIO(stream.getvalue()))
    assert row["label"] == "'=HYPERLINK(1)"
    assert row["amendments"] == "-5.00"


def test_values_of_a_line_stand_in_the_order_of_the_columns(table):
    line = read_budget([table]).lines[0]
    values = dict(zip(NAMES, line_values(line), strict=True))
    assert values["code"] == "6011"
    assert values["flags"] == ""
    assert values["paid"] is None


def test_the_report_has_the_public_keys_and_only_json(statement):
    report = read_budget([statement], municipality="dimos-tinou").report
    assert set(report) >= KEYS
    assert json.loads(json.dumps(report)) == report
    assert set(report["rows"]) == {
        "physical", "lines", "subtotals", "headers", "blank", "notes", "not_understood",
    }  # fmt: skip
    assert {"sheet", "index", "header", "meaning"} <= set(report["columns"][0])
    assert report["period_end"] == "2025-06-30"
    for phases in report["totals"].values():
        assert all(isinstance(total, str) and total[-3] == "." for total in phases.values())


def test_a_finding_has_the_public_keys(table):
    for found in read_budget([table]).report["findings"]:
        assert set(found) >= {"level", "rule", "message_el", "message_en", "rows"}


def test_a_phase_that_is_not_in_the_file_has_no_total(table):
    totals = read_budget([table]).report["totals"]
    assert totals == {"expenditure": {"initial": "1234.50"}}


def test_several_years_are_also_told_apart(tmp_path):
    path = tmp_path / "b.csv"
    path.write_text(
        "Έτος;Κ.Α.;Περιγραφή;Προϋπολογισθέντα\n2019;6011;Α;1,00\n2020;6011;Α;2,00\n",
        encoding="utf-8",
    )
    report = read_budget([path]).report
    assert report["fiscal_years"] == [2019, 2020]
    assert report["years"]["2020"] == {
        "lines": {"expenditure": 1},
        "totals": {"expenditure": {"initial": "2.00"}},
    }


def test_the_data_package_describes_every_column_of_the_table(statement, tmp_path):
    write_all(read_budget([statement], municipality="dimos-tinou"), tmp_path / "out")
    package = json.loads((tmp_path / "out" / "datapackage.json").read_text(encoding="utf-8"))
    [resource] = package["resources"]
    fields = resource["schema"]["fields"]
    with (tmp_path / "out" / resource["path"]).open(encoding="utf-8", newline="") as stream:
        assert [field["name"] for field in fields] == next(csv.reader(stream))
    assert all(field["columnType"] for field in fields)
    assert {field["columnType"] for field in fields} >= {
        "date:fiscal-year", "direction", "value", "economic-classification:generic:level1:code",
        "administrative-classification:generic:code",
    }  # fmt: skip
    unfolded = [field["normalize"]["phase"] for field in fields if "normalize" in field]
    assert len(unfolded) == 12
    assert package["name"] == "budget-dimos-tinou-2025"
    assert package["fiscalPeriod"] == {"start": "2025-01-01", "end": "2025-12-31"}


def test_check_ends_with_0_for_warnings_1_for_errors_2_for_what_is_no_budget(
    statement, table, tmp_path
):
    assert exit_code("check", statement) == 0
    empty = tmp_path / "empty_2020.csv"
    empty.write_text("Κ.Α.;Περιγραφή;Προϋπολογισθέντα\n", encoding="utf-8")
    assert exit_code("check", empty) == 1
    nothing = tmp_path / "nothing.csv"
    nothing.write_bytes(b"")
    assert exit_code("check", nothing) == 2
    assert exit_code("check", tmp_path / "absent.csv") == 2
    assert exit_code("check", table, "--municipality", "dimos-atlantidos") == 2


def test_check_prints_the_report_as_json(statement):
    result = CliRunner().invoke(main, ["budget", "check", str(statement), "--json"])
    report = json.loads(result.output)
    assert report["file"] == statement.name
    assert report["rows"]["not_understood"] == 0


def test_check_tells_a_person_in_greek_what_was_read(statement):
    output = CliRunner().invoke(main, ["budget", "check", str(statement)]).output
    assert "Έσοδα: 45 γραμμές" in output
    assert "προϋπολογισθέντα" in output


def test_convert_writes_its_files_also_when_there_are_errors(tmp_path):
    path = tmp_path / "b_2020.csv"
    path.write_text("Κ.Α.;Περιγραφή;Προϋπολογισθέντα\n6011;Α;κάτι\n", encoding="utf-8")
    folder = tmp_path / "out" / "deep"
    assert exit_code("convert", path, "--output", folder) == 1
    names = sorted(one.name for one in folder.iterdir())
    assert names == ["datapackage.json", "lines.csv", "report.json"]


def test_convert_of_what_is_no_budget_writes_nothing(tmp_path):
    path = tmp_path / "b.csv"
    path.write_bytes(b"")
    assert exit_code("convert", path, "--output", tmp_path / "out") == 2
    assert not (tmp_path / "out").exists()


def test_convert_into_a_place_that_cannot_be_written_ends_with_2(table, tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    assert exit_code("convert", table, "--output", tmp_path / "file" / "out") == 2
