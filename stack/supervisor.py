"""Keeps the harvest processes alive: those that die are started again.

Runs as a process of its own (``python3 -m stack.supervisor``), so that they
live as long as the demo, whatever the main job does.
"""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

from stack import StackError, paths, processes, say

NAME = "supervisor"

# Seconds between two runs of ``harvester run``: a finished job is seen that late.
HARVEST_RUN_EVERY = 15

WORKERS: dict[str, list[str | Path]] = {
    "harvest-gather": [paths.CKAN, "-c", paths.CKAN_INI, "harvester", "gather-consumer"],
    "harvest-fetch": [paths.CKAN, "-c", paths.CKAN_INI, "harvester", "fetch-consumer"],
    "harvest-run": [paths.PYTHON, "-m", "stack.harvest_clock", str(HARVEST_RUN_EVERY)],
}

# A worker that ends sooner than this after its start waits before the next one.
_SOON = 10.0
_LONGEST_WAIT = 60.0


def _environment() -> dict[str, str]:
    return {"CKAN_INI": str(paths.CKAN_INI)}


class Worker:
    """One process and when it may be started again."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.started = 0.0
        self.wait = 1.0

    def look_after(self) -> None:
        """Start the process if it does not run and its pause is over."""
        if processes.is_running(self.name):
            return
        now = time.monotonic()
        if self.started:
            lived = now - self.started
            if lived < self.wait:
                return
            say(f"{self.name} ended and is started again")
            self.wait = min(self.wait * 2, _LONGEST_WAIT) if lived < _SOON + self.wait else 1.0
        self.started = now
        try:
            processes.start(self.name, WORKERS[self.name], env=_environment())
        except StackError as error:
            say(str(error))


def start() -> None:
    """Start the supervisor afresh, and with it the harvest processes.

    Workers that a killed supervisor left behind are stopped first: they may
    still run the code of yesterday.
    """
    stop()
    processes.start(NAME, [sys.executable, "-m", "stack.supervisor"])
    processes.wait_until(NAME, lambda: all(map(processes.is_running, WORKERS)), 60)
    say("harvest: gather and fetch consumers are running")


def stop() -> None:
    """Stop the supervisor and the harvest processes."""
    # First the one that would start the others again.
    for name in (NAME, *WORKERS):
        processes.stop(name)


def main() -> None:
    """Watch until told to stop; then stop the workers."""
    ending = False

    def end(*_: object) -> None:
        nonlocal ending
        ending = True

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    workers = [Worker(name) for name in WORKERS]
    while not ending:
        for worker in workers:
            worker.look_after()
        time.sleep(1)
    for worker in workers:
        processes.stop(worker.name)


if __name__ == "__main__":
    if not paths.CKAN_INI.exists():
        sys.exit(f"{paths.CKAN_INI} is not there: make up writes it.")
    main()
