"""Places for test runs, so that several can go on at once on one stack.

Each slot has databases, a search core, a Redis database, folders and a
configuration of its own. The first one keeps the plain names.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from stack import StackError, paths

# ``make test`` runs in two of them, one for each core of a small machine.
DEFAULT = 2
# Redis has 16 databases; the portal takes the first.
MOST = 15


@dataclass(frozen=True)
class Slot:
    """One place for a test run.

    Attributes:
        number: 1 or more; also the number of its Redis database.
    """

    number: int

    @property
    def _tail(self) -> str:
        return "" if self.number == 1 else f"_{self.number}"

    @property
    def databases(self) -> tuple[str, str]:
        """Names of CKAN's database and the DataStore's."""
        return f"ckan_test{self._tail}", f"datastore_test{self._tail}"

    @property
    def core(self) -> str:
        """Name of the Solr core."""
        return f"ckan_test{self._tail}"

    def folder(self, name: str) -> Path:
        """Folder of the slot for ``name``, such as ``storage``."""
        return paths.HOME / f"{name}-test{self._tail.replace('_', '-')}"

    @property
    def services_ini(self) -> Path:
        """Configuration with the addresses of the services."""
        return paths.HOME / f"test-services{self._tail.replace('_', '-')}.ini"

    @property
    def ini(self) -> Path:
        """What ``pytest --ckan-ini`` is given."""
        return (
            paths.ROOT / "test.ini" if self.number == 1 else paths.HOME / f"test-{self.number}.ini"
        )

    @property
    def lock(self) -> str:
        """Name of the lock that a run in this slot holds."""
        return f"tests{self._tail.replace('_', '-')}"


def slots() -> tuple[Slot, ...]:
    """The slots to keep: ``TEST_SLOTS`` of them, and those made before.

    Raises:
        StackError: ``TEST_SLOTS`` is no number from 1 to 15.
    """
    told = os.environ.get("TEST_SLOTS") or str(DEFAULT)
    if not told.isdecimal() or not 1 <= int(told) <= MOST:
        raise StackError(f"TEST_SLOTS is {told!r}: expected a number from 1 to {MOST}.")
    wanted = int(told)
    while wanted < MOST and Slot(wanted + 1).services_ini.exists():
        wanted += 1
    return tuple(Slot(number) for number in range(1, wanted + 1))
