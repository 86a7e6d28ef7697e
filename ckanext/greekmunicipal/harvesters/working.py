"""What a worker needs besides its task: a heartbeat, shared politeness, the job's state."""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import ckan.model as model
from ckan.lib.redis import connect_to_redis
from ckanext.harvest import queue
from ckanext.harvest.model import HarvestJob

from ckanext.greekmunicipal.diavgeia.throttle import Throttle

log = logging.getLogger(__name__)

# ckanext-harvest sends an object again that is 180 seconds old.
BEAT_SECONDS = 30.0


@contextmanager
def heartbeat(object_id: str, beat: Callable[[], None]) -> Iterator[None]:
    """Keep the queue from sending an object again while it is being worked on.

    Args:
        object_id: the harvest object.
        beat: called as often, to note in the manifest that the worker lives.
    """
    stop = threading.Event()

    def run() -> None:
        while True:
            try:
                _renew(object_id)
                beat()
            except Exception:
                # The work goes on without it; at worst the object is sent twice.
                log.warning("No heartbeat for harvest object %s", object_id, exc_info=True)
            if stop.wait(BEAT_SECONDS):
                return

    thread = threading.Thread(target=run, name=f"heartbeat-{object_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _renew(object_id: str) -> None:
    connection: Any = queue.get_connection()
    try:
        key = f"{queue.get_fetch_routing_key()}:{object_id}"
        # The format and the local clock are those of ckanext-harvest.
        connection.set(key, str(dt.datetime.now()), xx=True)  # noqa: DTZ005
    finally:
        connection.close()


def shared_throttle(delay: float) -> Throttle:
    """Throttle shared by all workers of the installation, through Redis.

    Args:
        delay: least seconds between two requests to a host; 0 for none.
    """
    redis: Any = connect_to_redis()
    milliseconds = int(delay * 1000)

    def wait(host: str) -> None:
        if milliseconds <= 0:
            return
        key = f"ckanext-greekmunicipal:throttle:{host}"
        while not redis.set(key, "1", nx=True, px=milliseconds):
            time.sleep(max(redis.pttl(key), 1) / 1000)

    return wait


def is_aborted(job_id: str) -> bool:
    """Whether somebody ended the job while its objects were still in work."""
    model.Session.rollback()
    of: Any = HarvestJob
    status = model.Session.query(of.status).filter(of.id == job_id).scalar()
    model.Session.rollback()
    return status in (None, "Finished", "Aborted")
