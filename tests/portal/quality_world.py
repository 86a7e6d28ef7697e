"""A municipality of its own for each test, in a portal that is emptied only once."""

from __future__ import annotations

import itertools
from typing import Any

import ckan.model as model
import portal_catalogue as catalogue
import pytest

from ckanext.greekmunicipal import datastore, municipalities

_FIRST = pytest.StashKey[str]()
_numbers = itertools.count()
# Tinos is that of the other tests.
_SLUGS = [each.slug for each in municipalities.municipalities() if each.slug != catalogue.SLUG]


def fresh_municipality(request: pytest.FixtureRequest) -> dict[str, Any]:
    """An organisation without datasets; the portal is emptied before the first one."""
    stash = request.config.stash
    if model.Group.get(stash.get(_FIRST, "")) is None:
        request.getfixturevalue("clean_db")
        request.getfixturevalue("clean_index")
        with datastore.transaction() as cursor:
            cursor.execute("TRUNCATE greekmunicipal.quality, greekmunicipal.link_check")
    slug = _SLUGS[next(_numbers)]
    made = catalogue.municipality(slug, contact_email=f"opendata@{slug}.gr")
    stash.setdefault(_FIRST, made["id"])
    if model.Group.get(stash[_FIRST]) is None:
        stash[_FIRST] = made["id"]
    return made
