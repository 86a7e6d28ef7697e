"""Files that are made of the published budget table: one valid data package, cheap to ask for."""

from __future__ import annotations

import csv
import io
import json
import time
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
from ckanext.harvest import queue
from ckanext.harvest.model import HarvestJob, HarvestObject, HarvestSource
from frictionless import Package

from ckanext.greekmunicipal import config, datastore, downloads
from ckanext.greekmunicipal.budgets.generator import write_budget
from ckanext.greekmunicipal.budgets.records import PHASES
from ckanext.greekmunicipal.harvesters import budget_products, budget_store, setting_up
from ckanext.greekmunicipal.harvesters.datasets import site_context
from ckanext.greekmunicipal.municipalities import by_slug

pytestmark = [pytest.mark.ckan]

SLUG = "dimos-tinou"
BODY = by_slug(SLUG)
NAMES = ("lines.csv", "long.csv", "accounts.csv", "datapackage.json")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the files of this module."""
    return tmp_path_factory.mktemp("budget-products")


@pytest.fixture
def table(
    with_plugins: None,
    request: pytest.FixtureRequest,
    ckan_config: Any,
    monkeypatch: pytest.MonkeyPatch,
    place: Path,
) -> str:
    """A harvested budget of Tinos; id of its table. Harvested once, the last tests change it."""
    for option, value in {
        "ckan.storage_path": str(place / "storage"),
        config.BUDGETS_FOLDER: str(place),
        config.ORIGINALS: str(place / "originals"),
    }.items():
        monkeypatch.setitem(ckan_config, option, value)
    table = budget_store.table_of(BODY.diavgeia_uid)
    if (place / SLUG).exists() and datastore.table_exists(table):
        return table
    request.getfixturevalue("empty_portal")
    (place / SLUG).mkdir()
    write_budget(place / SLUG, municipality=BODY, year=2026, seed=1)
    setting_up.organization(BODY, dry_run=False)
    options = {"municipality": SLUG, "folder": SLUG}
    setting_up.source(BODY, "municipal_budget", "Π", "file:///x", options, dry_run=False)
    package = model.Package.get(setting_up.source_name(BODY, "municipal_budget"))
    assert package is not None
    job = HarvestJob(source=HarvestSource.get(package.id), status="Running")
    job.save()
    harvester = queue.get_harvester("municipal_budget")
    for ticket in queue.gather_stage(harvester, job):
        queue.fetch_and_import_stages(harvester, HarvestObject.get(ticket))
    model.Session.expire_all()
    return table


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def fetched(app: Any, table: str, name: str) -> Any:
    return app.get(budget_products.path_of(table, name))


def test_a_link_checker_is_answered_before_any_file_is_written(app: Any, table: str) -> None:
    client = app.test_client()
    for name in NAMES[1:]:
        answer = client.head(budget_products.path_of(table, name))
        assert answer.status_code == 200, name
        assert int(answer.headers["Content-Length"]) > 0
    assert downloads.ready(table, budget_products.LONG) is None
    assert app.get(budget_products.path_of(table, "other.csv")).status_code == 404
    assert app.get("/table/x/long.csv").status_code == 404


def test_the_files_beside_the_table_are_a_valid_data_package_with_the_same_money(
    app: Any, table: str, tmp_path: Path
) -> None:
    folder = tmp_path / "package"
    folder.mkdir()
    for name in NAMES:
        answer = fetched(app, table, name)
        assert answer.status_code == 200, name
        (folder / name).write_bytes(answer.data)
    report = Package(str(folder / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "message"])[:5]

    wide = rows_of((folder / "lines.csv").read_bytes())
    long = rows_of((folder / "long.csv").read_bytes())
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in long:
        sums[row["side"], row["phase"]] += Decimal(row["value"])
    expected: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in wide:
        for phase in PHASES:
            if row[phase]:
                expected[row["side"], phase] += Decimal(row[phase])
    assert sums == expected
    assert len(long) == sum(bool(row[phase]) for row in wide for phase in PHASES)
    assert {row["currency"] for row in long} == {"EUR"}
    known = {row["account_code"]: row for row in rows_of((folder / "accounts.csv").read_bytes())}
    for row in long:
        account = known[row["account_code"]]
        for column in ("level1_code", "level2_code", "level3_code", "level4_code", "kind"):
            assert row[column] == account[column]
    assert {"pass-through", ""} <= {row["kind"] for row in long}

    # An account that is in the lines and not among the accounts would be found out.
    short = (folder / "accounts.csv").read_bytes().splitlines(keepends=True)
    (folder / "accounts.csv").write_bytes(b"".join(short[:-1]))
    assert not Package(str(folder / "datapackage.json")).validate().valid


def test_the_dataset_has_them_as_resources_with_their_true_sizes(app: Any, table: str) -> None:
    dataset = tk.get_action("package_show")(site_context(), {"id": f"{SLUG}-budget"})
    made = {each["url"].rpartition("/")[2]: each for each in dataset["resources"]}
    assert set(NAMES) - {"lines.csv"} <= set(made)
    for name in NAMES[1:]:
        assert made[name]["size"] == len(fetched(app, table, name).data), name
        assert made[name]["name_translated"]["en"]
        assert made[name]["url"].endswith(budget_products.path_of(table, name))
    assert made["datapackage.json"]["format"] == "JSON"


def test_the_descriptor_names_years_and_original_files(app: Any, table: str) -> None:
    told = json.loads(fetched(app, table, "datapackage.json").data)
    assert told["fiscalPeriod"] == {"start": "2026-01-01", "end": "2026-12-31"}
    assert told["sources"]
    assert all(len(each["sha256"]) == 64 for each in told["sources"])


def test_a_reader_who_has_a_file_is_not_sent_it_again_until_the_table_changes(
    app: Any, table: str
) -> None:
    first = {name: fetched(app, table, name) for name in NAMES}
    for name, answer in first.items():
        known = {"If-None-Match": answer.headers["ETag"]}
        again = app.get(budget_products.path_of(table, name), headers=known)
        assert again.status_code == 304, name
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    with datastore.transaction() as cursor:
        cursor.execute(f"DELETE FROM \"{table}\" WHERE account_code LIKE '60%'")
        datastore.forget_statistics(cursor, [table])
    assert downloads.ready(table, budget_products.LONG) is None
    assert downloads.forget_outdated() >= 3
    after = fetched(app, table, "long.csv")
    assert after.headers["ETag"] != first["long.csv"].headers["ETag"]
    assert not any(row["account_code"].startswith("60") for row in rows_of(after.data))
    # PostgreSQL's counters, which are part of the version, lag behind by a second.
    until = time.monotonic() + 10
    while downloads.ready(table, budget_products.LONG) is None or time.monotonic() < until - 8:
        fetched(app, table, "long.csv")
        time.sleep(0.4)
        assert time.monotonic() < until
    downloads.forget_outdated()
    assert downloads.ready(table, budget_products.LONG) is not None


def test_who_may_not_see_the_dataset_gets_none_of_its_files(app: Any, table: str) -> None:
    package = model.Package.get(f"{SLUG}-budget")
    package.private = True
    model.repo.commit_and_remove()
    for name in NAMES:
        assert fetched(app, table, name).status_code == 404
