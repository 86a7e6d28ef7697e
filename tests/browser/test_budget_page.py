"""Budget pages in a real browser: a citizen's way, charts, phone, keyboard, barriers, pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import axe
import pytest

from ckanext.greekmunicipal.harvesters.budget_store import table_of
from ckanext.greekmunicipal.harvesters.identity import BUDGET as FAMILY
from ckanext.greekmunicipal.harvesters.identity import package_id
from ckanext.greekmunicipal.municipalities import by_slug

pytestmark = [pytest.mark.ckan, pytest.mark.browser]

BUDGET = "/organization/dimos-tinou/budget"
TREE = f"{BUDGET}/2025"
STRICT = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:"
DRAW_ALL = (
    "document.querySelectorAll('figure[data-chart]')"
    ".forEach(figure => window.greekMunicipalCharts.draw(figure))"
)
BEYOND = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PNG = b"\x89PNG\r\n\x1a\n"


def fill_portal(folder: Path) -> dict[str, Any]:
    """Three municipalities with harvested budgets instead of the small catalogue."""
    import budget_world
    import ckan.plugins.toolkit as tk

    budget_world.build(folder)
    site_user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    context: Any = {"user": site_user, "ignore_auth": True}
    stated = {"id": budget_world.TINOS, "cleaning_fee_m2": "1,35", "cleaning_fee_year": "2025"}
    tk.get_action("organization_patch")(context, stated)
    return {}


def told(code: str = "") -> Decimal:
    """EUR revised of the generated budget of Tinos, spending under a code."""
    import budget_world as world

    truth = world.truth_of(world.TINOS, 2025, world.SEPTEMBER)
    return truth.total("expenditure", "revised", code)


def greek(amount: Decimal) -> str:
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))


def drawn(page: Any, name: str) -> Any:
    """The drawn chart of a figure, in view."""
    figure = page.locator(f"figure#{name}")
    figure.scroll_into_view_if_needed()
    page.locator(f"figure#{name}.gm-drawn canvas").first.wait_for()
    return figure.locator(".gm-canvas")


def rest(page: Any) -> None:
    page.wait_for_load_state("networkidle")


# From the home page to a line


def test_from_the_home_page_to_one_line_in_a_few_clicks(visit: Any) -> None:
    page = visit.open("/")
    page.get_by_role("link", name="Τήνος").click()
    # The name begins with the sign of an icon as soon as its font is there.
    page.get_by_role("link", name=re.compile("Προϋπολογισμός$")).click()
    rest(page)
    assert page.locator("h1").inner_text() == "Προϋπολογισμός 2025 – Δήμος Τήνου"
    table = page.locator("#tree .gm-figure-table")
    for code in ("6", "60"):
        row = table.get_by_role("row").filter(has=page.get_by_role("cell", name=code, exact=True))
        assert greek(told(code)) in row.inner_text()
        row.get_by_role("link").click()
        page.wait_for_url(re.compile(rf"code={code}\b"))
    row = table.locator("tbody tr").first
    code = row.locator("td").filter(has_text=re.compile(r"^60\d\d$")).inner_text()
    row.get_by_role("link").click()
    page.wait_for_url(re.compile(f"code={code}"))
    line = table.get_by_role("row").filter(has_text=re.compile(rf"\d\d-{code}\."))
    line.first.wait_for()
    if line.count() == 1:
        assert greek(told(code)) in line.inner_text()
    assert visit.wrong == []
    visit.screenshot("budget-line-el-1200")


def test_an_area_of_the_chart_leads_one_level_down_and_back(visit: Any) -> None:
    page = visit.open(TREE)
    before = page.locator("#tree .gm-figure-title").inner_text()
    # The head of the first area: the largest group.
    drawn(page, "tree").click(position={"x": 60, "y": 10})
    page.wait_for_url(re.compile(r"code=6\b"))
    page.locator("#tree .gm-figure-title").filter(has_text="6 ").wait_for()
    assert greek(told("60")) in page.locator("#tree .gm-figure-table").inner_text()
    assert page.locator(".gm-path li").count() == 2
    drawn(page, "tree")
    page.go_back()
    page.locator("#tree .gm-figure-title").filter(has_text=before).wait_for()
    assert page.locator(".gm-path").count() == 0
    # The address of a step is a page of its own.
    page = visit.open(f"{TREE}?code=60#tree")
    assert page.locator(".gm-path li").count() == 3
    assert visit.wrong == []


def test_a_service_leads_to_what_it_spends_and_the_rest_of_the_page_follows(visit: Any) -> None:
    page = visit.open(f"{BUDGET}?code=60#tree")
    table = page.locator("#services .gm-figure-table")
    table.get_by_role("link", name="Υπηρεσίες καθαριότητας και ηλεκτροφωτισμού").click()
    page.wait_for_url(re.compile(r"service=20\b"))
    page.locator("#services .gm-figure-title").filter(has_text="20 ").wait_for()
    page.wait_for_function("document.activeElement.matches('#services .gm-figure-title')")
    # The page is what its address says: the codes from the top, the lines of the service.
    assert page.locator("#tree .gm-path").count() == 0
    assert page.locator("#field-service").input_value() == "20"
    drawn(page, "services").click(position={"x": 60, "y": 10})
    page.wait_for_url(re.compile(r"service=20&.*|.*code=\d&service=20\b"))
    page.locator("#services .gm-path li").nth(2).wait_for()
    shown = page.locator("#services .gm-figure-table").inner_text()
    address = page.url
    page.reload(wait_until="networkidle")
    assert page.url == address
    assert page.locator("#services .gm-figure-table").inner_text() == shown
    page.locator("#services .gm-path a").first.click()
    page.wait_for_function("!document.querySelector('#services .gm-path')")
    page.go_back()
    page.locator("#services .gm-path").wait_for()
    assert visit.wrong == []


def test_every_chart_is_drawn_and_its_table_is_one_click_away(visit: Any) -> None:
    page = visit.open(BUDGET)
    figures = page.locator("figure[data-chart]")
    assert figures.count() >= 8
    assert {figures.nth(at).get_attribute("data-chart") for at in range(figures.count())} == {
        "treemap",
        "bars",
        "lines",
        "sunburst",
    }
    page.evaluate(DRAW_ALL)
    assert page.locator("figure.gm-drawn canvas").count() == figures.count()
    assert not page.locator("#largest table").is_visible()
    page.locator("#largest .gm-figure-table summary").click()
    assert page.locator("#largest table").is_visible()
    visit.screenshot("budget-el-1200")
    assert visit.wrong == []


def test_what_is_drawn_is_what_the_table_says(visit: Any) -> None:
    page = visit.open(TREE)
    page.evaluate(DRAW_ALL)
    option = page.evaluate(
        "echarts.getInstanceByDom(document.querySelector('#tree .gm-canvas')).getOption()"
        ".series[0].data.map(each => [each.name, each.value])"
    )
    assert Decimal(str(dict(map(tuple, option))["Έξοδα χρήσης"])) == told("6")


def test_lines_are_not_joined_over_a_break_and_the_break_is_marked(visit: Any) -> None:
    page = visit.open("/el/organization/dimos-voreias-kerkyras/budget")
    drawn(page, "years")
    series = page.evaluate(
        "echarts.getInstanceByDom(document.querySelector('#years .gm-canvas')).getOption().series"
        ".map(each => [each.type, each.name, each.data.map(one => one?.value ?? one)])"
    )
    lines = [values for kind, _, values in series if kind == "line"]
    assert len(lines) >= 2
    # The municipality was split in 2019: no line has both 2018 and 2025.
    assert all(values.count(None) for values in lines)
    assert [kind for kind, *_ in series].count("custom") == 1
    page.locator("#years").screenshot(path="screenshots/budget-years-break.png")
    assert visit.wrong == []


def test_a_household_sees_what_it_pays_and_what_for(visit: Any) -> None:
    page = visit.open(TREE)
    page.get_by_label("Εμβαδόν").fill("85,5")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"area=85"))
    rest(page)
    assert page.locator("#calculator [role=status]").inner_text().endswith("115,43 € τον χρόνο")
    page.locator("#fee-costs .gm-figure-table summary").click()
    parts = page.locator("#fee-costs tbody tr td:nth-child(4)").all_inner_texts()
    shares = [Decimal(part.replace(".", "").replace(",", ".")) for part in parts]
    assert abs(sum(shares) - Decimal("115.43")) < Decimal("0.10")
    axe.assert_no_barrier(page, "the calculator")
    assert visit.wrong == []


# Without script, on a phone, by keyboard


def test_without_script_the_tables_say_it_all(visit: Any, chromium: Any) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="el-GR")
    page = context.new_page()
    page.goto(visit.portal.address + "/el" + TREE)
    assert page.locator("canvas").count() == 0
    tables = page.locator("figure table")
    assert tables.count() >= 10
    assert all(tables.nth(at).is_visible() for at in range(tables.count()))
    assert greek(told("6")) in page.locator("#tree").inner_text()
    page.locator("#tree").get_by_role("link", name="Έξοδα χρήσης").click()
    assert "code=6" in page.url
    assert greek(told("60")) in page.locator("#tree").inner_text()
    context.close()


@pytest.mark.parametrize("language", ["el", "en"])
def test_nothing_scrolls_sideways_on_a_phone(visit: Any, language: str) -> None:
    visit.page.set_viewport_size({"width": 360, "height": 800})
    for name, path in pages().items():
        page = visit.open(f"/{language}{path}")
        page.evaluate(DRAW_ALL)
        assert page.evaluate(BEYOND) <= 0, name
        small = page.evaluate(
            """[...document.querySelectorAll('.gm-budget *')].filter(each =>
                each.checkVisibility() && [...each.childNodes].some(node =>
                    node.nodeType === 3 && node.textContent.trim())
                && parseFloat(getComputedStyle(each).fontSize) < 12)
                .map(each => each.outerHTML.slice(0, 80))"""
        )
        assert small == [], name
        visit.screenshot(f"budget-{name}-{language}-360")
    assert visit.wrong == []


def test_a_chart_is_drawn_anew_when_the_window_changes(visit: Any) -> None:
    page = visit.open(TREE)
    wide = drawn(page, "tree").locator("canvas").first.bounding_box()["width"]
    page.set_viewport_size({"width": 480, "height": 900})
    page.wait_for_function(
        f"document.querySelector('#tree canvas').getBoundingClientRect().width < {wide - 200}"
    )
    assert page.evaluate(BEYOND) <= 0


def test_a_chart_is_read_and_followed_by_keyboard(visit: Any) -> None:
    page = visit.open(TREE)
    chart = drawn(page, "tree")
    chart.focus()
    assert "βέλη" in page.locator(f"#{chart.get_attribute('aria-describedby')}").inner_text()
    said = page.locator("#tree [role=status]")
    page.keyboard.press("ArrowRight")
    assert f"6 Έξοδα χρήσης: {greek(told('6'))} €" in said.inner_text()
    page.keyboard.press("ArrowRight")
    assert "6 Έξοδα χρήσης" not in said.inner_text()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"code=6\b"))
    page.wait_for_function("document.activeElement.matches('#tree .gm-figure-title')")
    assert visit.wrong == []


def test_nothing_moves_for_readers_who_ask_for_calm(visit: Any) -> None:
    visit.page.emulate_media(reduced_motion="reduce")
    page = visit.open(TREE)
    page.evaluate(DRAW_ALL)
    moving = page.evaluate(
        "[...document.querySelectorAll('.gm-canvas')].filter(canvas =>"
        " echarts.getInstanceByDom(canvas).getOption().animation).length"
    )
    assert moving == 0


# Barriers


def pages() -> dict[str, str]:
    """All pages with figures."""
    return {
        "page": BUDGET,
        "step": f"{TREE}?side=revenue&code=0",
        "compare": f"{BUDGET}/compare?with=dimos-androu",
        "service": f"{TREE}?service=20&side=expenditure&code=60",
        "lines": f"{TREE}?q=αμοιβές&side=expenditure&page=2",
        "choose": f"{BUDGET}/compare",
        "earlier": f"{BUDGET}/2024",
        "embed": f"{BUDGET}/embed/2025/years",
        "embed-step": f"{BUDGET}/embed/2025/tree?code=6",
        "calendar": f"{BUDGET}/calendar",
        "refusal": f"{BUDGET}/compare?with=mean",
    }


@pytest.mark.parametrize(("language", "width"), [("el", 1200), ("el", 375), ("en", 375)])
def test_axe_finds_no_barrier(visit: Any, language: str, width: int) -> None:
    visit.page.set_viewport_size({"width": width, "height": 900})
    for name, path in {"home": "/", **pages()}.items():
        page = visit.open(f"/{language}{path}")
        if name != "home":
            page.evaluate(DRAW_ALL)
        axe.assert_no_barrier(page, f"{name}, {language}, {width} pixels")


def test_axe_would_find_a_barrier(visit: Any) -> None:
    page = visit.open(f"/el{BUDGET}/embed/2025/years")
    page.evaluate("document.querySelector('h1').insertAdjacentHTML('afterend', '<img src=\"\">')")
    assert any(each.startswith("image-alt") for each in axe.violations(page))


def test_what_is_not_there_has_no_barrier_either(visit: Any) -> None:
    page = visit.page
    for rest in ("/2017", "/compare?with=dimos-atlantidas", "/2025?area=big"):
        page.goto(f"{visit.portal.address}/el{BUDGET}{rest}", wait_until="networkidle")
        axe.assert_no_barrier(page, rest)


def test_numbers_beside_bars_are_not_cut_off_on_a_phone(visit: Any) -> None:
    visit.page.set_viewport_size({"width": 375, "height": 800})
    page = visit.open(f"/en{TREE}")
    drawn(page, "changes")
    outside = page.evaluate(
        """() => {
            const chart = echarts.getInstanceByDom(document.querySelector("#changes .gm-canvas"));
            const width = chart.getWidth();
            return chart.getZr().storage.getDisplayList(true)
                .filter(each => each.type === "tspan" && /thousand|million/.test(each.style.text))
                .map(each => {
                    const box = each.getBoundingRect().clone();
                    if (each.transform) box.applyTransform(each.transform);
                    return [each.style.text, Math.round(box.x), Math.round(box.x + box.width)];
                })
                .filter(([, left, right]) => left < 0 || right > width);
        }"""
    )
    assert outside == []


# Elsewhere: embedded, saved, in the page of the table


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder that is served as another site, and its address."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield tmp_path, f"http://localhost:{server.server_address[1]}"
        server.shutdown()


def test_a_figure_stands_in_the_page_of_another_site(
    visit: Any, elsewhere: tuple[Path, str]
) -> None:
    folder, site = elsewhere
    page = visit.open(f"/el{TREE}")
    page.locator("#services .gm-share summary").click()
    code = page.locator("#services .gm-share textarea").input_value()
    (folder / "page.html").write_text(f"<!DOCTYPE html><link rel=icon href='data:,'>{code}")
    page.goto(f"{site}/page.html")
    frame = page.frame_locator("iframe")
    frame.locator("figure.gm-drawn canvas").first.wait_for()
    assert frame.locator("table").is_visible()
    assert frame.locator("header, .masthead").count() == 0
    # Down and up within the frame, also without the script; all else leaves it.
    for steps in (2, 3):
        frame.locator("figure tbody a").first.click()
        frame.locator(f".gm-path li:nth-child({steps})").wait_for()
    frame.locator(".gm-path a").first.click()
    frame.locator(".gm-path").wait_for(state="detached")
    assert page.url.startswith(site)
    frame.locator("main > p a").first.click()
    page.wait_for_url(re.compile(re.escape(TREE)))
    assert visit.wrong == []


def test_a_strict_policy_refuses_nothing_of_a_figure(visit: Any) -> None:
    page = visit.page

    def strict(route: Any) -> None:
        answer = route.fetch()
        headers = {**answer.headers, "content-security-policy": STRICT}
        route.fulfill(response=answer, headers=headers)

    page.route("**/embed/**", strict)
    page.add_init_script(
        "window.refused = [];"
        "document.addEventListener('securitypolicyviolation', event => refused.push("
        "event.violatedDirective + ' ' + event.sourceFile + ' ' + event.sample))"
    )
    for name in ("tree", "expenditure", "years", "fee-costs"):
        page.goto(f"{visit.portal.address}/el{BUDGET}/embed/2025/{name}", wait_until="networkidle")
        drawn(page, name).hover(position={"x": 120, "y": 120})
        page.keyboard.press("Tab")
        page.locator(".gm-canvas").focus()
        page.keyboard.press("ArrowRight")
        page.locator(".gm-tip strong").first.wait_for()
        assert page.evaluate("window.refused") == [], name
    assert visit.wrong == []


def test_a_chart_is_saved_as_a_picture(visit: Any, tmp_path: Path) -> None:
    page = visit.open(f"/el{TREE}")
    for name in ("tree", "expenditure", "years", "fee-costs"):
        drawn(page, name)
        with page.expect_download() as saved:
            page.locator(f"#{name}").get_by_role("button", name="Λήψη ως εικόνα").click()
        assert saved.value.suggested_filename == f"dimos-tinou-2025-{name}.png"
        content = Path(saved.value.path()).read_bytes()
        assert content.startswith(PNG)
        wide = int.from_bytes(content[16:20], "big")
        high = int.from_bytes(content[20:24], "big")
        assert wide == 2400
        assert high > 600
        Path("screenshots").mkdir(exist_ok=True)
        Path(f"screenshots/picture-{name}.png").write_bytes(content)
    assert visit.wrong == []


def budget_id() -> str:
    """Id of the budget dataset of Tinos."""
    return package_id(by_slug("dimos-tinou").diavgeia_uid, FAMILY)


@pytest.mark.parametrize("language", ["el", "en"])
def test_the_page_of_the_table_shows_the_figures(visit: Any, language: str) -> None:
    table = table_of(by_slug("dimos-tinou").diavgeia_uid)
    page = visit.open(f"/{language}/dataset/{budget_id()}")
    page.locator(f"a[href$='/resource/{table}']").first.click()
    rest(page)
    view = page.locator(".gm-budget-view")
    assert greek(told("6")) in view.inner_text() or language == "en"
    page.evaluate(DRAW_ALL)
    assert view.locator("figure.gm-drawn canvas").count() == 5
    axe.assert_no_barrier(page, f"the page of the table, {language}")
    visit.screenshot(f"budget-view-{language}-1200")
    view.get_by_role("link", name="όλα τα έτη" if language == "el" else "all years").click()
    rest(page)
    assert page.url.endswith(TREE)
    assert visit.wrong == []
