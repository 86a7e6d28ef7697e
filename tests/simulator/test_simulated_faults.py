"""Faults that can be switched on, and the program that serves the simulator."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner
from small_world import ISLAND, NOW, START

from ckanext.greekmunicipal.diavgeia.simulator import (
    SCENARIOS,
    Faults,
    Scenario,
    Simulator,
    SimulatorServer,
    serve,
)
from ckanext.greekmunicipal.diavgeia.simulator.console import simulate

WINDOW = {"org": "6296", "from_issue_date": "2026-03-30", "to_issue_date": "2026-08-27"}


@pytest.fixture(scope="module")
def faulty() -> Iterator[SimulatorServer]:
    scenario = Scenario(retry_after=7, slow_seconds=0.4)
    with serve(Simulator(11, [ISLAND], start=START, now=NOW, scenario=scenario)) as server:
        yield server


def ask(server: SimulatorServer, **parameters: str | int) -> requests.Response:
    return requests.get(
        f"{server.base_url}/search.json", params={**WINDOW, **parameters}, timeout=20
    )


def test_too_many_requests_with_and_without_a_hint(faulty):
    faulty.faults.ask("rate_limited")
    faulty.faults.ask("rate_limited_silent")
    first, second, third = (ask(faulty) for _ in range(3))
    assert (first.status_code, first.headers["Retry-After"]) == (429, "7")
    assert (second.status_code, second.headers.get("Retry-After")) == (429, None)
    assert third.status_code == 200


@pytest.mark.parametrize(
    ("fault", "status", "content_type"),
    [
        ("server_error", 500, "application/json"),
        ("bad_gateway", 502, "text/html"),
        ("html", 200, "text/html"),
    ],
)
def test_errors_of_the_service_and_of_the_gateway_before_it(faulty, fault, status, content_type):
    faulty.faults.ask(fault)
    answer = ask(faulty)
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith(content_type)


def test_json_that_ends_in_the_middle(faulty):
    faulty.faults.ask("truncated")
    answer = ask(faulty)
    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.text)


@pytest.mark.parametrize("fault", ["reset", "cut"])
def test_connections_that_break(faulty, fault):
    faulty.faults.ask(fault)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        ask(faulty)


def test_an_answer_that_drips(faulty):
    faulty.faults.ask("slow")
    before = time.monotonic()
    assert ask(faulty).json()["info"]["total"]
    assert time.monotonic() - before > 0.3


def test_answers_that_are_not_true_show_it_where_a_careful_reader_looks(faulty):
    true = ask(faulty).json()["info"]
    for fault in ("wrong_echo", "clamped", "wrong_total"):
        faulty.faults.ask(fault)
    other, cut, more = (ask(faulty).json()["info"] for _ in range(3))
    assert "organizationUid" not in other["query"]
    assert "2026-08-27" not in cut["query"]
    assert cut["total"] < true["total"]
    assert more["query"] == true["query"]
    assert more["total"] > true["total"]


def test_acts_at_the_edges_of_pages_come_twice_and_others_fall_out(faulty):
    pages = []
    for number in range(3):
        faulty.faults.ask("shifted")
        pages.append([act["ada"] for act in ask(faulty, page=number).json()["decisions"]])
    assert pages[0][-3:] == pages[1][:3]


def test_acts_at_the_edges_of_pages_are_missing(faulty):
    first = [act["ada"] for act in ask(faulty, page=0).json()["decisions"]]
    true = [act["ada"] for act in ask(faulty, page=1).json()["decisions"]]
    faulty.faults.ask("missing")
    late = [act["ada"] for act in ask(faulty, page=1).json()["decisions"]]
    assert late[:97] == true[3:]
    assert not set(first) & set(late)


def test_the_header_date_is_the_clock_of_the_simulator(faulty):
    assert ask(faulty).headers["Date"] == "Tue, 22 Sep 2026 09:00:00 GMT"


def test_a_fault_can_be_asked_for_one_path(faulty):
    faulty.faults.ask("server_error", path="/types")
    assert ask(faulty).status_code == 200
    assert requests.get(f"{faulty.base_url}/types", timeout=20).status_code == 500


def test_an_unknown_fault_names_those_that_exist(faulty):
    with pytest.raises(ValueError, match="wrong_echo"):
        faulty.faults.ask("nothing")


def test_faults_by_probability_repeat_with_the_seed():
    def statuses() -> list[int]:
        scenario = Scenario(Faults(server_error=0.3))
        with serve(Simulator(3, [ISLAND], start=START, now=NOW, scenario=scenario)) as server:
            return [ask(server, size=1).status_code for _ in range(30)]

    first = statuses()
    assert first == statuses()
    assert 2 < first.count(500) < 18


def test_probabilities_must_make_sense():
    with pytest.raises(ValueError, match="expected 0 to 1"):
        Faults(html=2)
    with pytest.raises(ValueError, match="more than 1"):
        Faults(html=0.6, reset=0.6)


def test_items_without_an_ada_stand_among_the_acts_when_switched_on():
    scenario = Scenario(broken_rate=0.02)
    world = Simulator(11, [ISLAND], start=START, now=NOW, scenario=scenario)
    with serve(world) as server:
        answer = ask(server, size=500, status="all").json()
    broken = [item for item in answer["decisions"] if not (item and item.get("ada"))]
    kinds = {None if item is None else "errorCode" in item for item in broken}
    assert kinds == {None, True, False}  # nothing, an error, an act without its number
    plain = Simulator(11, [ISLAND], start=START, now=NOW)
    assert list(world.truth("6296")) == list(plain.truth("6296"))


def test_every_scenario_can_be_started_and_an_unknown_one_not():
    for name in SCENARIOS:
        Simulator(1, [ISLAND], scenario=name, now=NOW)
    with pytest.raises(ValueError, match="plain"):
        Simulator(1, [ISLAND], scenario="none")


def test_the_program_serves_until_it_is_interrupted(tmp_path: Path):
    clock = tmp_path / "clock"
    clock.write_text("2026-09-22T12:00:00+03:00")
    arguments = ["simulate", "--org", "6296:5", "--start", "2026-01-01", "--clock", str(clock)]
    program = subprocess.Popen(
        [sys.executable, "-m", "ckanext.greekmunicipal.console", *arguments],
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    assert program.stdout is not None
    try:
        address, body, told = (program.stdout.readline().strip() for _ in range(3))
        bodies = requests.get(f"{address}/organizations.json", timeout=20).json()
        assert [body["label"] for body in bodies["organizations"]] == ["ΔΗΜΟΣ ΤΗΝΟΥ"]
        program.send_signal(signal.SIGINT)
        program.wait(timeout=10)
    finally:
        program.kill()
        program.stdout.close()
    assert program.returncode == 0
    assert "6296" in body
    assert "2026-09-22T12:00:00+03:00" in told


def test_the_program_serves_the_whole_country_and_tells_its_first_bodies():
    program = subprocess.Popen(
        [sys.executable, "-m", "ckanext.greekmunicipal.console", "simulate", "--size", "country"],
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    assert program.stdout is not None
    try:
        address = program.stdout.readline().strip()
        told = [program.stdout.readline() for _ in range(21)]
        bodies = requests.get(f"{address}/organizations.json", timeout=20).json()["organizations"]
    finally:
        program.kill()
        program.stdout.close()
        program.wait()
    assert sum(body["category"] == "MUNICIPALITY" for body in bodies) == 332
    assert f"{len(bodies)} bodies in all" in told[-1]


@pytest.mark.parametrize(
    "arguments",
    [["--org", "tinos:3"], ["--org", "6296:x"], ["--org", "6296", "--org", "6296:3"]],
)
def test_the_program_refuses_what_it_cannot_simulate(arguments):
    result = CliRunner().invoke(simulate, arguments)
    assert result.exit_code == 2
    assert "cannot start" in result.output
