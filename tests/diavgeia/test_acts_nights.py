"""Random histories and faults over many nights: what is stored is what Diavgeia has.

Simulator, client, plan and merge together, over real HTTP on loopback. Each run draws a seed and
prints it; ``NIGHTS_SEED`` repeats one.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import sys
from dataclasses import dataclass, fields
from decimal import Decimal
from unittest import mock

import pytest
from acts_memory import MemoryActs, Outcome, run

from ckanext.greekmunicipal.diavgeia import plan_parts
from ckanext.greekmunicipal.diavgeia.act import read_act
from ckanext.greekmunicipal.diavgeia.client import Client
from ckanext.greekmunicipal.diavgeia.plan import pages
from ckanext.greekmunicipal.diavgeia.plan_costs import Rates
from ckanext.greekmunicipal.diavgeia.plan_known import Known
from ckanext.greekmunicipal.diavgeia.plan_run import Scope, plan_run
from ckanext.greekmunicipal.diavgeia.rows import ActRows, rows_of
from ckanext.greekmunicipal.diavgeia.simulator import (
    Faults,
    History,
    Scenario,
    SimulatedOrganization,
    Simulator,
    serve,
)
from ckanext.greekmunicipal.greek import ATHENS

DAY = dt.timedelta(days=1)
# Faults after which a request is sent again; those that lie are for the proof to find.
FAULTS = [field.name for field in fields(Faults)]


There = dict[str, tuple[int, ActRows]]


class Clock:
    def __init__(self, now: dt.datetime) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        return self.now


@dataclass(frozen=True)
class World:
    seed: int
    bodies: int
    acts_per_day: float
    nights: int
    country: bool

    def __str__(self) -> str:
        way = "country" if self.country else "bodies"
        return f"seed {self.seed}: {self.bodies} bodies, {self.nights} nights, through {way}"


def worlds(count: int, nights: int, most: float) -> list[World]:
    seed = int(os.environ.get("NIGHTS_SEED") or random.SystemRandom().randrange(10**6))
    found = []
    for place in range(count):
        draw = random.Random(seed + place)
        rate = 0.5 + draw.random() * most
        found.append(World(seed + place, draw.randint(2, 3), rate, nights, place % 2 == 0))
    return found


def _history(draw: random.Random) -> History:
    return History(
        corrected=draw.random(),
        revoked=draw.random() * 0.3,
        pending=draw.random() * 0.05,
        old=draw.random() * 0.3,
        stray=draw.random() * 0.3,
        mistyped=draw.random() * 0.4,
        put_right=draw.random() * 0.6,
        taken_back=draw.random() * 0.3,
    )


def _faults(draw: random.Random) -> Scenario:
    chosen = draw.sample(FAULTS, 6)
    shares = {name: draw.random() * 0.06 for name in chosen}
    return Scenario(Faults(**shares), 0.01, 0.1, retry_after=0, slow_seconds=0.02)


class Truth:
    """Rows of all acts that the simulator has, of the wanted bodies."""

    def __init__(self, simulator: Simulator, uids: list[str]) -> None:
        self._simulator, self._uids = simulator, uids
        self._rows: dict[tuple[str, int], ActRows] = {}

    def __call__(self) -> dict[str, tuple[int, ActRows]]:
        """By number of the act, when it last changed and its rows."""
        found = {}
        for uid in self._uids:
            for raw in self._simulator.truth(uid):
                key = raw["ada"], raw["submissionTimestamp"]
                if key not in self._rows:
                    act = read_act(json.loads(json.dumps(raw), parse_float=Decimal))
                    self._rows[key] = rows_of(act)
                found[raw["ada"]] = key[1], self._rows[key]
        return found


def check_requests(outcomes: list[Outcome], size: int, world: World) -> None:
    """No more requests than the plan's windows have pages, read once."""
    for outcome in outcomes:
        proof, window = outcome.proof, outcome.planned.window
        assert proof, f"{world}: {window} failed without a fault"
        most = pages(proof.total, size)
        if proof.parts > 1:
            # Each group of types, and each half of a group, has a last page and a first question.
            most += 2 * proof.parts
        assert outcome.requests <= most, f"{world}: {window}, {proof}"


def live(world: World) -> str:
    """Let the world live night after night; what is stored must stay what Diavgeia has."""
    draw = random.Random(world.seed)
    size = draw.choice((10, 25, 100))
    most = draw.choice((size, 4 * size, plan_parts.MOST))
    with mock.patch.object(plan_parts, "MOST", most):
        return _live(world, draw, size)


def _live(world: World, draw: random.Random, size: int) -> str:
    uids = ["6296", "6115", "6114"][: world.bodies]
    bodies = [SimulatedOrganization(uid, f"ΔΗΜΟΣ {uid}", world.acts_per_day) for uid in uids]
    # A body that nobody wants: its acts come in the country's answers and must be left aside.
    other = SimulatedOrganization("99203026", "ΥΠΟΥΡΓΕΙΟ", world.acts_per_day)
    today = dt.date(2026, 1, 5) + draw.randint(0, 300) * DAY
    start = today - draw.randint(40, 120) * DAY
    clock = Clock(dt.datetime(today.year, today.month, today.day, 2, tzinfo=ATHENS))
    simulator = Simulator(
        world.seed,
        [*bodies, other] if world.country else bodies,
        start=start,
        now=clock,
        scenario=_faults(draw),
        history=_history(draw),
    )
    scope = Scope(dt.date(2003, 1, 1), dt.date(2064, 1, 1))
    rate = 1.0 if world.country else 100_000.0
    rates = Rates(weekday=rate, saturday=rate, sunday=rate, old=rate, odd=rate, body=500.0)
    known, stored, truth = Known(), MemoryActs(), Truth(simulator, uids)
    passes = 0
    with serve(simulator) as server, _client(server.base_url) as client:
        for night in range(world.nights + 8):
            healing = night >= world.nights
            if healing:
                server.faults.faults = Faults()  # nothing goes wrong any more
            elif draw.random() < 0.15:
                _advance(clock)
                continue  # a night on which nothing ran
            today = clock.now.date()
            planned = plan_run(uids, known, today, scope, rates)
            outcomes = run(client, planned, known, stored, today, size)
            if healing:
                check_requests(outcomes, size, world)
            there, when = truth(), f"{world}, {clock.now}"
            if _all_read_up_to(known, uids, scope) == today:
                passes += 1
                _same(stored, there, when)
            elif night >= world.nights + 7:
                _nothing_older_than_a_week(stored, there, clock.now, when)
            _true_versions(stored, there, when)
            _advance(clock)
        clock.now += 7 * DAY  # every window is due
        run(
            client,
            plan_run(uids, known, clock.now.date(), scope, rates),
            known,
            stored,
            clock.now.date(),
        )
        assert _all_read_up_to(known, uids, scope) == clock.now.date(), f"{world}: not all read"
        _same(stored, truth(), str(world))
        faults = sum(request.fault is not None for request in server.requests)
    return (
        f"{world}: {len(stored.rows)} acts, {stored.changed} changed, {stored.moved} moved to"
        f" another family, {client.requests} requests, {passes} complete passes, {faults} faults"
    )


def _client(base_url: str) -> Client:
    return Client(
        base_url,
        delay=0,
        allow_private=True,
        sleep=lambda _: None,
        tries=4,
        timeout=(5.0, 5.0),
    )


def _advance(clock: Clock) -> None:
    clock.now += DAY


def _all_read_up_to(known: Known, uids: list[str], scope: Scope) -> dt.date | None:
    """The day before which everything is read, of all bodies and issue dates."""
    marks = [known.mark(uid, bounds) for uid in uids for bounds in scope.windows()]
    return None if None in marks else min(mark for mark in marks if mark)


def _same(stored: MemoryActs, there: There, when: str) -> None:
    """After a complete pass the stored rows are the truth; nothing happens before two at night."""
    missing = sorted(there.keys() - stored.rows.keys())
    assert not missing, f"{when}: not stored {missing[:5]}"
    different = [ada for ada, (_, rows) in there.items() if stored.rows[ada] != rows]
    assert not different, f"{when}: stored otherwise {different[:5]}"
    assert stored.rows.keys() == there.keys(), f"{when}: stored but not there"


def _true_versions(stored: MemoryActs, there: There, when: str) -> None:
    """Every night: no act that is not there, and none newer than it is."""
    for ada, rows in stored.rows.items():
        assert ada in there, f"{when}: {ada} is stored but not there"
        assert rows.act_row[7] <= there[ada][1].act_row[7], f"{when}: {ada} is too new"


def _nothing_older_than_a_week(
    stored: MemoryActs, there: There, now: dt.datetime, when: str
) -> None:
    week_ago = (now - 7 * DAY).timestamp() * 1000
    for ada, (changed, rows) in there.items():
        if changed < week_ago:
            assert stored.rows.get(ada) == rows, f"{when}: {ada} waits for over a week"


def _tell(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\n{text}\n")


@pytest.mark.parametrize("world", worlds(2, 4, 1.5), ids=str)
def test_after_random_nights_the_stored_rows_are_what_diavgeia_has(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    _tell(live(world), capsys)


@pytest.mark.soak
@pytest.mark.parametrize("world", worlds(16, 40, 12.0), ids=str)
def test_after_many_random_nights_the_stored_rows_are_what_diavgeia_has(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    _tell(live(world), capsys)
