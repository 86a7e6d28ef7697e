"""The least that a program must send, and what happens to what it must not."""

from __future__ import annotations

import io
import json
from typing import Any

import ckan.plugins.toolkit as tk
import portal_catalogue as catalogue
import pytest
from werkzeug.datastructures import FileStorage

from ckanext.greekmunicipal.schemas import choices, licences

pytestmark = [pytest.mark.ckan]

EU = "http://publications.europa.eu/resource/authority"
HVD = "http://data.europa.eu/bna/c_ac64a52d"


def show(dataset: dict[str, Any]) -> dict[str, Any]:
    return tk.get_action("package_show")(catalogue.context(), {"id": dataset["id"]})


def minimal(organization: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "title": "Παιδικές χαρές",
        "notes": "Οι παιδικές χαρές του δήμου.",
        "owner_org": organization["id"],
        "theme": ["REGI"],
        "resources": [{"url": "https://example.gr/data/chares.csv"}],
        **more,
    }


def refusal(action: str, data: dict[str, Any]) -> dict[str, Any]:
    with pytest.raises(tk.ValidationError) as refused:
        tk.get_action(action)(catalogue.context(), data)
    return refused.value.error_dict


_portals: dict[str, dict[str, Any]] = {}


@pytest.fixture
def tinos(
    request: pytest.FixtureRequest,
    with_plugins: None,
    reset_db: Any,
    reset_index: Any,
    migrate_db_for: Any,
) -> dict[str, Any]:
    """The municipality of Tinos in a portal that all tests of this module share."""
    module = request.node.getparent(pytest.Module)
    if module.nodeid not in _portals:
        reset_db()
        migrate_db_for("harvest")
        reset_index()
        _portals[module.nodeid] = catalogue.municipality()
        module.addfinalizer(lambda: _portals.pop(module.nodeid))
    return _portals[module.nodeid]


@pytest.fixture
def answer(app: Any, tinos: dict[str, Any]) -> Any:
    """Asks the API as a program does: JSON in, status and JSON out."""
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    token = tk.get_action("api_token_create")(catalogue.context(), {"user": user, "name": "tests"})[
        "token"
    ]

    def ask(action: str, data: Any) -> tuple[int, dict[str, Any]]:
        found = app.post(
            f"/api/action/{action}",
            data=json.dumps(data),
            headers={"Authorization": token, "Content-Type": "application/json"},
        )
        return found.status_code, json.loads(found.body)

    return ask


def test_the_least_that_a_program_sends_makes_a_complete_dataset(tinos: dict[str, Any]) -> None:
    shown = show(catalogue.create(minimal(tinos)))
    resource = shown["resources"][0]
    publisher, contact = shown["publisher"][0], shown["contact"][0]
    assert shown["title_translated"] == {"el": "Παιδικές χαρές"}
    assert shown["notes_translated"] == {"el": "Οι παιδικές χαρές του δήμου."}
    assert shown["theme"] == [f"{EU}/data-theme/REGI"]
    assert shown["municipality"] == "dimos-tinou"
    assert publisher["name"] == contact["name"] == "Δήμος Τήνου"
    assert publisher["identifier"] == tinos["afm"]
    assert publisher["type"] == "http://purl.org/adms/publishertype/LocalAuthority"
    assert publisher["url"] == contact["url"] == tinos["website"]
    own, around = shown["spatial_coverage"]
    assert own["text"] == "Δήμος Τήνου"
    assert json.loads(own["bbox"])["type"] == "Polygon"
    assert around["uri"] == "http://data.europa.eu/nuts/code/EL422"
    assert shown["access_rights"] == f"{EU}/access-right/PUBLIC"
    assert shown["language_options"] == resource["language_options"] == [f"{EU}/language/ELL"]
    law = ["http://data.europa.eu/eli/dir/2019/1024/oj"]
    assert shown["applicable_legislation"] == resource["applicable_legislation"] == law
    assert resource["name_translated"] == {"el": "Παιδικές χαρές"}
    assert (resource["format"], resource["mimetype"]) == ("CSV", "text/csv")
    assert resource["license"] == f"{EU}/licence/CC_BY_4_0"
    assert "CC BY 4.0" in resource["rights"]
    assert resource["availability"] == f"{EU}/planned-availability/AVAILABLE"


def test_a_supervised_body_takes_area_and_municipality_from_above(tinos: dict[str, Any]) -> None:
    body = tk.get_action("organization_create")(
        catalogue.context(),
        {"title_translated": {"el": "Λιμενικό Ταμείο Τήνου"}, "parent_body": tinos["id"]},
    )
    assert body["name"] == "limeniko-tameio-tinou"
    shown = show(catalogue.create(minimal(body)))
    assert shown["municipality"] == "dimos-tinou"
    assert shown["publisher"][0]["name"] == "Λιμενικό Ταμείο Τήνου"
    assert shown["publisher"][0]["type"].endswith("LocalAuthority")
    assert "identifier" not in shown["publisher"][0]
    assert shown["spatial_coverage"][0]["text"] == "Δήμος Τήνου"


def test_one_commitment_brings_its_theme_and_frequency(tinos: dict[str, Any]) -> None:
    shown = show(catalogue.create(minimal(tinos, theme=[], indicator=["budget"])))
    assert shown["theme"] == [f"{EU}/data-theme/ECON"]
    assert shown["frequency"] == f"{EU}/frequency/ANNUAL"
    shown = show(catalogue.create(minimal(tinos, indicator=["budget"], frequency="DAILY")))
    assert shown["theme"] == [f"{EU}/data-theme/REGI"]
    assert shown["frequency"] == f"{EU}/frequency/DAILY"


CONTROLLED = [
    ("theme", ["MONEY"], "ECON"),
    ("frequency", "SOMETIMES", "ANNUAL"),
    ("access_rights", f"{EU}/access-right/OPEN", "PUBLIC"),
    ("dcat_type", ["LIST"], "STATISTICAL"),
    ("hvd_category", ["http://data.europa.eu/bna/nothing"], "c_ac64a52d"),
    ("language_options", ["Greek"], "ELL"),
    ("indicator", ["wishes"], "budget"),
    ("family", "gossip", "payments"),
    ("municipality", "dimos-atlantidos", "dimos-"),
    ("spatial_coverage", [{"uri": "Ατλαντίδα"}], "NUTS"),
]
CONTROLLED_IN_RESOURCE = [
    ("license", "CC_BY_9_9", "CC_BY_4_0"),
    ("availability", "SOON", "AVAILABLE"),
    ("language_options", ["Greek"], "ELL"),
    ("format", "REST Endpoint", "CSV"),
    ("mimetype", "table", "text/csv"),
]


def test_each_unknown_value_is_refused_naming_what_is_accepted(tinos: dict[str, Any]) -> None:
    for field, value, named in CONTROLLED:
        message = str(refusal("package_create", minimal(tinos, **{field: value}))[field])
        assert named in message, field
        first = value[0] if isinstance(value, list) else value
        assert str(first["uri"] if isinstance(first, dict) else first) in message, field
    for field, value, named in CONTROLLED_IN_RESOURCE:
        resource = {"url": "https://example.gr/a.csv", field: value}
        errors = refusal("package_create", minimal(tinos, resources=[resource]))
        message = str(errors["resources"][0][field])
        assert named in message, field
        assert str(value[0] if isinstance(value, list) else value) in message, field


def test_codes_addresses_and_https_are_all_stored_as_the_address(tinos: dict[str, Any]) -> None:
    for sent in (
        "DAILY",
        f"{EU}/frequency/DAILY",
        f"{EU}/frequency/DAILY".replace("http", "https"),
    ):
        shown = show(catalogue.create(minimal(tinos, frequency=sent)))
        assert shown["frequency"] == f"{EU}/frequency/DAILY"


FORMATS: list[tuple[dict[str, str], tuple[str | None, str | None]]] = [
    ({"format": "csv"}, ("CSV", "text/csv")),
    ({"format": f"{EU}/file-type/JSON"}, ("JSON", "application/json")),
    ({"format": "Excel"}, ("XLS", "application/vnd.ms-excel")),
    ({"format": "GeoJSON"}, ("GeoJSON", "application/geo+json")),
    ({"format": "WMS"}, ("WMS", None)),
    (
        {"mimetype": "https://www.iana.org/assignments/media-types/text/csv"},
        ("CSV", "text/csv"),
    ),
    ({"format": "CSV", "mimetype": "text/plain"}, ("CSV", "text/plain")),
    ({"url": "https://example.gr/a/data.ods?x=1.csv"}, ("ODS", None)),
    ({"url": "https://example.gr/service"}, (None, None)),
]


def test_format_and_media_type_follow_from_each_other_or_the_address(
    tinos: dict[str, Any],
) -> None:
    for sent, (name, media_type) in FORMATS:
        resource = {"url": "https://example.gr/service", **sent}
        shown = show(catalogue.create(minimal(tinos, resources=[resource])))["resources"][0]
        assert shown["format"] == (name or ""), sent
        assert media_type is None or shown["mimetype"] == media_type, sent


def test_a_high_value_dataset_takes_open_licences_only(tinos: dict[str, Any]) -> None:
    accepted = {choice.code for choice in licences.for_high_value().all}
    assert {"CC0", "CC_BY_4_0"} <= accepted
    for choice in choices.vocabulary("licence").all:
        resource = {"url": "https://example.gr/a.csv", "license": choice.code}
        data = minimal(tinos, hvd_category=[HVD], resources=[resource])
        if choice.code in accepted:
            assert show(catalogue.create(data))["resources"][0]["license"] == choice.value
        else:
            message = str(refusal("package_create", data)["resources"][0]["license"])
            assert "CC0" in message
            assert "CC_BY_4_0" in message
            assert choice.code in message


def test_a_dataset_with_a_narrow_licence_cannot_become_high_value(tinos: dict[str, Any]) -> None:
    resource = {"url": "https://example.gr/a.csv", "license": "CC_BYNC_4_0"}
    created = catalogue.create(minimal(tinos, resources=[resource]))
    errors = refusal("package_patch", {"id": created["id"], "hvd_category": [HVD]})
    assert "CC_BYNC_4_0" in str(errors["resources"][0]["license"])


def test_each_eu_licence_is_judged(tinos: dict[str, Any]) -> None:
    judged = licences.judged()
    assert set(judged) == {choice.code for choice in choices.vocabulary("licence").all}


def test_an_area_is_chosen_by_its_address(tinos: dict[str, Any]) -> None:
    sent = [
        {"uri": "dimos-syrou-ermoupolis"},
        {"uri": "http://data.europa.eu/nuts/code/EL42"},
        {"uri": f"{EU}/country/GRC"},
        {"uri": "https://sws.geonames.org/264371/", "text": "Αθήνα"},
    ]
    found = show(catalogue.create(minimal(tinos, spatial_coverage=sent)))["spatial_coverage"]
    assert [place.get("text") for place in found] == [
        "Δήμος Σύρου-Ερμούπολης",
        "Νότιο Αιγαίο",
        "Ελλάδα",
        "Αθήνα",
    ]
    assert json.loads(found[0]["bbox"])["type"] == "Polygon"
    assert found[0]["uri"].startswith("https://sws.geonames.org/")


def test_blank_entries_are_not_kept(tinos: dict[str, Any]) -> None:
    blank = {"uri": "", "name": "", "email": ""}
    sent = [blank, {**blank, "name": "Τμήμα Πρασίνου"}, blank]
    assert show(catalogue.create(minimal(tinos, contact=sent)))["contact"] == [
        {"name": "Τμήμα Πρασίνου"}
    ]


# A plain field is refused under the name of the multilingual one.
BESIDE = ("title_translated", "notes_translated", "tags_translated", "extras_validation")

WRONG: list[tuple[str, Any]] = [
    ("title", ["α", "β"]),
    ("title", {"fr": "Titre"}),
    ("title", 5),
    ("title", "α" * 5000),
    ("title", "α\x00β"),
    ("title_translated", "\x00"),
    ("notes", {"el": ["α"]}),
    ("notes", "α" * 200_000),
    ("name", ["a"]),
    ("name", {"a": 1}),
    ("name", "x" * 500),
    ("owner_org", ["a"]),
    ("owner_org", {"id": "a"}),
    ("owner_org", "nobody"),
    ("theme", {"a": 1}),
    ("theme", 7),
    ("theme", [["ECON"]]),
    ("theme", [{"uri": "ECON"}]),
    ("theme", ["ECON", {"uri": "ECON"}]),
    ("frequency", ["DAILY", "WEEKLY"]),
    ("frequency", {"a": 1}),
    ("indicator", {"a": 1}),
    ("indicator", [{"id": "budget"}]),
    ("family", ["payments"]),
    ("municipality", ["dimos-tinou"]),
    ("tags", "a,b"),
    ("tags", ["a", "b"]),
    ("tags", [{"name": ["a"]}]),
    ("tags", [{"name": "α/β"}]),
    ("tags", [{"name": "x" * 500}]),
    ("tags_translated", {"el": "α/β"}),
    ("tags_translated", {"el": [1]}),
    ("tags_translated", {"fr": ["a"]}),
    ("tags_translated", 5),
    ("tag_string", ["a"]),
    ("tag_string", {"a": 1}),
    ("contact", "me"),
    ("contact", ["me"]),
    ("contact", {"name": "me"}),
    ("contact", [{"name": "Τμήμα"}, "me"]),
    ("contact", [{"name": ["me"]}]),
    ("contact", [{"name": {"el": "me"}}]),
    ("contact", [{"name": "x" * 40_000}]),
    ("publisher", [["a"]]),
    ("temporal_coverage", [{"start": "yesterday"}]),
    ("temporal_coverage", [{"start": ["2025"]}]),
    ("temporal_coverage", [{"start": 2025.5}]),
    ("temporal_coverage", "2025"),
    ("spatial_coverage", [{"bbox": "not json"}]),
    ("spatial_coverage", [{"bbox": {"type": "Polygon"}}]),
    ("spatial_coverage", [{"geom": [1, 2]}]),
    ("spatial_coverage", [{"uri": ["a"]}]),
    ("landing_page", ["javascript:alert(1)"]),
    ("landing_page", [{"url": "https://a.gr"}]),
    ("landing_page", ["https://a.gr/" + "x" * 5000]),
    ("landing_page", [f"https://a.gr/{number}" for number in range(5000)]),
    ("landing_page", 5),
    ("applicable_legislation", "["),
    ("applicable_legislation", [1]),
    ("applicable_legislation", {"a": 1}),
    ("identifier", ["a"]),
    ("identifier", {"a": 1}),
    ("identifier", "x" * 40_000),
    ("identifier", "α\x00"),
    ("issued", ["2025"]),
    ("issued", "Τρίτη"),
    ("issued", {"a": 1}),
    ("version", ["1"]),
    ("version", "x" * 40_000),
    ("provenance", [1]),
    ("source", ["nowhere"]),
    ("uri", {"a": 1}),
    ("access_rights", ["PUBLIC"]),
    ("hvd_category", {"a": 1}),
    ("extras", "a"),
    ("extras", ["a"]),
    ("resources", "https://a.gr/a.csv"),
    ("resources", ["https://a.gr/a.csv"]),
    ("resources", {"url": "https://a.gr/a.csv"}),
    ("resources", [{"url": "https://a.gr"}, "b"]),
    ("groups", "a"),
    ("state", ["active"]),
    ("type", ["dataset"]),
]
WRONG_IN_RESOURCE: list[tuple[str, Any]] = [
    ("url", ["https://a.gr"]),
    ("url", {"a": 1}),
    ("url", "α\x00"),
    ("name", ["a"]),
    ("name", "α" * 5000),
    ("name_translated", [1]),
    ("description", {"fr": "a"}),
    ("description_translated", "α" * 200_000),
    ("format", ["CSV"]),
    ("format", {"a": 1}),
    ("mimetype", ["text/csv"]),
    ("mimetype", {"a": 1}),
    ("license", ["CC0"]),
    ("license", {"a": 1}),
    ("rights", ["a"]),
    ("rights", {"a": 1}),
    ("availability", ["AVAILABLE"]),
    ("size", "big"),
    ("size", -1),
    ("size", ["1"]),
    ("size", {"a": 1}),
    ("size", 10**30),
    ("hash", ["a"]),
    ("access_url", "nowhere"),
    ("access_url", ["https://a.gr"]),
    ("download_url", {"a": 1}),
    ("issued", ["a"]),
    ("language_options", 5),
    ("applicable_legislation", [{"a": 1}]),
    ("access_services", "a"),
    ("access_services", ["a"]),
    ("table", ["acts"]),
    ("id", ["a"]),
]


def test_what_is_wrong_is_refused_and_never_breaks_the_portal(
    answer: Any, tinos: dict[str, Any]
) -> None:
    other_than_refused = {}
    for field, value in WRONG:
        data = minimal(tinos, **{field: value})
        status, found = answer("package_create", data)
        if status != 409 or not any(found["error"].get(part) for part in (field, *BESIDE)):
            other_than_refused[field, str(value)[:60]] = status, str(found)[:300]
    for field, value in WRONG_IN_RESOURCE:
        resource = {"url": "https://example.gr/a.csv", field: value}
        status, found = answer("package_create", minimal(tinos, resources=[resource]))
        if status != 409 or not found["error"]["resources"][0]:
            other_than_refused[field, str(value)[:60]] = status, str(found)[:300]
    assert other_than_refused == {}


def test_a_file_tells_format_size_checksum_and_title(tinos: dict[str, Any]) -> None:
    created = catalogue.create(minimal(tinos, resources=[]))
    content = "όνομα;οδός\nΑ;Β\n".encode()
    file = FileStorage(io.BytesIO(content), filename="Παιδικές_χαρές-2025.csv")
    blank = {"format": "", "mimetype": "", "size": "", "hash": "", "name_translated-el": ""}
    added = tk.get_action("resource_create")(
        catalogue.context(), {"package_id": created["id"], "url": "", "upload": file, **blank}
    )
    assert added["name_translated"] == {"el": "Παιδικές χαρές 2025"}
    assert (added["format"], added["mimetype"]) == ("CSV", "text/csv")
    assert added["size"] == len(content)
    assert len(added["hash"]) == 64
    assert added["url_type"] == "upload"
    newer = FileStorage(io.BytesIO(b"[]"), filename="chares.json")
    changed = tk.get_action("resource_update")(catalogue.context(), {**added, "upload": newer})
    assert (changed["format"], changed["mimetype"]) == ("JSON", "application/json")
    assert changed["size"] == 2
    assert changed["hash"] != added["hash"]
    assert changed["name_translated"] == added["name_translated"]
    link = {**changed, "url": "https://example.gr/else.ods", "format": "", "mimetype": ""}
    linked = tk.get_action("resource_update")(catalogue.context(), link)
    assert linked["url"] == "https://example.gr/else.ods"
    assert linked["format"] == "ODS"


NAMES = [
    ("Περιβάλλον και ποιότητα ζωής", "", "perivallon-kai-poiotita-zois"),
    ("Περιβάλλον και ποιότητα ζωής", "", "perivallon-kai-poiotita-zois-2"),
    ("Δήμος Αθηναίων", "__", "dimos-athinaion"),
    ("Ομάδα 2025", "2025", "omada-2025"),
    ("Ανοικτά", "open", "open"),
    ("Open data", "", "open-data"),
]


def test_groups_get_readable_names(tinos: dict[str, Any]) -> None:
    for title, sent, name in NAMES:
        data = {"title": title, **({"name": sent} if sent else {})}
        assert tk.get_action("group_create")(catalogue.context(), data)["name"] == name


def test_organisations_get_readable_names(tinos: dict[str, Any]) -> None:
    made = tk.get_action("organization_create")(
        catalogue.context(), {"title_translated": {"el": "ΔΕΥΑ Σύρου"}, "name": "__"}
    )
    assert made["name"] == "deva-syrou"
