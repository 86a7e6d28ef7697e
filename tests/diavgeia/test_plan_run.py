"""The plan: what the next run asks and why, from what is wanted and what is read."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.greekmunicipal.diavgeia import plan_parts
from ckanext.greekmunicipal.diavgeia.families import DECISION_TYPES
from ckanext.greekmunicipal.diavgeia.plan import COUNTRY, FIRST, LONGEST, Bounds, Window, cells
from ckanext.greekmunicipal.diavgeia.plan_costs import Rates, share
from ckanext.greekmunicipal.diavgeia.plan_known import Known, Read
from ckanext.greekmunicipal.diavgeia.plan_run import (
    BACKFILL,
    NIGHT,
    PASS,
    Planned,
    Scope,
    plan_run,
)
from ckanext.greekmunicipal.diavgeia.plan_text import lines_of, summary_of

DAY = dt.timedelta(days=1)
TODAY = dt.date(2026, 9, 22)
COUNTRY_BODIES = [str(6001 + place) for place in range(332)]


def read_all(known: Known, planned: tuple[Planned, ...], day: dt.date) -> None:
    for one in planned:
        through = min(day, one.window.submitted_to or day)
        known.add(Read(one.window, through, frozenset(one.bodies)))


def all_read(bodies: list[str], day: dt.date = TODAY) -> Known:
    return Known(Read(Window(body, *b), day) for body in bodies for b in Scope().windows())


def requests(planned: tuple[Planned, ...]) -> int:
    return sum(one.requests for one in planned)


# --- one body -----------------------------------------------------------------------------------


def test_a_new_body_is_read_whole_from_long_before_diavgeia_to_long_after_today() -> None:
    planned = plan_run(["6296"], Known(), TODAY)
    days = sorted((one.window.issue_from, one.window.issue_to) for one in planned)
    assert days[0][0] <= dt.date(1990, 1, 1)
    assert days[-1][1] >= dt.date(2100, 1, 1)
    assert all(one[1] == two[0] for one, two in zip(days, days[1:], strict=False))
    assert {(one.reason, one.window.submitted_from) for one in planned} == {(BACKFILL, None)}


def test_a_night_of_one_body_takes_at_most_four_requests_whatever_the_day() -> None:
    known = all_read(["6296"])
    for age in range(1, 6):
        planned = plan_run(["6296"], known, TODAY + age * DAY)
        assert 1 <= requests(planned) <= 4
        assert {one.reason for one in planned} == {NIGHT}
        for one in planned:
            assert one.window.submitted_from == TODAY - 3 * DAY
    for day in range(200):
        today = TODAY + day * DAY
        assert len(plan_run(["6296"], all_read(["6296"], today), today + DAY)) <= 4


def test_the_complete_pass_asks_every_other_window_a_day_before_it_must() -> None:
    known = all_read(["6296"])
    before, on = (plan_run(["6296"], known, TODAY + days * DAY) for days in (5, 6))
    assert PASS not in {one.reason for one in before}
    assert len(on) == len(list(Scope().windows()))
    assert all(one.window.submitted_from == TODAY - 3 * DAY for one in on)


def test_a_window_that_failed_is_asked_again_from_where_it_was_read() -> None:
    known = all_read(["6296"])
    night = plan_run(["6296"], known, TODAY + DAY)
    for one in night[1:]:
        known.add(Read(one.window, TODAY + DAY))
    again = plan_run(["6296"], known, TODAY + 2 * DAY)
    assert night[0].window in [one.window for one in again]


def test_a_source_that_wants_later_years_only_is_not_asked_for_earlier_ones() -> None:
    scope = Scope(dt.date(2026, 3, 20), dt.date(2027, 1, 1))
    planned = plan_run(["6296"], Known(), TODAY, scope)
    assert min(one.window.issue_from for one in planned) == dt.date(2026, 3, 20)
    assert max(one.window.issue_to for one in planned) >= dt.date(2027, 1, 1)


def test_windows_that_were_read_on_another_grid_count() -> None:
    first = dt.date(2026, 3, 20)
    other = [Bounds(first + i * LONGEST * DAY, first + (i + 1) * LONGEST * DAY) for i in range(3)]
    known = Known(Read(Window("6296", *bounds), TODAY) for bounds in other)
    scope = Scope(first, first + 300 * DAY)
    planned = plan_run(["6296"], known, TODAY + DAY, scope)
    assert BACKFILL not in {one.reason for one in planned}


# --- marks --------------------------------------------------------------------------------------


def test_a_read_that_leaves_a_gap_moves_no_mark() -> None:
    bounds = cells(FIRST, FIRST + DAY)[0]
    known = Known([Read(Window("6296", *bounds), TODAY)])
    known.add(Read(Window("6296", *bounds, TODAY + 2 * DAY), TODAY + 5 * DAY))
    assert known.mark("6296", bounds) == TODAY
    known.add(Read(Window("6296", *bounds, TODAY), TODAY + 5 * DAY))
    assert known.mark("6296", bounds) == TODAY + 5 * DAY


def test_the_country_was_read_only_for_the_bodies_that_were_wanted_then() -> None:
    bounds = cells(FIRST, FIRST + DAY)[0]
    known = Known([Read(Window(COUNTRY, *bounds), TODAY, frozenset({"6296"}))])
    assert known.mark("6296", bounds) == TODAY
    assert known.mark("6115", bounds) is None


def test_a_part_by_type_and_half_a_window_prove_no_window() -> None:
    bounds = cells(FIRST, FIRST + DAY)[0]
    half = Bounds(bounds.issue_from, bounds.issue_from + 75 * DAY)
    known = Known([Read(Window("6296", *bounds, None, None, ("Β.2.2",)), TODAY)])
    known.add(Read(Window("6296", *half), TODAY))
    assert known.mark("6296", bounds) is None
    assert known.mark("6296", half) == TODAY


_CELLS = cells(dt.date(2025, 6, 1), dt.date(2027, 6, 1))
_VERSION = st.tuples(
    st.sampled_from(["6296", "6115"]),
    st.dates(_CELLS[0].issue_from, _CELLS[-1].issue_to - DAY),
    st.integers(0, 40),
)


@settings(max_examples=60, deadline=None)
@given(
    versions=st.lists(_VERSION, max_size=40),
    failures=st.lists(st.sets(st.integers(0, 12), max_size=6), min_size=45, max_size=45),
    missed=st.sets(st.integers(0, 40), max_size=15),
    national=st.floats(1, 50_000),
)
def test_whatever_fails_no_version_before_a_mark_is_unseen_and_none_waits_over_seven_days(
    versions: list[tuple[str, dt.date, int]],
    failures: list[set[int]],
    missed: set[int],
    national: float,
) -> None:
    """Versions appear with an issue date and a night; some nights and windows fail."""
    scope = Scope(_CELLS[0].issue_from, _CELLS[-1].issue_to)
    bodies = ["6296", "6115"]
    rates = Rates(weekday=national, saturday=national, sunday=national, body=national / 20, old=1)
    known, seen = Known(), set()
    for night in range(45):
        today = TODAY + night * DAY
        if night in missed and night < 35:
            continue
        planned = plan_run(bodies, known, today, scope, rates)
        for place, one in enumerate(planned):
            if place in failures[night] and night < 35:
                continue
            window = one.window
            first, end = window.submitted_from or FIRST, window.submitted_to or today + DAY
            for version in versions:
                body, issued, at = version
                if (
                    at <= night
                    and body in one.bodies
                    and window.organization_uid in (COUNTRY, body)
                    and window.issue_from <= issued < window.issue_to
                    and first <= TODAY + at * DAY < end
                ):
                    seen.add(version)
            known.add(Read(window, min(today, end), frozenset(one.bodies)))
        for body, issued, at in versions:
            cell = next(c for c in _CELLS if c.issue_from <= issued < c.issue_to)
            mark = known.mark(body, cell)
            if at <= night and mark and TODAY + at * DAY < mark:
                assert (body, issued, at) in seen
            if at <= night - 7 and night >= 36 + 7:
                assert (body, issued, at) in seen


# --- many bodies --------------------------------------------------------------------------------


def test_a_weekday_of_all_bodies_takes_at_most_120_requests_and_the_pass_400() -> None:
    known = all_read(COUNTRY_BODIES)
    passes = 0
    for day in range(1, 8):
        planned = plan_run(COUNTRY_BODIES, known, TODAY + day * DAY)
        nights = tuple(one for one in planned if one.reason == NIGHT)
        assert requests(nights) <= 120
        if len(planned) > len(nights):
            passes += 1
            assert requests(planned) - requests(nights) <= 400
        assert all(one.window.submitted_to for one in nights)
        read_all(known, planned, TODAY + day * DAY)
    assert passes == 1


def test_few_bodies_are_asked_one_by_one_and_many_through_the_country() -> None:
    ways = {}
    for count in (2, 10, 332):
        bodies = COUNTRY_BODIES[:count]
        nights = plan_run(bodies, all_read(bodies), TODAY + DAY)
        ways[count] = {one.window.organization_uid == COUNTRY for one in nights}
    assert ways == {2: {False}, 10: {False}, 332: {True}}


def test_windows_in_which_hardly_an_act_can_be_are_asked_once_for_all_bodies() -> None:
    planned = plan_run(COUNTRY_BODIES[:5], Known(), TODAY)
    far = [one for one in planned if one.window.issue_from > TODAY]
    near = [one for one in planned if one.window.issue_from.year == 2020]
    assert {one.window.organization_uid for one in far} == {COUNTRY}
    assert COUNTRY not in {one.window.organization_uid for one in near}


def test_a_body_that_joins_later_is_read_whole_beside_the_others() -> None:
    known = all_read(COUNTRY_BODIES[:60])
    planned = plan_run(COUNTRY_BODIES[:61], known, TODAY + DAY)
    assert {one.reason for one in planned} == {NIGHT, BACKFILL}
    assert {one.bodies for one in planned if one.reason == BACKFILL} == {(COUNTRY_BODIES[60],)}


def test_nights_that_did_not_happen_are_made_up_day_by_day() -> None:
    known = all_read(COUNTRY_BODIES)
    planned = plan_run(COUNTRY_BODIES, known, TODAY + 4 * DAY)
    asked = sorted((one.window.submitted_from, one.window.submitted_to) for one in planned)
    assert asked[0][0] == TODAY
    assert asked[-1][1] == TODAY + 4 * DAY
    assert all(one[1] == two[0] for one, two in zip(asked, asked[1:], strict=False))


def test_the_same_day_twice_asks_the_country_for_nothing_new() -> None:
    known = all_read(COUNTRY_BODIES)
    read_all(known, plan_run(COUNTRY_BODIES, known, TODAY + DAY), TODAY + DAY)
    assert plan_run(COUNTRY_BODIES, known, TODAY + DAY) == ()


# --- parts --------------------------------------------------------------------------------------


def test_a_day_of_more_than_ten_thousand_hits_is_split_by_type() -> None:
    window = Window(COUNTRY, TODAY, TODAY + DAY, TODAY, TODAY + DAY)
    assert plan_parts.parts(window, 10_000) == ()
    parts = plan_parts.parts(window, 24_000)
    types = [uid for part in parts for uid in part.decision_types]
    assert sorted(types) == sorted(DECISION_TYPES)
    assert 3 <= len(parts) <= 8
    assert ("Β.2.2",) in [part.decision_types for part in parts]


def test_one_type_of_too_many_hits_is_split_by_issue_dates_down_to_a_day() -> None:
    window = Window("6013", FIRST, FIRST + 3 * DAY, decision_types=("Β.2.2",))
    one, two = plan_parts.parts(window, 30_000)
    assert (one.issue_from, one.issue_to) == (FIRST, FIRST + DAY)
    assert (two.issue_from, two.issue_to) == (FIRST + DAY, FIRST + 3 * DAY)
    assert plan_parts.parts(one, 30_000) == ()


@given(st.integers(10_001, 10**7), st.lists(st.sampled_from(sorted(DECISION_TYPES)), unique=True))
def test_parts_hold_every_type_once_and_are_at_least_two(total: int, types: list[str]) -> None:
    parts = plan_parts.by_type(Window("6013", FIRST, FIRST + DAY, None, None, tuple(types)), total)
    wanted = types or list(DECISION_TYPES)
    if len(wanted) < 2:
        assert parts == ()
        return
    assert len(parts) >= 2
    assert sorted(uid for part in parts for uid in part.decision_types) == sorted(wanted)


# --- text ---------------------------------------------------------------------------------------


def test_the_text_tells_each_request_its_reason_and_the_sum() -> None:
    known = all_read(COUNTRY_BODIES)
    lines = list(lines_of(plan_run(COUNTRY_BODIES, known, TODAY + DAY)))
    assert "night" in lines[0]
    assert "all bodies" in lines[0]
    assert "read up to 2026-09-22 of 332 bodies" in lines[0]
    assert lines[-1].endswith("requests expected in all")
    assert list(summary_of(())) == ["Nothing is to be read."]


@given(st.dates(dt.date(2012, 1, 1), dt.date(2090, 1, 1)))
def test_the_shares_of_all_windows_in_a_day_of_submission_add_up_to_one(day: dt.date) -> None:
    total = defaultdict(float)
    for bounds in cells(day - 10_000 * DAY, day + 400 * DAY):
        total[day] += share(bounds, day)
    assert total[day] == pytest.approx(1.0, abs=1e-9)
