"""The tables as a citizen downloads, searches and cannot change them."""

from __future__ import annotations

import csv
import io
from typing import Any

import acts_world as world
import ckan.model as model
import ckan.plugins as p
import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories

from ckanext.greekmunicipal.diavgeia.rows import ACTS_COLUMNS, LINES_COLUMNS
from ckanext.greekmunicipal.greek import fold
from ckanext.greekmunicipal.harvesters.datasets import site_context
from ckanext.greekmunicipal.harvesters.identity import organization_id, resource_id

pytestmark = [pytest.mark.ckan]


def resources() -> list[dict[str, Any]]:
    """All resources of the harvested datasets."""
    return [r for family in world.FAMILY_SLUGS for r in world.dataset(family)["resources"]]


def test_the_csv_of_a_table_is_as_large_as_the_dataset_says(harvested: Any, app: Any) -> None:
    site = tk.config["ckan.site_url"]
    assert len(resources()) > len(world.FAMILY_SLUGS)
    for resource in resources():
        answer = app.get(resource["url"].removeprefix(site))
        assert answer.headers["Content-Disposition"].endswith('.csv"')
        assert len(answer.data) == resource["size"], resource["name"]
        assert answer.data.startswith(b"\xef\xbb\xbf")


def test_the_csv_has_the_rows_of_the_table(harvested: Any, app: Any) -> None:
    resource = world.dataset("payments")["resources"][1]
    text = app.get(resource["url"].removeprefix(tk.config["ckan.site_url"])).data.decode(
        "utf-8-sig"
    )
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [*rows[0]] == ["_id", *(column.name for column in LINES_COLUMNS)]
    stored = world.stored("payments", "lines")
    amount = world.position("lines", "amount")
    assert sorted((row["ada"], int(row["line_no"]), row["amount"]) for row in rows) == sorted(
        (line[0], line[1], "" if line[amount] is None else str(line[amount])) for line in stored
    )


def test_a_subject_is_found_however_its_word_is_typed(harvested: Any) -> None:
    subject = world.position("acts", "subject")
    marked = set("άέήίόύώΆΈΉΊΌΎΏ")
    row, word = next(
        (row, word)
        for row in world.stored("payments", "acts")
        for word in (row[subject] or "").split()
        if len(word) > 6 and word.isalpha() and marked & set(word) and not row[subject].isupper()
    )
    assert fold(word) != word.lower()
    for typed in (word, fold(word), word.lower(), word.upper(), fold(word).upper()):
        found = tk.get_action("datastore_search")(
            site_context(),
            {"resource_id": resource_id(world.UID, "payments", "acts"), "q": typed, "limit": 1000},
        )
        assert row[0] in {record["ada"] for record in found["records"]}, typed
        assert found["total"] < len(world.stored("payments", "acts"))


@pytest.mark.parametrize(("name", "columns"), [("acts", ACTS_COLUMNS), ("lines", LINES_COLUMNS)])
def test_the_data_dictionary_is_in_both_languages(harvested: Any, name: str, columns: Any) -> None:
    info = tk.get_action("datastore_info")(
        site_context(), {"id": resource_id(world.UID, "payments", name)}
    )
    labels = {f["id"]: (f["info"]["label_el"], f["info"]["label_en"]) for f in info["fields"]}
    assert labels == {c.name: (c.label_el, c.label_en) for c in columns}


@pytest.fixture
def editor(harvested: Any) -> dict[str, Any]:
    """Context of somebody who may edit all datasets of the municipality."""
    user = factories.User()
    tk.get_action("organization_member_create")(
        site_context(),
        {"id": organization_id(world.UID), "username": user["name"], "role": "admin"},
    )
    return {"user": user["name"], "ignore_auth": False}


@pytest.mark.parametrize(
    ("action", "more"),
    [
        ("datastore_upsert", {"records": [{"ada": "ΨΕΥΔΟΣ"}], "method": "upsert"}),
        ("datastore_delete", {"filters": {"year": 2026}}),
        ("datastore_records_delete", {"filters": {"year": 2026}}),
        ("datastore_delete", {}),
        ("datastore_create", {"fields": [{"id": "ada", "type": "text"}]}),
    ],
)
def test_an_editor_cannot_change_official_rows(
    editor: dict[str, Any], action: str, more: dict[str, Any]
) -> None:
    table = resource_id(world.UID, "payments", "acts")
    before = world.prints("payments", "acts")
    for force in (False, True):
        with pytest.raises(tk.NotAuthorized, match=r"official source|επίσημη πηγή"):
            tk.get_action(action)({**editor}, {"resource_id": table, "force": force, **more})
    assert world.prints("payments", "acts") == before


def test_an_editor_gains_nothing_by_another_type_of_resource(editor: dict[str, Any]) -> None:
    table = resource_id(world.UID, "payments", "acts")
    resource = model.Resource.get(table)
    resource.url_type = "datastore"
    model.Session.commit()
    try:
        with pytest.raises(tk.NotAuthorized):
            tk.get_action("datastore_delete")({**editor}, {"resource_id": table})
    finally:
        resource = model.Resource.get(table)
        resource.url_type = "greekmunicipal"
        model.Session.commit()


def test_an_editor_can_still_fill_a_table_of_his_own(editor: dict[str, Any]) -> None:
    own = tk.get_action("package_create")(
        site_context(),
        {"owner_org": organization_id(world.UID), "title": "Δικό μου", "notes": "Κάτι."},
    )
    try:
        made = tk.get_action("datastore_create")(
            {**editor},
            {"resource": {"package_id": own["id"], "name": "x"}, "records": [{"a": 1}]},
        )
        tk.get_action("datastore_upsert")(
            {**editor},
            {"resource_id": made["resource_id"], "records": [{"a": 2}], "method": "insert"},
        )
    finally:
        tk.get_action("dataset_purge")(site_context(), {"id": own["id"]})


submitted: list[str] = []


def xloader_submit(context: Any, data_dict: dict[str, Any]) -> None:
    submitted.append(data_dict["resource_id"])


class Loader(p.SingletonPlugin):
    """Stands where xloader does: takes on each resource that it is given."""

    p.implements(p.IActions)

    def get_actions(self) -> dict[str, Any]:
        return {"xloader_submit": xloader_submit}


@pytest.mark.provide_plugin("xloader", Loader)
@pytest.mark.with_plugins("xloader")
def test_a_loader_does_not_take_on_a_table_of_ours(harvested: Any) -> None:
    table = resource_id(world.UID, "payments", "acts")
    with pytest.raises(tk.ValidationError, match="loaded by its harvester"):
        tk.get_action("xloader_submit")(site_context(), {"resource_id": table})
    tk.get_action("xloader_submit")(site_context(), {"resource_id": "of-somebody-else"})
    assert submitted == ["of-somebody-else"]
