"""Our own tables: what is due, migrations, ids, options."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any

import acts_world as world
import pytest

from ckanext.greekmunicipal.diavgeia import plan
from ckanext.greekmunicipal.diavgeia.plan_run import Planned
from ckanext.greekmunicipal.diavgeia.rows import MAPPING_VERSION
from ckanext.greekmunicipal.harvesters import identity, manifest
from ckanext.greekmunicipal.harvesters.diavgeia import (
    DiavgeiaHarvester,
    Options,
    SourceOptionError,
    read_options,
)
from ckanext.greekmunicipal.harvesters.diavgeia_gather import tickets_of
from ckanext.greekmunicipal.municipalities import municipalities

pytestmark = [pytest.mark.ckan]


# --- options of a source -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ('{"bodies": ["dimos-tinou"]}', Options(("6296",))),
        ('{"bodies": ["6296", "dimos-tinou"]}', Options(("6296",))),
        ('{"bodies": [6296]}', Options(("6296",))),
        (
            '{"bodies": ["6296"], "first": "2026-01-31", "delay": 2}',
            Options(("6296",), dt.date(2026, 1, 31), 2.0),
        ),
        ('{"bodies": ["6296"], "first": "1899-01-01"}', Options(("6296",), plan.EARLIEST)),
        ('{"bodies": ["6296"], "from_year": 2015}', Options(("6296",), dt.date(2015, 1, 1))),
        (
            '{"bodies": ["6296"], "last": "2019-08-31", "window": 30, "page_size": 100}',
            Options(("6296",), last=dt.date(2019, 9, 1), window=30, page_size=100),
        ),
        (
            '{"bodies": ["6296"], "families": ["payments", "awards"], "predecessors": false}',
            Options(("6296",), families=("awards", "payments"), predecessors=False),
        ),
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
        ('{"bodies": ["6296"], "region": "Crete"}', "not both"),
        ('{"region": "Kriti"}', "Central Greece, Central Macedonia, Crete"),
        ('{"bodies": ["6296"], "from_year": "2015"}', "a year from 1990 to 2099; '2015' was read"),
        ('{"bodies": ["6296"], "from_year": 2015, "first": "2015-01-01"}', "not both"),
        ('{"bodies": ["6296"], "first": "2020-01-01", "last": "2019-01-01"}', "not be before"),
        ('{"bodies": ["6296"], "window": 151}', "1 to 150 days; 151 was read"),
        ('{"bodies": ["6296"], "page_size": 0}', "1 to 500 acts a page; 0 was read"),
        ('{"bodies": ["6296"], "families": ["salaries"]}', "some of payments"),
        ('{"bodies": ["6296"], "families": [["x"]]}', "some of payments"),
        ('{"bodies": ["6296"], "predecessors": "no"}', "must be true or false; 'no' was read"),
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


def test_a_region_and_the_whole_country_are_the_municipalities_of_the_register() -> None:
    crete = [one.diavgeia_uid for one in municipalities() if one.region_iso == "GR-M"]
    for name in ("Κρήτης", "Crete", "GR-M"):
        assert list(read_options(json.dumps({"region": name})).bodies) == crete
    assert len(crete) == 24
    assert len(read_options('{"bodies": "all"}').bodies) == 332


# --- ids -----------------------------------------------------------------------------------------


def test_ids_are_the_same_on_every_machine() -> None:
    # A change here would make each dataset of each portal twice.
    assert identity.organization_id("6296") == "ec0b4960-0cf1-5fb5-a0e8-a3cff62bd1d7"
    assert identity.package_id("6296", "payments") == "0f44e36d-9f11-5f76-a84c-77e9940cbd8e"
    assert (
        identity.resource_id("6296", "payments", "acts") == "78c15d7e-46f0-5832-be9e-8ab86d181a60"
    )


# --- what was read -------------------------------------------------------------------------------

BOUNDS = plan.Bounds(dt.date(2026, 1, 7), dt.date(2026, 6, 6))
DONE = {"state": "done", "through": dt.date(2026, 8, 25), "mapping_version": str(MAPPING_VERSION)}


def window(**values: Any) -> None:
    """Write a line of the manifest."""
    line = {
        "ticket_id": str(uuid.uuid4()),
        "job_id": "job",
        "source_id": "source",
        "organization_uid": "6296",
        "bodies": ["6296"],
        "started": "2026-09-01 10:00+03",
        "issue_from": BOUNDS.issue_from,
        "issue_to": BOUNDS.issue_to,
        **DONE,
        **values,
    }
    with world.sql() as cursor:
        cursor.execute(
            f"INSERT INTO greekmunicipal.window_read ({', '.join(line)})"
            f" VALUES ({', '.join(['%s'] * len(line))})",
            tuple(line.values()),
        )


def mark(uid: str = "6296", families: tuple[str, ...] | None = None) -> dt.date | None:
    with world.sql() as cursor:
        return manifest.known(cursor, "source", families).mark(uid, BOUNDS)


def test_a_window_counts_as_read_up_to_the_day_that_was_proved(clean_datastore: None) -> None:
    assert mark() is None
    window()
    assert mark() == dt.date(2026, 8, 25)
    # An increment that begins after the mark leaves a gap, and moves nothing.
    gap = {"submitted_from": dt.date(2026, 8, 26), "through": dt.date(2026, 9, 9)}
    window(started="2026-09-02 10:00+03", **gap)
    assert mark() == dt.date(2026, 8, 25)
    joins = {"submitted_from": dt.date(2026, 8, 22), "through": dt.date(2026, 9, 1)}
    window(started="2026-09-03 10:00+03", **joins)
    assert mark() == dt.date(2026, 9, 1)


@pytest.mark.parametrize(
    "values",
    [
        {"state": "failed"},
        {"state": "reading"},
        {"mapping_version": "0"},
        {"through": None},
        {"source_id": "another"},
        {"forgotten": ["6296"]},
        {"families": ["payments"]},
    ],
)
def test_what_failed_or_was_read_by_other_rules_does_not_count(
    clean_datastore: None, values: dict[str, Any]
) -> None:
    window(**values)
    assert mark() is None


def test_a_read_of_some_families_counts_for_a_source_that_wants_no_more(
    clean_datastore: None,
) -> None:
    window(families=["awards", "payments"])
    assert mark(families=("payments",)) == dt.date(2026, 8, 25)
    assert mark(families=("payments", "tenders")) is None


def test_a_read_of_the_country_counts_for_the_bodies_that_were_kept(clean_datastore: None) -> None:
    window(organization_uid="", bodies=["6296", "6115"], forgotten=["6115"])
    assert mark("6296") == dt.date(2026, 8, 25)
    assert mark("6115") is None
    assert mark("6044") is None


def test_a_body_that_is_forgotten_is_read_whole_again_and_no_other(clean_datastore: None) -> None:
    window(organization_uid="", bodies=["6296", "6115"], refused=["6296/awards", "6115/tenders"])
    window(refused=["payments"])
    with world.sql() as cursor:
        assert set(manifest.refused_families(cursor, "6296")) == {"awards", "payments"}
        manifest.forget_reads(cursor, "6296")
        assert manifest.refused_families(cursor, "6296") == ()
        assert manifest.refused_families(cursor, "6115") == ("tenders",)
    assert mark("6296") is None
    assert mark("6115") == dt.date(2026, 8, 25)


# --- tickets -------------------------------------------------------------------------------------


def made(start: dt.date, expected: float, uid: str = "6296") -> Planned:
    end = start + dt.timedelta(days=10)
    return Planned(plan.Window(uid, start, end), "backfill", "never read", (uid,), expected)


def test_short_windows_of_a_body_are_one_ticket_and_a_long_one_stands_alone() -> None:
    days = [dt.date(1990, 1, 1) + i * dt.timedelta(days=10) for i in range(60)]
    short = [made(day, 0) for day in days]
    long = made(dt.date(2020, 1, 1), 3000)
    tickets = list(tickets_of([long, *short, made(days[0], 0, "6115")]))
    assert [len(ticket) for ticket in tickets] == [1, 25, 25, 10, 1]
    assert [one for ticket in tickets for one in ticket][1:-1] == short


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
