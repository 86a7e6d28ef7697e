"""The budget pages on a portal with harvested budgets, against what the files hold."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import budget_world as world
import ckan.model as model
import ckan.plugins.toolkit as tk
import ckan.tests.factories as factories
import pytest
from bs4 import BeautifulSoup
from budget_world import ANDROS, CORFU, JUNE, MARCH, SEPTEMBER, TINOS

from ckanext.greekmunicipal import config as our_config
from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.harvesters.budget_store import table_of
from ckanext.greekmunicipal.municipalities import by_slug
from ckanext.greekmunicipal.views.budget import published, rows

pytestmark = pytest.mark.ckan

_BUILT = pytest.StashKey[str]()
ALL = ("revenue", "expenditure", "apart", "tree", "services", "through", "years", "largest",
       "changes", "fees", "fee-costs", "debt", "lines")  # fmt: skip


@pytest.fixture
def portal(
    with_plugins: None,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Three municipalities with budgets, harvested once for the tests that follow each other."""
    stash = request.config.stash
    if not stash.get(_BUILT, "") or model.Group.get(TINOS) is None:
        request.getfixturevalue("clean_db")
        request.getfixturevalue("clean_index")
        world.build(tmp_path_factory.mktemp("budgets"))
        stash[_BUILT] = tk.config[our_config.ORIGINALS]
    # Each test begins with the configuration of the file; the originals stand where they are.
    tk.config[our_config.ORIGINALS] = stash[_BUILT]


@pytest.fixture
def changed(portal: None) -> Iterator[Any]:
    """Changes rows of the budget of Tinos; they are put back after the test."""
    table = table_of(by_slug(TINOS).diavgeia_uid)
    with datastore.transaction() as cursor:
        cursor.execute(f'CREATE TABLE public.kept AS SELECT * FROM "{table}"')

    def run(statement: str, *values: Any) -> None:
        with datastore.transaction() as cursor:
            cursor.execute(statement.format(table=f'"{table}"'), values)
            datastore.forget_statistics(cursor, [table])

    yield run
    with datastore.transaction() as cursor:
        cursor.execute(f'DELETE FROM "{table}"')
        cursor.execute(f'INSERT INTO "{table}" SELECT * FROM public.kept')
        cursor.execute("DROP TABLE public.kept")
        datastore.forget_statistics(cursor, [table])


def page(app: Any, rest: str = "", slug: str = TINOS, status: int = 200) -> BeautifulSoup:
    answer = app.get(f"/el/organization/{slug}/budget{rest}", status=status)
    return BeautifulSoup(answer.get_data(as_text=True), "html.parser")


def figure(
    app: Any, name: str, query: str = "", slug: str = TINOS, year: int = 2025
) -> list[dict[str, str]]:
    """The rows of a figure's file."""
    answer = app.get(f"/organization/{slug}/budget/{year}/{name}.csv{query}", status=200)
    text = answer.get_data().decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def by(rows: list[dict[str, str]], column: str) -> dict[str, dict[str, str]]:
    return {row[column]: row for row in rows}


def greek(amount: Decimal) -> str:
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))


# Figures to the cent


def test_the_totals_of_both_sides_are_those_of_the_file(app: Any, portal: None) -> None:
    told = world.truth_of(TINOS, 2025, SEPTEMBER)
    text = page(app).get_text()
    for side, phase in (("revenue", "revised"), ("expenditure", "revised")):
        assert greek(told.total(side, phase)) + " €" in text
    for side, phases in (
        ("revenue", ("initial", "revised", "assessed", "collected")),
        ("expenditure", ("initial", "revised", "committed", "ordered", "paid")),
    ):
        rows = figure(app, side)
        assert [Decimal(row["amount"]) for row in rows] == [told.total(side, p) for p in phases]


def test_what_is_not_its_own_money_stands_apart_and_adds_up(app: Any, portal: None) -> None:
    told = world.truth_of(TINOS, 2025, SEPTEMBER)
    handed_over = told.total("expenditure", "initial", "82")
    apart = figure(app, "apart")
    assert handed_over
    found = [row for row in apart if row["kind"] == "Handed over to others"]
    assert [Decimal(row["initial"]) for row in found] == [handed_over]
    all_ = told.total("expenditure", "initial")
    not_own = sum(told.total("expenditure", "initial", code) for code in ("82", "85", "9"))
    [initial, *_] = figure(app, "expenditure")
    assert Decimal(initial["own"]) == all_ - not_own
    assert Decimal(initial["apart"]) == not_own
    each = Decimal(initial["own_per_inhabitant"])
    assert abs(each * by_slug(TINOS).population_2021 - (all_ - not_own)) < 50


def test_the_tree_goes_down_by_code_from_one_to_two_to_four_digits(app: Any, portal: None) -> None:
    told = world.truth_of(TINOS, 2025, SEPTEMBER)
    for query, digits in (("", 1), ("?code=6", 2), ("?code=60", 4)):
        rows = figure(app, "tree", query)
        assert {len(row["code"]) for row in rows} == {digits}
        assert len(rows) > 1 or digits == 1
        for row in rows:
            if row["code"] == "8":  # group 8 without what is handed over and provisions
                continue
            assert Decimal(row["amount"]) == told.total("expenditure", "revised", row["code"])
            assert Decimal(row["done"]) == told.total("expenditure", "paid", row["code"])
    leaves = figure(app, "tree", f"?code={rows[0]['code']}")
    assert sum(Decimal(row["amount"]) for row in leaves) == Decimal(rows[0]["amount"])
    revenue = figure(app, "tree", "?side=revenue&phase=collected")
    assert by(revenue, "code")["0"]["amount"] == str(told.total("revenue", "collected", "0"))


def test_shares_of_the_tree_are_of_its_own_money(app: Any, portal: None) -> None:
    rows = figure(app, "tree")
    assert abs(sum(Decimal(row["share"]) for row in rows) - 1) < Decimal("0.001")
    [code] = {"82"}
    passed = figure(app, "tree", f"?code={code}")
    told = world.truth_of(TINOS, 2025, SEPTEMBER)
    assert sum(Decimal(row["amount"]) for row in passed) == told.total(
        "expenditure", "revised", code
    )


def test_services_and_largest_lines_are_those_of_the_file(app: Any, portal: None) -> None:
    told = world.truth_of(TINOS, 2025, SEPTEMBER)
    own = [
        line
        for line in told.lines
        if line.side == "expenditure" and not line.account_code.startswith(("82", "85", "9"))
    ]
    for row in figure(app, "services"):
        cents = sum(line.amount("revised") or 0 for line in own if line.service_code == row["code"])
        assert Decimal(row["amount"]) == Decimal(cents) / 100
    amounts = sorted((line.amount("revised") or 0 for line in own), reverse=True)[:15]
    assert [Decimal(row["amount"]) * 100 for row in figure(app, "largest")] == amounts


def spent(service: str, code: str) -> Decimal:
    """EUR revised of a service's own spending under a code."""
    cents = sum(
        line.amount("revised") or 0
        for line in world.truth_of(TINOS, 2025, SEPTEMBER).lines
        if line.side == "expenditure"
        and line.service_code == service
        and line.account_code.startswith(code)
        and not line.account_code.startswith(("82", "85", "9"))
    )
    return Decimal(cents) / 100


def test_a_service_is_gone_through_by_code_down_to_its_lines(app: Any, portal: None) -> None:
    for query, digits in (("", 1), ("&code=6", 2), ("&code=60", 4)):
        rows = figure(app, "services", f"?service=20{query}")
        assert {len(row["code"]) for row in rows} == {digits}
        for row in rows:
            assert Decimal(row["amount"]) == spent("20", row["code"])
    assert sum(Decimal(row["amount"]) for row in rows) == spent("20", "60")
    lines = figure(app, "services", f"?service=20&code={rows[0]['code']}")
    assert sum(Decimal(row["amount"]) for row in lines) == spent("20", rows[0]["code"])
    assert all(row["code"].startswith("20-60") for row in lines)
    # The shares are of what the service spends.
    top = figure(app, "services", "?service=20")
    assert abs(sum(Decimal(row["share"]) for row in top) - 1) < Decimal("0.001")


def test_a_service_leads_down_and_back_and_another_code_changes_nothing(
    app: Any, portal: None
) -> None:
    found = page(app, "/2025?side=expenditure&service=20&code=60").find(id="services")
    steps = [step.get_text() for step in found.select(".gm-path li")]
    assert steps[0] == "Όλες οι υπηρεσίες"
    assert len(steps) == 4
    back = found.select_one(".gm-path a")["href"]
    assert parse_qs(urlsplit(back).query) == {"side": ["expenditure"]}
    rows = found.select(".gm-figure-table tbody a")
    assert parse_qs(urlsplit(rows[0]["href"]).query)["service"] == ["20"]
    whole = figure(app, "services")
    assert figure(app, "services", "?side=revenue&code=0") == whole
    assert figure(app, "services", "?service=nothing") == whole
    assert page(app, "/2025").find(id="services").select(".gm-path") == []


def test_the_year_is_a_series_of_its_periods(app: Any, portal: None) -> None:
    rows = figure(app, "through")
    ends = (None, MARCH, JUNE, SEPTEMBER)
    assert len(rows) == len(ends)
    for row, end in zip(rows, ends, strict=True):
        told = world.truth_of(TINOS, 2025, end)
        assert Decimal(row["initial"]) == told.total("expenditure", "initial")
        if end is None:
            assert (row["paid"], row["execution"]) == ("", "")
            continue
        paid = told.total("expenditure", "paid")
        assert Decimal(row["paid"]) == paid
        share = paid / told.total("expenditure", "revised")
        assert abs(Decimal(row["execution"]) - share) <= Decimal("0.00005")


def test_the_chart_of_the_year_says_how_much_of_the_plan_came_true(app: Any, portal: None) -> None:
    each = page(app).find(id="through")
    data = json.loads(each.find("script").string)
    rows = each.select(".gm-figure-table tbody tr")
    shown = [place.get("more") for place in data["categories"]]
    assert shown[0] is None
    assert [more[0][1] for more in shown[1:]] == [
        row.find_all("td")[-1].get_text() for row in rows[1:]
    ]


def test_years_and_changes_compare_the_initial_budgets(app: Any, portal: None) -> None:
    rows = by(figure(app, "years"), "year")
    before = world.truth_of(TINOS, 2024, None)
    after = world.truth_of(TINOS, 2025, SEPTEMBER)
    assert Decimal(rows["2024"]["initial_in_all"]) == before.total("expenditure", "initial")
    assert Decimal(rows["2025"]["done_in_all"]) == after.total("expenditure", "paid")
    assert rows["2024"]["done_in_all"] == rows["2024"]["change"] == ""
    for row in figure(app, "changes")[:5]:
        was, now = (Decimal(row[name] or 0) for name in ("before", "after"))
        assert now - was == Decimal(row["difference"])
        service, account, sub = re.fullmatch(r"(\d\d)-(\d{4})\.(\d{3})", row["code"]).groups()
        known = [
            line.amount("initial")
            for line in after.lines
            if (line.service_code, line.account_code, line.sub_account) == (service, account, sub)
        ]
        assert [now * 100] == known or (not known and row["after"] == "")


def test_fees_stand_beside_the_cost_of_their_service(app: Any, portal: None) -> None:
    told = world.truth_of(TINOS, 2025, SEPTEMBER)
    rows = [row for row in figure(app, "fees") if row["year"] == "2025"]
    cleaning = next(row for row in rows if row["fee"].startswith("Cleaning"))
    fees = sum(told.total("revenue", "revised", code) for code in ("0311", "0312", "0313"))
    cost = sum(
        line.amount("revised") or 0
        for line in told.lines
        if line.service_code in ("20", "62") and not line.account_code.startswith(("82", "85", "9"))
    )
    assert Decimal(cleaning["fees_budgeted"] or 0) == fees
    assert Decimal(cleaning["cost_budgeted"]) == Decimal(cost) / 100
    assert sum(Decimal(row["amount"]) for row in figure(app, "fee-costs")) == Decimal(cost) / 100


def test_debt_is_what_the_codes_say(app: Any, portal: None) -> None:
    told = world.truth_of(TINOS, 2025, SEPTEMBER)
    rows = {row["item"]: row for row in figure(app, "debt") if row["year"] == "2025"}
    assert Decimal(rows["Debt service, total"]["done"]) == told.total("expenditure", "paid", "65")
    arrears = rows["Payments of liabilities of past years"]
    assert Decimal(arrears["revised"]) == told.total("expenditure", "revised", "81")
    assert arrears["accounts"] == "81…"


def test_debt_is_drawn_year_by_year_as_the_table_says(app: Any, portal: None) -> None:
    each = page(app).find(id="debt")
    data = json.loads(each.find("script").string)
    assert [place["id"] for place in data["categories"]] == ["2024", "2025"]
    table = {
        (row.th.get_text(), row.find_all("td")[0].get_text()): row.find_all("td")
        for row in each.select(".gm-figure-table tbody tr")
    }
    for series in data["series"]:
        for place, value in zip(data["categories"], series["values"], strict=True):
            row = table.get((series["label"], place["id"]))
            told = [cell.get_text() for cell in row[1:3]] if row else ["–"]
            assert (greek(Decimal(value)) if value else "–") == next(
                (text for text in reversed(told) if text != "–"), "–"
            )


def test_a_year_before_the_split_is_not_shared_among_the_inhabitants_of_today(
    app: Any, portal: None
) -> None:
    rows = by(figure(app, "years", slug=CORFU), "year")
    assert rows["2018"]["initial_per_inhabitant"] == ""
    assert Decimal(rows["2025"]["initial_per_inhabitant"]) > 0
    assert {row["own_per_inhabitant"] for row in figure(app, "revenue", slug=CORFU, year=2018)} == {
        ""
    }
    assert (
        "ανά κάτοικο" not in page(app, "/2018", slug=CORFU).find(class_="gm-headlines").get_text()
    )


# Comparing


def test_two_municipalities_are_compared_per_inhabitant(app: Any, portal: None) -> None:
    rows = figure(app, "comparison", f"?with={ANDROS}")
    mine = world.truth_of(TINOS, 2025, SEPTEMBER).total("expenditure", "initial", "60")
    other = world.truth_of(ANDROS, 2025, SEPTEMBER).total("expenditure", "initial", "60")
    found = by(rows, "code")["60"]
    assert Decimal(found["this"]) == round(mine / by_slug(TINOS).population_2021, 2)
    assert Decimal(found["other"]) == round(other / by_slug(ANDROS).population_2021, 2)
    assert Decimal(found["difference"]) == Decimal(found["this"]) - Decimal(found["other"])
    compared = page(app, f"/compare?with={ANDROS}&year=2025")
    text = compared.get_text()
    data = json.loads(compared.find("script", class_="gm-chart-data").string)
    assert "Έσοδα, δικά του χρήματα" in {place["label"] for place in data["categories"]}
    assert "Δήμος Άνδρου" in text
    assert f"{ANDROS}_2025_2025-09-30.csv" in text


def test_the_mean_says_of_how_many_municipalities_it_is(app: Any, portal: None) -> None:
    text = page(app, "/compare?with=mean&year=2025").get_text()
    assert "μέσος όρος 1 δήμου με 5.001 έως 10.000 κατοίκους" in text
    rows = by(figure(app, "comparison", "?with=mean"), "code")
    other = world.truth_of(ANDROS, 2025, SEPTEMBER).total("expenditure", "initial", "60")
    assert Decimal(rows["60"]["other"]) == round(other / by_slug(ANDROS).population_2021, 2)


def test_the_year_in_which_a_body_ended_is_marked_but_joins(app: Any, portal: None) -> None:
    name = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    context: Any = {"user": name, "ignore_auth": True}
    body = {
        "name": "limeniko-tameio-tinou",
        "title_translated": {"el": "Λιμενικό Ταμείο Τήνου"},
        "parent_body": TINOS,
        "abolished": "2024-12-31",
    }
    made = tk.get_action("organization_create")(context, body)
    try:
        found = page(app, "/2025").find(id="years")
        assert "2025: Καταργήθηκε ο φορέας «Λιμενικό Ταμείο Τήνου»" in found.get_text()
        [mark] = json.loads(found.find("script").string)["breaks"]
        assert (mark["before"], mark["severs"]) == ("2025", False)
        assert by(figure(app, "years"), "year")["2025"]["change"] != ""
    finally:
        context = {"user": name, "ignore_auth": True}
        tk.get_action("organization_purge")(context, {"id": made["id"]})


def test_years_are_not_joined_over_a_change_of_chart(app: Any, changed: Any) -> None:
    body = by_slug(TINOS)
    units = "greekmunicipal.budget_unit WHERE organization_uid = %s AND unit IN (SELECT unit FROM"
    units += " greekmunicipal.budget_part WHERE organization_uid = %s AND fiscal_year = 2024)"
    place = (body.diavgeia_uid, body.diavgeia_uid)
    with datastore.transaction() as cursor:
        cursor.execute(f"SELECT unit, report::text FROM {units}", place)
        kept = cursor.fetchall()
        told = "SET report = jsonb_set(report::jsonb, '{chart}', '\"pd54\"') WHERE"
        written = units.replace("WHERE", told, 1)
        cursor.execute(f"UPDATE {written}", place)
    try:
        found = page(app, "/2025")
        note = "Άλλαξε το λογιστικό σχέδιο (π.δ. 54/2018)"
        assert note in found.find(id="years").get_text()
        assert note in found.find(id="changes").get_text()
        data = json.loads(found.find(id="years").find("script").string)
        initial = [each for each in data["series"] if each["id"].startswith("initial_in_all")]
        assert len(initial) == 2
        assert by(figure(app, "years"), "year")["2025"]["change"] == ""
        assert figure(app, "changes") == []
    finally:
        with datastore.transaction() as cursor:
            for unit, report in kept:
                cursor.execute(
                    "UPDATE greekmunicipal.budget_unit SET report = %s"
                    " WHERE organization_uid = %s AND unit = %s",
                    (report, body.diavgeia_uid, unit),
                )


def test_years_are_not_joined_over_the_split_of_2019(app: Any, portal: None) -> None:
    found = page(app, "/2025", slug=CORFU)
    assert "ν. 4600/2019" in found.find(id="years").get_text()
    data = json.loads(found.find(id="years").find("script").string)
    initial = [each for each in data["series"] if each["id"].startswith("initial_in_all")]
    assert [[value is not None for value in each["values"]] for each in initial] == [
        [True, False],
        [False, True],
    ]
    assert {mark["severs"] for mark in data["breaks"]} == {True, False}
    assert figure(app, "years", slug=CORFU)[1]["change"] == ""
    assert figure(app, "changes", slug=CORFU) == []
    assert "δεν συγκρίνονται" in found.find(id="changes").get_text()


# The page


def test_every_figure_has_source_date_check_table_file_and_chart_data(
    app: Any, portal: None
) -> None:
    found = page(app)
    figures = {each["id"]: each for each in found.select("figure.gm-chart")}
    assert set(figures) == set(ALL)
    for name, each in figures.items():
        text = each.get_text()
        assert "Πηγή: dimos-tinou_2025" in text or "Πηγή: dimos-tinou_2024" in text, name
        assert "Έλεγχοι:" in text, name
        assert each.find("figcaption").find(re.compile("h[23]")).get_text(), name
        table = each.find("table")
        assert table.find("caption").get_text(strip=True), name
        assert all(cell.get("scope") == "col" for cell in table.thead.find_all("th")), name
        assert all(row.find("th")["scope"] == "row" for row in table.tbody.find_all("tr")), name
        file = next(link["href"] for link in each.select(".gm-actions a") if ".csv" in link["href"])
        assert app.get(file).content_type.startswith("text/csv"), name
        if each.get("data-chart"):
            data = json.loads(each.find("script", class_="gm-chart-data").string)
            assert data.get("nodes") or data.get("series"), name


def test_the_page_is_whole_in_both_languages(app: Any, portal: None) -> None:
    el = app.get(f"/el/organization/{TINOS}/budget").body
    en = app.get(f"/organization/{TINOS}/budget").body
    assert "Πού πηγαίνουν τα χρήματα" in el
    assert "Where the money goes" in en
    assert "Personnel" in en or 'lang="el"' in en
    greek_page = BeautifulSoup(el, "html.parser").find(class_="gm-budget")
    for word in ("Where the", "Amounts", "Search", "Largest", "inhabitant"):
        assert word not in greek_page.get_text(), word


def test_the_tab_leads_to_the_page_where_there_is_a_budget(app: Any, portal: None) -> None:
    assert f"/organization/{TINOS}/budget" in app.get(f"/el/organization/{TINOS}").body


def test_a_municipality_without_a_budget_gets_a_page_that_says_so(app: Any, portal: None) -> None:
    import portal_catalogue as catalogue

    slug = "dimos-kalamarias"
    if model.Group.get(slug) is None:
        catalogue.municipality(slug)
    text = page(app, slug=slug, status=404).get_text()
    assert "Δεν έχει δημοσιευτεί ακόμη προϋπολογισμός" in text
    assert f"/organization/{slug}/budget" not in app.get(f"/el/organization/{slug}").body
    assert app.get("/organization/nobody/budget", status=404)


def test_every_link_of_the_page_answers(app: Any, portal: None) -> None:
    found = page(app, "?code=60").find(class_="gm-budget")
    hrefs = {
        urlsplit(link["href"])._replace(fragment="").geturl()
        for link in found.find_all("a")
        if not link["href"].startswith("#")
    }
    wanted = {re.sub(r"(code|q|service)=[^&]*", r"\1", href): href for href in hrefs}
    for href in wanted.values():
        assert app.get(href.replace("http://test.ckan.net", "")).status_code == 200, href


def test_an_earlier_period_shows_its_own_figures(app: Any, portal: None) -> None:
    told = world.truth_of(TINOS, 2025, MARCH)
    assert (
        greek(told.total("expenditure", "paid")) in page(app, "/2025?period=2025-03-31").get_text()
    )
    voted = page(app, "/2025?period=voted").get_text()
    assert greek(world.truth_of(TINOS, 2025, None).total("revenue", "initial")) in voted


REFUSED = (
    ("/2017", 404),
    ("/2025?period=2025-04-30", 404),
    ("/2025?period=soon", 400),
    ("/2025?side=left", 400),
    ("/2025?phase=spent", 400),
    ("/2025?code=6';DROP", 400),
    ("/2025?code=7999", 404),
    ("/2025?area=big", 400),
    ("/2025?area=-4", 400),
    ("/2025?page=x", 200),
    ("/2025?page=999999999999999999999", 200),
    ("/2025?colour=red", 200),
    ("/2025/nothing.csv", 404),
    ("/compare?year=soon&with=mean", 400),
    (f"/compare?year=2024&with={ANDROS}", 404),
    ("/compare?with=dimos-atlantidas", 404),
    ("/embed/2025/nothing", 404),
)


def test_what_is_not_there_is_not_found_and_what_is_wrong_is_refused(
    app: Any, portal: None
) -> None:
    for rest, status in REFUSED:
        answer = app.get(f"/el/organization/{TINOS}/budget{rest}")
        assert answer.status_code == status, rest


# Lines


def test_lines_are_found_however_greek_is_typed(app: Any, portal: None) -> None:
    told = world.truth_of(TINOS, 2025, SEPTEMBER)
    wanted = sum("αμοιβές" in line.label.lower() for line in told.lines)
    assert wanted
    counts = {q: len(figure(app, "lines", f"?q={q}")) for q in ("αμοιβές", "ΑΜΟΙΒΕΣ", "amoives")}
    assert min(counts.values()) >= wanted
    assert len(set(counts.values())) == 1
    assert figure(app, "lines", "?q=ξυλοφωνο") == []


def test_lines_are_filtered_paged_and_all_of_it_is_in_the_address(app: Any, portal: None) -> None:
    told = world.truth_of(TINOS, 2025, SEPTEMBER)
    cleaning = [line for line in told.lines if line.service_code == "20"]
    rows = figure(app, "lines", "?side=expenditure&service=20")
    assert len(rows) == len(cleaning)
    assert sum(Decimal(row["paid"]) for row in rows) * 100 == sum(
        line.amount("paid") or 0 for line in cleaning
    )
    found = page(app, "/2025?side=expenditure&page=2").find(id="lines-section")
    assert len(found.find("tbody").find_all("tr")) == 25
    onward = found.find("a", rel="next")["href"]
    assert parse_qs(urlsplit(onward).query) == {"side": ["expenditure"], "page": ["3"]}
    selected = found.find("select", id="field-side").find("option", selected=True)
    assert selected["value"] == "expenditure"


def test_what_is_typed_is_never_sql(app: Any, portal: None) -> None:
    for typed in (
        "'; DROP TABLE x; --",
        "%' OR 1=1",
        "a & | !",
        "{table}",
        "\\",
        "…",
        "a:*b",
        "((",
    ):
        for name in ("q", "service"):
            answer = app.get(f"/organization/{TINOS}/budget/2025", query_string={name: typed})
            assert answer.status_code == 200, typed
    assert figure(app, "expenditure")


def test_a_label_cannot_be_markup_and_no_cell_a_formula(app: Any, changed: Any) -> None:
    hostile = "</script><script>alert(1)</script>&"
    changed("UPDATE {table} SET label = %s, service_label = %s", hostile, hostile)
    text = app.get(f"/organization/{TINOS}/budget").body
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text
    for each in BeautifulSoup(text, "html.parser").select("script.gm-chart-data"):
        json.loads(each.string)
    changed("UPDATE {table} SET label = %s", "=1+2")
    changed("UPDATE {table} SET flags = NULL")
    assert {row["label"] for row in figure(app, "lines")} == {"'=1+2"}


def test_new_rows_are_shown_at_once(app: Any, changed: Any) -> None:
    before = Decimal(figure(app, "revenue")[0]["amount"])
    changed(
        "UPDATE {table} SET initial = initial + 1 WHERE _id = (SELECT min(_id) FROM {table}"
        " WHERE side = 'revenue' AND period_end = '2025-09-30')"
    )
    assert Decimal(figure(app, "revenue")[0]["amount"]) == before + 1


def test_the_number_of_queries_does_not_grow_with_rows(
    app: Any, changed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    real = rows._ask
    monkeypatch.setattr(rows, "_ask", lambda *given: asked.append(given) or real(*given))

    def queries() -> int:
        asked.clear()
        published.forget()
        page(app, "/2025?q=αμοιβές")
        return len(asked)

    few = queries()
    assert 0 < few <= 6
    changed("DELETE FROM {table} WHERE _id %% 3 > 0")
    assert queries() == few
    asked.clear()
    page(app, "/2025")
    assert asked == []  # all of it is kept until the rows change


# Embedding, privacy


def test_only_an_embedded_figure_may_be_framed_by_other_sites(app: Any, portal: None) -> None:
    answer = app.get(f"/el/organization/{TINOS}/budget/embed/2025/tree")
    assert answer.headers["Content-Security-Policy"] == "frame-ancestors *"
    assert "X-Frame-Options" not in answer.headers
    assert "masthead" not in answer.body
    assert "Πού πηγαίνουν τα χρήματα" in answer.body
    for rest in ("", "/2024", "/compare"):
        headers = app.get(f"/organization/{TINOS}/budget{rest}").headers
        assert headers["Content-Security-Policy"] == "frame-ancestors 'self'"


@pytest.mark.parametrize("name", ["tree", "services"])
def test_steps_of_an_embedded_figure_stay_in_the_frame(app: Any, portal: None, name: str) -> None:
    found = page(app, f"/embed/2025/{name}")
    rows = [link for link in found.select("figure tbody a") if link.get("href")]
    data = json.loads(found.find("script", class_="gm-chart-data").string)
    hrefs = [row["href"] for row in rows] + [node["href"] for node in data["nodes"] if node["href"]]
    own = found.find("main")["data-page"]
    for href in hrefs:
        assert urlsplit(href).path == own == f"/el/organization/{TINOS}/budget/embed/2025/{name}"
        answer = app.get(href)
        assert answer.headers["Content-Security-Policy"] == "frame-ancestors *"
    deeper = BeautifulSoup(app.get(hrefs[0]).get_data(as_text=True), "html.parser")
    assert len(deeper.select(".gm-path li")) >= 2


def test_other_links_of_an_embedded_figure_leave_the_frame(app: Any, portal: None) -> None:
    for name in ("largest", "years", "through"):
        links = page(app, f"/embed/2025/{name}").select("figure tbody a")
        assert links
        assert {link.get("target") for link in links} == {"_top"}, name


def test_a_private_budget_is_shown_to_nobody_else(app: Any, portal: None) -> None:
    package: Any = model.Package.get(f"{ANDROS}-budget")
    package.private = True
    model.Session.commit()
    try:
        page(app, slug=ANDROS, status=404)
        app.get(f"/organization/{ANDROS}/budget/2025/lines.csv", status=404)
        page(app, f"/compare?year=2025&with={ANDROS}", status=404)
        text = page(app, "/compare?year=2025&with=mean").get_text()
        assert "Κανένας άλλος δήμος αυτού του μεγέθους" in text
        assert "0 από τους" in text
        with pytest.raises(tk.NotAuthorized):
            summary(municipality=ANDROS)
    finally:
        package.private = False
        model.Session.commit()


# The household


def test_a_household_is_reckoned_only_where_the_municipality_states_its_fee(
    app: Any, portal: None
) -> None:
    assert "δεν δηλώνει το τέλος" in page(app).find(id="calculator").get_text()
    name = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    context: Any = {"user": name, "ignore_auth": True}

    def state(fee: str) -> None:
        tk.get_action("organization_patch")(
            dict(context), {"id": TINOS, "cleaning_fee_m2": fee, "cleaning_fee_year": "2025"}
        )

    # The form of the organisation asks for it.
    admin = {"Authorization": factories.SysadminWithToken()["token"]}
    form = BeautifulSoup(app.get(f"/organization/edit/{TINOS}", headers=admin).body, "html.parser")
    assert form.find("input", attrs={"name": "cleaning_fee_m2"})
    assert form.find("input", attrs={"name": "cleaning_fee_year"})
    with pytest.raises(tk.ValidationError):
        state("dear")
    state("1,35")
    try:
        found = page(app, "/2025?area=85,5")
        assert "115,43 €" in found.find(id="calculator").get_text()
        parts = figure(app, "fee-costs", "?area=85.5")
        assert abs(sum(Decimal(row["household"]) for row in parts) - Decimal("115.43")) < 1
    finally:
        state("")


# The action


def summary(**asked: Any) -> dict[str, Any]:
    context: Any = {"user": "", "ignore_auth": False}
    return tk.get_action("greekmunicipal_budget_summary")(context, asked)


def test_the_action_answers_a_get_with_the_sums_of_the_file(app: Any, portal: None) -> None:
    answer = app.get(f"/api/3/action/greekmunicipal_budget_summary?municipality={TINOS}").json
    found = answer["result"]
    told = world.truth_of(TINOS, 2025, SEPTEMBER)
    assert (found["year"], found["period_end"]) == (2025, "2025-09-30")
    assert found["periods"] == [None, "2025-03-31", "2025-06-30", "2025-09-30"]
    for side in ("revenue", "expenditure"):
        totals = found["sides"][side]["totals"]
        assert totals["revised"] == f"{told.total(side, 'revised'):.2f}"
        tops = found["sides"][side]["tree"]
        assert sum(Decimal(each["amounts"]["initial"]) for each in tops) == told.total(
            side, "initial"
        )
    services = found["sides"]["expenditure"]["services"]
    assert sum(each["lines"] for each in services) == found["sides"]["expenditure"]["lines"]
    assert found["sources"][0]["files"][0]["file"] == f"{TINOS}_2025_2025-09-30.csv"


def test_the_action_takes_year_period_side_and_organisation(portal: None) -> None:
    found = summary(organization=TINOS, year="2025", period="voted", side="revenue")
    assert list(found["sides"]) == ["revenue"]
    assert found["period_end"] is None
    assert "collected" not in found["sides"]["revenue"]["totals"]
    assert found["sides"]["revenue"]["execution"] is None


def test_the_action_refuses_what_is_wrong(portal: None) -> None:
    refused: tuple[tuple[dict[str, Any], type[Exception]], ...] = (
        ({}, tk.ValidationError),
        ({"municipality": TINOS, "side": "left"}, tk.ValidationError),
        ({"municipality": TINOS, "year": "soon"}, tk.ValidationError),
        ({"municipality": TINOS, "period": "soon"}, tk.ValidationError),
        ({"municipality": TINOS, "year": "1999"}, tk.ObjectNotFound),
        ({"municipality": "dimos-atlantidas"}, tk.ObjectNotFound),
        ({"organization": "nobody"}, tk.ObjectNotFound),
    )
    for asked, error in refused:
        with pytest.raises(error):
            summary(**asked)
