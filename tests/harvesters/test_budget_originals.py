"""What is published beside the rows: originals, versions, data dictionary, data package."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
from bs4 import BeautifulSoup
from test_budget_harvester import (
    TINOS,
    Run,
    digest_of,
    folder,
    make_source,
    own_tables,
    package,
    rows,
)
from test_budget_publish import CLEAN, PERSON, Upload, call, originals, people

__all__ = ["folder", "own_tables", "people"]

pytestmark = pytest.mark.ckan

REASON = "Είναι ο προμηθευτής σύμβασης που έχει δημοσιευτεί"
VERSIONS = f"/organization/{TINOS}/budget/versions"


@pytest.fixture
def harvested(people: Any, folder: Path) -> Path:  # noqa: F811
    """A harvested budget of which a label is withheld, after one in which nothing was found."""
    place = folder / TINOS
    place.mkdir()
    file = place / "esoda_exoda.csv"
    source = make_source(TINOS)
    for text in (CLEAN, PERSON):
        file.write_bytes(text.encode("cp1253"))
        assert Run(source).errors == []
    return file


def table_of(answer: Any) -> list[list[str]]:
    """Cells of the table of a page."""
    page = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
    return [
        [cell.get_text(" ", strip=True) for cell in row.find_all("td")]
        for row in page.select("tbody tr")
    ]


def test_a_harvested_original_is_offered_on_the_word_of_an_editor_that_is_kept(
    harvested: Path, app: Any
) -> None:
    digest = digest_of(harvested)
    assert digest not in {each["hash"] for each in originals()}

    for wrong in ("", "   "):
        with pytest.raises(tk.ValidationError) as refused:
            call("original_publish", sha256=digest, personal_data_reason=wrong)
        assert "personal_data_reason" in refused.value.error_dict
    for user in ("member", "stranger", ""):
        with pytest.raises(tk.NotAuthorized):
            call("original_publish", user, sha256=digest, personal_data_reason=REASON)
    for unknown in ("0" * 64, f"{digest[:10]}*", "../../etc/passwd"):
        with pytest.raises(tk.ObjectNotFound):
            call("original_publish", sha256=unknown, personal_data_reason=REASON)
    assert rows("SELECT count(*) FROM greekmunicipal.personal_data_confirmation") == [0]

    done = call("original_publish", sha256=digest, personal_data_reason=REASON)

    assert (done["status"], done["dataset"]) == ("published", "updated")
    (resource,) = [each for each in originals() if each["hash"] == digest]
    assert done["url"] == resource["url"]
    assert app.get(urlsplit(resource["url"]).path).data == harvested.read_bytes()
    kept = rows("SELECT user_name, reason, sha256 FROM greekmunicipal.personal_data_confirmation")
    assert kept == [("editor", REASON, digest)]
    assert package(TINOS)["provenance"]["en"].endswith("whether they do: 0.")
    # The table still leaves the label out.
    again = call("original_publish", sha256=digest, personal_data_reason=REASON)
    assert (again["status"], again["dataset"]) == ("unchanged", "unchanged")
    assert len(rows("SELECT 1 FROM greekmunicipal.personal_data_confirmation")) == 1


def test_what_was_confirmed_stays_when_the_file_is_read_anew(
    harvested: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.greekmunicipal.harvesters import budget_reading

    digest = digest_of(harvested)
    call("original_publish", sha256=digest, personal_data_reason=REASON)
    monkeypatch.setattr(budget_reading, "TABLE_VERSION", budget_reading.TABLE_VERSION + 1)

    assert Run(make_source(TINOS)).errors == []

    assert digest in {each["hash"] for each in originals()}


def test_anybody_sees_each_version_with_its_file(harvested: Path, app: Any) -> None:
    cells = table_of(app.get(f"/en{VERSIONS}", status=200))

    assert [(row[0], row[2], row[3]) for row in cells] == [
        ("2025", "Revenue", "2 (current)"),
        ("2025", "Revenue", "1"),
        ("2025", "Expenditure", "2 (current)"),
        ("2025", "Expenditure", "1"),
    ]
    assert [row[4] for row in cells] == [
        "esoda_exoda.csv (not offered)", "esoda_exoda.csv"
    ] * 2  # fmt: skip
    page = BeautifulSoup(app.get(f"/el{VERSIONS}").get_data(as_text=True), "html.parser")
    (older, _) = page.select("tbody a")
    assert app.get(urlsplit(str(older["href"])).path).data == CLEAN.encode("cp1253")
    assert "τρέχουσα" in page.get_text()
    told = app.get("/api/action/greekmunicipal_budget_version_list", query_string={
        "organization": TINOS}).json["result"]  # fmt: skip
    assert [each["files"][0]["url"] is None for each in told] == [True, False] * 2


def test_who_answered_for_errors_is_told_to_editors_alone(people: Any, app: Any) -> None:
    wrong = CLEAN.replace("Αμοιβές νομικών;900.000,50", "Αμοιβές νομικών;900.000,49")
    file = Upload("a.csv", wrong.encode("cp1253"))
    call("publish", upload=file, errors_confirmed="Στρογγυλοποίηση")

    text = app.get(f"/el{VERSIONS}", status=200).get_data(as_text=True)

    assert "Στρογγυλοποίηση" in text
    assert "editor" not in text
    assert "None" not in text


def test_a_municipality_without_a_budget_or_with_a_private_one_shows_no_versions(
    people: Any, app: Any
) -> None:
    assert app.get(f"/el{VERSIONS}", expect_errors=True).status_code == 404
    assert app.get("/organization/dimos-nowhere/budget/versions", status=404)
    call("publish", upload=Upload("a.csv", CLEAN.encode("cp1253")))
    assert app.get(VERSIONS, status=200)
    dataset: Any = model.Package.get(f"{TINOS}-budget")
    dataset.private = True
    model.repo.commit_and_remove()
    answer = app.get(VERSIONS, expect_errors=True)
    assert answer.status_code == 404
    assert "a.csv" not in answer.get_data(as_text=True)


def test_an_original_that_its_editor_offers_no_longer_is_taken_back(people: Any) -> None:
    data = CLEAN.encode("cp1253")
    call("publish", upload=Upload("a.csv", data))
    assert len(originals()) == 1

    done = call("publish", upload=Upload("a.csv", data), originals=False)

    assert (done["status"], done["dataset"]) == ("unchanged", "updated")
    assert originals() == []


TITLE = "ΚΑΤΑΣΤΑΣΗ ΕΚΤΕΛΕΣΗΣ ΠΡΟΫΠΟΛΟΓΙΣΜΟΥ {side} ΕΩΣ 31/3/2026"
PD54_REVENUE = f"""{TITLE.format(side="ΕΣΟΔΩΝ")}
Κ.Α.;Περιγραφή;Διαμορφωθέντα;Βεβαιωθέντα;Εισπραχθέντα
010.1310101;Κεντρικοί πόροι;500,00;300,00;200,00
255.4910101;Εισπράξεις υπέρ τρίτων;100,00;50,00;50,00
"""
PD54_SPENDING = f"""{TITLE.format(side="ΔΑΠΑΝΩΝ")}
Κ.Α.;Περιγραφή;Διαμορφωθέντα;Ενταλθέντα;Πληρωθέντα
255.2130102001;Αμοιβές προσωπικού;500,00;90,00;80,00
255.5910101;Αποδόσεις σε τρίτους;100,00;10,00;10,00
"""


def test_both_charts_in_one_table_make_a_valid_package_with_levels_and_kinds(
    people: Any, app: Any, tmp_path: Path
) -> None:
    from frictionless import Package

    call("publish", upload=Upload("a.csv", CLEAN.encode("cp1253")))
    third = CLEAN.replace("0611.0001;Τακτική επιχορήγηση", "0411.0001;Κρατήσεις").replace(
        "00.6111.0001;Αμοιβές νομικών", "00.8221.0001;Αποδόσεις"
    )
    call("publish", upload=Upload("b.csv", third.replace("2025", "2024").encode("cp1253")))
    new = {"esoda.csv": PD54_REVENUE, "exoda.csv": PD54_SPENDING}
    call("publish", upload=[Upload(name, text.encode()) for name, text in new.items()])
    dataset = package(TINOS)
    table = dataset["resources"][0]["id"]

    for name in ("lines.csv", "long.csv", "accounts.csv", "datapackage.json"):
        answer = app.get(f"/table/{table}/{name}", status=200)
        (tmp_path / name).write_bytes(answer.data)
    report = Package(str(tmp_path / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "message"])[:5]
    with (tmp_path / "accounts.csv").open(encoding="utf-8-sig") as lines:
        accounts = {row["account_code"]: row for row in csv.DictReader(lines)}
    assert {code: (row["chart"], row["kind"]) for code, row in accounts.items()} == {
        "0411": ("kae", ""),
        "0611": ("kae", ""),
        "6111": ("kae", ""),
        "8221": ("kae", "pass-through"),
        "1310101": ("pd54", ""),
        "2130102": ("pd54", ""),
        "4910101": ("pd54", "pass-through"),
        "5910101": ("pd54", "pass-through"),
    }
    levels = [accounts["6111"][f"level{at}_code"] for at in range(1, 5)]
    assert levels == ["6", "61", "611", "6111"]
    assert all(accounts["6111"][f"level{at}_label_el"] for at in range(1, 5))


def test_the_data_dictionary_says_what_each_column_is_in_both_languages(people: Any) -> None:
    from ckanext.greekmunicipal.harvesters.budget_store import TABLE_COLUMNS

    call("publish", upload=Upload("a.csv", CLEAN.encode("cp1253")))
    table = package(TINOS)["resources"][0]["id"]

    told = tk.get_action("datastore_info")({"user": ""}, {"id": table})["fields"]

    assert {each["id"]: (each["info"]["label_el"], each["info"]["label_en"]) for each in told} == {
        column.name: (column.label_el, column.label_en) for column in TABLE_COLUMNS
    }
    assert all(column.label_el and column.label_en for column in TABLE_COLUMNS)
