"""A clerk's way from the file of the accounting system to the published page, in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from axe import assert_no_barrier

pytestmark = [pytest.mark.ckan, pytest.mark.browser]

PASSWORD = "a long password 1"
HEADERS = "Κ.Α.;Περιγραφή;Ποσό Α;Ποσό Β;Ποσό Γ"
REASON = "Το σύνολο του λογισμικού στρογγυλεύει"


def budget_file(place: Path, *, wrong: bool = False) -> Path:
    """An invented budget of 2025 whose amounts have headers that nobody understands."""
    lines = ["ΠΡΟΫΠΟΛΟΓΙΣΜΟΣ ΕΣΟΔΩΝ - ΕΞΟΔΩΝ ΟΙΚΟΝΟΜΙΚΟΥ ΕΤΟΥΣ 2025;;;;", HEADERS]
    revenue = [("0611.0001", "Τακτική επιχορήγηση", 900), ("0321.0001", "Τέλη καθαριότητας", 300)]
    for code, label, amount in revenue:
        lines.append(f"{code};{label};{amount}.000,50;0,00;{amount}.000,50")
    spending = [
        ("00.6111.0001", "Αμοιβές νομικών", 200),
        ("20.6231.0001", "Μισθώματα μηχανημάτων", 400),
        ("20.6699.0002", "Λοιπά αναλώσιμα", 599 if wrong else 600),
    ]
    for at, (code, label, amount) in enumerate(spending):
        cents = "01,00" if at == 0 else "00,00"
        lines.append(f"{code};{label};{amount}.0{cents};0,00;{amount}.0{cents}")
    path = place / "proypologismos.csv"
    path.write_text("\r\n".join(lines), encoding="cp1253")
    return path


@pytest.fixture
def clerk(visit: Any) -> Any:
    """The visit of an editor of the municipality, which has published no budget."""
    import ckan.model as model
    import portal_catalogue as catalogue

    from ckanext.greekmunicipal import datastore

    with datastore.transaction() as cursor:
        cursor.execute(
            "TRUNCATE greekmunicipal.budget_unit, greekmunicipal.budget_part,"
            " greekmunicipal.budget_version, greekmunicipal.budget_confirmation,"
            " greekmunicipal.budget_mapping, greekmunicipal.budget_original,"
            " greekmunicipal.personal_data_confirmation"
        )
    if model.User.get("tamias") is None:
        tk.get_action("user_create")(
            catalogue.context(),
            {"name": "tamias", "email": "tamias@example.gr", "password": PASSWORD},
        )
    tk.get_action("organization_member_create")(
        catalogue.context(), {"id": "dimos-tinou", "username": "tamias", "role": "editor"}
    )
    page = visit.open("/user/login")
    page.locator("#field-login").fill("tamias")
    page.locator("#field-password").fill(PASSWORD)
    page.locator("#field-password").press("Enter")
    page.wait_for_load_state("networkidle")
    return visit


def press(page: Any, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state("networkidle")


def hand_over(visit: Any, path: Path) -> Any:
    page = visit.open("/organization/dimos-tinou/budget/publish")
    page.locator("#budget-file").set_input_files(str(path))
    press(page, "Έλεγχος του αρχείου")
    return page


def choose(page: Any, letter: str, meaning: str) -> None:
    column = page.locator(".gm-budget-columns li").filter(
        has=page.locator(".gm-letter", has_text=letter)
    )
    column.locator("select").select_option(meaning)


def test_a_clerk_gets_from_the_file_to_the_published_page(clerk: Any, tmp_path: Path) -> None:
    page = clerk.open("/organization/dimos-tinou")
    page.get_by_role("link", name="Δημοσίευση προϋπολογισμού").click()
    page.wait_for_load_state("networkidle")
    clerk.screenshot("budget-form-start-el-1200")
    assert_no_barrier(page, "the first step")

    # A file that is none: said in Greek, on the form.
    empty = tmp_path / "keno.csv"
    empty.write_bytes(b"")
    page.locator("#budget-file").set_input_files(str(empty))
    press(page, "Έλεγχος του αρχείου")
    assert "Το αρχείο είναι κενό" in page.locator("#budget-refused").inner_text()

    # Amounts that nobody understands: the clerk says what they are, without sending the file again.
    page = hand_over(clerk, budget_file(tmp_path, wrong=True))
    assert "Δεν κατανοήθηκαν ποσά" in page.locator(".gm-lead").inner_text()
    press(page, "Δημοσίευση προϋπολογισμού")
    assert "Δεν κατανοήθηκαν ποσά" in page.locator("#budget-refused").inner_text()
    clerk.screenshot("budget-form-not-understood-el-1200")
    for letter, meaning in (("C", "initial"), ("D", "amendments"), ("E", "revised")):
        choose(page, letter, meaning)
    press(page, "Νέος έλεγχος")

    # What does not add up stops it until the clerk answers for it.
    assert "1 σφάλμα" in page.locator(".gm-lead").inner_text()
    assert page.locator(".gm-budget-findings .gm-level-error").count() == 1
    assert "1.200.001,00 €" in page.locator("#budget-understood ~ .gm-budget-sides").inner_text()
    clerk.screenshot("budget-form-checked-el-1200")
    assert_no_barrier(page, "the second step")
    page.set_viewport_size({"width": 375, "height": 800})
    width = page.evaluate("document.documentElement.scrollWidth")
    clerk.screenshot("budget-form-checked-el-375")
    assert width <= 375
    assert page.locator("label[for=errors-accepted]").bounding_box()["width"] > 150
    page.set_viewport_size({"width": 1200, "height": 900})
    press(page, "Δημοσίευση προϋπολογισμού")
    assert "Δεν δημοσιεύτηκε" in page.locator("#budget-refused").inner_text()
    page.locator("#errors-accepted").check()
    page.locator("#errors-confirmed").fill(REASON)
    press(page, "Δημοσίευση προϋπολογισμού")

    # The published page.
    assert page.url.endswith("/organization/dimos-tinou/budget/2025")
    assert "Ο προϋπολογισμός δημοσιεύτηκε" in page.locator("body").inner_text()
    assert "1.200.001" in page.locator("body").inner_text()
    clerk.screenshot("budget-form-published-el-1200")

    # The mended file: its columns are known by now, and it is a second version.
    page = hand_over(clerk, budget_file(tmp_path))
    assert "Κανένα σφάλμα" in page.locator(".gm-lead").inner_text()
    assert "όπως τη δηλώσατε" in page.locator("main, #content").first.inner_text()
    press(page, "Δημοσίευση προϋπολογισμού")
    page = clerk.open("/organization/dimos-tinou/budget/publish")
    shown = page.locator(".gm-scroll tbody tr").all_inner_texts()
    assert len(shown) == 4
    assert sum("τρέχουσα" in row for row in shown) == 2
    assert sum(REASON in row for row in shown) == 2
    clerk.screenshot("budget-form-versions-el-1200")
    assert clerk.wrong == []


def publish_plain(clerk: Any, path: Path, *, twice: bool = False) -> Any:
    """Hand over a file whose columns are understood, and publish it."""
    page = hand_over(clerk, path)
    button = page.get_by_role("button", name="Δημοσίευση προϋπολογισμού", exact=True)
    button.dblclick() if twice else button.click()
    page.wait_for_url("**/budget/20*")
    page.wait_for_load_state("networkidle")
    return page


def plain_file(place: Path, label: str = "Αμοιβές νομικών", amount: str = "900.000,50") -> Path:
    """A budget of 2025 whose columns are understood."""
    path = place / "plain.csv"
    path.write_text(
        "ΠΡΟΫΠΟΛΟΓΙΣΜΟΣ ΟΙΚΟΝΟΜΙΚΟΥ ΕΤΟΥΣ 2025\r\nΚ.Α.;Περιγραφή;Προϋπολογισθέντα\r\n"
        f"0611.0001;Τακτική επιχορήγηση;{amount}\r\n00.6111.0001;{label};{amount}\r\n",
        encoding="cp1253",
    )
    return path


def test_a_second_click_and_the_way_back_change_nothing_and_lead_to_the_page(
    clerk: Any, tmp_path: Path
) -> None:
    page = publish_plain(clerk, plain_file(tmp_path), twice=True)
    assert "δημοσι" in page.locator(".flash-messages").inner_text()

    page.go_back()
    page.wait_for_load_state("networkidle")

    assert page.url.endswith("/organization/dimos-tinou/budget/2025")
    assert "ήδη δημοσιευμένος" in page.locator(".flash-messages").inner_text()
    page = clerk.open("/organization/dimos-tinou/budget/versions")
    assert page.locator("tbody tr").count() == 2
    # The browser itself breaks off what the first click asked for.
    assert [each for each in clerk.wrong if "ERR_ABORTED" not in each] == []


def test_a_file_that_may_name_a_person_waits_for_the_clerks_word_and_anybody_sees_the_versions(
    clerk: Any, chromium: Any, tmp_path: Path
) -> None:
    publish_plain(clerk, plain_file(tmp_path))
    named = plain_file(tmp_path, "Αμοιβή Παπαδόπουλου Γεωργίου του Ιωάννη", "800.000,50")
    publish_plain(clerk, named)

    page = clerk.open("/organization/dimos-tinou/budget/publish")
    waiting = page.locator(".gm-private-file")
    assert waiting.count() == 1
    waiting.locator("summary").click()
    assert_no_barrier(page, "a file that waits")
    clerk.screenshot("budget-form-private-el-1200")
    waiting.locator("button").click()
    page.wait_for_load_state("networkidle")
    assert "Επιβεβαιώστε" in page.locator("#budget-refused").inner_text()
    waiting.locator("input[type=checkbox]").check()
    waiting.locator("textarea").fill("Σύμβαση που έχει αναρτηθεί")
    waiting.locator("button").click()
    page.wait_for_load_state("networkidle")
    assert page.locator(".gm-private-file").count() == 0

    # A citizen, in English, on a phone.
    context = chromium.new_context(viewport={"width": 375, "height": 800}, locale="en-GB")
    page = context.new_page()
    page.goto(f"{clerk.portal.address}/en/organization/dimos-tinou/budget/2025")
    page.locator("#documents a", has_text="versions").click()
    page.wait_for_load_state("networkidle")
    assert page.locator("tbody tr").count() == 4
    assert page.locator("tbody a").count() == 4
    assert "tamias" not in page.locator("body").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    assert_no_barrier(page, "the versions")
    with page.expect_download() as download:
        page.locator("tbody a").first.click()
    assert Path(download.value.path()).read_bytes() == named.read_bytes()
    context.close()


def test_the_form_works_by_keyboard_and_without_scripts(
    clerk: Any, chromium: Any, tmp_path: Path
) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="el-GR")
    context.add_cookies(clerk.page.context.cookies())
    page = context.new_page()
    page.goto(f"{clerk.portal.address}/organization/dimos-tinou/budget/publish")
    page.locator("#budget-file").set_input_files(str(budget_file(tmp_path)))
    page.locator("#budget-file").focus()
    for _ in range(3):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.value") == "check"
    page.keyboard.press("Enter")
    page.wait_for_url("**/budget/publish?token=*")
    assert page.locator(".gm-budget-columns li").count() == 5
    press(page, "Απόρριψη του αρχείου")
    assert page.url.endswith("/budget/publish")
    context.close()


def test_a_form_that_another_site_sent_is_refused(clerk: Any, chromium: Any) -> None:
    address = f"{clerk.portal.address}/organization/dimos-tinou/budget/publish"
    nobody = chromium.new_context()
    assert nobody.request.get(address).status in (401, 403, 200)
    nobody.close()

    answer = clerk.page.context.request.post(address, form={"step": "check"})

    assert answer.status == 400
