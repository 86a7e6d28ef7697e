"""A citizen's pages in a real browser, and the editor's live preview of an address."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest

from ckanext.greekmunicipal.greek import slug
from ckanext.greekmunicipal.municipalities import municipalities

pytestmark = [pytest.mark.ckan, pytest.mark.browser]

SLUG_SCRIPT = (
    Path(__file__).resolve().parents[2] / "ckanext" / "greekmunicipal" / "assets" / "js" / "slug.js"
)


def pages(visit: Any) -> dict[str, str]:
    acts, budget = visit.portal.catalogue["acts"], visit.portal.catalogue["budget"]
    return {
        "home": "/",
        "municipality": "/organization/dimos-tinou",
        "acts": f"/dataset/{acts['name']}",
        "acts-table": f"/dataset/{acts['name']}/resource/{acts['resources'][0]['id']}",
        "budget": f"/dataset/{budget['name']}",
        "search": "/dataset/?q=πληρωμές",
    }


EXPECTED = {
    "el": {
        "home": "Πού πάνε τα χρήματα;",
        "municipality": "Δήμος Τήνου",
        "acts": "Πληρωμές – Δήμος Τήνου",
        "acts-table": "Πράξεις",
        "budget": "Προϋπολογισμός – Δήμος Τήνου",
        "search": "Πληρωμές – Δήμος Τήνου",
    },
    "en": {
        "home": "Where does the money go?",
        "municipality": "Municipality of Tinos",
        "acts": "Payments – Municipality of Tinos",
        "acts-table": "Acts",
        "budget": "Budget – Municipality of Tinos",
        "search": "Payments – Municipality of Tinos",
    },
}


@pytest.mark.parametrize("width", [1200, 360])
@pytest.mark.parametrize("language", ["el", "en"])
def test_every_page_opens_without_an_error(visit: Any, language: str, width: int) -> None:
    visit.page.set_viewport_size({"width": width, "height": 900})
    for name, path in pages(visit).items():
        page = visit.open(f"/{language}{path}")
        assert EXPECTED[language][name] in page.locator("body").inner_text(), name
        assert page.locator("html").get_attribute("lang") == language
        beyond = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert beyond <= 0, f"{name} scrolls sideways by {beyond} pixels"
        visit.screenshot(f"{name}-{language}-{width}")
    assert visit.wrong == []


def test_hidden_words_in_a_wide_table_do_not_widen_the_page(visit: Any) -> None:
    visit.page.set_viewport_size({"width": 360, "height": 900})
    page = visit.open("/")
    page.evaluate(
        """document.querySelector('#content').insertAdjacentHTML('beforeend',
            '<div class="gm-scroll"><table><tr><td style="min-width: 1500px">PDF</td>'
            + '<td>PDF<span class="visually-hidden"> of September</span></td></tr></table></div>')"""
    )
    assert page.evaluate("document.querySelector('.gm-scroll').scrollWidth") > 1500
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_the_tables_are_previewed(visit: Any) -> None:
    page = visit.open(pages(visit)["acts"])
    assert page.locator(".gm-preview tbody tr").count() == 5
    assert "1.234,50" in page.locator(".gm-preview").first.inner_text()
    page = visit.open(pages(visit)["acts-table"])
    assert page.locator(".gm-preview tbody tr").count() == 25
    page = visit.open(pages(visit)["budget"])
    assert "98.765,43" in page.locator(".gm-preview").first.inner_text()
    assert visit.wrong == []


def test_from_home_to_the_payments_in_two_clicks(visit: Any) -> None:
    page = visit.open("/")
    for name in ("Τήνος", "Πληρωμές – Δήμος Τήνου"):
        page.get_by_role("link", name=name).click()
        page.wait_for_load_state("networkidle")
    assert page.locator("h1").inner_text() == "Πληρωμές – Δήμος Τήνου"
    page.get_by_role("link", name="English").click()
    page.wait_for_load_state("networkidle")
    assert page.locator("h1").inner_text() == "Payments – Municipality of Tinos"
    assert visit.wrong == []


def test_the_search_on_the_home_page_finds(visit: Any) -> None:
    page = visit.open("/")
    page.locator("#gm-search-field").fill("πληρωμές")
    page.locator(".gm-search button").click()
    page.wait_for_load_state("networkidle")
    assert "Πληρωμές – Δήμος Τήνου" in page.locator("#search-results").inner_text()
    assert visit.wrong == []


def test_the_preview_of_an_address_follows_the_rules_of_the_server(visit: Any) -> None:
    page = visit.open("/")
    page.add_script_tag(path=str(SLUG_SCRIPT))
    texts = [
        *(m.name_el for m in municipalities()),
        *(m.name_el.upper() for m in municipalities()),
        *(m.common_name_el for m in municipalities()),
        "Προϋπολογισμός 2025",
        "Εύβοια, Αυλώνας, ηύρα, αϋπνία, άυλος",
        "Αγγελία άγχος σύγχρονος Αγξ",
        "Μπάμπης λάμπα κομπ ΜΠΑΝΑΝΑ",
        "AΓΙΟΥ ΝΙΚΟΛAΟΥ pdfΑρχείο Δικαιoσύνη",
        "τοῦ Ἁγίου ᾠδή",
        "Straße & naïve café — «τέλος»",
        "δη\u00b5όσιος \u0384Αρτα",
        "a_b  c--d",
    ]
    shown = page.evaluate("texts => texts.map(text => jQuery.url.slugify(text))", texts)
    assert dict(zip(texts, shown, strict=True)) == {text: slug(text) for text in texts}
    assert visit.wrong == []


def test_an_editor_sees_a_readable_address_while_typing(visit: Any) -> None:
    import portal_catalogue

    password = "a long password 1"
    tk.get_action("user_create")(
        portal_catalogue.context(),
        {"name": "officer", "email": "officer@example.gr", "password": password},
    )
    tk.get_action("organization_member_create")(
        portal_catalogue.context(),
        {"id": "dimos-tinou", "username": "officer", "role": "editor"},
    )
    page = visit.open("/user/login")
    page.locator("#field-login").fill("officer")
    page.locator("#field-password").fill(password)
    page.locator("#field-password").press("Enter")
    page.wait_for_load_state("networkidle")
    page = visit.open("/dataset/new")
    page.locator("#field-title_translated-el").press_sequentially("Παιδικές χαρές του Δήμου")
    assert page.locator(".slug-preview-value").inner_text() == "paidikes-chares-tou-dimou"
    page.locator("#field-notes_translated-el").fill("Οι παιδικές χαρές του δήμου.")
    page.locator("#field-theme").select_option(label="Περιφέρειες και πόλεις")
    visit.screenshot("form-el-1200")
    page.locator("button[name=save]").click()
    page.wait_for_load_state("networkidle")
    assert "/dataset/paidikes-chares-tou-dimou/resource/new" in page.url
    visit.screenshot("form-resource-el-1200")
    assert visit.wrong == []
