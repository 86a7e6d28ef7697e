"""Lets the tests that need no service run without a CKAN configuration."""

from __future__ import annotations

import contextlib
import os
import random
from pathlib import Path

import pytest

from stack import locks, slots
from stack.slots import Slot

# Environment variables that repeat a random test.
SEEDS = ("GREEKMUNICIPAL_TEST_SEED", "NIGHTS_SEED")

# Read by CKAN's pytest plugin, which does not declare them.
CKAN_MARKERS = (
    "ckan_config(name, value): a setting of CKAN for this test",
    "with_plugins(names): plugins that this test loads beside those of the configuration",
    "provide_plugin(name, class): a plugin that this test defines",
)


def pytest_configure(config: pytest.Config) -> None:
    """Keep CKAN's pytest plugin out of a run that has no ``--ckan-ini``.

    The plugin would look for a configuration when the session starts, and could find
    that of the demo in the environment: tests would then write into it.
    """
    for marker in CKAN_MARKERS:
        config.addinivalue_line("markers", marker)
    _draw_seeds()
    if told := config.getoption("ckan_ini", None):
        if worker := os.environ.get("PYTEST_XDIST_WORKER"):
            # The process that started the workers holds the locks of their slots.
            config.option.ckan_ini = str(_slot_of_worker(worker).ini)
        else:
            _hold(config, told)
        return
    ckan = config.pluginmanager.get_plugin("ckan")
    if ckan is not None:
        config.pluginmanager.unregister(ckan)


def _draw_seeds() -> None:
    """Draw the seeds of random tests once a run: workers that draw their own collect other tests."""
    for name in SEEDS:
        os.environ.setdefault(name, str(random.SystemRandom().randrange(10**6)))


def _hold(config: pytest.Config, ini: str) -> None:
    """Lock the slots of this run: two runs in one would empty each other's database."""
    workers = config.getoption("numprocesses", None) or 0
    taken = [_slot_of_worker(f"gw{number}") for number in range(workers)] or [_slot(ini)]
    held = contextlib.ExitStack()
    for slot in taken:
        held.enter_context(locks.only_one(slot.lock))
    config.add_cleanup(held.close)


def _slot_of_worker(worker: str) -> Slot:
    """The slot of a worker of pytest-xdist: the first one for ``gw0``."""
    return Slot(int(worker.removeprefix("gw")) + 1)


def _slot(ini: str) -> Slot:
    """The slot whose configuration ``ini`` is; the first one for a foreign file."""
    there = Path(ini).resolve()
    return next((slot for slot in slots.slots() if slot.ini == there), Slot(1))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip the tests that need CKAN in a run that has no ``--ckan-ini``."""
    if config.getoption("ckan_ini", None):
        return
    skip = pytest.mark.skip(reason="needs the local stack: make test, or --ckan-ini=test.ini")
    for item in items:
        if item.get_closest_marker("ckan") or item.get_closest_marker("browser"):
            item.add_marker(skip)


_migrated: set[str] = set()


@pytest.fixture
def clean_db(with_plugins, reset_db, migrate_db_for) -> None:
    """Empty CKAN's database and keep the tables of ckanext-harvest in it.

    Takes the place of CKAN's fixture of that name, which at its first use in a
    run drops the tables of all extensions and brings back only its own.
    """
    from ckan.plugins import plugin_loaded

    reset_db()
    if plugin_loaded("harvest") and "harvest" not in _migrated:
        migrate_db_for("harvest")
        _migrated.add("harvest")
