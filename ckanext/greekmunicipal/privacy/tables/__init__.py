"""The package's own data files, read once each."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """Rows of ``<name>.csv`` as dictionaries, in the order of the file."""
    path = resources.files(__name__) / f"{name}.csv"
    return tuple(csv.DictReader(path.read_text("utf-8").splitlines()))
