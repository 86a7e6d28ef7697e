"""All municipalities through the country's answers: requests at full size, and what they find.

The simulator holds 24,000 acts a weekday. Its answers are asked for without HTTP and with only
those fields that prove them, so that the full size takes seconds.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from ckanext.greekmunicipal.diavgeia import plan_parts
from ckanext.greekmunicipal.diavgeia.answer import WindowAnswer
from ckanext.greekmunicipal.diavgeia.client import Client
from ckanext.greekmunicipal.diavgeia.errors import WindowNotProved
from ckanext.greekmunicipal.diavgeia.plan import COUNTRY, PAGE_SIZE, Window
from ckanext.greekmunicipal.diavgeia.plan_known import Known, Read, read_of
from ckanext.greekmunicipal.diavgeia.plan_run import NIGHT, PASS, Planned, Scope, plan_run
from ckanext.greekmunicipal.diavgeia.simulator import (
    History,
    SimulatedOrganization,
    Simulator,
    country,
    serve,
)
from ckanext.greekmunicipal.diavgeia.simulator.identity import ActKey
from ckanext.greekmunicipal.diavgeia.simulator.query import read_query
from ckanext.greekmunicipal.greek import ATHENS

DAY = dt.timedelta(days=1)
MONDAY = dt.datetime(2026, 9, 21, 2, tzinfo=ATHENS)


class Clock:
    def __init__(self, now: dt.datetime) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        return self.now


class Direct:
    """Asks a simulator without HTTP; acts have only what proves an answer."""

    base_url = "simulator"

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.requests = 0
        self.submitted: dict[str, int] = {}

    @property
    def source_time(self) -> dt.datetime:
        return self.simulator.now()

    def search(self, window: Window, page: int, size: int) -> Any:
        self.requests += 1
        asked = {
            "from_issue_date": window.issue_from.isoformat(),
            "to_issue_date": window.issue_to.isoformat(),
            "from_date": (window.submitted_from or dt.date(2010, 1, 1)).isoformat(),
            "status": "all",
            "page": str(page),
            "size": str(size),
            "type": ";".join(window.decision_types),
            "org": window.organization_uid,
        }
        if window.submitted_to:
            asked["to_date"] = window.submitted_to.isoformat()
        now = self.simulator.now()
        query = read_query(asked, now, self.simulator.organizations)
        self.simulator._item = self._item  # type: ignore[method-assign]
        decisions, total = self.simulator.search(query, now)
        info = {"query": query.echo, "page": page, "size": size, "total": total}
        return {"decisions": decisions, "info": info}

    def _item(self, row: Any) -> dict[str, Any]:
        header = row.state.header
        ada = self.simulator.identity.ada(ActKey(row.body.number, header.day, header.number))
        return {
            "ada": ada,
            "organizationId": row.body.uid,
            "issueDate": row.state.issued,
            "submissionTimestamp": row.state.submitted,
        }


class Portal:
    """Marks and newest versions of all municipalities of a simulated country."""

    def __init__(self, simulator: Simulator) -> None:
        self.asks = Direct(simulator)
        self.simulator = simulator
        self.bodies = [b.uid for b in simulator.organizations if b.category == "MUNICIPALITY"]
        self.known = Known()
        self.submitted: dict[str, int] = {}

    def begin(self) -> None:
        """Everything up to now is read."""
        today = self.simulator.now().date()
        for bounds in Scope().windows():
            self.known.add(Read(Window(COUNTRY, *bounds), today, frozenset(self.bodies)))

    def there(self) -> dict[str, int]:
        wanted = set(self.bodies)
        found = {}
        for body in self.simulator.organizations:
            if body.uid in wanted:
                now = int(self.simulator.now().timestamp() * 1000)
                for state in self.simulator._all_states(body, now):
                    header = state.header
                    key = ActKey(body.number, header.day, header.number)
                    found[self.simulator.identity.ada(key)] = state.submitted
        return found

    def night(self) -> dict[str, int]:
        """Run the plan; requests made, by reason."""
        today, made = self.simulator.now().date(), {NIGHT: 0, PASS: 0}
        for one in plan_run(self.bodies, self.known, today):
            made[one.reason] = made.get(one.reason, 0) + self._read(one, today)
        return made

    def _read(self, one: Planned, today: dt.date) -> int:
        before = self.asks.requests
        answer = WindowAnswer(self.asks, one.window, PAGE_SIZE, 4)
        wanted = set(one.bodies)
        for page in answer:
            for act in page.decisions:
                if act["organizationId"] in wanted:
                    at = act["submissionTimestamp"]
                    self.submitted[act["ada"]] = max(at, self.submitted.get(act["ada"], 0))
        self.known.add(read_of(answer.proof, one.bodies, today))
        return self.asks.requests - before


def test_an_ordinary_weekday_of_all_332_takes_at_most_120_requests_the_pass_at_most_400(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """At the full size of the country."""
    clock = Clock(MONDAY)
    portal = Portal(Simulator(5, country(), start=dt.date(2026, 1, 1), now=clock))
    assert len(portal.bodies) == 332
    portal.begin()
    clock.now += DAY
    night = portal.night()
    # The nights until then are as read, so that the pass alone is measured.
    clock.now += 5 * DAY
    near = [
        b for b in Scope().windows() if b.issue_from <= clock.now.date() <= b.issue_to + 60 * DAY
    ]
    for bounds in near:
        read = Read(Window(COUNTRY, *bounds), clock.now.date(), frozenset(portal.bodies))
        portal.known.add(read)
    complete = portal.night()
    with capsys.disabled():
        print(f"\ncountry: {night[NIGHT]} requests on a weekday, {complete[PASS]} the pass")  # noqa: T201
    assert night[PASS] == 0
    assert 40 <= night[NIGHT] <= 120
    assert 200 <= complete[PASS] <= 400


def _weeks(simulator: Simulator, clock: Clock, nights: int) -> dict[str, int]:
    """Some weeks of a country; whatever happens to acts of any age is found in seven days."""
    portal = Portal(simulator)
    portal.begin()
    portal.submitted = portal.there()
    total = {NIGHT: 0, PASS: 0}
    for night in range(nights):
        clock.now += DAY
        for reason, count in portal.night().items():
            total[reason] += count
        if night < nights - 2 and night % 5:
            continue
        week_ago = (clock.now - 7 * DAY).timestamp() * 1000
        late = {
            ada
            for ada, at in portal.there().items()
            if at < week_ago and portal.submitted.get(ada) != at
        }
        assert not late, f"{clock.now}: {len(late)} changes wait for over a week"
    return total


EVENTS = History(old=0.05, stray=0.1, mistyped=0.3, put_right=0.4, taken_back=0.2)


def test_late_corrected_and_revoked_acts_of_any_age_are_found_within_seven_days() -> None:
    bodies = [one for one in country(400) if one.category == "MUNICIPALITY"][:70]
    ministry = SimulatedOrganization("99203026", "ΥΠΟΥΡΓΕΙΟ", 40.0, category="MINISTRY")
    clock = Clock(MONDAY)
    world = Simulator(9, [*bodies, ministry], start=dt.date(2026, 5, 1), now=clock, history=EVENTS)
    assert _weeks(world, clock, 15)[PASS] >= 2 * 260


@pytest.mark.soak
def test_the_same_holds_for_weeks_of_the_whole_country() -> None:
    clock = Clock(MONDAY)
    world = Simulator(9, country(), start=dt.date(2025, 1, 1), now=clock, history=EVENTS)
    assert _weeks(world, clock, 21)[PASS] <= 3 * 400


# --- the country over HTTP ----------------------------------------------------------------------


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(plan_parts, "MOST", 40)
    bodies = [SimulatedOrganization(uid, f"ΔΗΜΟΣ {uid}", 40.0) for uid in ("6296", "6115")]
    simulator = Simulator(3, bodies, start=dt.date(2026, 8, 1), now=MONDAY)
    with serve(simulator) as server:
        yield server


def read(server: Any, window: Window, size: int = 10) -> tuple[dict[str, dict], Any]:
    with Client(server.base_url, delay=0, allow_private=True, sleep=lambda _: None) as client:
        answer, found = client.read_window(window, size), {}
        for page in answer:
            if page.number == 0:
                found.clear()
            found |= {raw["ada"]: raw for raw in page.decisions}
        return found, answer.proof


FRIDAY = Window(
    COUNTRY, dt.date(2026, 6, 6), dt.date(2026, 11, 3), dt.date(2026, 9, 18), dt.date(2026, 9, 19)
)


def of_friday(server: Any) -> set[str]:
    start, end = (dt.datetime(2026, 9, day, tzinfo=ATHENS).timestamp() * 1000 for day in (18, 19))
    first = dt.datetime(2026, 6, 6, tzinfo=ATHENS).timestamp() * 1000
    return {
        act["ada"]
        for uid in ("6296", "6115")
        for act in server.simulator.truth(uid)
        if start <= act["submissionTimestamp"] < end and act["issueDate"] >= first
    }


def test_a_day_of_the_country_is_read_in_parts_by_type_and_holds_every_act(served) -> None:
    found, proof = read(served, FRIDAY)
    assert set(found) == of_friday(served)
    assert len(found) == proof.total > 40
    assert proof.parts > 2
    assert proof.pages == served.count("search")
    asked = [request.parameters for request in served.requests]
    assert {"org" in one for one in asked} == {False}
    assert all(one["to_date"] == "2026-09-19" for one in asked)


def test_a_type_that_is_in_no_table_is_found_by_issue_dates(served, monkeypatch) -> None:
    """Acts of a new type are in no part by type: the sum betrays it."""
    known = {uid: kind for uid, kind in plan_parts.DECISION_TYPES.items() if uid != "2.4.7.1"}
    monkeypatch.setattr(plan_parts, "DECISION_TYPES", known)
    plan_parts._shares.cache_clear()
    try:
        found, proof = read(served, FRIDAY)
    finally:
        plan_parts._shares.cache_clear()
    assert set(found) == of_friday(served)
    assert "2.4.7.1" in {raw["decisionTypeId"] for raw in found.values()}
    assert proof.total == len(found)


def test_a_day_that_is_not_over_at_the_source_is_not_taken_for_read(served) -> None:
    monday = Window(COUNTRY, *FRIDAY_BOUNDS, dt.date(2026, 9, 21), dt.date(2026, 9, 22))
    with pytest.raises(WindowNotProved) as refused:
        read(served, monday)
    assert refused.value.reason == "open-day"


FRIDAY_BOUNDS = (FRIDAY.issue_from, FRIDAY.issue_to)


def test_the_mark_of_an_open_read_is_the_day_of_the_sources_clock(served) -> None:
    _, proof = read(served, Window("6296", *FRIDAY_BOUNDS, dt.date(2026, 9, 20)))
    assert proof.source_time == MONDAY
    assert read_of(proof, ["6296"], dt.date(2026, 9, 25)).through == MONDAY.date()
    assert read_of(proof, ["6296"], dt.date(2026, 9, 20)).through == dt.date(2026, 9, 20)
