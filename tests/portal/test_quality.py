"""Scores of the portal's datasets: in the API, on pages, in RDF."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ckan.plugins.toolkit as tk
import ckan.tests.factories as factories
import portal_catalogue as catalogue
import pytest
from quality_world import fresh_municipality
from rdflib import DCAT, RDF, Graph, Namespace, URIRef

from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.quality import metrics
from ckanext.greekmunicipal.quality.links import LinkCheck
from ckanext.greekmunicipal.scores import answers, measuring

pytestmark = [pytest.mark.ckan]

DQV = Namespace("http://www.w3.org/ns/dqv#")
NO_KEYWORDS = {"tags": [], "tags_translated": {}}
PV = Namespace("https://piveau.eu/ns/voc#")


@pytest.fixture
def portal(with_plugins: None, request: pytest.FixtureRequest) -> dict[str, Any]:
    """A municipality with an acts dataset and a budget dataset, not scored yet."""
    organization = fresh_municipality(request)
    with datastore.transaction() as cursor:
        # All tests have the same links.
        cursor.execute("TRUNCATE greekmunicipal.link_check")
    return {
        "organization": organization,
        "acts": catalogue.create(catalogue.acts_dataset(organization)),
        "budget": catalogue.create(catalogue.budget_dataset(organization)),
    }


def show(user: str = "", **data: Any) -> dict[str, Any]:
    """The action, as somebody; nobody by default."""
    context: Any = {"user": user}
    tk.check_access("greekmunicipal_quality_show", context, data)
    return tk.get_action("greekmunicipal_quality_show")({"user": user}, data)


def all_answer(score: dict[str, Any], status: int = 200) -> None:
    """Note of all links of a dataset that they answered."""
    now = dt.datetime.now(dt.timezone.utc)
    urls = list(score["links"])
    for url in urls:
        answers.keep(LinkCheck(url, now, status, None, "HEAD"))
    measuring.forget_with_links(urls)


def missing(score: dict[str, Any]) -> set[str]:
    return {each["metric"] for each in score["next_steps"]}


def test_a_complete_dataset_misses_nothing_but_the_answers_of_its_links(
    portal: dict[str, Any],
) -> None:
    score = show(id=portal["acts"]["name"])
    assert (score["points"], score["up_to"], score["of"]) == (325, 405, 405)
    assert score["next_steps"] == []
    assert score["not_checked"] == ["accessUrlStatusCode", "downloadUrlStatusCode"]
    all_answer(score)
    score = show(id=portal["acts"]["id"])
    assert (score["points"], score["not_checked"]) == (405, [])
    assert {each["status"] for each in score["links"].values()} == {200}
    all_answer(score, 404)
    score = show(id=portal["acts"]["id"])
    assert (score["points"], missing(score)) == (
        325,
        {"accessUrlStatusCode", "downloadUrlStatusCode"},
    )


def test_a_change_of_dataset_resource_or_organisation_changes_the_score(
    portal: dict[str, Any],
) -> None:
    dataset = portal["acts"]["id"]
    before = show(id=dataset)["points"]
    tk.get_action("package_patch")(catalogue.context(), {"id": dataset, **NO_KEYWORDS})
    assert missing(show(id=dataset)) == {"keywordAvailability"}
    tk.get_action("resource_patch")(
        catalogue.context(),
        {
            "id": portal["acts"]["resources"][0]["id"],
            "format": "PDF",
            "mimetype": "application/pdf",
        },
    )
    score = show(id=dataset)
    assert missing(score) == {
        "keywordAvailability",
        "formatMediaTypeNonProprietary",
        "formatMediaTypeMachineInterpretable",
    }
    assert score["points"] == before - 30 - 40
    tk.get_action("package_patch")(
        catalogue.context(), {"id": dataset, "tags_translated": {"el": ["πληρωμές"]}}
    )
    assert show(id=dataset)["points"] == before - 40


def test_a_score_is_measured_once_for_each_state(
    portal: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[str] = []
    real = measuring.score_of
    monkeypatch.setattr(
        measuring, "score_of", lambda dataset: measured.append(dataset["id"]) or real(dataset)
    )
    show(id=portal["acts"]["id"])
    show(id=portal["acts"]["id"])
    show(organization=portal["organization"]["id"])
    show(organization=portal["organization"]["name"])
    assert sorted(measured) == sorted([portal["acts"]["id"], portal["budget"]["id"]])


def test_an_organisation_has_mean_distribution_and_the_worst_first(portal: dict[str, Any]) -> None:
    poor = catalogue.create(
        {
            "owner_org": portal["organization"]["id"],
            "title": "Φτωχό",
            "notes": "Χωρίς αρχείο.",
        }
    )
    catalogue.create(catalogue.acts_dataset(portal["organization"], private=True))
    found = show(organization=portal["organization"]["name"])
    points = [each["points"] for each in found["datasets"]]
    assert found["count"] == len(points) == 3
    assert points == sorted(points)
    assert found["datasets"][0]["id"] == poor["id"]
    assert found["mean"] == round(sum(points) / 3, 1)
    assert sum(found["bands"].values()) == 3
    assert found["bands"][metrics.band(points[0]).id] >= 1
    assert found["datasets"][0]["next_steps"] > 0
    second = show(organization=portal["organization"]["name"], limit=1, offset=1)
    assert [each["id"] for each in second["datasets"]] == [found["datasets"][1]["id"]]
    assert second["count"] == 3


def test_a_body_without_datasets_has_no_mean(
    with_plugins: None, request: pytest.FixtureRequest
) -> None:
    found = show(organization=fresh_municipality(request)["id"])
    assert (found["count"], found["mean"], found["band"], found["datasets"]) == (0, None, None, [])


def test_the_quality_of_a_private_dataset_is_for_those_who_may_see_it(
    portal: dict[str, Any],
) -> None:
    private = catalogue.create(catalogue.acts_dataset(portal["organization"], private=True))
    with pytest.raises(tk.NotAuthorized):
        show(id=private["id"])
    member, stranger = factories.User(), factories.User()
    tk.get_action("organization_member_create")(
        catalogue.context(),
        {"id": portal["organization"]["id"], "username": member["name"], "role": "member"},
    )
    with pytest.raises(tk.NotAuthorized):
        show(stranger["name"], id=private["id"])
    assert show(member["name"], id=private["id"])["points"] == 325


def test_what_has_no_quality_is_refused(portal: dict[str, Any]) -> None:
    for wrong in ({}, {"id": portal["acts"]["id"], "organization": portal["organization"]["id"]}):
        with pytest.raises(tk.ValidationError):
            show(**wrong)
    with pytest.raises(tk.ValidationError):
        show(organization=portal["organization"]["id"], limit="many")
    for unknown in ({"id": "nothing"}, {"organization": "nothing"}):
        with pytest.raises(tk.ObjectNotFound):
            show(**unknown)


def test_the_action_answers_get(app: Any, portal: dict[str, Any]) -> None:
    answer = app.get(f"/api/action/greekmunicipal_quality_show?id={portal['acts']['name']}")
    assert answer.json["result"]["of"] == 405
    steps = app.get(
        "/api/action/greekmunicipal_quality_show",
        query_string={"organization": portal["organization"]["name"], "limit": 1},
    )
    assert len(steps.json["result"]["datasets"]) == 1


def test_the_page_of_a_dataset_tells_its_points_in_the_readers_language(
    app: Any, portal: dict[str, Any]
) -> None:
    all_answer(show(id=portal["acts"]["id"]))
    greek = app.get(f"/el/dataset/{portal['acts']['name']}").body
    assert "405 από 405" in greek
    assert "Άριστη" in greek
    assert "Δεν λείπει τίποτα." in greek
    english = app.get(f"/en/dataset/{portal['acts']['name']}").body
    assert "405 of 405" in english
    assert "Nothing is missing." in english


def test_only_an_editor_sees_where_to_mend(app: Any, portal: dict[str, Any]) -> None:
    tk.get_action("package_patch")(
        catalogue.context(),
        {"id": portal["acts"]["id"], **NO_KEYWORDS, "temporal_coverage": []},
    )
    resource = portal["acts"]["resources"][0]["id"]
    tk.get_action("resource_patch")(
        catalogue.context(), {"id": resource, "format": "PDF", "mimetype": "application/pdf"}
    )
    page = f"/el/dataset/{portal['acts']['name']}"
    public = app.get(page).body
    assert "Προσθέστε τουλάχιστον μία λέξη-κλειδί." in public
    assert "#field-" not in public
    editor = factories.SysadminWithToken()
    mine = app.get(page, headers={"Authorization": editor["token"]}).body
    assert f"dataset/edit/{portal['acts']['name']}#field-" in mine
    assert f"resource/{resource}/edit#field-resource-url" in mine


def test_each_step_leads_to_a_field_that_the_form_has(app: Any, portal: dict[str, Any]) -> None:
    headers = {"Authorization": factories.SysadminWithToken()["token"]}
    name, resource = portal["acts"]["name"], portal["acts"]["resources"][0]["id"]
    forms = {
        "dataset": app.get(f"/dataset/edit/{name}", headers=headers).body,
        "resource": app.get(f"/dataset/{name}/resource/{resource}/edit", headers=headers).body,
    }
    absent = [
        (each.form, each.field)
        for each in metrics.metrics()
        if each.input and f'id="field-{each.input}"' not in forms[each.form]
    ]
    assert absent == []


def test_the_page_of_an_organisation_ranks_its_datasets(app: Any, portal: dict[str, Any]) -> None:
    name = portal["organization"]["name"]
    page = app.get(f"/el/organization/{name}/quality").body
    assert "Ποιότητα" in page
    assert page.index(portal["budget"]["title"]) > 0
    assert page.index(portal["acts"]["title"]) > 0
    assert f"/organization/{name}/quality" in app.get(f"/el/organization/{name}").body
    assert app.get("/organization/nothing/quality", status=404)


def test_the_rdf_tells_what_was_measured_and_only_that(app: Any, portal: dict[str, Any]) -> None:
    def measured() -> dict[str, int]:
        answer = app.get(f"/dataset/{portal['acts']['id']}.ttl")
        graph = Graph().parse(data=answer.get_data(as_text=True), format="turtle")
        [dataset] = graph.subjects(RDF.type, DCAT.Dataset)
        found = {}
        for node in graph.objects(dataset, DQV.hasQualityMeasurement):
            assert graph.value(node, DQV.computedOn) == dataset
            assert (node, RDF.type, DQV.QualityMeasurement) in graph
            metric = str(graph.value(node, DQV.isMeasurementOf)).removeprefix(str(PV))
            found[metric] = graph.value(node, DQV.value).toPython()
        return found

    so_far = {
        "findabilityScoring": 100,
        "interoperabilityScoring": 110,
        "reusabilityScoring": 75,
        "contextualityScoring": 20,
    }
    assert measured() == so_far
    all_answer(show(id=portal["acts"]["id"]))
    assert measured() == {**so_far, "accessibilityScoring": 100, "scoring": 405}
    for status, points in ((200, 405), (500, 325)):
        all_answer(show(id=portal["acts"]["id"]), status)
        assert show(id=portal["acts"]["id"])["points"] == points
        # The feed keeps what it wrote, and writes it anew when a link answers otherwise.
        feed = Graph().parse(data=app.get("/catalog.ttl").get_data(as_text=True), format="turtle")
        node = URIRef(f"http://test.ckan.net/dataset/{portal['acts']['id']}#scoring")
        assert feed.value(node, DQV.value).toPython() == points


@pytest.mark.ckan_config("ckanext.greekmunicipal.catalog.quality", "false")
def test_the_rdf_is_silent_when_told_so(app: Any, portal: dict[str, Any]) -> None:
    text = app.get(f"/dataset/{portal['acts']['id']}.ttl").get_data(as_text=True)
    assert "QualityMeasurement" not in text
