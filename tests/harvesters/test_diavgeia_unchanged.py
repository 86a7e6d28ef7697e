"""A source in which nothing happened."""

from __future__ import annotations

import datetime as dt
from typing import Any

import acts_world as world
import ckan.model as model
import pytest
import sqlalchemy as sa
from ckan.lib.search.common import make_connection

from ckanext.greekmunicipal.harvesters import diavgeia

pytestmark = [pytest.mark.ckan]


def everything_written() -> dict[str, Any]:
    """Which version of each row, dataset and document is there."""
    model.Session.rollback()
    documents = make_connection().search("*:*", rows=1000, fl="id,_version_,indexed_ts")
    index = {d["id"]: (d["_version_"], str(d["indexed_ts"])) for d in documents.docs}
    found: dict[str, Any] = {"index": {key: index[key] for key in sorted(index)}}
    for family in world.FAMILY_SLUGS:
        for name in ("acts", "lines"):
            if world.has_table(family, name):
                found[f"{family} {name}"] = world.prints(family, name)
    for name in ("act_ledger", "version_log", "publication"):
        found[name] = world.select(
            f"SELECT ctid::text, xmin::text FROM greekmunicipal.{name} ORDER BY ctid"
        )
    for name in ("package", "resource", "resource_view"):
        found[name] = model.Session.execute(
            sa.text(f"SELECT ctid::text, xmin::text FROM {name} ORDER BY ctid")
        ).fetchall()
    return found


@pytest.mark.parametrize("days", [0, 1])
def test_a_second_harvest_of_an_unchanged_source_writes_nothing(harvested: Any, days: int) -> None:
    before = everything_written()
    assert len(before["publication"]) == len(world.FAMILY_SLUGS)
    world.move_clock(harvested, world.NOW + dt.timedelta(days=days))
    try:
        tickets = world.harvest_well(world.source_id())
    finally:
        world.move_clock(harvested, world.NOW)
    assert everything_written() == before
    assert {ticket.report_status for ticket in tickets} == {"not modified"}


def test_a_second_harvest_asks_only_for_what_changed_since(harvested: Any) -> None:
    harvested.forget()
    world.harvest_well(world.source_id())
    asked = [request.parameters["from_date"] for request in harvested.requests]
    # Three days before the day that the source's own clock showed, whatever ours shows; another
    # test may have read on the day after.
    since = world.NOW.date() - dt.timedelta(days=3)
    assert set(asked) <= {(since + dt.timedelta(days=i)).isoformat() for i in (0, 1)}
    assert asked


def test_publishing_again_changes_no_dataset(harvested: Any) -> None:
    before = everything_written()
    assert set(diavgeia.publish_body(world.UID, None).values()) == {"unchanged"}
    assert everything_written() == before
