"""One dataset from the records that catalogues have of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ckanext.greekmunicipal.catalogs.merging import Stored, merged

START = dt.datetime(2026, 1, 1, tzinfo=dt.timezone.utc)


def record(name: str, **more: Any) -> Stored:
    values: dict[str, Any] = {
        "source_id": name,
        "record": name,
        "fingerprint": name,
        "state": "here",
        "preference": 0,
        "modified": "2026-05-01",
        "page": f"https://{name}.example/dataset/1",
        "dataset": {"title_translated": {"el": name}, "uri": f"https://{name}.example/id"},
        "looks": [],
        "first_seen": START,
    }
    return Stored(**{**values, **more})


def title(*records: Stored) -> str:
    found = merged(records)
    assert found is not None
    return found["title_translated"]["el"]


def test_the_newest_record_counts_then_that_of_the_preferred_source_then_the_first() -> None:
    later = START + dt.timedelta(days=1)
    assert title(record("a", preference=9), record("b", modified="2026-05-02T08:00:00")) == "b"
    assert title(record("a"), record("b", preference=1)) == "b"
    assert title(record("a", first_seen=later), record("b")) == "b"
    assert title(record("a"), record("b", modified="")) == "a"


def test_the_uri_does_not_follow_the_newest_and_all_sources_are_named() -> None:
    found = merged([record("a", preference=1), record("b", modified="2026-06-01")])
    assert found is not None
    assert found["title_translated"]["el"] == "b"
    assert found["uri"] == "https://a.example/id"
    assert found["source"] == [f"https://{name}.example/dataset/1" for name in "ab"]
    preferred = merged([record("a"), record("b", preference=1, modified="2026-06-01")])
    assert preferred is not None
    assert preferred["uri"] == "https://b.example/id"
    assert all(f"https://{name}.example/dataset/1" in found["provenance"]["el"] for name in "ab")


def test_a_record_that_is_gone_counts_no_more_and_without_any_there_is_no_dataset() -> None:
    gone = record("b", modified="2026-06-01", state="gone")
    assert title(record("a"), gone) == "a"
    assert merged([gone]) is None


def test_what_could_not_be_mapped_stands_in_the_provenance_behind_what_was_there() -> None:
    look = {"field": "frequency", "value": "όταν φυσά", "why": "not understood"}
    stated = {"title_translated": {"el": "α"}, "provenance": {"el": "Από απογραφή."}}
    found = merged([record("a", dataset=stated, looks=[look] * 40)])
    assert found is not None
    assert found["provenance"]["el"].startswith("Από απογραφή.\n\n")
    assert "frequency: όταν φυσά (not understood)" in found["provenance"]["el"]
    assert "(+10)" in found["provenance"]["en"]
