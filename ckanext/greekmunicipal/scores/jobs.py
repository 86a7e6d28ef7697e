"""After a publication: score the dataset and ask its links, in a background job.

Many publications make one job: what is to be done waits in a set in Redis, and a job is sent only
when none is on its way. Without a worker nothing is lost: scores are measured when they are asked
for, and ``ckan greekmunicipal quality --check-links`` asks the links.
"""

from __future__ import annotations

import logging
import time
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.redis import connect_to_redis

from ckanext.greekmunicipal.scores import checking, measuring, states

log = logging.getLogger(__name__)

_PREFIX = "ckanext-greekmunicipal:quality:"
_SENT_FOR = 3600  # seconds after which a job that was sent is taken for lost
SETTLE = 5.0  # seconds: the transaction that published must be over
MOST_LINKS = 200
MOST_SECONDS = 120.0  # a job of CKAN's queue may take 180


def published(package_id: str) -> None:
    """Note that a dataset changed; never raises, since publishing goes on without scores."""
    try:
        redis: Any = connect_to_redis()
        site = tk.config["ckan.site_id"]
        redis.sadd(f"{_PREFIX}{site}:waiting", package_id)
        if redis.set(f"{_PREFIX}{site}:sent", "1", nx=True, ex=_SENT_FOR):
            tk.enqueue_job(work, title="Score data sets and ask their links")
    except Exception:
        log.warning("No job for the quality of dataset %s", package_id, exc_info=True)


def work() -> None:
    """Score what waits and ask its links."""
    redis: Any = connect_to_redis()
    site = tk.config["ckan.site_id"]
    time.sleep(SETTLE)
    # From here on a publication sends a job of its own.
    redis.delete(f"{_PREFIX}{site}:sent")
    waiting = [each.decode() for each in redis.spop(f"{_PREFIX}{site}:waiting", 100_000) or ()]
    wanted = [each for each in states.of_datasets(waiting) if not each.private]
    measuring.of_states(wanted, seconds=MOST_SECONDS / 2)
    done = checking.check(wanted, most=MOST_LINKS, seconds=MOST_SECONDS / 2)
    log.info("Scored %s data sets, asked %s links", len(wanted), done.asked)
