"""Files of all bodies together: complete, only written again when a year changed, never private."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import Any

import acts_world as world
import ckan.model as model
import ckan.plugins.toolkit as tk
import pyarrow.parquet as pq
import pytest
from ckan.tests import factories

from ckanext.greekmunicipal import downloads, national_files
from ckanext.greekmunicipal.harvesters import national_datasets
from ckanext.greekmunicipal.harvesters.datasets import site_context
from ckanext.greekmunicipal.harvesters.identity import package_id, resource_id

pytestmark = [pytest.mark.ckan]
FAMILY = "payments"
LINES_2026 = f"{FAMILY}-lines-2026"


@pytest.fixture
def folder(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setitem(tk.config, "ckan.storage_path", str(tmp_path))
    return tmp_path


@pytest.fixture
def publisher(harvested: Any, folder: Any) -> Any:
    organization = model.Group.get("ypourgeio")
    if organization is None:
        factories.Organization(name="ypourgeio", title="Υπουργείο")
    yield "ypourgeio"
    for stored in model.Session.query(model.Package).filter(model.Package.name.like("national-%")):
        tk.get_action("dataset_purge")(site_context(), {"id": stored.id})
    with world.sql() as cursor:
        cursor.execute("DELETE FROM greekmunicipal.publication WHERE kind = 'national'")


def served(app: Any, name: str) -> Any:
    return app.get(f"/national/{name}", status=200).data


def test_the_files_hold_every_row_of_the_tables_by_year(publisher: str, app: Any) -> None:
    found = national_datasets.rebuild(FAMILY, publisher)
    assert found.status == "added"
    rows = list(csv.DictReader(io.StringIO(served(app, f"{LINES_2026}.csv").decode("utf-8-sig"))))
    stored = world.stored(FAMILY, "lines")
    ada, number, amount = (world.position("lines", name) for name in ("ada", "line_no", "amount"))
    assert sorted((row["ada"], int(row["line_no"]), row["amount"]) for row in rows) == sorted(
        (line[ada], line[number], "" if line[amount] is None else str(line[amount]))
        for line in stored
    )
    assert {row["organization_uid"] for row in rows} == {world.UID}
    parquet = pq.read_table(io.BytesIO(served(app, f"{LINES_2026}.parquet"))).to_pylist()
    assert Counter((row["ada"], row["line_no"], row["amount"]) for row in parquet) == Counter(
        (line[ada], line[number], line[amount]) for line in stored
    )
    dataset = tk.get_action("package_show")(site_context(), {"id": f"national-{FAMILY}"})
    assert {r["url"].rsplit("/", 1)[1] for r in dataset["resources"]} == {
        f"{FAMILY}-{table}-2026.{form}"
        for table in ("acts", "lines")
        for form in ("csv", "parquet")
    }


def test_only_the_year_that_changed_is_written_again(publisher: str) -> None:
    national_datasets.rebuild(FAMILY, publisher)
    again = national_datasets.rebuild(FAMILY, publisher)
    assert (again.written, again.current, again.status) == ((), 2, "unchanged")
    before = national_files.note_of(f"{FAMILY}-acts-2026")
    table = resource_id(world.UID, FAMILY, "lines")
    try:
        with world.sql() as cursor:
            cursor.execute(f"UPDATE \"{table}\" SET kae = '9' || coalesce(kae, '')")
        changed = national_datasets.rebuild(FAMILY, publisher)
        assert changed.written == (LINES_2026,)
        assert national_files.note_of(f"{FAMILY}-acts-2026") == before
        files = [p.name for p in national_files.folder().glob(f"{LINES_2026}.*")]
        assert len(files) == 3, "note, CSV and Parquet: nothing of before is left"
    finally:
        with world.sql() as cursor:
            cursor.execute(f"UPDATE \"{table}\" SET kae = nullif(substr(kae, 2), '')")


def test_rows_of_a_private_dataset_are_not_given_out(publisher: str, app: Any) -> None:
    national_datasets.rebuild(FAMILY, publisher)
    package: Any = model.Package.get(package_id(world.UID, FAMILY))
    try:
        package.private = True
        model.Session.commit()
        app.get(f"/national/{LINES_2026}.csv", status=404)
        found = national_datasets.rebuild(FAMILY, publisher)
        assert LINES_2026 in found.dropped
        assert not list(national_files.folder().glob(f"{FAMILY}-*"))
    finally:
        package = model.Package.get(package_id(world.UID, FAMILY))
        package.private = False
        model.Session.commit()


def test_what_is_taken_out_of_a_table_does_not_lie_on_the_disk(publisher: str, app: Any) -> None:
    national_datasets.rebuild(FAMILY, publisher)
    downloads.forget([resource_id(world.UID, FAMILY, "lines")])
    app.get(f"/national/{LINES_2026}.csv", status=404)
    assert not list(national_files.folder().glob(f"{LINES_2026}*"))
    assert national_datasets.rebuild(FAMILY, publisher).written == (LINES_2026,)


def test_a_dry_run_and_a_missing_organisation_change_nothing(publisher: str) -> None:
    assert len(national_datasets.rebuild(FAMILY, publisher, dry_run=True).written) == 2
    with pytest.raises(national_datasets.NoOrganizationError, match="nobody"):
        national_datasets.rebuild(FAMILY, "nobody")
    assert not national_files.folder().exists()


@pytest.mark.parametrize("name", ["../../etc/passwd.csv", "payments-acts-2026.json", "x.csv"])
def test_nothing_else_of_the_disk_is_served(publisher: str, app: Any, name: str) -> None:
    national_datasets.rebuild(FAMILY, publisher)
    app.get(f"/national/{name}", status=404)
