"""Budget files on the web through the real stages of ckanext-harvest, from a real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from budget_web import Site, serving
from test_budget_harvester import (
    TINOS,
    Run,
    folder,
    generated,
    make_source,
    own_tables,
    state,
)

__all__ = ["folder", "own_tables"]

pytestmark = [
    pytest.mark.ckan,
    pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index", "own_tables", "folder"),
]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A web server whose host is allowed, and asked without pauses."""
    import ckan.plugins.toolkit as tk

    from ckanext.greekmunicipal import config

    monkeypatch.setitem(tk.config, config.PRIVATE_HOSTS, ["127.0.0.1"])
    monkeypatch.setitem(tk.config, config.DELAY, "0")
    with serving() as running:
        yield running


@pytest.fixture
def budget(tmp_path: Path) -> bytes:
    """An invented budget as voted, of 2026."""
    return invented(tmp_path)


def invented(tmp_path: Path, **more: Any) -> bytes:
    """Content of an invented budget."""
    return generated(tmp_path / "made", **more).read_bytes()


def test_an_unchanged_file_costs_one_conditional_request_and_nothing_is_touched(
    site: Site, budget: bytes
) -> None:
    source = make_source(TINOS, urls=[site.put("/π/budget_2026.csv", budget)])
    assert Run(source).errors == []
    assert site.asked == [("GET", "/π/budget_2026.csv", 200)]
    assert "ckanext-greekmunicipal (+" in site.headers["User-Agent"]
    before = state(TINOS)
    site.asked.clear()

    run = Run(source)

    assert site.asked == [("GET", "/π/budget_2026.csv", 304)]
    assert run.errors == run.gather_errors == []
    assert run.statuses == ["not modified"]
    assert state(TINOS) == before
    assert run.reports[0]["read"] == {"files": 1, "requests": 1}
