"""ckanext-dcat's own harvester reads our feed into an empty portal, and the datasets are equal."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import ckan.model as model
import ckan.plugins as p
import ckan.plugins.toolkit as tk
import dcat_world as world
import portal_catalogue as catalogue
import pytest
from ckanext.dcat.harvesters import DCATRDFHarvester
from ckanext.harvest.model import HarvestGatherError, HarvestJob, HarvestObject, HarvestObjectError

pytestmark = [pytest.mark.ckan]

TYPES = {"ttl": "text/turtle", "xml": "application/rdf+xml"}

# What a mirror cannot have in common with its origin, and why.
DATASET_BY_NATURE = {
    "id": "an id is the portal's own",
    "name": "a name is made from the title in each portal, since two portals may use it for two",
    "creator_user_id": "who entered it, in each portal",
    "metadata_created": "when it was entered, in each portal",
    "metadata_modified": "when it was changed, in each portal",
    "owner_org": "the organisation that mirrors",
    "organization": "the organisation that mirrors",
    "extras": "the harvester notes which dataset of the source it is (guid)",
    "uri": "a mirror keeps the address that the origin has",
    "harvest_object_id": "of the harvest",
    "harvest_source_id": "of the harvest",
    "harvest_source_title": "of the harvest",
}
RESOURCE_BY_NATURE = {
    "id": "an id is the portal's own",
    "package_id": "an id is the portal's own",
    "created": "when it was entered, in each portal",
    "metadata_modified": "when it was changed, in each portal",
    "last_modified": "when the file of this portal changed; its own date stands in modified",
    "uri": "a mirror keeps the address that the origin has",
    "url_type": "whose the table or file is in this portal",
    "datastore_active": "whether this portal has a table of it",
}
# What the feed tells when a dataset says nothing; a mirror keeps it, so that the answer stays.
TOLD_BY_THE_FEED = {
    "identifier": "the id at the origin",
    "issued": "when it was entered at the origin",
    "modified": "when it was changed at the origin",
    "publisher": "the address of the origin's organisation, which the origin need not store",
}


@pytest.fixture(scope="module")
def kept() -> dict[str, Any]:
    return {}


@pytest.fixture
def origin(with_plugins: None, request: pytest.FixtureRequest, kept: dict[str, Any]) -> Any:
    """Datasets of the world by their IRI, and its feed as it was served."""
    if not kept:
        made = request.getfixturevalue("dcat_world")
        app = request.getfixturevalue("app")
        kept["datasets"] = {
            f"{world.SITE}/dataset/{each['id']}": catalogue_show(each["id"])
            for each in (*made["harvested"], *made["made"].values())
        }
        kept["feeds"] = {}
        for extension in TYPES:
            answer = app.get(f"/catalog.{extension}")
            assert answer.status_code == 200
            kept["feeds"][extension] = answer.get_data()
    return kept


@pytest.fixture
def server(origin: Any) -> Iterator[str]:
    """The feed on a loopback address, as a static file."""

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:  # noqa: N802 - named by the library
            self.respond()

        def do_GET(self) -> None:  # noqa: N802 - named by the library
            self.wfile.write(self.respond())

        def respond(self) -> bytes:
            extension = self.path.rpartition(".")[2]
            self.send_response(200)
            self.send_header("Content-Type", TYPES[extension])
            self.end_headers()
            return origin["feeds"][extension]

        def log_message(self, format: str, *args: Any) -> None:
            pass

    serving = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=serving.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{serving.server_port}"
    serving.shutdown()
    thread.join()
    serving.server_close()


@pytest.mark.parametrize("extension", list(TYPES))
def test_a_dataset_comes_back_as_it_left(
    origin: Any, server: str, extension: str, request: pytest.FixtureRequest
) -> None:
    for empty in ("reset_db", "reset_index"):
        request.getfixturevalue(empty)()
    mirrored = harvest(f"{server}/catalog.{extension}")
    assert set(mirrored) == set(origin["datasets"])
    found = {
        before["title"]: differences(before, mirrored[iri])
        for iri, before in origin["datasets"].items()
    }
    assert {title: fields for title, fields in found.items() if fields} == {}


def harvest(url: str) -> dict[str, dict[str, Any]]:
    """Run ckanext-dcat's harvester; the datasets that it made, by the address at the origin."""
    context: Any = catalogue.context()
    mirror = tk.get_action("organization_create")(context, {"name": "mirror", "title": "Mirror"})
    with p.use_plugin("dcat_rdf_harvester"):
        source = tk.get_action("harvest_source_create")(
            context,
            {
                "name": "feed",
                "title": "Feed",
                "url": url,
                "source_type": "dcat_rdf",
                "owner_org": mirror["id"],
            },
        )
        job = HarvestJob.get(
            tk.get_action("harvest_job_create")(context, {"source_id": source["id"], "run": False})[
                "id"
            ]
        )
        harvester = DCATRDFHarvester()
        for found in harvester.gather_stage(job):
            ticket = HarvestObject.get(found)
            assert harvester.fetch_stage(ticket)
            harvester.import_stage(ticket)
    errors = [
        error.message
        for kind in (HarvestGatherError, HarvestObjectError)
        for error in model.Session.query(kind)
    ]
    assert errors == []
    ids = [row.id for row in model.Session.query(model.Package.id).filter_by(type="dataset")]
    shown = [catalogue_show(each) for each in ids]
    return {each["uri"]: each for each in shown}


def catalogue_show(dataset_id: str) -> dict[str, Any]:
    context: Any = catalogue.context()
    return tk.get_action("package_show")(context, {"id": dataset_id})


def differences(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Fields that differ though nothing explains it: what was and what came back."""
    found = _fields(_comparable(before), _comparable(after), DATASET_BY_NATURE)
    told: dict[str, Any] = {
        "identifier": before["id"],
        "issued": before["metadata_created"] + "+00:00",
        "modified": before["metadata_modified"] + "+00:00",
    }
    [publisher] = before["publisher"]
    if not publisher.get("uri"):
        address = f"{world.SITE}/organization/{before['owner_org']}"
        assert after["publisher"] == [{**publisher, "uri": address}]
        del found["publisher"]
    _take_out_what_was_told(found, before, after, told)
    assert len(before["resources"]) == len(after["resources"])
    for number, (one, other) in enumerate(
        zip(before["resources"], after["resources"], strict=True)
    ):
        of_resource = _fields(_comparable(one), _comparable(other), RESOURCE_BY_NATURE)
        told = {
            "issued": one["created"] + "+00:00",
            "modified": (one["last_modified"] or one["metadata_modified"]) + "+00:00",
        }
        _take_out_what_was_told(of_resource, one, other, told)
        found |= {f"resources/{number}/{field}": pair for field, pair in of_resource.items()}
    return found


def _fields(before: Any, after: Any, by_nature: dict[str, str]) -> dict[str, Any]:
    fields = set(before) | set(after)
    return {
        field: (before.get(field), after.get(field))
        for field in fields - set(by_nature) - {"resources"}
        if before.get(field) != after.get(field)
    }


def _take_out_what_was_told(
    found: dict[str, Any], before: dict[str, Any], after: dict[str, Any], told: dict[str, str]
) -> None:
    for field, value in told.items():
        if field in found and not before.get(field) and after.get(field) == value:
            del found[field]


def _comparable(record: dict[str, Any]) -> dict[str, Any]:
    """A record without blank values, lists of a field in one order, tags by name."""
    return {field: value for field, v in record.items() if (value := _value(field, v))}


def _value(field: str, value: Any) -> Any:
    if field == "tags":
        return sorted(tag["name"] for tag in value)
    if field in ("bbox", "centroid", "geom") and value:
        return json.loads(value)
    if isinstance(value, dict):
        return _comparable(value)
    if isinstance(value, list):
        values = [_value("", each) for each in value]
        return sorted((each for each in values if each), key=str)
    if field == "url" and value:
        return value.replace(" ", "%20")  # an address in RDF has no blanks
    return value or None
