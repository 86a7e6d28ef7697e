"""Actions and commands of the portal: the register, the set-up, how harvests stand."""

from __future__ import annotations

import json
from typing import Any

import acts_world as world
import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan.tests import factories
from click.testing import Result

from ckanext.greekmunicipal import cli as commands
from ckanext.greekmunicipal.harvesters.datasets import site_context
from ckanext.greekmunicipal.harvesters.identity import organization_id

pytestmark = [pytest.mark.ckan]


def get(app: Any, action: str, **parameters: str) -> Any:
    answer = app.get(f"/api/3/action/{action}", query_string=parameters)
    assert answer.status_code == 200
    return json.loads(answer.data)["result"]


# --- the register ------------------------------------------------------------------------------


def test_the_register_is_listed_and_searched_by_anybody(harvested: Any, app: Any) -> None:
    assert len(get(app, "greekmunicipal_municipality_list")) == 332
    [found] = get(app, "greekmunicipal_municipality_list", q="ΔΗΜΟΣ ΤΗΝΟΥ")
    assert (found["slug"], found["diavgeia_uid"]) == ("dimos-tinou", "6296")
    assert get(app, "greekmunicipal_municipality_list", q="πουθενά δεν υπάρχει") == []


def test_a_municipality_is_shown_by_each_of_its_keys(harvested: Any, app: Any) -> None:
    for key in ("dimos-tinou", "6296", "800302968"):
        found = get(app, "greekmunicipal_municipality_show", id=key)
        assert found["name_el"] == "Δήμος Τήνου"
        assert isinstance(found["predecessors"], list)


def test_an_unknown_or_missing_key_is_told(harvested: Any) -> None:
    show = tk.get_action("greekmunicipal_municipality_show")
    with pytest.raises(tk.ObjectNotFound, match="dimos-atlantidas"):
        show({}, {"id": "dimos-atlantidas"})
    with pytest.raises(tk.ValidationError, match="id"):
        show({}, {})


# --- how harvests stand --------------------------------------------------------------------------


def test_the_status_sums_what_the_last_harvest_did(harvested: Any, app: Any) -> None:
    job_id = world.select(
        "SELECT job_id FROM greekmunicipal.window_read GROUP BY job_id"
        " ORDER BY max(started) DESC LIMIT 1"
    )[0][0]
    [status] = get(app, "greekmunicipal_harvest_status", municipality="dimos-tinou")
    acts = status["acts"]
    assert (status["municipality"], status["diavgeia_uid"]) == ("dimos-tinou", "6296")
    assert (acts["job_id"], acts["failed"], acts["errors"]) == (job_id, 0, [])
    assert acts["done"] == acts["windows"] >= 2
    total = acts["rows_new"] + acts["rows_changed"] + acts["rows_unchanged"]
    assert acts["total"] == total + acts["rows_duplicate"] + acts["rows_skipped"]


def test_the_status_of_all_has_only_those_that_were_harvested(harvested: Any, app: Any) -> None:
    assert [s["municipality"] for s in get(app, "greekmunicipal_harvest_status")] == ["dimos-tinou"]
    [never] = get(app, "greekmunicipal_harvest_status", municipality="dimos-athinaion")
    assert (never["acts"], never["budgets"]) == (None, [])


def test_error_messages_are_shown_to_administrators_only(harvested: Any, app: Any) -> None:
    with world.sql() as cursor:
        cursor.execute(
            "UPDATE greekmunicipal.window_read SET error = 'secret address'"
            " WHERE ticket_id IN (SELECT ticket_id FROM greekmunicipal.window_read"
            " ORDER BY started DESC LIMIT 1)"
        )
    try:
        [anonymous] = get(app, "greekmunicipal_harvest_status")
        assert anonymous["acts"]["errors"] == []
        user = {"user": factories.User()["name"], "ignore_auth": False}
        [seen] = tk.get_action("greekmunicipal_harvest_status")(user, {})
        assert seen["acts"]["errors"] == []
        admin = {"user": factories.Sysadmin()["name"], "ignore_auth": False}
        [seen] = tk.get_action("greekmunicipal_harvest_status")(admin, {})
        assert seen["acts"]["errors"] == ["secret address"]
    finally:
        with world.sql() as cursor:
            cursor.execute("UPDATE greekmunicipal.window_read SET error = NULL")


# --- the set-up ----------------------------------------------------------------------------------


def run(cli: Any, *arguments: str) -> Result:
    return cli.invoke(commands.greekmunicipal, [*arguments])


def portal() -> list[Any]:
    """All organisations, datasets and sources, and when they changed."""
    model.Session.rollback()
    return [
        model.Session.execute(
            sa.text(f"SELECT ctid::text, xmin::text FROM {name} ORDER BY ctid")
        ).fetchall()
        for name in ('"group"', "package", "harvest_source", "member")
    ]


def test_a_dry_run_of_the_set_up_changes_nothing(empty_portal: None, cli: Any) -> None:
    before = portal()
    result = run(cli, "setup", "dimos-tinou", "--dry-run")
    assert result.exit_code == 0, result.output
    assert result.output.splitlines() == [
        "dimos-tinou: organization dimos-tinou would be made",
        "dimos-tinou: source diavgeia-dimos-tinou would be made",
    ]
    assert portal() == before


def test_the_set_up_makes_what_is_missing_and_repeated_changes_nothing(
    empty_portal: None, cli: Any
) -> None:
    arguments = ("setup", "dimos-tinou", "dimos-thivaion", "--first", "2026-01-01")
    result = run(cli, *arguments)
    assert result.exit_code == 0, result.output
    made = model.Group.get(organization_id("6296"))
    assert made is not None
    assert made.name == "dimos-tinou"
    source = tk.get_action("harvest_source_show")(site_context(), {"id": "diavgeia-dimos-tinou"})
    assert json.loads(source["config"]) == {"bodies": ["dimos-tinou"], "first": "2026-01-01"}
    assert source["url"] == "https://diavgeia.gov.gr/opendata"
    assert source["frequency"] == "DAILY"
    before = portal()
    result = run(cli, *arguments)
    assert {line.rsplit(" ", 1)[1] for line in result.output.splitlines()} == {"unchanged"}
    assert portal() == before
    assert "would be changed" in run(cli, "setup", "dimos-tinou", "--dry-run").output
    assert portal() == before


def test_a_wrong_argument_of_the_set_up_is_told_before_anything_is_made(
    empty_portal: None, cli: Any
) -> None:
    before = portal()
    for arguments, message in (
        (["dimos-atlantidas"], "dimos-atlantidas"),
        (["dimos-tinou", "--first", "1/1/2026"], "a date as 2019-01-31"),
        (["dimos-tinou", "--diavgeia-url", "diavgeia"], "https://"),
    ):
        result = run(cli, "setup", *arguments)
        assert result.exit_code == 2
        assert message in result.output
        assert "Traceback" not in result.output
    assert portal() == before


def test_a_harvest_without_a_source_says_what_to_do(empty_portal: None, cli: Any) -> None:
    result = run(cli, "harvest", "dimos-tinou")
    assert result.exit_code == 2
    assert "ckan greekmunicipal setup" in result.output


def test_a_dry_run_of_the_harvest_names_its_sources_and_starts_no_job(
    empty_portal: None, cli: Any
) -> None:
    run(cli, "setup", "dimos-tinou", "--budgets", "")
    result = run(cli, "harvest", "dimos-tinou", "--dry-run")
    assert result.exit_code == 0, result.output
    assert result.output.splitlines() == [
        "diavgeia-dimos-tinou would be harvested: https://diavgeia.gov.gr/opendata",
        "municipal-budget-dimos-tinou would be harvested: file:///dimos-tinou",
    ]
    assert model.Session.execute(sa.text("SELECT count(*) FROM harvest_job")).scalar() == 0
    assert run(cli, "harvest", "dimos-tinou", "dimos-thivaion", "--dry-run").exit_code == 2


def test_the_set_up_makes_a_source_of_the_budgets_among_the_acts(
    empty_portal: None, cli: Any
) -> None:
    arguments = ("setup", "dimos-tinou", "--budgets-from-diavgeia", "--first", "2025-01-01")
    assert run(cli, *arguments).exit_code == 0
    name = "municipal-budget-dimos-tinou"
    source = tk.get_action("harvest_source_show")(site_context(), {"id": name})
    assert json.loads(source["config"]) == {
        "municipality": "dimos-tinou",
        "diavgeia": {"first": "2025-01-01"},
    }
    assert "unchanged" in run(cli, *arguments).output.splitlines()[-1]
    both = run(cli, *arguments, "--budgets", "")
    assert both.exit_code == 2
    assert "two sources would give the same budgets" in both.output


def test_a_source_of_budgets_that_a_person_made_is_harvested_too(
    empty_portal: None, cli: Any
) -> None:
    run(cli, "setup", "dimos-tinou")
    page = {"municipality": "dimos-tinou", "page": {"url": "https://www.tinos.gr/budgets"}}
    tk.get_action("harvest_source_create")(
        site_context(),
        {
            "name": "tinos-budget-page",
            "title": "Σελίδα",
            "url": "https://www.tinos.gr/budgets",
            "source_type": "municipal_budget",
            "config": json.dumps(page),
            "owner_org": organization_id("6296"),
        },
    )
    assert run(cli, "harvest", "dimos-tinou", "--dry-run").output.splitlines()[1:] == [
        "tinos-budget-page would be harvested: https://www.tinos.gr/budgets"
    ]


def test_the_command_harvests_follows_and_reports(
    empty_portal: None, own_consumers: Any, serving: Any, cli: Any
) -> None:
    server = serving(world.small())
    url = server.base_url
    first = world.START.isoformat()
    run(cli, "setup", "dimos-tinou", "--diavgeia-url", url, "--first", first)
    own_consumers.start("gather", "fetch")
    result = run(cli, "harvest", "dimos-tinou", "--json")
    assert result.exit_code == 0, result.output
    [report] = json.loads(result.stdout)
    assert report["acts"]["rows_new"] == sum(
        len(rows) for (_, name), rows in world.expected(server.simulator).items() if name == "acts"
    )
    server.faults.ask("wrong_echo", 1, "search.json")
    result = run(cli, "harvest", "dimos-tinou")
    assert result.exit_code == 1, result.output
    assert "Δήμος Τήνου" in result.output
    assert "the echo differs" in result.output
    assert "stored: 0 new" in result.output
