"""Suppliers, feed, law's clock, worklist and view of acts, against what Diavgeia said."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

import acts_portal as world
import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
from acts_portal import HUNDREDFOLD, OTHER_PAYMENT, PAYMENT, SLUG
from bs4 import BeautifulSoup
from ckan.tests import factories

from ckanext.greekmunicipal.greek import ATHENS
from ckanext.greekmunicipal.harvesters.identity import organization_id, package_id, resource_id
from ckanext.greekmunicipal.views.acts.money import LEFT_OUT

pytestmark = pytest.mark.ckan

_BUILT = pytest.StashKey[dict]()
BODY = f"/organization/{SLUG}"
ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def portal(with_plugins: None, request: pytest.FixtureRequest) -> dict[str, Any]:
    """Tinos with its acts, stored once for the tests that follow each other; its editor."""
    stash = request.config.stash
    package: Any = model.Package.get(package_id(world.UID, "payments"))
    if _BUILT not in stash or package is None or model.User.get(stash[_BUILT]["name"]) is None:
        request.getfixturevalue("clean_db")
        request.getfixturevalue("clean_index")
        world.build()
        editor: dict[str, Any] = factories.UserWithToken()
        tk.get_action("organization_member_create")(
            {"ignore_auth": True},
            {"id": organization_id(world.UID), "username": editor["name"], "role": "editor"},
        )
        stash[_BUILT] = editor
    return stash[_BUILT]


def rows_of(app: Any, path: str, **more: Any) -> list[dict[str, str]]:
    text = app.get(path, status=200, **more).get_data().decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


# Suppliers


def lines_of(afm: str) -> list[tuple[str, str, Decimal | None, set[str]]]:
    """Family, act, amount and flags of each line of a legal entity."""
    return [
        (each.family, line[0], line[7], set((each.act_row[21] or "").split(";")))
        for each in world.rows()
        for line in each.line_rows
        if line[3] == "legal" and line[4] == afm
    ]


def test_a_legal_entity_is_shown_by_year_and_by_stage_to_the_cent(app: Any, portal: Any) -> None:
    [row] = rows_of(app, f"/supplier/{world.AFM}/years.csv")
    for family in ("expense-approvals", "payments"):
        wanted = [
            amount
            for of, _, amount, flags in lines_of(world.AFM)
            if of == family and amount is not None and not flags & set(LEFT_OUT)
        ]
        assert Decimal(row[family]) == sum(wanted)
    assert row["payments"] == "1200.00"  # the hundredfold amount is left out
    [body] = rows_of(app, f"/supplier/{world.AFM}/bodies.csv")
    assert body["payments"] == "1200.00"
    lines = rows_of(app, f"/supplier/{world.AFM}/lines.csv")
    assert sorted(line["ada"] for line in lines) == sorted(a for _, a, _, _ in lines_of(world.AFM))
    page = app.get(f"/el/supplier/{world.AFM}", status=200).get_data(as_text=True)
    assert world.COMPANY in page
    assert "1.200,00" in page
    assert "Δεν πρέπει να αθροίζονται" in page


def test_a_person_or_an_unknown_number_has_no_page(app: Any, portal: Any) -> None:
    for number in ("123456783", "000000000", "ΑΦΜ", "' OR 1=1", "x" * 500):
        for rest in ("", "/years.csv", "/lines.csv"):
            app.get(f"/supplier/{number}{rest}", status=404)


def test_a_company_of_a_private_dataset_has_no_public_page(app: Any, portal: Any) -> None:
    ids = [package_id(world.UID, family) for family in ("payments", "expense-approvals")]

    def private(value: bool) -> None:
        found = model.Session.query(model.Package).filter(model.Package.id.in_(ids))
        found.update({"private": value}, synchronize_session=False)
        model.Session.commit()

    private(True)
    try:
        app.get(f"/supplier/{world.AFM}", status=404)
    finally:
        private(False)
    app.get(f"/supplier/{world.AFM}", status=200)


def test_suppliers_of_a_body_can_be_searched_and_filtered(app: Any, portal: Any) -> None:
    foreign = rows_of(app, f"{BODY}/suppliers.csv?payee=foreign")
    assert {row["country"] for row in foreign}.isdisjoint({"EL", "GR"})
    assert {"name": world.FOREIGN_COMPANY, "amount": "40.00", "acts": "1"}.items() <= next(
        row for row in foreign if row["tax_number"] == world.FOREIGN_AFM
    ).items()
    [found] = rows_of(app, f"{BODY}/suppliers.csv?q=καθαριοτητας+αιγαιου&year=2026")
    assert (found["tax_number"], found["amount"]) == (world.AFM, "1200.00")
    assert rows_of(app, f"{BODY}/suppliers.csv?year=1999") == []
    app.get(f"{BODY}/suppliers?year=x", status=400)
    page = app.get(f"/el{BODY}/suppliers?q={world.AFM}", status=200).get_data(as_text=True)
    assert f"/supplier/{world.AFM}" in page


# The feed


def feed(app: Any, query: str = "", **more: Any) -> ET.Element:
    answer = app.get(f"{BODY}/acts.atom{query}", status=200, **more)
    assert answer.content_type.startswith("application/atom+xml")
    return ET.fromstring(answer.get_data())


def numbers(found: ET.Element) -> list[str]:
    ids = [entry.findtext("a:id", "", ATOM) for entry in found.findall("a:entry", ATOM)]
    return [each.rpartition("/")[2] for each in ids]


def test_the_feed_holds_the_newest_acts_and_that_of_a_search_what_it_finds(
    app: Any, portal: Any
) -> None:
    assert numbers(feed(app)) == [act["ada"] for act in world.truth()[:50]]
    assert numbers(feed(app, "?q=macchine")) == [OTHER_PAYMENT]
    entry = feed(app, "?q=macchine").find("a:entry", ATOM)
    assert entry is not None
    assert entry.findtext("a:updated", "", ATOM).startswith("2026-06-15T07:30:15")
    links = {link.get("rel"): link.get("href") for link in entry.findall("a:link", ATOM)}
    assert str(links["via"]).endswith(OTHER_PAYMENT)
    assert str(links["related"]).endswith(f"/doc/{OTHER_PAYMENT}")


def test_the_feed_is_sent_again_only_when_an_act_changed(app: Any, portal: Any) -> None:
    answer = app.get(f"{BODY}/acts.atom")
    known = {"If-None-Match": answer.headers["ETag"]}
    assert app.get(f"{BODY}/acts.atom", headers=known).status_code == 304
    changed = [
        each._replace(act_row=(each.act_row[0], "other", *each.act_row[2:]))
        if each.act_row[0] == PAYMENT
        else each
        for each in world.rows()
    ]
    world.store(changed)
    try:
        assert app.get(f"{BODY}/acts.atom", headers=known).status_code == 200
    finally:
        world.store(world.rows())


# Clock


def test_the_clock_tells_the_days_from_issue_to_posting(app: Any, portal: Any) -> None:
    [row] = [r for r in rows_of(app, f"{BODY}/acts/clock/clock-years.csv") if r["year"] == "2026"]
    acts = [act for act in world.truth() if act["issue_date"] and act["issue_date"].year == 2026]
    days = sorted(
        (act["publish_time"].astimezone(ATHENS).date() - act["issue_date"]).days for act in acts
    )
    assert int(row["acts"]) == len(acts)
    assert int(row["median_days"]) == days[-(-len(days) // 2) - 1]
    soon = sum(0 <= each <= 1 for each in days)
    assert Decimal(row["soon"]) == round(Decimal(soon) / len(days), 4)
    assert int(row["late"]) == sum(each > 180 for each in days)
    assert int(row["dated_after_posting"]) == sum(each < 0 for each in days)
    corrected = sum(bool(act["corrected_version_id"]) for act in acts)
    assert Decimal(row["corrected"]) == round(Decimal(corrected) / len(acts), 4)
    page = app.get(f"/el{BODY}/acts/clock", status=200).get_data(as_text=True)
    assert "4727/2020" in page


# Worklist


def test_only_editors_see_the_likely_mistakes_of_their_body(app: Any, portal: Any) -> None:
    stranger: dict[str, Any] = factories.UserWithToken()
    for rest in ("", ".csv"):
        path = f"{BODY}/acts/worklist{rest}"
        app.get(path, status=401)
        app.get(path, headers={"Authorization": stranger["token"]}, status=403)
        answer = app.get(path, headers={"Authorization": portal["token"]}, status=200)
        assert answer.get_data()
        assert "private" in answer.headers["Cache-Control"]
    assert "worklist" not in app.get(f"{BODY}/acts").get_data(as_text=True)


def test_the_worklist_names_wrong_amounts_and_lines_without_cpv(app: Any, portal: Any) -> None:
    rows = rows_of(app, f"{BODY}/acts/worklist.csv", headers={"Authorization": portal["token"]})
    by_kind: dict[str, set[str]] = {}
    for row in rows:
        by_kind.setdefault(row["kind"], set()).add(row["ada"])
    assert HUNDREDFOLD in by_kind["amount-hundredfold"]
    assert HUNDREDFOLD in by_kind["without-cpv"]
    assert PAYMENT not in by_kind["without-cpv"]
    flagged = {
        act["ada"]
        for act in world.truth()
        if act["status"] != "REVOKED" and "amount-hundredfold" in (act["flags"] or "").split(";")
    }
    assert by_kind["amount-hundredfold"] == flagged


# The view of a table


def test_the_table_of_a_family_shows_its_newest_acts_and_totals(app: Any, portal: Any) -> None:
    resource = resource_id(world.UID, "payments", "acts")
    package = package_id(world.UID, "payments")
    views = tk.get_action("resource_view_list")({"user": ""}, {"id": resource})
    [view] = [each for each in views if each["view_type"] == "greekmunicipal_acts_view"]
    answer = app.get(f"/dataset/{package}/resource/{resource}/view/{view['id']}", status=200)
    soup = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
    newest = world.truth(family="payments")[0]["ada"]
    assert newest in soup.select(".gm-act")[0].get_text()
    assert soup.select_one("figure#stages script.gm-chart-data")
    lines = tk.get_action("resource_view_list")(
        {"user": ""}, {"id": resource_id(world.UID, "payments", "lines")}
    )
    assert "greekmunicipal_acts_view" not in [each["view_type"] for each in lines]


def test_the_tab_stands_only_where_there_are_acts(app: Any, portal: Any) -> None:
    other: dict[str, Any] = factories.Organization()
    assert f"{BODY}/acts" in app.get(BODY).get_data(as_text=True)
    assert "/acts" not in app.get(f"/organization/{other['name']}").get_data(as_text=True)
    app.get(f"/organization/{other['name']}/acts", status=404)
