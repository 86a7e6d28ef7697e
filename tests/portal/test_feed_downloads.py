"""Tables as files: the same bytes as CKAN's dump, cheap to ask for, never out of date."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import feed_portal as feed
import portal_catalogue as catalogue
import pytest

from ckanext.greekmunicipal import datastore, downloads

pytestmark = [pytest.mark.ckan]

ROW = {"ada": "Ω999ΩΗΑ-Ψ1Δ", "year": 2026, "subject": 'Με "εισαγωγικά", κόμμα\nκαι γραμμή'}


@pytest.fixture
def table(filled_portal: dict[str, Any]) -> dict[str, Any]:
    """The resource of a table with rows."""
    return filled_portal["acts"]["resources"][0]


def address(resource: dict[str, Any]) -> str:
    return downloads.path_of(resource["id"])


def kept(resource: dict[str, Any]) -> list[Path]:
    """Files of a table."""
    return list(downloads._folder().glob(f"{resource['id']}.*"))


def got(app: Any, resource: dict[str, Any]) -> Any:
    """The file when PostgreSQL's counters, which lag behind by a second, stand still."""
    until = time.monotonic() + 10
    while True:
        answer = app.get(address(resource))
        time.sleep(0.3)
        if downloads.ready(resource["id"]) is not None and time.monotonic() > until - 8.5:
            return answer
        assert time.monotonic() < until


def add_row(resource: dict[str, Any]) -> None:
    tk.get_action("datastore_upsert")(
        catalogue.context(),
        {"resource_id": resource["id"], "method": "insert", "force": True, "records": [ROW]},
    )


def our_load(resource: dict[str, Any], statement: str) -> None:
    """Change the rows as a harvest does: with the revision, in one transaction."""
    with datastore.transaction() as cursor:
        cursor.execute(statement)
        datastore.forget_statistics(cursor, [resource["id"]])


def test_a_table_is_the_same_file_as_ckans_dump_with_better_headers(
    app: Any, table: dict[str, Any]
) -> None:
    add_row(table)
    ours, theirs = app.get(address(table)), app.get(f"/datastore/dump/{table['id']}?bom=True")
    assert ours.data == theirs.data
    assert ROW["ada"] in ours.get_data(as_text=True)
    assert ours.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert ours.headers["Content-Disposition"].endswith('-acts.csv"')
    assert ours.headers["Access-Control-Allow-Origin"] == "*"
    assert "public" in ours.headers["Cache-Control"]


def test_a_link_checker_is_answered_before_and_after_the_file_is_written(
    app: Any, table: dict[str, Any]
) -> None:
    client = app.test_client()
    before = client.head(address(table))
    assert not kept(table)
    length = len(got(app, table).data)
    after = client.head(address(table))
    for answer in (before, after):
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert int(before.headers["Content-Length"]) == table["size"]
    assert int(after.headers["Content-Length"]) == length
    assert after.headers["ETag"]
    assert after.headers["Last-Modified"]


def test_an_unchanged_table_is_not_sent_again_and_can_be_had_in_parts(
    app: Any, table: dict[str, Any]
) -> None:
    first = app.get(address(table))
    for known in (
        {"If-None-Match": first.headers["ETag"]},
        {"If-Modified-Since": first.headers["Last-Modified"]},
    ):
        assert app.get(address(table), headers=known).status_code == 304
    part = app.get(address(table), headers={"Range": "bytes=10-19"})
    assert part.status_code == 206
    assert part.data == first.data[10:20]


def test_a_load_of_ours_is_in_the_next_answer(app: Any, table: dict[str, Any]) -> None:
    first = app.get(address(table))
    our_load(table, f"DELETE FROM \"{table['id']}\" WHERE ada = 'Ω001ΩΗΑ-Ψ1Δ'")
    after = app.get(address(table), headers={"If-None-Match": first.headers["ETag"]})
    assert after.status_code == 200
    assert "Ω001ΩΗΑ-Ψ1Δ" in first.get_data(as_text=True)
    assert "Ω001ΩΗΑ-Ψ1Δ" not in after.get_data(as_text=True)
    assert len(kept(table)) == 1


def test_a_load_that_changes_nothing_leaves_the_file_as_it_is(
    app: Any, table: dict[str, Any]
) -> None:
    first = app.get(address(table))
    our_load(table, "SELECT 1")
    known = {"If-None-Match": first.headers["ETag"]}
    after = app.get(address(table), headers=known)
    assert after.status_code == 304
    assert after.headers["ETag"] == first.headers["ETag"]
    assert app.get(address(table)).headers["Last-Modified"] == first.headers["Last-Modified"]


def test_a_table_that_was_made_anew_is_another_file(app: Any, table: dict[str, Any]) -> None:
    first = app.get(address(table))
    tk.get_action("datastore_delete")(
        catalogue.context(), {"resource_id": table["id"], "force": True}
    )
    assert app.get(address(table)).status_code == 404
    catalogue.load(table, catalogue.ACTS_FIELDS, [ROW])
    after = app.get(address(table))
    assert after.status_code == 200
    assert after.data != first.data


def test_files_that_are_out_of_date_do_not_stay_on_the_disk(
    app: Any, filled_portal: dict[str, Any], table: dict[str, Any]
) -> None:
    other = filled_portal["budget"]["resources"][0]
    for each in (table, other):
        got(app, each)
    downloads.forget_outdated()
    assert len(kept(table) + kept(other)) == 2
    our_load(table, f"DELETE FROM \"{table['id']}\" WHERE ada = 'Ω001ΩΗΑ-Ψ1Δ'")
    tk.get_action("datastore_delete")(
        catalogue.context(), {"resource_id": other["id"], "force": True}
    )
    assert downloads.forget_outdated() == 2
    assert not kept(table) + kept(other)


def test_only_who_may_see_the_dataset_gets_its_tables(
    app: Any, filled_portal: dict[str, Any], table: dict[str, Any]
) -> None:
    app.get(address(table))
    feed.change(id=filled_portal["acts"]["id"], private=True)
    assert app.get(address(table)).status_code == 404
    assert app.test_client().head(address(table)).status_code == 404
    admin = tk.get_action("get_site_user")({"ignore_auth": True}, {})
    token = tk.get_action("api_token_create")(
        catalogue.context(), {"user": admin["name"], "name": "test"}
    )["token"]
    seen = app.get(address(table), headers={"Authorization": token})
    assert seen.status_code == 200
    assert seen.headers["Cache-Control"].startswith("private")
    assert "no-store" in seen.headers["Cache-Control"]


def test_what_is_no_table_is_not_found(app: Any, filled_portal: dict[str, Any]) -> None:
    file = filled_portal["budget"]["resources"][1]["id"]
    for each in (file, "nothing", "_table_metadata", "a'b", 'a"b', "..%2f..%2fetc%2fpasswd"):
        assert app.get(f"/table/{each}.csv").status_code == 404, each
