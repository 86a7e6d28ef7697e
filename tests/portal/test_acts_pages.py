"""The acts pages on a portal with harvested acts, against what Diavgeia said."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from decimal import Decimal
from typing import Any

import acts_portal as world
import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
from acts_portal import APPROVAL, COMMITMENT, GONE, HUNDREDFOLD, OTHER_PAYMENT, PAYMENT, SLUG
from bs4 import BeautifulSoup
from ckan.tests import factories

from ckanext.greekmunicipal.diavgeia.act import PUBLIC_STATUSES
from ckanext.greekmunicipal.greek import ATHENS
from ckanext.greekmunicipal.harvesters.identity import organization_id, package_id
from ckanext.greekmunicipal.views.acts.money import LEFT_OUT

pytestmark = pytest.mark.ckan

_BUILT = pytest.StashKey[bool]()
ACTS = f"/organization/{SLUG}/acts"


@pytest.fixture
def portal(with_plugins: None, request: pytest.FixtureRequest) -> None:
    """Tinos with its acts, stored once for the tests that follow each other."""
    stash = request.config.stash
    package: Any = model.Package.get(package_id(world.UID, "payments"))
    if not stash.get(_BUILT, False) or package is None:
        request.getfixturevalue("clean_db")
        request.getfixturevalue("clean_index")
        world.build()
        stash[_BUILT] = True


def page(app: Any, rest: str = "", status: int = 200) -> BeautifulSoup:
    answer = app.get(f"/el{ACTS}{rest}", status=status)
    return BeautifulSoup(answer.get_data(as_text=True), "html.parser")


def adas(soup: BeautifulSoup) -> list[str]:
    """Numbers of the acts of a page, in their order."""
    links = [str(each["href"]) for each in soup.select(".gm-act h3 a")]
    from urllib.parse import unquote

    return [unquote(link.rpartition("/")[2]) for link in links]


def table(app: Any, query: str = "") -> list[dict[str, str]]:
    return rows_of(app.get(f"{ACTS}.csv{query}", status=200))


def figure(app: Any, name: str, query: str = "") -> list[dict[str, str]]:
    return rows_of(app.get(f"{ACTS}/figures/{name}.csv{query}", status=200))


def rows_of(answer: Any) -> list[dict[str, str]]:
    text = answer.get_data().decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


# The list


def test_the_newest_acts_stand_first_and_each_page_follows_the_one_before(
    app: Any, portal: None
) -> None:
    wanted = [act["ada"] for act in world.truth()]
    seen: list[str] = []
    rest = ""
    for _ in range(50):
        soup = page(app, rest)
        seen += adas(soup)
        older = soup.select_one("a[rel=next]")
        if older is None:
            break
        rest = str(older["href"]).partition("/acts")[2]
    assert seen == wanted


def test_going_back_leads_to_the_page_that_one_came_from(app: Any, portal: None) -> None:
    first = page(app)
    second = page(app, str(first.select_one("a[rel=next]")["href"]).partition("/acts")[2])  # type: ignore[index]
    back = page(app, str(second.select_one("a[rel=prev]")["href"]).partition("/acts")[2])  # type: ignore[index]
    assert adas(back) == adas(first) != adas(second)


def test_the_file_holds_the_acts_that_the_page_shows(app: Any, portal: None) -> None:
    every = table(app)
    assert [row["ada"] for row in every] == [act["ada"] for act in world.truth()]
    payments = table(app, "?family=payments&min=100")
    wanted = [a for a in world.truth(family="payments") if a["amount"] and a["amount"] >= 100]
    assert [row["ada"] for row in payments] == [act["ada"] for act in wanted]
    assert [Decimal(row["amount"]) for row in payments] == [act["amount"] for act in wanted]


@pytest.mark.parametrize("typed", ["ζωοφιλικής", "ΖΩΟΦΙΛΙΚΗΣ", "ζωοφιλικες", "zoofilikis"])
def test_an_act_is_found_however_the_word_is_typed(app: Any, portal: None, typed: str) -> None:
    assert adas(page(app, f"?q={typed}")) == [COMMITMENT]


def test_an_act_is_found_by_the_company_of_its_lines(app: Any, portal: None) -> None:
    assert adas(page(app, "?q=macchine+stradali")) == [OTHER_PAYMENT]
    found = adas(page(app, f"?q={world.AFM}"))
    assert found == [HUNDREDFOLD, OTHER_PAYMENT, PAYMENT, APPROVAL]


def test_each_filter_gives_the_acts_that_it_names(app: Any, portal: None) -> None:
    every = world.truth()
    june = dt.date(2026, 6, 1)
    cases = {
        "?family=awards": [a for a in every if a["family"] == "awards"],
        "?type=Β.1.3": [a for a in every if a["decision_type"] == "Β.1.3"],
        "?from=2026-06-01&to=2026-06-10": [
            a for a in every if a["issue_date"] and june <= a["issue_date"] <= dt.date(2026, 6, 10)
        ],
        "?min=1.000,50&max=5000": [
            a for a in every if a["amount"] and Decimal("1000.50") <= a["amount"] <= 5000
        ],
        "?unit=81689": [a for a in every if a["unit_uids"] == "81689"],
    }
    for query, wanted in cases.items():
        assert [row["ada"] for row in table(app, query)] == [a["ada"] for a in wanted], query
        assert wanted, query


def test_payees_that_are_registered_abroad_can_be_filtered(app: Any, portal: None) -> None:
    found = table(app, "?payee=foreign")
    wanted = {
        each.act_row[0]
        for each in world.rows()
        for line in each.line_rows
        if line[3] != "none" and line[6] not in (None, "EL", "GR")
    }
    assert {row["ada"] for row in found} == wanted
    assert OTHER_PAYMENT in wanted


@pytest.mark.parametrize(
    "query",
    ["?from=31/12/2025", "?family=nothing", "?min=viel", "?after=x", "?unit=1;2", "?payee=x",
     "?after=1_%CE%91%CE%91%CE%911&before=1_%CE%91%CE%91%CE%911"],
)  # fmt: skip
def test_a_question_that_cannot_be_read_is_refused(app: Any, portal: None, query: str) -> None:
    assert "Η παράμετρος" in page(app, query, status=400).get_text()


def test_what_looks_like_sql_is_only_a_word(app: Any, portal: None) -> None:
    for typed in ("'); DROP TABLE x; --", "%s %(words)s", "\\' | & !", "a:*b"):
        app.get(ACTS, query_string={"q": typed}, status=200)
    assert len(table(app)) == len(world.truth())


# Totals


def counted(act: dict[str, Any]) -> bool:
    flags = set((act["flags"] or "").split(";"))
    return (
        act["status"] in PUBLIC_STATUSES
        and act["amount"] is not None
        and act["currency"] == "EUR"
        and not flags & set(LEFT_OUT)
    )


def test_totals_stand_by_stage_and_no_stage_is_added_to_another(app: Any, portal: None) -> None:
    found = {row["stage"]: row for row in figure(app, "stages")}
    by_name = {"Payments": "payments", "Commitments": "commitments", "Awards": "awards",
               "Expense approvals": "expense-approvals"}  # fmt: skip
    assert set(found) == set(by_name)
    for name, family in by_name.items():
        acts = world.truth(family=family)
        assert Decimal(found[name]["amount"]) == sum(a["amount"] for a in acts if counted(a))
        assert int(found[name]["acts"]) == len(acts)
        assert int(found[name]["withheld"]) == sum(a["subject_withheld"] for a in acts)
    assert int(found["Payments"]["left_out"]) >= 1


def test_an_amount_that_is_likely_wrong_is_counted_beside_the_total(app: Any, portal: None) -> None:
    [row] = figure(app, "stages", "?q=5.555")
    assert (row["amount"], row["left_out"], row["left_out_amount"]) == ("", "1", "555500.00")
    assert "555.500,00" in page(app, "?q=5.555").get_text()


def test_amounts_by_month_are_those_of_the_acts(app: Any, portal: None) -> None:
    for row in figure(app, "months"):
        year, month = map(int, row["month"].split("-"))
        of_month = [
            act
            for act in world.truth(family="payments")
            if act["issue_date"]
            and (act["issue_date"].year, act["issue_date"].month) == (year, month)
            and counted(act)
        ]
        told = row["payments"]
        assert (Decimal(told) if told else None) == (
            sum(a["amount"] for a in of_month) if of_month else None
        )


def test_the_chart_draws_what_the_table_says_and_the_coverage_stands_beside(
    app: Any, portal: None
) -> None:
    soup = page(app)
    chart = soup.select_one("figure#stages")
    assert chart is not None
    data = json.loads(chart.select_one("script.gm-chart-data").string or "")  # type: ignore[union-attr]
    [series] = data["series"]
    assert series["values"] == [row["amount"] or None for row in figure(app, "stages")]
    assert "μισθοδοσία" in chart.get_text()
    assert "Δεν πρέπει να αθροίζονται" in chart.get_text()
    assert chart.select_one("table")


def test_the_share_of_acts_with_links_is_shown(app: Any, portal: None) -> None:
    found = {row["stage"]: row for row in figure(app, "links")}
    acts = world.truth(family="payments")
    linked = sum(bool(act["related_ada"]) for act in acts)
    assert int(found["Payments"]["linked"]) == linked
    assert Decimal(found["Payments"]["share"]) == round(Decimal(linked) / len(acts), 4)


# One act


def test_an_expense_can_be_followed_from_its_commitment_to_its_payments(
    app: Any, portal: None
) -> None:
    for ada, wanted in {
        COMMITMENT: [COMMITMENT, APPROVAL, PAYMENT, OTHER_PAYMENT],
        APPROVAL: [COMMITMENT, APPROVAL, PAYMENT, OTHER_PAYMENT],
        PAYMENT: [COMMITMENT, APPROVAL, PAYMENT],
    }.items():
        notes = [each.get_text() for each in page(app, f"/{ada}").select(".gm-chain .gm-note")]
        assert [next(a for a in wanted if a in note) for note in notes] == wanted


def test_an_act_that_is_named_but_not_here_leads_to_diavgeia(app: Any, portal: None) -> None:
    links = page(app, f"/{OTHER_PAYMENT}").select("section a")
    assert [a["href"] for a in links if a.get_text() == GONE][0].startswith(  # type: ignore[union-attr]
        "https://diavgeia.gov.gr/decision/view/"
    )


def test_an_act_leads_to_its_page_and_document_at_diavgeia(app: Any, portal: None) -> None:
    links = {str(a["href"]) for a in page(app, f"/{PAYMENT}").select("a[href]")}
    assert f"https://diavgeia.gov.gr/decision/view/{PAYMENT}" in links
    assert f"https://diavgeia.gov.gr/doc/{PAYMENT}" in links


def robots(app: Any, ada: str) -> tuple[bool, bool]:
    answer = app.get(f"{ACTS}/{ada}", status=200)
    soup = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
    return "noindex" in answer.headers.get("X-Robots-Tag", ""), bool(
        soup.select('meta[name=robots][content*="noindex"]')
    )


def test_search_engines_stay_away_from_acts_that_may_concern_a_person(
    app: Any, portal: None
) -> None:
    natural = next(r.act_row[0] for r in world.rows() if r.natural_persons and not r.withheld)
    withheld = next(act["ada"] for act in world.truth(subject_withheld=True, family="payments"))
    for ada in (world.STAFF_ACT, world.REVOKED_ACT, natural, withheld):
        assert robots(app, ada) == (True, True), ada
    assert robots(app, PAYMENT) == (False, False)


def test_an_act_that_is_not_there_is_not_found(app: Any, portal: None) -> None:
    for ada in ("ΑΑΑΑΩΗΔ-ΑΑΑ", "x" * 200, "..%2F..%2Fetc", "'", GONE):
        app.get(f"{ACTS}/{ada}", status=404)
    app.get(f"/organization/nobody/acts/{PAYMENT}", status=404)


def _set_private(package: str, *, is_private: bool) -> None:
    model.Session.query(model.Package).filter_by(id=package).update({"private": is_private})
    model.Session.commit()


def _member(capacity: str) -> dict[str, str]:
    """What somebody sends who has a role in the organisation; without a role it is a stranger."""
    user: dict[str, Any] = factories.UserWithToken()
    if capacity:
        tk.get_action("organization_member_create")(
            {"ignore_auth": True},
            {"id": organization_id(world.UID), "username": user["name"], "role": capacity},
        )
    return {"Authorization": user["token"]}


def test_a_private_family_is_shown_to_members_only_and_kept_by_no_cache(
    app: Any, portal: None
) -> None:
    members, stranger = [_member("editor"), _member("member")], _member("")
    _set_private(package_id(world.UID, "payments"), is_private=True)
    try:
        assert not [row for row in table(app) if row["family"] == "payments"]
        for headers in ({}, stranger):
            app.get(f"{ACTS}/{PAYMENT}", headers=headers, status=404)
            for rest in (".csv", ".atom"):
                found = app.get(f"{ACTS}{rest}", headers=headers, status=200)
                assert PAYMENT not in found.get_data(as_text=True)
        for headers in members:
            for rest in (f"/{PAYMENT}", ".csv", ".atom", "/clock/clock-families.csv"):
                answer = app.get(f"{ACTS}{rest}", headers=headers, status=200)
                assert answer.headers["Cache-Control"] == "private, no-store", rest
                assert "Access-Control-Allow-Origin" not in answer.headers, rest
    finally:
        _set_private(package_id(world.UID, "payments"), is_private=False)
    app.get(f"{ACTS}/{PAYMENT}", status=200)


# The law's clock


def _waits(acts: list[dict[str, Any]]) -> tuple[int, ...]:
    """Acts, days that half and nine in ten wait at most, late ones, those dated too late."""
    days = sorted(
        (act["publish_time"].astimezone(ATHENS).date() - act["issue_date"]).days for act in acts
    )
    half, most = (days[-(-len(days) * tenths // 10) - 1] for tenths in (5, 9))
    return len(acts), half, most, sum(d > 180 for d in days), sum(d < 0 for d in days)


@pytest.mark.parametrize(("name", "key"), [("clock-years", "year"), ("clock-families", "family")])
def test_the_clock_counts_the_days_that_acts_waited(
    app: Any, portal: None, name: str, key: str
) -> None:
    found = rows_of(app.get(f"{ACTS}/clock/{name}.csv", status=200))
    columns = ("acts", "median_days", "ninth_decile_days", "late", "dated_after_posting")
    told = sorted(tuple(int(row[column]) for column in columns) for row in found)
    groups = {act[key] for act in world.truth()}
    assert told == sorted(_waits(world.truth(**{key: group})) for group in groups)
    revoked = sum(act["status"] not in PUBLIC_STATUSES for act in world.truth())
    assert revoked
    counted = sum(Decimal(row["revoked"]) * int(row["acts"]) for row in found)
    assert abs(counted - revoked) < Decimal("0.1")


def test_the_page_of_the_clock_speaks_greek(app: Any, portal: None) -> None:
    text = page(app, "/clock").get_text()
    assert "Οι μισές αναρτώνται σε (ημέρες)" in text
    assert "Time to posting" not in text
    app.get(f"{ACTS}/clock/nothing.csv", status=404)
