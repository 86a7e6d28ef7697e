"""How dates really work in the search of Diavgeia (and so in the simulator)."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from small_world import ISLAND, NOW, START

from ckanext.greekmunicipal.diavgeia.simulator.clock import ATHENS
from ckanext.greekmunicipal.diavgeia.simulator.query import read_query

SPAN = r"\[DT\((.+?)\) TO DT\((.+?)\)\]"


def athens(instant_ms: int) -> datetime:
    return datetime.fromtimestamp(instant_ms / 1000, ATHENS)


def spans(answer: dict[str, Any]) -> tuple[tuple[str, str], tuple[str, str]]:
    """Submission and issue bounds of the echo."""
    query = answer["info"]["query"]
    submitted = re.search(f"submissionTimestamp:{SPAN}", query)
    issued = re.search(f"issueDate:{SPAN}", query)
    assert submitted
    assert issued
    return submitted.groups(), issued.groups()  # type: ignore[return-value]


def test_windows_of_150_days_together_hold_every_act_once(search_all, truth):
    found: dict[str, dict[str, Any]] = {}
    duplicates = []
    first = START - timedelta(days=800)  # late registrations reach far back
    while first < NOW.date() + timedelta(days=400):
        last = first + timedelta(days=150)
        acts = search_all(org="6296", from_issue_date=first, to_issue_date=last, status="all")
        duplicates += [act for act in acts if act["ada"] in found]
        found.update({act["ada"]: act for act in acts})
        first = last
    # An act dated after its submission is lost where a window starts between the two.
    future = {ada for ada, act in truth.items() if act["issueDate"] > act["submissionTimestamp"]}
    assert found.keys() | future == truth.keys()
    assert all(found[ada] == truth[ada] for ada in found)
    # Only an act of midnight in Athens stands on both sides of a seam.
    assert all(athens(act["issueDate"]).strftime("%H:%M") == "00:00" for act in duplicates)


def test_a_window_of_more_than_180_days_is_cut_without_a_word(search, search_all):
    wanted = {"org": "6296", "from_issue_date": "2025-03-20", "status": "all"}
    answer = search(**wanted, to_issue_date="2026-03-21")
    assert spans(answer)[1] == ("2025-03-20T00:00:00+02:00", "2025-09-16T00:00:00+03:00")
    cut = search_all(**wanted, to_issue_date="2025-09-16")
    assert answer["info"]["total"] == len(cut) > 0


def test_without_dates_both_clauses_are_the_last_180_days_with_the_time_of_day(search):
    submitted, issued = spans(search(org="6296"))
    assert submitted == issued == ("2026-03-26T12:00:00+02:00", "2026-09-22T12:00:00+03:00")


def test_from_date_alone_gets_a_hidden_clause_that_hides_late_registrations(
    search_all, search, truth
):
    answer = search(org="6296", from_date="2025-06-01", status="all")
    assert spans(answer) == (
        ("2025-06-01T00:00:00+03:00", "2026-09-22T12:00:00+03:00"),
        ("2026-03-26T12:00:00+02:00", "2026-09-22T12:00:00+03:00"),
    )
    late = {
        ada
        for ada, act in truth.items()
        if act["publishTimestamp"] - act["issueDate"] > 200 * 86_400_000
    }
    shown = {act["ada"] for act in search_all(org="6296", from_date="2025-06-01", status="all")}
    assert late
    assert not late & shown


def test_issue_dates_make_the_submission_clause_begin_with_them_and_end_now(search):
    answer = search(org="6296", from_issue_date="2026-01-10", to_issue_date="2026-02-01")
    assert spans(answer) == (
        ("2026-01-10T00:00:00+02:00", "2026-09-22T12:00:00+03:00"),
        ("2026-01-10T00:00:00+02:00", "2026-02-01T00:00:00+02:00"),
    )


def test_both_kinds_of_dates_are_combined(search, search_all, truth):
    parameters = {
        "org": "6296",
        "from_date": "2026-09-14",
        "to_date": "2026-09-21",
        "from_issue_date": "2025-06-01",
        "to_issue_date": "2025-11-01",
        "status": "all",
    }
    assert spans(search(**parameters))[0] == (
        "2026-09-14T00:00:00+03:00",
        "2026-09-21T00:00:00+03:00",
    )
    low, high = (datetime(2026, 9, day, tzinfo=ATHENS).timestamp() * 1000 for day in (14, 21))
    first, last = (datetime(2025, month, 1, tzinfo=ATHENS).timestamp() * 1000 for month in (6, 11))
    expected = {
        ada
        for ada, act in truth.items()
        if low <= act["submissionTimestamp"] <= high and first <= act["issueDate"] <= last
    }
    assert {act["ada"] for act in search_all(**parameters)} == expected


@pytest.mark.parametrize("days", [1, 7, 40])
def test_a_short_submission_window_finds_new_and_old_acts_that_changed(search_all, truth, days):
    last = date(2026, 9, 19)
    first = last - timedelta(days=days)
    acts = search_all(
        org="6296",
        from_date=first,
        to_date=last,
        from_issue_date=date(2026, 3, 24),
        to_issue_date=date(2026, 9, 20),
        status="all",
    )
    expected = {
        ada
        for ada, act in truth.items()
        if first <= athens(act["submissionTimestamp"]).date() < last
        and date(2026, 3, 24) <= athens(act["issueDate"]).date() < date(2026, 9, 20)
    }
    assert {act["ada"] for act in acts} == expected
    assert days == 1 or any(act["correctedVersionId"] for act in acts)


def test_the_end_of_a_window_leaves_its_day_out(search_all):
    acts = search_all(
        org="6296", from_issue_date="2026-05-11", to_issue_date="2026-05-12", status="all"
    )
    days = {athens(act["issueDate"]).strftime("%m-%d %H:%M") for act in acts}
    assert "05-11 03:00" in days
    # Midnight UTC of the next day is 03:00 in Athens, after the bound.
    assert not {day for day in days if day.startswith("05-12")} - {"05-12 00:00"}


def test_from_and_to_the_same_day_is_an_empty_window(search):
    answer = search(org="6296", from_issue_date="2026-05-11", to_issue_date="2026-05-11")
    at_midnight = [act for act in answer["decisions"] if athens(act["issueDate"]).hour == 0]
    assert answer["decisions"] == at_midnight
    answer = search(org="6296", from_date="2026-05-11", to_date="2026-05-11")
    assert answer["info"]["total"] == 0


def test_an_act_of_midnight_in_athens_stands_in_both_windows_of_a_seam(search_all, truth):
    act = next(
        act
        for act in truth.values()
        if athens(act["issueDate"]).hour == 0
        and date(2025, 3, 1) < athens(act["issueDate"]).date() < date(2026, 6, 1)
        and act["issueDate"] < act["submissionTimestamp"]
    )
    day = athens(act["issueDate"]).date()
    before = search_all(
        org="6296",
        from_issue_date=day - timedelta(days=5),
        to_issue_date=day,
        status="all",
    )
    after = search_all(
        org="6296",
        from_issue_date=day,
        to_issue_date=day + timedelta(days=5),
        status="all",
    )
    assert act in before
    assert act in after


def test_issue_dates_follow_three_conventions(truth):
    hours = [athens(act["issueDate"]) for act in truth.values()]
    utc = sum(act["issueDate"] % 86_400_000 == 0 for act in truth.values())
    midnight = sum(hour.strftime("%H:%M:%S") == "00:00:00" for hour in hours)
    at_21, at_22 = (
        sum(act["issueDate"] % 86_400_000 == hour * 3_600_000 for act in truth.values())
        for hour in (21, 22)
    )
    assert utc / len(hours) == pytest.approx(0.83, abs=0.03)
    assert midnight / len(hours) == pytest.approx(0.12, abs=0.03)
    assert at_21 > 50
    assert at_22 > 50
    assert len(hours) - utc - midnight > 50


def echo(now: str, **parameters: str) -> str:
    names = {name: str(value) for name, value in parameters.items()}
    return read_query(names, datetime.fromisoformat(now), [ISLAND]).echo


def test_the_echo_of_recorded_requests_is_repeated_letter_by_letter(shared_data: Path):
    lines = (shared_data / "diavgeia" / "search" / "query_echoes.jsonl").read_text("utf-8")
    repeated = 0
    for line in map(json.loads, lines.splitlines()):
        parameters = {
            "org": line["org"],
            "from_issue_date": line["from"],
            "to_issue_date": line["to_excl"],
            **({"status": "all"} if line["status_all"] else {}),
        }
        for page in line["pages"]:
            now = re.findall(r"DT\((.+?)\)", page["query"])[1]
            assert echo(now, **parameters) == page["query"]
            repeated += 1
    assert repeated > 5


@pytest.mark.parametrize("name", ["b-2-1_page.json", "b-2-2_page.json"])
def test_the_echo_of_a_recorded_search_by_type_is_repeated(shared_data: Path, name: str):
    page = json.loads((shared_data / "diavgeia" / "search" / name).read_text("utf-8"))
    query = page["info"]["query"]
    now = re.findall(r"DT\((.+?)\)", query)[3]
    kind = re.findall(r'decisionTypeUid:"(.+?)"', query)[0]
    assert echo(now, from_date="2026-09-15", to_date="2026-09-16", type=kind) == query


def test_the_echo_of_a_latin_name_names_the_uid_too():
    shown = echo("2026-09-22T12:00:00+03:00", org="dimostinou", status="all")
    assert shown.endswith('AND (organizationUid:"6296" OR organizationLatinName:"dimostinou")')


def test_the_echo_of_several_bodies_names_each():
    shown = echo("2026-09-22T12:00:00+03:00", org="6296;6115", status="all")
    assert shown.endswith('AND (organizationUid:"6296" OR organizationUid:"6115")')
