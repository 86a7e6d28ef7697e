"""The catalogue in RDF against the official DCAT-AP 3.0.1 shapes, no message left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import portal_catalogue as catalogue
import pytest
from pyshacl import validate
from rdflib import DCAT, DCTERMS, FOAF, RDF, SKOS, Graph, Literal, Namespace, URIRef

pytestmark = [pytest.mark.ckan]

DCATAP = Namespace("http://data.europa.eu/r5r/")
SPDX = Namespace("http://spdx.org/rdf/terms#")
SH = Namespace("http://www.w3.org/ns/shacl#")
EU = "http://publications.europa.eu/resource/authority"
BASE = ("shapes.ttl",)
RANGES = ("range.ttl",)
CODE_LISTS = ("mdr-vocabularies.shape.ttl",)


def results(graph: Graph, shapes: Path, severity: URIRef = SH.Violation) -> list[str]:
    """Findings of a shapes file with the given severity, as readable lines."""
    _, report, _ = validate(graph, shacl_graph=Graph().parse(shapes))
    assert isinstance(report, Graph)
    # Findings inside a finding (sh:detail) count with the severity of the outer one.
    [whole] = report.subjects(RDF.type, SH.ValidationReport)
    return [
        f"{report.value(r, SH.focusNode)} {report.value(r, SH.resultPath)} "
        f"{report.value(r, SH.value)} {report.value(r, SH.resultMessage)}"
        for r in report.objects(whole, SH.result)
        if report.value(r, SH.resultSeverity) == severity
    ]


def catalogue_graph(app: Any, address: str = "/catalog.ttl") -> Graph:
    answer = app.get(address)
    assert answer.status_code == 200
    return Graph().parse(data=answer.get_data(as_text=True), format="turtle")


@pytest.fixture
def everything(filled_portal: dict[str, Any]) -> dict[str, Any]:
    """The small catalogue with a minimal dataset, a high-value one and a body more."""
    body = tk.get_action("organization_create")(
        catalogue.context(),
        {
            "name": "limeniko-tameio",
            "title_translated": {"el": "Λιμενικό Ταμείο"},
            "parent_body": "dimos-tinou",
        },
    )
    minimal = catalogue.create(
        {"owner_org": body["id"], "title": "Ελάχιστο", "notes": "Τίποτε περισσότερο."}
    )
    valuable = catalogue.create(
        catalogue.acts_dataset(
            filled_portal["organization"],
            title_translated={"el": "Όρια"},
            hvd_category=["http://data.europa.eu/bna/c_ac64a52d"],
            dcat_type=["GEOSPATIAL"],
            identifier="https://example.gr/id/42",
            creator=[{"name": "Τεχνική Υπηρεσία", "url": "https://tinos.example.gr/με κενό"}],
            version="1.2",
            spatial_coverage=[
                {"uri": f"{EU}/place/GRC_ATH", "text": "Αθήνα"},
                {"text": "Χώρα", "centroid": '{"type": "Point", "coordinates": [25.1, 37.5]}'},
            ],
        )
    )
    return {**filled_portal, "body": body, "minimal": minimal, "valuable": valuable}


@pytest.mark.parametrize("file", [*BASE, *RANGES, *CODE_LISTS])
def test_the_whole_catalogue_has_no_violation(
    app: Any, everything: dict[str, Any], shared_data: Path, file: str
) -> None:
    graph = catalogue_graph(app)
    assert len(set(graph.subjects(RDF.type, DCAT.Dataset))) == 4
    assert results(graph, shared_data / "shacl" / "dcat-ap-3.0.1" / file) == []


@pytest.mark.parametrize("file", [*BASE, *RANGES])
@pytest.mark.parametrize("which", ["acts", "budget", "minimal", "valuable"])
def test_each_dataset_by_itself_has_no_violation(
    app: Any, everything: dict[str, Any], shared_data: Path, which: str, file: str
) -> None:
    graph = catalogue_graph(app, f"/dataset/{everything[which]['id']}.ttl")
    assert len(set(graph.subjects(RDF.type, DCAT.Dataset))) == 1
    assert results(graph, shared_data / "shacl" / "dcat-ap-3.0.1" / file) == []


def test_harvested_datasets_have_no_warning_of_the_recommended_shapes(
    app: Any, filled_portal: dict[str, Any], shared_data: Path
) -> None:
    graph = catalogue_graph(app)
    shapes = shared_data / "shacl" / "dcat-ap-3.0.1" / "shapes_recommended.ttl"
    datasets = [f"/dataset/{filled_portal[key]['id']}" for key in ("acts", "budget")]
    found = [
        line for line in results(graph, shapes, SH.Warning) if any(d in line for d in datasets)
    ]
    assert found == []


def test_a_wrong_authority_iri_is_found_by_the_shapes(
    app: Any, filled_portal: dict[str, Any], shared_data: Path
) -> None:
    graph = catalogue_graph(app)
    dataset = next(iter(graph.subjects(RDF.type, DCAT.Dataset)))
    graph.set((dataset, DCTERMS.accrualPeriodicity, URIRef(f"{EU}/frequency/SOMETIMES")))
    assert results(graph, shared_data / "shacl" / "dcat-ap-3.0.1" / "range.ttl")
    assert results(graph, shared_data / "shacl" / "dcat-ap-3.0.1" / "mdr-vocabularies.shape.ttl")


def test_the_catalogue_says_who_publishes_it(app: Any, filled_portal: dict[str, Any]) -> None:
    graph = catalogue_graph(app)
    [portal] = graph.subjects(RDF.type, DCAT.Catalog)
    publisher = graph.value(portal, DCTERMS.publisher)
    assert str(publisher).endswith(f"/organization/{filled_portal['organization']['id']}")
    assert Literal("Δήμος Τήνου", lang="el") in set(graph.objects(publisher, FOAF.name))
    assert {str(code)[-3:] for code in graph.objects(portal, DCTERMS.language)} == {"ELL", "ENG"}
    assert graph.value(portal, DCTERMS.license) == URIRef(f"{EU}/licence/CC_BY_4_0")
    assert graph.value(portal, DCTERMS.issued)
    assert graph.value(portal, DCTERMS.modified)


def test_the_publisher_iri_survives_a_new_name_and_address(
    app: Any, filled_portal: dict[str, Any]
) -> None:
    before = catalogue_graph(app)
    tk.get_action("organization_patch")(
        catalogue.context(),
        {
            "id": filled_portal["organization"]["id"],
            "name": "tinos",
            "title_translated": {"el": "Δήμος Τήνου (νέος)"},
        },
    )
    after = catalogue_graph(app, "/catalog.ttl")
    dataset = URIRef(f"http://test.ckan.net/dataset/{filled_portal['acts']['id']}")
    assert after.value(dataset, DCTERMS.publisher) == before.value(dataset, DCTERMS.publisher)


def test_an_authority_term_is_labelled_in_greek_and_english(
    app: Any, filled_portal: dict[str, Any]
) -> None:
    graph = catalogue_graph(app)
    economy = URIRef(f"{EU}/data-theme/ECON")
    assert (economy, RDF.type, SKOS.Concept) in graph
    assert (economy, SKOS.inScheme, URIRef(f"{EU}/data-theme")) in graph
    assert {label.language for label in graph.objects(economy, SKOS.prefLabel)} == {"el", "en"}


def test_a_distribution_tells_where_and_how_to_get_it(
    app: Any, filled_portal: dict[str, Any]
) -> None:
    graph = catalogue_graph(app)
    dataset = URIRef(f"http://test.ckan.net/dataset/{filled_portal['acts']['id']}")
    [table] = graph.objects(dataset, DCAT.distribution)
    said = {
        DCAT.downloadURL: "https://data.example.gr/datastore/dump/acts?bom=True",
        DCAT.mediaType: "https://www.iana.org/assignments/media-types/text/csv",
        DCTERMS["format"]: f"{EU}/file-type/CSV",
        DCTERMS.license: f"{EU}/licence/CC_BY_4_0",
        DCATAP.availability: f"{EU}/planned-availability/AVAILABLE",
    }
    assert {key: str(graph.value(table, key)) for key in said} == said
    assert graph.value(table, DCAT.accessURL)
    assert graph.value(table, DCTERMS.rights)
    assert graph.value(table, DCAT.byteSize).toPython() == 2048  # type: ignore[union-attr]
    assert {title.language for title in graph.objects(table, DCTERMS.title)} == {"el", "en"}


def test_a_digest_is_told_with_its_algorithm(app: Any, filled_portal: dict[str, Any]) -> None:
    graph = catalogue_graph(app)
    [algorithm] = set(graph.objects(None, SPDX.algorithm))
    assert str(algorithm).endswith("checksumAlgorithm_sha256")


def test_an_identifier_that_looks_like_an_address_stays_a_literal(
    app: Any, everything: dict[str, Any]
) -> None:
    graph = catalogue_graph(app)
    assert Literal("https://example.gr/id/42") in set(graph.objects(None, DCTERMS.identifier))


def test_a_harvest_source_is_no_dataset_of_the_catalogue(app: Any, tinos: dict[str, Any]) -> None:
    with p.use_plugin("ckan_harvester"):
        source = tk.get_action("harvest_source_create")(
            catalogue.context(),
            {
                "name": "source",
                "title": "Πηγή",
                "url": "http://127.0.0.1/nothing",
                "source_type": "ckan",
                "owner_org": tinos["id"],
            },
        )
    catalogue.create(catalogue.acts_dataset(tinos))
    graph = catalogue_graph(app)
    assert len(set(graph.subjects(RDF.type, DCAT.Dataset))) == 1
    alone = catalogue_graph(app, f"/dataset/{source['id']}.ttl")
    assert not set(alone.subjects(RDF.type, DCAT.Dataset))


def test_private_and_deleted_datasets_stay_out(app: Any, tinos: dict[str, Any]) -> None:
    catalogue.create(catalogue.acts_dataset(tinos, private=True))
    gone = catalogue.create(catalogue.acts_dataset(tinos))
    tk.get_action("package_delete")(catalogue.context(), {"id": gone["id"]})
    assert not set(catalogue_graph(app).subjects(RDF.type, DCAT.Dataset))
