"""Answers that are not believed, sources that cannot be read, datasets that a person removed."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import acts_world as world
import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
from ckanext.harvest.model import HarvestSource

from ckanext.greekmunicipal.diavgeia.client import Client
from ckanext.greekmunicipal.diavgeia.simulator import Faults
from ckanext.greekmunicipal.harvesters import diavgeia_reading
from ckanext.greekmunicipal.harvesters.datasets import site_context
from ckanext.greekmunicipal.harvesters.identity import organization_id, package_id, resource_id
from ckanext.greekmunicipal.municipalities import by_slug

pytestmark = [pytest.mark.ckan]

# Fault, how often it comes until the client gives up, what the message says.
FAULTS = (
    ("wrong_echo", 1, "the echo differs"),
    ("clamped", 1, "the echo differs"),
    ("truncated", 6, "no whole JSON"),
    ("html", 6, "text/html"),
    ("wrong_total", 4, "Diavgeia counts"),
)


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that asks again at once."""
    impatient = functools.partial(Client, sleep=lambda seconds: None)
    monkeypatch.setattr(diavgeia_reading, "Client", impatient)


@pytest.fixture
def source(empty_portal: None, serving: Callable[[Any], Any], no_pauses: None) -> Any:
    """A source with two windows and few acts; its server."""
    server = serving(world.small())
    world.set_up(server)
    return server


def job_with_fault(server: Any, fault: str, times: int) -> list[Any]:
    """A job whose first window is answered wrongly; its harvest objects."""
    tickets = world.gather(world.new_job(world.source_id()))
    server.faults.ask(fault, times, "search.json")
    return [world.fetch(ticket) for ticket in tickets]


def states(job_id: str) -> list[tuple[str, int | None]]:
    return world.select(
        "SELECT state, rows_new FROM greekmunicipal.window_read WHERE job_id = %s"
        " ORDER BY issue_from DESC",
        job_id,
    )


def test_an_answer_that_does_not_prove_itself_fails_its_window_only(source: Any) -> None:
    second_window = None
    for fault, times, message in FAULTS:
        first, *others = job_with_fault(source, fault, times)
        assert (first.state, first.report_status) == ("ERROR", "errored"), fault
        [told] = world.errors_of(first)
        assert message in told
        assert {other.state for other in others} == {"COMPLETE"}
        failed, *read = states(first.harvest_job_id)
        assert failed == ("failed", None)
        assert {state for state, _ in read} == {"done"}
        dates = [
            row[world.position("acts", "issue_date")]
            for family in world.FAMILY_SLUGS
            for row in world.stored(family, "acts")
        ]
        [(border,)] = world.select("SELECT max(issue_from) FROM greekmunicipal.window_read")
        assert dates
        assert max(dates) <= border
        assert second_window in (None, world.all_stored())
        second_window = world.all_stored()
    world.harvest_well(world.source_id())
    assert world.all_stored() == world.expected(source.simulator)


def test_a_wrong_answer_takes_nothing_from_what_is_stored(source: Any) -> None:
    world.harvest_well(world.source_id())
    before = world.all_stored()
    for fault, times, _ in FAULTS:
        job_with_fault(source, fault, times)
    assert world.all_stored() == before


def test_the_status_counts_windows_that_were_not_believed(source: Any) -> None:
    job_with_fault(source, "wrong_echo", 1)
    [status] = tk.get_action("greekmunicipal_harvest_status")(site_context(), {})
    acts = status["acts"]
    assert (acts["failed"], acts["done"]) == (1, acts["windows"] - 1)
    assert "the echo differs" in acts["errors"][0]


def test_a_night_of_maintenance_takes_nothing_and_the_next_run_completes(source: Any) -> None:
    job = world.gather(world.new_job(world.source_id()))
    first, *others = job
    world.fetch(first)
    before = world.all_stored()
    source.faults.faults = Faults(bad_gateway=0.5, html=0.5)
    for ticket in others:
        assert world.fetch(ticket).state == "ERROR"
    for each in world.harvest(world.source_id()):
        assert each.state == "ERROR"
    assert world.all_stored() == before
    source.faults.faults = Faults()
    world.harvest_well(world.source_id())
    assert world.all_stored() == world.expected(source.simulator)


def test_faults_that_pass_are_waited_for(source: Any) -> None:
    for fault in ("rate_limited", "server_error", "bad_gateway", "reset", "cut", "shifted"):
        source.faults.ask(fault, 1, "search.json")
    world.harvest_well(world.source_id())
    assert world.all_stored() == world.expected(source.simulator)


# --- sources that cannot be read -----------------------------------------------------------------


def gather_errors(job: Any) -> list[str]:
    model.Session.expire_all()
    return [error.message for error in job.gather_errors]


def test_a_body_without_organisation_is_told_and_does_not_end_the_consumer(source: Any) -> None:
    harvest_source = HarvestSource.get(world.source_id())
    harvest_source.config = '{"bodies": ["dimos-tinou", "dimos-thivaion"]}'
    harvest_source.save()
    job = world.new_job(harvest_source.id)
    assert world.gather(job) == []
    [told] = gather_errors(job)
    assert f"Diavgeia number {by_slug('dimos-thivaion').diavgeia_uid}" in told
    assert "ckan greekmunicipal setup" in told
    assert world.select("SELECT * FROM greekmunicipal.window_read") == []


ADDRESSES = (
    ("http://diavgeia.gov.gr/opendata", "is not https"),
    ("http://10.0.0.7/opendata", "is not https"),
    ("https://10.0.0.7/opendata", "private network"),
    ("https://localhost/opendata", "private network"),
    ("ftp://diavgeia.gov.gr/opendata", "is no base address"),
)


def test_an_address_that_is_not_allowed_is_refused(source: Any) -> None:
    for address, message in ADDRESSES:
        harvest_source = HarvestSource.get(world.source_id())
        harvest_source.url = address
        harvest_source.save()
        job = world.new_job(world.source_id())
        assert world.gather(job) == []
        [told] = gather_errors(job)
        assert message in told
    assert source.requests == []


# --- datasets and tables that a person removed ---------------------------------------------------


def test_a_deleted_dataset_is_not_brought_back_until_a_person_restores_it(source: Any) -> None:
    world.harvest_well(world.source_id())
    payments = package_id(world.UID, "payments")
    tk.get_action("package_delete")(site_context(), {"id": payments})
    # As after a loss of the rows: each act of the family would be new.
    tk.get_action("datastore_delete")(
        site_context(), {"resource_id": resource_id(world.UID, "payments", "acts"), "force": True}
    )
    world.harvest_well(world.source_id())
    assert model.Package.get(payments).state == "deleted"
    assert not world.has_table("payments", "acts")
    expected = world.expected(source.simulator)
    [(refused,)] = world.select(
        "SELECT sum(rows_skipped) FROM greekmunicipal.window_read WHERE 'payments' = ANY(refused)"
    )
    assert refused == len(expected["payments", "acts"])

    source.forget()
    world.harvest_well(world.source_id())
    # The next run does not read all again: nothing has changed for it.
    assert {request.parameters["from_date"] for request in source.requests} != {"2010-01-01"}

    tk.get_action("package_patch")(site_context(), {"id": payments, "state": "active"})
    world.harvest_well(world.source_id())
    assert world.all_stored() == expected


def test_a_purged_table_is_read_again_whole(source: Any) -> None:
    world.harvest_well(world.source_id())
    before = world.all_stored()
    for family, name in (("payments", "acts"), ("commitments", "lines")):
        with world.sql() as cursor:
            cursor.execute(f"DROP TABLE {world.table(family, name)} CASCADE")
        world.harvest_well(world.source_id())
        assert world.all_stored() == before, (family, name)


def test_a_purged_dataset_is_made_anew(source: Any) -> None:
    world.harvest_well(world.source_id())
    before, dataset = world.all_stored(), world.dataset("payments")
    tk.get_action("dataset_purge")(site_context(), {"id": dataset["id"]})
    world.harvest_well(world.source_id())
    assert world.all_stored() == before
    again = world.dataset("payments")
    assert again["state"] == "active"
    assert [each["id"] for each in again["resources"]] == [
        each["id"] for each in dataset["resources"]
    ]


def test_two_sources_of_a_body_make_no_duplicates(source: Any) -> None:
    world.harvest_well(world.source_id())
    before = world.all_stored()
    second = tk.get_action("harvest_source_create")(
        site_context(),
        {
            "name": "second-source",
            "title": "Second",
            "url": source.base_url,
            "source_type": "diavgeia",
            "config": '{"bodies": ["6296"], "first": "2026-03-20", "last": "2026-11-02"}',
            "owner_org": organization_id(world.UID),
        },
    )
    world.harvest_well(second["id"])
    assert world.all_stored() == before
    assert world.dataset("payments")["id"] == package_id(world.UID, "payments")
    found = tk.get_action("package_search")(site_context(), {"q": "family:payments"})
    assert found["count"] == 1
