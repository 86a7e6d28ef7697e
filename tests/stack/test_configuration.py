from __future__ import annotations

import configparser
import json
import os
import stat
from pathlib import Path

import pytest

from stack import StackError, ckan, paths, slots
from stack.slots import Slot

PORTS = {"postgres": 21001, "redis": 21002, "solr": 21003, "portal": 21004}


@pytest.fixture
def configured(home: Path) -> Path:
    (home / "ports.json").write_text(json.dumps(PORTS))
    ckan.configure()
    return home


def read(path: Path) -> dict[str, str]:
    parser = configparser.ConfigParser(defaults={"here": str(path.parent)})
    parser.optionxform = str  # type: ignore[assignment]
    parser.read(path, encoding="utf-8")
    return dict(parser["app:main"])


def test_the_tests_share_no_database_core_or_queue_with_the_portal(configured: Path):
    found = [read(paths.CKAN_INI), *(read(slot.services_ini) for slot in slots.slots())]
    assert len(found) > 2
    for option in (
        "sqlalchemy.url",
        "ckan.datastore.write_url",
        "ckan.datastore.read_url",
        "solr_url",
        "ckan.redis.url",
        "ckan.storage_path",
    ):
        assert len({each[option] for each in found}) == len(found), option
    assert len({each["ckan.plugins"] for each in found}) == 1


def test_each_slot_has_a_configuration_that_includes_its_own_services(configured: Path):
    second = Slot(2)
    text = second.ini.read_text(encoding="utf-8")
    assert f"use = config:{second.services_ini.name}\n" in text
    assert "testing = true\n" in text


def test_slots_that_were_made_before_are_kept(configured: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TEST_SLOTS", "3")
    ckan.configure()
    monkeypatch.delenv("TEST_SLOTS")
    assert [slot.number for slot in slots.slots()] == [1, 2, 3]


@pytest.mark.parametrize("told", ["0", "16", "two", "-1"])
def test_a_wrong_number_of_slots_is_refused(told: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TEST_SLOTS", told)
    with pytest.raises(StackError, match="expected a number from 1 to 15"):
        slots.slots()


def test_every_address_is_on_the_loopback_interface_with_the_remembered_port(configured: Path):
    portal = read(paths.CKAN_INI)
    assert "@127.0.0.1:21001/ckan_default" in portal["sqlalchemy.url"]
    assert "@127.0.0.1:21002/0" in portal["ckan.redis.url"]
    assert portal["solr_url"] == "http://127.0.0.1:21003/solr/ckan"
    assert portal["ckan.site_url"] == "http://127.0.0.1:21004"


def test_harvest_consumers_may_wait_longer_than_the_redis_client_would_let_them(configured: Path):
    assert read(paths.CKAN_INI)["ckan.redis.url"].endswith("?socket_timeout=86400")


def test_the_datastore_is_read_by_a_role_that_cannot_write(configured: Path):
    portal = read(paths.CKAN_INI)
    assert portal["ckan.datastore.read_url"].startswith("postgresql://datastore_ro:")
    assert portal["ckan.datastore.write_url"].startswith("postgresql://ckan_default:")


def test_files_with_passwords_are_readable_by_their_owner_only(configured: Path):
    for path in (
        paths.CKAN_INI,
        *(slot.services_ini for slot in slots.slots()),
        paths.ENV,
        configured / "credentials.json",
    ):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_configuring_again_changes_nothing(configured: Path):
    before = paths.CKAN_INI.read_text(), os.stat(paths.CKAN_INI).st_mtime_ns
    ckan.configure()
    assert before == (paths.CKAN_INI.read_text(), os.stat(paths.CKAN_INI).st_mtime_ns)


def test_a_plugin_of_ours_is_loaded_once_its_module_exists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    module = tmp_path / "plugin.py"
    monkeypatch.setattr(ckan, "PLUGINS", (("ours", module), ("harvest", None)))
    assert ckan.plugins() == "harvest"
    module.touch()
    assert ckan.plugins() == "ours harvest"


def test_settings_of_another_ckan_in_the_environment_are_not_passed_on(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("CKAN_SQLALCHEMY_URL", "postgresql://elsewhere/production")
    assert "CKAN_SQLALCHEMY_URL" not in ckan.clean_environment()
