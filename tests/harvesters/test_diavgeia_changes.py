"""Corrections, revocations and acts that change their family."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import acts_world as world
import ckan.plugins.toolkit as tk
import pytest

from ckanext.greekmunicipal.diavgeia.act import read_act
from ckanext.greekmunicipal.diavgeia.rows import ActRows, rows_of
from ckanext.greekmunicipal.harvesters import diavgeia, diavgeia_reading
from ckanext.greekmunicipal.harvesters.acts_store import ActsStage, Merged
from ckanext.greekmunicipal.harvesters.datasets import site_context

pytestmark = [pytest.mark.ckan]

LOG = (
    "SELECT ada, family, version_id, previous_version_id, status, changed_columns"
    " FROM greekmunicipal.version_log ORDER BY id"
)


@dataclass(frozen=True)
class Harvests:
    """What two harvests of a source left, in between it went on for seven weeks."""

    before: dict[tuple[str, str], list[tuple[Any, ...]]]
    after: dict[tuple[str, str], list[tuple[Any, ...]]]
    expected: dict[tuple[str, str], list[tuple[Any, ...]]]
    truth_before: dict[str, dict[str, Any]]
    truth_after: dict[str, dict[str, Any]]
    datasets_before: dict[str, dict[str, Any]]
    datasets_after: dict[str, dict[str, Any]]
    log: list[tuple[Any, ...]]
    log_columns: list[str]


_KEPT = pytest.StashKey[Harvests]()


@pytest.fixture
def harvests(empty_portal: None, serving: Any, request: pytest.FixtureRequest) -> Harvests:
    if _KEPT in request.config.stash:
        return request.config.stash[_KEPT]
    server = serving(world.simulated())
    source = world.set_up(server)
    world.harvest_well(source)
    # As if it had been harvested on an earlier day.
    with world.sql() as cursor:
        for statement in (
            "UPDATE greekmunicipal.act_ledger SET changed_at = changed_at - interval '9 days'",
            "UPDATE greekmunicipal.publication SET digest = ''",
        ):
            cursor.execute(statement)
    diavgeia.publish_body(world.UID, None)
    before, datasets_before = world.all_stored(), _datasets()
    truth_before = {act["ada"]: act for act in server.simulator.truth(world.UID)}
    world.move_clock(server, world.LATER)
    world.harvest_well(source)
    columns = world.select(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = 'greekmunicipal' AND table_name = 'version_log'"
    )
    request.config.stash[_KEPT] = Harvests(
        before=before,
        after=world.all_stored(),
        expected=world.expected(server.simulator),
        truth_before=truth_before,
        truth_after={act["ada"]: act for act in server.simulator.truth(world.UID)},
        datasets_before=datasets_before,
        datasets_after=_datasets(),
        log=world.select(LOG),
        log_columns=[name for (name,) in columns],
    )
    return request.config.stash[_KEPT]


def _datasets() -> dict[str, dict[str, Any]]:
    return {family: world.dataset(family) for family in world.harvested_families()}


def changed(harvests: Harvests) -> dict[str, dict[str, Any]]:
    return {
        ada: act
        for ada, act in harvests.truth_after.items()
        if ada in harvests.truth_before and act != harvests.truth_before[ada]
    }


def test_a_later_harvest_brings_what_is_new_corrected_and_revoked(harvests: Harvests) -> None:
    assert {act["status"] for act in changed(harvests).values()} == {"PUBLISHED", "REVOKED"}
    assert len(harvests.truth_after) > len(harvests.truth_before)
    for key, rows in harvests.expected.items():
        assert harvests.after[key] == rows, key


def test_the_version_log_has_each_change_once_without_its_content(harvests: Harvests) -> None:
    acts = changed(harvests)
    logged = {entry[0]: entry for entry in harvests.log}
    assert len(logged) == len(harvests.log)
    assert set(logged) == set(acts)
    for ada, (_, _, version, previous, status, columns) in logged.items():
        before, after = harvests.truth_before[ada], acts[ada]
        assert (version, previous, status) == (
            after["versionId"],
            before["versionId"],
            after["status"],
        )
        assert "submission_time" in columns
        assert ("status" in columns) == (before["status"] != after["status"])
    assert set(harvests.log_columns) == {
        *("id", "ada", "organization_uid", "family", "version_id", "previous_version_id"),
        *("status", "changed_columns", "seen_at"),
    }


def test_a_revocation_takes_away_what_the_row_showed(harvests: Harvests) -> None:
    revoked = [
        ada
        for ada, act in changed(harvests).items()
        if act["status"] == "REVOKED" and harvests.truth_before[ada]["status"] == "PUBLISHED"
    ]
    assert revoked
    before = {
        row[0]: row for (_, name), rows in harvests.before.items() if name == "acts" for row in rows
    }
    after = {
        row[0]: row for (_, name), rows in harvests.after.items() if name == "acts" for row in rows
    }
    subject, document = (world.position("acts", name) for name in ("subject", "document_url"))
    for ada in revoked:
        assert before[ada][document]
        assert (after[ada][subject], after[ada][document]) == (None, None)


def test_a_dataset_tells_when_its_rows_changed(harvests: Harvests) -> None:
    today = dt.datetime.now(world.ATHENS).date()
    earlier = (today - dt.timedelta(days=9)).isoformat()
    for family, dataset in harvests.datasets_after.items():
        moved = harvests.before[family, "acts"] != harvests.after[family, "acts"]
        assert harvests.datasets_before[family]["modified"] == earlier
        assert dataset["modified"] == (today.isoformat() if moved else earlier), family


# --- acts made by hand ---------------------------------------------------------------------------


def load(*rows: ActRows) -> Merged:
    """Load rows as a window does, and publish."""
    with world.sql() as cursor:
        stage = ActsStage(cursor, world.UID)
        stage.add(rows)
        merged = stage.merge(diavgeia_reading.preparing(world.UID, None))
    diavgeia.publish_body(world.UID, None)
    return merged


def made(server: Any, **changes: Any) -> ActRows:
    """A payment of the simulator with some of its fields changed."""
    raw = next(
        act
        for act in server.simulator.truth(world.UID)
        if act["decisionTypeId"] == "Β.2.2"
        and act["status"] == "PUBLISHED"
        and rows_of(read_act(act)).line_rows
    )
    return rows_of(read_act({**raw, **changes}))


@pytest.fixture
def one_payment(empty_portal: None, serving: Any) -> Any:
    server = serving(world.simulated())
    world.set_up(server)
    load(made(server))
    return server


def test_an_act_whose_type_changes_moves_to_the_other_family(one_payment: Any) -> None:
    act = made(one_payment)
    later = act.act_row[world.position("acts", "submission_time")] + dt.timedelta(days=1)
    moved = made(
        one_payment,
        decisionTypeId="Β.2.1",
        versionId="the-second",
        submissionTimestamp=int(later.timestamp() * 1000),
    )
    with world.sql() as cursor:
        cursor.execute(
            "UPDATE greekmunicipal.act_ledger SET changed_at = changed_at - interval '9 days'"
        )
    before = world.dataset("payments")
    merged = load(moved)
    assert (merged.new, merged.changed, merged.moved) == (0, 1, 1)
    assert world.stored("payments", "acts") == []
    assert world.stored("payments", "lines") == []
    assert [row[0] for row in world.stored("expense-approvals", "acts")] == [act.act_row[0]]
    assert len(world.stored("expense-approvals", "lines")) == len(moved.line_rows)
    after = world.dataset("payments")
    assert after["modified"] == dt.datetime.now(world.ATHENS).date().isoformat()
    assert after["metadata_modified"] > before["metadata_modified"]
    assert after["resources"][0]["size"] < before["resources"][0]["size"]
    assert world.dataset("expense-approvals")["state"] == "active"
    [(ada, family, _, _, _, columns)] = world.select(LOG)
    assert (ada, family) == (act.act_row[0], "payments")
    assert {"family", "decision_type", "version_id", "submission_time"} <= set(columns)
    assert "protocol_number" not in columns


def test_an_act_that_moves_into_a_deleted_dataset_is_not_left_behind(one_payment: Any) -> None:
    act = made(one_payment)
    later = act.act_row[world.position("acts", "submission_time")] + dt.timedelta(days=1)
    changes = {"versionId": "2", "submissionTimestamp": int(later.timestamp() * 1000)}
    load(made(one_payment, decisionTypeId="Β.2.1", ada="ΑΛΛΗ7ΛΩ-ΑΑΑ"))
    tk.get_action("package_delete")(
        site_context(), {"id": world.dataset("expense-approvals")["id"]}
    )
    merged = load(made(one_payment, decisionTypeId="Β.2.1", **changes))
    assert (merged.moved, merged.refused, merged.refused_families) == (1, 1, ("expense-approvals",))
    assert world.stored("payments", "acts") == []
    assert world.select("SELECT ada FROM greekmunicipal.act_ledger") == [("ΑΛΛΗ7ΛΩ-ΑΑΑ",)]


def test_an_older_version_does_not_overwrite_a_newer_one(one_payment: Any) -> None:
    act = made(one_payment)
    earlier = act.act_row[world.position("acts", "submission_time")] - dt.timedelta(days=1)
    before = world.prints("payments", "acts")
    merged = load(
        made(one_payment, subject="ΠΑΛΙΟ", submissionTimestamp=int(earlier.timestamp() * 1000))
    )
    assert (merged.new, merged.changed, merged.unchanged) == (0, 0, 1)
    assert world.prints("payments", "acts") == before


def test_a_correction_of_an_amount_is_logged_as_one_of_the_lines(one_payment: Any) -> None:
    act = made(one_payment)
    later = act.act_row[world.position("acts", "submission_time")] + dt.timedelta(days=1)
    new = made(one_payment, versionId="2", submissionTimestamp=int(later.timestamp() * 1000))
    amount = world.position("lines", "amount")
    line = list(new.line_rows[0])
    line[amount] += 1
    load(new._replace(line_rows=(tuple(line), *new.line_rows[1:])))
    [(_, _, _, _, _, columns)] = world.select(LOG)
    assert sorted(columns) == ["lines", "submission_time", "version_id"]
    assert world.stored("payments", "lines")[0][amount] == line[amount]


def test_a_text_that_a_spreadsheet_would_run_is_neutralised(one_payment: Any) -> None:
    texts = ["=1+1", "+30 2283", "-δώρο", "@cmd", "\tx", "\rx"]
    act = made(one_payment)
    ada, subject = (world.position("acts", name) for name in ("ada", "subject"))
    made_up = []
    for number, text in enumerate(texts):
        row = list(act.act_row)
        row[ada], row[subject] = f"ΤΥΠΟΣ-{number}", text
        made_up.append(act._replace(act_row=tuple(row), line_rows=()))
    load(*made_up)
    stored = [row[subject] for row in world.stored("payments", "acts") if "ΤΥΠΟΣ" in row[ada]]
    assert stored == ["'" + text for text in texts]
