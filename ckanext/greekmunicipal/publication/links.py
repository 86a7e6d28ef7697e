"""Fetches a linked table: to a file, bounded in size and time, from public addresses only."""

from __future__ import annotations

import time
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies

from ckanext.greekmunicipal import config as our_config
from ckanext.greekmunicipal.diavgeia.addresses import (
    PublicOnlyAdapter,
    is_loopback_url,
    refuse_private,
)
from ckanext.greekmunicipal.diavgeia.errors import AddressRefused

MAX_BYTES = 64 * 1024 * 1024
_CHUNK = 64 * 1024
_REDIRECTS = 5
_CONNECT, _READ = 4.0, 8.0
_REDIRECT_STATUS = (301, 302, 303, 307, 308)


class NotFetched(Exception):  # noqa: N818 - says what happened, as its message does
    """A linked table could not be fetched.

    Attributes:
        for_good: whether trying again makes no sense.
    """

    def __init__(self, message: str, *, for_good: bool = False) -> None:
        super().__init__(message)
        self.for_good = for_good


def fetch(url: str, place: Path, *, seconds: float) -> None:
    """Fetch an address into a file.

    Args:
        url: address; redirects are followed to public hosts.
        place: the file that is written.
        seconds: bound on the time of all of it.

    Raises:
        NotFetched: it answers with an error, not at all, too slowly or with too much, or it is
            an address that must not be asked.
    """
    deadline = time.monotonic() + seconds
    with requests.Session() as session:
        session.headers.update({"User-Agent": our_config.user_agent(), "Accept": "*/*"})
        for _ in range(_REDIRECTS + 1):
            target = _once(session, url, place, deadline)
            if target is None:
                return
            url = target
    raise NotFetched(f"it redirects more than {_REDIRECTS} times", for_good=True)


def _once(session: requests.Session, url: str, place: Path, deadline: float) -> str | None:
    """Ask one address: None if its content was written, else where it redirects to."""
    _prepare(session, url)
    left = deadline - time.monotonic()
    if left <= 0:
        raise NotFetched("it did not answer in time")
    try:
        with session.get(
            url,
            timeout=(min(_CONNECT, left), min(_READ, left)),
            allow_redirects=False,
            stream=True,
        ) as response:
            if response.status_code in _REDIRECT_STATUS and "Location" in response.headers:
                return urljoin(url, response.headers["Location"])
            if response.status_code != 200:
                for_good = response.status_code in (401, 403, 404, 410)
                raise NotFetched(
                    f"it answered with status {response.status_code}", for_good=for_good
                )
            _write(response, place, deadline)
            return None
    except AddressRefused as error:
        raise _private() from error
    except requests.RequestException as error:
        raise NotFetched("it did not answer") from error


def _prepare(session: requests.Session, url: str) -> None:
    """Refuse what must not be asked, and mount the adapter that watches the connection too."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError as error:
        raise NotFetched("it is no address", for_good=True) from error
    if parts.scheme not in ("http", "https") or not host or parts.username:
        raise NotFetched("it is no address of the web without a password", for_good=True)
    allowed = host in our_config.allowed_private_hosts()
    adapter = HTTPAdapter if allowed else PublicOnlyAdapter
    for scheme in ("http://", "https://"):
        session.mount(scheme, adapter())
    session.trust_env = not is_loopback_url(url)
    if allowed or (session.trust_env and get_environ_proxies(url)):
        return
    try:
        refuse_private(host)
    except AddressRefused as error:
        raise _private() from error


def _write(response: requests.Response, place: Path, deadline: float) -> None:
    size = 0
    with place.open("wb") as stream:
        for chunk in response.iter_content(_CHUNK):
            size += len(chunk)
            if size > MAX_BYTES:
                raise NotFetched(f"it has more than {MAX_BYTES >> 20} MB", for_good=True)
            if time.monotonic() > deadline:
                raise NotFetched("it did not answer in time")
            stream.write(chunk)


def _private() -> NotFetched:
    return NotFetched("it leads to an address of a private network", for_good=True)
