"""Fixtures of the portal's tests."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def tinos(with_plugins: None, clean_db: None, clean_index: None) -> dict[str, Any]:
    """The organisation of the municipality of Tinos in an empty portal."""
    import portal_catalogue as catalogue

    return catalogue.municipality()


@pytest.fixture
def filled_portal(with_plugins: None, clean_db: None, clean_index: None) -> dict[str, Any]:
    """A municipality with an acts dataset and a budget dataset."""
    import portal_catalogue as catalogue

    return catalogue.whole_catalogue()
