"""Fixtures of the harvesters' tests: an empty portal, a simulated Diavgeia, a harvested one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.register_assert_rewrite("acts_world")

# The order saves harvests and waiting: tests that bring consumers of their own (the shared ones
# would take their windows, and are ended for them), those that only read what the shared ones
# harvested, all others, and at last the one that wants consumers that were idle for a minute.
_FIRST, _READING, _CHANGING, _LAST = range(4)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of this folder in order."""
    ours = [at for at, item in enumerate(items) if item.path.parent == _FOLDER]
    for at, item in zip(ours, sorted((items[at] for at in ours), key=_turn), strict=True):
        items[at] = item


def _turn(item: pytest.Item) -> int:
    fixtures = getattr(item, "fixturenames", ())
    if "idle_consumers" in fixtures:
        return _LAST
    if "harvested" in fixtures:
        return _READING
    return _CHANGING if "empty_portal" in fixtures and "own_consumers" not in fixtures else _FIRST


@pytest.fixture
def clean_datastore(with_plugins: None) -> None:
    """Empty the DataStore: tables, manifest, ledger, what was published."""
    import acts_world as world

    with world.sql() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            " AND tablename ~ '^[0-9a-f]{8}-[0-9a-f-]{27}$'"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP TABLE public."{name}" CASCADE')
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'greekmunicipal'"
            " AND tablename <> 'alembic_version'"
        )
        names = ", ".join(f"greekmunicipal.{name}" for (name,) in cursor.fetchall())
        cursor.execute(f"TRUNCATE {names}")


@pytest.fixture
def empty_portal(
    with_plugins: None, clean_db: None, clean_index: None, clean_datastore: None, clean_redis: None
) -> None:
    """A portal in which nothing was ever harvested."""


@pytest.fixture
def serving() -> Iterator[Callable[[Any], Any]]:
    """Serve simulators; each ends with the test."""
    from ckanext.greekmunicipal.diavgeia.simulator import serve

    running = []

    def start(simulator: Any) -> Any:
        running.append(serve(simulator))
        return running[-1]

    yield start
    for server in running:
        server.close()


@pytest.fixture
def own_consumers(no_consumers: None, tmp_path: Any, tests_ini: Any) -> Iterator[Any]:
    """Starts consumers that end with the test."""
    from worker_processes import Consumers

    consumers = Consumers(tmp_path, tests_ini)
    yield consumers
    consumers.close()


@pytest.fixture
def no_consumers(with_plugins: None, consumers_of_the_run: Any) -> None:
    """Nobody takes a message out of the queue but the test.

    The files of a run come to a worker in any order, so the shared consumers may run already.
    """
    consumers_of_the_run.close()


@pytest.fixture(scope="session")
def consumers_of_the_run(tmp_path_factory: pytest.TempPathFactory, tests_ini: Any) -> Iterator[Any]:
    """The shared consumers, whether they run or not."""
    from worker_processes import Consumers

    consumers = Consumers(tmp_path_factory.mktemp("consumers"), tests_ini)
    yield consumers
    consumers.close()


@pytest.fixture
def shared_consumers(
    with_plugins: None, consumers_of_the_run: Any, request: pytest.FixtureRequest
) -> Any:
    """A gather consumer and two fetch consumers, which go on after the test."""
    if not consumers_of_the_run.all_live():
        consumers_of_the_run.close()
        consumers_of_the_run.start("gather", "fetch", "fetch")
        request.config.stash[_IDLE_SINCE] = time.monotonic()
    return consumers_of_the_run


@pytest.fixture(scope="session")
def shared_server() -> Iterator[Any]:
    """The Diavgeia of the tests that only read; after its first instant nothing happens there."""
    import acts_world as world

    from ckanext.greekmunicipal.diavgeia.simulator import serve

    with serve(world.simulated(until=world.YESTERDAY)) as server:
        yield server


@pytest.fixture
def harvested(
    with_plugins: None, shared_server: Any, shared_consumers: Any, request: pytest.FixtureRequest
) -> Any:
    """A portal that was filled through the queue; the server that the acts came from.

    It is harvested once for as many tests as follow each other without emptying it: they only read.
    """
    import acts_world as world
    import ckan.model as model

    stash = request.config.stash
    if model.Package.get(stash.get(_HARVESTED, "")) is None:
        request.getfixturevalue("empty_portal")
        stash[_LOG_SIZES] = _log_sizes()
        source = world.set_up(shared_server)
        world.harvest_through_queue(source)
        stash[_HARVESTED] = source
        stash[_IDLE_SINCE] = time.monotonic()
    return shared_server


@pytest.fixture
def log_sizes(harvested: Any, request: pytest.FixtureRequest) -> dict[Any, int]:
    """Bytes of each log of the services when the harvest began."""
    return request.config.stash[_LOG_SIZES]


@pytest.fixture
def idle_consumers(
    empty_portal: None, shared_consumers: Any, request: pytest.FixtureRequest
) -> Any:
    """The shared consumers when they have had nothing to do for more than a minute."""
    since = request.config.stash.get(_IDLE_SINCE, time.monotonic())
    time.sleep(max(0.0, since + 62 - time.monotonic()))
    return shared_consumers


def _log_sizes() -> dict[Any, int]:
    import acts_world as world

    return {log: log.stat().st_size for log in world.service_logs()}


_FOLDER = Path(__file__).parent
_HARVESTED = pytest.StashKey[str]()
_IDLE_SINCE = pytest.StashKey[float]()
_LOG_SIZES = pytest.StashKey[dict]()
