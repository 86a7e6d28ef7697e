"""Consumers of ckanext-harvest as processes of their own, as on a server."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ckan.lib.redis import connect_to_redis

ROOT = Path(__file__).resolve().parents[2]
CKAN = Path(sys.executable).with_name("ckan")
INI = """
[app:main]
use = config:{tests}

[loggers]
keys = root, ckan, ckanext, urllib3
[handlers]
keys = console
[formatters]
keys = generic
[logger_root]
level = DEBUG
handlers = console
[logger_ckan]
level = DEBUG
qualname = ckan
handlers =
[logger_ckanext]
level = DEBUG
qualname = ckanext
handlers =
[logger_urllib3]
level = DEBUG
qualname = urllib3
handlers =
[handler_console]
class = StreamHandler
args = (sys.stderr,)
formatter = generic
[formatter_generic]
format = %(asctime)s %(levelname)-5.5s [%(name)s] %(message)s
"""


class Consumers:
    """Processes that take jobs and windows out of the queue and log all they can.

    Args:
        folder: for their configuration and output.
        tests_ini: configuration of the tests.
    """

    def __init__(self, folder: Path, tests_ini: Path) -> None:
        self._folder = folder
        self._ini = folder / "consumers.ini"
        self._ini.write_text(INI.format(tests=tests_ini), encoding="utf-8")
        self._running: list[subprocess.Popen[bytes]] = []
        self._logs = 0

    def start(self, *kinds: str) -> list[subprocess.Popen[bytes]]:
        """Start a consumer of each kind, ``gather`` or ``fetch``, and wait until all listen."""
        listening = _listeners()
        started = [self._start(kind) for kind in kinds]
        wait_until(lambda: self._died(started) or _listeners() >= listening + len(kinds), 120)
        if self._died(started):
            raise RuntimeError(f"A consumer ended at its start:\n{self.output()[-4000:]}")
        return started

    @staticmethod
    def _died(started: list[subprocess.Popen[bytes]]) -> bool:
        return any(process.poll() is not None for process in started)

    def _start(self, kind: str) -> subprocess.Popen[bytes]:
        environment = {key: text for key, text in os.environ.items() if not key.startswith("CKAN")}
        self._logs += 1
        with (self._folder / f"{kind}-{self._logs}.log").open("wb") as output:
            process = subprocess.Popen(
                [str(CKAN), "-c", str(self._ini), "harvester", f"{kind}-consumer"],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
                env=environment,
            )
        self._running.append(process)
        return process

    def output(self) -> str:
        """All that the consumers have said."""
        logs = sorted(self._folder.glob("*.log"))
        return "\n".join(log.read_text(encoding="utf-8", errors="replace") for log in logs)

    def all_live(self) -> bool:
        return bool(self._running) and all(process.poll() is None for process in self._running)

    def close(self) -> None:
        """End them; they may be started again."""
        for process in self._running:
            process.kill()
            process.wait()
        if self._running:
            # Until Redis knows that they are gone, it counts them as listening.
            wait_until(lambda: _listeners() == 0, 30)
        self._running.clear()


def _listeners() -> int:
    """How many clients wait for a message in the tests' Redis."""
    redis: Any = connect_to_redis()
    database = str(redis.connection_pool.connection_kwargs.get("db", 0))
    clients = redis.client_list()
    return sum(1 for each in clients if each["cmd"] == "blpop" and each["db"] == database)


def wait_until(happened: Callable[[], Any], seconds: float) -> None:
    """Wait for something.

    Raises:
        TimeoutError: it did not happen.
    """
    end = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > end:
            raise TimeoutError(f"Waited {seconds} s in vain.")
        time.sleep(0.05)
