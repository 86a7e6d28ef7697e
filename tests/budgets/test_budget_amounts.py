"""Amounts as files write them, to exact cents."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from ckanext.greekmunicipal.budgets.amounts import (
    AMBIGUOUS,
    BAD,
    COMMA,
    EMPTY,
    INTEGER,
    POINT,
    NotAnAmount,
    decide,
    euros,
    is_amount,
    kind_of,
    marks,
    number_to_cents,
    text_to_cents,
)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1.755.000,00", COMMA),
        ("-30.961.681,52", COMMA),
        ("0,00", COMMA),
        ("1.234.567", COMMA),
        ("12345,6", COMMA),
        ("291338.5", POINT),
        ("1,234,567.89", POINT),
        ("1,234,567", POINT),
        ("175000.0", POINT),
        ("29.700", AMBIGUOUS),
        ("29,700", AMBIGUOUS),
        ("29700", INTEGER),
        ("", EMPTY),
        ("- €", EMPTY),
        ("–", EMPTY),
        ("50.0000,00", BAD),
        ("1.23.4,00", BAD),
        ("12/3/2016", BAD),
        ("ΣΥΝΟΛΟ", BAD),
        ("1\t2", BAD),
    ],
)
def test_an_amount_tells_its_decimal_mark_or_that_it_does_not(text, kind):
    assert kind_of(text) == kind


@pytest.mark.parametrize(
    ("text", "mark", "cents"),
    [
        ("1.755.000,00", POINT, 175_500_000),
        ("-30.961.681,52", COMMA, -3_096_168_152),
        ("(1.234,50)", COMMA, -123_450),
        ("1.234,50-", COMMA, -123_450),
        ("−12,34", COMMA, -1234),
        ("1\u00a0234,50 €", COMMA, 123_450),
        ("12,3", COMMA, 1230),
        ("291338.5", COMMA, 29_133_850),
        ("29.700", COMMA, 2_970_000),
        ("29.700", POINT, 2970),
        ("29700", COMMA, 2_970_000),
        ("+5,00 EUR", COMMA, 500),
        ("99999999999999999,99", COMMA, 9_999_999_999_999_999_999),
    ],
)
def test_an_amount_is_read_exactly(text, mark, cents):
    assert text_to_cents(text, mark) == (cents, False)


def test_an_empty_cell_is_unknown_and_not_zero():
    assert text_to_cents(" ", COMMA) == (None, False)
    assert text_to_cents("-", COMMA) == (None, False)
    assert text_to_cents("0,00", COMMA) == (0, False)
    assert euros(None) is None


def test_a_fraction_of_a_cent_is_rounded_and_told():
    assert text_to_cents("1,2345", COMMA) == (123, True)
    assert text_to_cents("1,2300", COMMA) == (123, False)
    assert number_to_cents(12.345) == (1234, True)


def test_a_word_is_no_amount():
    with pytest.raises(NotAnAmount):
        text_to_cents("50.0000,00", COMMA)


def test_noise_of_binary_fractions_is_no_fraction_of_a_cent():
    assert number_to_cents(0.1 + 0.2) == (30, False)
    assert number_to_cents(8920667.36) == (892_066_736, False)
    assert number_to_cents(-0.07) == (-7, False)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 1e15])
def test_a_number_that_cannot_hold_cents_is_refused(number):
    with pytest.raises(NotAnAmount):
        number_to_cents(number)


def test_the_column_decides_before_the_file():
    point, comma = Counter({POINT: 2}), Counter({COMMA: 100})
    assert decide(point, comma) == POINT
    assert decide(Counter(), comma) == COMMA
    assert decide(Counter(), point) == POINT
    assert marks(["29.700", "1.000,00", 5.0, ""]) == {AMBIGUOUS: 1, COMMA: 1, EMPTY: 1}


def test_a_truth_value_is_no_amount():
    assert not is_amount(True)
    assert is_amount(0)


def test_euros_have_two_digits():
    assert str(euros(5)) == "0.05"
    assert euros(-123_450) == Decimal("-1234.50")
