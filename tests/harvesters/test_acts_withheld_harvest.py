"""A withheld act against real harvests: it stays withheld through them, and comes back when asked."""

from __future__ import annotations

from typing import Any

import acts_world as world
import ckan.plugins.toolkit as tk
import pytest

from ckanext.greekmunicipal.diavgeia.rows import WITHHELD
from ckanext.greekmunicipal.harvesters.datasets import site_context
from ckanext.greekmunicipal.logic import withhold

pytestmark = [pytest.mark.ckan]


def named_payment() -> tuple[str, str]:
    """A payment whose subject is shown and that names a company."""
    [(ada, name), *_] = world.select(
        f"SELECT l.ada, l.counterparty_name FROM {world.table('payments', 'lines')} AS l"
        f" JOIN {world.table('payments', 'acts')} AS a USING (ada)"
        " WHERE NOT a.subject_withheld AND l.counterparty_name IS NOT NULL"
        " AND a.subject IS NOT NULL ORDER BY ada LIMIT 1"
    )
    return ada, name


def shown(ada: str) -> tuple[Any, Any, Any]:
    """Subject, document and names of a payment."""
    [(subject, document)] = world.select(
        f"SELECT subject, document_url FROM {world.table('payments', 'acts')} WHERE ada = %s", ada
    )
    names = world.select(
        f"SELECT counterparty_name, counterparty_afm FROM {world.table('payments', 'lines')}"
        " WHERE ada = %s AND (counterparty_name IS NOT NULL OR counterparty_afm IS NOT NULL)",
        ada,
    )
    return subject, document, names


def test_a_withheld_act_survives_harvests_and_is_read_again_when_that_ends(
    empty_portal: None, serving: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued: list[tuple[Any, list[Any]]] = []
    monkeypatch.setattr(tk, "enqueue_job", lambda job, args, **_: queued.append((job, args)))
    server = serving(world.small())
    source = world.set_up(server)
    world.harvest_well(source)
    ada, _ = named_payment()
    before = world.all_stored()
    asked = {"ada": ada, "reason": "αίτημα"}
    tk.get_action("greekmunicipal_act_withhold")(site_context(), dict(asked))
    assert shown(ada) == (WITHHELD, None, [])
    # The same acts once more, and all of them as if none had been read.
    world.harvest(source)
    assert shown(ada) == (WITHHELD, None, [])
    with world.sql() as cursor:
        cursor.execute("DELETE FROM greekmunicipal.act_ledger")
        cursor.execute("DELETE FROM greekmunicipal.window_read")
    world.harvest_well(source)
    assert shown(ada) == (WITHHELD, None, [])
    tk.get_action("greekmunicipal_act_withhold_undo")(site_context(), dict(asked))
    assert shown(ada) == (WITHHELD, None, [])
    jobs = [(job, args) for job, args in queued if job is withhold.read_again]
    assert [args for _, args in jobs] == [[ada]]
    assert withhold.read_again(ada) is True
    assert world.all_stored() == before
