"""The datasets of a harvest as a catalogue: complete, valid, bound to their source."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import acts_world as world
import ckan.plugins.toolkit as tk
import pytest
from pyshacl import validate
from rdflib import DCAT, DCTERMS, RDF, Graph, Namespace, URIRef

from ckanext.greekmunicipal.harvesters.datasets import site_context
from ckanext.greekmunicipal.harvesters.identity import package_id

pytestmark = [pytest.mark.ckan]

HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
SH = Namespace("http://www.w3.org/ns/shacl#")


def whole_catalogue(app: Any) -> tuple[Graph, int]:
    """All pages of the feed in one graph, and how many there are."""
    graph, address, pages = Graph(), "/catalog.ttl", 0
    while address:
        page = Graph().parse(data=app.get(address).get_data(as_text=True), format="turtle")
        pages += 1
        following = next(page.objects(None, HYDRA.next), None)
        address = str(following).removeprefix(tk.config["ckan.site_url"]) if following else ""
        for paging in set(page.subjects(RDF.type, HYDRA.PagedCollection)):
            page.remove((paging, None, None))
        graph += page
    return graph, pages


def findings(graph: Graph, shapes: Path, *severities: URIRef) -> list[str]:
    """Findings of a shapes file, as readable lines."""
    _, report, _ = validate(graph, shacl_graph=Graph().parse(shapes))
    assert isinstance(report, Graph)
    [whole] = report.subjects(RDF.type, SH.ValidationReport)
    return [
        f"{report.value(r, SH.focusNode)} {report.value(r, SH.resultPath)} "
        f"{report.value(r, SH.value)} {report.value(r, SH.resultMessage)}"
        for r in report.objects(whole, SH.result)
        if report.value(r, SH.resultSeverity) in severities
    ]


@pytest.mark.ckan_config("ckanext.dcat.datasets_per_page", 4)
def test_the_whole_catalogue_of_a_harvest_has_no_violation(
    harvested: Any, app: Any, shared_data: Path
) -> None:
    graph, pages = whole_catalogue(app)
    assert pages == 3
    assert len(set(graph.subjects(RDF.type, DCAT.Dataset))) == len(world.FAMILY_SLUGS)
    folder = shared_data / "shacl" / "dcat-ap-3.0.1"
    for file in ("shapes.ttl", "range.ttl", "deprecateduris.ttl", "shapes_recommended.ttl"):
        assert findings(graph, folder / file, SH.Violation, SH.Warning) == [], file
    code_lists = folder / "mdr-vocabularies.shape.ttl"
    assert findings(graph, code_lists, SH.Violation) == []
    # A municipality is no body of the Union: that is all that the code lists warn of.
    warnings = findings(graph, code_lists, SH.Warning)
    assert [line for line in warnings if ":CorporateBodyRestriction" not in line] == []
    # The shapes do find what is wrong.
    dataset = next(iter(graph.subjects(RDF.type, DCAT.Dataset)))
    graph.remove((dataset, DCTERMS.title, None))
    assert findings(graph, folder / "shapes.ttl", SH.Violation) != []


def test_a_family_is_a_dataset_of_the_municipality_with_all_its_rows(harvested: Any) -> None:
    expected = world.expected(harvested.simulator)
    for family in world.FAMILY_SLUGS:
        dataset = world.dataset(family)
        assert dataset["id"] == package_id(world.UID, family)
        assert dataset["name"] == f"dimos-tinou-{family}"
        assert (dataset["state"], dataset["private"]) == ("active", False)
        assert dataset["organization"]["name"] == "dimos-tinou"
        assert dataset["family"] == family
        issued = sorted(
            row[world.position("acts", "issue_date")] for row in expected[family, "acts"]
        )
        assert dataset["temporal_coverage"] == [
            {"start": issued[0].isoformat(), "end": issued[-1].isoformat()}
        ]
        names = [resource["table"] for resource in dataset["resources"]]
        assert names == (["acts", "lines"] if expected[family, "lines"] else ["acts"])
        for resource in dataset["resources"]:
            assert resource["datastore_active"] is True
            views = tk.get_action("resource_view_list")(site_context(), {"id": resource["id"]})
            assert views
        for language in ("el", "en"):
            assert f"{len(expected[family, 'acts'])}." in dataset["provenance"][language]


def test_the_page_of_the_source_lists_its_datasets_and_counts_no_error(harvested: Any) -> None:
    status = tk.get_action("harvest_source_show_status")(site_context(), {"id": world.source_id()})
    assert status["total_datasets"] == len(world.FAMILY_SLUGS)
    assert status["last_job"]["stats"]["errored"] == 0
    found = tk.get_action("package_search")(
        site_context(), {"fq": f'harvest_source_id:"{world.source_id()}"', "rows": 20}
    )
    assert {each["id"] for each in found["results"]} == {
        package_id(world.UID, family) for family in world.FAMILY_SLUGS
    }


def test_nothing_of_an_answer_stays_in_the_queue_tables(harvested: Any) -> None:
    objects = world.model.Session.query(world.HarvestObject).all()
    assert objects
    assert {each.content for each in objects} == {None}
    assert {len(each.extras) for each in objects} == {0}
