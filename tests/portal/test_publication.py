"""No table becomes public before it was looked into, whichever way it takes."""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.ckan

PERSON = "Παπαδόπουλος Γεώργιος"
AFM = "123456783"
PERSONS = f"Α/Α;Ονοματεπώνυμο;ΑΦΜ\n1;{PERSON};{AFM}\n".encode()
OTHER_PERSONS = "Α/Α;Ονοματεπώνυμο;ΑΦΜ\n1;Ιωαννίδου Μαρία;159265350\n".encode()
PLAIN = "Κωδικός;Ποσό\n1;20\n".encode()
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"
REASON = "Δημόσιοι λειτουργοί, απόφαση ΔΣ 12/2025"
numbers = itertools.count()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def upload(content: bytes, name: str = "pinakas.csv") -> Any:
    from werkzeug.datastructures import FileStorage

    return FileStorage(io.BytesIO(content), filename=name, name="upload")


def confirming(content: bytes) -> dict[str, Any]:
    return {"personal_data_confirmed": sha256(content), "personal_data_reason": REASON}


@pytest.fixture(scope="module")
def stash() -> dict[str, Any]:
    return {}


@pytest.fixture
def office(with_plugins: None, stash: dict[str, Any], request: Any, tmp_path_factory: Any) -> Any:
    """A municipality and its editor, once for all tests of the module; they make their own datasets."""
    from ckan import model
    from ckan.tests import factories

    if not stash or model.Group.get(stash["organization"]["id"]) is None:
        request.getfixturevalue("clean_db")
        request.getfixturevalue("clean_index")
        import portal_catalogue as catalogue

        from ckanext.greekmunicipal import datastore

        with datastore.transaction() as cursor:
            cursor.execute(
                "TRUNCATE greekmunicipal.scanned_file, greekmunicipal.scanned_link,"
                " greekmunicipal.scanned_resource, greekmunicipal.personal_data_confirmation"
            )
        editor = factories.User()
        organization = catalogue.municipality(
            users=[{"name": editor["name"], "capacity": "editor"}]
        )
        stash.update(organization=organization, editor=editor)
    return stash


@pytest.fixture
def act(office: dict[str, Any], ckan_config: Any, tmp_path: Path, monkeypatch: Any) -> Callable:
    """Call an action as the editor, with all checks."""
    import ckan.plugins.toolkit as tk

    monkeypatch.setitem(ckan_config, "ckan.storage_path", str(tmp_path))

    def call(action: str, **data: Any) -> Any:
        context = {"user": office["editor"]["name"], "ignore_auth": False}
        return tk.get_action(action)(context, data)

    return call


@pytest.fixture
def dataset(office: dict[str, Any], act: Callable) -> Callable:
    def make(**more: Any) -> dict[str, Any]:
        title = f"Σύνολο {next(numbers)}"
        return act(
            "package_create",
            **{
                "owner_org": office["organization"]["id"],
                "title_translated": {"el": title, "en": title},
                "notes_translated": {"el": "Περιγραφή.", "en": "Notes."},
                **more,
            },
        )

    return make


@pytest.fixture
def refused() -> Callable:
    """Call something that must be refused for personal data; gives the errors."""
    import ckan.plugins.toolkit as tk

    def call(function: Callable, *given: Any, **data: Any) -> Any:
        with pytest.raises(tk.ValidationError) as raised:
            function(*given, **data)
        shown = json.dumps(raised.value.error_dict, ensure_ascii=False, default=str)
        assert "personal_data_confirmed" in shown
        assert not any(part in shown for part in (*PERSON.split(), AFM))
        return raised.value.error_dict

    return call


def stored_files(tmp_path: Path) -> list[bytes]:
    return [path.read_bytes() for path in tmp_path.rglob("resources/**/*") if path.is_file()]


def confirmations(act: Callable, package: dict[str, Any]) -> list[dict[str, Any]]:
    shown = act("greekmunicipal_personal_data_show", id=package["id"])
    return [each for resource in shown for each in resource["confirmations"]]


def test_a_table_without_persons_is_published_and_remembered_as_clean(dataset, act):
    package = dataset()
    act("resource_create", package_id=package["id"], upload=upload(PLAIN), url="a.csv")
    (shown,) = act("greekmunicipal_personal_data_show", id=package["id"])
    assert (shown["state"], shown["source"]) == ("clean", "upload")
    assert shown["sha256"] == sha256(PLAIN)


def test_a_new_file_with_persons_is_refused_and_nothing_of_it_is_stored(
    dataset, act, refused, tmp_path
):
    package = dataset()
    errors = refused(
        act, "resource_create", package_id=package["id"], upload=upload(PERSONS), url="a.csv"
    )
    (message,) = errors["personal_data_confirmed"]
    (findings,) = errors["personal_data_findings"]
    assert "B2" in message
    assert sha256(PERSONS) in message
    assert findings["counts"] == {"afm": 1, "name": 1}
    assert findings["findings"][0]["cells"][0]["address"] == "B2"
    assert act("package_show", id=package["id"])["resources"] == []
    assert stored_files(tmp_path) == []


def test_a_confirmation_with_its_reason_publishes_and_is_recorded(dataset, act, office, tmp_path):
    package = dataset()
    resource = act(
        "resource_create",
        package_id=package["id"],
        upload=upload(PERSONS),
        url="a.csv",
        **confirming(PERSONS),
    )
    assert stored_files(tmp_path) == [PERSONS]
    (shown,) = act("greekmunicipal_personal_data_show", id=package["id"])
    assert (shown["resource_id"], shown["state"]) == (resource["id"], "found")
    (recorded,) = shown["confirmations"]
    assert recorded["user_id"] == office["editor"]["id"]
    assert recorded["reason"] == REASON
    assert recorded["sha256"] == sha256(PERSONS)
    assert recorded["counts"] == {"afm": 1, "name": 1}
    assert recorded["confirmed_at"]
    assert not any("personal_data" in field for field in resource)


@pytest.mark.parametrize(
    "sent",
    [
        {"personal_data_confirmed": sha256(PERSONS)},
        {"personal_data_confirmed": sha256(PERSONS), "personal_data_reason": "  "},
        {"personal_data_confirmed": "true", "personal_data_reason": REASON},
        {"personal_data_confirmed": sha256(OTHER_PERSONS), "personal_data_reason": REASON},
    ],
    ids=["no reason", "blank reason", "no digest", "digest of another file"],
)
def test_a_confirmation_needs_a_reason_and_the_digest_of_the_file(dataset, act, refused, sent):
    package = dataset()
    refused(
        act,
        "resource_create",
        package_id=package["id"],
        upload=upload(PERSONS),
        url="a.csv",
        **sent,
    )
    assert confirmations(act, package) == []


@pytest.fixture
def with_file(dataset, act) -> Callable:
    def make(content: bytes = PLAIN, **more: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        package = dataset(**more)
        resource = act(
            "resource_create", package_id=package["id"], upload=upload(content), url="a.csv"
        )
        return act("package_show", id=package["id"]), resource

    return make


@pytest.mark.parametrize("action", ["resource_update", "resource_patch"])
def test_a_file_that_is_replaced_is_looked_into(with_file, act, refused, action, tmp_path):
    package, resource = with_file()
    sent = {"id": resource["id"], "url": "a.csv", "package_id": package["id"]}
    refused(act, action, **sent, upload=upload(PERSONS))
    assert stored_files(tmp_path) == [PLAIN]

    act(action, **sent, upload=upload(PERSONS), **confirming(PERSONS))
    assert stored_files(tmp_path) == [PERSONS]
    assert len(confirmations(act, package)) == 1


def test_a_changed_file_needs_a_new_confirmation(with_file, act, refused):
    package, resource = with_file()
    sent = {"id": resource["id"], "url": "a.csv"}
    act("resource_update", **sent, upload=upload(PERSONS), **confirming(PERSONS))
    refused(act, "resource_update", **sent, upload=upload(OTHER_PERSONS), **confirming(PERSONS))
    act("resource_update", **sent, upload=upload(PERSONS))  # the same file again
    assert len(confirmations(act, package)) == 1


def test_an_unchanged_file_is_not_scanned_again(with_file, act, monkeypatch):
    from ckanext.greekmunicipal.publication import looking

    package, resource = with_file(PLAIN + b"2;30\n")

    def again(*_given: Any, **_named: Any) -> None:
        raise AssertionError("scanned again")

    monkeypatch.setattr(looking, "scan_guarded", again)
    act("package_patch", id=package["id"], notes_translated={"el": "Άλλη.", "en": "Other."})
    act("resource_patch", id=resource["id"], name_translated={"el": "Τίτλος"})
    act("resource_update", id=resource["id"], url="a.csv", upload=upload(PLAIN + b"2;30\n"))


def test_a_dataset_that_is_sent_whole_is_looked_into(with_file, act, refused):
    package, _resource = with_file()
    package["resources"].append({"url": "b.csv", "upload": upload(PERSONS)})
    errors = refused(act, "package_update", **package)
    assert errors["resources"][0] == {}
    assert errors["resources"][1]["personal_data_findings"]


def test_a_revision_is_looked_into(with_file, act, refused):
    package, resource = with_file()
    sent = {
        "match": {"id": package["id"]},
        f"update__resources__{resource['id'][:8]}__upload": upload(PERSONS),
    }
    refused(act, "package_revise", **sent)
    sent[f"update__resources__{resource['id'][:8]}__upload"] = upload(PERSONS)
    confirmed = {
        f"update__resources__{resource['id'][:8]}__{name}": value
        for name, value in confirming(PERSONS).items()
    }
    act("package_revise", **sent, **confirmed)
    assert len(confirmations(act, package)) == 1


def test_a_draft_is_looked_into_since_one_click_publishes_it(dataset, act, refused):
    package = dataset(state="draft")
    refused(act, "resource_create", package_id=package["id"], upload=upload(PERSONS), url="a.csv")


def test_a_private_dataset_may_hold_persons_until_it_becomes_public(with_file, act, refused):
    package, _resource = with_file(PERSONS, private=True)
    refused(act, "package_patch", id=package["id"], private=False)
    assert act("package_show", id=package["id"])["private"] is True
    refused(act, "package_update", **{**package, "private": False})
    refused(
        act,
        "package_revise",
        match={"id": package["id"]},
        update={"private": False},
    )

    act("package_patch", id=package["id"], private=False, **confirming(PERSONS))
    assert act("package_show", id=package["id"])["private"] is False
    assert len(confirmations(act, package)) == 1


def test_a_deleted_dataset_that_comes_back_is_looked_into(with_file, act, refused):
    package, resource = with_file(PERSONS, private=True)
    act("package_delete", id=package["id"])
    refused(act, "package_patch", id=package["id"], private=False, state="active")


def test_many_datasets_are_made_public_only_if_all_may(with_file, act, refused, office):
    from ckan import model

    admin = office["organization"]["id"]
    persons, _ = with_file(PERSONS, private=True)
    plain, _ = with_file(PLAIN, private=True)
    ids = [persons["id"], plain["id"]]
    import ckan.plugins.toolkit as tk

    def publish(**more: Any) -> Any:
        user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
        return tk.get_action("bulk_update_public")(
            {"user": user, "ignore_auth": True}, {"datasets": list(ids), "org_id": admin, **more}
        )

    refused(publish)
    assert model.Package.get(plain["id"]).private
    publish(**confirming(PERSONS))
    model.Session.expire_all()
    assert not model.Package.get(plain["id"]).private
    assert not model.Package.get(persons["id"]).private


def test_who_may_not_edit_learns_nothing_and_starts_no_scan(dataset, with_file, act, monkeypatch):
    import ckan.plugins.toolkit as tk
    from ckan.tests import factories

    from ckanext.greekmunicipal.publication import gate

    package, resource = with_file()
    stranger = {"user": factories.User()["name"], "ignore_auth": False}

    def looked(*_given: Any) -> None:
        raise AssertionError("looked into")

    monkeypatch.setattr(gate, "look_into", looked)
    for action, data in (
        ("resource_create", {"package_id": package["id"], "upload": upload(PERSONS)}),
        ("resource_update", {"id": resource["id"], "upload": upload(PERSONS)}),
        ("package_create", {"name": "x-y", "resources": [{"url": "https://example.org/a.csv"}]}),
        ("greekmunicipal_personal_data_show", {"id": package["id"]}),
    ):
        with pytest.raises(tk.NotAuthorized):
            tk.get_action(action)(dict(stranger), data)


def test_a_document_is_published_and_never_called_clean(with_file, act):
    package, _resource = with_file(PDF)
    (shown,) = act("greekmunicipal_personal_data_show", id=package["id"])
    assert shown["state"] == "not-scanned"
    assert "PDF" in shown["report"]["not_scanned"][0]


def test_a_table_that_cannot_be_read_needs_a_confirmation(dataset, act, refused):
    broken = b'[{"a": 1}, {"b":'
    package = dataset()
    sent = {"package_id": package["id"], "url": "a.json"}
    refused(act, "resource_create", **sent, upload=upload(broken, "a.json"))
    act("resource_create", **sent, upload=upload(broken, "a.json"), **confirming(broken))


def test_a_confirmation_of_what_was_not_published_after_all_is_not_kept(dataset, act):
    import ckan.plugins.toolkit as tk

    from ckanext.greekmunicipal import datastore

    package = dataset()
    content = PERSONS + b"9;x;y\n"
    with pytest.raises(tk.ValidationError):
        act(
            "resource_create",
            package_id=package["id"],
            upload=upload(content),
            license="no-such-licence",
            **confirming(content),
        )
    with datastore.transaction() as cursor:
        cursor.execute(
            "SELECT count(*) FROM greekmunicipal.personal_data_confirmation WHERE sha256 = %s",
            (sha256(content),),
        )
        assert cursor.fetchone() == (0,)


def test_a_file_that_an_older_ckan_took_out_of_the_resource_is_looked_into(
    with_file, office, refused
):
    import ckan.plugins.toolkit as tk

    from ckanext.greekmunicipal.logic import publication

    package, resource = with_file()
    context = {"user": office["editor"]["name"], "ignore_auth": False}
    publication.resource_update(
        lambda carrying, _data: context.update(carrying),
        context,
        {"id": resource["id"], "upload": upload(PERSONS)},
    )
    package["resources"][0].update(url="b.csv", url_type="upload")
    refused(tk.get_action("package_update"), context, package)


def test_a_file_that_is_stored_out_of_reach_needs_a_confirmation(
    with_file, act, refused, monkeypatch
):
    import ckan.lib.uploader as uploader

    package, _resource = with_file(private=True)

    class Elsewhere:
        def __init__(self, _resource: Any) -> None:
            pass

        def upload(self, *_given: Any) -> None:
            pass

    monkeypatch.setattr(uploader, "get_resource_uploader", Elsewhere)
    errors = refused(act, "package_patch", id=package["id"], private=False)
    (found,) = errors["resources"][0]["personal_data_findings"]
    assert found["state"] == "unreadable"


def test_a_file_in_a_storage_of_ckan_is_looked_into(with_file, act, refused, monkeypatch, tmp_path):
    from ckan.lib import files

    storage = files.make_storage(
        "scanned", {"type": "ckan:fs", "path": str(tmp_path / "fk"), "initialize": True}
    )
    monkeypatch.setattr(files, "get_storage", lambda *_given: storage)
    package, _resource = with_file(PERSONS, private=True)
    assert any(
        path.read_bytes() == PERSONS for path in (tmp_path / "fk").rglob("*") if path.is_file()
    )
    refused(act, "package_patch", id=package["id"], private=False)


def test_a_confirmation_without_its_file_publishes_nothing(dataset, act):
    import ckan.plugins.toolkit as tk

    package = dataset()
    with pytest.raises(tk.ValidationError, match="choose the file again"):
        act("resource_create", package_id=package["id"], name="x", **confirming(PERSONS))
    assert act("package_show", id=package["id"])["resources"] == []


def test_the_command_looks_into_what_was_public_before(with_file, act):
    from click.testing import CliRunner

    from ckanext.greekmunicipal import datastore
    from ckanext.greekmunicipal.cli import greekmunicipal

    package, resource = with_file()
    act(
        "resource_update",
        id=resource["id"],
        url="a.csv",
        upload=upload(PERSONS),
        **confirming(PERSONS),
    )
    with datastore.transaction() as cursor:
        cursor.execute("TRUNCATE greekmunicipal.scanned_resource")
        cursor.execute("TRUNCATE greekmunicipal.personal_data_confirmation")
    dry = CliRunner().invoke(greekmunicipal, ["scan", "--dry-run"])
    assert f"{package['name']}: upload" in dry.output
    assert act("greekmunicipal_personal_data_show", id=package["id"]) == []

    done = CliRunner().invoke(greekmunicipal, ["scan"])
    assert done.exit_code == 1
    assert f"{package['name']}: pinakas.csv: found afm 1, name 1" in done.output
    assert AFM not in done.output
    (shown,) = act("greekmunicipal_personal_data_show", id=package["id"])
    assert shown["state"] == "found"


# Pages


@pytest.fixture
def browse(app: Any, office: dict[str, Any], act: Callable) -> Callable:
    """Send a form as an administrator of the organisation."""
    import ckan.plugins.toolkit as tk
    from ckan.tests import factories

    user = factories.UserWithToken()
    site = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    tk.get_action("organization_member_create")(
        {"user": site, "ignore_auth": True},
        {"id": office["organization"]["id"], "username": user["name"], "role": "admin"},
    )

    def send(address: str, data: dict[str, Any]) -> str:
        return app.post(address, data=data, headers={"Authorization": user["token"]}).body

    return send


def test_the_form_of_a_dataset_shows_what_keeps_it_private(with_file, browse, act):
    package, _resource = with_file(PERSONS, private=True)
    sent = {
        "title_translated-el": package["title"],
        "notes_translated-el": "Περιγραφή.",
        "owner_org": package["owner_org"],
        "name": package["name"],
        "private": "False",
        "save": "",
    }
    page = browse(f"/dataset/edit/{package['name']}", sent)
    assert f'value="{sha256(PERSONS)}"' in page
    assert "B2" in page
    assert act("package_show", id=package["id"])["private"] is True

    browse(f"/dataset/edit/{package['name']}", {**sent, **confirming(PERSONS)})
    assert act("package_show", id=package["id"])["private"] is False


def test_the_page_of_an_organisation_names_what_it_could_not_publish(
    with_file, browse, act, office
):
    persons, _ = with_file(PERSONS, private=True)
    plain, _ = with_file(PLAIN, private=True)
    page = browse(
        f"/organization/bulk_process/{office['organization']['name']}",
        {
            f"dataset_{persons['id']}": "on",
            f"dataset_{plain['id']}": "on",
            "bulk_action.public": "x",
        },
    )
    assert persons["title"] in page
    assert act("package_show", id=persons["id"])["private"] is True
    assert act("package_show", id=plain["id"])["private"] is False


# Rows


def rows(*names: str) -> dict[str, Any]:
    return {
        "fields": [{"id": "name", "type": "text"}],
        "records": [{"name": name} for name in names],
    }


def digest_of(errors: dict[str, Any]) -> str:
    return errors["personal_data_findings"][0]["sha256"]


def test_rows_that_an_editor_stores_are_looked_into(dataset, act, refused):
    package = dataset()
    sent = {"resource": {"package_id": package["id"]}, "primary_key": ["name"]}
    refused(act, "datastore_create", **sent, **rows(PERSON))
    assert act("package_show", id=package["id"])["resources"] == []
    made = act("datastore_create", **sent, **rows("Πλατεία"))

    upsert = {"resource_id": made["resource_id"], "records": [{"name": PERSON}]}
    errors = refused(act, "datastore_upsert", **upsert)
    act(
        "datastore_upsert",
        **upsert,
        personal_data_confirmed=digest_of(errors),
        personal_data_reason=REASON,
    )
    assert len(confirmations(act, package)) == 1


def test_rows_of_a_private_dataset_are_looked_into_when_it_becomes_public(dataset, act, refused):
    package = dataset(private=True)
    act("datastore_create", resource={"package_id": package["id"]}, **rows("α", PERSON))
    errors = refused(act, "package_patch", id=package["id"], private=False)
    (findings,) = errors["resources"][0]["personal_data_findings"]
    assert findings["findings"][0]["cells"][0]["row"] == 2
    act(
        "package_patch",
        id=package["id"],
        private=False,
        personal_data_confirmed=findings["sha256"],
        personal_data_reason=REASON,
    )


def test_a_loader_stores_the_rows_of_a_file_that_was_looked_into(with_file, act, refused):
    import ckan.plugins.toolkit as tk
    from ckan.tests import factories

    _package, resource = with_file()
    sent = {"resource_id": resource["id"], "force": True, **rows(PERSON)}
    refused(act, "datastore_create", **sent)
    loader = {"user": factories.Sysadmin()["name"], "ignore_auth": False}
    tk.get_action("datastore_create")(loader, sent)

    act("resource_update", id=resource["id"], upload=upload(PERSONS), **confirming(PERSONS))
    act(
        "datastore_upsert",
        resource_id=resource["id"],
        force=True,
        method="insert",
        records=rows(PERSON)["records"],
    )


# Links


@pytest.fixture
def served() -> Iterator[Callable[..., str]]:
    """Serves contents by path from this machine; a content of None is an error of the server."""
    contents: dict[str, bytes | None] = {}
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            content = contents.get(self.path)
            self.send_response(200 if content is not None else 503)
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *_given: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def serve(content: bytes | None, name: str = "pinakas.csv") -> str:
        path = f"/{next(numbers)}/{name}"
        contents[path] = content
        return f"http://127.0.0.1:{server.server_address[1]}{path}"

    serve.asked = asked  # type: ignore[attr-defined]
    serve.contents = contents  # type: ignore[attr-defined]
    yield serve
    server.shutdown()
    server.server_close()


def test_a_linked_table_is_fetched_and_looked_into(dataset, act, refused, served):
    link = served(PERSONS)
    errors = refused(dataset, resources=[{"url": link, "format": "CSV"}])
    assert errors["resources"][0]["personal_data_findings"]
    package = dataset(resources=[{"url": link, "format": "CSV", **confirming(PERSONS)}])
    (shown,) = act("greekmunicipal_personal_data_show", id=package["id"])
    assert (shown["source"], shown["state"]) == ("link", "found")
    assert len(served.asked) == 1  # what was confirmed is what was shown

    act("package_patch", id=package["id"], version="2")
    assert len(served.asked) == 1


def test_a_changed_link_is_looked_into(dataset, act, refused, served):
    package = dataset(resources=[{"url": served(PLAIN), "format": "CSV"}])
    resource = package["resources"][0]
    refused(act, "resource_patch", id=resource["id"], url=served(PERSONS))


def test_a_link_that_does_not_answer_is_published_as_not_scanned_and_tried_later(
    dataset, act, served
):
    from ckanext.greekmunicipal.publication.jobs import scan_waiting_links

    link = served(None)
    package = dataset(resources=[{"url": link, "format": "CSV"}])
    (shown,) = act("greekmunicipal_personal_data_show", id=package["id"])
    assert (shown["state"], shown["waiting"]) == ("not-scanned", True)
    assert "503" in shown["problem"]

    served.contents["/" + link.split("/", 3)[3]] = PERSONS
    assert scan_waiting_links()["found"] >= 1
    (shown,) = act("greekmunicipal_personal_data_show", id=package["id"])
    assert (shown["state"], shown["waiting"]) == ("found", False)


def test_a_link_into_a_private_network_is_not_fetched(
    dataset, act, served, ckan_config, monkeypatch
):
    monkeypatch.setitem(ckan_config, "ckanext.greekmunicipal.allowed_private_hosts", [])
    package = dataset(resources=[{"url": served(PERSONS), "format": "CSV"}])
    (shown,) = act("greekmunicipal_personal_data_show", id=package["id"])
    assert (shown["state"], shown["waiting"]) == ("not-scanned", False)
    assert "private network" in shown["problem"]
    assert served.asked == []


def test_a_link_to_a_page_is_not_fetched(dataset, act, served):
    package = dataset(resources=[{"url": served(PLAIN, "page"), "format": "HTML"}])
    (shown,) = act("greekmunicipal_personal_data_show", id=package["id"])
    assert shown["state"] == "not-scanned"
    assert served.asked == []


def test_a_web_page_in_the_place_of_a_table_is_not_called_clean(dataset, act, served):
    page = b"<!DOCTYPE html><html><body>not found</body></html>"
    package = dataset(resources=[{"url": served(page), "format": "CSV"}])
    (shown,) = act("greekmunicipal_personal_data_show", id=package["id"])
    assert shown["state"] == "not-scanned"


def test_a_harvester_does_not_wait_for_links(office, served):
    import portal_catalogue as catalogue

    link = served(PERSONS)
    catalogue.create(
        catalogue.acts_dataset(office["organization"], resources=[{"url": link, "format": "CSV"}])
    )
    from ckanext.greekmunicipal.publication import store

    assert served.asked == []
    assert link in store.waiting_links(1000)


def test_tables_of_the_harvesters_are_not_looked_into(office, monkeypatch):
    import portal_catalogue as catalogue
    from ckan.plugins import toolkit as tk

    from ckanext.greekmunicipal.publication import gate

    def looked(*_given: Any) -> None:
        raise AssertionError("looked into")

    monkeypatch.setattr(gate, "look_into", looked)
    site = tk.config["ckan.site_url"]
    resource = {
        "url": f"{site}/datastore/dump/4f5b6c9e-3d1f-5a6b-8c9d-0e1f2a3b4c5d?bom=True",
        "url_type": "greekmunicipal",
        "format": "CSV",
    }
    catalogue.create(
        catalogue.acts_dataset(office["organization"], name="acts-of-ours", resources=[resource])
    )
