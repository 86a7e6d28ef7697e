"""Redis is lost, PostgreSQL ends its connections, its disk is full: the next run has every row."""

from __future__ import annotations

import resource
import signal
from collections.abc import Callable, Iterator
from typing import Any

import acts_world as world
import pytest
from ckan.lib.redis import connect_to_redis
from ckanext.harvest import queue

from ckanext.greekmunicipal import national_files
from ckanext.greekmunicipal.harvesters import national_datasets
from ckanext.greekmunicipal.harvesters.acts_store import ActsStage

pytestmark = [pytest.mark.ckan]


@pytest.fixture
def server(no_consumers: None, empty_portal: None, serving: Callable[[Any], Any]) -> Any:
    """A source with two windows and few acts."""
    server = serving(world.small())
    world.set_up(server)
    return server


def assert_the_next_run_completes(server: Any) -> None:
    world.harvest_well(world.source_id())
    assert world.all_stored() == world.expected(server.simulator)
    assert world.dataset("payments")["state"] == "active"


def test_tickets_that_redis_lost_are_sent_again(server: Any) -> None:
    first, *others = world.gather(world.new_job(world.source_id()))
    world.fetch(first)
    redis: Any = connect_to_redis()
    redis.flushdb()
    queue.resubmit_objects()
    sent = redis.lrange(queue.get_fetch_routing_key(), 0, -1)
    assert len(sent) == len(others) > 0
    for ticket in others:
        assert any(ticket in str(message) for message in sent)
        world.fetch(ticket)
    assert world.all_stored() == world.expected(server.simulator)


def test_connections_that_postgresql_ends_in_the_middle_cost_no_row(
    server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    merge = ActsStage.merge

    def cut(self: ActsStage, *arguments: Any) -> Any:
        merged = merge(self, *arguments)
        # As a restart does, right before the commit.
        with world.sql() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        return merged

    monkeypatch.setattr(ActsStage, "merge", cut)
    done = world.harvest(world.source_id())
    assert any(world.errors_of(each) for each in done)
    assert not any(world.all_stored().values()), "nothing of a window that was not committed"
    monkeypatch.setattr(ActsStage, "merge", merge)
    assert_the_next_run_completes(server)


@pytest.fixture
def full_disk() -> Iterator[Callable[[], None]]:
    """Answers writes to the ledger as PostgreSQL does without room; gives what makes room."""
    with world.sql() as cursor:
        cursor.execute(
            "CREATE FUNCTION greekmunicipal.no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE EXCEPTION 'could not extend file: No space left on device'"
            " USING ERRCODE = 'disk_full'; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER no_room BEFORE INSERT ON greekmunicipal.act_ledger"
            " EXECUTE FUNCTION greekmunicipal.no_room()"
        )

    def make_room() -> None:
        with world.sql() as cursor:
            cursor.execute("DROP FUNCTION IF EXISTS greekmunicipal.no_room() CASCADE")

    yield make_room
    make_room()


def test_a_full_disk_fails_the_window_whole_and_is_told(
    server: Any, full_disk: Callable[[], None]
) -> None:
    done = world.harvest(world.source_id())
    errors = [error for each in done for error in world.errors_of(each)]
    assert any("No space left on device" in error for error in errors), errors
    assert not any(world.all_stored().values()), "rows without their ledger"
    full_disk()
    assert_the_next_run_completes(server)


@pytest.fixture
def no_room_for_files() -> Iterator[Callable[[int], None]]:
    """Bounds the size of the files that this process may write, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, ignored)


def test_yearly_files_that_do_not_fit_leave_those_that_were_there(
    server: Any,
    no_room_for_files: Callable[[int], None],
    tmp_path: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import ckan.plugins.toolkit as tk

    world.harvest_well(world.source_id())
    monkeypatch.setitem(tk.config, "ckan.storage_path", str(tmp_path))
    national_datasets.rebuild("payments", world.SLUG)
    before = {path: path.read_bytes() for path in national_files.folder().iterdir()}
    with world.sql() as cursor:
        cursor.execute(f"UPDATE {world.table('payments', 'acts')} SET amount = 1")
    no_room_for_files(100)
    with pytest.raises(OSError):  # noqa: PT011 - its number depends on what is full
        national_datasets.rebuild("payments", world.SLUG)
    assert {path: path.read_bytes() for path in national_files.folder().iterdir()} == before
    no_room_for_files(resource.getrlimit(resource.RLIMIT_FSIZE)[1])
    assert national_datasets.rebuild("payments", world.SLUG).written == ("payments-acts-2026",)
