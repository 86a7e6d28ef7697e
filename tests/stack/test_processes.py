from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from stack import StackError, paths, processes

pytestmark = pytest.mark.usefixtures("home")

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def wait_for(path: Path) -> str:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if path.exists() and path.read_text().endswith("\n"):
            return path.read_text().strip()
        time.sleep(0.02)
    raise AssertionError(f"{path} was not written")


def test_a_started_process_is_found_again_and_stopped():
    known = processes.start("sleeper", SLEEP)
    assert processes.is_running("sleeper")
    assert processes.recorded("sleeper") == known
    assert processes.stop("sleeper")
    assert not processes.is_alive(known)
    assert not processes.stop("sleeper")


def test_a_process_id_that_was_given_to_a_stranger_is_never_signalled():
    stranger = subprocess.Popen(SLEEP, start_new_session=True)
    try:
        known = processes.identity(stranger.pid)
        assert known is not None
        record = {"pid": known.pid, "started": known.started - 1, "boot": known.boot}
        (paths.RUN / "redis.json").write_text(json.dumps(record))
        assert not processes.is_running("redis")
        assert not processes.stop("redis")
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_record_of_an_earlier_boot_does_not_count():
    known = processes.identity(os.getpid())
    assert known is not None
    record = {"pid": known.pid, "started": known.started, "boot": "an-earlier-one"}
    (paths.RUN / "redis.json").write_text(json.dumps(record))
    assert not processes.is_running("redis")


@pytest.mark.parametrize("text", ["", "{", "{}", '{"pid": "x", "started": 1, "boot": ""}'])
def test_a_damaged_record_means_that_nothing_runs(text: str):
    (paths.RUN / "redis.json").write_text(text)
    assert processes.recorded("redis") is None
    assert not processes.stop("redis")


def test_a_process_killed_hard_counts_as_gone_before_it_is_waited_for():
    child = subprocess.Popen(SLEEP)
    known = processes.identity(child.pid)
    os.kill(child.pid, signal.SIGKILL)
    deadline = time.monotonic() + 5
    while processes.is_alive(known) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert Path(f"/proc/{child.pid}").exists(), "still a zombie"
    assert not processes.is_alive(known)
    child.wait()


def test_stopping_ends_the_children_too(tmp_path: Path):
    code = (
        "import subprocess, sys, time\n"
        f"child = subprocess.Popen({SLEEP!r})\n"
        f"open({str(tmp_path / 'pid')!r}, 'w').write(f'{{child.pid}}\\n')\n"
        "time.sleep(60)"
    )
    processes.start("parent", python(code))
    child = processes.identity(int(wait_for(tmp_path / "pid")))
    assert processes.is_alive(child)
    processes.stop("parent")
    deadline = time.monotonic() + 5
    while processes.is_alive(child) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not processes.is_alive(child)


def test_a_process_that_does_not_listen_is_killed(tmp_path: Path):
    code = (
        "import signal, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"open({str(tmp_path / 'deaf')!r}, 'w').write('yes\\n')\n"
        "time.sleep(60)"
    )
    known = processes.start("deaf", python(code))
    wait_for(tmp_path / "deaf")
    assert processes.stop("deaf", seconds=0.3)
    assert not processes.is_alive(known)


def test_a_process_that_ends_while_starting_is_reported_with_its_last_words():
    processes.start("short", python("import sys; sys.exit('no such core')"))
    with pytest.raises(StackError, match="no such core"):
        processes.wait_until("short", lambda: False, 10)


def test_a_program_that_is_not_there_is_named():
    with pytest.raises(StackError, match="/no/such/program"):
        processes.start("absent", ["/no/such/program"])


def test_a_log_that_grew_too_long_is_set_aside(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(processes, "LONGEST_LOG", 10)
    log = paths.LOGS / "sleeper.log"
    log.write_text("many words of yesterday\n")
    processes.start("sleeper", SLEEP)
    processes.stop("sleeper")
    assert log.read_text() == ""
    assert log.with_suffix(".old.log").read_text() == "many words of yesterday\n"
