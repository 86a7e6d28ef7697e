"""Each dataset that the harvesters publish has 405 of 405 points, its links asked for real."""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import acts_world as world
import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
from ckanext.harvest import queue
from ckanext.harvest.model import HarvestJob, HarvestObject, HarvestSource
from werkzeug.datastructures import FileStorage

from ckanext.greekmunicipal import config
from ckanext.greekmunicipal.budgets.generator import write_budget
from ckanext.greekmunicipal.harvesters import setting_up
from ckanext.greekmunicipal.harvesters.datasets import site_context
from ckanext.greekmunicipal.municipalities import by_slug
from ckanext.greekmunicipal.scores import checking, states

pytestmark = [pytest.mark.ckan]

STARTS_WITHIN = 120  # seconds
INI = """[app:main]
use = config:{tests}
testing = false
debug = false
ckan.site_url = {address}
ckan.storage_path = {storage}
"""


@pytest.fixture
def portal(
    empty_portal: None,
    ckan_config: Any,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> Iterator[str]:
    """The portal, served by gunicorn; its address, which this process takes for its own too."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    storage = str(tmp_path / "storage")
    for option, value in {
        "ckan.site_url": address,
        "ckan.storage_path": storage,
        config.DELAY: "0",
        config.BUDGETS_FOLDER: str(tmp_path),
        config.ORIGINALS: str(tmp_path / "originals"),
    }.items():
        monkeypatch.setitem(ckan_config, option, value)
    tests = Path(request.config.getoption("ckan_ini")).resolve()
    ini = tmp_path / "portal.ini"
    ini.write_text(INI.format(tests=tests, address=address, storage=storage))
    environment = {name: text for name, text in os.environ.items() if not name.startswith("CKAN")}
    log = tmp_path / "portal.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "--bind", address.removeprefix("http://")),
                *("--threads", "4", "--timeout", "120", "stack.wsgi:application"),
            ],
            env={**environment, "CKAN_INI": str(ini)},
            cwd=world.ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for(f"{address}/api/action/status_show", process, log)
        yield address
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        if _answers(address):
            return
        time.sleep(0.3)
    pytest.fail(f"the portal did not start:\n{log.read_text()[-4000:]}")


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=30).close()
    except OSError:
        return False
    return True


def harvest_budget(folder: Path) -> None:
    """Harvest an invented budget of Tinos, stage by stage."""
    body = by_slug(world.SLUG)
    (folder / world.SLUG).mkdir()
    write_budget(folder / world.SLUG, municipality=body, year=2026, seed=1)
    options = {"municipality": world.SLUG, "folder": world.SLUG}
    setting_up.source(body, "municipal_budget", "Π", "file:///x", options, dry_run=False)
    source = model.Package.get(setting_up.source_name(body, "municipal_budget"))
    assert source is not None
    job = HarvestJob(source=HarvestSource.get(source.id), status="Running")
    job.save()
    harvester = queue.get_harvester("municipal_budget")
    for ticket in queue.gather_stage(harvester, job):
        queue.fetch_and_import_stages(harvester, HarvestObject.get(ticket))
    model.Session.expire_all()


def make_by_hand(organization: str) -> str:
    """What a clerk makes with a file and all fields filled; its name."""
    dataset = tk.get_action("package_create")(
        site_context(),
        {
            "owner_org": organization,
            "title_translated": {"el": "Δημοτικά κτίρια", "en": "Municipal buildings"},
            "notes_translated": {"el": "Όλα τα κτίρια του δήμου."},
            "theme": ["REGI"],
            "tags": [{"name": "κτίρια"}],
            "frequency": "ANNUAL",
            "temporal_coverage": [{"start": "2026-01-01", "end": "2026-12-31"}],
            "issued": "2026-01-15",
            "modified": "2026-02-15",
        },
    )
    file = FileStorage(io.BytesIO("κτίριο;έτος\nδημαρχείο;1931\n".encode()), "buildings.csv")
    tk.get_action("resource_create")(
        site_context(),
        {
            "package_id": dataset["id"],
            "name_translated": {"el": "Κτίρια"},
            "url": "buildings.csv",
            "format": "CSV",
            "upload": file,
        },
    )
    return dataset["name"]


@pytest.mark.timeout(600)
def test_every_harvested_dataset_and_a_complete_one_made_by_hand_have_405_of_405(
    portal: str, serving: Callable[[Any], Any], tmp_path: Path
) -> None:
    server = serving(world.simulated(acts_per_day=4.0, until=world.YESTERDAY))
    world.harvest(world.set_up(server))
    harvest_budget(tmp_path)
    by_hand = make_by_hand(world.SLUG)
    expected = {f"{world.SLUG}-{family}" for family in (*world.FAMILY_SLUGS, "budget")} | {by_hand}

    current = states.of_portal()
    assert {each.name for each in current} == expected
    done = checking.check(current, most=1000, seconds=300)
    assert (done.broken, done.left) == ((), 0)
    assert done.asked >= 2 * len(expected)

    found = tk.get_action("greekmunicipal_quality_show")({}, {"organization": world.SLUG})
    missing = {}
    for each in found["datasets"]:
        score = tk.get_action("greekmunicipal_quality_show")({}, {"id": each["id"]})
        if score["points"] != 405 or score["next_steps"] or score["violations"]:
            missing[each["name"]] = (score["points"], score["next_steps"], score["violations"])
        assert all(link.startswith(portal) for link in score["links"])
    assert missing == {}
    assert (found["count"], found["mean"], found["band"]) == (len(expected), 405.0, "excellent")
