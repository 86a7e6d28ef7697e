"""``make test`` and its longer brothers."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import time

from stack import ckan, documents, lifecycle, locks, paths, say, slots, system
from stack.slots import Slot

_BIN = paths.VENV / "bin"

STATIC: tuple[tuple[str, list[str]], ...] = (
    ("ruff check", [str(_BIN / "ruff"), "check", "."]),
    ("ruff format", [str(_BIN / "ruff"), "format", "--check", "."]),
    ("pyright", [str(_BIN / "pyright")]),
)

# Longer than any test should take: a hanging one is named instead of waited for.
PYTEST = [str(paths.PYTHON), "-m", "pytest", "--ckan-ini=test.ini", "--timeout=300"]
# A file stays in one slot, since its tests share what they filled.
IN_TWO_SLOTS = ["-n", str(slots.DEFAULT), "--dist", "loadfile"]


def _environment() -> dict[str, str]:
    # pyright looks for newer versions of itself at each run otherwise.
    return ckan.clean_environment() | {"PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}


def _passes(name: str, argv: list[str]) -> bool:
    started = time.monotonic()
    done = subprocess.run(argv, cwd=paths.ROOT, check=False, env=_environment())
    verdict = "ok" if done.returncode == 0 else f"FAILED (exit code {done.returncode})"
    say(f"{name}: {verdict}, {time.monotonic() - started:.0f} s")
    return done.returncode == 0


def _pytest(marker: str) -> bool:
    arguments = shlex.split(os.environ.get("ARGS", ""))
    say(f"pytest: {' '.join(arguments) or 'all tests'}")
    argv = [*PYTEST, *IN_TWO_SLOTS, "-m", marker, *arguments]
    return subprocess.run(argv, cwd=paths.ROOT, check=False, env=_environment()).returncode == 0


def test() -> int:
    """Run ruff, pyright and all tests but the soak; 1 if anything failed."""
    system.ensure(system.BROWSER)
    lifecycle.up()
    failed = [name for name, argv in STATIC if not _passes(name, argv)]
    if not _pytest("not soak"):
        failed.append("pytest")
    if failed:
        say(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


def soak() -> int:
    """Run the tests that take minutes; 1 if one failed."""
    system.ensure(system.BROWSER)
    lifecycle.up()
    return 0 if _pytest("soak") else 1


def bench() -> int:
    """Run the benchmarks; ARGS names those wanted."""
    lifecycle.up()
    arguments = shlex.split(os.environ.get("ARGS", ""))
    environment = _environment() | {"CKAN_INI": str(Slot(1).services_ini)}
    with locks.only_one(Slot(1).lock):
        # After Ctrl-C it removes what it made; run() would kill it meanwhile.
        signal.signal(signal.SIGINT, lambda *_: None)
        return subprocess.run(
            [str(paths.PYTHON), "-m", "bench", *arguments],
            cwd=paths.ROOT,
            check=False,
            env=environment,
        ).returncode


def docs() -> int:
    """Check the documents; 1 if a link leads nowhere or the README is malformed."""
    problems = documents.problems()
    for problem in problems:
        say(problem)
    say(f"docs: {len(documents.files())} files, {len(problems)} problems")
    return 1 if problems else 0
