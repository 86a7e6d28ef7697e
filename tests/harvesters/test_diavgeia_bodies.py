"""Municipalities that were split: their acts are the history of their successors."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import acts_world as world
import ckan.model as model
import pytest

from ckanext.greekmunicipal.diavgeia.simulator import SimulatedOrganization, Simulator
from ckanext.greekmunicipal.harvesters import bodies, setting_up
from ckanext.greekmunicipal.harvesters.datasets import OrganizationMissing
from ckanext.greekmunicipal.harvesters.identity import organization_id, package_id
from ckanext.greekmunicipal.municipalities import by_slug

pytestmark = [pytest.mark.ckan]

LESVOS, MYTILINI, WEST = "6172", by_slug("dimos-mytilinis"), by_slug("dimos-dytikis-lesvou")


def test_a_split_municipality_is_kept_by_its_first_successor_in_the_portal(
    empty_portal: None,
) -> None:
    setting_up.organization(WEST, dry_run=False)
    assert bodies.with_predecessors([WEST.diavgeia_uid]) == (WEST.diavgeia_uid, LESVOS)
    assert bodies.body_of(LESVOS).municipality == WEST.slug
    setting_up.organization(MYTILINI, dry_run=False)
    # Not by both: no sum may count an act twice.
    assert bodies.with_predecessors([WEST.diavgeia_uid]) == (WEST.diavgeia_uid,)
    assert bodies.with_predecessors([MYTILINI.diavgeia_uid]) == (MYTILINI.diavgeia_uid, LESVOS)
    assert bodies.with_predecessors([world.UID]) == (world.UID,)
    with pytest.raises(OrganizationMissing, match="Σάμου"):
        bodies.body_of("6268")


def test_the_acts_of_a_split_municipality_are_datasets_of_its_successor(
    empty_portal: None, serving: Callable[[Any], Any]
) -> None:
    server = serving(
        Simulator(
            world.SEED,
            [SimulatedOrganization(LESVOS, "ΔΗΜΟΣ ΛΕΣΒΟΥ", 2.0, "dimoslesvou")],
            start=world.START,
            now=world.Clock(world.NOW),
        )
    )
    setting_up.organization(MYTILINI, dry_run=False)
    options = {"first": world.START.isoformat(), "last": world.END.isoformat()}
    options |= {"bodies": [MYTILINI.slug], "families": ["payments"]}
    for wanted in (False, True):
        config = {**options, "predecessors": wanted}
        setting_up.source(MYTILINI, "diavgeia", "Δ", server.base_url, config, dry_run=False)
        package = model.Package.get(setting_up.source_name(MYTILINI, "diavgeia"))
        assert package is not None
        assert json.loads(package.extras["config"])["predecessors"] is wanted
        for each in world.harvest(package.id):
            assert world.errors_of(each) == []
        found = model.Package.get(package_id(LESVOS, "payments"))
        assert (found is not None) is wanted
    assert found is not None
    assert (found.name, found.state) == ("dimos-lesvou-payments", "active")
    assert found.owner_org == organization_id(MYTILINI.diavgeia_uid)
    titles = json.loads(found.extras["title_translated"])
    assert titles["el"].endswith("Δήμος Λέσβου (έως 31.8.2019)")
    assert titles["en"].endswith("(until 2019-08-31)")
    assert found.extras["municipality"] == MYTILINI.slug
