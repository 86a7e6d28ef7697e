"""The pages that a visitor meets, in Greek and in English."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import ckan.plugins.toolkit as tk
import portal_catalogue as catalogue
import pytest
import yaml
from ckan.tests import factories

pytestmark = [pytest.mark.ckan]

SPOKEN_ATTRIBUTES = ("aria-label", "title", "placeholder", "alt")
# Names that are the same in Greek: formats, standards, products, addresses, keys.
SAME_IN_GREEK = re.compile(
    r"https?://\S+|[\w.+-]+@[\w.-]+|(www\.)?[\w-]+(\.[\w-]+)+(/\S*)?|\b(text|application)/[\w.+-]+"
    r"|\b(CKAN|API|CSV|TSV|XML|XLSX|JSON(-LD)?|DCAT-AP|Turtle|NUTS|EL\d+|KiB|MiB|CC BY|BY"
    r"|Creative Commons|English|URI|GeoNames|IANA|byte)\b"
    # Values of the catalogue itself.
    r"|diavgeia:6290:payments|</?b>|\b[0-9a-f]{64}\b"
)
LATIN_WORD = re.compile(r"[A-Za-z]{2,}")


class Spoken(HTMLParser):
    """Collects what a page says: its text and the attributes that are read aloud."""

    def __init__(self) -> None:
        super().__init__()
        self._silent = 0
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("script", "style", "code")
        self.said += [value for name, value in attrs if name in SPOKEN_ATTRIBUTES and value]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style", "code")

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.said.append(" ".join(data.split()))


def said(page: str) -> list[str]:
    parser = Spoken()
    parser.feed(page)
    return parser.said


def addresses(portal: dict[str, Any]) -> list[str]:
    acts, budget = portal["acts"], portal["budget"]
    return [
        "/",
        "/about",
        "/organization/",
        "/organization/dimos-tinou",
        "/organization/about/dimos-tinou",
        "/organization/dimos-tinou?q=πληρωμές",
        "/dataset/",
        "/dataset/?q=nothing-at-all",
        "/dataset/?family=payments",
        f"/dataset/{acts['name']}",
        f"/dataset/{acts['name']}/resource/{acts['resources'][0]['id']}",
        f"/dataset/{budget['name']}",
        f"/dataset/{budget['name']}/resource/{budget['resources'][1]['id']}",
        "/user/login",
    ]


def get(app: Any, address: str, language: str = "el") -> str:
    answer = app.get(f"/{language}{address}")
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def test_greek_pages_say_nothing_in_english(app: Any, filled_portal: dict[str, Any]) -> None:
    english = {
        (address, text)
        for address in addresses(filled_portal)
        for text in said(get(app, address))
        if LATIN_WORD.search(SAME_IN_GREEK.sub("", text)) and "nothing-at-all" not in text
    }
    assert english == set()


def test_pages_of_errors_are_greek_too(app: Any, filled_portal: dict[str, Any]) -> None:
    for address, status in (
        ("/nothing-at-all", 404),
        ("/dataset/nothing-at-all", 404),
        ("/organization/nothing-at-all", 404),
        ("/user/register", 403),
        ("/organization/dimos-tinou/budget/1871", 404),
    ):
        answer = app.get(f"/el{address}")
        assert answer.status_code == status, address
        assert english_in(answer.get_data(as_text=True)) == set(), address


def test_who_works_in_the_portal_reads_greek(app: Any, filled_portal: dict[str, Any]) -> None:
    user = factories.SysadminWithToken(fullname="Διαχειρίστρια")
    for address in (
        "/organization/bulk_process/dimos-tinou",
        "/organization/members/dimos-tinou",
        "/harvest",
        "/ckan-admin/trash",
    ):
        answer = app.get(f"/el{address}", headers={"Authorization": user["token"]})
        assert answer.status_code == 200, address
        page = answer.get_data(as_text=True).replace(user["name"], "")
        assert english_in(page) - {"test"} == set(), address  # a name of the site's own user


def english_in(page: str) -> set[str]:
    return {text for text in said(page) if LATIN_WORD.search(SAME_IN_GREEK.sub("", text))}


def test_greek_pages_show_the_greek_labels_of_the_schema(
    app: Any, filled_portal: dict[str, Any]
) -> None:
    page = said(get(app, f"/dataset/{filled_portal['acts']['name']}"))
    for label in ("Θεματική κατηγορία", "Συχνότητα ενημέρωσης", "Χρονική κάλυψη", "Προέλευση"):
        assert label in page
    for value in ("Οικονομία και χρηματοοικονομικά θέματα", "ημερήσια", "30 πράξεις διαβάστηκαν."):
        assert value in page


def test_english_pages_show_english(app: Any, filled_portal: dict[str, Any]) -> None:
    page = said(get(app, f"/dataset/{filled_portal['acts']['name']}", "en"))
    for text in ("Payments – Municipality of Tinos", "Theme", "Economy and finance", "daily"):
        assert text in page
    assert "Municipality of Tinos" in said(get(app, "/organization/dimos-tinou", "en"))
    assert "Where does the money go?" in said(get(app, "/", "en"))


def test_the_home_page_counts_and_lists(app: Any, filled_portal: dict[str, Any]) -> None:
    page = said(get(app, "/"))
    assert "Τήνος" in page
    assert "Νοτίου Αιγαίου" in page
    assert "2 σύνολα δεδομένων" in page
    assert 'name="q"' in get(app, "/")


def test_a_municipality_shows_its_facts_and_its_datasets_by_family(
    app: Any, filled_portal: dict[str, Any]
) -> None:
    page = said(get(app, "/organization/dimos-tinou"))
    assert "8.935" in page
    assert filled_portal["organization"]["afm"] in page
    assert page.index("Προϋπολογισμός και εκτέλεση") < page.index("Πληρωμές")
    assert "Πληρωμές – Δήμος Τήνου" in page


def test_only_fields_with_a_value_are_shown(app: Any, filled_portal: dict[str, Any]) -> None:
    page = said(get(app, f"/dataset/{filled_portal['budget']['name']}"))
    assert "Κατηγορία υψηλής αξίας" not in page
    assert "Δημιουργός" not in page
    assert "Επικοινωνία" in page


def test_the_preview_needs_no_javascript_and_writes_greek_amounts(
    app: Any, filled_portal: dict[str, Any]
) -> None:
    page = said(get(app, f"/dataset/{filled_portal['acts']['name']}"))
    assert "1.234,50" in page
    assert "01/06/2025" in page
    assert "5 από 30 γραμμές" in page
    assert "Σημάνσεις" not in page  # a column without any value is left out
    english = said(get(app, f"/dataset/{filled_portal['acts']['name']}", "en"))
    assert "1,234.50" in english


def test_what_a_source_writes_is_escaped(app: Any, tinos: dict[str, Any]) -> None:
    nasty = "<script>alert(1)</script>"
    created = catalogue.create(
        catalogue.acts_dataset(
            tinos,
            title_translated={"el": f"Τίτλος {nasty}"},
            notes_translated={"el": f"Περιγραφή {nasty}"},
            provenance={"el": nasty},
            contact=[{"name": nasty}],
            temporal_coverage=[{"start": "2025"}],
        )
    )
    catalogue.load(
        created["resources"][0],
        catalogue.ACTS_FIELDS,
        [{"ada": nasty, "act_url": 'https://a.gr/"><script>alert(1)</script>'}],
    )
    tk.get_action("organization_patch")(
        catalogue.context(), {"id": tinos["id"], "description": nasty}
    )
    resource = created["resources"][0]["id"]
    for address in (
        f"/dataset/{created['name']}",
        f"/dataset/{created['name']}/resource/{resource}",
        "/organization/dimos-tinou",
        "/dataset/",
    ):
        assert "<script>alert(1)" not in get(app, address)


@pytest.mark.parametrize("language", ["el", "en"])
def test_an_editor_gets_forms_in_both_languages(
    app: Any, filled_portal: dict[str, Any], language: str
) -> None:
    token = factories.SysadminWithToken()["token"]
    label = {"el": "Θεματική κατηγορία", "en": "Theme"}[language]
    for address, expected in (
        ("/dataset/new", label),
        (f"/dataset/edit/{filled_portal['acts']['name']}", label),
        (f"/dataset/{filled_portal['acts']['name']}/resource/new", "name_translated-el"),
        ("/organization/new", "title_translated-en"),
        ("/organization/edit/dimos-tinou", "title_translated-en"),
    ):
        answer = app.get(f"/{language}{address}", headers={"Authorization": token})
        assert answer.status_code == 200, address
        assert expected in answer.get_data(as_text=True), address


def test_the_schemas_label_each_field_in_both_languages() -> None:
    from importlib.resources import files

    def labels(fields: list[dict[str, Any]]) -> list[Any]:
        return [
            label
            for field in fields
            for label in (field["label"], *labels(field.get("repeating_subfields", [])))
        ]

    for name in ("dataset", "organization"):
        text = (files("ckanext.greekmunicipal.schemas") / f"{name}.yaml").read_text("utf-8")
        schema = yaml.safe_load(text)
        fields = [
            *schema.get("fields", []),
            *schema.get("dataset_fields", []),
            *schema.get("resource_fields", []),
        ]
        assert len(fields) > 15
        assert all(set(label) == {"el", "en"} and all(label.values()) for label in labels(fields))


def test_results_are_filtered_by_subject_and_theme(app: Any, filled_portal: dict[str, Any]) -> None:
    page = said(get(app, "/dataset/?family=payments"))
    assert "Πληρωμές – Δήμος Τήνου" in page
    assert "Προϋπολογισμός – Δήμος Τήνου" not in page
    theme = "http://publications.europa.eu/resource/authority/data-theme/GOVE"
    page = said(get(app, f"/dataset/?vocab_theme={theme}"))
    assert "Πληρωμές – Δήμος Τήνου" in page
    assert "Προϋπολογισμός – Δήμος Τήνου" not in page


def test_a_very_long_description_can_be_saved(tinos: dict[str, Any]) -> None:
    long = "Πολύ μεγάλο κείμενο. " * 4000
    created = catalogue.create(catalogue.acts_dataset(tinos, notes_translated={"el": long}))
    found = tk.get_action("package_search")({}, {"q": f"name:{created['name']}"})
    assert found["count"] == 1


def test_the_preview_shows_what_a_reader_wants_first_and_says_codes_in_his_language(
    app: Any, tinos: dict[str, Any]
) -> None:
    created = catalogue.create(catalogue.acts_dataset(tinos))
    resource = created["resources"][0]
    tk.get_action("resource_patch")(catalogue.context(), {"id": resource["id"], "table": "lines"})
    catalogue.load(
        resource,
        [
            {"id": name, "type": "text"}
            for name in ("role", "counterparty_name", "ada", "line_no", "counterparty_kind", "kae")
        ]
        + [{"id": "amount", "type": "numeric"}, {"id": "cpv", "type": "text"}]
        + [{"id": "year", "type": "int"}],
        [
            {"ada": "ΑΔΑ-1", "counterparty_kind": "natural", "role": "sponsor", "year": 2025},
            {"ada": "ΑΔΑ-2", "counterparty_kind": "legal", "role": "sponsor", "year": 2026},
        ],
    )
    page = said(get(app, f"/dataset/{created['name']}"))
    assert "Φυσικό πρόσωπο" in page
    assert "sponsor" not in page
    assert page.index("ΑΔΑ-2") < page.index("ΑΔΑ-1")
    assert "Natural person" in said(get(app, f"/dataset/{created['name']}", "en"))
