"""Codes of budget lines: shapes, sides, labels, services."""

from __future__ import annotations

import pytest

from ckanext.greekmunicipal.budgets.codes import (
    GROUP,
    KAE,
    LEAF,
    PD54,
    account_label,
    accounts,
    parse_code,
    service_code_of,
    side_of,
)
from ckanext.greekmunicipal.budgets.tables import read_table


@pytest.mark.parametrize(
    ("text", "chart", "service", "account", "sub"),
    [
        ("6011", KAE, "", "6011", ""),
        ("00-6031", KAE, "00", "6031", ""),
        ("00-6031.001", KAE, "00", "6031", "001"),
        ("00.6031.001", KAE, "00", "6031", "001"),
        ("15.6117.0014", KAE, "15", "6117", "0014"),
        ("6011.01.01", KAE, "", "6011", "01.01"),
        ("10/6011", KAE, "10", "6011", ""),
        ("0111.0001", KAE, "", "0111", "0001"),
        ("9111", KAE, "", "9111", ""),
        ("010.1310101", PD54, "010", "1310101", ""),
        ("255.2130102001", PD54, "255", "2130102", "001"),
        ("255.2130102.001", PD54, "255", "2130102", "001"),
    ],
)
def test_a_code_tells_its_chart_by_its_shape(text, chart, service, account, sub):
    code = parse_code(text)
    assert code is not None
    assert (code.chart, code.kind) == (chart, LEAF)
    assert (code.service, code.account, code.sub) == (service, account, sub)


@pytest.mark.parametrize("text", ["6", "60", "601", "10.60", "010.13101"])
def test_a_short_code_only_sums_others(text):
    code = parse_code(text)
    assert code is not None
    assert code.kind == GROUP


@pytest.mark.parametrize(
    "text",
    ["06.00.725.1000", "06.00.071.9451.α.1", "06.07.724.Τ100", "000.111", "000.121α", "12345",
     "ΣΥΝΟΛΟ", "", "2016-04-01-5", "1.755.000,00"],
)  # fmt: skip
def test_codes_of_regions_and_of_the_chart_before_2004_belong_to_no_chart(text):
    code = parse_code(text)
    assert code is None or code.kind == GROUP


def test_the_first_digit_of_the_account_settles_the_side():
    assert [side_of(KAE, digit + "111") for digit in "0123456789"] == (
        ["revenue"] * 6 + ["expenditure"] * 4
    )
    assert side_of(PD54, "1310101") == "revenue"
    assert side_of(PD54, "2130102") == "expenditure"
    assert side_of(PD54, "5900101") == ""


def test_the_label_of_an_account_is_that_of_its_longest_known_prefix():
    assert account_label(KAE, "0111") == ("Μισθώματα από αστικά ακίνητα", 4)
    assert account_label(KAE, "6738")[1] == 3
    assert account_label(KAE, "1424")[1] in (2, 3)
    assert account_label(PD54, "2130102") == ("Παροχές σε εργαζομένους", 2)
    assert account_label(KAE, "9999") == ("Αποθεματικό", 1)


def test_every_account_of_the_list_stands_under_a_group_of_the_list():
    known = accounts(KAE)
    assert all(code[:2] in known for code in known if len(code) > 2)
    assert all(code[0] in known for code in known)
    assert len([code for code in known if len(code) == 4]) > 460


def test_groups_of_one_and_two_digits_have_an_english_label():
    for row in read_table("accounts"):
        assert row["label_el"]
        if len(row["code"]) <= 2:
            assert row["label_en"], row


def test_labels_can_be_written_in_the_old_greek_code_page():
    for row in read_table("accounts"):
        row["label_el"].encode("iso8859-7")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Υπηρεσία Πολεοδομίας", "40"),
        ("ΥΠΗΡΕΣΙΕΣ ΚΑΘΑΡΙΟΤΗΤΑΣ ΚΑΙ ΗΛΕΚΤΡΟΦΩΤΙΣΜΟΥ", "20"),
        ("ΥΠΗΡΕΣΙΕΣ ΚΑΘΑΡΙΟΤΗΤΑΣ ΚΑΙ ΗΛΕΚΤΡΟΦΩΤΙΣΜΟΥ (Έργα και δράσεις από ΠΔΕ)", "62"),
        ("Οικονομικές και Διοικητικές υπηρεσίες", "10"),
        ("ΤΜΗΜΑ ΠΡΑΣΙΝΟΥ", ""),
        ("Δ/ΝΣΗ ΚΟΙΜΗΤΗΡΙΩΝ", ""),
    ],
)
def test_only_official_names_of_services_get_an_official_code(name, code):
    assert service_code_of(name) == code
