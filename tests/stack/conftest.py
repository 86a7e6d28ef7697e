from __future__ import annotations

from pathlib import Path

import pytest

from stack import paths


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ``.stack`` of the test's own."""
    folder = tmp_path / ".stack"
    places = {
        "HOME": folder,
        "RUN": folder / "run",
        "LOGS": folder / "log",
        "STAMPS": folder / "stamps",
        "STORAGE": folder / "storage",
        "SOLR": folder / "solr",
        "CKAN_INI": folder / "ckan.ini",
        "ENV": folder / "env",
    }
    for name, place in places.items():
        monkeypatch.setattr(paths, name, place)
    paths.make_folders()
    return folder
