"""``make demo``: services, consumers, the main job, the served portal.

``SERVE=no`` ends after the job, ``LIVE=<slug>`` reads one municipality from
the real Diavgeia instead of three from the simulator.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

from stack import (
    StackError,
    jobs,
    lifecycle,
    main_job,
    portal,
    processes,
    say,
    simulator,
    supervisor,
)


def _end(*_: object) -> None:
    raise KeyboardInterrupt


def run() -> int:
    """Run the demo; its exit code."""
    live = os.environ.get("LIVE", "").strip() or None
    serve = os.environ.get("SERVE", "yes").strip().lower() not in {"no", "0", "false"}
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)
    started = time.monotonic()
    try:
        lifecycle.up()
        diavgeia = None if live else simulator.start()
        supervisor.start()
        result = main_job.run(main_job.Source(diavgeia, live))
        say(f"demo: done after {time.monotonic() - started:.0f} s")
        if not serve:
            _stop_workers()
            say("PostgreSQL, Redis and Solr stay up: make demo serves, make down stops them")
            return result
        url = portal.start()
        jobs.start()
        portal.announce(url)
        say("Ctrl-C stops the portal and all its services.")
        _watch()
    except KeyboardInterrupt:
        say("\nstopping")
        # A second Ctrl-C must not leave half of it running.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        lifecycle.down()
        return 0
    except BaseException:
        _stop_workers()
        raise
    return result


def _stop_workers() -> None:
    supervisor.stop()
    simulator.stop()


def _watch() -> None:
    """Wait for Ctrl-C, starting again what dies meanwhile."""
    while True:
        time.sleep(2)
        for name, again in (
            (portal.NAME, portal.start),
            (jobs.NAME, jobs.start),
            (supervisor.NAME, supervisor.start),
        ):
            if not processes.is_running(name):
                say(f"{name} ended and is started again")
                _try(again)


def _try(again: Callable[[], object]) -> None:
    try:
        again()
    except StackError as error:
        say(str(error))
        time.sleep(10)
