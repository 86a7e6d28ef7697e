"""Fixtures of the harvesters' tests: an empty portal, a simulated Diavgeia, a harvested one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest


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
        names = ", ".join(f"greekmunicipal.{name}" for name in world.OUR_TABLES)
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


@pytest.fixture(scope="session")
def shared_server() -> Iterator[Any]:
    """The Diavgeia of the tests that only read."""
    import acts_world as world

    from ckanext.greekmunicipal.diavgeia.simulator import serve

    with serve(world.simulated()) as server:
        yield server


@pytest.fixture
def harvested(with_plugins: None, shared_server: Any, request: pytest.FixtureRequest) -> Any:
    """A portal that holds the acts of a municipality; the server that they came from.

    It is harvested once for as many tests as follow each other without emptying it: they only read.
    """
    import acts_world as world
    import ckan.model as model

    source = None
    if request.config.stash.get(_HARVESTED, None):
        source = model.Package.get(request.config.stash[_HARVESTED])
    if source is None:
        request.getfixturevalue("empty_portal")
        source = world.set_up(shared_server)
        world.harvest(source)
        request.config.stash[_HARVESTED] = source
    return shared_server


_HARVESTED = pytest.StashKey[str]()
