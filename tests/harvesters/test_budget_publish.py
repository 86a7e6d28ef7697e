"""What a person hands over: who may, what is refused, what is stored, which version it is."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from test_budget_harvester import (  # noqa: F401 - fixtures
    TINOS,
    Run,
    content,
    folder,
    generated,
    make_source,
    own_tables,
    package,
    rows,
    state,
)

pytestmark = [pytest.mark.ckan]


class Upload(io.BytesIO):
    """A file as a browser sends it."""

    def __init__(self, name: str, data: bytes) -> None:
        super().__init__(data)
        self.filename = name


@pytest.fixture
def people(
    with_plugins: None,
    clean_db: None,
    clean_index: None,
    own_tables: None,  # noqa: F811
    folder: Path,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> dict[str, str]:
    """Two municipalities, an editor and a member of one, an administrator of the other."""
    import ckan.plugins.toolkit as tk

    from ckanext.greekmunicipal import datastore
    from ckanext.greekmunicipal.harvesters import setting_up
    from ckanext.greekmunicipal.harvesters.datasets import site_context
    from ckanext.greekmunicipal.municipalities import by_slug

    monkeypatch.setitem(tk.config, "ckan.storage_path", str(tmp_path / "storage"))
    with datastore.transaction() as cursor:
        cursor.execute(
            "TRUNCATE greekmunicipal.budget_version, greekmunicipal.budget_confirmation,"
            " greekmunicipal.budget_mapping, greekmunicipal.budget_original"
        )
    other = "dimos-kalamarias"
    for slug in (TINOS, other):
        setting_up.organization(by_slug(slug), dry_run=False)
    for name, slug, role in (
        ("editor", TINOS, "editor"),
        ("member", TINOS, "member"),
        ("stranger", other, "admin"),
    ):
        tk.get_action("user_create")(
            site_context(), {"name": name, "email": f"{name}@example.gr", "password": "12345678x"}
        )
        tk.get_action("organization_member_create")(
            site_context(), {"id": slug, "username": name, "role": role}
        )
    return {"other": other}


def call(action: str, user: str = "editor", **data: Any) -> Any:
    import ckan.plugins.toolkit as tk

    data.setdefault("organization", TINOS)
    return tk.get_action(f"greekmunicipal_budget_{action}")({"user": user}, data)


def upload(path: Path, change: tuple[bytes, bytes] | None = None) -> Upload:
    data = path.read_bytes()
    if change:
        assert change[0] in data
        data = data.replace(*change, 1)
    return Upload(path.name, data)


def refusal(action: str, **data: Any) -> dict[str, Any]:
    import ckan.plugins.toolkit as tk

    with pytest.raises(tk.ValidationError) as refused:
        call(action, **data)
    return refused.value.error_dict


@pytest.fixture
def file(people: Any, tmp_path: Path) -> Path:
    """An invented budget of Tinos as one CSV file."""
    return generated(tmp_path / "made")


def test_an_editor_checks_and_then_publishes_by_token(file: Path) -> None:
    from ckanext.greekmunicipal.budgets import read_budget

    wanted = read_budget([file])

    report = call("check", upload=upload(file))

    assert report["totals"] == wanted.report["totals"]
    assert report["rows"] == wanted.report["rows"]
    assert report["replaces"] == []
    assert all(column["samples"] for column in report["columns"] if column["meaning"] == "code")
    assert rows("SELECT count(*) FROM greekmunicipal.budget_unit") == [0]

    done = call("publish", token=report["token"])

    assert (done["status"], done["dataset"]) == ("stored", "added")
    assert done["lines"] == len(wanted.lines) == len(content(TINOS))
    assert package(TINOS)["state"] == "active"


@pytest.mark.parametrize("user", ["", "member", "stranger"])
@pytest.mark.parametrize("action", ["check", "publish"])
def test_only_editors_of_the_organisation_may_publish(file: Path, user: str, action: str) -> None:
    import ckan.plugins.toolkit as tk

    with pytest.raises(tk.NotAuthorized):
        call(action, user, upload=upload(file))
    assert rows("SELECT count(*) FROM greekmunicipal.budget_unit") == [0]


def test_a_token_is_worth_nothing_to_another_person_or_organisation(
    file: Path, people: dict[str, str]
) -> None:
    import ckan.plugins.toolkit as tk

    from ckanext.greekmunicipal.harvesters.datasets import site_context

    token = call("check", upload=upload(file))["token"]
    for slug, role in ((TINOS, "editor"), (people["other"], "editor")):
        for name in ("stranger", "editor"):
            tk.get_action("organization_member_create")(
                site_context(), {"id": slug, "username": name, "role": role}
            )

    assert "upload" in refusal("publish", user="stranger", token=token)
    assert "upload" in refusal("publish", token=token, organization=people["other"])
    assert "upload" in refusal("publish", token="../../../etc/passwd-and-more-letters")
    assert call("publish", token=token)["status"] == "stored"
    assert "upload" in refusal("publish", token=token)


def test_what_is_handed_over_is_forgotten_after_an_hour(file: Path, tmp_path: Path) -> None:
    import os
    import time

    token = call("check", upload=upload(file))["token"]
    held = tmp_path / "storage" / "greekmunicipal" / "uploads"
    assert [each.name for each in held.iterdir()] == [token]
    assert held.stat().st_mode & 0o077 == 0
    os.utime(held / token, (time.time() - 3700,) * 2)

    assert "upload" in refusal("publish", token=token)
    for _ in range(7):
        last = call("check", upload=upload(file))["token"]
    kept = {each.name for each in held.iterdir()}
    assert token not in kept
    assert last in kept
    assert len(kept) == 5


def posted(app: Any, token: str, **fields: Any) -> str:
    """What the form answers to an editor who reads Greek."""
    answer = app.post(
        f"/el/organization/{TINOS}/budget/publish",
        data=fields,
        content_type="multipart/form-data",
        headers={"Authorization": token},
    )
    assert answer.status_code == 200
    return answer.body


def test_files_that_are_no_budget_are_refused_in_greek_on_the_form(
    people: Any, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import ckan.lib.uploader as uploader
    import ckan.plugins.toolkit as tk
    from fpdf import FPDF

    token = tk.get_action("api_token_create")(
        {"user": "editor", "ignore_auth": True}, {"user": "editor", "name": "form"}
    )["token"]
    scan = FPDF()
    scan.add_page()
    scan.rect(20, 20, 50, 50)
    refused = {
        "keno.csv": (b"", "κενό"),
        "sarosi.pdf": (bytes(scan.output()), "σαρωμένο"),
        "lathos.xls": (b"<!DOCTYPE html><html><body>404</body></html>", "ιστοσελίδα"),
        "halasmeno.xlsx": (b"PK\x03\x04" + b"\x00" * 40, "χαλασμένο"),
        "grammes.csv": ("Όνομα;Ποσό\nα;1\nβ;2\n".encode(), "Δεν βρέθηκε πίνακας"),
    }
    for name, (data, told) in refused.items():
        page = posted(app, token, step="check", upload=(io.BytesIO(data), name))
        alert = page[page.index("gm-budget-refused") :].split("</div>")[0]
        assert f"{name}: " in alert
        assert told in alert, alert
    assert "Επιλέξτε το αρχείο" in posted(app, token, step="check")
    file = (io.BytesIO(b"1;2"), "a.csv")
    assert "δεν είναι οικονομικό έτος" in posted(app, token, step="check", upload=file, year="20x")
    monkeypatch.setattr(uploader, "get_max_resource_size", lambda: 0)
    file = (io.BytesIO(b"1;2"), "megalo.csv")
    assert "πολύ μεγάλο" in posted(app, token, step="check", upload=file)
    monkeypatch.undo()
    assert rows("SELECT count(*) FROM greekmunicipal.budget_unit") == [0]


def test_the_same_bytes_published_twice_change_nothing(file: Path) -> None:
    call("publish", upload=upload(file))
    before = state(TINOS), call("version_list")

    other_name = Upload("allo_onoma.csv", file.read_bytes())
    again = call("publish", upload=other_name)

    assert (again["status"], again["dataset"], again["lines"]) == ("unchanged", "unchanged", 0)
    assert (state(TINOS), call("version_list")) == before


def test_a_changed_file_is_a_new_version_and_the_old_one_stays(file: Path, tmp_path: Path) -> None:
    from ckanext.greekmunicipal.harvesters import budget_reading

    call("publish", upload=upload(file))
    lines = len(content(TINOS))
    label = next(
        row for row in rows(f"SELECT label FROM {_table()} WHERE label <> '' ORDER BY _id")
    )
    data = file.read_text(encoding="utf-8-sig").replace(label, f"{label} (νέα)", 1)

    report = call("check", upload=Upload(file.name, data.encode()))
    assert {each["version"] for each in report["replaces"]} == {1}
    done = call("publish", token=report["token"])

    assert (done["status"], done["dataset"]) == ("stored", "updated")
    assert len(content(TINOS)) == lines
    assert f"{label} (νέα)" in rows(f"SELECT label FROM {_table()}")
    versions = call("version_list", "")
    assert sorted((each["side"], each["version"], each["current"]) for each in versions) == [
        ("expenditure", 1, False),
        ("expenditure", 2, True),
        ("revenue", 1, False),
        ("revenue", 2, True),
    ]
    digests = {each["files"][0]["sha256"] for each in versions}
    assert len(digests) == 2
    assert all(budget_reading.original_of(digest) for digest in digests)


def _table() -> str:
    from test_budget_harvester import table

    return table(TINOS)


def wrong(file: Path) -> Upload:
    """The budget with a sum of one side that is not that of its lines."""
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    at = next(number for number, line in enumerate(lines) if "ΣΥΝΟΛΟ" in line.upper())
    digits = [index for index, char in enumerate(lines[at]) if char.isdigit()]
    row = list(lines[at])
    row[digits[0]] = "9" if row[digits[0]] != "9" else "1"
    lines[at] = "".join(row)
    return Upload(file.name, "\n".join(lines).encode())


def test_errors_stop_publication_until_somebody_answers_for_them(file: Path) -> None:
    report = call("check", upload=wrong(file))
    rules = sorted({found["rule"] for found in report["findings"] if found["level"] == "error"})
    assert rules

    told = refusal("publish", token=report["token"])
    assert told["errors"]
    assert rows("SELECT count(*) FROM greekmunicipal.budget_unit") == [0]
    seen_other = {"errors_confirmed": "Έτσι", "errors_seen": ["another-rule"]}
    assert "errors_confirmed" in refusal("publish", token=report["token"], **seen_other)
    assert "errors_confirmed" in refusal("publish", token=report["token"], errors_confirmed=" ")

    done = call(
        "publish", token=report["token"], errors_confirmed="Στρογγυλοποίηση", errors_seen=rules
    )

    assert done["confirmed"] == rules
    (kept,) = rows(
        "SELECT user_name, reason, rules::text, sha256::text, confirmed_at IS NOT NULL"
        " FROM greekmunicipal.budget_confirmation"
    )
    assert kept[0:2] == ("editor", "Στρογγυλοποίηση")
    assert json.loads(kept[2]) == rules
    assert json.loads(kept[3]) == [report["sha256"]]
    assert kept[4]
    assert all(each["confirmation"]["reason"] == "Στρογγυλοποίηση" for each in call("version_list"))


CLEAN = """ΠΡΟΫΠΟΛΟΓΙΣΜΟΣ ΟΙΚΟΝΟΜΙΚΟΥ ΕΤΟΥΣ 2025
Κ.Α.;Περιγραφή;Προϋπολογισθέντα
0611.0001;Τακτική επιχορήγηση;900.000,50
00.6111.0001;Αμοιβές νομικών;900.000,50
"""
PERSON = CLEAN.replace("Αμοιβές νομικών", "Αμοιβή Παπαδόπουλου Γεωργίου του Ιωάννη")


def originals() -> list[dict[str, Any]]:
    return [each for each in package(TINOS)["resources"] if "budget-file" in each["url"]]


def fetched(resource: dict[str, Any]) -> Any:
    from urllib.parse import urlsplit

    from ckan.tests.helpers import _get_test_app

    return _get_test_app().get(urlsplit(resource["url"]).path, expect_errors=True)


def test_a_clean_original_stands_beside_the_table(people: Any) -> None:
    done = call("publish", upload=Upload("esoda exoda.csv", CLEAN.encode("cp1253")))

    assert done["originals"] == ["esoda exoda.csv"]
    (resource,) = originals()
    answer = fetched(resource)
    assert answer.data == CLEAN.encode("cp1253")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert resource["hash"] == done_digest(CLEAN)
    assert "2025" in resource["name_translated"]["el"]


def done_digest(text: str) -> str:
    import hashlib

    return hashlib.sha256(text.encode("cp1253")).hexdigest()


def test_an_original_that_may_name_a_person_is_served_only_on_somebodys_word(people: Any) -> None:
    import ckan.plugins.toolkit as tk

    from ckanext.greekmunicipal.harvesters import budget_originals
    from ckanext.greekmunicipal.municipalities import by_slug

    file = Upload("a.csv", PERSON.encode("cp1253"))
    report = call("check", upload=file)
    (scan,) = report["originals"]
    assert scan["needs_confirmation"]
    assert scan["label_withheld"]

    done = call("publish", token=report["token"])

    assert (done["status"], done["originals"]) == ("stored", [])
    assert done["originals_withheld"] == ["a.csv"]
    assert originals() == []
    assert "Παπαδόπουλου" not in json.dumps(package(TINOS), ensure_ascii=False)
    assert rows(f"SELECT count(*) FROM {_table()} WHERE label LIKE '%%Παπαδ%%'") == [0]
    address = budget_originals.id_of(by_slug(TINOS).diavgeia_uid, scan["sha256"])
    assert fetched({"url": f"/budget-file/{address}/a.csv"}).status_code == 404

    confirmed = {"personal_data_confirmed": [scan["sha256"]], "personal_data_reason": "Αιρετός"}
    file = Upload("a.csv", PERSON.encode("cp1253"))
    done = call("publish", upload=file, **confirmed)

    assert (done["status"], done["dataset"], done["originals"]) == (
        "unchanged",
        "updated",
        ["a.csv"],
    )
    (resource,) = originals()
    assert fetched(resource).status_code == 200
    told = tk.get_action("greekmunicipal_personal_data_show")(
        {"user": "editor"}, {"id": f"{TINOS}-budget"}
    )
    (entry,) = [each for each in told if each["resource_id"] == resource["id"]]
    assert entry["confirmations"][0]["reason"] == "Αιρετός"
    assert entry["confirmations"][0]["user_name"] == "editor"


def test_a_correction_is_kept_for_the_next_file_with_these_headers(people: Any) -> None:
    odd = CLEAN.replace("Προϋπολογισθέντα", "Στήλη Χ")
    report = call("check", upload=Upload("a.csv", odd.encode()))
    assert "upload" in refusal("publish", token=report["token"])
    column = next(each for each in report["columns"] if each["index"] == 2)
    assert "900.000,50" in column["samples"]
    stated = [{**column, "meaning": "initial"}]

    report = call("check", token=report["token"], corrections=stated)
    assert report["totals"]["revenue"] == {"initial": "900000.50"}
    call("publish", token=report["token"])

    next_year = odd.replace("2025", "2026").replace("900.000", "800.000")
    report = call("check", upload=Upload("b.csv", next_year.encode()))
    assert report["remembered"]
    assert report["totals"]["expenditure"] == {"initial": "800000.50"}
    other = odd.replace("Στήλη Χ", "Στήλη Ψ")
    assert not call("check", upload=Upload("c.csv", other.encode()))["remembered"]


def test_an_address_is_fetched_and_one_of_a_private_network_is_not(people: Any) -> None:
    (message,) = refusal("check", url="http://169.254.169.254/budget.csv")["url"]
    assert "private network" in message
    assert "url" in refusal("check", url="file:///etc/passwd")


def test_a_form_that_is_sent_twice_publishes_once_and_says_so(people: Any) -> None:
    token = call("check", upload=Upload("a.csv", CLEAN.encode("cp1253")))["token"]
    assert call("publish", token=token)["status"] == "stored"
    before = state(TINOS)

    for action in ("publish", "check"):
        refused = refusal(action, token=token)
        assert refused["published"] == ["2025"]
    assert state(TINOS) == before
    # What was kept is gone.
    again = call("check", upload=Upload("a.csv", CLEAN.encode("cp1253")))
    assert again["replaces"][0]["version"] == 1


def test_what_is_being_published_is_used_by_nobody_else_meanwhile(
    people: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    import ckan.plugins.toolkit as tk
    from ckan.tests.helpers import _get_test_app

    from ckanext.greekmunicipal.logic import budget_publishing

    token = call("check", upload=Upload("a.csv", CLEAN.encode("cp1253")))["token"]
    publish, started, results = budget_publishing.publish, threading.Event(), []

    def slowly(*args: Any, **more: Any) -> Any:
        started.set()
        threading.Event().wait(1.5)
        return publish(*args, **more)

    monkeypatch.setattr(budget_publishing, "publish", slowly)
    app = _get_test_app().flask_app

    def send() -> None:
        with app.test_request_context():
            try:
                results.append(call("publish", token=token)["status"])
            except tk.ValidationError as error:
                results.append(error.error_dict.get("published"))

    first, second = threading.Thread(target=send), threading.Thread(target=send)
    first.start()
    assert started.wait(20)
    second.start()
    first.join(60)
    second.join(60)

    assert results == ["stored", ["2025"]]


def test_two_files_and_an_archive_of_them_are_one_budget(people: Any) -> None:
    import zipfile

    title, header, revenue, spending = CLEAN.splitlines()
    esoda = Upload("esoda_2025.csv", "\n".join([title, header, revenue]).encode())
    exoda = Upload("exoda_2025.csv", "\n".join([title, header, spending]).encode())
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for each in (esoda, exoda):
            archive.writestr(each.filename, each.getvalue())

    done = call("publish", upload=[esoda, exoda])
    assert [(part["side"], part["lines"]) for part in done["parts"]] == [
        ("expenditure", 1),
        ("revenue", 1),
    ]
    assert done["originals"] == ["esoda_2025.csv", "exoda_2025.csv"]

    done = call("publish", upload=Upload("budget.zip", packed.getvalue()))
    assert (done["status"], done["originals"]) == ("stored", ["budget.zip"])
    assert rows(f"SELECT DISTINCT source_file FROM {_table()} ORDER BY 1") == [
        "budget.zip/esoda_2025.csv",
        "budget.zip/exoda_2025.csv",
    ]
    assert {each["format"] for each in originals()} == {"CSV", "ZIP"}
    refused = refusal("check", upload=[Upload("a.csv", b"1"), Upload("b.csv", b"1")])
    assert "upload" in refused


def test_what_a_person_published_is_not_taken_back_by_a_harvest(
    people: Any,
    folder: Path,  # noqa: F811
) -> None:
    path = generated(folder / TINOS)
    source = make_source(TINOS)
    Run(source)
    harvested = rows("SELECT unit FROM greekmunicipal.budget_unit")
    label = rows(f"SELECT label FROM {_table()} WHERE label <> '' ORDER BY _id LIMIT 1")[0]
    changed = path.read_text(encoding="utf-8-sig").replace(label, "Από το χέρι", 1)

    report = call("check", upload=Upload(path.name, changed.encode()))
    assert {each["by"] for each in report["replaces"]} == {"harvest"}
    call("publish", token=report["token"])
    assert rows("SELECT unit FROM greekmunicipal.budget_unit") != harvested
    before = state(TINOS)

    run = Run(source)

    assert len(run.errors) == 1
    assert path.name in run.errors[0]
    assert state(TINOS) == before


@pytest.mark.parametrize(
    ("module", "function"),
    [
        ("ckanext.greekmunicipal.harvesters.budget_store", "load"),
        ("ckanext.greekmunicipal.logic.budget_publishing", "_store"),
    ],
)
def test_a_publication_that_is_killed_is_finished_by_the_next(
    file: Path, tmp_path: Path, tests_ini: Path, module: str, function: str
) -> None:
    import ckan.model as model

    from ckanext.greekmunicipal.budgets import read_budget

    worker = Path(__file__).with_name("killed_publisher.py")
    storage = tmp_path / "storage"
    died = subprocess.run(
        [sys.executable, worker, tests_ini, storage, tmp_path / "originals", file, TINOS]
        + [module, function],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert died.returncode == -signal.SIGKILL, died.stderr
    model.Session.expire_all()

    done = call("publish", upload=upload(file))

    assert len(content(TINOS)) == len(read_budget([file]).lines)
    assert package(TINOS)["state"] == "active"
    assert {each["version"] for each in call("version_list")} == {1}
    before = state(TINOS)
    again = call("publish", upload=upload(file))
    assert (again["status"], again["dataset"]) == ("unchanged", "unchanged")
    assert state(TINOS) == before
    assert done["parts"]


def test_the_command_publishes_and_says_what_a_person_must_look_at(
    people: Any, tmp_path: Path, cli: Any
) -> None:
    from ckan.cli.cli import ckan

    command = ["greekmunicipal", "budget", "publish"]
    clean, person = tmp_path / "clean.csv", tmp_path / "person.csv"
    bad, none = tmp_path / "bad.csv", tmp_path / "none.csv"
    clean.write_text(CLEAN, encoding="cp1253")
    person.write_text(PERSON, encoding="cp1253")
    bad.write_text(CLEAN.replace("νομικών;900", "νομικών;901"), encoding="cp1253")
    none.write_bytes(b"")
    own = ["--organization", TINOS]

    dry = cli.invoke(ckan, [*command, str(clean), *own, "--dry-run"])
    assert (dry.exit_code, rows("SELECT count(*) FROM greekmunicipal.budget_unit")) == (0, [0])
    assert "would be stored" in dry.output

    done = cli.invoke(ckan, [*command, str(clean), *own, "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["status"] == "stored"
    assert package(TINOS)["state"] == "active"

    refused = cli.invoke(ckan, [*command, str(bad), *own])
    assert refused.exit_code == 1
    assert "--confirm" in refused.output
    confirmed = cli.invoke(ckan, [*command, str(bad), *own, "--confirm", "Στρογγυλοποίηση"])
    assert confirmed.exit_code == 0, confirmed.output
    assert rows("SELECT reason FROM greekmunicipal.budget_confirmation") == ["Στρογγυλοποίηση"]

    withheld = cli.invoke(ckan, [*command, str(person), *own])
    assert withheld.exit_code == 1
    assert "--confirm-originals" in withheld.output
    assert cli.invoke(ckan, [*command, str(none), *own]).exit_code == 2
    assert cli.invoke(ckan, [*command, str(clean), "--organization", "nobody"]).exit_code == 2


def test_a_month_that_is_lower_than_the_published_one_before_is_a_warning(people: Any) -> None:
    def month(name: str, rent: str, paid: str) -> Upload:
        text = (
            "Κ.Α.;Περιγραφή;Διαμορφωθέντα;Βεβαιωθέντα;Εισπραχθέντα\n"
            f"0111;Μισθώματα;90,00;50,00;{rent}\n"
            "Κ.Α.;Περιγραφή;Διαμορφωθέντα;Δεσμευθέντα;Ενταλθέντα;Πληρωθέντα\n"
            f"00-6011.001;Αμοιβές;90,00;50,00;30,00;{paid}\n"
            "00-6012.001;Υπερωρίες;90,00;50,00;30,00;7,00\n"
        )
        return Upload(name, text.encode())

    def warned(upload: Upload) -> list[Any]:
        found = call("check", upload=upload)["findings"]
        return [each["rows"] for each in found if each["rule"] == "cumulative-falls"]

    may = ("proypologismos_2020_05_31.csv", "10,00", "20,00")
    assert warned(month(*may)) == []
    assert call("publish", upload=month(*may))["status"] == "stored"

    assert warned(month("proypologismos_2020_06_30.csv", "10,00", "20,00")) == []
    assert warned(month("proypologismos_2020_06_30.csv", "9,99", "20,00")) == [[2]]
    assert warned(month("proypologismos_2020_06_30.csv", "10,00", "19,99")) == [[4]]
    # Another year, an earlier month and May itself are not held to it.
    for name in ("2021_06_30", "2020_04_30", "2020_05_31"):
        assert warned(month(f"proypologismos_{name}.csv", "1,00", "1,00")) == []
    low = month("proypologismos_2020_06_30.csv", "9,99", "19,99")
    assert call("publish", upload=low)["status"] == "stored"  # a warning stops nothing
