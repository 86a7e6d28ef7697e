"""A catalogue with all that the feed must describe: families, bodies, datasets of every kind."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ckan.plugins.toolkit as tk
import portal_catalogue as catalogue
from pyshacl import validate
from rdflib import DCAT, RDF, Graph, Namespace, URIRef

from ckanext.greekmunicipal import municipalities
from ckanext.greekmunicipal.diavgeia.families import FAMILIES
from ckanext.greekmunicipal.harvesters import acts_datasets, budget_datasets, budget_store
from ckanext.greekmunicipal.harvesters.identity import organization_id

SITE = "http://test.ckan.net"
EU = "http://publications.europa.eu/resource/authority"
HVD_GEOSPATIAL = "http://data.europa.eu/bna/c_ac64a52d"
HVD_MOBILITY = "http://data.europa.eu/bna/c_b79e35eb"
SH = Namespace("http://www.w3.org/ns/shacl#")
AT = dt.datetime(2026, 3, 2, 8, 0, tzinfo=dt.timezone.utc)
FACTS = {
    "acts": 30,
    "lines": 41,
    "withheld": 2,
    "natural": 5,
    "first": dt.date(2024, 1, 8),
    "last": dt.date(2026, 2, 27),
    "changed_at": AT,
    "sizes": {"acts": 2048, "lines": 4096},
}
POLYGON = (
    '{"type": "Polygon", "coordinates": [[[25.1, 37.5], [25.2, 37.5], [25.2, 37.6], [25.1, 37.5]]]}'
)


def build() -> dict[str, Any]:
    """Make the catalogue in an empty portal.

    Returns:
        Organisations and datasets by key; harvested ones under ``harvested`` in a list.
    """
    tinos = _municipality("dimos-tinou")
    kalamaria = _municipality("dimos-kalamarias")
    context: Any = catalogue.context()
    body = tk.get_action("organization_create")(
        context,
        {
            "name": "limeniko-tameio",
            "title_translated": {"el": "Λιμενικό Ταμείο Τήνου", "en": "Port Fund of Tinos"},
            "parent_body": "dimos-tinou",
            "contact_email": "port@tinos.example.gr",
        },
    )
    harvested = [
        *(catalogue.create(dataset) for dataset in _acts(tinos["diavgeia_uid"])),
        catalogue.create(_budget(tinos["diavgeia_uid"])),
        catalogue.create(_budget(kalamaria["diavgeia_uid"])),
    ]
    made = {
        "acts": harvested[0],
        "minimal": catalogue.create(
            {"owner_org": body["id"], "title": "Ελάχιστο", "notes": "Τίποτε περισσότερο."}
        ),
        "of_body": catalogue.create(of_body(body)),
        "complete": catalogue.create(complete(tinos)),
        "mirror": catalogue.create(mirror(kalamaria)),
        "valuable": catalogue.create(valuable(tinos)),
        "valuable_file": catalogue.create(valuable_file(tinos)),
    }
    hidden = {
        "private": catalogue.create({**of_body(body), "title": "Κρυφό", "private": True}),
        "deleted": catalogue.create({**of_body(body), "title": "Σβησμένο"}),
    }
    context = catalogue.context()
    tk.get_action("package_delete")(context, {"id": hidden["deleted"]["id"]})
    return {"tinos": tinos, "body": body, **made, **hidden, "harvested": harvested, "made": made}


def of_body(body: dict[str, Any]) -> dict[str, Any]:
    """A dataset as a body of a municipality fills it in, with a file."""
    return {
        "owner_org": body["id"],
        "title_translated": {"el": "Θέσεις ελλιμενισμού", "en": "Berths"},
        "notes_translated": {"el": "Θέσεις ανά προβλήτα.", "en": "Berths by pier."},
        "theme": ["TRAN"],
        "tags": [{"name": "λιμάνι"}, {"name": "GTFS"}],
        "frequency": "ANNUAL",
        "temporal_coverage": [{"start": "2026"}],
        "spatial_coverage": [{"uri": f"{EU}/place/GRC_ATH"}],
        "resources": [
            {
                "name_translated": {"el": "Θέσεις", "en": "Berths"},
                "url": "https://port.example.gr/berths.geojson",
                "format": "GeoJSON",
            }
        ],
    }


def complete(owner: dict[str, Any]) -> dict[str, Any]:
    """A dataset with every field of the schema."""
    agent = {
        "uri": "https://archive.example.gr/#me",
        "name": "Ιστορικό Αρχείο",
        "email": "info@archive.example.gr",
        "url": "https://archive.example.gr/",
        "type": "http://purl.org/adms/publishertype/NonProfitOrganisation",
        "identifier": "ARCHIVE-1",
        "description": "Φορέας διαφύλαξης.",
    }
    return {
        "owner_org": owner["id"],
        "name": "ta-panta",
        "title_translated": {
            "el": "Τα πάντα «όλα» & <b>κάτι</b></script><script>alert(1)</script>",
            "en": 'All "of" it & <b>more</b>',
        },
        "notes_translated": {"el": "Πρώτη γραμμή.\n\n- σημείο", "en": "First line.\n\n- point"},
        "tags_translated": {"el": ["μνημεία", "αρχείο"], "en": ["monuments", "GTFS"]},
        "theme": ["EDUC", "GOVE"],
        "municipality": "dimos-tinou",
        "family": "other",
        "indicator": ["culture", "decisions"],
        "frequency": "QUARTERLY",
        "language_options": ["ELL", "ENG"],
        "access_rights": "PUBLIC",
        "dcat_type": ["GEOSPATIAL", "STATISTICAL"],
        "applicable_legislation": [
            "http://data.europa.eu/eli/dir/2019/1024/oj",
            "urn:lex:gr:nomos:2020;4727",
        ],
        "landing_page": [
            "https://tinos.example.gr/σελίδα",
            "https://tinos.example.gr/more?a=1&b=2",
        ],
        "contact": [
            {"name": "Γραφείο Διαφάνειας", "email": "diafaneia@tinos.example.gr"},
            {
                "uri": "https://tinos.example.gr/contact#us",
                "name": "Help desk",
                "url": "https://tinos.example.gr/contact",
            },
        ],
        "publisher": [agent],
        "creator": [{**agent, "uri": "https://maker.example.gr/#me"}, {"name": "Τεχνική Υπηρεσία"}],
        "temporal_coverage": [
            {"start": "2019-01-01", "end": "2020-12-31"},
            {"start": "2022-05", "end": "2023"},
            {"start": "2025-03-01"},
        ],
        "spatial_coverage": [
            {"text": "Χώρα", "centroid": '{"type": "Point", "coordinates": [25.1641234, 37.54]}'},
            {
                "uri": "https://place.example.gr/1",
                "text": "Πύργος",
                "geom": POLYGON,
                "bbox": POLYGON,
            },
            {"uri": "https://sws.geonames.org/253394/", "text": "Τήνος"},
            {"uri": "http://data.europa.eu/nuts/code/EL422"},
        ],
        "identifier": "https://example.gr/id/42",
        "issued": "2021-06-01",
        "modified": "2026-01-15T10:30:00",
        "version": "1.2",
        "provenance": {"el": "Από το μητρώο.", "en": "From the register."},
        "source": ["https://registry.example.gr/dataset/7"],
        "resources": [
            {
                "name_translated": {"el": "Πίνακας", "en": "Table"},
                "description_translated": {"el": "Όλες οι γραμμές.", "en": "All rows."},
                "url": "https://tinos.example.gr/files/(1)/data file.csv",
                "uri": "https://tinos.example.gr/id/file/1",
                "access_url": "https://tinos.example.gr/files/",
                "format": "CSV",
                "mimetype": "text/csv",
                "license": "CC_BY_4_0",
                "rights": "Με αναφορά του Δήμου Τήνου.",
                "availability": "STABLE",
                "language_options": ["ELL", "ENG"],
                "size": 123456,
                "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "issued": "2021-06-01",
                "modified": "2026-01-15",
                "applicable_legislation": ["http://data.europa.eu/eli/dir/2019/1024/oj"],
                "table": "acts",
            },
            {
                "name_translated": {"el": "Γράφος"},
                "url": "https://tinos.example.gr/all.ttl",
                "format": "Turtle",
                "license": "CC0",
                "size": 0,
            },
            {
                "name_translated": {"el": "Σπάνια μορφή"},
                "url": "https://tinos.example.gr/thing.mxd",
                "download_url": "https://tinos.example.gr/thing.mxd?download",
                "format": "MXD",
            },
        ],
    }


def mirror(owner: dict[str, Any]) -> dict[str, Any]:
    """A dataset that another portal publishes."""
    return {
        **of_body(owner),
        "title_translated": {"el": "Στάσεις λεωφορείων"},
        "source": ["https://data.gov.gr/dataset/staseis"],
    }


def valuable(owner: dict[str, Any]) -> dict[str, Any]:
    """A dataset of high value with a table, which mirrors another."""
    return {
        **of_body(owner),
        "title_translated": {"el": "Όρια οικισμών", "en": "Bounds of settlements"},
        "hvd_category": [HVD_GEOSPATIAL, HVD_MOBILITY],
        "source": ["https://geodata.example.gr/oria"],
        "resources": [
            {
                "name_translated": {"el": "Όρια", "en": "Bounds"},
                "url": f"{SITE}/datastore/dump/bounds",
                "format": "CSV",
                "datastore_active": True,
            },
            {
                "name_translated": {"el": "Χάρτης"},
                "url": "https://tinos.example.gr/bounds.gpkg",
                "format": "GPKG",
            },
        ],
    }


def valuable_file(owner: dict[str, Any]) -> dict[str, Any]:
    """A dataset of high value with nothing but a file."""
    return {
        **of_body(owner),
        "title_translated": {"el": "Κτίρια", "en": "Buildings"},
        "hvd_category": [HVD_GEOSPATIAL],
    }


def results(graph: Graph, shapes: Any, severity: URIRef = SH.Violation) -> list[str]:
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


def served(app: Any, address: str = "/catalog.ttl") -> Graph:
    """A graph as the portal serves it."""
    answer = app.get(address)
    assert answer.status_code == 200
    return Graph().parse(data=answer.get_data(as_text=True), format="turtle")


def datasets_of(graph: Graph) -> set[Any]:
    """The datasets of a graph."""
    return set(graph.subjects(RDF.type, DCAT.Dataset))


def _municipality(slug: str) -> dict[str, Any]:
    uid = municipalities.by_slug(slug).diavgeia_uid
    return catalogue.municipality(
        slug, id=organization_id(uid), contact_email=f"opendata@{slug}.example.gr"
    )


def _acts(uid: str) -> list[dict[str, Any]]:
    """What the harvester of Diavgeia would publish of a municipality: all families."""
    return [
        acts_datasets.dataset_of(
            uid, family.slug, with_lines=family.slug in ("payments", "awards"), facts=FACTS
        )
        for family in FAMILIES
    ]


def _budget(uid: str) -> dict[str, Any]:
    """What the harvester of budgets would publish of it."""
    report = {
        "read": {"files": 1, "rows": 9, "lines": 8},
        "skipped": {"subtotals": 1, "headers": 0, "blank": 0, "notes": 0, "not_understood": 0},
        "masked": {"labels_withheld": 0, "services_withheld": 0},
        "checked": {"warnings": 0, "notes": 0},
        "files": [{"file": "budget.csv", "sha256": "9f86d081"}],
    }
    facts = budget_store.Facts(
        lines=8,
        years=(2023, 2024, 2026),
        has_execution=True,
        size=900,
        changed_at=AT,
        reports=(report,),
        fingerprints={},
    )
    return budget_datasets.dataset_of(uid, facts)
