"""What a source tells of itself: plan and preview, its page, the manifest as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import acts_world as world
import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories

from ckanext.greekmunicipal import cli as commands
from ckanext.greekmunicipal.harvesters.datasets import site_context

pytestmark = [pytest.mark.ckan]

SOURCE = f"diavgeia-{world.SLUG}"


@pytest.fixture
def source(empty_portal: None, serving: Callable[[Any], Any]) -> Any:
    server = serving(world.small())
    world.set_up(server)
    return server


def run(cli: Any, *arguments: str) -> list[str]:
    result = cli.invoke(commands.greekmunicipal, ["diavgeia", *arguments])
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def headers(user: dict[str, Any]) -> dict[str, str]:
    token = factories.APIToken(user=user["name"])
    return {"Authorization": token["token"]}


def test_the_plan_is_printed_with_its_reasons_and_asks_nothing(source: Any, cli: Any) -> None:
    first = run(cli, "plan", SOURCE)
    assert [line.split()[1] for line in first[:2]] == ["backfill", "backfill"]
    assert "body 6296, issued 2026-06-06 to 2026-11-03 (never read)" in first[0]
    assert first[-1].endswith("requests expected in all")
    assert source.requests == []
    world.harvest_well(world.source_id())
    source.forget()
    again = run(cli, "plan", SOURCE, "--summary")
    assert [line.split(":")[0].split(None, 1)[1] for line in again[:-1]] == [
        "complete pass",
        "night",
    ]
    assert source.requests == []


def test_a_source_that_is_not_there_is_told(source: Any, cli: Any) -> None:
    result = cli.invoke(commands.greekmunicipal, ["diavgeia", "plan", "nothing"])
    assert (result.exit_code, "no harvest source nothing" in result.output) == (2, True)


def test_a_preview_reads_one_page_and_stores_nothing(source: Any, cli: Any) -> None:
    told = run(cli, "preview", SOURCE)
    assert source.count("search") == 1
    assert source.requests[0].parameters["size"] == "10"
    assert "acts, the newest 10:" in told[0]
    assert len(told) == 11
    assert world.select("SELECT count(*) FROM greekmunicipal.act_ledger") == [(0,)]
    assert world.select("SELECT count(*) FROM greekmunicipal.window_read") == [(0,)]


def preview(context: Any, **data: Any) -> dict[str, Any]:
    return tk.get_action("greekmunicipal_diavgeia_preview")(context, data)


def test_a_preview_is_masked_and_tells_what_is_wrong(source: Any) -> None:
    seen = preview(site_context(), url=source.base_url, config='{"bodies": ["dimos-tinou"]}')
    stored = {rows.act_row[0]: rows for rows in world.true_rows(source.simulator)}
    assert seen["acts"]
    for act in seen["acts"]:
        rows = stored[act["ada"]]
        assert act["subject"] == rows.act_row[world.position("acts", "subject")]
        assert act["family"] == rows.family
    for wrong, message in (
        ({"url": source.base_url, "config": "{}"}, "bodies"),
        ({"url": "https://10.0.0.7/x", "config": '{"bodies": ["6296"]}'}, "private network"),
        ({"url": "http://diavgeia.gov.gr", "config": '{"bodies": ["6296"]}'}, "is not https"),
        ({"config": '{"bodies": ["6296"]}'}, "url"),
        ({"url": source.base_url, "config": {"bodies": ["6296"]}}, "config"),
    ):
        with pytest.raises(tk.ValidationError, match=message):
            preview(site_context(), **wrong)
    source.faults.ask("wrong_echo", 1, "search.json")
    with pytest.raises(tk.ValidationError, match="the echo differs"):
        preview(site_context(), url=source.base_url, config='{"bodies": ["6296"]}')


def test_nobody_without_a_right_to_make_sources_has_an_address_asked(source: Any) -> None:
    for name in ("", factories.User()["name"]):
        with pytest.raises(tk.NotAuthorized):
            preview(
                {"user": name, "ignore_auth": False},
                url=source.base_url,
                config='{"bodies": ["6296"]}',
            )
    assert source.requests == []


def test_the_manifest_is_served_as_a_page_and_as_csv(source: Any, app: Any) -> None:
    world.harvest_well(world.source_id())
    address = f"/harvest/{SOURCE}/reads"
    page = app.get(address).body
    assert "has been read and proved" in page
    assert "Preview: read one page" not in page
    assert f"{address}.csv" in page
    about = app.get(f"/harvest/about/{SOURCE}").body
    assert f'href="{address}"' in about

    file = app.get(f"{address}.csv")
    assert file.content_type == "text/csv; charset=utf-8"
    rows = table(file.body)
    assert [row["state"] for row in rows] == ["done", "done"]
    stored = world.all_stored()
    acts = sum(len(found) for (_, name), found in stored.items() if name == "acts")
    assert sum(int(row["rows_new"]) for row in rows) == acts
    assert all("issueDate" in row["echo"] for row in rows)
    assert "error" not in rows[0]
    assert table(app.get("/harvest/reads-of/6296.csv").body) == rows
    assert table(app.get("/harvest/reads-of/6115.csv").body) == []
    # The dataset tells where its reads are.
    for language in ("el", "en"):
        told = world.dataset("payments")["provenance"][language]
        assert f"{tk.config['ckan.site_url']}/harvest/reads-of/6296.csv" in told


def test_errors_and_preview_are_for_those_who_may_edit_the_source(source: Any, app: Any) -> None:
    ticket, *_ = world.gather(world.new_job(world.source_id()))
    source.faults.ask("wrong_echo", 1, "search.json")
    world.fetch(ticket)
    address = f"/harvest/{SOURCE}/reads"
    assert "Not everything has been read yet" in app.get(address).body
    assert "the echo differs" not in app.get(address).body
    assert app.post(address, status=403)
    admin = headers(factories.Sysadmin())
    seen = app.get(address, headers=admin).body
    assert "the echo differs" in seen
    assert "Preview: read one page" in seen
    errors = [row["error"] for row in table(app.get(f"{address}.csv", headers=admin).body)]
    assert any("the echo differs" in error for error in errors)
    source.forget()
    shown = app.post(address, headers=admin).body
    assert source.count("search") == 1
    assert "Acts in this window" in shown


def test_a_page_of_another_source_or_of_none_is_not_there(source: Any, app: Any) -> None:
    for address in ("/harvest/nothing/reads", "/harvest/nothing/reads.csv"):
        assert app.get(address, status=404)
    assert app.get("/harvest/reads-of/%27.csv", status=404)
