"""``python -m bench.budget_memory FILE``: the most megabytes that reading one budget takes."""

from __future__ import annotations

import re
import resource
import sys
from pathlib import Path

from ckanext.greekmunicipal.budgets import read_budget


def main() -> None:
    """Read the file and print the peaks of this process and its child, added up."""
    read_budget([Path(sys.argv[1])])
    # Not ru_maxrss, which a new process inherits from the one that started it.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    own = int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0])
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    sys.stdout.write(f"{(own + child) / 1024:.1f}\n")


if __name__ == "__main__":
    main()
