"""Windows of issue dates: half-open, at most 150 days, on a grid that does not move."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.greekmunicipal.diavgeia.plan import Bounds, Window, grid, split, windows

DAY = dt.timedelta(days=1)
DATES = st.dates(dt.date(2010, 1, 1), dt.date(2040, 1, 1))


@given(DATES, DATES, st.integers(1, 150))
def test_the_grid_covers_every_day_to_today_once_and_reaches_past_it(
    first: dt.date, today: dt.date, days: int
) -> None:
    bounds = grid(first, today, days)
    if today < first:
        assert bounds == ()
        return
    assert bounds[0].issue_from == first
    assert bounds[-1].issue_from <= today < bounds[-1].issue_to
    for one, two in zip(bounds, bounds[1:], strict=False):
        assert one.issue_to == two.issue_from
    assert all((end - start).days == days for start, end in bounds)


@given(DATES, st.integers(0, 3000), st.integers(0, 400), st.integers(1, 150))
def test_as_days_pass_windows_are_added_and_none_changes(
    first: dt.date, age: int, later: int, days: int
) -> None:
    today = first + age * DAY
    before, after = grid(first, today, days), grid(first, today + later * DAY, days)
    assert after[: len(before)] == before


@given(DATES, st.integers(1, 2000), st.integers(1, 150))
def test_a_span_is_split_without_a_gap_and_without_a_day_too_many(
    first: dt.date, length: int, days: int
) -> None:
    end = first + length * DAY
    bounds = split(first, end, days)
    assert (bounds[0].issue_from, bounds[-1].issue_to) == (first, end)
    assert sum((b.issue_to - b.issue_from).days for b in bounds) == length


def test_an_increment_keeps_explicit_issue_bounds_beside_its_submission_bound() -> None:
    since = dt.date(2026, 9, 1)
    plan = windows("6296", dt.date(2026, 1, 1), dt.date(2026, 9, 20), submitted_from=since)
    assert [(w.issue_from, w.issue_to) for w in plan] == list(
        grid(dt.date(2026, 1, 1), dt.date(2026, 9, 20))
    )
    assert {w.submitted_from for w in plan} == {since}


@pytest.mark.parametrize(("uid", "days"), [("6296", 0), ("6296", -1), ("6296", 151), ("62;96", 5)])
def test_a_window_that_diavgeia_would_cut_or_misread_cannot_be_made(uid: str, days: int) -> None:
    first = dt.date(2024, 1, 1)
    with pytest.raises(ValueError, match="days|uid"):
        Window(uid, first, first + days * DAY)


def test_a_span_without_a_day_is_refused() -> None:
    day = dt.date(2024, 1, 1)
    with pytest.raises(ValueError, match="no day"):
        split(day, day)
    assert split(day, day + DAY) == (Bounds(day, day + DAY),)
    with pytest.raises(ValueError, match="150"):
        grid(day, day, 151)
