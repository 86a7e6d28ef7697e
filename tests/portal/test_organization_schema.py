"""Organisations of municipalities and of the bodies that they supervise."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import portal_catalogue as catalogue
import pytest

pytestmark = [pytest.mark.ckan]


def show(name: str) -> dict[str, Any]:
    return tk.get_action("organization_show")(catalogue.context(), {"id": name})


def test_choosing_a_municipality_fills_the_organisation(tinos: dict[str, Any]) -> None:
    shown = show("dimos-tinou")
    assert shown["title"] == "Δήμος Τήνου"
    assert shown["title_translated"]["en"] == "Municipality of Tinos"
    assert shown["nuts"] == "http://data.europa.eu/nuts/code/EL422"
    assert len(shown["afm"]) == 9
    assert shown["diavgeia_uid"]
    assert shown["elstat_code"]
    assert shown["elstat_edition"]
    assert int(shown["population"]) > 5000
    assert shown["region"]["el"] == "Νοτίου Αιγαίου"


def test_what_the_administrator_writes_is_not_overwritten(
    with_plugins: None, clean_db: None
) -> None:
    catalogue.municipality(title_translated={"el": "Τήνος"}, website="https://tinos.example.gr")
    shown = show("dimos-tinou")
    assert shown["title"] == "Τήνος"
    assert shown["website"] == "https://tinos.example.gr"


def test_an_organisation_can_be_changed_and_keeps_its_facts(tinos: dict[str, Any]) -> None:
    tk.get_action("organization_patch")(
        catalogue.context(), {"id": tinos["id"], "contact_email": "info@tinos.gr"}
    )
    shown = show("dimos-tinou")
    assert shown["contact_email"] == "info@tinos.gr"
    assert shown["afm"] == tinos["afm"]
    assert shown["title_translated"]["el"] == "Δήμος Τήνου"


def test_a_supervised_body_names_its_municipality(tinos: dict[str, Any]) -> None:
    tk.get_action("organization_create")(
        catalogue.context(),
        {
            "name": "limeniko-tameio-tinou",
            "title_translated": {"el": "Λιμενικό Ταμείο Τήνου"},
            "parent_body": tinos["id"],
        },
    )
    assert show("limeniko-tameio-tinou")["parent_body"] == "dimos-tinou"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("municipality", "dimos-atlantidos"),
        ("afm", "123456789"),
        ("nuts", "http://data.europa.eu/nuts/code/XX000"),
        ("bbox", "25,38,24,37"),
        ("parent_body", "no-such-body"),
        ("contact_email", "nobody"),
    ],
)
def test_a_wrong_fact_is_refused(tinos: dict[str, Any], field: str, value: str) -> None:
    with pytest.raises(tk.ValidationError) as refused:
        tk.get_action("organization_patch")(catalogue.context(), {"id": tinos["id"], field: value})
    assert field in refused.value.error_dict
