"""The documents say what the code does, where a machine can tell."""

from __future__ import annotations

import configparser
import re
from importlib.metadata import entry_points
from pathlib import Path

import pytest
import yaml

from ckanext.greekmunicipal.budgets import LINES_COLUMNS as BUDGET_COLUMNS
from ckanext.greekmunicipal.console import COMMANDS
from ckanext.greekmunicipal.diavgeia.families import FAMILIES
from ckanext.greekmunicipal.diavgeia.rows import ACTS_COLUMNS, LINES_COLUMNS

ROOT = Path(__file__).resolve().parents[2]
OURS = ROOT / "ckanext" / "greekmunicipal"


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    return re.split(r"^## ", text.split(f"\n## {heading}\n")[1], flags=re.MULTILINE)[0]


def first_cells(text: str) -> list[str]:
    return re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)


def packages(lines: str) -> set[str]:
    names = (re.match(r"\s*([A-Za-z0-9_.-]+)", line) for line in lines.splitlines())
    return {name[1] for name in names if name}


@pytest.mark.parametrize(
    ("heading", "columns"),
    [("Acts", ACTS_COLUMNS), ("Lines", LINES_COLUMNS), ("Budget", BUDGET_COLUMNS)],
)
def test_the_data_model_has_every_column_in_order(heading, columns):
    text = section(page("docs/data-model.md"), heading)
    rows = re.findall(r"^\| `([^`]+)` \| (\w+) \|", text, re.MULTILINE)
    assert rows == [(column.name, column.type) for column in columns]


def test_the_data_model_has_every_family_with_its_decision_types():
    text = section(page("docs/data-model.md"), "Datasets")
    rows = dict(re.findall(r"^\| `([^`]+)` \| [^|]* \| ([^|]*) \|", text, re.MULTILINE))
    assert list(rows) == [family.slug for family in FAMILIES]
    for family in FAMILIES:
        if family.slug != "other":
            assert rows[family.slug] == ", ".join(family.decision_types)


def test_the_data_model_has_every_table_of_ours():
    migrations = sorted((OURS / "migration").glob("**/versions/*.py"))
    made = {
        name
        for path in migrations
        for name in re.findall(r"CREATE TABLE greekmunicipal\.(\w+)", path.read_text("utf-8"))
    }
    assert made
    assert set(first_cells(section(page("docs/data-model.md"), "Our own tables"))) == made


def test_every_declared_option_has_its_heading_and_default():
    declared = yaml.safe_load((OURS / "config_declaration.yaml").read_text("utf-8"))
    options = [option for group in declared["groups"] for option in group["options"]]
    text = page("docs/configuration.md")
    assert re.findall(r"^### (\S+)$", text, re.MULTILINE) == [option["key"] for option in options]
    for option in options:
        told = text.split(f"\n### {option['key']}\n")[1].split("\n#")[0]
        expected = f"Default: `{option['default']}`" if "default" in option else "No default."
        assert expected in told


def test_every_dependency_has_its_reason():
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    text = page("docs/dependencies.md")
    assert set(first_cells(section(text, "The package"))) == packages(
        setup["options"]["install_requires"]
    )
    pinned = packages(page("stack/requirements.txt"))
    told = set(first_cells(section(text, "The local stack and the tests")))
    assert told == pinned - set(first_cells(section(text, "The package")))


def test_the_readme_has_every_command_and_plugin():
    text = page("README.rst")
    for command in COMMANDS:
        assert f"``greekmunicipal {command}" in text
    plugins = [
        point.name
        for point in entry_points(group="ckan.plugins")
        if point.value.startswith("ckanext.greekmunicipal.")
    ]
    assert plugins
    for plugin in plugins:
        assert re.search(rf"^``{plugin}`` ", text, re.MULTILINE), plugin


def test_the_readme_has_every_command_of_ckan():
    commands = re.findall(
        r"^@greekmunicipal\.command\(\).*?^def (\w+)\(",
        (OURS / "cli.py").read_text("utf-8"),
        re.MULTILINE | re.DOTALL,
    )
    assert commands
    for command in commands:
        assert f"``ckan greekmunicipal {command.replace('_', '-')}" in page("README.rst")


def test_the_readme_is_sound_restructured_text():
    core = pytest.importorskip("docutils.core", reason="docutils is not installed")
    parts = core.publish_parts(
        page("README.rst"), writer_name="html", settings_overrides={"halt_level": 2}
    )
    assert "ckanext-greekmunicipal" in parts["title"]


def test_no_page_names_an_address_of_a_package_registry_or_a_path_of_a_machine():
    refused = re.compile(r"pypi\.org|pythonhosted|npmjs|repo1?\.maven|/work/|/tmp/|/root/|/home/")
    pages = [ROOT / "README.rst", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")]
    assert len(pages) > 5
    for path in pages:
        assert not refused.search(path.read_text(encoding="utf-8")), path.name
