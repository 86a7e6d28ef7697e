"""Our own tables: what is due, migrations, ids, options."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import acts_world as world
import pytest

from ckanext.greekmunicipal.diavgeia import plan
from ckanext.greekmunicipal.diavgeia.rows import MAPPING_VERSION
from ckanext.greekmunicipal.harvesters import identity, manifest
from ckanext.greekmunicipal.harvesters.diavgeia import (
    DiavgeiaHarvester,
    Options,
    SourceOptionError,
    read_options,
)

pytestmark = [pytest.mark.ckan]


# --- options of a source -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ('{"bodies": ["dimos-tinou"]}', Options(("6296",), plan.FIRST, None)),
        ('{"bodies": ["6296", "dimos-tinou"]}', Options(("6296",), plan.FIRST, None)),
        ('{"bodies": [6296]}', Options(("6296",), plan.FIRST, None)),
        (
            '{"bodies": ["6296"], "first": "2026-01-31", "delay": 2}',
            Options(("6296",), dt.date(2026, 1, 31), 2.0),
        ),
        ('{"bodies": ["6296"], "first": "1999-01-01"}', Options(("6296",), plan.FIRST, None)),
    ],
)
def test_the_options_of_a_source_are_read(text: str, options: Options) -> None:
    assert read_options(text) == options
    assert DiavgeiaHarvester().validate_config(text) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, '"bodies" must list municipalities'),
        ("", '"bodies" must list municipalities'),
        ("{", "is no JSON"),
        ("[]", "must be a JSON object"),
        ('{"bodies": []}', '"bodies" must list municipalities'),
        ('{"bodies": "dimos-tinou"}', "'dimos-tinou' was read"),
        ('{"bodies": ["dimos-atlantidas"]}', "dimos-atlantidas"),
        ('{"bodies": ["999999999"]}', "999999999"),
        ('{"bodies": [null]}', '"bodies": '),
        ('{"bodies": ["6296"], "first": "31/1/2026"}', "must be a date as 2019-01-31"),
        ('{"bodies": ["6296"], "delay": -1}', "seconds from 0 to 3600; -1 was read"),
        ('{"bodies": ["6296"], "delay": true}', "seconds from 0 to 3600; True was read"),
        ('{"bodies": ["6296"], "delay": NaN}', "seconds from 0 to 3600; nan was read"),
        ('{"bodies": ["6296"], "organisations": []}', "Unknown option: organisations"),
    ],
)
def test_a_wrong_option_is_told_with_what_was_read(text: str | None, message: str) -> None:
    with pytest.raises(SourceOptionError) as told:
        read_options(text)
    assert message in str(told.value)


def test_a_source_with_a_wrong_option_is_not_saved(empty_portal: None) -> None:
    import ckan.plugins.toolkit as tk

    from ckanext.greekmunicipal.harvesters.datasets import site_context

    with pytest.raises(tk.ValidationError, match="must be a date"):
        tk.get_action("harvest_source_create")(
            site_context(),
            {
                "name": "wrong",
                "title": "Wrong",
                "url": "https://diavgeia.gov.gr/opendata",
                "source_type": "diavgeia",
                "config": json.dumps({"bodies": ["6296"], "first": "soon"}),
            },
        )


# --- ids -----------------------------------------------------------------------------------------


def test_ids_are_the_same_on_every_machine() -> None:
    # A change here would make each dataset of each portal twice.
    assert identity.organization_id("6296") == "ec0b4960-0cf1-5fb5-a0e8-a3cff62bd1d7"
    assert identity.package_id("6296", "payments") == "0f44e36d-9f11-5f76-a84c-77e9940cbd8e"
    assert (
        identity.resource_id("6296", "payments", "acts") == "78c15d7e-46f0-5832-be9e-8ab86d181a60"
    )


# --- what is due ---------------------------------------------------------------------------------

FIRST = dt.date(2026, 1, 1)
TODAY = dt.date(2026, 9, 1)


def test_a_window_that_was_never_read_is_asked_whole() -> None:
    due = manifest.due("6296", FIRST, TODAY, {})
    assert [(w.issue_from, w.submitted_from) for w in due] == [
        (dt.date(2026, 1, 1), None),
        (dt.date(2026, 5, 31), None),
    ]


def test_a_window_that_was_read_is_asked_for_its_changes() -> None:
    read = {plan.grid(FIRST, TODAY)[0]: dt.date(2026, 8, 20)}
    first, second = manifest.due("6296", FIRST, TODAY, read)
    assert first.submitted_from == dt.date(2026, 8, 17)
    assert second.submitted_from is None


def window(
    started: str, newest: str | None, state: str = "done", mapping: str = str(MAPPING_VERSION)
) -> None:
    """Write a window that was read."""
    bounds = plan.grid(FIRST, TODAY)[0]
    with world.sql() as cursor:
        cursor.execute(
            "INSERT INTO greekmunicipal.window_read (ticket_id, job_id, source_id,"
            " organization_uid, issue_from, issue_to, state, started, newest_submission,"
            " mapping_version) SELECT gen_random_uuid(), 'job', 'source', '6296', %s, %s, %s, %s,"
            " %s, %s",
            (*bounds, state, started, newest, mapping),
        )


@pytest.mark.parametrize(
    ("started", "newest", "day"),
    [
        # Our clock runs ahead of the source's, or nothing was submitted for a week.
        ("2026-09-01 10:00+03", "2026-08-25 10:00+03", dt.date(2026, 8, 25)),
        # A submission dated into the future.
        ("2026-09-01 10:00+03", "2027-08-25 10:00+03", dt.date(2026, 9, 1)),
        # The day is that of Athens.
        ("2026-09-01 10:00+03", "2026-08-24 22:30+00", dt.date(2026, 8, 25)),
        # No act was known: nothing tells the time of the source.
        ("2026-09-01 10:00+03", None, None),
    ],
)
def test_changes_are_asked_for_since_the_newest_known_submission(
    clean_datastore: None, started: str, newest: str | None, day: dt.date | None
) -> None:
    window(started, newest)
    with world.sql() as cursor:
        read = manifest.last_reads(cursor, "source", "6296")
    assert read.get(plan.grid(FIRST, TODAY)[0]) == day


def test_reads_that_failed_or_had_another_mapping_do_not_count(clean_datastore: None) -> None:
    window("2026-09-01 10:00+03", "2026-08-25 10:00+03", state="failed")
    window("2026-09-01 10:00+03", "2026-08-25 10:00+03", mapping="0")
    with world.sql() as cursor:
        assert manifest.last_reads(cursor, "source", "6296") == {}


# --- migrations ----------------------------------------------------------------------------------


def tables() -> set[str]:
    return {
        name
        for (name,) in world.select(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'greekmunicipal'"
        )
    }


def test_our_tables_go_and_come_back_beside_the_rows_that_stay(
    empty_portal: None, serving: Any, migrate_db_for: Any
) -> None:
    server = serving(world.small())
    source = world.set_up(server)
    world.harvest_well(source)
    rows, there = world.all_stored(), tables()
    try:
        migrate_db_for("greekmunicipal", "base", False)
        assert tables() == {"alembic_version"}
        assert world.all_stored() == rows
        with world.sql() as cursor:
            cursor.execute(f"UPDATE {world.table('payments', 'lines')} SET line_no = line_no + 50")
    finally:
        migrate_db_for("greekmunicipal")
    assert tables() == there
    migrate_db_for("greekmunicipal")
    # What was known of the rows is lost, not the rows: all is read and compared anew.
    world.harvest_well(source)
    assert world.all_stored() == rows == world.expected(server.simulator)
    assert world.dataset("payments")["state"] == "active"


def test_our_tables_are_no_orphans_of_the_datastore(empty_portal: None, cli: Any) -> None:
    from ckanext.datastore.cli import datastore

    before = tables()
    result = cli.invoke(datastore, ["purge"], input="y\n")
    assert result.exit_code == 0, result.output
    assert tables() == before
