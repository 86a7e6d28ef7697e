"""Options of a catalogue source, refused when they are saved."""

from __future__ import annotations

import json
from typing import Any

import pytest

pytestmark = [pytest.mark.ckan, pytest.mark.usefixtures("with_plugins")]

GOOD = {"url": "https://data.gov.gr/api/", "organization": "dimospeiraia"}


def read(**options: Any) -> Any:
    from ckanext.greekmunicipal.harvesters.catalogs.options import read_options

    return read_options(json.dumps(options))


def test_a_good_configuration_is_read() -> None:
    options = read(municipality="dimos-peiraios", ckan={**GOOD, "filter": "tags:x"}, preference=5)

    assert options.municipality.slug == "dimos-peiraios"
    assert options.catalogue.url == "https://data.gov.gr"
    assert options.catalogue.filter == '+organization:"dimospeiraia" +(tags:x)'
    assert options.preference == 5
    assert (options.guard.most, options.guard.share) == (10, 0.1)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, "neither"),
        ({"ckan": GOOD, "dcat": {"url": "https://x.gr/catalog.ttl"}}, "ckan, dcat"),
        ({"ckan": {"url": "https://data.gov.gr"}}, "organization"),
        ({"ckan": {**GOOD, "url": "ftp://x"}}, "ftp://x"),
        ({"ckan": {**GOOD, "url": "http://10.1.2.3/"}}, "private network"),
        ({"ckan": {**GOOD, "organization": 'a" OR "b'}}, "ckan.organization"),
        ({"ckan": {**GOOD, "who": 1}}, "who"),
        ({"dcat": "x"}, "dcat"),
        ({"ckan": GOOD, "municipality": "atlantis"}, "atlantis"),
        ({"ckan": GOOD, "preference": "much"}, "preference"),
        ({"ckan": GOOD, "deletions": {"share": 2}}, "deletions.share"),
        ({"ckan": GOOD, "deletions": {"most": -1}}, "deletions.most"),
        ({"ckan": GOOD, "other": 1}, "other"),
    ],
)
def test_a_configuration_that_cannot_be_used_is_refused_with_what_was_read(
    options: dict[str, Any], told: str
) -> None:
    from ckanext.greekmunicipal.harvesters.base import SourceOptionError

    with pytest.raises(SourceOptionError, match=told.replace("+", ".")):
        read(**options)
