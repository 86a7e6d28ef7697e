"""Persons who stand in the acts are nowhere in what we keep."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import acts_world as world
import ckan.plugins.toolkit as tk
import pytest
import requests
from ckan.lib.redis import connect_to_redis
from ckan.lib.search.common import make_connection

from ckanext.greekmunicipal.greek import fold

pytestmark = [pytest.mark.ckan]


def found(planted: frozenset[str], text: str) -> list[str]:
    """Which of the strings occur, however they are written.

    Words are looked through once each: a dump repeats most of them.
    """
    plain = "\n".join(set(re.split(r"\W+", text)))
    folded = fold(plain)
    return sorted(each for each in planted if each in plain or fold(each) in folded)


@pytest.fixture
def planted(harvested: Any) -> frozenset[str]:
    """Surnames, fathers' names and tax numbers of the simulated persons."""
    strings = harvested.simulator.planted_strings()
    assert all(re.fullmatch(r"\w+", each) for each in strings)
    return strings


def test_the_persons_stand_in_the_answers_that_were_harvested(
    harvested: Any, planted: frozenset[str]
) -> None:
    """Without this the other tests could not fail."""
    address = (
        f"{harvested.base_url}/search.json?org={world.UID}&status=all&size=500"
        "&from_issue_date=2026-06-01&to_issue_date=2026-08-25"
    )
    with urlopen(address) as answer:  # noqa: S310 - the simulator
        raw = json.dumps(json.load(answer), ensure_ascii=False)
    assert len(found(planted, raw)) > 100


def dump(option: str) -> str:
    """All of a database as pg_dump writes it."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_dump"))
    done = subprocess.run(
        [str(programs[-1]) if programs else "pg_dump", "--dbname", tk.config[option]],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
        text=True,
    )
    return done.stdout


@pytest.mark.parametrize(
    ("option", "table"),
    [("sqlalchemy.url", "harvest_object"), ("ckan.datastore.write_url", "act_ledger")],
)
def test_no_database_names_a_person(planted: frozenset[str], option: str, table: str) -> None:
    text = dump(option)
    assert table in text
    assert "Πληρωμ" in text
    assert found(planted, text) == []


def test_the_search_index_names_no_person(planted: frozenset[str]) -> None:
    stored = make_connection().search("*:*", rows=1000).docs
    documents = json.dumps(stored, ensure_ascii=False, default=str)
    assert "Πληρωμ" in documents
    assert found(planted, documents) == []
    solr = tk.config["solr_url"]
    fields = requests.get(f"{solr}/admin/luke", params={"wt": "json"}, timeout=20).json()["fields"]
    terms = requests.get(
        f"{solr}/terms",
        params={"terms.fl": list(fields), "terms.limit": -1, "wt": "json", "omitHeader": "true"},
        timeout=20,
    ).text
    assert "tinou" in terms
    assert found(planted, terms) == []


def everything_in_redis() -> Iterator[str]:
    redis: Any = connect_to_redis()
    read = {
        "string": redis.get,
        "list": lambda key: redis.lrange(key, 0, -1),
        "set": redis.smembers,
        "zset": lambda key: redis.zrange(key, 0, -1),
        "hash": redis.hgetall,
    }
    for key in redis.keys("*"):
        yield _text(key)
        yield _text(read[redis.type(key).decode()](key))


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    return "\n".join(_text(each) for each in value)


def test_redis_names_no_person(planted: frozenset[str]) -> None:
    connect_to_redis().set("test", "Δήμος Τήνου")
    text = "\n".join(everything_in_redis())
    assert "Τήνου" in text
    assert found(planted, text) == []


def test_no_file_names_a_person(planted: frozenset[str]) -> None:
    folder = Path(tk.config["ckan.storage_path"])
    assert folder.is_dir()
    text = "\n".join(
        path.read_bytes().decode("utf-8", errors="replace")
        for path in folder.rglob("*")
        if path.is_file()
    )
    assert found(planted, text) == []


def test_no_log_of_the_services_names_a_person(
    planted: frozenset[str], log_sizes: dict[Path, int]
) -> None:
    assert any(log.name == "server.log" for log in log_sizes)
    for log, size in log_sizes.items():
        written = log.read_bytes()[size:].decode("utf-8", errors="replace")
        assert found(planted, written) == [], log


def test_the_consumers_tell_no_name(planted: frozenset[str], shared_consumers: Any) -> None:
    output = shared_consumers.output()
    assert "DEBUG" in output
    assert "Received harvest object id" in output
    assert found(planted, output) == []


def test_subjects_of_acts_about_persons_are_withheld_not_lost(harvested: Any) -> None:
    staff = world.stored("staff", "acts")
    subject, withheld = (world.position("acts", n) for n in ("subject", "subject_withheld"))
    assert staff
    assert {(row[subject], row[withheld]) for row in staff} == {(None, True)}
    [(total,)] = world.select("SELECT sum(subjects_withheld) FROM greekmunicipal.window_read")
    assert total > len(staff)
