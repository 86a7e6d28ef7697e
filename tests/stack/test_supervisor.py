from __future__ import annotations

import os
import signal
import sys
import time

import pytest

from stack import processes, supervisor

pytestmark = pytest.mark.usefixtures("home")


def wait_until_dead(known: processes.Identity) -> None:
    deadline = time.monotonic() + 5
    while processes.is_alive(known) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not processes.is_alive(known)


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch):
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    monkeypatch.setattr(supervisor, "WORKERS", {"harvest-fetch": command})
    yield supervisor.Worker("harvest-fetch")
    processes.stop("harvest-fetch")


def test_a_consumer_that_died_is_started_again(worker: supervisor.Worker):
    worker.look_after()
    first = processes.recorded("harvest-fetch")
    assert first is not None
    os.kill(first.pid, signal.SIGKILL)
    wait_until_dead(first)
    worker.started -= 60  # it lived for a minute
    worker.look_after()
    second = processes.recorded("harvest-fetch")
    assert processes.is_running("harvest-fetch")
    assert second != first


def test_a_consumer_that_dies_at_once_is_given_a_pause(worker: supervisor.Worker):
    worker.look_after()
    first = processes.recorded("harvest-fetch")
    assert first is not None
    os.kill(first.pid, signal.SIGKILL)
    wait_until_dead(first)
    worker.look_after()
    assert not processes.is_running("harvest-fetch"), "not within the same second"
    worker.started -= 2
    worker.look_after()
    assert processes.is_running("harvest-fetch")
    assert worker.wait > 1, "and the next pause is longer"


def test_a_consumer_that_lives_is_left_alone(worker: supervisor.Worker):
    worker.look_after()
    first = processes.recorded("harvest-fetch")
    worker.look_after()
    assert processes.recorded("harvest-fetch") == first
