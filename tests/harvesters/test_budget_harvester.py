"""Budget files through the real stages of ckanext-harvest, into real services."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

pytestmark = [
    pytest.mark.ckan,
    pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index", "own_tables"),
]

ATHENS = "dimos-athinaion"
THESSALONIKI = "dimos-thessalonikis"
TINOS = "dimos-tinou"
# Of the resources of the dataset, those that are made of its table, in their order.
MADE_OF_THE_TABLE = ["long.csv", "accounts.csv", "datapackage.json"]
PAIR = ("Expenses_2016_04_01_22.54.csv", "Incomes_2016_04_01_22.54.csv")


@pytest.fixture
def own_tables() -> Iterator[None]:
    """Our own tables and those of the DataStore, emptied: CKAN's fixtures leave them."""
    from ckanext.greekmunicipal import datastore

    def empty() -> None:
        with datastore.transaction() as cursor:
            cursor.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
                " AND tablename ~ '^[0-9a-f]{8}-'"
            )
            for (table,) in cursor.fetchall():
                cursor.execute(f'DROP TABLE "{table}" CASCADE')
            cursor.execute(
                "TRUNCATE greekmunicipal.budget_unit, greekmunicipal.budget_part,"
                " greekmunicipal.publication, greekmunicipal.harvest_report,"
                " greekmunicipal.budget_original, greekmunicipal.budget_version,"
                " greekmunicipal.budget_confirmation, greekmunicipal.personal_data_confirmation"
            )

    empty()
    yield
    empty()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of budgets; originals are kept beside it."""
    import ckan.plugins.toolkit as tk

    from ckanext.greekmunicipal import config

    place = tmp_path / "budgets"
    place.mkdir()
    monkeypatch.setitem(tk.config, config.BUDGETS_FOLDER, str(place))
    monkeypatch.setitem(tk.config, config.ORIGINALS, str(tmp_path / "originals"))
    return place


@pytest.fixture
def thessaloniki(shared_data: Path, folder: Path) -> Path:
    """The two recorded files of 1 April 2016, in a folder of their own."""
    place = folder / THESSALONIKI
    place.mkdir()
    for name in PAIR:
        shutil.copy(shared_data / "budgets" / "thessaloniki" / name, place / name)
    return place


@pytest.fixture
def tinos_file(folder: Path) -> Path:
    """An invented budget as voted."""
    return generated(folder / TINOS)


def generated(place: Path, year: int = 2026, seed: int = 1, **more: Any) -> Path:
    """Write an invented budget of Tinos."""
    from ckanext.greekmunicipal.budgets.generator import write_budget
    from ckanext.greekmunicipal.municipalities import by_slug

    place.mkdir(exist_ok=True)
    return write_budget(place, municipality=by_slug(TINOS), year=year, seed=seed, **more)[0]


def make_source(slug: str, **options: Any) -> str:
    """A harvest source, made as the set-up makes it."""
    from ckanext.greekmunicipal.harvesters import setting_up
    from ckanext.greekmunicipal.municipalities import by_slug

    body = by_slug(slug)
    setting_up.organization(body, dry_run=False)
    config = {"municipality": slug, **(options or {"folder": slug})}
    setting_up.source(body, "municipal_budget", slug, f"file:///{slug}", config, dry_run=False)
    return setting_up.source_name(body, "municipal_budget")


class Run:
    """One job, stage by stage, as the consumers run it."""

    def __init__(self, source_name: str, *, until: str = "import") -> None:
        import ckan.model as model
        import ckan.plugins.toolkit as tk
        from ckanext.harvest import queue
        from ckanext.harvest.model import HarvestJob, HarvestObject

        from ckanext.greekmunicipal.harvesters.datasets import site_context

        package: Any = model.Package.get(source_name)
        made = tk.get_action("harvest_job_create")(
            site_context(), {"source_id": package.id, "run": False}
        )
        job: Any = HarvestJob.get(made["id"])
        job.status = "Running"
        job.save()
        harvester: Any = queue.get_harvester("municipal_budget")
        gathered: Any = queue.gather_stage(harvester, job)
        self.objects: list[Any] = [HarvestObject.get(object_id) for object_id in gathered]
        if until != "gather":
            for harvest_object in self.objects:
                if until == "fetch":
                    harvester.fetch_stage(harvest_object)
                else:
                    queue.fetch_and_import_stages(harvester, harvest_object)
        self.job_id = job.id
        self.gather_errors = [error.message for error in job.gather_errors]
        self.errors = [error.message for one in self.objects for error in one.errors]
        self.statuses = [one.report_status for one in self.objects]
        job.status = "Finished"
        job.save()

    @property
    def reports(self) -> list[dict[str, Any]]:
        """What the job told of its units."""
        told = rows(
            "SELECT report::text FROM greekmunicipal.harvest_report"
            " WHERE job_id = %s ORDER BY unit",
            self.job_id,
        )
        return [json.loads(report) for report in told]


def rows(statement: str, *values: Any) -> list[Any]:
    """Rows of a query in the DataStore's database; one column gives its values."""
    from ckanext.greekmunicipal import datastore

    with datastore.transaction() as cursor:
        cursor.execute(statement, values)
        found = cursor.fetchall()
    return [row[0] if len(row) == 1 else row for row in found]


def table(slug: str) -> str:
    """Quoted name of the budget table."""
    from ckanext.greekmunicipal.harvesters.budget_store import table_of
    from ckanext.greekmunicipal.municipalities import by_slug

    return f'"{table_of(by_slug(slug).diavgeia_uid)}"'


def content(slug: str) -> list[Any]:
    """The whole table, the numbers of its rows too: written again they would differ."""
    return rows(f"SELECT * FROM {table(slug)} ORDER BY _id")


def package(slug: str) -> dict[str, Any]:
    """The dataset as anybody sees it."""
    import ckan.plugins.toolkit as tk

    return tk.get_action("package_show")(
        {"user": "", "ignore_auth": False}, {"id": f"{slug}-budget"}
    )


def indexed(slug: str) -> dict[str, Any]:
    """The dataset's document in the search index."""
    from ckan.lib.search.common import make_connection

    found = make_connection().search(q=f'name:"{slug}-budget"', fl="*").docs
    assert len(found) == 1
    return found[0]


def state(slug: str) -> dict[str, Any]:
    """All that a harvest might write, its own report aside."""
    return {
        "rows": content(slug),
        "package": package(slug),
        "index": indexed(slug),
        "units": rows("SELECT *, report::text FROM greekmunicipal.budget_unit ORDER BY unit"),
        "parts": rows("SELECT * FROM greekmunicipal.budget_part ORDER BY fiscal_year, side"),
        "publication": rows("SELECT * FROM greekmunicipal.publication"),
    }


def test_two_files_of_thessaloniki_are_one_budget_that_balances(thessaloniki: Path) -> None:
    run = Run(make_source(THESSALONIKI))

    assert run.errors == run.gather_errors == []
    assert len(run.objects) == 1
    sums = rows(
        f"SELECT side, count(*), sum(initial), sum(paid) FROM {table(THESSALONIKI)}"
        " WHERE fiscal_year = 2016 AND period_end = '2016-04-01' GROUP BY side ORDER BY side"
    )
    assert sums == [
        ("expenditure", 1157, Decimal("389500000.00"), Decimal("55694120.86")),
        ("revenue", 267, Decimal("389500000.00"), None),
    ]
    (report,) = run.reports
    assert report["read"] == {"files": 2, "rows": 1426, "lines": 1424}
    assert report["stored"] == {"lines": 1424}
    assert report["checked"]["errors"] == 0
    assert report["municipality"] == THESSALONIKI


def test_the_dataset_is_complete_and_public_and_the_original_is_not(
    thessaloniki: Path, tmp_path: Path, app: Any
) -> None:
    Run(make_source(THESSALONIKI))

    dataset = package(THESSALONIKI)
    assert dataset["state"] == "active"
    assert dataset["private"] is False
    assert dataset["title_translated"]["el"].startswith("Προϋπολογισμός – Δήμος Θεσσαλονίκης")
    assert dataset["indicator"] == ["budget", "budget-execution"]
    assert dataset["temporal_coverage"] == [{"start": "2016-01-01", "end": "2016-12-31"}]
    resource, *made = dataset["resources"]
    assert [each["url"].rpartition("/")[2] for each in made] == MADE_OF_THE_TABLE
    # Of both files some labels are left out: without somebody's word they are not offered.
    assert dataset["provenance"]["en"].endswith("whether they do: 2.")
    assert resource["table"] == "budget"
    assert resource["datastore_active"] is True
    assert indexed(THESSALONIKI)["state"] == "active"

    csv = app.get(f"/datastore/dump/{resource['id']}?bom=True")
    assert resource["size"] == len(csv.body.encode() if isinstance(csv.body, str) else csv.body)
    assert app.get(f"/el/dataset/{dataset['name']}").status_code == 200

    kept = sorted(path for path in (tmp_path / "originals").rglob("*") if path.is_file())
    assert sorted(path.read_bytes() for path in kept) == sorted(
        (thessaloniki / name).read_bytes() for name in PAIR
    )
    for path in kept:
        assert path.stem in dataset["provenance"]["en"]
        assert path.parent.name == path.stem[:2]
        assert path.parent.stat().st_mode & 0o077 == 0
        assert app.get(f"/{path.name}", status=404)
    assert "1424" in dataset["provenance"]["en"]


PLAIN = """ΠΡΟΫΠΟΛΟΓΙΣΜΟΣ ΟΙΚΟΝΟΜΙΚΟΥ ΕΤΟΥΣ 2025
Κ.Α.;Περιγραφή;Προϋπολογισθέντα
0611.0001;Τακτική επιχορήγηση;900.000,50
00.6111.0001;Αμοιβές νομικών;900.000,50
"""


@pytest.fixture
def plain_file(folder: Path) -> Path:
    """A budget in which nothing may name a person."""
    place = folder / TINOS
    place.mkdir()
    path = place / "esoda_exoda.csv"
    path.write_bytes(PLAIN.encode("cp1253"))
    return path


def originals(slug: str) -> list[dict[str, Any]]:
    """Resources of the original files that the dataset offers."""
    return [each for each in package(slug)["resources"] if "/budget-file/" in each["url"]]


def digest_of(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_an_original_in_which_nothing_was_found_is_offered_as_it_is(
    plain_file: Path, app: Any
) -> None:
    source = make_source(TINOS)
    run = Run(source)

    assert run.errors == []
    assert set(run.reports[0]["masked"].values()) == {0}
    (resource,) = originals(TINOS)
    assert app.get(urlsplit(resource["url"]).path).data == plain_file.read_bytes()
    assert resource["hash"] == digest_of(plain_file)
    assert package(TINOS)["provenance"]["en"].endswith("whether they do: 0.")
    before = state(TINOS)
    assert Run(source).statuses == ["not modified"]
    assert state(TINOS) == before


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text + "Ο Δήμαρχος;Παπαδόπουλος Γεώργιος;\n",
        lambda text: text.replace("Αμοιβές νομικών", "Αμοιβή Παπαδόπουλου Γεωργίου"),
    ],
    ids=["beside the table", "in a label"],
)
def test_an_original_with_what_may_be_a_person_is_kept_and_not_offered(
    plain_file: Path, tmp_path: Path, app: Any, change: Callable[[str], str]
) -> None:
    from ckanext.greekmunicipal.harvesters import budget_originals
    from ckanext.greekmunicipal.municipalities import by_slug

    old = digest_of(plain_file)
    source = make_source(TINOS)
    Run(source)
    plain_file.write_bytes(change(PLAIN).encode("cp1253"))
    new = digest_of(plain_file)

    run = Run(source)

    assert run.errors == []
    assert run.reports[0]["masked"]["originals_private"] == 1
    # The file of the version before stays, the new one is kept and not offered.
    assert [each["hash"] for each in originals(TINOS)] == [old]
    assert (tmp_path / "originals" / new[:2] / f"{new}.csv").read_bytes() == plain_file.read_bytes()
    assert package(TINOS)["provenance"]["en"].endswith("whether they do: 1.")
    address = budget_originals.id_of(by_slug(TINOS).diavgeia_uid, new)
    assert app.get(f"/budget-file/{address}/x.csv", expect_errors=True).status_code == 404
    assert "Παπαδ" not in json.dumps(package(TINOS), ensure_ascii=False)


def test_an_original_that_stricter_rules_hold_back_is_taken_back(
    plain_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.greekmunicipal.harvesters import budget_originals, budget_reading
    from ckanext.greekmunicipal.privacy import FOUND, Report

    source = make_source(TINOS)
    Run(source)
    assert len(originals(TINOS)) == 1
    monkeypatch.setattr(budget_reading, "TABLE_VERSION", budget_reading.TABLE_VERSION + 1)
    monkeypatch.setattr(
        budget_originals, "known_report", lambda path, name: Report(name, FOUND, "0" * 64)
    )

    assert Run(source).errors == []

    assert originals(TINOS) == []


def test_the_views_of_the_table_are_made(thessaloniki: Path) -> None:
    import ckan.plugins.toolkit as tk

    Run(make_source(THESSALONIKI))
    resource, *made = package(THESSALONIKI)["resources"]
    views = tk.get_action("resource_view_list")({"user": ""}, {"id": resource["id"]})
    assert [view["view_type"] for view in views] == [
        "greekmunicipal_budget_view",
        "datatables_view",
    ]
    for other in made:
        views = tk.get_action("resource_view_list")({"user": ""}, {"id": other["id"]})
        assert views == [], other["url"]


def test_a_table_is_searched_by_words_however_typed(thessaloniki: Path) -> None:
    import ckan.plugins.toolkit as tk

    Run(make_source(THESSALONIKI))
    resource = package(THESSALONIKI)["resources"][0]
    found = tk.get_action("datastore_search")(
        {"user": ""}, {"resource_id": resource["id"], "q": "μισθωματα"}
    )
    assert found["total"] > 0


def test_athens_keeps_every_line_of_eleven_years(shared_data: Path, folder: Path) -> None:
    (folder / ATHENS).mkdir()
    shutil.copy(shared_data / "budgets" / "athens" / "athens_2005_2015.csv.gz", folder / ATHENS)

    run = Run(make_source(ATHENS))

    assert run.errors == []
    assert rows(f"SELECT count(*) FROM {table(ATHENS)}") == [18557]
    assert (
        rows(
            f"SELECT sum(initial), sum(revised) FROM {table(ATHENS)}"
            " WHERE fiscal_year = 2015 GROUP BY side"
        )
        == [(Decimal("759490341.00"), Decimal("833007262.72"))] * 2
    )
    assert package(ATHENS)["temporal_coverage"] == [{"start": "2005-01-01", "end": "2015-12-31"}]


def test_a_second_run_of_unchanged_files_writes_nothing(thessaloniki: Path) -> None:
    source = make_source(THESSALONIKI)
    Run(source)
    before = state(THESSALONIKI)

    run = Run(source)

    assert run.errors == []
    assert run.statuses == ["not modified"]
    assert state(THESSALONIKI) == before
    (report,) = run.reports
    assert (report["status"], report["stored"]) == ("unchanged", {"lines": 0})


def test_a_new_reader_that_reads_the_same_writes_no_row(
    thessaloniki: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.greekmunicipal.harvesters import budget_reading

    source = make_source(THESSALONIKI)
    Run(source)
    before = state(THESSALONIKI)
    monkeypatch.setattr(budget_reading, "TABLE_VERSION", budget_reading.TABLE_VERSION + 1)

    run = Run(source)

    assert run.errors == []
    after = state(THESSALONIKI)
    assert after["units"] != before["units"]
    for part in ("rows", "package", "index"):
        assert after[part] == before[part]


def spoil_total(file: Path) -> None:
    """Make the stated totals wrong."""
    text = file.read_text(encoding="utf-8")
    at = text.index("\n", text.index("Προϋπολογισθέντα")) + 1
    amount_at = text.index(",", text.index(";", text.index(";", at) + 1))
    file.write_text(text[: amount_at - 1] + "9" * 4 + text[amount_at:], encoding="utf-8")


def cut(file: Path) -> None:
    """Leave the first half of the file."""
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def as_pdf(file: Path) -> None:
    """Put a document in its place."""
    file.write_bytes(b"%PDF-1.7 \xce\x94")


def emptied(file: Path) -> None:
    """Leave nothing."""
    file.write_bytes(b"")


@pytest.mark.parametrize("damage", [spoil_total, cut, as_pdf, emptied])
def test_a_broken_file_changes_nothing_and_is_reported(
    tinos_file: Path, damage: Callable[[Path], None]
) -> None:
    source = make_source(TINOS)
    assert Run(source).errors == []
    before = state(TINOS)
    damage(tinos_file)

    run = Run(source)

    (error,) = run.errors
    assert tinos_file.name in error
    (report,) = run.reports
    assert report["status"] == "failed"
    assert report["errors"] == [error]
    assert run.statuses == ["errored"]
    assert state(TINOS) == before


def test_a_broken_file_does_not_keep_the_others_from_being_read(tinos_file: Path) -> None:
    as_pdf(generated(tinos_file.parent, year=2025))

    run = Run(make_source(TINOS))

    assert len(run.errors) == 1
    assert rows(f"SELECT DISTINCT fiscal_year FROM {table(TINOS)}") == [2026]
    assert package(TINOS)["state"] == "active"


def test_a_corrected_file_leaves_no_stale_line_and_no_other_year_is_touched(
    tinos_file: Path,
) -> None:
    generated(tinos_file.parent, year=2025)
    source = make_source(TINOS)
    Run(source)
    other = rows(f"SELECT * FROM {table(TINOS)} WHERE fiscal_year = 2025 ORDER BY _id")
    codes = set(rows(f"SELECT code FROM {table(TINOS)} WHERE fiscal_year = 2026"))
    generated(tinos_file.parent, seed=9)

    run = Run(source)

    assert run.errors == []
    assert sorted(run.statuses) == ["not modified", "updated"]
    from ckanext.greekmunicipal.budgets import read_budget

    wanted = sorted(
        (line.side, line.code, line.initial) for line in read_budget([tinos_file]).lines
    )
    stored = rows(f"SELECT side, code, initial FROM {table(TINOS)} WHERE fiscal_year = 2026")
    assert sorted(stored) == wanted
    assert codes - {code for _, code, _ in wanted}, "no line vanished: the test proves nothing"
    assert other == rows(f"SELECT * FROM {table(TINOS)} WHERE fiscal_year = 2025 ORDER BY _id")


def test_a_file_that_is_taken_away_leaves_its_lines(tinos_file: Path) -> None:
    generated(tinos_file.parent, year=2025)
    source = make_source(TINOS)
    Run(source)
    before = content(TINOS)
    tinos_file.unlink()

    run = Run(source)

    assert run.errors == []
    assert content(TINOS) == before


def test_two_files_of_the_same_budget_do_not_displace_each_other(tinos_file: Path) -> None:
    source = make_source(TINOS)
    Run(source)
    before = content(TINOS)
    copy = tinos_file.with_name("zz_corrected_2026.csv")
    shutil.copy(generated(tinos_file.parent.parent / "elsewhere", seed=9), copy)

    run = Run(source)

    (error,) = run.errors
    assert copy.name in error
    assert tinos_file.name in error
    assert content(TINOS) == before

    tinos_file.unlink()
    assert Run(source).errors == []
    assert set(rows(f"SELECT source_file FROM {table(TINOS)}")) == {copy.name}


def test_the_generated_pair_of_sides_is_one_budget(folder: Path) -> None:
    from ckanext.greekmunicipal.budgets.generator import Look

    generated(folder / TINOS, look=Look(two_files=True), form="xlsx")
    end = dt.date(2026, 9, 30)
    generated(folder / TINOS, look=Look(two_files=True), encoding="cp1253", period_end=end)

    run = Run(make_source(TINOS))

    assert run.errors == []
    assert len(run.objects) == 2
    assert rows(
        f"SELECT period_end, count(DISTINCT side) FROM {table(TINOS)}"
        " GROUP BY period_end ORDER BY period_end"
    ) == [(end, 2), (None, 2)]


def test_a_label_that_may_name_a_person_is_nowhere(tinos_file: Path, tmp_path: Path) -> None:
    text = tinos_file.read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    at = next(n for n, line in enumerate(lines) if line.split(";")[0].count(".") == 1)
    cells = lines[at].split(";")
    code, cells[1] = cells[0], "Αποζημίωση Παπαδοπούλου Ευανθίας του Γεωργίου"
    lines[at] = ";".join(cells)
    tinos_file.write_text("".join(lines), encoding="utf-8")
    named = tinos_file.with_name("Προϋπολογισμός Παπαδόπουλος Γεώργιος 2026.csv")
    tinos_file.rename(named)

    run = Run(make_source(TINOS))

    assert run.errors == []
    assert rows(f"SELECT label, flags FROM {table(TINOS)} WHERE code = %s", code) == [
        ("", "label-withheld")
    ]
    (report,) = run.reports
    withheld = rows(f"SELECT count(*) FROM {table(TINOS)} WHERE flags ~ 'label-withheld'")
    assert [report["masked"]["labels_withheld"]] == withheld
    assert f"person: {withheld[0]}." in package(TINOS)["provenance"]["en"]
    told = json.dumps([report, package(TINOS), indexed(TINOS), content(TINOS)], default=str)
    told = json.dumps(json.loads(told), ensure_ascii=False)
    assert "Παπαδ" not in told
    assert "Ευανθ" not in told


def test_a_code_that_a_file_has_twice_loses_no_line(tinos_file: Path) -> None:
    text = tinos_file.read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    at = next(n for n, line in enumerate(lines) if line.split(";")[0].count(".") == 1)
    cells = lines[at].rstrip("\r\n").split(";")
    cells[1] += " (συμπληρωματικά)"
    cells[2:] = ["0,00"] * len(cells[2:])
    tinos_file.write_text(
        "".join([*lines[: at + 1], ";".join(cells) + "\r\n", *lines[at + 1 :]]), encoding="utf-8"
    )

    run = Run(make_source(TINOS))

    assert run.errors == []
    assert rows(
        f"SELECT occurrence FROM {table(TINOS)} WHERE code = %s ORDER BY occurrence", cells[0]
    ) == [1, 2]


def test_a_path_out_of_the_folder_is_refused_when_the_source_is_saved(folder: Path) -> None:
    import ckan.plugins.toolkit as tk

    (folder.parent / "secret.csv").write_text("secret")
    (folder / "link.csv").symlink_to(folder.parent / "secret.csv")
    for path in ("../secret.csv", str(folder.parent / "secret.csv"), "link.csv", "a/../../x.csv"):
        with pytest.raises(tk.ValidationError) as refused:
            make_source(TINOS, files=[path])
        assert "folder of budgets" in str(refused.value)


def test_a_link_out_of_the_folder_is_never_read(tinos_file: Path, tmp_path: Path) -> None:
    outside = generated(tmp_path / "outside", year=2025)
    tinos_file.with_name("link_2025.csv").symlink_to(outside)

    run = Run(make_source(TINOS))

    (error,) = run.gather_errors
    assert "link_2025.csv" in error
    assert rows(f"SELECT DISTINCT fiscal_year FROM {table(TINOS)}") == [2026]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"folder": "a", "files": ["b"]}, "one of"),
        ({"folder": 5}, '"folder"'),
        ({"files": []}, '"files"'),
        ({"budgets": [{"files": ["a.csv"]}, {"files": ["a.csv"]}]}, "twice"),
        ({"budgets": [{"files": ["a.csv"], "year": "2024"}]}, '"year"'),
        ({"folder": "a", "path": "b"}, "Unknown option"),
        ({"folder": "a", "municipality": "dimos-atlantidas"}, '"municipality"'),
    ],
)
def test_bad_options_are_refused_when_the_source_is_saved(
    folder: Path, options: dict[str, Any], told: str
) -> None:
    import ckan.plugins.toolkit as tk

    with pytest.raises(tk.ValidationError) as refused:
        make_source(TINOS, **options)
    assert told in str(refused.value)


def test_a_file_without_a_year_is_refused_until_the_source_tells_it(tinos_file: Path) -> None:
    text = tinos_file.read_text(encoding="utf-8")
    nameless = tinos_file.with_name("budget.csv")
    nameless.write_text(text.replace("Οικονομικό έτος 2026", ""), encoding="utf-8")
    tinos_file.unlink()

    run = Run(make_source(TINOS, files=[f"{TINOS}/budget.csv"]))
    assert "fiscal year" in run.errors[0]

    told = [{"files": [f"{TINOS}/budget.csv"], "year": 2026}]
    assert Run(make_source(TINOS, budgets=told)).errors == []
    assert rows(f"SELECT DISTINCT fiscal_year FROM {table(TINOS)}") == [2026]


def test_a_dataset_that_a_person_deleted_is_not_brought_back(tinos_file: Path) -> None:
    import ckan.model as model
    import ckan.plugins.toolkit as tk

    from ckanext.greekmunicipal.harvesters.datasets import site_context

    source = make_source(TINOS)
    Run(source)
    before = content(TINOS)
    tk.get_action("package_delete")(site_context(), {"id": f"{TINOS}-budget"})

    Run(source)
    generated(tinos_file.parent, seed=9)
    run = Run(source)

    assert run.errors == []
    deleted: Any = model.Package.get(f"{TINOS}-budget")
    assert deleted.state == "deleted"
    assert content(TINOS) == before
    assert run.reports[0]["status"] == "deleted"

    tk.get_action("package_patch")(site_context(), {"id": deleted.id, "state": "active"})
    assert Run(source).reports[0]["stored"]["lines"] > 0
    assert package(TINOS)["state"] == "active"


def test_a_purged_dataset_or_a_lost_table_is_read_again(tinos_file: Path) -> None:
    import ckan.plugins.toolkit as tk

    from ckanext.greekmunicipal import datastore
    from ckanext.greekmunicipal.harvesters.datasets import site_context

    source = make_source(TINOS)
    Run(source)
    lines = len(content(TINOS))
    with datastore.transaction() as cursor:
        cursor.execute(f"DROP TABLE {table(TINOS)} CASCADE")

    assert Run(source).errors == []
    assert len(content(TINOS)) == lines

    tk.get_action("dataset_purge")(site_context(), {"id": f"{TINOS}-budget"})

    assert Run(source).errors == []
    assert len(content(TINOS)) == lines
    assert package(TINOS)["state"] == "active"


def test_a_job_that_died_after_storing_is_finished_by_the_next(tinos_file: Path) -> None:
    import ckan.model as model

    source = make_source(TINOS)
    Run(source, until="fetch")
    draft: Any = model.Package.get(f"{TINOS}-budget")
    assert draft.state == "draft"
    before = content(TINOS)

    run = Run(source)

    assert run.errors == []
    assert package(TINOS)["state"] == "active"
    assert content(TINOS) == before
    assert Run(source).statuses == ["not modified"]


def test_an_object_that_is_sent_again_ends_as_if_sent_once(tinos_file: Path) -> None:
    from ckanext.harvest import queue

    source = make_source(TINOS)
    run = Run(source)
    before = state(TINOS)
    job = run.objects[0].job
    job.status = "Running"
    job.save()

    queue.fetch_and_import_stages(queue.get_harvester("municipal_budget"), run.objects[0])

    assert run.objects[0].state == "COMPLETE"
    assert state(TINOS) == before


def test_the_report_is_told_as_the_command_tells_it(tinos_file: Path) -> None:
    from ckanext.greekmunicipal.harvesters import status, telling
    from ckanext.greekmunicipal.municipalities import by_slug

    Run(make_source(TINOS))

    reports = status.of_municipalities([by_slug(TINOS)], with_errors=True)
    told = telling.text_of(reports, [by_slug(TINOS)])
    assert f"budget: {TINOS}/{tinos_file.name}" in told
    assert f"stored: lines {len(content(TINOS))}" in told


HARVESTERS = "ckanext.greekmunicipal.harvesters"


@pytest.mark.parametrize(
    ("module", "function"),
    [
        (f"{HARVESTERS}.datasets", "prepare"),
        ("ckanext.greekmunicipal.datastore", "ensure_table"),
        (f"{HARVESTERS}.budget_reading", "_keep"),
        ("ckanext.greekmunicipal.datastore", "copy_rows"),
        (f"{HARVESTERS}.budget_store", "load"),
        (f"{HARVESTERS}.budgets", "_store"),
        (f"{HARVESTERS}.datasets", "_anchor"),
        (f"{HARVESTERS}.datasets", "_note"),
    ],
)
def test_a_worker_that_is_killed_leaves_work_that_can_be_finished(
    tinos_file: Path, tmp_path: Path, tests_ini: Path, module: str, function: str
) -> None:
    import ckan.model as model
    from ckanext.harvest import queue

    from ckanext.greekmunicipal.budgets import read_budget

    source = make_source(TINOS)
    run = Run(source, until="gather")
    job = run.objects[0].job
    job.status = "Running"
    job.save()
    worker = Path(__file__).with_name("killed_worker.py")
    arguments = [tests_ini, tmp_path / "budgets", tmp_path / "originals", run.objects[0].id]
    died = subprocess.run(
        [sys.executable, worker, *arguments, module, function],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert died.returncode == -signal.SIGKILL, died.stderr

    # ckanext-harvest sends it again, into the same job.
    model.Session.expire_all()
    queue.fetch_and_import_stages(queue.get_harvester("municipal_budget"), run.objects[0])
    job.status = "Finished"
    job.save()

    assert run.objects[0].state == "COMPLETE"
    assert run.objects[0].errors == []

    wanted = sorted(
        (line.side, line.code, line.initial) for line in read_budget([tinos_file]).lines
    )
    assert sorted(rows(f"SELECT side, code, initial FROM {table(TINOS)}")) == wanted
    assert package(TINOS)["state"] == indexed(TINOS)["state"] == "active"
    before = state(TINOS)
    assert Run(source).statuses == ["not modified"]
    assert state(TINOS) == before
