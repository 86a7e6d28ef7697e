"""``python -m bench.budget_memory FILE``: the most megabytes that reading one budget takes."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

from ckanext.greekmunicipal.budgets import read_budget


def main() -> None:
    """Read the file and print the peaks of this process and its child, added up."""
    read_budget([Path(sys.argv[1])])
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    # Kilobytes on Linux. The peaks need not fall together: this is the worst case.
    sys.stdout.write(f"{sum(resource.getrusage(each).ru_maxrss for each in who) / 1024:.1f}\n")


if __name__ == "__main__":
    main()
