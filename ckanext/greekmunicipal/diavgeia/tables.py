"""Reads the package's own data files, once each."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """Rows of ``data/<name>.csv`` as dictionaries, in the order of the file."""
    path = resources.files("ckanext.greekmunicipal.diavgeia") / "data" / f"{name}.csv"
    return tuple(csv.DictReader(path.read_text("utf-8").splitlines()))


@cache
def column(name: str, header: str) -> tuple[str, ...]:
    """One column of ``data/<name>.csv``, without its empty cells."""
    return tuple(row[header] for row in table(name) if row[header])
