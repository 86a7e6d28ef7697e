"""Formulas: the value that was calculated is read, and no text of a file runs as one in an export."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import openpyxl
import pytest
from hostile_files import COLUMNS, replaced, workbook

from ckanext.greekmunicipal.budgets import read_budget
from ckanext.greekmunicipal.budgets.writing import write_lines_csv

SHEET = "xl/worksheets/sheet1.xml"
CALCULATED = b"<f>1+1</f><v>1.5</v>"


def rules(budget) -> set[str]:
    return {found.rule for found in budget.findings}


def test_the_calculated_value_of_a_formula_is_the_amount(tmp_path):
    path = tmp_path / "budget_2020.xlsx"
    content = workbook([COLUMNS, ["00-6011.001", "Γραμμή", 1.5]])
    path.write_bytes(replaced(content, SHEET, b"<v>1.5</v>", CALCULATED))
    [line] = read_budget([path]).lines
    assert line.initial == Decimal("1.50")


def test_a_formula_without_a_value_is_no_zero(tmp_path):
    path = tmp_path / "budget_2020.xlsx"
    path.write_bytes(
        workbook([COLUMNS, ["00-6011.001", "Α", 1.5], ["00-6012.001", "Β", "=SUM(C2:C2)"]])
    )
    amounts = {line.code: line.initial for line in read_budget([path]).lines}
    assert amounts["00-6011.001"] == Decimal("1.50")
    assert amounts.get("00-6012.001") is None


@pytest.mark.parametrize("error", ["#REF!", "#DIV/0!", "#ΑΝΑΦ!", "Err:502"])
def test_a_formula_that_failed_is_named_and_no_amount(tmp_path, error):
    path = tmp_path / "budget_2020.csv"
    path.write_text(
        ";".join(COLUMNS) + f"\n00-6011.001;Α;1,50\n00-6012.001;Β;{error}\n", encoding="utf-8"
    )
    budget = read_budget([path])
    assert [line.initial for line in budget.lines] == [Decimal("1.50"), None]
    assert "amount-not-understood" in rules(budget)
    assert budget.has_errors


def test_a_failed_formula_of_a_workbook_is_named_and_no_amount(tmp_path):
    path = tmp_path / "budget_2020.xlsx"
    content = workbook([COLUMNS, ["00-6011.001", "Α", 1.5], ["00-6012.001", "Β", "MARK"]])
    failed = b't="e"><f>1/0</f><v>#DIV/0!</v>'
    path.write_bytes(replaced(content, SHEET, b't="inlineStr"><is><t>MARK</t></is>', failed))
    amounts = {line.code: line.initial for line in read_budget([path]).lines}
    assert amounts["00-6011.001"] == Decimal("1.50")
    assert amounts.get("00-6012.001") is None


@pytest.mark.parametrize(
    "label",
    [
        "=HYPERLINK(1)", "+1+cmd|' /C calc'!A0", "-1+1", "@SUM(1)", "\t=1+1",
        '=IMPORTXML("http://127.0.0.1")',
    ],
)  # fmt: skip
def test_no_label_of_a_file_runs_as_a_formula_in_the_exported_table(tmp_path, label):
    path = tmp_path / "budget_2020.xlsx"
    book = openpyxl.Workbook()
    book.worksheets[0].append(COLUMNS)
    book.worksheets[0].append(["00-6011.001", "MARK", -1.5])
    book.worksheets[0]["B2"].value = label
    book.worksheets[0]["B2"].data_type = "s"
    book.save(path)
    budget = read_budget([path])
    out = io.StringIO()
    write_lines_csv(budget.lines, out)
    [row] = csv.DictReader(io.StringIO(out.getvalue()))
    assert not [cell for cell in row.values() if cell[:1] in set("=+@\t\r") or cell[:2] == "-1+"]
    assert label.strip() in row["label"]
    # An amount below zero is no formula.
    assert row["initial"] == "-1.50"
