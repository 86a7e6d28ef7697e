"""Checks of lines, each by the rule that words it."""

from __future__ import annotations

import re
import string

import pytest

from ckanext.greekmunicipal.budgets import read_budget
from ckanext.greekmunicipal.budgets.checks import LINE_RULES
from ckanext.greekmunicipal.budgets.records import finding, rules
from ckanext.greekmunicipal.budgets.tables import read_table

REVENUE = "Κ.Α.;Περιγραφή;Προϋπολογισθέντα;Αναμορφώσεις;Διαμορφωθέντα;Βεβαιωθέντα;Εισπραχθέντα\n"
SPENDING = (
    "Κ.Α.;Περιγραφή;Προϋπολογισθέντα;Αναμορφώσεις;Διαμορφωθέντα;Δεσμευθέντα;Ενταλθέντα;Πληρωθέντα\n"
)


@pytest.fixture
def check(tmp_path):
    def check_rows(text: str) -> dict[str, tuple[str, tuple[int, ...]]]:
        path = tmp_path / "budget_2020.csv"
        path.write_text(text, encoding="utf-8")
        return {found.rule: (found.level, found.rows) for found in read_budget([path]).findings}

    return check_rows


@pytest.mark.parametrize(
    ("row", "rule", "level"),
    [
        ("6011;Α;10,00;1,00;12,00;;;", "initial-amendments-revised", "error"),
        ("6011;Α;10,00;0,00;10,00;11,00;;", "committed-over-revised", "warning"),
        ("6011;Α;10,00;0,00;10,00;9,00;9,01;", "ordered-over-committed", "warning"),
        ("6011;Α;10,00;0,00;10,00;9,00;8,00;8,50", "paid-over-ordered", "warning"),
        ("6019;Α;10,00;0,00;10,00;9,00;8,00;7,00", "account-not-in-list", "info"),
        ("6999;Α;10,00;0,00;10,00;9,00;8,00;7,00", "account-group-unknown", "warning"),
        ("0111;Α;10,00;0,00;10,00;;;7,00", "phase-of-other-side", "warning"),
    ],
)
def test_a_line_that_breaks_a_rule_is_found_by_its_row(check, row, rule, level):
    good = "6012;Β;10,00;-1,00;9,00;9,00;9,00;9,00\n"
    found = check(SPENDING + good + row + "\n")
    assert found[rule] == (level, (3,))


def test_a_line_that_keeps_all_rules_is_not_found(check):
    found = check(SPENDING + "6012;Β;10,00;-1,00;9,00;9,00;8,00;7,00\n")
    assert set(found) & set(LINE_RULES) == set()


def test_an_unknown_amount_breaks_no_rule(check):
    found = check(SPENDING + "6012;Β;10,00;;9,00;;8,00;\n")
    assert set(found) & set(LINE_RULES) == set()


def test_sides_that_differ_by_a_cent_do_not_balance(check):
    text = REVENUE + "0111;Α;{},00;;;;\n" + SPENDING + "6011;Β;10,00;;;;;\n"
    assert "sides-balance" not in check(text.format("10"))
    assert check(text.format("11"))["sides-balance"][0] == "error"


def test_revised_sides_may_differ_in_the_middle_of_the_year(check):
    text = REVENUE + "0111;Α;10,00;5,00;15,00;;\n" + SPENDING + "6011;Β;10,00;0,00;10,00;;;\n"
    assert "sides-balance" not in check(text)


def test_one_side_alone_is_not_called_unbalanced(check):
    found = check(REVENUE + "0111;Α;10,00;0,00;10,00;;\n")
    assert found["one-side-only"][0] == "info"
    assert "sides-balance" not in found


def test_a_line_that_is_there_twice_is_an_error_and_a_shared_code_a_warning(check):
    same = check(SPENDING + "6011.01;Α;1,00;;;;;\n" * 2)
    assert same["duplicate-line"] == ("error", (3,))
    shared = check(SPENDING + "6011.01;Α;1,00;;;;;\n6011.01;Β;2,00;;;;;\n")
    assert shared["same-code"] == ("warning", (3,))
    assert "duplicate-line" not in shared
    services = check(SPENDING + "10-6011.01;Α;1,00;;;;;\n15-6011.01;Α;1,00;;;;;\n")
    assert not {"same-code", "duplicate-line"} & set(services)


def test_a_code_under_the_title_of_the_other_side_is_told(check):
    found = check("ΠΡΟΫΠΟΛΟΓΙΣΜΟΣ ΕΣΟΔΩΝ;;\nΚ.Α.;Περιγραφή;Προϋπολογισθέντα\n6011;Α;1,00\n")
    assert found["side-contradicts"] == ("warning", (3,))


def test_every_rule_has_a_level_and_the_same_values_in_both_languages():
    assert len(rules()) == len(read_table("rules"))
    for rule in rules().values():
        assert rule.level in ("error", "warning", "info")
        names = [
            {name for _text, name, _spec, _conversion in string.Formatter().parse(message) if name}
            for message in (rule.message_el, rule.message_en)
        ]
        assert names[0] - {"side_el"} == names[1] - {"side_en"}, rule
        assert re.search("[α-ω]", rule.message_el)
        assert not re.search("[α-ω]{3}", rule.message_en.replace("«έως 31/3/2026»", ""))


def test_a_finding_is_worded_by_its_rule():
    found = finding("sides-balance", year=2020, revenue=1, expenditure=2, difference=-1)
    assert found.level == "error"
    assert "2020" in found.message_el
    assert "difference -1" in found.message_en
