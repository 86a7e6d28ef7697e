"""The commitments that a dataset can serve, as data in ``indicators.csv``."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True)
class Indicator:
    """One commitment: what a municipality promises to keep open.

    Attributes:
        id: stable key, used in the field ``indicator`` of datasets.
        label_el: Greek label.
        label_en: English label.
        theme: code of the EU data theme its datasets usually have.
        frequency: code of the EU frequency with which they are due, or empty.
    """

    id: str
    label_el: str
    label_en: str
    theme: str
    frequency: str


@lru_cache(maxsize=1)
def indicators() -> tuple[Indicator, ...]:
    """All indicators in the order in which they are shown."""
    text = (files("ckanext.greekmunicipal.quality") / "indicators.csv").read_text(encoding="utf-8")
    return tuple(Indicator(**row) for row in csv.DictReader(text.splitlines()))
