"""A private Redis: sessions, queues of harvester and jobs."""

from __future__ import annotations

import shutil
import socket

from stack import StackError, credentials, paths, ports, processes, say

NAME = "redis"


def _configuration(port: int) -> str:
    folder = paths.HOME / "redis"
    folder.mkdir(mode=0o700, exist_ok=True)
    # Harvest jobs on their way live here: a restart must not lose them.
    lines = (
        f"bind {ports.HOST}",
        f"port {port}",
        f"requirepass {credentials.load()['redis_password']}",
        f'dir "{folder}"',
        "appendonly yes",
        "appendfsync no",
        'save ""',
        "daemonize no",
    )
    return "\n".join(lines) + "\n"


def answers(port: int) -> bool:
    """Tell whether our Redis, known by its password, answers on ``port``."""
    secret = credentials.load()["redis_password"]
    try:
        with socket.create_connection((ports.HOST, port), timeout=2) as link:
            link.sendall(f"AUTH {secret}\r\nPING\r\n".encode())
            answer = b""
            while b"+PONG" not in answer:
                part = link.recv(256)
                if not part or b"-" in part[:1]:
                    return False
                answer += part
    except OSError:
        return False
    return True


def start() -> int:
    """Start Redis unless it runs; return its port.

    Raises:
        StackError: it is not installed or did not start.
    """
    if processes.is_running(NAME) and answers(ports.remembered()[NAME]):
        return ports.remembered()[NAME]
    processes.stop(NAME)
    program = shutil.which("redis-server")
    if program is None:
        raise StackError("redis-server is not installed.")
    port = ports.choose(NAME)
    settings = paths.HOME / "redis.conf"
    paths.write_private(settings, _configuration(port))
    processes.start(NAME, [program, settings])
    processes.wait_until(NAME, lambda: answers(port), 30)
    say(f"redis: started on {ports.HOST}:{port}")
    return port


def url(database: int) -> str:
    """Return the address of one Redis database.

    The time-out is redis-py's own for a read: its default of 5 s ends harvest
    consumers that wait for work.
    """
    secret = credentials.load()["redis_password"]
    port = ports.remembered()[NAME]
    return f"redis://:{secret}@{ports.HOST}:{port}/{database}?socket_timeout=86400"
