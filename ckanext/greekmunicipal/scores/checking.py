"""Asks the links of the portal's datasets, within bounds, and scores anew what changed."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal import config as our_config
from ckanext.greekmunicipal.diavgeia.throttle import Throttle
from ckanext.greekmunicipal.harvesters.working import shared_throttle
from ckanext.greekmunicipal.quality import links
from ckanext.greekmunicipal.quality.fetching import Fetcher
from ckanext.greekmunicipal.scores import answers, measuring, states
from ckanext.greekmunicipal.scores.states import State

# Datasets are scored anew after so many answers, so that a run that is broken off loses little.
_BATCH = 50


@dataclass(frozen=True)
class Checked:
    """What a run did.

    Attributes:
        asked: links that were asked.
        answering: of them, those that answer.
        broken: of them, those that do not.
        left: links that are due still.
        datasets: datasets whose links changed.
    """

    asked: int
    answering: int
    broken: tuple[str, ...]
    left: int
    datasets: int


def fetcher() -> Fetcher:
    """Requests of this portal: introduced, spaced over all workers, to public addresses.

    The portal's own address may be a private one, as hosts that the configuration allows may be.
    """
    hosts = our_config.allowed_private_hosts()

    def allowed(url: str) -> bool:
        return is_own(url) or (urlsplit(url).hostname or "") in hosts

    return Fetcher(user_agent=our_config.user_agent(), throttle=_throttle(), allowed=allowed)


def is_own(url: str) -> bool:
    """Whether an address is one of this portal: the same scheme, host and port."""
    own, other = urlsplit(tk.config["ckan.site_url"]), urlsplit(url)
    return (own.scheme, own.netloc) == (other.scheme, other.netloc)


def due(wanted: Sequence[State], most: int) -> list[str]:
    """Links of some datasets that are due; the datasets are scored first."""
    measuring.of_states(wanted, seconds=600)
    return answers.due(dt.datetime.now(dt.timezone.utc), [each.id for each in wanted], most)


def check(wanted: Sequence[State], *, most: int, seconds: float) -> Checked:
    """Ask the links of some datasets that are due.

    Args:
        wanted: public datasets.
        most: how many links at most.
        seconds: how long at most; the link that is being asked then is waited for.
    """
    urls = due(wanted, most + 1)
    left = len(urls) - most
    until = time.monotonic() + seconds
    asked, answering, touched = 0, 0, set[str]()
    broken, changed = [], []
    asking = fetcher()
    try:
        for url in urls[:most]:
            if time.monotonic() >= until:
                break
            found = links.check(url, asking)
            asked += 1
            answering += found.answers
            if not found.answers:
                broken.append(url)
            if answers.keep(found):
                changed.append(url)
            if len(changed) >= _BATCH:
                touched.update(measuring.forget_with_links(changed))
                changed = []
    finally:
        asking.close()
        if changed:
            touched.update(measuring.forget_with_links(changed))
    measuring.of_states([each for each in wanted if each.id in touched], seconds=600)
    return Checked(
        asked, answering, tuple(broken), max(left, 0) + len(urls[:most]) - asked, len(touched)
    )


def tidy() -> None:
    """Drop what is kept of datasets and links that are gone."""
    everything = states.of_portal()
    measuring.forget_missing([each.id for each in everything])
    answers.forget_unused()


def _throttle() -> Throttle:
    """One request at a time to a foreign host; our own portal need not wait for itself."""
    polite = shared_throttle(our_config.delay())
    own = urlsplit(tk.config["ckan.site_url"]).hostname

    def wait(host: str) -> None:
        if host != own:
            polite(host)

    return wait
