"""Sizes from a village to the country, eventful histories, odd shapes."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta

import pytest
from small_world import ISLAND, NOW, START

from ckanext.greekmunicipal.diavgeia.act import read_act
from ckanext.greekmunicipal.diavgeia.simulator import (
    EVENTFUL,
    VILLAGE,
    History,
    Scenario,
    Simulator,
    country,
)
from ckanext.greekmunicipal.diavgeia.simulator.clock import ATHENS
from ckanext.greekmunicipal.diavgeia.simulator.query import read_query

MORNING = datetime(2026, 9, 23, 2, tzinfo=ATHENS)
TUESDAY = {"from_date": "2026-09-22", "to_date": "2026-09-23"}
NEAR = {"from_issue_date": "2026-06-06", "to_issue_date": "2026-11-03"}


def find(world: Simulator, **parameters: str) -> tuple[list, int]:
    now = world.now()
    asked = {"status": "all", "size": "500", **parameters}
    return world.search(read_query(asked, now, world.organizations), now)


@pytest.fixture(scope="module")
def greece() -> Simulator:
    return Simulator(5, country(), start=date(2026, 1, 1), now=MORNING)


def test_the_country_has_all_municipalities_and_24000_acts_on_a_weekday(greece: Simulator) -> None:
    local = [body for body in greece.organizations if body.category == "MUNICIPALITY"]
    assert len(local) == 332
    _, total = find(greece, **TUESDAY, **NEAR)
    assert 21_000 < total < 27_000


def test_a_page_deep_in_the_country_takes_no_longer_than_the_second(greece: Simulator) -> None:
    find(greece, **TUESDAY, **NEAR)

    def taken(page: int) -> float:
        started = time.perf_counter()
        assert len(find(greece, **TUESDAY, **NEAR, page=str(page))[0]) == 500
        return time.perf_counter() - started

    near, deep = (min(taken(page) for page in pages) for pages in ((1, 2, 3), (40, 41, 42)))
    assert deep < 5 * near + 0.1


def test_what_changed_in_a_week_is_the_same_however_it_is_found() -> None:
    """The short way over events finds what a look at every act of the window finds."""
    world = Simulator(8, [ISLAND], start=START, now=NOW, history=EVENTFUL)
    since = datetime(2026, 9, 10, tzinfo=ATHENS).timestamp() * 1000
    truth = {act["ada"]: act for act in world.truth("6296")}
    found: dict[str, dict] = {}
    for year in (*range(1985, 2010, 1), *range(2010, 2070)):
        for half in ("01-01", "06-01"):
            first = date.fromisoformat(f"{year}-{half}")
            last = first + timedelta(days=152) if half == "01-01" else date(year, 11, 1)
            for a, b in ((first, last), (date(year, 11, 1), date(year + 1, 1, 1))):
                page = find(
                    world,
                    from_date="2026-09-10",
                    from_issue_date=a.isoformat(),
                    to_issue_date=b.isoformat(),
                )[0]
                found.update({act["ada"]: act for act in page if act})
    assert found == {a: act for a, act in truth.items() if act["submissionTimestamp"] >= since}
    assert len(found) > 50


def test_an_eventful_history_has_every_kind_of_act_that_can_be_lost() -> None:
    world = Simulator(8, [ISLAND], start=START, now=NOW, history=EVENTFUL)
    acts = list(world.truth("6296"))
    day = 86_400_000
    lags = [(act["publishTimestamp"] - act["issueDate"]) // day for act in acts]
    assert sum(lag > 180 for lag in lags) > 20  # late
    assert sum(lag < -3000 for lag in lags) > 5  # a year mistyped ahead
    assert sum(lag > 7000 for lag in lags) > 3  # and back
    assert sum(act["correctedVersionId"] is not None for act in acts) > 100
    assert sum(act["status"] == "REVOKED" for act in acts) > 20
    assert sum(act["status"] == "PENDING_REVOCATION" for act in acts) > 5
    earlier = {act["ada"]: act for act in world.truth("6296", NOW - timedelta(days=30))}
    both = [(earlier[act["ada"]], act) for act in acts if act["ada"] in earlier]
    assert any(abs(one["issueDate"] - two["issueDate"]) > 1000 * day for one, two in both)
    assert any(one["decisionTypeId"] != two["decisionTypeId"] for one, two in both)


def test_a_share_of_acts_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="expected 0 to 1"):
        History(stray=2)


def test_odd_shapes_are_of_every_kind_and_all_can_be_read() -> None:
    plain = Simulator(8, [VILLAGE, ISLAND], start=START, now=NOW)
    odd = Simulator(8, [VILLAGE, ISLAND], start=START, now=NOW, scenario=Scenario(shape_rate=1.0))
    kinds: set[str] = set()
    for one, two in zip(plain.truth("6296"), odd.truth("6296"), strict=True):
        assert read_act(two).ada == one["ada"]
        kinds |= _kinds(two)
    assert kinds >= {
        "sponsor dict",
        "sponsor list",
        "sponsor NoneType",
        "person dict",
        "person NoneType",
        "amountWithKae dict",
        "org list",
        "org NoneType",
        "unitIds str",
        "unitIds NoneType",
        "extraFieldValues NoneType",
        "extraFieldValues list",
        "protocolNumber int",
        "amount str",
        "amount int",
    }


def _kinds(raw: dict) -> set[str]:
    found = {f"{name} {type(value).__name__}" for name, value in raw.items()}
    extra = raw["extraFieldValues"]
    if isinstance(extra, dict):
        found |= {f"{name} {type(value).__name__}" for name, value in extra.items()}
        for node in extra.values():
            if isinstance(node, dict) and "amount" in node:
                found.add(f"amount {type(node['amount']).__name__}")
    return found
