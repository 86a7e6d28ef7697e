"""Fiscal year and end of the period: from the content, else the file's name, else as given."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from ckanext.greekmunicipal.budgets.tables import read_table
from ckanext.greekmunicipal.greek import fold

_PATTERNS = tuple((re.compile(row["pattern"]), row["gives"]) for row in read_table("periods"))
# Lines that date the print or the decision and not the figures.
_OTHER_DATES = re.compile(r"εκτυπωσ|εκδοσησ|ημ/?νια|ημερομηνια|αριθ|πρωτ|φεκ|ν\. ?\d|ωρα")
_MONTHS = ("ιανουαρι", "φεβρουαρι", "μαρτι", "απριλι", "μαι", "ιουνι", "ιουλι", "αυγουστ",
           "σεπτεμβρι", "οκτωβρι", "νοεμβρι", "δεκεμβρι")  # fmt: skip
_DATE_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d\d)[_.\-]?(0[1-9]|1[0-2])[_.\-]?([0-3]\d)(?!\d)")
_DAY_FIRST_IN_NAME = re.compile(r"(?<!\d)([0-3]\d)[_.\-](0[1-9]|1[0-2])[_.\-]((?:19|20)\d\d)(?!\d)")
_YEAR_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")


@dataclass(frozen=True)
class Period:
    """Fiscal year and last day of the figures; None where unknown."""

    fiscal_year: int | None = None
    period_end: dt.date | None = None


def from_notes(notes: list[tuple[int, str]]) -> Period:
    """Year and period that the titles of a file state.

    Several years or ends that contradict each other are no answer: then None.
    """
    years: list[int] = []
    ends: list[dt.date] = []
    for _row, text in notes:
        folded = " ".join(fold(text).split())
        if _OTHER_DATES.search(folded) and "ετοσ" not in folded:
            continue
        for pattern, gives in _PATTERNS:
            for match in pattern.finditer(folded):
                parts = match.groupdict()
                if gives == "fiscal_year":
                    years.append(int(parts["year"]))
                elif (end := _date(parts)) is not None:
                    ends.append(end)
    end = ends[0] if len(set(ends)) == 1 else None
    if len(set(years)) == 1:
        return Period(years[0], end)
    if not years and end is not None:
        return Period(end.year, end)
    return Period(None, end)


def from_name(name: str) -> Period:
    """Year and period that a file's name shows («Expenses_2016_04_01_22.54.csv»)."""
    dates = set()
    for year, month, day in _DATE_IN_NAME.findall(name):
        dates.add((year, month, day))
    for day, month, year in _DAY_FIRST_IN_NAME.findall(name):
        dates.add((year, month, day))
    if len(dates) == 1:
        year, month, day = map(int, dates.pop())
        try:
            end = dt.date(year, month, day)
        except ValueError:
            return Period()
        return Period(end.year, end)
    years = {int(year) for year in _YEAR_IN_NAME.findall(name)}
    return Period(years.pop()) if len(years) == 1 else Period()


def _date(parts: dict[str, str | None]) -> dt.date | None:
    year = int(parts.get("year") or 0)
    name = parts.get("month_name")
    month = _MONTHS.index(name) + 1 if name else int(parts.get("month") or 0)
    if not 1 <= month <= 12 or not 1900 <= year <= 2100:
        return None
    last = calendar.monthrange(year, month)[1]
    day = int(parts.get("day") or last)
    return dt.date(year, month, day) if 1 <= day <= last else None
