"""XML answers and the query language of the advanced search, as far as they are documented."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

SPACE = "{http://diavgeia.gov.gr/schema/v2}"


@pytest.mark.parametrize("way", ["suffix", "header"])
def test_a_search_as_xml_holds_what_the_json_holds(server, get, way):
    asked = {"org": "6296", "size": 5}
    json_answer = get("search.json", **asked).json()
    if way == "suffix":
        answer = get("search.xml", **asked)
    else:
        import requests

        answer = requests.get(
            f"{server.base_url}/search",
            params=asked,
            headers={"Accept": "application/xml"},
            timeout=9,
        )
    assert answer.headers["Content-Type"].startswith("application/xml")
    root = ET.fromstring(answer.content)
    assert root.tag == SPACE + "decisionSearchResult"
    decisions = root.findall(f"{SPACE}decisions/{SPACE}decision")
    assert [one.findtext(SPACE + "ada") for one in decisions] == [
        act["ada"] for act in json_answer["decisions"]
    ]
    assert root.findtext(f"{SPACE}info/{SPACE}total") == str(json_answer["info"]["total"])
    assert len(decisions[0].findtext(SPACE + "issueDate")) == len("2026-09-22")
    assert "T" in decisions[0].findtext(SPACE + "submissionTimestamp")


def test_free_fields_are_typed_in_xml(get, truth):
    ada = next(ada for ada, act in truth.items() if act["decisionTypeId"] == "Β.1.3")
    root = ET.fromstring(get(f"decisions/{ada}.xml").content)
    assert root.tag == SPACE + "decision"
    fields = {one.get("name"): one for one in root.find(SPACE + "extraFieldValues")}
    assert fields["financialYear"].tag == SPACE + "int"
    assert fields["partialead"].get("value") in ("true", "false")
    assert fields["amountWithVAT"].tag == SPACE + "obj"
    amount = fields["amountWithVAT"].find(f"{SPACE}num[@name='amount']")
    assert float(amount.get("value")) == truth[ada]["extraFieldValues"]["amountWithVAT"]["amount"]


def test_registers_and_errors_have_their_own_shapes(get):
    root = ET.fromstring(get("organizations.xml", status="all").content)
    assert root.tag == SPACE + "organizations"
    assert "6296" in [one.findtext(SPACE + "uid") for one in root]
    assert get("decisions/none.xml").status_code == 404


def found(get, q: str, **more) -> list[dict]:
    answer = get("search/advanced.json", q=q, size=500, **more)
    assert answer.status_code == 200, answer.text
    assert answer.json()["info"]["query"] == q
    return answer.json()["decisions"]


def test_a_query_joins_conditions(get):
    acts = found(get, 'organizationUid:"6296" AND decisionTypeUid:["Β.2.2","Δ.1"]')
    assert {act["decisionTypeId"] for act in acts} == {"Β.2.2", "Δ.1"}
    assert {act["organizationId"] for act in acts} == {"6296"}
    both = found(
        get, '(organizationUid:"6296" OR organizationUid:"100048574") AND status:"Ανακληθείσα"'
    )
    assert {act["status"] for act in both} == {"REVOKED"}


def test_ranges_of_amounts_and_of_dates(get, truth):
    acts = found(
        get, 'organizationUid:"6296" AND decisionTypeUid:"Β.1.3" AND amount:[5000 TO 6000]'
    )
    assert acts
    for act in acts:
        extra = act["extraFieldValues"]
        lines = [line["amountWithVAT"] for line in extra["amountWithKae"] or []]
        assert any(5000 <= one <= 6000 for one in [*lines, extra["amountWithVAT"]["amount"]])
    span = "issueDate:[DT(2026-03-01T00:00:00) TO DT(2026-03-08T00:00:00)]"
    week = found(get, f'organizationUid:"6296" AND {span} AND status:["PUBLISHED","REVOKED"]')
    low, high = 1772316000000, 1772920800000
    wanted = {
        ada
        for ada, act in truth.items()
        if low <= act["issueDate"] <= high and act["status"] != "PENDING_REVOCATION"
    }
    assert {act["ada"] for act in week} == wanted
    assert wanted


def test_a_contractor_is_found_by_its_tax_number(get, truth):
    afm = next(
        line["sponsorAFMName"]["afm"]
        for act in truth.values()
        for line in act["extraFieldValues"].get("sponsor") or []
        if line["sponsorAFMName"].get("afm") and act["issueDate"] > 1_780_000_000_000
    )
    acts = found(get, f'receiverAFM:"{afm}"')
    assert acts
    assert all(afm in str(act["extraFieldValues"]) for act in acts)
    assert all(act["extraFieldValues"].get("org", {}).get("afm") != afm for act in acts)


@pytest.mark.parametrize("q", ["", "organizationUid:6296", 'none:"1"', '(ada:"x"', 'ada:"x" AND'])
def test_a_query_that_cannot_be_read_is_an_error(get, q):
    answer = get("search/advanced.json", q=q)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["errorCode"]
