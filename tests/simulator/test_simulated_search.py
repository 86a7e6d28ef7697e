"""Search, single acts and registers over HTTP: what else the contract says."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
import requests
from small_world import ISLAND, NOW, START

from ckanext.greekmunicipal.diavgeia.simulator import Simulator, SimulatorServer
from ckanext.greekmunicipal.diavgeia.simulator.clock import ATHENS

RECENT = {"from_issue_date": "2026-03-26", "to_issue_date": "2026-09-22"}


def test_pages_are_of_100_acts_unless_asked(search):
    info = search(org="6296", **RECENT)["info"]
    assert (info["page"], info["size"], info["actualSize"]) == (0, 100, 100)


def test_a_page_of_more_than_500_acts_is_cut_without_a_word(search):
    answer = search(org="6296", size=5000, **RECENT)
    assert answer["info"]["size"] == answer["info"]["actualSize"] == 500
    assert len(answer["decisions"]) == 500 < answer["info"]["total"]


def test_a_page_after_the_last_is_empty_and_keeps_the_total(search):
    answer = search(org="6296", page=99, **RECENT)
    assert answer["decisions"] == []
    assert answer["info"]["total"] > 500


def test_the_newest_submission_comes_first(search_all):
    times = [act["submissionTimestamp"] for act in search_all(org="6296", **RECENT)]
    assert times == sorted(times, reverse=True)


def test_a_misspelt_parameter_is_ignored_and_gives_the_whole_corpus(search):
    all_bodies = search(organization="6296", **RECENT)
    assert "organization" not in all_bodies["info"]["query"]
    both = search(org="6296;100048574", **RECENT)
    assert all_bodies["info"]["total"] == both["info"]["total"]
    assert both["info"]["total"] > search(org="6296", **RECENT)["info"]["total"]


def test_the_query_of_the_advanced_search_is_ignored_by_the_plain_one(search):
    everything = search(**RECENT)["info"]["total"]
    assert search(q='organizationUid:"6296"', **RECENT)["info"]["total"] == everything


def test_an_unknown_body_finds_nothing_and_is_echoed(search):
    info = search(org="9999", **RECENT)["info"]
    assert info["total"] == 0
    assert 'organizationUid:"9999"' in info["query"]


def test_a_type_with_a_latin_letter_finds_nothing(search):
    assert search(org="6296", type="Β.2.2", **RECENT)["info"]["total"] > 100
    assert search(org="6296", type="B.2.2", **RECENT)["info"]["total"] == 0


def test_several_types_are_joined_by_a_semicolon(search_all):
    acts = search_all(org="6296", type="Β.2.1;Δ.2.2", **RECENT)
    assert {act["decisionTypeId"] for act in acts} == {"Β.2.1", "Δ.2.2"}


def test_an_act_is_found_by_ada_and_by_words_of_its_subject(search):
    act = search(org="6296", size=1, **RECENT)["decisions"][0]
    assert search(ada=act["ada"], **RECENT)["decisions"] == [act]
    found = search(org="6296", subject=act["subject"][:25], size=500, **RECENT)["decisions"]
    assert act in found


def test_a_search_hit_is_the_act_itself(search, get):
    for act in search(org="6296", size=20, status="all", **RECENT)["decisions"]:
        assert get(f"decisions/{act['ada']}.json").json() == act
        assert get(f"decisions/v/{act['versionId']}").json() == act


def test_both_addresses_of_the_service_answer_the_same(server: SimulatorServer, search):
    other = server.base_url.replace("/opendata", "/luminapi/opendata")
    answer = requests.get(f"{other}/search", params={"org": "6296", **RECENT}, timeout=20)
    assert answer.json() == search(org="6296", **RECENT)


@pytest.mark.parametrize("path", ["serch.json", "search/terms/none", "../view", "decisions"])
def test_a_wrong_path_answers_200_with_the_page_of_the_site(get, path):
    answer = get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(
    "path",
    [
        "decisions/ΨΨΨΨΩ8Ο-ΨΨΨ.json",
        "decisions/none",
        "decisions/ΨΨΨΨΩ8Ο-ΨΨΨ/versionlog",
        "decisions/v/098ec9ed-55b5-4f8d-8516-4cdc2fcfce35",
        "organizations/9999",
        "organizations/9999/units.json",
        "types/B.2.2",
        "dictionaries/NONE",
    ],
)
def test_what_does_not_exist_answers_404_with_a_json_error(get, path):
    answer = get(path)
    assert answer.status_code == 404
    assert set(answer.json()["errors"][0]) == {"errorCode", "errorMessage", "errorDetails"}


@pytest.mark.parametrize(
    "parameters",
    [{"from_date": "1/2/2026"}, {"to_issue_date": "2026-02-30"}, {"page": "x"}, {"status": "x"}],
)
def test_a_value_that_cannot_be_read_answers_400(get, parameters):
    answer = get("search.json", org="6296", **parameters)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["errorCode"]


def test_a_revoked_act_is_hidden_unless_asked_for_and_has_no_document(search_all):
    shown = search_all(org="6296", **RECENT)
    revoked = search_all(org="6296", status="revoked", **RECENT)
    pending = search_all(org="6296", status="PENDING_REVOCATION", **RECENT)
    everything = search_all(org="6296", status="all", **RECENT)
    assert revoked
    assert len(shown) + len(revoked) + len(pending) == len(everything)
    assert {act["status"] for act in shown} == {"PUBLISHED"}
    for act in revoked:
        assert act["documentUrl"] is None
        assert act["subject"]
        assert act["submissionTimestamp"] > act["publishTimestamp"]


def test_the_echo_has_a_status_clause_unless_all_are_asked_for(search):
    assert search(org="6296")["info"]["query"].endswith('AND status:"Αναρτημένη"')
    assert "status" not in search(org="6296", status="all")["info"]["query"]


def test_a_correction_keeps_the_ada_and_moves_the_submission(search_all, get):
    acts = search_all(org="6296", status="all", **RECENT)
    corrected = [act for act in acts if act["correctedVersionId"]]
    assert 0.01 < len(corrected) / len(acts) < 0.05
    for act in corrected[:15]:
        assert act["submissionTimestamp"] > act["publishTimestamp"]
        before = get(f"decisions/v/{act['correctedVersionId']}").json()
        assert before["ada"] == act["ada"]
        assert before["versionId"] == act["correctedVersionId"]
        assert before["publishTimestamp"] == act["publishTimestamp"]
        assert before["submissionTimestamp"] < act["submissionTimestamp"]
        log = get(f"decisions/{act['ada']}/versionlog").json()
        ids = [version["versionId"] for version in log["versions"]]
        assert ids[-2:] == [act["correctedVersionId"], act["versionId"]]
        assert [v["correctedVersionId"] for v in log["versions"]] == [None, *ids[:-1]]


def test_registers_answer_bodies_units_types_and_dictionaries(get):
    bodies = get("organizations.json").json()["organizations"]
    assert [body["uid"] for body in bodies] == ["6296", "100048574"]
    municipalities = get("organizations", category="MUNICIPALITY").json()["organizations"]
    assert [body["label"] for body in municipalities] == ["ΔΗΜΟΣ ΤΗΝΟΥ"]
    assert get("organizations.json", status="inactive").json() == {"organizations": []}
    body = get("organizations/dimostinou.json").json()
    assert body == get("organizations/6296").json()
    assert body["vatNumber"] == "800302968"
    details = get("organizations/6296/details").json()
    assert [child["uid"] for child in details["supervisedOrganizations"]] == ["100048574"]
    assert len(get("types").json()["decisionTypes"]) == 43
    assert get("types/Β.2.2.json").json()["label"] == "ΟΡΙΣΤΙΚΟΠΟΙΗΣΗ ΠΛΗΡΩΜΗΣ"
    names = [entry["uid"] for entry in get("dictionaries").json()["dictionaries"]]
    assert "THK" in names
    assert len(names) == 19
    assert len(get("dictionaries/THK.json").json()["items"]) == 25


def test_units_of_acts_are_those_of_the_body(get, search):
    units = {unit["uid"] for unit in get("organizations/6296/units").json()["units"]}
    active = get("organizations/6296/units", status="active").json()["units"]
    assert 0 < len(active) < len(units)
    for act in search(org="6296", **RECENT)["decisions"]:
        assert set(act["unitIds"]) <= units


def test_large_amounts_come_in_scientific_notation(get, truth):
    act = next(
        act
        for act in truth.values()
        if re.search(r"'amount\w*': \d{8,}\.", str(act["extraFieldValues"]))
    )
    answer = get(f"decisions/{act['ada']}")
    assert re.search(r'"amount\w*":\d\.\d+E\d', answer.text)
    assert answer.json() == act


def test_an_unknown_verb_of_publishing_needs_a_login(server: SimulatorServer):
    assert requests.post(f"{server.base_url}/decisions", json={}, timeout=20).status_code == 401


def test_only_this_machine_can_reach_the_server(server: SimulatorServer):
    assert server.base_url.startswith("http://127.0.0.1:")


def test_the_server_remembers_requests_in_memory(server: SimulatorServer, get):
    server.forget()
    get("search.json", org="6296")
    get("types")
    assert server.count() == 2
    assert server.count("/search") == 1
    assert server.requests[0].parameters == {"org": "6296"}


def test_a_page_of_a_window_of_ten_thousand_acts_needs_no_other_pages():
    city = Simulator(
        5,
        [type(ISLAND)("6114", "ΔΗΜΟΣ ΘΕΣΣΑΛΟΝΙΚΗΣ", 75.0)],
        start=START - timedelta(days=4000),
        now=NOW,
    )
    from ckanext.greekmunicipal.diavgeia.simulator.query import read_query

    window = {"org": "6114", "from_issue_date": "2026-03-01", "to_issue_date": "2026-07-29"}
    query = read_query({**window, "size": "500", "page": "7"}, NOW, city.organizations)
    before = datetime.now(ATHENS)
    acts, total = city.search(query, NOW)
    assert len(acts) == 500
    assert total > 9_000
    assert datetime.now(ATHENS) - before < timedelta(seconds=3)  # 0.2 s on an idle machine
