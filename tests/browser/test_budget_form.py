"""A clerk's way from the file of the accounting system to the published page, in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest

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
    """The visit of an editor of the municipality."""
    import portal_catalogue as catalogue

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


def test_a_clerk_gets_from_the_file_to_the_published_page(clerk: Any, tmp_path: Path) -> None:
    page = clerk.open("/organization/dimos-tinou")
    page.get_by_role("link", name="Δημοσίευση προϋπολογισμού").click()
    page.wait_for_load_state("networkidle")
    clerk.screenshot("budget-form-start-el-1200")

    # A file that is none: said in Greek, on the form.
    empty = tmp_path / "keno.csv"
    empty.write_bytes(b"")
    page.locator("#budget-file").set_input_files(str(empty))
    press(page, "Έλεγχος του αρχείου")
    assert "Το αρχείο είναι κενό" in page.locator("#budget-refused").inner_text()

    page = hand_over(clerk, budget_file(tmp_path, wrong=True))
    clerk.screenshot("budget-form-checked-el-1200")
    print(page.locator("main").inner_text())
    assert clerk.wrong == []
