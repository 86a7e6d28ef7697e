"""An administrator makes organisations and groups in a real browser."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import pytest

from ckanext.greekmunicipal.municipalities import by_slug
from ckanext.greekmunicipal.schemas.organization_defaults import organization_facts

pytestmark = [pytest.mark.ckan, pytest.mark.browser]

PASSWORD = "a long password 1"


@pytest.fixture
def administrator(visit: Any) -> Any:
    """The visit of a sysadmin."""
    import portal_catalogue as catalogue

    try:
        tk.get_action("user_show")(catalogue.context(), {"id": "boss"})
    except tk.ObjectNotFound:
        tk.get_action("user_create")(
            catalogue.context(),
            {"name": "boss", "email": "boss@example.gr", "password": PASSWORD, "sysadmin": True},
        )
    page = visit.open("/user/login")
    page.locator("#field-login").fill("boss")
    page.locator("#field-password").fill(PASSWORD)
    page.locator("#field-password").press("Enter")
    page.wait_for_load_state("networkidle")
    return visit


def choose(page: Any, field: str, typed: str) -> None:
    page.locator(f"#{field} + .select2-container").click()
    page.keyboard.type(typed)
    page.locator(".select2-results__option--highlighted").wait_for()
    page.keyboard.press("Enter")


def test_choosing_a_municipality_fills_the_form_as_the_server_would(administrator: Any) -> None:
    page = administrator.open("/organization/new")
    choose(page, "field-municipality", "συρου-ερμ")
    page.wait_for_function("document.getElementById('field-title_translated-el').value")
    facts = organization_facts(by_slug("dimos-syrou-ermoupolis"))
    for field in ("diavgeia_uid", "afm", "elstat_code", "nuts", "bbox", "website", "population"):
        value = page.locator(f"#field-{field}").evaluate("e => e.value")
        assert value == str(facts[field]), field
    page.locator("#group-register > summary").click()
    administrator.screenshot("form-organization-el-1200")
    page.locator("button[name=save]").click()
    page.wait_for_load_state("networkidle")
    import portal_catalogue as catalogue

    by_browser = tk.get_action("organization_show")(
        catalogue.context(), {"id": "dimos-syrou-ermoupolis"}
    )
    by_server = tk.get_action("organization_create")(
        catalogue.context(), {"municipality": "dimos-syrou-ermoupolis", "name": "by-the-server"}
    )
    for field in facts:
        if field != "name":
            assert str(by_browser.get(field)) == str(by_server.get(field)), field
    assert administrator.wrong == []


def test_a_body_stands_under_its_municipality(administrator: Any) -> None:
    page = administrator.open("/organization/new")
    page.locator("#field-title_translated-el").press_sequentially("Λιμενικό Ταμείο Τήνου")
    assert page.locator(".slug-preview-value").inner_text() == "limeniko-tameio-tinou"
    page.locator("#group-content > summary").click()
    choose(page, "field-parent_body", "τηνου")
    page.locator("#field-established").fill("1990")
    page.locator("button[name=save]").click()
    page.wait_for_load_state("networkidle")
    import portal_catalogue as catalogue

    made = tk.get_action("organization_show")(catalogue.context(), {"id": "limeniko-tameio-tinou"})
    assert made["parent_body"] == "dimos-tinou"
    page = administrator.open("/organization/about/dimos-tinou")
    page.get_by_role("link", name="Λιμενικό Ταμείο Τήνου").click()
    page.wait_for_load_state("networkidle")
    assert page.get_by_role("link", name="Δήμος Τήνου").count() >= 1
    assert administrator.wrong == []


def test_the_preview_of_a_group_is_greek_too(administrator: Any) -> None:
    page = administrator.open("/group/new")
    page.locator("#field-name").press_sequentially("Ποιότητα ζωής")
    assert page.locator(".slug-preview-value").inner_text() == "poiotita-zois"
    assert administrator.wrong == []


def test_saving_an_organisation_unchanged_changes_nothing(administrator: Any) -> None:
    import portal_catalogue as catalogue

    def shown() -> dict[str, Any]:
        found = tk.get_action("organization_show")(catalogue.context(), {"id": "dimos-tinou"})
        return {field: value for field, value in found.items() if value not in (None, "")}

    before = shown()
    page = administrator.open("/organization/edit/dimos-tinou")
    page.locator("button[name=save]").last.click()
    page.wait_for_load_state("networkidle")
    assert page.url.endswith("/organization/dimos-tinou")
    assert shown() == before
    assert administrator.wrong == []
