"""Fixtures of the portal's tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session", autouse=True)
def compiled_translations() -> None:
    """Compile the translations as the build does: a working copy may hold none or old ones."""
    for po in (ROOT / "ckanext" / "greekmunicipal" / "i18n").glob("*/LC_MESSAGES/*.po"):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
            continue
        with po.open("rb") as source, mo.open("wb") as target:
            write_mo(target, read_po(source, locale=po.parts[-3], domain=po.stem))


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


_DCAT_WORLD = pytest.StashKey[dict]()


@pytest.fixture
def dcat_world(with_plugins: None, request: pytest.FixtureRequest) -> dict[str, Any]:
    """A catalogue with datasets of every kind, for tests that only read.

    It is built once for as many tests as follow each other without emptying the portal.
    """
    import ckan.model as model
    import dcat_world

    stash = request.config.stash
    known = stash.get(_DCAT_WORLD, None)
    if known is None or model.Package.get(known["complete"]["id"]) is None:
        request.getfixturevalue("clean_db")
        request.getfixturevalue("clean_index")
        known = stash[_DCAT_WORLD] = dcat_world.build()
    return known
