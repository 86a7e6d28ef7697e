"""Processes that the stack starts, finds again and stops.

A process is known by its id together with its start time and the boot of the
machine: an id that was given to a stranger meanwhile is never signalled.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from stack import StackError, paths

# In bytes; a longer log is set aside at the next start.
LONGEST_LOG = 20_000_000


@dataclass(frozen=True)
class Identity:
    """Which process it is: id, start in clock ticks since boot, boot id."""

    pid: int
    started: int
    boot: str


def _boot_id() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def identity(pid: int) -> Identity | None:
    """Return the identity of the live process ``pid``; None if there is none.

    A zombie counts as gone.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The second field is the program's name in parentheses and may hold spaces.
    fields = stat.rpartition(")")[2].split()
    if fields[0] in {"Z", "X"}:
        return None
    return Identity(pid, int(fields[19]), _boot_id())


def is_alive(known: Identity | None) -> bool:
    """Tell whether exactly the process ``known`` still runs."""
    return known is not None and identity(known.pid) == known


def _record(name: str) -> Path:
    return paths.RUN / f"{name}.json"


def recorded(name: str) -> Identity | None:
    """Return what was recorded when the process ``name`` was started."""
    try:
        found = json.loads(_record(name).read_text())
        return Identity(int(found["pid"]), int(found["started"]), str(found["boot"]))
    except (FileNotFoundError, json.JSONDecodeError, KeyError, ValueError):
        return None


def is_running(name: str) -> bool:
    """Tell whether the process that we started as ``name`` runs."""
    return is_alive(recorded(name))


def start(
    name: str,
    argv: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Identity:
    """Start ``argv`` in a session of its own, its output in ``log/<name>.log``.

    Raises:
        StackError: the program is not there, or ended at once.
    """
    log = paths.LOGS / f"{name}.log"
    if log.exists() and log.stat().st_size > LONGEST_LOG:
        log.replace(log.with_suffix(".old.log"))
    try:
        with log.open("ab") as output:
            child = subprocess.Popen(
                [str(part) for part in argv],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(env or {})},
                cwd=cwd or paths.ROOT,
                start_new_session=True,
            )
    except OSError as error:
        raise StackError(f"{name}: {argv[0]} could not be started: {error}.") from error
    known = identity(child.pid)
    if known is None:
        child.wait()
        raise StackError(f"{name} ended at once.\n{tail(log)}")
    paths.write_private(_record(name), json.dumps({**asdict(known), "argv": list(map(str, argv))}))
    return known


def wait_until(name: str, ready: Callable[[], bool], seconds: float) -> None:
    """Wait until the process ``name`` is ready to serve.

    Raises:
        StackError: it ended, or was not ready in time; with the end of its log.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if ready():
            return
        if not is_running(name):
            raise StackError(f"{name} ended while starting.\n{tail(paths.LOGS / f'{name}.log')}")
        time.sleep(0.1)
    raise StackError(
        f"{name} was not ready after {seconds:.0f} s.\n{tail(paths.LOGS / f'{name}.log')}"
    )


def stop(name: str, *, seconds: float = 20.0, gently: signal.Signals = signal.SIGTERM) -> bool:
    """Stop the process ``name`` and those it started; True if it ran.

    Its whole session is asked first, then killed after ``seconds``.
    """
    known = recorded(name)
    ran = known is not None and is_alive(known)
    if known is not None and ran:
        _signal_group(known, gently)
        if not _gone_within(known, seconds):
            _signal_group(known, signal.SIGKILL)
            _gone_within(known, 5)
    _record(name).unlink(missing_ok=True)
    return ran


def stop_identity(known: Identity, *, seconds: float, gently: signal.Signals) -> None:
    """Stop one process that has no record, by its identity."""
    for number, patience in ((gently, seconds), (signal.SIGKILL, 5.0)):
        if not is_alive(known):
            return
        os.kill(known.pid, number)
        _gone_within(known, patience)


def _signal_group(known: Identity, number: signal.Signals) -> None:
    try:
        # start() made it the leader of a process group with its own id.
        os.killpg(known.pid, number)
    except ProcessLookupError:
        return
    except PermissionError as error:
        raise StackError(
            f"Process {known.pid} belongs to another user and cannot be stopped: {error}. "
            "Run the command as the user who started the stack."
        ) from error


def _gone_within(known: Identity, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        _reap(known.pid)
        if not is_alive(known):
            return True
        time.sleep(0.05)
    return not is_alive(known)


def _reap(pid: int) -> None:
    # Our own child, if it is one, must not stay behind as a zombie.
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return


def tail(path: Path, lines: int = 25) -> str:
    """Return the last lines of a log for a message."""
    if not path.exists():
        return f"(no log at {path})"
    text = path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
    return f"The end of {path}:\n" + "\n".join(text)
