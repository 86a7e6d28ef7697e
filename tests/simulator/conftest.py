"""A small world and a server over it, one for all tests of the simulator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from small_world import ISLAND, NOW, SCHOOLS, START

from ckanext.greekmunicipal.diavgeia.simulator import (
    Simulator,
    SimulatorServer,
    serve,
)

Ask = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def simulator() -> Simulator:
    return Simulator(11, [ISLAND, SCHOOLS], start=START, now=NOW)


@pytest.fixture(scope="session")
def server(simulator: Simulator) -> Iterator[SimulatorServer]:
    with serve(simulator) as running:
        yield running


@pytest.fixture(scope="session")
def get(server: SimulatorServer) -> Callable[..., requests.Response]:
    session = requests.Session()

    def ask(path: str, **parameters: Any) -> requests.Response:
        return session.get(f"{server.base_url}/{path}", params=parameters, timeout=20)

    return ask


@pytest.fixture(scope="session")
def search(get: Callable[..., requests.Response]) -> Ask:
    """Ask for one page; the answer as JSON."""

    def ask(**parameters: Any) -> dict[str, Any]:
        answer = get("search.json", **parameters)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("application/json")
        return answer.json()

    return ask


@pytest.fixture(scope="session")
def search_all(search: Ask) -> Callable[..., list[dict[str, Any]]]:
    """Ask for all pages; the acts."""

    def ask(**parameters: Any) -> list[dict[str, Any]]:
        acts: list[dict[str, Any]] = []
        page = 0
        while True:
            answer = search(**{"size": 500, **parameters, "page": page})
            acts += answer["decisions"]
            page += 1
            if page * answer["info"]["size"] >= answer["info"]["total"]:
                assert len(acts) == answer["info"]["total"]
                return acts

    return ask


@pytest.fixture(scope="session")
def truth(simulator: Simulator) -> dict[str, dict[str, Any]]:
    """All acts of the island by ADA, from the simulator itself."""
    return {act["ada"]: act for act in simulator.truth("6296")}
