"""Things kept in the process, the least used of which go first."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Kept(Generic[Key, Value]):
    """A bounded memory that threads may share.

    Args:
        most: weight of all that is kept together; what is heavier alone is not kept.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._weight = 0
        self._found: OrderedDict[Key, tuple[Value, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key) -> Value | None:
        """What is kept under a key."""
        with self._lock:
            if key not in self._found:
                return None
            self._found.move_to_end(key)
            return self._found[key][0]

    def put(self, key: Key, value: Value, weight: int) -> None:
        """Keep a value; what was used longest ago makes room for it."""
        weight += 1
        if weight > self._most:
            return
        with self._lock:
            if key in self._found:
                self._weight -= self._found.pop(key)[1]
            self._found[key] = (value, weight)
            self._weight += weight
            while self._weight > self._most:
                _, (_, freed) = self._found.popitem(last=False)
                self._weight -= freed

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._found.clear()
            self._weight = 0
