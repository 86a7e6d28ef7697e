"""The Diavgeia simulator as a process of the stack."""

from __future__ import annotations

import socket

from stack import paths, ports, processes, say

NAME = "simulator"
SEED = 1
START = "2026-01-01"

# The simulated day; it stands still until the file is changed.
CLOCK = paths.HOME / "simulator" / "clock"
FIRST_DAY = "2026-11-20T12:00:00+02:00"


def _listens(port: int) -> bool:
    try:
        with socket.create_connection((ports.HOST, port), timeout=1):
            return True
    except OSError:
        return False


def start() -> str:
    """Start the simulator unless it runs; return its address.

    Raises:
        StackError: it did not start.
    """
    if not (processes.is_running(NAME) and _listens(ports.remembered()[NAME])):
        processes.stop(NAME)
        port = ports.choose(NAME)
        CLOCK.parent.mkdir(mode=0o700, exist_ok=True)
        if not CLOCK.exists():
            CLOCK.write_text(FIRST_DAY + "\n", encoding="utf-8")
        processes.start(
            NAME,
            [
                *(paths.GREEKMUNICIPAL, "simulate", "--port", str(port)),
                *("--seed", str(SEED), "--start", START, "--clock", CLOCK),
            ],
        )
        processes.wait_until(NAME, lambda: _listens(port), 60)
        say(f"simulator: a Diavgeia with invented acts on {ports.HOST}:{port}")
    return url()


def url() -> str:
    """Return the address of the simulated API, in the form of the real one's."""
    return f"http://{ports.HOST}:{ports.remembered()[NAME]}/opendata"


def stop() -> bool:
    """Stop the simulator; True if it ran."""
    return processes.stop(NAME)
