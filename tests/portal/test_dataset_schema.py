"""What a dataset holds when little, much or something wrong is sent."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import portal_catalogue as catalogue
import pytest

pytestmark = [pytest.mark.ckan]

EU = "http://publications.europa.eu/resource/authority"


def show(dataset: dict[str, Any]) -> dict[str, Any]:
    return tk.get_action("package_show")(catalogue.context(), {"id": dataset["id"]})


def test_a_title_and_a_description_make_a_complete_dataset(tinos: dict[str, Any]) -> None:
    created = catalogue.create(
        {
            "owner_org": tinos["id"],
            "title": "Παιδικές χαρές",
            "notes": "Οι παιδικές χαρές του δήμου.",
            "resources": [{"url": "https://example.gr/a.csv", "format": "CSV"}],
        }
    )
    shown = show(created)
    assert shown["name"] == "paidikes-chares"
    assert shown["title_translated"] == {"el": "Παιδικές χαρές"}
    assert shown["municipality"] == "dimos-tinou"
    assert shown["access_rights"] == f"{EU}/access-right/PUBLIC"
    assert shown["language_options"] == [f"{EU}/language/ELL"]
    assert shown["publisher"][0]["name"] == "Δήμος Τήνου"
    assert shown["publisher"][0]["identifier"] == tinos["afm"]
    assert shown["contact"][0]["name"] == "Δήμος Τήνου"
    assert "http://data.europa.eu/nuts/code/EL422" in [
        p.get("uri") for p in shown["spatial_coverage"]
    ]
    assert shown["applicable_legislation"] == ["http://data.europa.eu/eli/dir/2019/1024/oj"]
    assert shown["resources"][0]["license"] == f"{EU}/licence/CC_BY_4_0"
    assert shown["resources"][0]["mimetype"] == "text/csv"


def test_a_harvested_dataset_keeps_what_was_sent(tinos: dict[str, Any]) -> None:
    shown = show(catalogue.create(catalogue.acts_dataset(tinos)))
    assert shown["name"] == "pliromes-dimos-tinou"
    assert shown["title"] == "Πληρωμές – Δήμος Τήνου"
    assert shown["title_translated"]["en"] == "Payments – Municipality of Tinos"
    assert shown["theme"] == [f"{EU}/data-theme/ECON", f"{EU}/data-theme/GOVE"]
    assert shown["frequency"] == f"{EU}/frequency/DAILY"
    assert shown["provenance"] == {"el": "30 πράξεις διαβάστηκαν.", "en": "30 acts were read."}
    assert shown["temporal_coverage"] == [{"start": "2025-01-01", "end": "2025-06-30"}]
    assert shown["resources"][0]["name"] == "Πράξεις"
    assert shown["resources"][0]["name_translated"] == {"el": "Πράξεις", "en": "Acts"}
    assert shown["resources"][0]["url_type"] == "diavgeia"


def test_what_is_shown_can_be_sent_back_unchanged(tinos: dict[str, Any]) -> None:
    before = show(catalogue.create(catalogue.budget_dataset(tinos)))
    tk.get_action("package_update")(catalogue.context(), dict(before))
    after = show(before)
    volatile = {"metadata_modified", "resources"}
    assert {k: v for k, v in after.items() if k not in volatile} == {
        k: v for k, v in before.items() if k not in volatile
    }
    for was, now in zip(before["resources"], after["resources"], strict=True):
        assert {k: v for k, v in now.items() if k != "metadata_modified"} == {
            k: v for k, v in was.items() if k != "metadata_modified"
        }


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("theme", ["MONEY"], "ECON"),
        ("frequency", "SOMETIMES", "ANNUAL"),
        ("access_rights", "http://example.gr/open", "PUBLIC"),
        ("indicator", ["wishes"], "budget"),
        ("family", "gossip", "payments"),
        ("municipality", "dimos-atlantidos", "dimos-"),
        ("language_options", ["EN"], "ELL"),
    ],
)
def test_an_unknown_value_is_refused_naming_what_is_accepted(
    tinos: dict[str, Any], field: str, value: Any, named: str
) -> None:
    with pytest.raises(tk.ValidationError) as refused:
        catalogue.create(catalogue.acts_dataset(tinos, **{field: value}))
    message = str(refused.value.error_dict[field])
    assert named in message
    assert str(value[0] if isinstance(value, list) else value) in message


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title_translated", {"en": "Only English"}),
        ("title_translated", {"el": "Τίτλος", "fr": "Titre"}),
        ("notes_translated", ["a", "b"]),
        ("landing_page", ["javascript:alert(1)"]),
        ("spatial_coverage", [{"bbox": "not json"}]),
        ("contact", [{"email": "nobody"}]),
        ("temporal_coverage", [{"start": "yesterday-ish"}]),
    ],
)
def test_a_value_of_the_wrong_shape_is_refused(
    tinos: dict[str, Any], field: str, value: Any
) -> None:
    with pytest.raises(tk.ValidationError) as refused:
        catalogue.create(catalogue.acts_dataset(tinos, **{field: value}))
    assert field in refused.value.error_dict


def test_blank_entries_of_data_gov_gr_count_as_not_sent(tinos: dict[str, Any]) -> None:
    blank = {"uri": "", "name": "", "email": "", "url": ""}
    shown = show(
        catalogue.create(
            catalogue.acts_dataset(
                tinos, publisher=[{**blank, "type": "", "identifier": ""}], contact=[blank]
            )
        )
    )
    assert shown["publisher"][0]["name"] == "Δήμος Τήνου"
    assert shown["contact"][0]["name"] == "Δήμος Τήνου"


def test_a_high_value_category_brings_its_regulation_and_takes_it_away(
    tinos: dict[str, Any],
) -> None:
    law = "http://data.europa.eu/eli/reg_impl/2023/138/oj"
    created = catalogue.create(
        catalogue.acts_dataset(tinos, hvd_category=["http://data.europa.eu/bna/c_ac64a52d"])
    )
    shown = show(created)
    assert law in shown["applicable_legislation"]
    assert law in shown["resources"][0]["applicable_legislation"]
    tk.get_action("package_patch")(catalogue.context(), {"id": created["id"], "hvd_category": []})
    shown = show(created)
    assert law not in shown["applicable_legislation"]
    assert law not in shown["resources"][0]["applicable_legislation"]


@pytest.mark.parametrize(
    ("title", "sent", "name"),
    [
        ("Προϋπολογισμός 2025", None, "proypologismos-2025"),
        ("Προϋπολογισμός 2025", "2025", "proypologismos-2025"),
        ("Προϋπολογισμός 2025", "20251", "proypologismos-2025"),
        ("Δήμος Αθηναίων", "__", "dimos-athinaion"),
        ("Εύβοια: αρχεία CSV", None, "evvoia-archeia-csv"),
        ("Ανοικτά δεδομένα", "open-data", "open-data"),
    ],
)
def test_a_greek_title_gives_a_readable_name(
    tinos: dict[str, Any], title: str, sent: str | None, name: str
) -> None:
    more = {"name": sent} if sent else {}
    created = catalogue.create(
        catalogue.acts_dataset(tinos, title_translated={"el": title}, **more)
    )
    assert created["name"] == name


def test_a_taken_name_is_counted_on(tinos: dict[str, Any]) -> None:
    names = [
        catalogue.create(catalogue.acts_dataset(tinos, identifier=str(number)))["name"]
        for number in range(3)
    ]
    assert names == [
        "pliromes-dimos-tinou",
        "pliromes-dimos-tinou-2",
        "pliromes-dimos-tinou-3",
    ]


def test_a_new_title_leaves_the_address_as_it_is(tinos: dict[str, Any]) -> None:
    created = catalogue.create(catalogue.acts_dataset(tinos))
    patched = tk.get_action("package_patch")(
        catalogue.context(),
        {"id": created["id"], "title_translated": {"el": "Κάτι άλλο"}},
    )
    assert patched["name"] == created["name"]
    assert patched["title"] == "Κάτι άλλο"


def test_the_form_sends_one_input_a_language(tinos: dict[str, Any]) -> None:
    data = catalogue.acts_dataset(tinos)
    del data["title_translated"]
    data |= {"title_translated-el": "Από φόρμα", "title_translated-en": "From a form"}
    created = catalogue.create(data)
    assert show(created)["title_translated"] == {"el": "Από φόρμα", "en": "From a form"}
