from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from stack import locks, paths, stamps

pytestmark = pytest.mark.usefixtures("home")


def test_a_step_is_done_again_when_one_of_its_files_changed(tmp_path: Path):
    file = tmp_path / "pom.xml"
    file.write_text("9.10.1")
    stamps.write("jars", stamps.digest([file]))
    assert stamps.is_fresh("jars", stamps.digest([file]))
    file.write_text("9.10.2")
    assert not stamps.is_fresh("jars", stamps.digest([file]))


def test_an_absent_file_differs_from_an_empty_one(tmp_path: Path):
    file = tmp_path / "schema.xml"
    absent = stamps.digest([file])
    file.touch()
    assert stamps.digest([file]) != absent


def test_parts_do_not_run_into_each_other():
    assert stamps.digest(["ab", "c"]) != stamps.digest(["a", "bc"])


def test_two_runs_wait_for_each_other_and_a_killed_one_holds_nothing():
    code = (
        "import sys, time, pathlib\n"
        "from stack import locks, paths\n"
        f"paths.HOME = pathlib.Path({str(paths.HOME)!r})\n"
        f"paths.RUN = pathlib.Path({str(paths.RUN)!r})\n"
        "with locks.only_one('up'):\n"
        "    print('held', flush=True)\n"
        "    time.sleep(60)\n"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code], cwd=paths.ROOT, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(subprocess.TimeoutExpired):
        subprocess.run([sys.executable, "-c", code], cwd=paths.ROOT, timeout=1, check=False)
    holder.kill()
    holder.wait()
    with locks.only_one("up"):
        pass
