"""Options of sources of budget files on the web, looked at when a source is saved."""

from __future__ import annotations

import json
from typing import Any

import pytest

pytestmark = [pytest.mark.ckan, pytest.mark.usefixtures("with_plugins")]

TINOS = "dimos-tinou"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"urls": []}, '"urls"'),
        ({"urls": ["file:///etc/passwd"]}, '"urls"'),
        ({"urls": ["https://user:secret@tinos.gr/a.csv"]}, "without user or password"),
        ({"urls": ["http://10.0.0.1/a.csv"]}, "private network"),
        ({"urls": ["http://localhost/a.csv"]}, "private network"),
        ({"page": "https://tinos.gr"}, '"page" must be as'),
        ({"page": {"url": "https://tinos.gr", "regex": "x"}}, "unknown option regex"),
        ({"page": {"url": "https://tinos.gr", "names": [5]}}, '"page.names"'),
        ({"feed": {}}, '"feed.url"'),
        ({"ckan": {"url": "https://data.example"}}, '"query" or "filter"'),
        ({"ckan": {"url": "https://data.example", "query": "x", "formats": "EXE"}}, "EXE"),
        ({"diavgeia": {"types": ["Γ.2"]}}, '"diavgeia.types"'),
        ({"diavgeia": {"first": "1/1/2025"}}, '"diavgeia.first"'),
        ({"folder": "a", "corrections": [{"index": 1, "meaning": "gift"}]}, '"corrections"'),
        ({"folder": "a", "urls": ["https://tinos.gr/a.csv"]}, "Give one of"),
    ],
)
def test_wrong_options_are_refused_when_the_source_is_saved(
    options: dict[str, Any], told: str
) -> None:
    from ckanext.greekmunicipal.harvesters.base import SourceOptionError
    from ckanext.greekmunicipal.harvesters.budgets import MunicipalBudgetHarvester

    config = json.dumps({"municipality": TINOS, **options})
    with pytest.raises(SourceOptionError) as refused:
        MunicipalBudgetHarvester().validate_config(config)
    assert told in str(refused.value)


@pytest.mark.parametrize(
    "options",
    [
        {"urls": ["https://www.tinos.gr/έσοδα 2026.csv", "https://www.tinos.gr/έξοδα 2026.csv"]},
        {"budgets": [{"urls": ["https://www.tinos.gr/b.csv"], "year": 2026}]},
        {"page": {"url": "https://www.tinos.gr/οικονομικά", "names": ["*.csv", "*.xlsx"]}},
        {"feed": {"url": "https://www.tinos.gr/rss", "texts": "*εκτέλεση*", "without": "*σχέδιο*"}},
        {"ckan": {"url": "https://data.example/", "query": "προϋπολογισμός", "formats": ["XLS"]}},
        {"diavgeia": {}},
        # The type with a Latin B.
        {"diavgeia": {"types": ["B.3"], "first": "2024-01-01", "without": ["6ΨΧΡΩΛΠ-2ΧΡ"]}},
    ],
)
def test_options_that_say_all_that_is_needed_are_accepted(options: dict[str, Any]) -> None:
    from ckanext.greekmunicipal.harvesters.budgets import MunicipalBudgetHarvester

    config = json.dumps({"municipality": TINOS, **options})
    assert MunicipalBudgetHarvester().validate_config(config) == config
