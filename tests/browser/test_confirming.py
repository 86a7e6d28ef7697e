"""A clerk uploads a table with persons: he sees where they stand, and confirms or does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest

pytestmark = [pytest.mark.ckan, pytest.mark.browser]

PASSWORD = "a long password 1"
PERSON = "Παπαδόπουλος Γεώργιος"
ROWS = [f"{number};{PERSON};159265350;22830-222{number:02d}" for number in range(1, 41)]
REASON = "Δημόσιοι λειτουργοί, ν. 4727/2020"


@pytest.fixture
def clerk(visit: Any) -> Any:
    """The visit of an editor of the municipality, and a dataset of his without files."""
    import portal_catalogue as catalogue

    context = catalogue.context
    tk.get_action("user_create")(
        context(), {"name": "scanner", "email": "scanner@example.gr", "password": PASSWORD}
    )
    tk.get_action("organization_member_create")(
        context(), {"id": "dimos-tinou", "username": "scanner", "role": "editor"}
    )
    tk.get_action("package_create")(
        context(),
        {
            "name": "symvouloi",
            "owner_org": "dimos-tinou",
            "title_translated": {"el": "Σύμβουλοι"},
            "notes_translated": {"el": "Κατάλογος."},
        },
    )
    page = visit.open("/user/login")
    page.locator("#field-login").fill("scanner")
    page.locator("#field-password").fill(PASSWORD)
    page.locator("#field-password").press("Enter")
    page.wait_for_load_state("networkidle")
    return visit


def save(page: Any) -> None:
    page.locator("button[name=save]").last.click()
    page.wait_for_load_state("networkidle")


def test_findings_are_shown_with_their_cells_and_a_confirmation_publishes(
    clerk: Any, tmp_path: Path
) -> None:
    table = tmp_path / "symvouloi.csv"
    table.write_text("\n".join(["Α/Α;Ονοματεπώνυμο;ΑΦΜ;Τηλέφωνο", *ROWS]), encoding="utf-8")
    page = clerk.open("/dataset/symvouloi/resource/new")
    page.locator("#field-resource-upload").set_input_files(str(table))
    page.locator("#field-name_translated-el").fill("Κατάλογος συμβούλων")
    save(page)

    section = page.locator("#personal-data")
    assert "Δεν δημοσιεύτηκε τίποτα" in section.inner_text()
    assert "Επιλέξτε ξανά το αρχείο" in section.inner_text()
    cells = [row.inner_text() for row in section.locator("tbody tr").all()]
    assert len(cells) == 3
    assert any("ΑΦΜ" in row and "στήλη C" in row and "C2, C3" in row for row in cells)
    assert PERSON.split()[0] not in page.content()
    assert page.locator("#field-name_translated-el").input_value() == "Κατάλογος συμβούλων"
    clerk.screenshot("personal-data-refused-el-1200")

    # A tick and a reason without the file publish nothing; the file without a reason neither.
    page.locator("#personal-data input[type=checkbox]").check()
    page.locator("#field-personal-data-reason").fill(REASON)
    save(page)
    assert "επιλέξτε ξανά το αρχείο" in page.locator("#resource-edit").inner_text()
    page.locator("#field-resource-upload").set_input_files(str(table))
    save(page)
    page.locator("#personal-data input[type=checkbox]").check()
    page.locator("#field-resource-upload").set_input_files(str(table))
    save(page)
    assert page.locator("#personal-data").count() == 1

    page.locator("#personal-data input[type=checkbox]").check()
    page.locator("#field-personal-data-reason").fill(REASON)
    page.locator("#field-resource-upload").set_input_files(str(table))
    save(page)
    assert page.locator("#personal-data").count() == 0

    import portal_catalogue as catalogue

    (resource,) = tk.get_action("package_show")(catalogue.context(), {"id": "symvouloi"})[
        "resources"
    ]
    page = clerk.open(f"/dataset/symvouloi/resource/{resource['id']}")
    shown = page.locator(".gm-scan").inner_text()
    assert REASON in shown
    assert "scanner" in shown
    clerk.screenshot("personal-data-confirmed-el-1200")
    page.context.clear_cookies()
    assert (
        clerk.open(f"/dataset/symvouloi/resource/{resource['id']}").locator(".gm-scan").count() == 0
    )
