"""A wrong option or order of plugins stops CKAN at its start, with a sentence that helps."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ckanext.greekmunicipal import config as our_config

ROOT = Path(__file__).resolve().parents[1]
PLUGINS = [
    *("greekmunicipal", "diavgeia_harvester", "municipal_budget_harvester"),
    "municipal_catalog_harvester",
    *("scheming_datasets", "scheming_organizations", "dcat", "harvest", "datastore"),
]
GOOD: dict[str, Any] = {
    "ckan.plugins": PLUGINS,
    our_config.BASE_URL: "https://diavgeia.gov.gr/opendata",
    our_config.DELAY: "1.0",
    our_config.FEED_INTERVAL: "3600",
}


def without(*names: str) -> list[str]:
    return [name for name in PLUGINS if name not in names]


def first(name: str) -> list[str]:
    return [name, *without(name)]


def problems(**changes: Any) -> list[str]:
    config: Any = {**GOOD, **{key: value for key, value in changes.items() if value is not None}}
    return our_config.problems(config)


@pytest.mark.parametrize(
    "plugins",
    [
        PLUGINS,
        [*PLUGINS, "text_view"],
        ["image_view", *PLUGINS],
        without(*(name for name in PLUGINS if "harvest" in name)),
    ],
)
def test_a_good_order_of_plugins_has_no_problem(plugins: list[str]) -> None:
    assert problems(**{"ckan.plugins": plugins}) == []


@pytest.mark.parametrize(
    ("plugins", "sentence"),
    [
        (without("datastore"), "ckan.plugins lacks datastore, which greekmunicipal builds on"),
        (without("dcat", "scheming_datasets"), "ckan.plugins lacks scheming_datasets, dcat"),
        (without("harvest"), "ckan.plugins has diavgeia_harvester without harvest: add it."),
        (without("harvest"), "municipal_budget_harvester without harvest: add it."),
        (without("harvest"), "municipal_catalog_harvester without harvest: add it."),
        (first("dcat"), "ckan.plugins names dcat before greekmunicipal"),
        (first("datastore"), "Put greekmunicipal first."),
        (["structured_data", *PLUGINS], "names structured_data before greekmunicipal"),
    ],
)
def test_a_wrong_order_of_plugins_is_told(plugins: list[str], sentence: str) -> None:
    assert sentence in " ".join(problems(**{"ckan.plugins": plugins}))


@pytest.mark.parametrize("value", ["0", "1.0", "3600", 2])
def test_a_good_delay_has_no_problem(value: Any) -> None:
    assert problems(**{our_config.DELAY: value}) == []


@pytest.mark.parametrize("value", ["soon", "", "-1", "3601", "nan", "inf"])
def test_a_wrong_delay_is_told_with_what_was_read(value: str) -> None:
    [told] = problems(**{our_config.DELAY: value})
    assert told.startswith(f"{our_config.DELAY} is {value!r}: expected seconds")


@pytest.mark.parametrize(
    "value",
    ["diavgeia.gov.gr", "ftp://diavgeia.gov.gr", "", "https://", "https://a:b@c.gr/x", "https://["],
)
def test_a_wrong_address_is_told_with_what_was_read(value: str) -> None:
    [told] = problems(**{our_config.BASE_URL: value})
    assert told.startswith(f"{our_config.BASE_URL} is {value!r}: expected an address")


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert problems(**{our_config.BUDGETS_FOLDER: str(tmp_path)}) == []
    [told] = problems(**{our_config.BUDGETS_FOLDER: str(tmp_path / "absent")})
    assert "no such folder" in told


def test_a_host_is_named_without_scheme_and_port() -> None:
    assert problems(**{our_config.PRIVATE_HOSTS: ["127.0.0.1", "simulator.internal"]}) == []
    [told] = problems(**{our_config.PRIVATE_HOSTS: ["http://127.0.0.1:5000"]})
    assert told.startswith(f"{our_config.PRIVATE_HOSTS} names 'http://127.0.0.1:5000'")


@pytest.mark.ckan
@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        (
            f"{our_config.DELAY} = soon",
            f"ckanext-greekmunicipal: {our_config.DELAY} is 'soon': expected seconds",
        ),
        (
            "ckan.plugins = dcat greekmunicipal scheming_datasets scheming_organizations datastore",
            "ckan.plugins names dcat before greekmunicipal",
        ),
    ],
)
def test_ckan_itself_does_not_start_and_says_why(
    tmp_path: Path, tests_ini: Path, setting: str, sentence: str
) -> None:
    ini = tmp_path / "ckan.ini"
    ini.write_text(f"[app:main]\nuse = config:{tests_ini}\n{setting}\n", encoding="utf-8")
    done = subprocess.run(
        [str(Path(sys.executable).with_name("ckan")), "-c", str(ini), "config", "list"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=ROOT,
        env={key: text for key, text in os.environ.items() if not key.startswith("CKAN")},
    )
    assert done.returncode != 0
    assert sentence in done.stdout + done.stderr


@pytest.mark.parametrize("seconds", ["soon", "59", "2678401", "-60", "3600.5", ""])
def test_a_wrong_interval_of_the_dump_is_told_with_what_was_read(seconds: str) -> None:
    [sentence] = problems(**{our_config.FEED_INTERVAL: seconds})
    assert our_config.FEED_INTERVAL in sentence
    assert repr(seconds) in sentence
