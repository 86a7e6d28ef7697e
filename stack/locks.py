"""One run at a time, where two would tread on each other."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from stack import paths, say


@contextmanager
def only_one(name: str) -> Iterator[None]:
    """Wait until no other process holds the lock ``name``, then hold it.

    The system releases it when the process ends, however it ends.
    """
    paths.make_folders()
    with (paths.RUN / f"{name}.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for another '{name}' of this checkout to end")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
