"""Requests for lists and files: guarded, polite, bounded, tried again where that makes sense.

Addresses come from people and pages: each, and each that it redirects to, is refused when it leads
into a private network that the installation does not allow.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import hashlib
import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote_from_bytes, urlsplit

import requests
from urllib3.exceptions import HTTPError

from ckanext.greekmunicipal.diavgeia.throttle import Throttle
from ckanext.greekmunicipal.harvesters.budget_sources.documents import decoded, safe_name
from ckanext.greekmunicipal.harvesters.budget_sources.errors import SourceFailure, failure
from ckanext.greekmunicipal.quality.errors import FetchError
from ckanext.greekmunicipal.quality.fetching import Fetcher
from ckanext.greekmunicipal.tabular.grid import MAX_FILE

_CHUNK = 64 * 1024
_LIST_MOST = 8 * 1024 * 1024
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
_HTML = ("text/html", "application/xhtml+xml")
_PAGE_MARKS = (b"<!doctype html", b"<html", b"<head", b"<body")


@dataclass(frozen=True)
class Limits:
    """Bounds of a request.

    Attributes:
        seconds: for one try, from its first byte to its last, redirects included.
        most: bytes of a file.
        tries: how often a request is sent.
        pause: seconds of the first pause between tries; each next one is twice as long.
        longest_wait: longest Retry-After that is waited for, in seconds.
    """

    seconds: float = 300.0
    most: int = MAX_FILE
    tries: int = 3
    pause: float = 2.0
    longest_wait: float = 120.0


@dataclass(frozen=True)
class Page:
    """A list as it came.

    Attributes:
        address: where it was read, after redirects.
        content: its bytes.
        type: media type in lower case, without parameters.
        encoding: what the type says of it; None when nothing.
    """

    address: str
    content: bytes
    type: str
    encoding: str | None


@dataclass(frozen=True)
class File:
    """A file that was fetched, or that has not changed.

    Attributes:
        path: where it was written; None when it has not changed.
        sha256: of its content; empty when it has not changed.
        size: bytes.
        name: that the answer gives; empty when none.
        etag: what makes the next request conditional.
        last_modified: the same.
    """

    path: Path | None
    sha256: str = ""
    size: int = 0
    name: str = ""
    etag: str = ""
    last_modified: str = ""


class _Again(Exception):  # noqa: N818 - not an error yet: the request may be sent once more
    def __init__(self, failed: SourceFailure, wait: float | None = None) -> None:
        super().__init__(str(failed))
        self.failed, self.wait = failed, wait


class Web:
    """Asks for pages and files; one a thread.

    Args:
        throttle: waits before each request to a host.
        user_agent: introduces the harvester.
        allowed_hosts: hosts on private networks that may be asked.
        limits: bounds.
        sleep: waits for seconds.

    Attributes:
        requests: answers received so far, redirects not counted.
    """

    def __init__(
        self,
        *,
        throttle: Throttle,
        user_agent: str,
        allowed_hosts: frozenset[str] = frozenset(),
        limits: Limits | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.requests = 0
        self._limits = limits or Limits()
        self._sleep = sleep
        self._fetcher = Fetcher(
            user_agent=user_agent,
            throttle=throttle,
            allowed=lambda url: (urlsplit(url).hostname or "") in allowed_hosts,
        )

    def __enter__(self) -> Web:
        return self

    def __exit__(self, *_: object) -> None:
        self._fetcher.close()

    def page(self, url: str, *, most: int = _LIST_MOST) -> Page:
        """A list: web page, feed, answer of an API.

        Args:
            url: its address.
            most: greatest number of bytes.

        Raises:
            SourceFailure: it could not be had.
        """

        def read(answer: requests.Response, stopped: threading.Event) -> Page:
            _refuse_status(answer, url)
            content = bytearray()
            for chunk in _chunks(answer, url, most, stopped):
                content += chunk
            kind, encoding = _type(answer)
            return Page(answer.url, bytes(content), kind, encoding)

        return self._ask(url, {}, read)

    def file(self, url: str, place: Path, *, etag: str = "", last_modified: str = "") -> File:
        """A file, unless it is as it was.

        Args:
            url: its address.
            place: where it is written.
            etag: ``ETag`` of the content that is known; empty for none.
            last_modified: ``Last-Modified`` of the content that is known; empty for none.

        Raises:
            SourceFailure: it could not be had, is too large, is empty or is a web page.
        """
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        conditions = {name: value for name, value in conditions.items() if value}

        def read(answer: requests.Response, stopped: threading.Event) -> File:
            if answer.status_code == 304 and conditions:
                return File(None, etag=etag, last_modified=last_modified)
            _refuse_status(answer, url)
            with place.open("wb") as stream:
                sha256, size = self._write(answer, url, stream, stopped)
            return File(
                place,
                sha256,
                size,
                _given_name(answer),
                answer.headers.get("ETag", "")[:1000],
                answer.headers.get("Last-Modified", "")[:100],
            )

        return self._ask(url, conditions, read)

    def _write(
        self, answer: requests.Response, url: str, stream: BinaryIO, stopped: threading.Event
    ) -> tuple[str, int]:
        digest, size = hashlib.sha256(), 0
        for chunk in _chunks(answer, url, self._limits.most, stopped):
            if not size and _is_page(chunk, answer):
                raise failure("not-a-file", url=url)
            digest.update(chunk)
            size += len(chunk)
            stream.write(chunk)
        if not size:
            raise failure("empty", url=url)
        return digest.hexdigest(), size

    def _ask(self, url: str, headers: Mapping[str, str], read: Callable[..., Any]) -> Any:
        pause = self._limits.pause
        for attempt in range(1, self._limits.tries + 1):
            outcome = self._try(url, headers, read)
            if not isinstance(outcome, _Again):
                return outcome
            if attempt == self._limits.tries:
                raise outcome.failed from outcome
            # Jitter: workers that failed together must not come back together.
            wait = random.uniform(pause / 2, pause) if outcome.wait is None else outcome.wait  # noqa: S311
            self._sleep(wait)
            pause *= 2
        raise AssertionError("at least one try is made")

    def _try(self, url: str, headers: Mapping[str, str], read: Callable[..., Any]) -> Any:
        try:
            return self._once(url, headers, read)
        except _Again as again:
            return again

    def _once(self, url: str, headers: Mapping[str, str], read: Callable[..., Any]) -> Any:
        """One try, in a thread that can be left behind.

        Time-outs of a socket count from byte to byte; a server that drips would never meet them.
        """
        outcome: list[Any] = []
        failures: list[Exception] = []
        stopped = threading.Event()
        # What is packed on the way would be unpacked to an unknown size, and has another ETag.
        sent = {"Accept-Encoding": "identity", **headers}

        def ask() -> None:
            try:
                with self._fetcher.request("GET", url, sent) as answer:
                    self.requests += 1
                    self._refuse_busy(answer, url)
                    outcome.append(read(answer, stopped))
            except Exception as failed:  # noqa: BLE001 - raised below, where somebody listens
                failures.append(failed)

        asking = threading.Thread(target=ask, name=f"budget file {url[:60]}", daemon=True)
        asking.start()
        asking.join(self._limits.seconds)
        if asking.is_alive():
            stopped.set()
            raise failure("time-out", url=url, seconds=f"{self._limits.seconds:.0f}")
        if failures:
            raise _told(failures[0], url)
        return outcome[0]

    def _refuse_busy(self, answer: requests.Response, url: str) -> None:
        status = answer.status_code
        if status not in _BUSY:
            return
        wait = _retry_after(answer)
        if wait is not None and wait > self._limits.longest_wait:
            raise failure("wait", url=url, seconds=f"{wait:.0f}")
        raise _Again(failure("busy", url=url, status=status, tries=self._limits.tries), wait)


def _told(error: Exception, url: str) -> Exception:
    """What went wrong, in the words of this package."""
    if isinstance(error, FetchError):
        if error.reason in ("address", "redirect"):
            return failure(error.reason, url=url)
        return _Again(failure("connection", url=url, detail=error.reason))
    if isinstance(error, requests.RequestException | HTTPError | OSError):
        return _Again(failure("connection", url=url, detail=type(error).__name__))
    return error


def _refuse_status(answer: requests.Response, url: str) -> None:
    if answer.status_code != 200:
        raise failure("status", url=url, status=answer.status_code)


def _chunks(answer: requests.Response, url: str, most: int, stopped: threading.Event) -> Any:
    """Pieces of an answer as they come; a connection that breaks off early is an error."""
    size, raw = 0, answer.raw
    announced = answer.headers.get("Content-Length", "")
    if announced.isdecimal() and int(announced) > most:
        raise failure("too-large", url=url, most=most)
    while chunk := raw.read1(_CHUNK, decode_content=True):
        size += len(chunk)
        if size > most:
            raise failure("too-large", url=url, most=most)
        if stopped.is_set():
            return
        yield chunk
    packed = answer.headers.get("Content-Encoding", "identity") != "identity"
    if announced.isdecimal() and not packed and size < int(announced):
        raise requests.ConnectionError(f"{size} of {announced} bytes came")


def _is_page(start: bytes, answer: requests.Response) -> bool:
    """Whether it begins as a web page: servers give one, with status 200, for what they lost."""
    head = start[:2048].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if head.startswith(b"<?xml"):
        head = head.partition(b"?>")[2].lstrip()
    return head.startswith(_PAGE_MARKS) or (_type(answer)[0] in _HTML and head.startswith(b"<"))


def _type(answer: requests.Response) -> tuple[str, str | None]:
    message = Message()
    message["Content-Type"] = answer.headers.get("Content-Type", "")
    return message.get_content_type().lower(), message.get_content_charset()


def _given_name(answer: requests.Response) -> str:
    """Name in ``Content-Disposition`` (RFC 6266), also where it is raw bytes or percent-encoded."""
    message = Message()
    message["Content-Disposition"] = answer.headers.get("Content-Disposition", "")
    name = message.get_filename() or ""
    # Headers come as Latin-1, whatever they were.
    raw = name.encode("latin-1", "ignore").decode("latin-1")
    if raw == name and not name.isascii():
        name = decoded(quote_from_bytes(name.encode("latin-1")))
    elif "%" in name:
        name = decoded(name)
    return safe_name(name) if name else ""


def _retry_after(answer: requests.Response) -> float | None:
    """Seconds that the server asks to wait: a number or a date (RFC 9110, 10.2.3)."""
    value = answer.headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return float(value)
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.timezone.utc)
    return max(0.0, (moment - dt.datetime.now(dt.timezone.utc)).total_seconds())
