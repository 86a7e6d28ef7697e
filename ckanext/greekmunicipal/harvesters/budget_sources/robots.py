"""What robots.txt of a host allows (RFC 9309): pages are followed only where programs may."""

from __future__ import annotations

from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from ckanext.greekmunicipal.harvesters.budget_sources.errors import SourceFailure, failure
from ckanext.greekmunicipal.harvesters.budget_sources.web import Web

# The name that a robots.txt may speak of.
NAME = "ckanext-greekmunicipal"
# RFC 9309, 2.5: at least 500 KiB are read.
_MOST = 512 * 1024


class Robots:
    """Rules of hosts, asked once each.

    Args:
        web: what asks.
    """

    def __init__(self, web: Web) -> None:
        self._web = web
        self._rules: dict[str, RobotFileParser] = {}

    def check(self, address: str) -> None:
        """Refuse an address that programs may not read.

        Raises:
            SourceFailure: the rules forbid it, or could not be read.
        """
        parts = urlsplit(address)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._rules:
            self._rules[origin] = self._read(origin)
        if not self._rules[origin].can_fetch(NAME, address):
            raise failure("robots", url=address)

    def _read(self, origin: str) -> RobotFileParser:
        rules = RobotFileParser()
        try:
            content = self._web.page(f"{origin}/robots.txt", most=_MOST).content
        except SourceFailure as failed:
            # A site without the file, or that does not show it, forbids nothing (RFC 9309, 2.3.1.3).
            if failed.reason != "status":
                raise
            content = b""
        rules.parse(content.decode("utf-8", "replace").splitlines())
        return rules
