"""The simulator's clock: real, standing still, or kept in a file that others move."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

ATHENS = ZoneInfo("Europe/Athens")
Clock = Callable[[], datetime]


class ClockError(ValueError):
    """The clock's file does not hold an instant."""


def real_clock() -> datetime:
    """The present instant, in Athens."""
    return datetime.now(ATHENS)


def standing_clock(instant: datetime | date) -> Clock:
    """A clock that always shows ``instant``.

    A date means the end of that day, so that the day's acts are there; an instant without an
    offset is one of Athens.
    """
    fixed = _aware(instant)
    return lambda: fixed


class FileClock:
    """A clock that reads its file at each question; made with ``start`` where it is absent.

    The file holds one ISO 8601 instant (``2026-09-22T10:00:00+03:00``) or date.
    """

    def __init__(self, path: Path, start: datetime | None = None) -> None:
        self.path = Path(path)
        if not self.path.exists():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.set(start or real_clock())

    def __call__(self) -> datetime:
        """The instant in the file.

        Raises:
            ClockError: the file is absent or holds something else.
        """
        try:
            text = self.path.read_text(encoding="utf-8").strip()
            return parse_instant(text)
        except (OSError, ValueError) as error:
            raise ClockError(
                f"The clock {self.path} cannot be read ({error}); it must hold one ISO instant "
                "such as 2026-09-22T10:00:00+03:00."
            ) from error

    def set(self, instant: datetime | date) -> None:
        """Move the clock; readers see the old instant or the new one, never half of it."""
        beside = self.path.with_name(self.path.name + ".new")
        beside.write_text(_aware(instant).isoformat() + "\n", encoding="utf-8")
        beside.replace(self.path)


def parse_instant(text: str) -> datetime:
    """An ISO instant or date as an aware instant of Athens (a date: its end)."""
    if len(text) == len("2026-09-22"):
        return _aware(date.fromisoformat(text))
    # Python 3.10 does not read the letter Z.
    return _aware(datetime.fromisoformat(text[:-1] + "+00:00" if text.endswith("Z") else text))


def _aware(instant: datetime | date) -> datetime:
    if not isinstance(instant, datetime):
        return datetime(instant.year, instant.month, instant.day, 23, 59, 59, tzinfo=ATHENS)
    if instant.tzinfo is None:
        return instant.replace(tzinfo=ATHENS)
    return instant.astimezone(ATHENS)


@lru_cache(maxsize=20_000)
def athens_midnight(day: int) -> int:
    """Start of the day with this proleptic ordinal in Athens, in milliseconds since 1970."""
    start = date.fromordinal(day)
    return milliseconds(datetime(start.year, start.month, start.day, tzinfo=ATHENS))


def utc_midnight(day: int) -> int:
    """Start of the day with this proleptic ordinal in UTC, in milliseconds since 1970."""
    return (day - 719_163) * 86_400_000


def milliseconds(instant: datetime) -> int:
    """Milliseconds since 1970 of an aware instant."""
    since = instant.astimezone(timezone.utc) - datetime(1970, 1, 1, tzinfo=timezone.utc)
    return since // timedelta(milliseconds=1)


def athens_day(instant_ms: int) -> int:
    """Proleptic ordinal of the day in Athens on which the instant falls."""
    guess = instant_ms // 86_400_000 + 719_163
    return guess + 1 if athens_midnight(guess + 1) <= instant_ms else guess
