"""Guard against being sent to an address inside the operator's own network."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any
from urllib.parse import urlsplit

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from ckanext.greekmunicipal.diavgeia.errors import AddressRefused


def is_public(address: str) -> bool:
    """Whether an IP address is of the public internet."""
    ip = ipaddress.ip_address(address.split("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None)
    return (mapped or ip).is_global and not ip.is_multicast


def is_loopback_url(url: str) -> bool:
    """Whether the address names this very machine, as that of a local simulator does."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def refuse_private(host: str) -> None:
    """Resolve a host and refuse it if any of its addresses is private.

    Raises:
        AddressRefused: it is. A host that cannot be resolved is left to the connection to report.
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return
    for *_, address in found:
        _refuse(host, str(address[0]))


def _refuse(host: str, address: str) -> None:
    if not is_public(address):
        raise AddressRefused(
            "address",
            f"The host {host} leads to {address}, an address of a private network. Expected a host"
            " of the public internet; allow private addresses in the configuration if this is the"
            " simulator or a mirror of yours.",
        )


def _checked(host: str, connected: socket.socket) -> socket.socket:
    """Look at the peer once connected: a name that changes its address gains nothing by it."""
    try:
        _refuse(host, str(connected.getpeername()[0]))
    except AddressRefused:
        connected.close()
        raise
    return connected


class _GuardedHTTP(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _checked(self.host, super()._new_conn())


class _GuardedHTTPS(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _checked(self.host, super()._new_conn())


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _GuardedHTTP  # pyright: ignore[reportAssignmentType]


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _GuardedHTTPS  # pyright: ignore[reportAssignmentType]


class PublicOnlyAdapter(HTTPAdapter):
    """Adapter of requests whose direct connections reach public addresses only."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pools of guarded connections."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}
