"""The clock moves: new acts, corrections and revocations, or none."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import requests
from small_world import ISLAND, NOW, START

from ckanext.greekmunicipal.diavgeia.simulator import (
    ClockError,
    FileClock,
    Simulator,
    parse_instant,
    serve,
)
from ckanext.greekmunicipal.diavgeia.simulator.clock import ATHENS


def by_ada(simulator: Simulator, at: date) -> dict[str, dict]:
    return {act["ada"]: act for act in simulator.truth("6296", at)}


def test_a_month_later_there_are_new_corrected_and_revoked_acts_and_the_rest_is_as_it_was():
    world = Simulator(11, [ISLAND], start=START)
    before, after = by_ada(world, date(2026, 6, 1)), by_ada(world, date(2026, 7, 1))
    assert before.keys() < after.keys()
    changed = [ada for ada in before if before[ada] != after[ada]]
    assert all(
        after[ada]["submissionTimestamp"] > before[ada]["submissionTimestamp"] for ada in changed
    )
    assert any(after[ada]["versionId"] != before[ada]["versionId"] for ada in changed)
    revoked = [ada for ada in changed if after[ada]["status"] == "REVOKED"]
    assert revoked
    assert all(
        after[ada]["subject"] == before[ada]["subject"]
        for ada in revoked
        if not after[ada]["correctedVersionId"]
    )


def test_some_corrections_move_the_issue_date_or_the_type(simulator, truth):
    corrected = [act for act in truth.values() if act["correctedVersionId"]]
    pairs = [(simulator.decision_version(act["correctedVersionId"]), act) for act in corrected]
    assert len(pairs) > 100
    for name in ("issueDate", "decisionTypeId", "subject", "extraFieldValues", "protocolNumber"):
        changed = [after for before, after in pairs if before[name] != after[name]]
        assert 0 < len(changed) < len(pairs) / 2, name


def test_most_changes_come_within_days_and_a_few_after_years():
    body = type(ISLAND)("6296", "ΔΗΜΟΣ ΤΗΝΟΥ", 20.0)
    world = Simulator(11, [body], start=date(2024, 1, 1), now=NOW)
    waits = sorted(
        (act["submissionTimestamp"] - act["publishTimestamp"]) / 86_400_000
        for act in world.truth("6296")
        if act["submissionTimestamp"] != act["publishTimestamp"]
    )
    assert 2 < waits[len(waits) // 2] < 12
    assert 0 < sum(wait > 365 for wait in waits) < len(waits) / 10


def test_nothing_happens_after_the_last_day(tmp_path: Path):
    clock = FileClock(tmp_path / "clock", NOW)
    world = Simulator(11, [ISLAND], start=START, until=date(2026, 9, 22), now=clock)
    clock.set(date(2026, 9, 22))
    before = list(world.truth("6296"))
    clock.set(NOW + timedelta(days=60))
    assert list(world.truth("6296")) == before
    free = Simulator(11, [ISLAND], start=START)
    assert list(free.truth("6296", date(2026, 9, 22))) == before
    assert free.count("6296", NOW + timedelta(days=60)) > len(before)


def test_an_act_appears_at_its_submission_and_not_before():
    world = Simulator(11, [ISLAND], start=START)
    act = list(world.truth("6296", NOW))[-1]
    instant = datetime.fromtimestamp(act["publishTimestamp"] / 1000, ATHENS)
    assert world.decision(act["ada"], instant + timedelta(milliseconds=1))
    assert world.decision(act["ada"], instant - timedelta(milliseconds=1)) is None


def test_a_running_server_follows_its_clock_file(tmp_path: Path):
    clock = FileClock(tmp_path / "deep" / "clock", NOW)
    assert clock.path.read_text().strip() == "2026-09-22T12:00:00+03:00"
    with serve(Simulator(11, [ISLAND], start=START, now=clock)) as server:

        def ask() -> dict:
            return requests.get(f"{server.base_url}/search.json", timeout=20).json()["info"]

        first = ask()
        assert ask() == first
        clock.path.write_text("2026-09-24T12:00:00+03:00\n")
        second = ask()
        assert "TO DT(2026-09-24T12:00:00+03:00)" in second["query"]
        clock.path.write_text("soon")
        answer = requests.get(f"{server.base_url}/search.json", timeout=20)
        assert answer.status_code == 500


def test_a_clock_that_holds_no_instant_says_what_it_should_hold(tmp_path: Path):
    (tmp_path / "clock").write_text("yesterday")
    with pytest.raises(ClockError, match="one ISO instant such as"):
        FileClock(tmp_path / "clock")()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-09-22", "2026-09-22T23:59:59+03:00"),
        ("2026-01-22T10:00:00", "2026-01-22T10:00:00+02:00"),
        ("2026-09-22T10:00:00Z", "2026-09-22T13:00:00+03:00"),
    ],
)
def test_instants_are_read_in_every_iso_form(text, expected):
    assert parse_instant(text).isoformat() == expected


def test_a_new_act_shifts_the_pages_that_are_read_while_it_arrives(tmp_path: Path):
    clock = FileClock(tmp_path / "clock", NOW)
    with serve(Simulator(11, [ISLAND], start=START, now=clock)) as server:
        parameters = {"from_issue_date": "2026-06-01", "status": "all", "size": 50}

        def page(number: int) -> list[str]:
            answer = requests.get(
                f"{server.base_url}/search.json",
                params={**parameters, "page": number},
                timeout=20,
            )
            return [act["ada"] for act in answer.json()["decisions"]]

        first = page(0)
        clock.set(NOW + timedelta(hours=3))
        assert set(first) & set(page(1))
