"""Politeness: a least time between two requests to one host."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

# Called before each request with the name of the host; returns when it may be sent.
Throttle = Callable[[str], None]

_lock = threading.Lock()
_next_start: dict[str, float] = {}


def in_process(
    delay: float,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Throttle:
    """Throttle shared by everything in this process that asks the same host.

    Args:
        delay: seconds from the start of one request to the start of the next; 0 for none.
        clock: monotonic seconds.
        sleep: waits for seconds.
    """

    def wait(host: str) -> None:
        if delay <= 0:
            return
        with _lock:
            start = max(clock(), _next_start.get(host, 0.0))
            _next_start[host] = start + delay
        pause = start - clock()
        if pause > 0:
            sleep(pause)

    return wait
