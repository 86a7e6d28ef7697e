"""A portal adds indicators, families and fields, by a file or by a plugin."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import portal_catalogue as catalogue
import pytest
import yaml
from ckan.exceptions import CkanConfigurationException
from ckan.tests import factories

from ckanext.greekmunicipal.additions import Additions, BadAdditionError, collect, use
from ckanext.greekmunicipal.interfaces import IGreekMunicipal
from ckanext.greekmunicipal.quality.indicators import indicators, use_additional
from ckanext.greekmunicipal.schemas.choices import use_additional_families

pytestmark = [pytest.mark.ckan]

DOCS = Path(__file__).resolve().parents[2] / "docs" / "extending.md"
OPTION = "ckanext.greekmunicipal.additions"


class OurTownPlugin(p.SingletonPlugin):
    """A small extension beside ours."""

    p.implements(IGreekMunicipal, inherit=True)

    def get_indicators(self) -> list[dict[str, Any]]:
        return [{"id": "trees", "label_el": "Δέντρα", "label_en": "Trees", "theme": "ENVI"}]

    def get_families(self) -> list[dict[str, Any]]:
        return [{"id": "green", "label_el": "Πράσινο", "label_en": "Green areas"}]

    def get_dataset_fields(self) -> list[dict[str, Any]]:
        label = {"el": "Είδος δέντρων", "en": "Species"}
        return [{"field_name": "species", "label": label, "preset": "municipal_text"}]


@pytest.fixture(scope="module")
def documented() -> str:
    """The example that the documentation shows."""
    found = re.search(r"```yaml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return found[1]


@pytest.fixture
def forget_additions():
    yield
    use_additional(())
    use_additional_families(())


@pytest.fixture
def sysadmin_headers() -> dict[str, str]:
    return {"Authorization": factories.SysadminWithToken()["token"]}


@pytest.fixture
def additions_file(documented: str, tmp_path: Path, ckan_config: Any, monkeypatch: Any) -> Path:
    path = tmp_path / "additions.yaml"
    path.write_text(documented, encoding="utf-8")
    monkeypatch.setitem(ckan_config, OPTION, [str(path)])
    return path


@pytest.mark.usefixtures("additions_file", "forget_additions")
def test_the_documented_file_gives_a_portal_its_own_indicator_family_and_fields(
    app: Any, tinos: dict[str, Any], sysadmin_headers: dict[str, str]
) -> None:
    created = catalogue.create(
        {
            "owner_org": tinos["id"],
            "title": "Παραλίες",
            "notes": "Οι παραλίες.",
            "indicator": ["beaches"],
            "family": "bathing-water",
            "season": {"el": "Μάιος–Οκτώβριος", "en": "May–October"},
            "resources": [{"url": "https://example.org/a.csv", "laboratory": "ΕΚΘΕ"}],
        }
    )
    shown = tk.get_action("package_show")(catalogue.context(), {"id": created["id"]})
    assert shown["season"] == {"el": "Μάιος–Οκτώβριος", "en": "May–October"}
    assert shown["indicator"] == ["beaches"]
    assert shown["family"] == "bathing-water"
    assert shown["resources"][0]["laboratory"] == "ΕΚΘΕ"

    names = field_names("scheming_dataset_schema_show", "dataset", "dataset_fields")
    assert names[names.index("frequency") + 1] == "season"

    assert "Water quality" in app.get("/indicator/beaches").body
    assert "Παραλίες" in app.get("/el/indicator/").body
    assert "Άγιος Φωκάς" in app.get("/indicator/beaches/template.csv").get_data().decode()
    dataset_page = app.get(f"/el/dataset/{shown['name']}").body
    assert "Περίοδος λειτουργίας" in dataset_page
    assert "Νερά κολύμβησης" in dataset_page

    form = app.get("/el/dataset/new", headers=sysadmin_headers).body
    assert "Περίοδος λειτουργίας" in form
    assert "Παραλίες" in form

    tk.get_action("organization_patch")(
        catalogue.context(), {"id": tinos["id"], "tourist_office": "Χώρα"}
    )
    organization = tk.get_action("organization_show")(catalogue.context(), {"id": tinos["id"]})
    assert organization["tourist_office"] == "Χώρα"


@pytest.mark.provide_plugin("our_town", OurTownPlugin)
@pytest.mark.usefixtures("forget_additions", "with_plugins")
def test_a_plugin_adds_the_same_without_a_file(ckan_config: Any) -> None:
    p.load("our_town")
    try:
        assert indicators()[-1].id == "trees"
        assert "species" in field_names("scheming_dataset_schema_show", "dataset", "dataset_fields")
        choices = tk.h.greekmunicipal_family_choices({})
        assert {"value": "green", "label": {"el": "Πράσινο", "en": "Green areas"}} in choices
    finally:
        p.unload("our_town")
    assert indicators()[-1].id == "inventory"
    assert "species" not in field_names("scheming_dataset_schema_show", "dataset", "dataset_fields")


@pytest.mark.usefixtures("forget_additions", "with_plugins")
@pytest.mark.parametrize(
    ("added", "message"),
    [
        ({"colours": []}, "unknown key 'colours'; expected indicators, families"),
        ({"indicators": ["beaches"]}, "indicators holds 'beaches'"),
        (
            {"indicators": [{"id": "budget", "label_el": "Π", "label_en": "B", "theme": "ECON"}]},
            "«budget» is there twice",
        ),
        ({"families": [{"id": "payments", "label_el": "Π", "label_en": "P"}]}, "there twice"),
        ({"families": [{"id": "green"}]}, "expected id, label_el, label_en"),
        ({"dataset_fields": [{"field_name": "theme"}]}, "the field theme is there already"),
        ({"dataset_fields": [{"label": "x"}]}, "has no field_name"),
        (
            {"dataset_fields": [{"field_name": "a", "after": "nothing"}]},
            "a stands after 'nothing', which is no field",
        ),
    ],
)
def test_an_addition_that_cannot_be_used_says_why(
    added: dict[str, Any], message: str, tmp_path: Path, ckan_config: Any
) -> None:
    path = tmp_path / "additions.yaml"
    path.write_text(yaml.safe_dump(added, allow_unicode=True), encoding="utf-8")
    with pytest.raises(BadAdditionError, match=message):
        use(collect([str(path)]), ckan_config)


@pytest.mark.usefixtures("with_plugins")
def test_a_file_that_is_not_there_stops_ckan_at_its_start(
    ckan_config: Any, monkeypatch: Any
) -> None:
    monkeypatch.setitem(ckan_config, OPTION, ["/nowhere/additions.yaml"])
    plugin: Any = p.get_plugin("greekmunicipal")
    with pytest.raises(CkanConfigurationException, match="/nowhere/additions.yaml: No such file"):
        plugin.configure(ckan_config)


def test_nothing_is_added_by_default() -> None:
    assert collect([]) == Additions()


def field_names(action: str, kind: str, grouping: str) -> list[str]:
    schema = tk.get_action(action)(catalogue.context(), {"type": kind})
    return [field["field_name"] for field in schema[grouping]]
