"""Instants of Greek registers as dates and times of Athens."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

ATHENS = ZoneInfo("Europe/Athens")

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)


def athens_datetime(milliseconds: int) -> dt.datetime:
    """Instant given as milliseconds since 1970-01-01T00:00Z, as aware time of Europe/Athens.

    Raises:
        OverflowError: the instant is outside the years 1 to 9999.
    """
    return (_EPOCH + dt.timedelta(milliseconds=milliseconds)).astimezone(ATHENS)


def athens_date(milliseconds: int) -> dt.date:
    """Date in Athens of an instant given as milliseconds since 1970-01-01T00:00Z.

    Diavgeia stores a date as midnight of Athens, that is 21:00Z or 22:00Z of the day before:
    the date in UTC would be one day early.

    Raises:
        OverflowError: the instant is outside the years 1 to 9999.
    """
    return athens_datetime(milliseconds).date()
