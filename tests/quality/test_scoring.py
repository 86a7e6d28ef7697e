"""Points by the definitions of data.europa.eu."""

from __future__ import annotations

from pathlib import Path

import dcat_samples as samples
import pytest
from rdflib import DCAT, DCTERMS, RDF, SKOS, BNode, Graph, Literal, Namespace, URIRef

from ckanext.greekmunicipal.quality import metrics, scoring

DQV = Namespace("http://www.w3.org/ns/dqv#")
PV = Namespace("https://piveau.eu/ns/voc#")
DATASET, FILE = URIRef(samples.EX + "dataset"), URIRef(samples.EX + "file")
EU = samples.EU


def answering(_: str) -> bool:
    return True


@pytest.fixture
def full() -> Graph:
    return samples.graph_of(samples.FULL)


def points(graph: Graph, answers: scoring.Answers = answering) -> int:
    [found] = scoring.score_all(graph, answers)
    assert found.points == sum(each.points for each in found.measures)
    return found.points


def test_metrics_dimensions_and_points_are_those_of_data_europa_eu(shared_data: Path) -> None:
    said = Graph().parse(shared_data / "mqa" / "piveau-dqv-vocabulary.ttl")
    expected = {}
    for metric in said.subjects(RDF.type, DQV.Metric):
        if metric == PV.score:
            continue
        dimension = str(said.value(metric, DQV.inDimension)).rpartition("#")[2]
        # The vocabulary misspells one of its own dimensions.
        dimension = dimension.replace("reusablity", "reusability")
        absent = said.value(metric, PV.falseScore)
        expected[str(metric).rpartition("#")[2]] = (
            dimension,
            said.value(metric, PV.trueScore).toPython(),
            absent.toPython() if absent is not None else 0,
        )
    assert {
        each.id: (each.dimension, each.points, each.absent) for each in metrics.metrics()
    } == expected
    assert metrics.maximum() == 405
    assert {each.id: each.points for each in metrics.dimensions()} == {
        "findability": 100,
        "accessibility": 100,
        "interoperability": 110,
        "reusability": 75,
        "contextuality": 20,
    }


def test_the_list_of_open_formats_is_that_of_data_europa_eu(shared_data: Path) -> None:
    from ckanext.greekmunicipal.quality import formats

    text = (shared_data / "mqa" / "non_proprietary.csv").read_text(encoding="utf-8")
    listed = {line.partition(",")[0] for line in text.split()}
    assert all(formats.is_non_proprietary(URIRef(each)) for each in listed)
    assert len(listed) == 31 == len(formats._listed("non_proprietary"))


@pytest.mark.parametrize(
    ("sum_", "band"),
    [(405, "excellent"), (351, "excellent"), (350, "good"), (221, "good"), (220, "sufficient")]
    + [(121, "sufficient"), (120, "bad"), (0, "bad"), (-10, "bad")],
)
def test_the_verdict_changes_where_data_europa_eu_draws_the_line(sum_: int, band: str) -> None:
    assert metrics.band(sum_).id == band


def test_a_complete_dataset_with_answering_links_has_405_points(full: Graph) -> None:
    assert points(full) == 405
    [found] = scoring.score_all(full, answering)
    assert found.next_steps == ()
    assert found.up_to == 405


@pytest.mark.parametrize(
    ("node", "predicate", "lost", "metrics_"),
    [
        (DATASET, DCAT.keyword, 30, {"keywordAvailability"}),
        (DATASET, DCAT.theme, 30, {"categoryAvailability"}),
        (DATASET, DCTERMS.spatial, 20, {"spatialAvailability"}),
        (DATASET, DCTERMS.temporal, 20, {"temporalAvailability"}),
        # The shapes ask for an access address too.
        (FILE, DCAT.accessURL, 50 + 30, {"accessUrlStatusCode", "dcatApCompliance"}),
        (FILE, DCAT.downloadURL, 50, {"downloadUrlAvailability", "downloadUrlStatusCode"}),
        (
            FILE,
            DCTERMS["format"],
            25 + 10,
            {"formatAvailability", "formatMediaTypeVocabularyAlignment"},
        ),
        (
            FILE,
            DCAT.mediaType,
            15 + 10,
            {"mediaTypeAvailability", "formatMediaTypeVocabularyAlignment"},
        ),
        (FILE, DCTERMS.license, 30, {"licenceAvailability", "knownLicence"}),
        (
            DATASET,
            DCTERMS.accessRights,
            15,
            {"accessRightsAvailability", "accessRightsVocabularyAlignment"},
        ),
        (DATASET, DCAT.contactPoint, 20, {"contactPointAvailability"}),
        (DATASET, DCTERMS.publisher, 10, {"publisherAvailability"}),
        (FILE, DCTERMS.rights, 5, {"rightsAvailability"}),
        (FILE, DCAT.byteSize, 5, {"byteSizeAvailability"}),
        (DATASET, DCTERMS.modified, 5, {"dateModifiedAvailability"}),
        (DATASET, DCTERMS.title, 30, {"dcatApCompliance"}),
    ],
)
def test_what_is_missing_costs_its_points_and_is_the_next_step(
    full: Graph, node: URIRef, predicate: URIRef, lost: int, metrics_: set[str]
) -> None:
    full.remove((node, predicate, None))
    assert points(full) == 405 - lost
    [found] = scoring.score_all(full, answering)
    assert {each.metric.id for each in found.next_steps} == metrics_
    gains = [each.metric.points - each.points for each in found.next_steps]
    assert gains == sorted(gains, reverse=True)
    assert sum(gains) == lost
    for each in found.next_steps:
        assert each.metric.step_el
        assert each.metric.step_en
        assert each.metric.step_el[-1] == "."


def test_a_date_counts_once_and_in_either_place(full: Graph) -> None:
    full.remove((DATASET, DCTERMS.issued, None))
    assert points(full) == 405
    full.remove((FILE, DCTERMS.issued, None))
    assert points(full) == 400
    full.add((DATASET, DCTERMS.issued, Literal("2025", datatype=URIRef(DCTERMS.W3CDTF))))
    assert points(full) == 405


def test_a_spreadsheet_beside_the_csv_takes_nothing_away(full: Graph) -> None:
    other = URIRef(samples.EX + "a-sheet")
    full.add((DATASET, DCAT.distribution, other))
    full.add((other, RDF.type, DCAT.Distribution))
    full.add((other, DCAT.accessURL, URIRef(samples.EX + "sheet")))
    assert points(full) == 405
    [found] = scoring.score_all(full, answering)
    assert found.distribution == str(FILE)
    assert samples.EX + "sheet" in found.links


def test_the_best_distribution_counts_and_not_the_best_of_each(full: Graph) -> None:
    """An open file without licence and a licensed PDF do not make an open licensed file."""
    other = URIRef(samples.EX + "pdf")
    for predicate, value in full.predicate_objects(FILE):
        full.add((other, predicate, value))
    full.add((DATASET, DCAT.distribution, other))
    full.set((other, DCTERMS["format"], URIRef(f"{EU}/file-type/PDF")))
    full.set((other, DCAT.mediaType, URIRef(f"{samples.IANA}/application/pdf")))
    full.remove((FILE, DCTERMS.license, None))
    full.remove((FILE, DCAT.downloadURL, None))
    # 80 points less on the CSV, 40 less on the PDF.
    assert points(full) == 405 - 40


def test_a_dataset_without_distribution_keeps_its_own_points(full: Graph) -> None:
    full.remove((DATASET, DCAT.distribution, None))
    # 100 found, 30 compliant, 45 of who may use it and who answers for it, two dates.
    assert points(full) == 100 + 30 + 45 + 10
    [found] = scoring.score_all(full, answering)
    assert found.distribution is None


def test_a_link_that_was_not_asked_is_neither_good_nor_bad(full: Graph) -> None:
    [found] = scoring.score_all(full)
    assert (found.points, found.up_to) == (325, 405)
    assert found.next_steps == ()
    told = scoring.as_dict(found)
    measured = told["dimensions"]["accessibility"]["metrics"]["accessUrlStatusCode"]
    assert measured == {"points": None, "of": 50, "value": None}
    assert told["not_checked"] == ["accessUrlStatusCode", "downloadUrlStatusCode"]


def test_a_broken_link_costs_its_points(full: Graph) -> None:
    broken = {samples.EX + "page": False, samples.EX + "file.csv": True}
    assert points(full, broken.get) == 405 - 50
    assert points(full, lambda _: False) == 405 - 80


def test_one_of_two_addresses_that_answers_is_enough(full: Graph) -> None:
    full.add((FILE, DCAT.accessURL, URIRef(samples.EX + "gone")))
    assert points(full, {samples.EX + "gone": False}.get) == 325
    states = {samples.EX + "gone": False, samples.EX + "page": True, samples.EX + "file.csv": True}
    assert points(full, states.get) == 405


@pytest.mark.parametrize(
    ("format_", "media", "aligned", "open_", "machine"),
    [
        (f"{EU}/file-type/CSV", "text/csv", True, True, True),
        (
            f"{EU}/file-type/XLSX",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        )
        + (True, False, True),
        (f"{EU}/file-type/PDF", "application/pdf", True, False, False),
        (f"{EU}/file-type/ZIP", "application/zip", True, True, False),
        (f"{EU}/file-type/NOTHING", "text/csv", False, True, True),
        ("https://example.gr/csv", "text/csv", False, True, True),
        (f"{EU}/file-type/CSV", "csv", False, True, True),
    ],
)
def test_formats_are_judged_by_the_lists(
    full: Graph, format_: str, media: str, aligned: bool, open_: bool, machine: bool
) -> None:
    full.set((FILE, DCTERMS["format"], URIRef(format_)))
    full.set((FILE, DCAT.mediaType, URIRef(f"{samples.IANA}/{media}")))
    [found] = scoring.score_all(full, answering)
    values = {each.metric.id: each.value for each in found.measures}
    assert values["formatMediaTypeVocabularyAlignment"] is aligned
    assert values["formatMediaTypeNonProprietary"] is open_
    assert values["formatMediaTypeMachineInterpretable"] is machine


def test_a_format_as_text_is_there_and_aligned_with_nothing(full: Graph) -> None:
    full.set((FILE, DCTERMS["format"], Literal("CSV")))
    full.set((FILE, DCAT.mediaType, Literal("text/csv")))
    [found] = scoring.score_all(full, answering)
    values = {each.metric.id: each.value for each in found.measures}
    assert values["formatAvailability"]
    assert values["mediaTypeAvailability"]
    assert not values["formatMediaTypeVocabularyAlignment"]
    assert not values["dcatApCompliance"]


def test_an_unknown_licence_and_access_right_are_there_but_not_known(full: Graph) -> None:
    full.set((FILE, DCTERMS.license, URIRef("https://example.gr/licence")))
    full.set((DATASET, DCTERMS.accessRights, BNode()))
    assert points(full) == 405 - 10 - 5


def test_a_blank_keyword_is_none(full: Graph) -> None:
    full.set((DATASET, DCAT.keyword, Literal(" ")))
    assert points(full) == 375


def test_a_catalogue_is_no_dataset_and_each_dataset_is_scored_alone(full: Graph) -> None:
    second, catalogue = URIRef(samples.EX + "second"), URIRef(samples.EX + "catalogue")
    full.add((second, RDF.type, DCAT.Dataset))
    full.add((catalogue, RDF.type, DCAT.Catalog))
    full.add((catalogue, RDF.type, DCAT.Dataset))
    found = {each.dataset: each for each in scoring.score_all(full, answering)}
    assert set(found) == {str(DATASET), str(second)}
    assert found[str(DATASET)].points == 405
    assert found[str(second)].points == 0
    # That a concept lacks its label concerns the dataset that uses it.
    theme = URIRef(f"{EU}/data-theme/ECON")
    full.add((theme, RDF.type, SKOS.Concept))
    assert points_of(full, DATASET) == 375


def points_of(graph: Graph, dataset: URIRef) -> int:
    return scoring.score(graph, dataset, answering).points
