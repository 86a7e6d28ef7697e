"""Links that could not be fetched while a person waited are scanned in the background."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk
from ckan.lib.redis import connect_to_redis

from ckanext.greekmunicipal.publication import store
from ckanext.greekmunicipal.publication.looking import scan_link

log = logging.getLogger(__name__)

_STARTED = "greekmunicipal:link-scans-started"
# Calls within this many seconds share one job.
_TOGETHER = 60
_SECONDS = 60.0
_MOST = 500


def start_if_waiting() -> None:
    """Have CKAN's worker scan the links that wait, unless a job for it was just queued."""
    if not store.waiting_links(1):
        return
    if connect_to_redis().set(_STARTED, "1", nx=True, ex=_TOGETHER):
        tk.enqueue_job(scan_waiting_links, title="scan links for personal data")


def scan_waiting_links() -> dict[str, int]:
    """Scan the links that wait. Also called by ``ckan greekmunicipal scan-links``.

    Returns:
        How many links ended in each state.
    """
    counts: dict[str, int] = {}
    for url in store.waiting_links(_MOST):
        name = urlsplit(url).path.rpartition("/")[2] or url
        report = scan_link(url, name, _SECONDS)
        counts[report.state] = counts.get(report.state, 0) + 1
        if report.state == "found":
            log.warning("A published link may hold personal data: %s", ", ".join(report.counts))
    return counts
