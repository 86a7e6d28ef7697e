"""Fixtures of the tests of quality."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from dcat_server import DcatServer, serve

from ckanext.greekmunicipal.quality import console


@pytest.fixture
def dcat_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[DcatServer]:
    """A server that answers as it is told; requests to it need not wait for each other."""
    monkeypatch.setattr(console, "DELAY", 0.0)
    told, server = serve()
    yield told
    server.shutdown()
    server.server_close()
