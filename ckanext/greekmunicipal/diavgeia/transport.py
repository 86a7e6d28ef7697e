"""One GET that gives JSON, or says why not: bounded, retried, polite, on allowed hosts only."""

from __future__ import annotations

import datetime as dt
import email.utils
import json
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies

from ckanext.greekmunicipal.diavgeia import decoding
from ckanext.greekmunicipal.diavgeia.addresses import (
    PublicOnlyAdapter,
    is_loopback_url,
    refuse_private,
)
from ckanext.greekmunicipal.diavgeia.errors import AddressRefused, NotFound, RequestFailed
from ckanext.greekmunicipal.diavgeia.throttle import Throttle

_CHUNK = 64 * 1024
_REDIRECTS = 3


@dataclass(frozen=True)
class Limits:
    """Bounds of a request.

    Attributes:
        timeout: seconds to connect, seconds between two pieces of the answer.
        deadline: seconds for the whole answer; a server that drips is not waited for.
        max_bytes: size of the unpacked answer.
        tries: how often a request is sent before it is given up.
        first_pause: seconds of the first pause between tries; each next one is twice as long.
        longest_pause: bound of a pause in seconds, of Retry-After too.
    """

    timeout: tuple[float, float] = (10.0, 90.0)
    deadline: float = 300.0
    max_bytes: int = 64 * 1024 * 1024
    tries: int = 6
    first_pause: float = 2.0
    longest_pause: float = 300.0


class _Again(Exception):  # noqa: N818 - not an error yet: the request may be sent once more
    def __init__(self, failure: RequestFailed, pause: float | None = None) -> None:
        super().__init__(str(failure))
        self.failure = failure
        self.pause = pause


class Transport:
    """Reads JSON from one base address.

    Attributes:
        requests: requests sent so far, for the report of a run.
        source_time: the clock of the source at its last answer, from the header ``Date``.
    """

    def __init__(
        self,
        base_url: str,
        *,
        throttle: Throttle,
        user_agent: str,
        limits: Limits,
        allow_private: bool = False,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
            raise AddressRefused(
                "address", f"«{base_url}» is no base address: expected https://host/path."
            )
        if parts.scheme == "http" and not allow_private:
            raise AddressRefused(
                "address",
                f"{base_url} is not https. Plain http is for the simulator or a mirror of yours:"
                " allow private addresses for it.",
            )
        self.base_url = base_url.rstrip("/")
        self.host = parts.hostname
        self.requests = 0
        self.source_time: dt.datetime | None = None
        self._throttle = throttle
        self._limits = limits
        self._allow_private = allow_private
        self._sleep = sleep
        self._session = requests.Session()
        self._session.headers.update({"User-Agent": user_agent, "Accept": "application/json"})
        adapter = HTTPAdapter if allow_private else PublicOnlyAdapter
        self._session.mount("https://", adapter())
        self._session.mount("http://", adapter())
        if is_loopback_url(base_url):
            self._session.trust_env = False

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def get_json(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        decode: Callable[[bytes], Any] = decoding.any_json,
    ) -> Any:
        """The decoded JSON under ``path``; numbers with a point are Decimal.

        Args:
            path: below the base address.
            params: of the query.
            decode: makes the value of the answer's bytes; ValueError if they are none.

        Raises:
            RequestFailed: no usable answer after all tries.
        """
        address = f"{self.base_url}/{path.lstrip('/')}"
        pause = self._limits.first_pause
        for attempt in range(1, self._limits.tries + 1):
            outcome = self._try(address, params, decode)
            if not isinstance(outcome, _Again):
                return outcome
            if attempt == self._limits.tries:
                raise RequestFailed(
                    outcome.failure.reason, f"{outcome.failure} Given up after {attempt} tries."
                ) from outcome
            # Jitter: workers that failed together must not come back together.
            wait = random.uniform(pause / 2, pause) if outcome.pause is None else outcome.pause  # noqa: S311
            self._sleep(min(wait, self._limits.longest_pause))
            pause = min(pause * 2, self._limits.longest_pause)
        raise AssertionError("at least one try is made")

    def _try(
        self, url: str, params: Mapping[str, str] | None, decode: Callable[[bytes], Any]
    ) -> Any:
        try:
            return self._once(url, params, decode)
        except _Again as again:
            return again

    def _once(
        self, url: str, params: Mapping[str, str] | None, decode: Callable[[bytes], Any]
    ) -> Any:
        for _ in range(_REDIRECTS + 1):
            self.check_address(url)
            self._throttle(self.host)
            self.requests += 1
            try:
                with self._session.get(
                    url,
                    params=params,
                    timeout=self._limits.timeout,
                    allow_redirects=False,
                    stream=True,
                ) as response:
                    if response.is_redirect:
                        url, params = self._redirected(response), None
                        continue
                    return self._read(response, decode)
            except requests.Timeout as error:
                failure = RequestFailed("time-out", f"{url} did not answer in time ({error}).")
                raise _Again(failure) from error
            except requests.RequestException as error:
                failure = RequestFailed("connection", f"{url} could not be read: {error}.")
                raise _Again(failure) from error
        raise RequestFailed("redirect", f"{url} redirects more than {_REDIRECTS} times.")

    def check_address(self, url: str) -> None:
        """Refuse an address in a private network, unless those are allowed.

        Raises:
            AddressRefused: it is one.
        """
        if self._allow_private:
            return
        host = urlsplit(url).hostname or ""
        if not get_environ_proxies(url):
            refuse_private(host)

    def _redirected(self, response: requests.Response) -> str:
        target = urljoin(response.url, response.headers["Location"])
        parts, base = urlsplit(target), urlsplit(self.base_url)
        same = parts.hostname == base.hostname or (
            _is_diavgeia(parts.hostname) and _is_diavgeia(base.hostname)
        )
        if not same or (base.scheme == "https" and parts.scheme != "https"):
            raise AddressRefused(
                "redirect",
                f"{response.url} redirects to {parts.scheme}://{parts.hostname}, which is not"
                f" followed: expected an answer of {base.hostname}. If the service has moved,"
                " change the base address.",
            )
        return target

    def _read(self, response: requests.Response, decode: Callable[[bytes], Any]) -> Any:
        status, url = response.status_code, response.url
        if status == 429 or status >= 500 or status == 408:
            failure = RequestFailed(f"status-{status}", f"{url} answered with status {status}.")
            raise _Again(failure, _retry_after(response))
        self.source_time = _http_date(response.headers.get("Date", ""))
        content_type = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
        body = self._body(response)
        if status == 404:
            raise NotFound("status-404", f"{url}: Diavgeia has nothing under this key.")
        if status != 200:
            raise RequestFailed(
                f"status-{status}", f"{url} answered with status {status}{_errors(body)}."
            )
        if content_type != "application/json":
            # A wrong path and a maintenance page both come as 200 text/html.
            failure = RequestFailed(
                "not-json", f"{url} answered with «{content_type or 'no type'}» instead of JSON."
            )
            raise _Again(failure)
        try:
            return decode(body)
        except (ValueError, RecursionError) as error:
            failure = RequestFailed(
                "not-json", f"{url} answered with {len(body)} bytes that are no whole JSON."
            )
            raise _Again(failure) from error

    def _body(self, response: requests.Response) -> bytes:
        started = time.monotonic()
        body = bytearray()
        for chunk in response.iter_content(_CHUNK):
            body += chunk
            if len(body) > self._limits.max_bytes:
                raise RequestFailed(
                    "too-large",
                    f"{response.url} answers with more than {self._limits.max_bytes} bytes.",
                )
            if time.monotonic() - started > self._limits.deadline:
                failure = RequestFailed(
                    "time-out",
                    f"{response.url} was still answering after {self._limits.deadline:.0f} s.",
                )
                raise _Again(failure)
        return bytes(body)


def _is_diavgeia(host: str | None) -> bool:
    return host is not None and (host == "diavgeia.gov.gr" or host.endswith(".diavgeia.gov.gr"))


def _retry_after(response: requests.Response) -> float | None:
    """Seconds that the server asks to wait: a number or a date (RFC 9110, 10.2.3)."""
    value = response.headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return float(value)
    moment = _http_date(value)
    if moment is None:
        return None
    return max(0.0, (moment - dt.datetime.now(dt.timezone.utc)).total_seconds())


def _http_date(value: str) -> dt.datetime | None:
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    return moment.replace(tzinfo=dt.timezone.utc) if moment.tzinfo is None else moment


def _errors(body: bytes) -> str:
    """Codes of the service's own errors, without the texts that repeat what was asked."""
    try:
        errors = json.loads(body[:20_000])["errors"]
        codes = ", ".join(str(each["errorCode"])[:60] for each in errors)
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return f" ({codes})"
