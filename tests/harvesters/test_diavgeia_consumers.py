"""Consumers of the queue that are killed, doubled or idle."""

from __future__ import annotations

import signal
from typing import Any

import acts_world as world
import ckan.model as model
import pytest
from ckan.lib.redis import connect_to_redis
from ckanext.harvest import queue
from worker_processes import wait_until

from ckanext.greekmunicipal.diavgeia.simulator import Scenario

pytestmark = [pytest.mark.ckan]

# Seconds: waiting ends as soon as it happened, so much only matters on a busy machine.
PATIENCE = 120


def send(*tickets: str) -> None:
    publisher = queue.get_fetch_publisher()
    for ticket in tickets:
        publisher.send({"harvest_object_id": ticket})


def state(ticket: str) -> str:
    [(found,)] = world.select(
        "SELECT state FROM greekmunicipal.window_read WHERE ticket_id = %s", ticket
    )
    return found


def object_state(ticket: str) -> str:
    model.Session.rollback()
    return world.HarvestObject.get(ticket).state


def key_of(ticket: str) -> str:
    return f"{queue.get_fetch_routing_key()}:{ticket}"


@pytest.fixture
def slow_source(empty_portal: None, serving: Any) -> Any:
    """A source with few acts whose answers can be made slow."""
    return _slow(serving, 3)


def _slow(serving: Any, seconds: float) -> Any:
    server = serving(world.simulated(acts_per_day=0.5, scenario=Scenario(slow_seconds=seconds)))
    world.set_up(server)
    return server


def test_a_window_whose_reader_is_killed_is_read_by_the_next(
    empty_portal: None, serving: Any, own_consumers: Any
) -> None:
    # So slow that on a busy machine too the reader is killed before the answer is whole.
    slow_source = _slow(serving, 30)
    first, *others = world.gather(world.new_job(world.source_id()))
    for ticket in others:
        world.fetch(ticket)
    stored = world.all_stored()
    [consumer] = own_consumers.start("fetch")
    slow_source.faults.ask("slow", 1, "search.json")
    send(first)
    wait_until(lambda: state(first) == "reading", PATIENCE)
    consumer.send_signal(signal.SIGKILL)
    consumer.wait()
    assert (state(first), world.all_stored()) == ("reading", stored)

    # Three minutes later, as the next `ckan harvester run` sees it.
    redis: Any = connect_to_redis()
    assert redis.get(key_of(first))
    redis.set(key_of(first), "2026-01-01 00:00:00.000001")
    queue.resubmit_jobs()
    own_consumers.start("fetch")
    wait_until(lambda: object_state(first) == "COMPLETE", PATIENCE)
    assert world.all_stored() == world.expected(slow_source.simulator)
    [(attempts, error)] = world.select(
        "SELECT attempts, error FROM greekmunicipal.window_read WHERE ticket_id = %s", first
    )
    assert (attempts, error) == (2, None)
    assert world.dataset("payments")["state"] == "active"


def test_two_workers_on_one_ticket_store_its_rows_once(
    slow_source: Any, own_consumers: Any
) -> None:
    tickets = world.gather(world.new_job(world.source_id()))
    own_consumers.start("fetch", "fetch")
    slow_source.faults.ask("slow", 1, "search.json")
    send(tickets[0], tickets[0], *tickets[1:])
    wait_until(lambda: {object_state(t) for t in tickets} == {"COMPLETE"}, PATIENCE)
    # Both have done with it: none of the keys by which the queue remembers work is left.
    redis: Any = connect_to_redis()
    wait_until(lambda: not redis.keys(key_of("*")), PATIENCE)
    assert world.all_stored() == world.expected(slow_source.simulator)
    asked = [request.parameters["from_issue_date"] for request in slow_source.requests]
    assert asked.count(world.START.isoformat()) == 1
    assert own_consumers.all_live()


def test_the_queue_does_not_send_a_window_again_while_it_is_read(
    slow_source: Any, own_consumers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.greekmunicipal.harvesters import working

    monkeypatch.setattr(working, "BEAT_SECONDS", 0.1)
    redis: Any = connect_to_redis()
    redis.set(key_of("ticket"), "2026-01-01 00:00:00.000001")
    beats: list[None] = []
    with working.heartbeat("ticket", lambda: beats.append(None)):
        wait_until(lambda: len(beats) > 2, 10)
        queue.resubmit_jobs()
        assert redis.llen(queue.get_fetch_routing_key()) == 0
    redis.delete(key_of("ticket"))
    with working.heartbeat("ticket", lambda: None):
        pass
    # A ticket that was done with meanwhile does not come to life again.
    assert not redis.exists(key_of("ticket"))


def test_a_consumer_is_not_cut_off_by_the_time_out_of_its_connection() -> None:
    connection: Any = queue.get_connection()
    assert connection.connection_pool.connection_kwargs["socket_timeout"] > 3600


def test_consumers_that_were_idle_for_a_minute_take_the_next_job(
    idle_consumers: Any, serving: Any
) -> None:
    server = serving(world.small())
    assert idle_consumers.all_live()
    world.harvest_through_queue(world.set_up(server))
    assert world.all_stored() == world.expected(server.simulator)
    assert idle_consumers.all_live()
