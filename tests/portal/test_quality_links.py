"""The links of the portal's datasets, asked for real."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import portal_catalogue as catalogue
import pytest
from ckan.lib.redis import connect_to_redis
from quality_world import fresh_municipality

from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.cli import greekmunicipal
from ckanext.greekmunicipal.scores import checking, jobs, states

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "quality"))
from dcat_server import DcatServer, serve  # noqa: E402

pytestmark = [pytest.mark.ckan]

PRIVATE_HOSTS = "ckanext.greekmunicipal.allowed_private_hosts"


@pytest.fixture
def server() -> Iterator[DcatServer]:
    told, running = serve()
    yield told
    running.shutdown()
    running.server_close()


@pytest.fixture
def dataset(
    with_plugins: None,
    clean_redis: None,
    request: pytest.FixtureRequest,
    ckan_config: Any,
    monkeypatch: pytest.MonkeyPatch,
    server: DcatServer,
) -> dict[str, Any]:
    """A dataset whose links lead to the server, which answers none of them yet."""
    monkeypatch.setitem(ckan_config, "ckanext.greekmunicipal.diavgeia.delay", "0")
    monkeypatch.setitem(ckan_config, PRIVATE_HOSTS, ["127.0.0.1"])
    data = catalogue.acts_dataset(fresh_municipality(request))
    data["resources"][0]["url"] = server.address + "file.csv"
    data["resources"][0]["access_url"] = server.address + "page"
    return catalogue.create(data)


def score(dataset: dict[str, Any]) -> dict[str, Any]:
    return tk.get_action("greekmunicipal_quality_show")({}, {"id": dataset["id"]})


def points(dataset: dict[str, Any]) -> int:
    return score(dataset)["points"]


def check(dataset: dict[str, Any], most: int = 100, seconds: float = 60) -> checking.Checked:
    wanted = states.of_organization(dataset["owner_org"])
    return checking.check(wanted, most=most, seconds=seconds)


def test_links_are_asked_once_and_change_the_points(
    dataset: dict[str, Any], server: DcatServer
) -> None:
    assert points(dataset) == 325
    server.answers_with("file.csv", 200)
    done = check(dataset)
    assert (done.asked, done.answering, done.left) == (2, 1, 0)
    assert done.broken == (server.address + "page",)
    assert points(dataset) == 355
    server.asked.clear()
    assert check(dataset).asked == 0
    assert server.asked == []
    # A broken link is asked again after a day, a good one after a week.
    age("2 days")
    server.answers_with("page", 200)
    assert (check(dataset).asked, points(dataset)) == (1, 405)
    age("8 days")
    assert check(dataset).asked == 2


def age(by: str) -> None:
    """Let all answers be older."""
    with datastore.transaction() as cursor:
        cursor.execute(
            "UPDATE greekmunicipal.link_check SET checked_at = checked_at - %s::interval", (by,)
        )


def test_a_run_stops_at_its_bounds_and_says_what_is_left(
    dataset: dict[str, Any], server: DcatServer
) -> None:
    done = check(dataset, most=1)
    assert (done.asked, done.left) == (1, 1)
    nothing = check(dataset, seconds=0)
    assert (nothing.asked, nothing.left) == (0, 1)


def test_a_private_address_in_metadata_is_never_asked(
    dataset: dict[str, Any], server: DcatServer, ckan_config: Any
) -> None:
    ckan_config[PRIVATE_HOSTS] = []
    done = check(dataset)
    assert len(done.broken) == 2
    assert server.asked == []


def test_the_portals_own_address_is_asked_wherever_it_is(
    dataset: dict[str, Any], server: DcatServer, ckan_config: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ckan_config[PRIVATE_HOSTS] = []
    server.answers_with("page", 200)
    monkeypatch.setitem(ckan_config, "ckan.site_url", server.address.rstrip("/"))
    assert check(dataset).answering == 1
    # The same machine at another port is another address.
    assert not checking.is_own("http://127.0.0.1:1/page")


def test_links_of_a_private_dataset_are_not_asked(
    dataset: dict[str, Any], server: DcatServer
) -> None:
    tk.get_action("package_patch")(catalogue.context(), {"id": dataset["id"], "private": True})
    assert check(dataset).asked == 0
    jobs.work()
    assert server.asked == []


def test_an_address_that_is_too_long_is_broken_and_breaks_nothing(
    dataset: dict[str, Any], server: DcatServer
) -> None:
    resource = dataset["resources"][0]["id"]
    tk.get_action("resource_patch")(
        catalogue.context(), {"id": resource, "access_url": server.address + "x" * 4000}
    )
    assert check(dataset).asked == 1
    assert points(dataset) == 325
    assert "accessUrlStatusCode" in {each["metric"] for each in score(dataset)["next_steps"]}


def test_a_publication_sends_one_job_that_scores_and_asks(
    dataset: dict[str, Any], server: DcatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "SETTLE", 0.0)
    for path in ("page", "file.csv"):
        server.answers_with(path, 200)
    for title in ("Πρώτος", "Δεύτερος"):
        tk.get_action("package_patch")(
            catalogue.context(), {"id": dataset["id"], "title_translated": {"el": title}}
        )
    waiting = tk.get_action("job_list")({"ignore_auth": True}, {})
    ours = [job for job in waiting if job["title"] == "Score data sets and ask their links"]
    assert len(ours) == 1
    jobs.work()
    assert points(dataset) == 405
    jobs.published(dataset["id"])
    assert len(tk.get_action("job_list")({"ignore_auth": True}, {})) == len(waiting) + 1


def test_publishing_goes_on_without_redis(
    dataset: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Any:
        raise ConnectionError

    monkeypatch.setattr(jobs, "connect_to_redis", broken)
    tk.get_action("package_patch")(catalogue.context(), {"id": dataset["id"], "version": "2"})
    assert connect_to_redis().ping()


def test_what_is_kept_of_datasets_and_links_that_are_gone_is_dropped(
    dataset: dict[str, Any], server: DcatServer
) -> None:
    check(dataset)
    tk.get_action("package_delete")(catalogue.context(), {"id": dataset["id"]})
    checking.tidy()
    with datastore.transaction() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM greekmunicipal.quality WHERE package_id = %s),"
            " (SELECT count(*) FROM greekmunicipal.link_check WHERE url LIKE %s)",
            (dataset["id"], server.address + "%"),
        )
        assert cursor.fetchone() == (0, 0)


# --- commands ---------------------------------------------------------------------------------


def test_the_command_prints_asks_and_shows_what_it_would_ask(
    cli: Any, dataset: dict[str, Any], server: DcatServer
) -> None:
    command = ["quality", "--organization", dataset["organization"]["name"]]
    dry = cli.invoke(greekmunicipal, [*command, "--check-links", "--dry-run", "--json"])
    assert dry.exit_code == 0, dry.output
    assert set(json.loads(dry.stdout)) == {server.address + "page", server.address + "file.csv"}
    assert server.asked == []
    for path in ("page", "file.csv"):
        server.answers_with(path, 200)
    before = cli.invoke(greekmunicipal, command)
    assert before.exit_code == 0, before.output
    assert "325/405 (up to 405)" in before.stdout
    done = cli.invoke(greekmunicipal, [*command, "--check-links", "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["mean"], told["count"], told["links"]["asked"]) == (405.0, 1, 2)
    unknown = cli.invoke(greekmunicipal, ["quality", "--organization", "nobody"])
    assert unknown.exit_code == 2


def test_the_command_ends_with_1_when_something_is_to_be_mended(
    cli: Any, dataset: dict[str, Any], server: DcatServer
) -> None:
    whose = dataset["organization"]["name"]
    done = cli.invoke(greekmunicipal, ["quality", "--organization", whose, "--check-links"])
    assert done.exit_code == 1
    assert f"does not answer: {server.address}page" in done.stdout
    assert "Mend the access address" in done.stdout


def test_the_catalogue_validates_by_our_check_and_by_the_official_shapes(
    cli: Any, dataset: dict[str, Any], shared_data: Path, tmp_path: Path
) -> None:
    own = cli.invoke(greekmunicipal, ["validate"])
    assert own.exit_code == 0, own.output
    assert f"data sets: {len(states.of_portal())}, violations: 0" in own.stdout
    shapes = shared_data / "shacl" / "dcat-ap-3.0.1" / "shapes.ttl"
    official = cli.invoke(greekmunicipal, ["validate", "--shapes", str(shapes), "--json"])
    assert official.exit_code == 0, official.output
    assert json.loads(official.stdout)["violations"] == 0
    (tmp_path / "broken.ttl").write_text("this is no Turtle")
    for folder, message in ((tmp_path, "broken.ttl"), (tmp_path / "none", "none")):
        refused = cli.invoke(greekmunicipal, ["validate", "--shapes", str(folder)])
        assert refused.exit_code == 2
        assert message in refused.output


def test_validation_ends_with_1_and_names_what_breaks_the_rules(
    cli: Any, dataset: dict[str, Any], monkeypatch: pytest.MonkeyPatch, shared_data: Path
) -> None:
    from rdflib import DCTERMS

    from ckanext.greekmunicipal.dcat.profile import GreekMunicipalDCATAPProfile

    real = GreekMunicipalDCATAPProfile.graph_from_dataset

    def without_title(self: Any, dataset_dict: Any, dataset_ref: Any) -> None:
        real(self, dataset_dict, dataset_ref)
        self.g.remove((dataset_ref, DCTERMS.title, None))

    monkeypatch.setattr(GreekMunicipalDCATAPProfile, "graph_from_dataset", without_title)
    shapes = str(shared_data / "shacl" / "dcat-ap-3.0.1" / "shapes.ttl")
    for options in ([], ["--shapes", shapes]):
        found = cli.invoke(greekmunicipal, ["validate", "--json", *options])
        assert found.exit_code == 1
        findings = json.loads(found.stdout)["findings"]
        [finding] = [each for each in findings if each["node"].endswith(dataset["id"])]
        assert finding["property"] == str(DCTERMS.title)
        assert finding["severity"] == "violation"
