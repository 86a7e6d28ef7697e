"""The monthly statement of law 4727/2020 art. 82, read back by our own reader."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from ckanext.greekmunicipal.budgets import read_budget
from ckanext.greekmunicipal.budgets.generator import write_budget
from ckanext.greekmunicipal.budgets.monthly import (
    StatementNotPossible,
    as_csv,
    as_pdf,
    due_on,
    monthly,
)
from ckanext.greekmunicipal.municipalities import by_slug

END = dt.date(2024, 9, 30)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """Lines of an invented budget with its execution."""
    paths = write_budget(
        tmp_path_factory.mktemp("budget"), municipality=by_slug("dimos-tinou"), year=2024, seed=3,
        period_end=END,
    )  # fmt: skip
    return read_budget(paths).lines


def law(lines) -> list[tuple]:
    """What the law asks for, of each line; with the service in front of the code."""
    return [
        (line.side, line.account_code, line.sub_account, line.revised,
         *((line.assessed, line.collected) if line.side == "revenue" else
           (line.ordered, line.paid)))
        for line in lines
    ]  # fmt: skip


@pytest.mark.parametrize(("write", "name"), [(as_csv, "b3.csv"), (as_pdf, "b3.pdf")])
def test_our_own_reader_reads_the_statement_back(published, tmp_path, write, name):
    path = tmp_path / name
    path.write_bytes(write(monthly("Δήμος Τήνου", END, published)))
    again = read_budget([path])
    assert sorted(law(again.lines)) == sorted(law(published))
    assert again.report["period_end"] == "2024-09-30"
    assert not again.has_errors
    assert again.report["rows"]["not_understood"] == 0


def test_the_same_lines_give_the_same_bytes(published):
    assert as_pdf(monthly("Δήμος Τήνου", END, published)) == as_pdf(
        monthly("Δήμος Τήνου", END, published)
    )


def test_totals_are_those_of_the_lines(published):
    statement = monthly("Δήμος Τήνου", END, published)
    spent = [line for line in published if line.side == "expenditure"]
    assert statement.totals["expenditure"][2] == sum((line.paid for line in spent), Decimal(0))
    assert statement.title == "Στοιχεία εκτέλεσης προϋπολογισμού έως 30/9/2024 – Δήμος Τήνου"


def test_a_budget_without_execution_gives_no_statement(tmp_path):
    paths = write_budget(
        tmp_path, municipality=by_slug("dimos-tinou"), year=2024, seed=3, period_end=None
    )
    with pytest.raises(StatementNotPossible, match="no line of revenue has Βεβαιωθέντα"):
        monthly("Δήμος Τήνου", END, read_budget(paths).lines)


def test_a_label_that_starts_a_formula_is_no_formula_in_the_csv(published):

    lines = [published[0]._replace(label="=HYPERLINK(1)"), *published[1:]]
    text = as_csv(monthly("Δήμος Τήνου", END, lines)).decode("utf-8-sig")
    assert ";'=HYPERLINK(1);" in text


def test_ten_days_after_the_end_of_the_month_it_is_due():
    assert due_on(dt.date(2024, 2, 29)) == dt.date(2024, 3, 10)
    assert due_on(dt.date(2024, 12, 31)) == dt.date(2025, 1, 10)
