"""Pages of acts in a real browser: a citizen's way, without a script, on a phone, barriers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import axe
import pytest

pytestmark = [pytest.mark.ckan, pytest.mark.browser]

ACTS = "/organization/dimos-tinou/acts"
BEYOND = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def fill_portal(folder: Path) -> dict[str, Any]:
    """Tinos with acts instead of the small catalogue."""
    import acts_portal  # pyright: ignore[reportMissingImports]

    acts_portal.build()
    return {}


def pages() -> dict[str, str]:
    import acts_portal as world  # pyright: ignore[reportMissingImports]

    return {
        "acts": ACTS,
        "acts-filtered": f"{ACTS}?q=καθαριοτητα&family=payments&min=1",
        "act": f"{ACTS}/{world.OTHER_PAYMENT}",
        "act-withheld": f"{ACTS}/{world.STAFF_ACT}",
        "clock": f"{ACTS}/clock",
        "suppliers": "/organization/dimos-tinou/suppliers",
        "supplier": f"/supplier/{world.AFM}",
    }


def test_from_the_municipality_to_an_act_and_along_its_expense(visit: Any) -> None:
    import acts_portal as world  # pyright: ignore[reportMissingImports]

    page = visit.open("/organization/dimos-tinou")
    page.locator(".page-header").get_by_role("link", name="Πράξεις").click()
    page.wait_for_load_state("networkidle")
    page.get_by_label("Λέξεις, εταιρεία, αριθμός").fill("macchine")
    page.get_by_label("Λέξεις, εταιρεία, αριθμός").press("Enter")
    page.wait_for_url("**/acts?q=macchine**")
    assert "1 πράξη" in page.get_by_role("status").first.inner_text()
    page.locator(".gm-act h3 a").click()
    page.wait_for_load_state("networkidle")
    page.locator(".gm-chain").get_by_role("link").first.click()
    page.wait_for_load_state("networkidle")
    assert world.COMMITMENT in page.locator(".gm-metadata").inner_text()
    assert visit.wrong == []


def test_charts_are_drawn_of_the_totals(visit: Any) -> None:
    page = visit.open(ACTS)
    figure = page.locator("figure#stages")
    figure.scroll_into_view_if_needed()
    page.locator("figure#stages.gm-drawn canvas").first.wait_for()
    assert visit.wrong == []


def test_everything_works_without_a_script(visit: Any, chromium: Any) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="el-GR")
    page = context.new_page()
    page.goto(visit.portal.address + ACTS)
    page.get_by_label("Λέξεις, εταιρεία, αριθμός").fill("macchine")
    page.get_by_role("button", name="Αναζήτηση").last.click()
    page.wait_for_url("**q=macchine**")
    assert page.locator(".gm-act").count() == 1
    page.goto(visit.portal.address + ACTS)
    page.get_by_role("link", name="Παλαιότερες").click()
    assert page.locator(".gm-act").count() == 25
    assert page.locator("figure#stages table").is_visible()
    context.close()


@pytest.mark.parametrize("width", [1200, 360])
def test_no_page_has_barriers_or_reaches_over_the_screen(visit: Any, width: int) -> None:
    for name, address in pages().items():
        visit.page.set_viewport_size({"width": width, "height": 800})
        page = visit.open(address)
        assert page.evaluate(BEYOND) <= 0, name
        visit.screenshot(f"acts-{name}-{width}")
        axe.assert_no_barrier(page, f"{name} at {width}")
    assert visit.wrong == []
