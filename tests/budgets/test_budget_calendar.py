"""The calendar of monthly statements: ten days after each month, counted only where it is fair."""

from __future__ import annotations

import datetime as dt

import pytest

from ckanext.greekmunicipal.budgets.calendar import (
    BEFORE,
    IN_TIME,
    LATE,
    MISSING,
    NOT_DUE,
    month_ends,
    months,
    to_remind,
)

day = dt.date.fromisoformat
JANUARY, FEBRUARY, MARCH = day("2026-01-31"), day("2026-02-28"), day("2026-03-31")


def states(published: dict[dt.date, dt.date], since: str, today: str) -> list[tuple]:
    found = months(published, day(since), day(today))
    return [(each.period_end, each.state, each.days_late) for each in reversed(found)]


@pytest.mark.parametrize(
    ("on", "state", "late"),
    [("2026-02-10", IN_TIME, 0), ("2026-02-01", IN_TIME, 0), ("2026-02-11", LATE, 1),
     ("2026-03-10", LATE, 28)],
)  # fmt: skip
def test_a_statement_is_in_time_until_the_tenth_day(on: str, state: str, late: int) -> None:
    found = states({JANUARY: day(on)}, "2026-01-15", "2026-03-15")
    assert (JANUARY, state, late) in found


def test_what_is_missing_grows_by_a_day_each_day_and_what_is_not_due_is_not_late() -> None:
    published = {JANUARY: day("2026-02-05")}
    assert states(published, "2026-01-20", "2026-04-05") == [
        (JANUARY, IN_TIME, 0),
        (FEBRUARY, MISSING, 26),
        (MARCH, NOT_DUE, None),
    ]
    assert states(published, "2026-01-20", "2026-04-12")[-1] == (MARCH, MISSING, 2)
    assert states(published, "2026-01-20", "2026-04-10")[-1] == (MARCH, NOT_DUE, None)


def test_a_month_that_was_due_before_the_portal_had_anything_is_shown_and_not_blamed() -> None:
    old = {day("2016-03-31"): day("2026-02-05")}
    found = states(old, "2026-02-05", "2026-02-20")
    assert found[0] == (day("2016-03-31"), BEFORE, None)
    assert {state for _, state, _ in found[:-1]} == {BEFORE}
    assert found[-1] == (JANUARY, MISSING, 10)


def test_a_period_that_ends_within_a_month_is_no_monthly_statement() -> None:
    found = states({day("2026-01-29"): day("2026-01-30")}, "2026-01-30", "2026-02-15")
    assert found == [(JANUARY, MISSING, 5)]


def test_months_end_on_their_last_day_in_leap_years_too() -> None:
    assert month_ends(day("2023-12-31"), day("2024-03-30")) == [
        day("2023-12-31"), day("2024-01-31"), day("2024-02-29"),
    ]  # fmt: skip


def test_people_are_reminded_five_days_before_the_last_day_and_of_what_is_missing() -> None:
    def reminded(today: str) -> list[dt.date]:
        found = months({JANUARY: day("2026-02-05")}, day("2026-01-20"), day(today))
        return [each.period_end for each in to_remind(found, day(today))]

    assert reminded("2026-03-04") == []
    assert reminded("2026-03-05") == [FEBRUARY]
    assert reminded("2026-04-08") == [FEBRUARY, MARCH]
