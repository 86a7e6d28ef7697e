"""Whether an address answers, asked politely.

HEAD is sent first. Many servers refuse or mistreat it, so that anything but a good answer is asked
again with GET for the first byte, whose content is left unread.
"""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass

from ckanext.greekmunicipal.quality.errors import FetchError
from ckanext.greekmunicipal.quality.fetching import Fetcher

# A good answer is believed for so long; a bad one is asked again sooner, since it may pass.
BELIEVED = dt.timedelta(days=7)
DOUBTED = dt.timedelta(days=1)
# Seconds for one request with all its redirects, waiting for the turn of its host included.
DEADLINE = 90.0
_GOOD = range(200, 300)
_NOT_SATISFIABLE = 416


@dataclass(frozen=True)
class LinkCheck:
    """What came of asking an address.

    Attributes:
        url: the address.
        checked_at: when, in UTC.
        status: HTTP status of the last answer; None if there was none.
        error: why there was none: ``address``, ``time-out``, ``connection`` or ``redirect``.
        method: with which method the status was given.
    """

    url: str
    checked_at: dt.datetime
    status: int | None
    error: str | None
    method: str

    @property
    def answers(self) -> bool:
        """Whether the address answers as data.europa.eu asks: with 200 to 299."""
        return self.status is not None and self.status in _GOOD

    def is_due(self, now: dt.datetime) -> bool:
        """Whether it is time to ask again."""
        return now - self.checked_at >= (BELIEVED if self.answers else DOUBTED)


def check(url: str, fetcher: Fetcher) -> LinkCheck:
    """Ask an address whether it answers; never raises for what the address does."""
    outcome = _ask("HEAD", url, fetcher, {})
    if not outcome.answers and outcome.error != "address":
        outcome = _ask("GET", url, fetcher, {"Range": "bytes=0-0"})
        if outcome.status == _NOT_SATISFIABLE:
            # An empty file has no first byte.
            outcome = _ask("GET", url, fetcher, {})
    return outcome


def _ask(method: str, url: str, fetcher: Fetcher, headers: dict[str, str]) -> LinkCheck:
    """Ask once; a server that drips its answer byte by byte is not waited for."""
    outcome: list[tuple[int | None, str | None]] = []
    failures: list[Exception] = []

    def ask() -> None:
        try:
            with fetcher.request(method, url, headers) as answer:
                outcome.append((answer.status_code, None))
        except FetchError as failed:
            outcome.append((None, failed.reason))
        except Exception as failure:  # noqa: BLE001 - raised below, where somebody listens
            failures.append(failure)

    # Time-outs of a socket count from byte to byte; only a thread can be left behind.
    asking = threading.Thread(target=ask, name=f"link {url[:60]}", daemon=True)
    asking.start()
    asking.join(DEADLINE)
    for failure in failures:
        raise failure
    status, error = outcome[0] if outcome else (None, "time-out")
    return LinkCheck(url, dt.datetime.now(dt.timezone.utc), status, error, method)
