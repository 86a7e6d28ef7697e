"""Cumulative months: an amount that counts from 1 January does not fall."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from ckanext.greekmunicipal.budgets import cumulative, read_budget

HEADER = "Κ.Α.;Περιγραφή;Διαμορφωθέντα;Δεσμευθέντα;Ενταλθέντα;Προπληρωθέντα;Πληρωθέντα\n"
MAY = dt.date(2020, 5, 31)


def june(tmp_path, rows, before=None):
    path = tmp_path / "exoda_2020_06_30.csv"
    path.write_text(HEADER + rows, encoding="utf-8")
    budget = read_budget([path], before=before)
    return {found.rule: found for found in budget.findings}.get("cumulative-falls")


def known(**paid):
    """What stood at the end of May, by account."""
    amounts = {("00", account[1:], ""): {"paid": Decimal(paid[account])} for account in paid}
    asked = []

    def before(year, side, end):
        asked.append((year, side, end))
        return cumulative.Earlier(MAY, amounts)

    before.asked = asked
    return before


def test_a_line_that_was_higher_a_month_before_is_a_warning_with_the_lawful_reasons(tmp_path):
    rows = "00-6011;Α;90,00;50,00;30,00;;19,99\n00-6012;Β;90,00;50,00;30,00;;20,00\n"
    before = known(_6011="20.00", _6012="20.00")
    found = june(tmp_path, rows, before)
    assert before.asked == [(2020, "expenditure", dt.date(2020, 6, 30))]
    assert (found.level, found.rows) == ("warning", (2,))
    assert "2020-05-31" in found.message_el
    for reason in ("αντιλογισμό", "διαγραφή", "επιστροφή"):
        assert reason in found.message_el
    for reason in ("reversal", "write-off", "refund"):
        assert reason in found.message_en


def test_what_rises_stays_or_is_unknown_is_no_finding(tmp_path):
    rows = "00-6011;Α;90,00;50,00;30,00;;20,01\n00-6012;Β;90,00;50,00;30,00;;\n"
    rows += "00-6013;Γ;90,00;50,00;30,00;;1,00\n"
    assert june(tmp_path, rows, known(_6011="20.00", _6012="20.00")) is None
    assert june(tmp_path, rows, lambda *_: None) is None
    assert june(tmp_path, rows) is None


def test_an_advance_falls_when_it_is_settled(tmp_path):
    rows = "00-6011;Α;90,00;50,00;30,00;5,00;20,00\n"
    amounts = {("00", "6011", ""): {"prepaid": Decimal("9.00"), "paid": Decimal("20.00")}}
    assert june(tmp_path, rows, lambda *_: cumulative.Earlier(MAY, amounts)) is None


def test_lines_of_one_code_are_compared_as_their_sum(tmp_path):
    rows = "00-6011;Α;90,00;50,00;30,00;;15,00\n00-6011;Β;90,00;50,00;30,00;;4,00\n"
    assert june(tmp_path, rows, known(_6011="19.00")) is None
    assert june(tmp_path, rows, known(_6011="19.01")).rows == (2, 3)


def test_periods_of_one_budget_are_compared_with_each_other(tmp_path):
    files = []
    for month, paid in (("03_31", "10,00"), ("04_30", "12,00"), ("05_31", "11,00")):
        files.append(tmp_path / f"exoda_2020_{month}.csv")
        text = HEADER + f"00-6011;Α;90,00;50,00;30,00;;{paid}\n"
        files[-1].write_text(text, encoding="utf-8")
    budget = read_budget(files)
    (found,) = [found for found in budget.findings if found.rule == "cumulative-falls"]
    assert (found.file, found.rows) == ("exoda_2020_05_31.csv", (2,))
    assert "2020-04-30" in found.message_en
