"""Reads each file named on the command line in a process of its own, and tells what that took.

One line of JSON a file: ``read`` (number of lines) or ``refused`` (message) or ``broke`` (any other
exception), ``seconds``, and ``megabytes`` that the process and its child had at most.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time
from pathlib import Path

from ckanext.greekmunicipal.budgets import UnreadableBudget, read_budget

# Longer than any bound of the tests: what takes longer is ended, and tells nothing.
_SECONDS = 140


def outcome(path: Path) -> dict[str, object]:
    """What came of reading one file."""
    try:
        budget = read_budget([path])
    except UnreadableBudget as error:
        return {"refused": str(error)}
    except BaseException as error:  # noqa: BLE001 - told, not hidden
        return {"broke": repr(error)[:500]}
    labels = [line.label for line in budget.lines][:50]
    errors = sorted({found.rule for found in budget.findings if found.level == "error"})
    return {"read": len(budget.lines), "labels": labels, "errors": errors}


def peak() -> float:
    """Megabytes that this process and its child had at most, added up."""
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(resource.getrusage(each).ru_maxrss for each in who) / 1024


def main() -> None:
    """Fork for each file, so that each peak is its own."""
    for name in sys.argv[1:]:
        if pid := os.fork():
            os.waitpid(pid, 0)
            continue
        signal.alarm(_SECONDS)
        started = time.monotonic()
        told = outcome(Path(name))
        told |= {"seconds": time.monotonic() - started, "megabytes": peak()}
        print(json.dumps({"file": Path(name).name, **told}), flush=True)  # noqa: T201
        os._exit(0)


if __name__ == "__main__":
    main()
