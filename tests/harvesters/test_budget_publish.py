"""What a person hands over: who may, what is refused, what is stored, which version it is."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from test_budget_harvester import (  # noqa: F401 - fixtures
    TINOS,
    Run,
    content,
    folder,
    generated,
    make_source,
    own_tables,
    package,
    rows,
    state,
)

pytestmark = [pytest.mark.ckan]


class Upload(io.BytesIO):
    """A file as a browser sends it."""

    def __init__(self, name: str, data: bytes) -> None:
        super().__init__(data)
        self.filename = name


@pytest.fixture
def people(
    with_plugins: None,
    clean_db: None,
    clean_index: None,
    own_tables: None,  # noqa: F811
    folder: Path,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> dict[str, str]:
    """Two municipalities, an editor and a member of one, an administrator of the other."""
    import ckan.plugins.toolkit as tk

    from ckanext.greekmunicipal import datastore
    from ckanext.greekmunicipal.harvesters import setting_up
    from ckanext.greekmunicipal.harvesters.datasets import site_context
    from ckanext.greekmunicipal.municipalities import by_slug

    monkeypatch.setitem(tk.config, "ckan.storage_path", str(tmp_path / "storage"))
    with datastore.transaction() as cursor:
        cursor.execute(
            "TRUNCATE greekmunicipal.budget_version, greekmunicipal.budget_confirmation,"
            " greekmunicipal.budget_mapping, greekmunicipal.budget_original"
        )
    other = "dimos-kalamarias"
    for slug in (TINOS, other):
        setting_up.organization(by_slug(slug), dry_run=False)
    for name, slug, role in (
        ("editor", TINOS, "editor"),
        ("member", TINOS, "member"),
        ("stranger", other, "admin"),
    ):
        tk.get_action("user_create")(
            site_context(), {"name": name, "email": f"{name}@example.gr", "password": "12345678x"}
        )
        tk.get_action("organization_member_create")(
            site_context(), {"id": slug, "username": name, "role": role}
        )
    return {"other": other}


def call(action: str, user: str = "editor", **data: Any) -> Any:
    import ckan.plugins.toolkit as tk

    data.setdefault("organization", TINOS)
    return tk.get_action(f"greekmunicipal_budget_{action}")({"user": user}, data)


def upload(path: Path, change: tuple[bytes, bytes] | None = None) -> Upload:
    data = path.read_bytes()
    if change:
        assert change[0] in data
        data = data.replace(*change, 1)
    return Upload(path.name, data)


def refusal(action: str, **data: Any) -> dict[str, Any]:
    import ckan.plugins.toolkit as tk

    with pytest.raises(tk.ValidationError) as refused:
        call(action, **data)
    return refused.value.error_dict


@pytest.fixture
def file(people: Any, tmp_path: Path) -> Path:
    """An invented budget of Tinos as one CSV file."""
    return generated(tmp_path / "made")


def test_an_editor_checks_and_then_publishes_by_token(file: Path) -> None:
    from ckanext.greekmunicipal.budgets import read_budget

    wanted = read_budget([file])

    report = call("check", upload=upload(file))

    assert report["totals"] == wanted.report["totals"]
    assert report["rows"] == wanted.report["rows"]
    assert report["replaces"] == []
    assert all(column["samples"] for column in report["columns"] if column["meaning"] == "code")
    assert rows("SELECT count(*) FROM greekmunicipal.budget_unit") == [0]

    done = call("publish", token=report["token"])

    assert (done["status"], done["dataset"]) == ("stored", "added")
    assert done["lines"] == len(wanted.lines) == len(content(TINOS))
    assert package(TINOS)["state"] == "active"
