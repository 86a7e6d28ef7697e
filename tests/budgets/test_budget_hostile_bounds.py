"""Each hostile file ends in a clear message, or is read for what it is: in bounded time and memory."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hostile_files import SECRET, Hostile, hostile

CASES = tuple(hostile("file:///the-secret"))
READER = Path(__file__).with_name("bounded_reader.py")


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What came of all files; a lean process reads them, each in a fork."""
    folder = tmp_path_factory.mktemp("hostile")
    secret = folder / "secret.txt"
    secret.write_text(SECRET, encoding="utf-8")
    paths = []
    for case in hostile(secret.as_uri()):
        path = folder / case.name
        path.write_bytes(case.make())
        paths.append(str(path))
    done = subprocess.run(
        [sys.executable, str(READER), *paths], capture_output=True, check=True, timeout=400
    )
    told = [json.loads(line) for line in done.stdout.splitlines()]
    return {one["file"]: one for one in told}


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_hostile_file_ends_in_a_message_within_its_bounds(
    case: Hostile, outcomes: dict[str, dict[str, Any]]
) -> None:
    assert case.name in outcomes, "the process that read it died"
    found = outcomes[case.name]
    assert "broke" not in found, found
    assert SECRET not in json.dumps(found)
    if "refused" in found:
        assert case.message, f"it is no bad file: {found['refused']}"
        message = found["refused"]
        assert re.search(case.message, message), message
        assert message.startswith(case.name)
        assert "Expected:" in message
        assert len(message) < 1000
    else:
        assert case.may_be_read or not case.message, found
    assert found["seconds"] < case.seconds, found
    assert found["megabytes"] < case.megabytes, found
