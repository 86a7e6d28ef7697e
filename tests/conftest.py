"""Fixtures of all tests; nothing of CKAN is imported here, so that domain tests need no service."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of recorded real data; the test is skipped where it is absent."""
    folder = Path(os.environ.get("GREEKMUNICIPAL_SHARED_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(
            f"no recorded data in {folder}: set GREEKMUNICIPAL_SHARED_DATA to the folder that has it"
        )
    return folder


@pytest.fixture(scope="session")
def tests_ini(request: pytest.FixtureRequest) -> Path:
    """Configuration of this run, for a process that a test starts."""
    return Path(str(request.config.getoption("ckan_ini"))).resolve()
