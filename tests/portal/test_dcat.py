"""What the RDF says of the catalogue, its datasets, distributions, publishers and services."""

from __future__ import annotations

import logging
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import dcat_world as world
import portal_catalogue as catalogue
import pytest
from ckanext.dcat.processors import RDFParser, RDFSerializer
from rdflib import DCAT, DCTERMS, FOAF, ORG, RDF, RDFS, SKOS, Graph, Literal, Namespace, URIRef

from ckanext.greekmunicipal.dcat import agents, catalog, graphs, nodes, options

pytestmark = [pytest.mark.ckan]

DCATAP = Namespace("http://data.europa.eu/r5r/")
SPDX = Namespace("http://spdx.org/rdf/terms#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
PORTAL = URIRef(world.SITE)
GREECE = URIRef(f"{world.EU}/country/GRC")


def iri(dataset: dict[str, Any]) -> URIRef:
    return URIRef(f"{world.SITE}/dataset/{dataset['id']}")


def texts(graph: Graph, subject: Any, predicate: URIRef) -> dict[str | None, str]:
    return {t.language: str(t) for t in graph.objects(subject, predicate) if isinstance(t, Literal)}


def test_a_harvest_source_is_no_dataset_of_the_catalogue(app: Any, tinos: dict[str, Any]) -> None:
    context: Any = catalogue.context()
    with p.use_plugin("ckan_harvester"):
        source = tk.get_action("harvest_source_create")(
            context,
            {
                "name": "source",
                "title": "Πηγή",
                "url": "http://127.0.0.1/nothing",
                "source_type": "ckan",
                "owner_org": tinos["id"],
            },
        )
    shown = tk.get_action("package_show")(context, {"id": source["id"]})
    dataset = catalogue.create(catalogue.acts_dataset(tinos))
    assert world.datasets_of(world.served(app)) == {iri(dataset)}
    assert world.datasets_of(graphs.catalogue([shown, dataset])) == {iri(dataset)}
    serializer = RDFSerializer()
    serializer.graph_from_dataset(shown)
    assert not len(serializer.g)


def test_the_catalogue_of_the_only_municipality_is_its_own(
    app: Any, filled_portal: dict[str, Any]
) -> None:
    graph = world.served(app)
    [portal] = graph.subjects(RDF.type, DCAT.Catalog)
    organization = filled_portal["organization"]
    publisher = URIRef(f"{world.SITE}/organization/{organization['id']}")
    assert graph.value(portal, DCTERMS.publisher) == publisher
    assert texts(graph, publisher, FOAF.name) == {
        "el": "Δήμος Τήνου",
        "en": "Municipality of Tinos",
    }
    assert texts(graph, portal, DCTERMS.title)["en"] == "Open data of the Municipality of Tinos"
    places = set(graph.objects(portal, DCTERMS.spatial))
    assert places == {GREECE, URIRef(organization["geonames"])}
    assert str(graph.value(portal, DCTERMS.issued)).startswith(
        filled_portal["acts"]["metadata_created"][:19]
    )
    [service] = graph.objects(portal, DCAT.service)
    [contact] = graph.objects(service, DCAT.contactPoint)
    assert graph.value(contact, VCARD.hasEmail) == URIRef("mailto:opendata@tinos.gr")


def test_the_publisher_stays_the_same_under_a_new_name_and_title(
    app: Any, filled_portal: dict[str, Any]
) -> None:
    context: Any = catalogue.context()
    tk.get_action("organization_patch")(
        context,
        {
            "id": filled_portal["organization"]["id"],
            "name": "tinos",
            "title_translated": {"el": "Δήμος Τήνου (νέος)"},
        },
    )
    dataset = tk.get_action("package_show")(context, {"id": filled_portal["acts"]["id"]})
    assert dataset["publisher"][0]["name"] == "Δήμος Τήνου"
    graph = graphs.dataset(dataset)
    publisher = URIRef(f"{world.SITE}/organization/{filled_portal['organization']['id']}")
    assert graph.value(iri(dataset), DCTERMS.publisher) == publisher
    assert texts(graph, publisher, FOAF.name)["el"] == "Δήμος Τήνου (νέος)"


def test_the_catalogue_of_several_municipalities_is_that_of_the_portal(
    dcat_world: dict[str, Any],
) -> None:
    graph = graphs.of(catalog.triples())
    publisher = graph.value(PORTAL, DCTERMS.publisher)
    assert publisher == URIRef(f"{world.SITE}/#publisher")
    assert texts(graph, publisher, FOAF.name) == {"el": "Ανοικτά δεδομένα δήμων"}
    assert texts(graph, PORTAL, DCTERMS.title) == {
        "el": "Ανοικτά δεδομένα δήμων",
        "en": "Open data of Greek municipalities",
    }
    assert graph.value(PORTAL, DCAT.themeTaxonomy) == URIRef(f"{world.EU}/data-theme")
    assert {str(each)[-3:] for each in graph.objects(PORTAL, DCTERMS.language)} == {"ELL", "ENG"}
    assert graph.value(PORTAL, DCTERMS.license) == URIRef(f"{world.EU}/licence/CC_BY_4_0")


def test_an_administrator_can_say_what_the_catalogue_says_of_itself(
    dcat_world: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for option, value in {
        options.TITLE_EL: "Δεδομένα Κυκλάδων",
        options.TITLE_EN: "Data of the Cyclades",
        options.DESCRIPTION_EN: "All of them.",
        options.PUBLISHER: "dimos-tinou",
        options.CONTACT_NAME: "Γραφείο",
        options.CONTACT_EMAIL: "office@example.gr",
        options.HOMEPAGE: "https://example.gr/data",
        options.LICENCE: "CC0",
        options.LANGUAGES: ["ELL", "FRA"],
        options.SPATIAL: [str(GREECE), "https://sws.geonames.org/259819/"],
        options.ISSUED: "2026-01-31",
        options.RECORDS: False,
    }.items():
        monkeypatch.setitem(tk.config, option, value)
    graph = graphs.catalogue([dcat_world["acts"]])
    said = {
        FOAF.homepage: URIRef("https://example.gr/data"),
        DCTERMS.license: URIRef(f"{world.EU}/licence/CC0"),
        DCTERMS.publisher: URIRef(f"{world.SITE}/organization/{dcat_world['tinos']['id']}"),
        DCTERMS.issued: nodes.date("2026-01-31"),
    }
    assert {key: graph.value(PORTAL, key) for key in said} == said
    assert texts(graph, PORTAL, DCTERMS.title)["en"] == "Data of the Cyclades"
    assert texts(graph, PORTAL, DCTERMS.description) == {"en": "All of them."}
    assert {str(each)[-3:] for each in graph.objects(PORTAL, DCTERMS.language)} == {"ELL", "FRA"}
    assert URIRef("https://sws.geonames.org/259819/") in set(graph.objects(PORTAL, DCTERMS.spatial))
    assert not list(graph.objects(PORTAL, DCAT.record))
    [contact] = graph.objects(graph.value(PORTAL, DCAT.service), DCAT.contactPoint)
    assert texts(graph, contact, VCARD.fn) == {"el": "Γραφείο"}


def test_a_publisher_that_is_no_organisation_is_told_and_left_out(
    dcat_world: dict[str, Any], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(tk.config, options.PUBLISHER, "nobody")
    # CKAN's own configuration keeps its loggers from those of pytest.
    monkeypatch.setattr(agents, "log", logging.getLogger("heard"))
    graph = graphs.of(catalog.triples())
    assert str(graph.value(PORTAL, DCTERMS.publisher)).endswith("/#publisher")
    assert "'nobody': there is no such organisation" in caplog.text


def test_a_body_publishes_itself_and_belongs_to_its_municipality(
    dcat_world: dict[str, Any],
) -> None:
    graph = graphs.dataset(dcat_world["minimal"])
    body = URIRef(f"{world.SITE}/organization/{dcat_world['body']['id']}")
    municipality = URIRef(f"{world.SITE}/organization/{dcat_world['tinos']['id']}")
    assert graph.value(iri(dcat_world["minimal"]), DCTERMS.publisher) == body
    assert (body, ORG.subOrganizationOf, municipality) in graph
    assert texts(graph, body, FOAF.name)["en"] == "Port Fund of Tinos"
    assert texts(graph, municipality, FOAF.name)["el"] == "Δήμος Τήνου"


def test_another_publisher_than_the_organisation_is_named_as_it_is_written(
    dcat_world: dict[str, Any],
) -> None:
    graph = graphs.dataset(dcat_world["complete"])
    [publisher] = graph.objects(iri(dcat_world["complete"]), DCTERMS.publisher)
    assert publisher == URIRef("https://archive.example.gr/#me")
    assert texts(graph, publisher, FOAF.name) == {"el": "Ιστορικό Αρχείο"}
    assert graph.value(publisher, FOAF.mbox) == URIRef("mailto:info@archive.example.gr")


def test_a_distribution_tells_where_and_how_to_get_it(dcat_world: dict[str, Any]) -> None:
    dataset = dcat_world["complete"]
    graph = graphs.dataset(dataset)
    table = URIRef("https://tinos.example.gr/id/file/1")
    assert (iri(dataset), DCAT.distribution, table) in graph
    said = {
        DCAT.downloadURL: "https://tinos.example.gr/files/(1)/data%20file.csv",
        DCAT.accessURL: "https://tinos.example.gr/files/",
        DCAT.mediaType: "https://www.iana.org/assignments/media-types/text/csv",
        DCTERMS["format"]: f"{world.EU}/file-type/CSV",
        DCTERMS.license: f"{world.EU}/licence/CC_BY_4_0",
        DCATAP.availability: f"{world.EU}/planned-availability/STABLE",
        DCAT.byteSize: "123456",
        DCTERMS.issued: "2021-06-01",
    }
    assert {key: str(graph.value(table, key)) for key in said} == said
    assert texts(graph, table, DCTERMS.title) == {"el": "Πίνακας", "en": "Table"}
    rights = graph.value(table, DCTERMS.rights)
    assert texts(graph, rights, RDFS.label) == {"el": "Με αναφορά του Δήμου Τήνου."}
    checksum = graph.value(table, SPDX.checksum)
    assert str(graph.value(checksum, SPDX.algorithm)).endswith("checksumAlgorithm_sha256")
    assert str(graph.value(checksum, SPDX.checksumValue)).startswith("9f86d081884c7d65")


def test_a_file_without_an_access_page_is_reached_by_its_page_in_the_portal(
    app: Any, dcat_world: dict[str, Any]
) -> None:
    dataset = dcat_world["acts"]
    graph = graphs.dataset(dataset)
    page = f"{world.SITE}/dataset/{dataset['id']}/resource/{dataset['resources'][0]['id']}"
    assert graph.value(URIRef(page), DCAT.accessURL) == URIRef(page)
    assert app.get(page.removeprefix(world.SITE)).status_code == 200


def test_pages_stay_in_the_portal_when_names_have_a_base_of_their_own(
    dcat_world: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(tk.config, "ckanext.dcat.base_uri", "https://id.example.gr/")
    monkeypatch.setitem(tk.config, "ckan.root_path", "/data/{{LANG}}")
    dataset = dcat_world["minimal"]
    graph = graphs.dataset(dataset)
    [named] = world.datasets_of(graph)
    assert str(named) == f"https://id.example.gr/dataset/{dataset['id']}"
    page = graph.value(named, DCAT.landingPage)
    assert str(page) == f"{world.SITE}/data/dataset/{dataset['id']}"


def test_a_table_is_served_by_the_api_and_a_file_is_not(dcat_world: dict[str, Any]) -> None:
    packages = [dcat_world[key] for key in ("acts", "of_body", "valuable")]
    graph = graphs.catalogue(packages)
    api, high_value = (URIRef(f"{world.SITE}/#{key}") for key in ("api", "hvd-api"))
    assert set(graph.objects(PORTAL, DCAT.service)) == {api, high_value}
    assert set(graph.objects(api, DCAT.servesDataset)) == {iri(dcat_world["acts"])}
    assert set(graph.objects(high_value, DCAT.servesDataset)) == {iri(dcat_world["valuable"])}
    for table in graph.objects(iri(dcat_world["acts"]), DCAT.distribution):
        assert graph.value(table, DCAT.accessService) == api
    for file in graph.objects(iri(dcat_world["of_body"]), DCAT.distribution):
        assert graph.value(file, DCAT.accessService) is None
    for file in graph.objects(iri(dcat_world["valuable"]), DCAT.distribution):
        assert graph.value(file, DCAT.accessService) == high_value
    categories = set(graph.objects(high_value, DCATAP.hvdCategory))
    assert categories == {URIRef(world.HVD_GEOSPATIAL), URIRef(world.HVD_MOBILITY)}


def test_the_endpoint_answers(app: Any, dcat_world: dict[str, Any]) -> None:
    graph = graphs.of(catalog.triples())
    service = graph.value(PORTAL, DCAT.service)
    endpoint = str(graph.value(service, DCAT.endpointURL)).removeprefix(world.SITE)
    assert app.get(f"{endpoint}/status_show").json["success"]


def test_a_mirror_tells_what_it_mirrors_and_adds_no_dataset(dcat_world: dict[str, Any]) -> None:
    graph = graphs.catalogue([dcat_world["mirror"]])
    source = URIRef("https://data.gov.gr/dataset/staseis")
    assert (iri(dcat_world["mirror"]), DCTERMS.source, source) in graph
    assert world.datasets_of(graph) == {iri(dcat_world["mirror"])}
    # Whoever harvests the feed with ckanext-dcat's own profile finds one dataset too.
    parser = RDFParser(profiles=["euro_dcat_ap_3"])
    parser.parse(graph.serialize(format="turtle"), "turtle")
    assert [each["uri"] for each in parser.datasets()] == [str(iri(dcat_world["mirror"]))]


def test_a_source_in_this_portal_is_not_described_twice(dcat_world: dict[str, Any]) -> None:
    origin = iri(dcat_world["acts"])
    graph = graphs.dataset({**dcat_world["minimal"], "source": [str(origin)]})
    assert (iri(dcat_world["minimal"]), DCTERMS.relation, origin) in graph
    assert not list(graph.predicate_objects(origin))


def test_an_identifier_that_looks_like_an_address_stays_a_literal(
    dcat_world: dict[str, Any],
) -> None:
    dataset = {**dcat_world["complete"], "conforms_to": ["https://example.gr/standard"]}
    serializer = RDFSerializer()
    reference = serializer.graph_from_dataset(dataset)
    found = list(serializer.g.objects(reference, DCTERMS.identifier))
    assert found == [Literal("https://example.gr/id/42")]


def test_a_field_that_another_extension_adds_is_written_too(dcat_world: dict[str, Any]) -> None:
    dataset = {**dcat_world["acts"], "conforms_to": ["https://example.gr/standard"]}
    dataset["resources"] = [
        {**each, "status": "https://example.gr/ok"} for each in dataset["resources"]
    ]
    serializer = RDFSerializer()
    reference = serializer.graph_from_dataset(dataset)
    standard = URIRef("https://example.gr/standard")
    assert (reference, DCTERMS.conformsTo, standard) in serializer.g
    assert (standard, RDF.type, DCTERMS.Standard) in serializer.g
    assert set(serializer.g.objects(None, URIRef("http://www.w3.org/ns/adms#status")))
    assert set(graphs.dataset(dcat_world["acts"])) <= set(serializer.g)


def test_strange_characters_break_no_serialisation(dcat_world: dict[str, Any]) -> None:
    evil = 'α\x0bβ\x08\ufffe <x> "q" \\ \' {y} ^ ` | \u2028 ]]>'
    dataset = {
        **dcat_world["complete"],
        "title_translated": {"el": evil},
        "tags_translated": {"el": [evil]},
        "version": evil,
        "identifier": evil,
        "publisher": [dict.fromkeys(("name", "url", "email", "type", "uri"), evil)],
        "contact": [{"name": evil, "url": "www.x.gr", "email": "a b@c"}, {}],
        "spatial_coverage": [{"text": evil, "bbox": "{}", "geom": "x"}, {"uri": "http://a b/\x0b"}],
        "temporal_coverage": [{"start": evil}, None],
        "landing_page": ['http://a b/<>"{}|\\^`\n'],
        "source": ["http://a b/\x08"],
    }
    resource = {"url": "ftp://x/ y", "rights": evil, "hash": evil, "size": "12", "license": evil}
    strange = dict.fromkeys(("mimetype", "format", "availability", "name_translated"), evil)
    dataset["resources"] = [{**dataset["resources"][0], **resource, **strange}]
    graph = graphs.dataset(dataset)
    for written, read in (
        ("turtle", "turtle"),
        ("xml", "xml"),
        ("pretty-xml", "xml"),
        ("nt", "nt"),
        ("json-ld", "json-ld"),
    ):
        again = Graph().parse(data=graph.serialize(format=written), format=read)
        assert len(again) == len(graph), written


def test_keywords_have_a_language(dcat_world: dict[str, Any]) -> None:
    graph = graphs.dataset(dcat_world["complete"])
    assert set(graph.objects(iri(dcat_world["complete"]), DCAT.keyword)) == {
        *(Literal(word, lang="el") for word in ("μνημεία", "αρχείο")),
        *(Literal(word, lang="en") for word in ("monuments", "GTFS")),
    }


def test_a_nuts_area_is_told_of_the_place_in_it(dcat_world: dict[str, Any]) -> None:
    graph = graphs.dataset(dcat_world["acts"])
    [place] = graph.objects(iri(dcat_world["acts"]), DCTERMS.spatial)
    assert str(place).startswith("https://sws.geonames.org/")
    area = graph.value(place, DCTERMS.isPartOf)
    assert area == URIRef("http://data.europa.eu/nuts/code/EL422")
    assert texts(graph, area, SKOS.prefLabel)["el"].startswith("Άνδρος")
    assert graph.value(area, DCAT.bbox)


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        (options.LICENCE, "MINE", "is 'MINE': expected a code or IRI of CC0"),
        (options.PUBLISHER_TYPE, "King", "expected the end of an ADMS publisher type"),
        (options.LANGUAGES, ["KLINGON"], "names 'KLINGON'"),
        (options.SPATIAL, ["Greece"], "is 'Greece': expected an address"),
        (options.HOMEPAGE, "www.example.gr", "is 'www.example.gr': expected an address"),
        (options.ISSUED, "31/1/2026", "expected a day as 2026-01-31"),
    ],
)
def test_an_option_that_would_make_the_catalogue_invalid_stops_the_start(
    option: str, value: Any, said: str
) -> None:
    [problem] = options.problems({option: value})
    assert problem.startswith(option)
    assert said in problem
