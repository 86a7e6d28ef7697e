"""Suggestions and lists of names in Greek."""

from __future__ import annotations

from typing import Any

import ckan.lib.search as ckan_search
import ckan.plugins.toolkit as tk
import portal_catalogue as catalogue
import pytest
from ckan.tests import factories, helpers

from ckanext.greekmunicipal.greek import fold
from ckanext.greekmunicipal.greek.sorting import sort_key

pytestmark = [pytest.mark.ckan]

SLUGS = (
    "dimos-thessalonikis", "dimos-tinou", "dimos-chanion", "dimos-argous-mykinon",
    "dimos-artaion", "dimos-oropou", "dimos-athinaion",
)  # fmt: skip
TAGS = ("Δαπάνες", "δαπάνες προσωπικού", "προϋπολογισμός", "Διαύγεια", "WiFi")
_built: list[dict[str, Any]] = []


@pytest.fixture
def portal(with_plugins: None, reset_db: Any, migrate_db_for: Any, request: Any) -> dict[str, Any]:
    """Some municipalities, two groups, a public and a private dataset; made once."""
    if not _built:
        reset_db()
        migrate_db_for("harvest")
        ckan_search.clear_all()
        organizations = {slug: catalogue.municipality(slug) for slug in SLUGS}
        for name, title in (("omada", "Οικονομικά στοιχεία"), ("alli", "Άλλα θέματα")):
            factories.Group(name=name, title=title)
        tinos = organizations["dimos-tinou"]
        tagged = {"tags": [{"name": tag} for tag in TAGS]}
        public = catalogue.create(catalogue.budget_dataset(tinos, name="budget", **tagged))
        private = catalogue.create(
            catalogue.budget_dataset(
                tinos,
                name="hidden",
                private=True,
                title_translated={"el": "Προϋπολογισμός που δεν ψηφίστηκε"},
                tags=[],
            )
        )
        _built.append({"organizations": organizations, "public": public, "private": private})
        request.node.getparent(pytest.Module).addfinalizer(_built.clear)
    return _built[0]


def ask(action: str, typed: str, **more: Any) -> list[Any]:
    return helpers.call_action(action, {"user": "", "ignore_auth": False}, q=typed, **more)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("δημος θεσ", ["dimos-thessalonikis"]),
        ("ΘΕΣΣΑΛΟΝΙΚΗ", ["dimos-thessalonikis"]),
        ("thessaloniki", ["dimos-thessalonikis"]),
        ("8essal", ["dimos-thessalonikis"]),
        ("τηνος", ["dimos-tinou"]),
        ("tinos", ["dimos-tinou"]),
        ("xania", ["dimos-chanion"]),
        ("dimos-tin", ["dimos-tinou"]),
        ("λονδίνο", []),
        ("100%", []),
        ("((", []),
    ],
)
def test_organisations_are_suggested_in_any_spelling(
    portal: Any, typed: str, expected: list[str]
) -> None:
    assert [entry["name"] for entry in ask("organization_autocomplete", typed)] == expected


def test_suggested_organisations_are_in_greek_order_and_as_many_as_asked(portal: Any) -> None:
    found = ask("organization_autocomplete", "δημος")
    assert len(found) == len(SLUGS)
    assert [set(entry) for entry in found] == [{"id", "name", "title"}] * len(SLUGS)
    titles = [entry["title"] for entry in found]
    assert titles == sorted(titles, key=sort_key)
    assert ask("organization_autocomplete", "ΔΗΜΟΣ", limit=3) == found[:3]


@pytest.mark.parametrize("typed", ["οικονομικα", "oikonomika", "ΣΤΟΙΧΕΙΩΝ", "omad"])
def test_groups_are_suggested_in_any_spelling(portal: Any, typed: str) -> None:
    assert [entry["name"] for entry in ask("group_autocomplete", typed)] == ["omada"]
    assert ask("organization_autocomplete", typed) == []


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("δαπανες", ["Δαπάνες", "δαπάνες προσωπικού"]),
        ("ΔΑΠΑΝΕΣ", ["Δαπάνες", "δαπάνες προσωπικού"]),
        ("dapan", ["Δαπάνες", "δαπάνες προσωπικού"]),
        ("proyp", ["προϋπολογισμός"]),
        ("διαυγεια", ["Διαύγεια"]),
        ("wifi", ["WiFi"]),
        ("προσωπικο", ["δαπάνες προσωπικού"]),
    ],
)
def test_tags_are_suggested_in_any_spelling(portal: Any, typed: str, expected: list[str]) -> None:
    assert ask("tag_autocomplete", typed) == expected
    assert ask("tag_autocomplete", typed, limit=1) == expected[:1]


@pytest.mark.parametrize(
    "typed", ["προυπ", "ΠΡΟΫΠΟΛΟΓΙΣΜΟΙ", "proypologismos", "proyp", "δημου προϋπ", "budg", "tinou"]
)
def test_datasets_are_suggested_in_any_spelling(portal: Any, typed: str) -> None:
    found = ask("package_autocomplete", typed)
    assert [entry["name"] for entry in found] == ["budget"], typed
    assert set(found[0]) == {"name", "title", "match_field", "match_displayed"}


def test_a_private_dataset_is_suggested_only_to_those_who_may_read_it(portal: Any) -> None:
    assert [e["name"] for e in ask("package_autocomplete", "ψηφιστηκε")] == []
    admin = factories.Sysadmin()
    found = helpers.call_action(
        "package_autocomplete", {"user": admin["name"], "ignore_auth": False}, q="ψηφιστηκε"
    )
    assert [entry["name"] for entry in found] == ["hidden"]


@pytest.mark.parametrize(
    "typed",
    [
        *("\\", '"', '"\\', "a AND", "(", "*", ":", "[", "a" * 3000, "%", "\x00", "a\x00b"),
        *("{!", "{!lucene}x", '_query_:"{!func}1"', "_val_:1"),
    ],
    ids=lambda typed: ascii(typed[:24]),
)
@pytest.mark.parametrize(
    "action",
    [
        *("package_autocomplete", "organization_autocomplete", "group_autocomplete"),
        *("tag_autocomplete", "organization_list", "group_list"),
    ],
)
def test_no_suggestion_ends_in_an_error(portal: Any, action: str, typed: str) -> None:
    assert isinstance(ask(action, typed), list)


@pytest.mark.parametrize(
    "action",
    [
        "package_autocomplete",
        "organization_autocomplete",
        "group_autocomplete",
        "tag_autocomplete",
        "organization_list",
        "group_list",
    ],
)
def test_who_may_not_ask_ckan_may_not_ask_us(portal: Any, action: str, monkeypatch: Any) -> None:
    from ckan import authz

    real = authz.is_authorized

    def refuse(name: str, context: Any, data_dict: Any = None) -> Any:
        if name == action:
            return {"success": False}
        return real(name, context, data_dict)

    monkeypatch.setattr(authz, "is_authorized", refuse)
    for typed in ("δημος", "thessaloniki", "", ")("):
        with pytest.raises((tk.NotAuthorized, tk.ValidationError)):
            ask(action, typed)
    with pytest.raises(tk.NotAuthorized):
        ask(action, "δημος")


def test_organisations_and_groups_are_listed_in_greek_order(portal: Any) -> None:
    titles = {slug: made["title"] for slug, made in portal["organizations"].items()}
    expected = sorted(titles, key=lambda slug: fold(titles[slug]))
    assert expected[:3] == ["dimos-athinaion", "dimos-argous-mykinon", "dimos-artaion"]
    assert expected[-1] == "dimos-oropou"
    assert ask("organization_list", "") == expected
    assert ask("organization_list", "", sort="title desc") == expected[::-1]
    assert ask("organization_list", "", limit=2, offset=1) == expected[1:3]
    whole = ask("organization_list", "", all_fields=True, limit=3, offset=2)
    assert [entry["name"] for entry in whole] == expected[2:5]
    assert ask("organization_list", "", sort="name asc") == sorted(titles)
    assert ask("group_list", "") == ["alli", "omada"]


def test_a_list_is_found_through_by_any_spelling(portal: Any) -> None:
    assert ask("organization_list", "αθηνα") == ["dimos-athinaion"]
    assert ask("organization_list", "ΑΘΗΝΑΙΩΝ", sort="name") == ["dimos-athinaion"]
    assert ask("organization_list", "athinai", all_fields=True)[0]["name"] == "dimos-athinaion"
    assert ask("organization_list", "λονδίνο") == []
    assert ask("organization_list", "δημος", organizations=["dimos-tinou"]) == ["dimos-tinou"]


def test_a_list_longer_than_ckan_gives_at_once_is_whole(
    portal: Any, monkeypatch: Any, ckan_config: Any
) -> None:
    monkeypatch.setitem(ckan_config, "ckan.group_and_organization_list_max", 3)
    assert ask("organization_list", "") == ask("organization_list", "", limit=7)
    assert ask("organization_list", "", offset=6) == ["dimos-oropou"]
    monkeypatch.setitem(ckan_config, "ckan.group_and_organization_list_all_fields_max", 2)
    whole = ask("organization_list", "", all_fields=True, offset=5, limit=5)
    assert [entry["name"] for entry in whole] == ["dimos-chanion", "dimos-oropou"]
    with pytest.raises(tk.ValidationError):
        ask("organization_list", "", limit="many")


def test_the_pages_of_organisations_are_in_greek_order(app: Any, portal: Any) -> None:
    page = app.get("/el/organization/").get_data(as_text=True)
    assert page.index("Δήμος Άργους") < page.index("Δήμος Αρταίων") < page.index("Δήμος Ωρωπού")
    assert "Δήμος Τήνου" in app.get("/el/organization/?q=τηνος").get_data(as_text=True)


def test_the_organisations_of_a_form_are_in_greek_order(portal: Any) -> None:
    admin = factories.Sysadmin()
    found = helpers.call_action(
        "organization_list_for_user", {"user": admin["name"]}, permission="create_dataset"
    )
    titles = [entry["title"] for entry in found]
    assert titles == sorted(titles, key=sort_key)
    assert len(titles) == len(SLUGS)
