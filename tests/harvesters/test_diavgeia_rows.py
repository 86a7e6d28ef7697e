"""The acts of Diavgeia as rows of tables."""

from __future__ import annotations

from typing import Any

import acts_world as world
import ckan.plugins.toolkit as tk
import pytest

from ckanext.greekmunicipal.harvesters.datasets import site_context
from ckanext.greekmunicipal.harvesters.identity import resource_id

pytestmark = [pytest.mark.ckan]


def test_every_act_and_line_of_diavgeia_is_a_row_of_its_family(harvested: Any) -> None:
    expected = world.expected(harvested.simulator)
    assert all(expected[family, "acts"] for family in world.FAMILY_SLUGS)
    stored = world.all_stored()
    for key, rows in expected.items():
        assert stored[key] == rows, key


def test_the_datastore_counts_the_rows_that_are_there(harvested: Any) -> None:
    expected = world.expected(harvested.simulator)
    for (family, name), rows in expected.items():
        if not rows:
            assert not world.has_table(family, name)
            continue
        found = tk.get_action("datastore_search")(
            site_context(), {"resource_id": resource_id(world.UID, family, name), "limit": 1}
        )
        assert found["total"] == len(rows)


def test_a_revoked_act_stays_as_a_row_without_subject_document_and_counterparty(
    harvested: Any,
) -> None:
    revoked = [
        rows for rows in world.true_rows(harvested.simulator) if rows.act_row[3] == "REVOKED"
    ]
    assert revoked
    for rows in revoked:
        [(subject, document)] = world.select(
            f"SELECT subject, document_url FROM {world.table(rows.family, 'acts')} WHERE ada = %s",
            rows.act_row[0],
        )
        assert subject is None
        assert document is None
        lines = world.stored(rows.family, "lines")
        parties = [line[4:7] for line in lines if line[0] == rows.act_row[0]]
        assert len(parties) == len(rows.line_rows)
        assert set(parties) <= {(None, None, None)}
