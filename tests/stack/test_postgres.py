from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from stack import StackError, postgres


@pytest.fixture
def data(home: Path) -> Path:
    folder = home / "postgres"
    folder.mkdir()
    (home / "postgres.json").write_text(json.dumps({"data": str(folder), "id": "abc"}))
    return folder


def test_a_stale_pid_file_that_names_a_strangers_process_is_no_server(data: Path):
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n")
    assert postgres.server() is None


def test_a_stale_pid_file_of_a_process_that_is_gone_is_no_server(data: Path):
    (data / "postmaster.pid").write_text(f"{2**22 + 1}\n{data}\n")
    assert postgres.server() is None


def test_a_process_in_our_data_folder_is_our_server(data: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(data)
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n")
    found = postgres.server()
    assert found is not None
    assert found.pid == os.getpid()


@pytest.mark.parametrize("text", ["", "\n", "none\n"])
def test_a_half_written_pid_file_is_no_server(data: Path, text: str):
    (data / "postmaster.pid").write_text(text)
    assert postgres.server() is None


def test_stopping_when_nothing_runs_touches_nothing(data: Path):
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n")
    assert not postgres.stop()


def test_without_a_cluster_the_message_says_what_creates_it(home: Path):
    with pytest.raises(StackError, match="make up"):
        postgres.cluster_id()


def test_removing_removes_the_data_and_their_record(data: Path, home: Path):
    postgres.remove()
    assert not data.exists()
    assert not (home / "postgres.json").exists()
