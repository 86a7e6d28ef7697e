"""A clerk of a municipality makes and changes datasets in a real browser."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest

from ckanext.greekmunicipal.greek import slug
from ckanext.greekmunicipal.schemas.slugs import name_for

pytestmark = [pytest.mark.ckan, pytest.mark.browser]

TESTS = Path(__file__).resolve().parents[1]
PASSWORD = "a long password 1"
EU = "http://publications.europa.eu/resource/authority"
THEME = "Περιφέρειες και πόλεις"
LABELS = """() => Array.from(document.querySelectorAll(
  '#dataset-edit input, #dataset-edit select, #dataset-edit textarea, #resource-edit input,' +
  '#resource-edit select, #resource-edit textarea, .gm-form input, .gm-form select, .gm-form textarea'))
  .filter(e => e.type !== 'hidden' && !e.closest('[name=repeating-template]'))
  .filter(e => !(e.labels && e.labels.length) && !e.getAttribute('aria-label')
    && !e.getAttribute('aria-labelledby'))
  .map(e => e.outerHTML.slice(0, 120))"""


def words_of_elot743() -> list[str]:
    """The table of words on which the server's rules are tested."""
    spec = importlib.util.spec_from_file_location("words", TESTS / "greek" / "test_elot743.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return list(module.WORDS)


def shown(name: str) -> dict[str, Any]:
    import portal_catalogue

    return tk.get_action("package_show")(portal_catalogue.context(), {"id": name})


def log_in(page: Any, address: str) -> None:
    import portal_catalogue as catalogue

    try:
        tk.get_action("user_show")(catalogue.context(), {"id": "clerk"})
    except tk.ObjectNotFound:
        tk.get_action("user_create")(
            catalogue.context(),
            {"name": "clerk", "email": "clerk@example.gr", "password": PASSWORD},
        )
        tk.get_action("organization_member_create")(
            catalogue.context(), {"id": "dimos-tinou", "username": "clerk", "role": "editor"}
        )
    page.goto(f"{address}/user/login")
    page.locator("#field-login").fill("clerk")
    page.locator("#field-password").fill(PASSWORD)
    page.locator("#field-password").press("Enter")
    page.wait_for_load_state("networkidle")


@pytest.fixture
def clerk(visit: Any) -> Any:
    """The visit of somebody who may edit the datasets of one municipality."""
    log_in(visit.page, visit.portal.address)
    return visit


@pytest.fixture
def plain(chromium: Any, portal: Any) -> Iterator[Any]:
    """The page of the same clerk in a browser without JavaScript."""
    context = chromium.new_context(java_script_enabled=False, locale="el-GR")
    page = context.new_page()
    log_in(page, portal.address)
    yield page
    context.close()


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A file as a clerk has it."""
    file = tmp_path / "Παιδικές_χαρές_2025.csv"
    file.write_text("name;street;year\nΚιόνια;Παραλιακή;2021\n", encoding="utf-8")
    return file


def choose(page: Any, field: str, typed: str) -> None:
    """Choose in a searchable select by typing and Enter."""
    page.locator(f"#{field} + .select2-container").click()
    page.keyboard.type(typed)
    page.locator(".select2-results__option--highlighted").wait_for()
    page.keyboard.press("Enter")


def test_a_new_clerk_makes_a_complete_dataset_with_four_fields(clerk: Any, table: Path) -> None:
    page = clerk.open("/dataset/new")
    assert page.locator("details.gm-group[open]").count() == 0
    page.locator("#field-title_translated-el").press_sequentially("Παιδικές χαρές της Τήνου")
    assert page.locator(".slug-preview-value").inner_text() == "paidikes-chares-tis-tinou"
    page.locator("#field-notes_translated-el").fill("Μία γραμμή για κάθε παιδική χαρά.")
    choose(page, "field-theme", "περιφερειες")
    clerk.screenshot("form-dataset-el-1200")
    page.locator("button[name=save]").click()
    page.wait_for_load_state("networkidle")
    assert "/dataset/paidikes-chares-tis-tinou/resource/new" in page.url
    page.locator("#field-resource-upload").set_input_files(str(table))
    clerk.screenshot("form-file-el-1200")
    page.locator("button[name=save][value=go-metadata]").click()
    page.wait_for_load_state("networkidle")
    assert page.url.endswith("/dataset/paidikes-chares-tis-tinou")
    assert "Παιδικές χαρές της Τήνου" in page.locator("h1").first.inner_text()
    clerk.screenshot("form-made-el-1200")
    made = shown("paidikes-chares-tis-tinou")
    assert (made["state"], made["private"]) == ("active", False)
    assert made["theme"] == [f"{EU}/data-theme/REGI"]
    assert made["publisher"][0]["name"] == "Δήμος Τήνου"
    assert made["contact"][0]["email"] == "opendata@tinos.gr"
    assert made["spatial_coverage"][0]["text"] == "Δήμος Τήνου"
    assert made["access_rights"] == f"{EU}/access-right/PUBLIC"
    assert "creator" not in made  # the empty inputs of the form are no creator without a name
    (file,) = made["resources"]
    assert [key for key in file if "-" in key] == []  # nor are inputs fields of the file
    assert file["name_translated"] == {"el": "Παιδικές χαρές 2025"}
    assert (file["format"], file["mimetype"]) == ("CSV", "text/csv")
    assert file["size"] == table.stat().st_size
    assert file["license"] == f"{EU}/licence/CC_BY_4_0"
    assert clerk.wrong == []


def test_the_same_works_without_a_script(plain: Any, portal: Any, table: Path) -> None:
    plain.goto(f"{portal.address}/dataset/new?indicator=facilities")
    assert plain.locator("#field-theme option:checked").count() == 1
    assert "Δήμος Τήνου" in plain.locator("#field-title_translated-el").input_value()
    plain.locator("#field-title_translated-el").fill("Χωρίς σενάρια")
    plain.locator("#field-notes_translated-el").fill("Δοκιμή.")
    plain.locator("#field-theme").select_option(label=THEME)
    plain.locator("#group-content summary").first.click()
    plain.locator("#field-tags_translated-el").fill("παιδικές χαρές, αναψυχή")
    plain.locator("#field-landing_page").fill(
        "https://tinos.example.gr/a\nhttps://tinos.example.gr/b"
    )
    plain.locator("button[name=save]").click()
    plain.locator("#field-resource-upload").set_input_files(str(table))
    plain.locator("button[name=save][value=go-metadata]").click()
    made = shown("choris-senaria")
    assert made["state"] == "active"
    assert made["indicator"] == ["facilities"]
    assert made["tags_translated"] == {"el": ["παιδικές χαρές", "αναψυχή"]}
    assert sorted(tag["name"] for tag in made["tags"]) == ["αναψυχή", "παιδικές χαρές"]
    assert made["landing_page"] == ["https://tinos.example.gr/a", "https://tinos.example.gr/b"]
    assert made["resources"][0]["format"] == "CSV"


def test_choosing_a_commitment_suggests_and_keeps_what_was_typed(clerk: Any) -> None:
    page = clerk.open("/dataset/new")
    page.locator("#field-notes_translated-el").fill("Δικά μου λόγια.")
    page.locator("#gm-indicator-choice").select_option("budget")
    page.locator(".gm-expected").wait_for()
    title = page.locator("#field-title_translated-el")
    assert title.input_value() == "Προϋπολογισμός – Δήμος Τήνου"
    assert page.locator(".slug-preview-value").inner_text() == "proypologismos-dimos-tinou"
    assert page.locator("#field-notes_translated-el").input_value() == "Δικά μου λόγια."
    assert page.locator("#field-frequency").evaluate("e => e.value") == f"{EU}/frequency/ANNUAL"
    link = page.locator(".gm-expected a[href$='template.csv']")
    assert link.get_attribute("href").endswith("/indicator/budget/template.csv")
    clerk.screenshot("form-indicator-el-1200")
    page.locator("#gm-indicator-choice").select_option("waste")
    page.wait_for_function(
        "document.querySelector('#field-title_translated-el').value.startsWith('Α')"
    )
    assert page.locator("#field-indicator").evaluate(
        "e => Array.from(e.selectedOptions).map(o => o.value)"
    ) == ["waste"]
    title.fill("Ο δικός μου τίτλος")
    page.locator("#gm-indicator-choice").select_option("budget")
    page.wait_for_function(
        "document.querySelector('#gm-indicator-expected').textContent.includes('ψηφίστηκε')"
    )
    assert title.input_value() == "Ο δικός μου τίτλος"
    assert clerk.wrong == []


def test_what_is_refused_is_shown_where_it_stands(clerk: Any) -> None:
    page = clerk.open("/dataset/new")
    page.locator("#field-title_translated-el").fill("Με λάθος")
    page.locator("#group-who summary").first.click()
    page.locator("#field-contact-0-email").fill("κανένας")
    page.locator("#field-contact-0-name").fill("Τμήμα Πρασίνου")
    page.locator("button[name=save]").click()
    page.wait_for_load_state("networkidle")
    assert page.locator("#group-who").get_attribute("open") is not None
    assert page.locator("#group-rights").get_attribute("open") is None
    assert page.locator("#field-contact-0-email").get_attribute("aria-invalid") == "true"
    assert page.locator("#field-contact-0-name").input_value() == "Τμήμα Πρασίνου"
    assert page.locator("#field-title_translated-el").input_value() == "Με λάθος"
    assert page.locator("#field-notes_translated-el-error").is_visible()
    summary = page.locator(".error-explanation")
    assert "Περιγραφή" in summary.inner_text()
    summary.locator("a[href='#field-notes_translated-el']").click()
    assert page.evaluate("location.hash") == "#field-notes_translated-el"
    clerk.screenshot("form-refused-el-1200")
    assert clerk.wrong == []


def test_saving_a_form_unchanged_changes_nothing(clerk: Any, plain: Any) -> None:
    budget = clerk.portal.catalogue["budget"]
    full = {
        "tags_translated": {"el": ["προϋπολογισμός"], "en": ["budget"]},
        "contact": [{"name": "Ταμείο", "email": "a@tinos.gr"}, {"name": "Πρωτόκολλο"}],
        "spatial_coverage": [
            {"uri": "https://sws.geonames.org/8133928/", "text": "Τήνος"},
            {"uri": "http://example.gr/place", "text": "Αλλού", "centroid": "{}"},
        ],
        "temporal_coverage": [{"start": "2024", "end": "2025-06-30"}],
        "hvd_category": ["http://data.europa.eu/bna/c_ac64a52d"],
        "landing_page": ["https://a.gr", "https://b.gr"],
        "provenance": {"el": "Από το *ταμείο*.", "en": "From the till."},
        "dcat_type": ["STATISTICAL"],
        "uri": "http://example.gr/budget",
    }
    full["spatial_coverage"][1]["centroid"] = '{"type": "Point", "coordinates": [25.1, 37.5]}'
    import portal_catalogue

    tk.get_action("package_patch")(portal_catalogue.context(), {"id": budget["id"], **full})
    before = shown(budget["id"])
    page = clerk.open(f"/dataset/edit/{budget['name']}")
    page.locator("button[name=save]").last.click()
    page.wait_for_load_state("networkidle")
    assert comparable(shown(budget["id"])) == comparable(before)
    plain.goto(f"{clerk.portal.address}/dataset/edit/{budget['name']}")
    plain.locator("button[name=save]").last.click()
    assert comparable(shown(budget["id"])) == comparable(before)
    resource = before["resources"][1]
    page = clerk.open(f"/dataset/{budget['name']}/resource/{resource['id']}/edit")
    page.locator("#resource-edit button.btn-primary[name=save]").last.click()
    page.wait_for_load_state("networkidle")
    after = shown(budget["id"])["resources"][1]
    assert comparable(after) == comparable(resource)
    assert clerk.wrong == []


def comparable(dataset: dict[str, Any]) -> dict[str, Any]:
    """What an author says of a dataset or file; nothing and an empty text are the same."""
    left_out = {"metadata_modified", "resources", "organization"}
    return {k: v for k, v in dataset.items() if k not in left_out and v not in (None, "")}


def test_entries_are_added_chosen_and_removed(clerk: Any) -> None:
    acts = clerk.portal.catalogue["acts"]
    page = clerk.open(f"/dataset/edit/{acts['name']}")
    page.locator("#group-when summary").first.click()
    places = page.locator("fieldset:has([data-field=spatial_coverage])").first
    assert places.locator(".gm-entry:visible").count() == 2
    places.locator("[name=repeating-add]").click()
    choose(page, "field-spatial_coverage-2-uri", "συρου-ερμ")
    places.locator("[name=repeating-remove]").first.click()
    page.locator("button[name=save]").last.click()
    page.wait_for_load_state("networkidle")
    found = shown(acts["id"])["spatial_coverage"]
    assert len(found) == 2
    assert found[-1]["text"] == "Δήμος Σύρου-Ερμούπολης"
    assert clerk.wrong == []


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("language", ["el", "en"])
def test_every_input_has_a_name_and_nothing_scrolls_sideways(
    clerk: Any, language: str, width: int
) -> None:
    clerk.page.set_viewport_size({"width": width, "height": 900})
    budget = clerk.portal.catalogue["budget"]
    forms = {
        "new": "/dataset/new?indicator=budget",
        "edit": f"/dataset/edit/{budget['name']}",
        "file": f"/dataset/{budget['name']}/resource/new",
    }
    for name, path in forms.items():
        page = clerk.open(f"/{language}{path}")
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert page.evaluate(LABELS) == [], name
        beyond = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert beyond <= 0, f"{name} scrolls sideways by {beyond} pixels"
        clerk.screenshot(f"form-{name}-{language}-{width}")
    assert clerk.wrong == []


def test_a_form_can_be_filled_with_the_keyboard_alone(clerk: Any) -> None:
    page = clerk.open("/dataset/new")
    page.locator("#field-title_translated-el").focus()
    page.keyboard.type("Με το πληκτρολόγιο")
    page.locator("#field-notes_translated-el").focus()
    page.keyboard.type("Δοκιμή.")
    summary = page.locator("#group-when > summary")
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("#group-when").get_attribute("open") is not None
    page.locator("#field-frequency + .select2-container .select2-selection").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("ετησια")
    page.keyboard.press("Enter")
    assert page.locator("#field-frequency").evaluate("e => e.value") == f"{EU}/frequency/ANNUAL"
    page.locator("button[name=save]").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "/dataset/me-to-pliktrologio/resource/new" in page.url
    assert clerk.wrong == []


def test_the_preview_has_the_rules_and_the_words_of_the_server(clerk: Any) -> None:
    page = clerk.open("/dataset/new")
    texts = [*words_of_elot743(), "α" * 120, " ".join(["λέξη"] * 40), "Ω", "中文", "—"]
    found = page.evaluate("texts => texts.map(text => jQuery.url.slugify(text))", texts)
    wanted = {text: name_for(text) if slug(text) else "" for text in texts}
    assert dict(zip(texts, found, strict=True)) == wanted
