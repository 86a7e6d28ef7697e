from __future__ import annotations

import datetime as dt

import pytest

from ckanext.greekmunicipal.greek import athens_date, athens_datetime, is_valid_afm


@pytest.mark.parametrize("afm", ["997687930", "099580746", "800281919", "090000045"])
def test_a_real_afm_is_valid(afm):
    assert is_valid_afm(afm)


@pytest.mark.parametrize(
    "text",
    [
        "997687931",
        "000000000",
        "99768793",
        "9976879300",
        "",
        "EL997687930",
        "99768793O",
        "٩٩٧٦٨٧٩٣٠",
    ],
)
def test_anything_else_is_no_afm(text):
    assert not is_valid_afm(text)


def test_any_single_wrong_digit_is_noticed_but_the_known_weakness():
    # 10 and 0 share a check digit, so a few single errors pass; most must not.
    afm = "997687930"
    wrong = [afm[:i] + d + afm[i + 1 :] for i in range(9) for d in "0123456789" if d != afm[i]]
    assert sum(map(is_valid_afm, wrong)) < 10


@pytest.mark.parametrize(
    ("instant", "date"),
    [
        ("2025-01-14T22:00:00+00:00", "2025-01-15"),  # midnight of winter time
        ("2025-07-14T21:00:00+00:00", "2025-07-15"),  # midnight of summer time
        ("2025-07-14T20:59:59+00:00", "2025-07-14"),
        ("2025-01-14T21:00:00+00:00", "2025-01-14"),
        ("1969-12-31T22:00:00+00:00", "1970-01-01"),
    ],
)
def test_a_date_is_that_of_athens(instant, date):
    milliseconds = int(dt.datetime.fromisoformat(instant).timestamp() * 1000)
    assert athens_date(milliseconds).isoformat() == date


def test_an_instant_keeps_its_milliseconds_and_offset():
    assert athens_datetime(1736892000123).isoformat() == "2025-01-15T00:00:00.123000+02:00"
