from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from stack import ports

pytestmark = pytest.mark.usefixtures("home")


@contextmanager
def stranger_on(port: int) -> Iterator[None]:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind((ports.HOST, port))
        server.listen()
        yield


def test_a_service_keeps_its_port_from_run_to_run():
    assert ports.choose("solr") == ports.choose("solr")
    assert ports.remembered() == {"solr": ports.choose("solr")}


def test_a_service_gets_another_port_when_a_stranger_took_its_own():
    first = ports.choose("solr")
    with stranger_on(first):
        second = ports.choose("solr")
    assert second != first
    assert ports.remembered()["solr"] == second
    assert ports.choose("solr") == second, "the new one is kept"


def test_a_port_promised_to_one_service_is_not_given_to_another(monkeypatch: pytest.MonkeyPatch):
    taken = ports.choose("redis")
    monkeypatch.setattr(ports, "PREFERRED", {"portal": taken})
    assert ports.choose("portal") != taken


def test_a_damaged_memory_of_ports_is_forgotten(home: Path):
    (home / "ports.json").write_text("{")
    assert ports.remembered() == {}
    assert ports.choose("redis") == ports.remembered()["redis"]
