"""Nights of the harvester: few requests, and nothing of any age that is found later than in a week."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import acts_world as world
import ckan.model as model
import pytest

from ckanext.greekmunicipal.diavgeia import families
from ckanext.greekmunicipal.diavgeia.plan_costs import Rates
from ckanext.greekmunicipal.diavgeia.simulator import History, SimulatedOrganization, Simulator
from ckanext.greekmunicipal.greek import ATHENS
from ckanext.greekmunicipal.harvesters import diavgeia_gather, setting_up, status
from ckanext.greekmunicipal.harvesters.identity import package_id, resource_id
from ckanext.greekmunicipal.municipalities import by_diavgeia_uid

pytestmark = [pytest.mark.ckan]

DAY = dt.timedelta(days=1)
NIGHT = dt.datetime(2026, 9, 1, 2, tzinfo=ATHENS)
# Acts of the distant past, dated into the future, mistyped and put right, revoked: all often.
EVENTS = History(
    corrected=0.5, revoked=0.3, old=0.2, stray=0.3, mistyped=0.3, put_right=0.6, taken_back=0.3
)


class Nights:
    """A simulated Diavgeia and the source of some of its bodies, with one clock for both."""

    def __init__(self, server: Any, uids: tuple[str, ...], options: dict[str, Any]) -> None:
        self.server, self.uids = server, uids
        self.now = NIGHT
        self.options = {"first": "2003-01-01", "last": "2063-12-31", **options}
        for uid in uids:
            setting_up.organization(by_diavgeia_uid(uid), dry_run=False)
        setting_up.source(
            *(by_diavgeia_uid(uids[0]), "diavgeia", "Διαύγεια", server.base_url),
            {"bodies": list(uids), **self.options},
            dry_run=False,
        )
        name = setting_up.source_name(by_diavgeia_uid(uids[0]), "diavgeia")
        package = model.Package.get(name)
        assert package is not None
        self.source = package.id

    def run(self) -> int:
        """Harvest once; the requests that it took."""
        self.server.forget()
        world.move_clock(self.server, self.now)
        for each in world.harvest(self.source):
            assert world.errors_of(each) == []
        return self.server.count("search")

    def submitted(self) -> dict[str, dt.datetime]:
        """When the stored version of each act was submitted."""
        return dict(world.select("SELECT ada, submission_time FROM greekmunicipal.act_ledger"))

    def _is_wanted(self, act: dict[str, Any]) -> bool:
        issued = dt.datetime.fromtimestamp(act["issueDate"] / 1000, ATHENS).date().isoformat()
        family = families.family_of(act["decisionTypeId"])
        return self.options["first"] <= issued <= self.options["last"] and family in (
            self.options.get("families") or [family]
        )

    def truth(self) -> dict[str, dt.datetime]:
        """When the true version of each act was submitted, of what is asked for."""
        return {
            act["ada"]: dt.datetime.fromtimestamp(act["submissionTimestamp"] / 1000, ATHENS)
            for uid in self.uids
            for act in self.server.simulator.truth(uid)
            if self._is_wanted(act)
        }


@pytest.fixture
def nights(
    empty_portal: None, serving: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Nights]:
    def make(
        *uids: str,
        others: int = 0,
        rate: float = 2.0,
        history: Any = EVENTS,
        until: Any = None,
        **options: Any,
    ) -> Nights:
        wanted = [SimulatedOrganization(uid, f"ΔΗΜΟΣ {uid}", rate) for uid in uids]
        extra = [SimulatedOrganization(f"9920{i}", "ΥΠΟΥΡΓΕΙΟ", rate) for i in range(others)]
        simulator = Simulator(
            *(world.SEED, [*wanted, *extra]),
            start=dt.date(2026, 7, 1),
            until=until,
            now=world.Clock(NIGHT),
            history=history,
        )
        made = Nights(serving(simulator), uids, options)
        monkeypatch.setattr(diavgeia_gather, "today", lambda: made.now.date())
        return made

    return make


def test_late_corrected_and_revoked_acts_of_any_age_are_found_within_seven_days(
    nights: Callable[..., Nights],
) -> None:
    """And a night takes at most four requests, that of the complete pass one a window."""
    tinos = nights(world.UID)
    backfill = tinos.run()
    assert tinos.submitted() == tinos.truth()
    windows = world.select("SELECT count(*) FROM greekmunicipal.window_read")[0][0]
    assert backfill == windows > 140
    changes, requests = 0, []
    for _ in range(9):
        tinos.now += DAY
        before = tinos.submitted()
        requests.append(tinos.run())
        stored, there = tinos.submitted(), tinos.truth()
        changes += stored != before
        week_ago = tinos.now - 7 * DAY
        late = [a for a, at in there.items() if at < week_ago and stored.get(a) != at]
        assert late == []
        assert set(stored) <= set(there)
    *nightly, complete = sorted(requests)
    assert max(nightly) <= 4, requests
    assert complete == windows
    assert changes > 6
    old = world.select(
        "SELECT count(*) FROM greekmunicipal.window_read WHERE reason = 'complete pass'"
        " AND rows_new + rows_changed > 0"
    )
    assert old[0][0] > 0


def test_an_unchanged_night_takes_at_most_four_requests_and_writes_no_dataset(
    nights: Callable[..., Nights],
) -> None:
    year = {"first": "2026-01-01", "last": "2026-12-31"}
    tinos = nights(world.UID, history=History(), until=NIGHT.date() - 2 * DAY, **year)
    tinos.run()
    published = "SELECT package_id, published_at FROM greekmunicipal.publication ORDER BY 1"
    before = world.select(published)
    tinos.now += DAY
    assert 1 <= tinos.run() <= 4
    asked = [request.parameters for request in tinos.server.requests]
    assert {one["from_date"] for one in asked} == {"2026-08-29"}
    assert before
    assert world.select(published) == before


def test_the_nights_of_several_bodies_are_asked_of_the_country_and_kept_apart(
    nights: Callable[..., Nights], monkeypatch: pytest.MonkeyPatch
) -> None:
    cheap = Rates(weekday=1.0, saturday=1.0, sunday=1.0, old=1.0, odd=1.0, body=900.0)
    monkeypatch.setattr(diavgeia_gather, "RATES", cheap)
    part = {"first": "2026-06-06", "last": "2026-12-31", "families": ["payments"]}
    two = nights(world.UID, "6115", others=1, **part)
    two.run()
    for _ in range(3):
        two.now += DAY
        two.run()
        assert {one.parameters.get("org") for one in two.server.requests} == {None}
    # Days of submission that are over: what came since midnight waits for the next night.
    midnight = dt.datetime.combine(two.now.date(), dt.time(), ATHENS)
    there, stored = two.truth(), two.submitted()
    assert {a for a, at in there.items() if at < midnight} <= set(stored) <= set(there)
    bodies = world.select("SELECT DISTINCT organization_uid FROM greekmunicipal.act_ledger")
    assert bodies == [("6115",), (world.UID,)]
    for uid in two.uids:
        counts = world.select(
            f'SELECT DISTINCT organization_uid FROM public."{resource_id(uid, "payments", "acts")}"'
        )
        assert counts == [(uid,)]
        assert model.Package.get(package_id(uid, "payments")).state == "active"
    [(foreign, kept)] = world.select(
        "SELECT sum(rows_foreign), sum(rows_new) FROM greekmunicipal.window_read"
    )
    assert foreign > 0
    assert kept == len(stored)
    assert world.select("SELECT DISTINCT family FROM greekmunicipal.act_ledger") == [("payments",)]
    [one, other] = status.of_municipalities(None, with_errors=True)
    assert one["acts"]["shared"] == one["acts"]["windows"] == other["acts"]["windows"] > 0
