"""What a client asks of the feed, checked before anything is read."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from dateutil.parser import isoparse

from ckanext.greekmunicipal import config as our_config
from ckanext.greekmunicipal.dcat.feed.formats import FORMATS, Format
from ckanext.greekmunicipal.dcat.feed.selection import Filter

AFTER, BEFORE, SINCE, PAGE = "after", "before", "modified_since", "page"
CATALOGUE, HIGH_VALUE = "/catalog", "/catalog-hvd"
# As CKAN accepts ids of packages.
_CURSOR = re.compile(r"[A-Za-z0-9_-]{1,100}\Z")
_SEARCHING = ("q", "fq", "profiles")


class BadRequestError(ValueError):
    """A parameter that the feed cannot follow; the message is for the client."""


@dataclass(frozen=True)
class Asked:
    """A page of the feed.

    Attributes:
        format: the serialisation.
        after: id behind which the page begins; empty for the first page.
        before: id before which the page ends; empty unless one goes back.
        filter: which datasets.
    """

    format: Format
    after: str = ""
    before: str = ""
    filter: Filter = field(default_factory=Filter)

    @property
    def path(self) -> str:
        """Path of all pages of this feed."""
        name = HIGH_VALUE if self.filter.high_value else CATALOGUE
        return f"{name}.{self.format.extension}"

    def address(self, *, after: str = "", before: str = "") -> str:
        """Address of a page of this feed; without arguments of the first one."""
        since = self.filter.since.isoformat() if self.filter.since else ""
        given = {SINCE: since, AFTER: after, BEFORE: before}
        query = urlencode({name: value for name, value in given.items() if value})
        return our_config.portal_address(self.path + (f"?{query}" if query else ""))

    @property
    def own_address(self) -> str:
        """Address of this page, its parameters in one order."""
        return self.address(after=self.after, before=self.before)

    @property
    def is_first(self) -> bool:
        """Whether it begins with the first dataset."""
        return not self.after and not self.before


def read(extension: str, arguments: Mapping[str, str], *, high_value: bool) -> Asked:
    """Read the parameters of an address.

    Args:
        extension: of a format that there is.
        arguments: parameters of the query; unknown ones are ignored.
        high_value: whether the part with high-value datasets is asked for.

    Raises:
        BadRequestError: a parameter has a value that cannot be followed, or would
            change what the feed holds, which it does not support.
    """
    for name in _SEARCHING:
        if arguments.get(name):
            raise BadRequestError(
                f"The feed does not support {name}: it always holds the whole catalogue. Search with"
                " /api/3/action/package_search, and read datasets as"
                f" /dataset/ID.{extension}."
            )
    if arguments.get(PAGE, "1") != "1":
        raise BadRequestError(
            f"{PAGE}={arguments[PAGE][:40]} was read: pages have no numbers, since a dataset could be"
            " lost between two of them. Begin without parameters and follow hydra:next."
        )
    cursors = {name: arguments.get(name, "") for name in (AFTER, BEFORE)}
    if all(cursors.values()):
        raise BadRequestError(f"{AFTER} and {BEFORE} were given: expected one of them.")
    for name, value in cursors.items():
        if value and not _CURSOR.match(value):
            raise BadRequestError(
                f"{name}={value[:40]} was read: expected the id of a dataset, as in hydra:next."
            )
    since = _instant(arguments[SINCE]) if arguments.get(SINCE) else None
    return Asked(FORMATS[extension], **cursors, filter=Filter(high_value=high_value, since=since))


def _instant(text: str) -> dt.datetime:
    try:
        found = isoparse(text[:40])
    except ValueError:
        raise BadRequestError(
            f"{SINCE}={text[:40]} was read: expected a date or instant of ISO 8601, as 2026-01-31."
        ) from None
    if found.tzinfo is not None:
        found = found.astimezone(dt.timezone.utc).replace(tzinfo=None)
    return found
