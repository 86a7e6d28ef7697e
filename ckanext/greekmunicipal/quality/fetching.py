"""Requests to addresses that stand in metadata, which anybody may have written.

Only public addresses are reached, at each redirect anew, unless the caller allows one; requests to
one host are spaced; time and redirects are bounded.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies

from ckanext.greekmunicipal.diavgeia.addresses import PublicOnlyAdapter, refuse_private
from ckanext.greekmunicipal.diavgeia.errors import AddressRefused
from ckanext.greekmunicipal.diavgeia.throttle import Throttle
from ckanext.greekmunicipal.quality.errors import FetchError

_REDIRECTS = 5
_TIMEOUT = (10.0, 20.0)  # seconds to connect, and between two pieces of an answer
_CHUNK = 64 * 1024


def nowhere(_: str) -> bool:
    """Allow no private address."""
    return False


class Fetcher:
    """Sends requests to foreign addresses.

    Args:
        user_agent: how the requests introduce themselves.
        throttle: waits before each request to a host.
        allowed: whether an address may be on a private network, as the portal's own is in tests.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        throttle: Throttle,
        allowed: Callable[[str], bool] = nowhere,
    ) -> None:
        self._throttle = throttle
        self._allowed = allowed
        self._guarded = _session(user_agent, PublicOnlyAdapter)
        self._open = _session(user_agent, HTTPAdapter)
        self._open.trust_env = False

    def close(self) -> None:
        """Close all connections."""
        self._guarded.close()
        self._open.close()

    @contextmanager
    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None = None
    ) -> Iterator[requests.Response]:
        """The answer to a request, of which nothing but the head was read.

        Raises:
            FetchError: the address is refused, or nothing usable answers.
        """
        answer = self._answer(method, url, headers or {})
        try:
            yield answer
        finally:
            answer.close()

    def _answer(self, method: str, url: str, headers: Mapping[str, str]) -> requests.Response:
        address = url
        for _ in range(_REDIRECTS + 1):
            answer = self._once(method, address, headers)
            if not answer.is_redirect:
                return answer
            answer.close()
            address = urljoin(address, answer.headers["Location"])
        raise FetchError("redirect", f"{url} redirects more than {_REDIRECTS} times.")

    def _once(self, method: str, url: str, headers: Mapping[str, str]) -> requests.Response:
        host = _host(url)
        session = self._open if self._allowed(url) else self._guarded
        try:
            if session is self._guarded and not get_environ_proxies(url):
                refuse_private(host)
            self._throttle(host)
            return session.request(
                method,
                url,
                headers=dict(headers),
                timeout=_TIMEOUT,
                allow_redirects=False,
                stream=True,
            )
        except AddressRefused as refused:
            raise FetchError(
                "address",
                f"{url} leads into a private network and was not asked. Expected a host of the"
                " public internet, or leave to reach this one: --allow-private on the command line,"
                " ckanext.greekmunicipal.allowed_private_hosts in a portal.",
            ) from refused
        except requests.Timeout as error:
            raise FetchError("time-out", f"{url} did not answer in time.") from error
        except (requests.RequestException, ValueError) as error:
            # ValueError: urllib3 lets some addresses pass that http.client then refuses.
            raise FetchError("connection", f"{url} could not be reached: {error}.") from error


def body(answer: requests.Response, *, most: int, seconds: float) -> bytes:
    """The whole unpacked content of an answer.

    Args:
        answer: of which the head was read.
        most: greatest number of bytes.
        seconds: longest time for all of it; a server that drips is not waited for.

    Raises:
        FetchError: it is too large, too slow or broken off.
    """
    started = time.monotonic()
    content = bytearray()
    try:
        for chunk in answer.iter_content(_CHUNK):
            content += chunk
            if len(content) > most:
                raise FetchError("too-large", f"{answer.url} is larger than {most} bytes.")
            if time.monotonic() - started > seconds:
                raise FetchError(
                    "time-out", f"{answer.url} was still answering after {seconds:.0f} s."
                )
    except requests.RequestException as error:
        raise FetchError("connection", f"{answer.url} broke off: {error}.") from error
    return bytes(content)


def _session(user_agent: str, adapter: type[HTTPAdapter]) -> requests.Session:
    session = requests.Session()
    session.headers["User-Agent"] = user_agent
    session.mount("https://", adapter())
    session.mount("http://", adapter())
    return session


def _host(url: str) -> str:
    host = None
    with suppress(ValueError):  # no address at all, or a port that is no number
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and not parts.username and parts.port != 0:
            host = parts.hostname
    if not host:
        raise FetchError(
            "address", f"«{url}» is no address that can be asked: expected https://host/path."
        )
    return host
