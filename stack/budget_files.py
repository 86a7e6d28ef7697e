"""Invents the budget files of the demo; runs in the virtual environment.

``python -m stack.budget_files FOLDER SLUG…`` writes into ``FOLDER/SLUG`` what an
accounting system might have exported: another format and encoding for each
municipality. Files that are there stay as they are.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

from ckanext.greekmunicipal.budgets.generator import write_budget
from ckanext.greekmunicipal.municipalities import by_slug

SEED = 1
# Year, end of the period (None for the voted budget of a year).
BUDGETS = ((2024, None), (2025, None), (2026, dt.date(2026, 9, 30)))
LOOKS = (("csv", "cp1253"), ("xlsx", "utf-8"), ("csv", "utf-16"))


def write(folder: Path, slugs: list[str]) -> None:
    """Write the files of each municipality that has none yet."""
    for number, slug in enumerate(slugs):
        place = folder / slug
        if place.exists() and any(place.iterdir()):
            continue
        place.mkdir(parents=True, exist_ok=True)
        form, encoding = LOOKS[number % len(LOOKS)]
        for year, period_end in BUDGETS:
            write_budget(
                place,
                municipality=by_slug(slug),
                year=year,
                seed=SEED,
                form=form,
                encoding=encoding,
                period_end=period_end,
            )


if __name__ == "__main__":
    write(Path(sys.argv[1]), sys.argv[2:])
