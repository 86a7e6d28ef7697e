"""An act that an administrator withholds is gone everywhere at once, and stays so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import acts_portal as world
import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
from acts_portal import OTHER_PAYMENT, PAYMENT, SLUG
from ckan.tests import factories

from ckanext.greekmunicipal import datastore, downloads
from ckanext.greekmunicipal.diavgeia.rows import ActRows
from ckanext.greekmunicipal.harvesters.identity import organization_id, package_id, resource_id

pytestmark = pytest.mark.ckan

ACTS = f"/organization/{SLUG}/acts"
ACTS_TABLE = resource_id(world.UID, "payments", "acts")
LINES_TABLE = resource_id(world.UID, "payments", "lines")
# What the act says that nobody may read afterwards; no other act says it.
ABROAD, ABROAD_AFM = world.FOREIGN_COMPANY, world.FOREIGN_AFM
SECRETS = (ABROAD, ABROAD_AFM, "1014/2026", f"/doc/{OTHER_PAYMENT}")


@pytest.fixture(scope="module")
def kept() -> dict[str, Any]:
    """What the tests of this module share."""
    return {}


@pytest.fixture
def portal(with_plugins: None, request: pytest.FixtureRequest, kept: dict[str, Any]) -> Any:
    """Tinos with its acts; each test finds them unwithheld."""
    if not kept or model.Group.get(organization_id(world.UID)) is None:
        request.getfixturevalue("clean_db")
        request.getfixturevalue("clean_index")
        world.build()
        user: dict[str, Any] = factories.UserWithToken()
        editor: dict[str, Any] = factories.UserWithToken()
        for who, capacity in ((user, "admin"), (editor, "editor")):
            tk.get_action("organization_member_create")(
                {"ignore_auth": True},
                {"id": organization_id(world.UID), "username": who["name"], "role": capacity},
            )
        kept.update(admin=user, editor=editor)
    yield kept
    with datastore.transaction() as cursor:
        cursor.execute("DELETE FROM greekmunicipal.act_withheld")
        cursor.execute("UPDATE greekmunicipal.act_ledger SET fingerprint = ''")
        cursor.execute("TRUNCATE greekmunicipal.act_withholding_log, greekmunicipal.version_log")
    world.store(world.rows())


def withhold(who: dict[str, Any], ada: str = OTHER_PAYMENT, action: str = "withhold") -> Any:
    context: Any = {"user": who["name"], "ignore_auth": False}
    return tk.get_action(f"greekmunicipal_act_{action}")(
        context, {"ada": ada, "reason": "αίτημα 12/2026"}
    )


def select(query: str, *values: Any) -> list[tuple[Any, ...]]:
    with datastore.transaction() as cursor:
        cursor.execute(query, values or None)
        return cursor.fetchall()


def everything(app: Any) -> str:
    """All that is shown of the payments: rows, files, pages, what rows are found by."""
    texts = [
        app.get(path).get_data(as_text=True)
        for path in (
            f"/table/{ACTS_TABLE}.csv",
            f"/table/{LINES_TABLE}.csv",
            f"{ACTS}.csv",
            f"{ACTS}?family=payments",
            f"{ACTS}/{OTHER_PAYMENT}",
            f"/api/3/action/datastore_search?resource_id={LINES_TABLE}&limit=1000",
            f"/api/3/action/package_show?id={package_id(world.UID, 'payments')}",
        )
    ]
    texts += [str(row) for t in (ACTS_TABLE, LINES_TABLE) for row in select(f'SELECT * FROM "{t}"')]
    texts += [str(row) for row in select("SELECT * FROM greekmunicipal.version_log")]
    texts += [str(row) for row in select("SELECT * FROM greekmunicipal.act_withholding_log")]
    files = Path(tk.config["ckan.storage_path"]) / "greekmunicipal" / "tables"
    for table in (ACTS_TABLE, LINES_TABLE):
        texts += [path.read_text(encoding="utf-8") for path in files.glob(f"{table}*.csv")]
    return "\n".join(texts).casefold()


def is_found(app: Any, words: str) -> bool:
    return OTHER_PAYMENT in app.get(f"{ACTS}.csv", query_string={"q": words}).get_data(as_text=True)


def test_a_withheld_act_is_gone_from_rows_files_pages_and_search_at_once(
    app: Any, portal: dict[str, Any]
) -> None:
    before = everything(app)
    for secret in SECRETS:
        assert secret.casefold() in before
    assert is_found(app, "macchine")
    told = withhold(portal["admin"])
    assert (told["ada"], told["withheld"], told["family"]) == (OTHER_PAYMENT, True, "payments")
    files = Path(tk.config["ckan.storage_path"]) / "greekmunicipal" / "tables"
    assert not [*files.glob(f"{ACTS_TABLE}.*"), *files.glob(f"{LINES_TABLE}.*")]
    after = everything(app)
    for secret in SECRETS:
        assert secret.casefold() not in after, secret
    assert "macchine" not in after
    assert not is_found(app, "macchine")


def test_amount_date_and_links_of_a_withheld_act_stay(app: Any, portal: dict[str, Any]) -> None:
    withhold(portal["admin"])
    [row] = select(
        "SELECT amount::text, issue_date::text, related_ada, act_url, flags, subject_withheld"
        f' FROM "{ACTS_TABLE}" WHERE ada = %s',
        OTHER_PAYMENT,
    )
    assert row[:2] == ("240.00", "2026-06-14")
    assert world.APPROVAL in row[2]
    assert row[3].endswith(OTHER_PAYMENT)
    assert row[4:] == ("withheld-on-objection", True)
    kinds = select(
        f'SELECT counterparty_kind, amount::text FROM "{LINES_TABLE}" WHERE ada = %s ORDER BY 2',
        OTHER_PAYMENT,
    )
    assert kinds == [("natural", "200.00"), ("natural", "40.00")]
    answer = app.get(f"{ACTS}/{OTHER_PAYMENT}")
    assert "noindex" in answer.headers["X-Robots-Tag"]


def test_each_later_harvest_keeps_it_withheld_and_finds_nothing_new(
    app: Any, portal: dict[str, Any]
) -> None:
    withhold(portal["admin"])
    merged = world.store(world.rows())
    assert (merged.new, merged.changed) == (0, 0)
    assert "macchine" not in everything(app)
    # A correction brings the names again, with another number.
    corrected = [_corrected(rows) for rows in world.rows()]
    merged = world.store(corrected)
    assert merged.changed == 1
    [(version,)] = select(f'SELECT version_id FROM "{ACTS_TABLE}" WHERE ada = %s', OTHER_PAYMENT)
    assert version == "corrected"
    assert "macchine" not in everything(app)


def test_a_harvest_after_the_tables_were_lost_keeps_it_withheld(
    app: Any, portal: dict[str, Any]
) -> None:
    withhold(portal["admin"])
    with datastore.transaction() as cursor:
        cursor.execute("DELETE FROM greekmunicipal.act_ledger")
        cursor.execute(f'TRUNCATE "{ACTS_TABLE}", "{LINES_TABLE}"')
    world.store(world.rows())
    assert "macchine" not in everything(app)


def _corrected(rows: ActRows) -> ActRows:
    if rows.act_row[0] != OTHER_PAYMENT:
        return rows
    return rows._replace(act_row=(rows.act_row[0], "corrected", *rows.act_row[2:]))


def test_the_end_of_the_withholding_brings_the_act_back_with_the_next_reading(
    app: Any, portal: dict[str, Any]
) -> None:
    withhold(portal["admin"])
    assert withhold(portal["admin"], action="withhold_undo")["withheld"] is False
    # What was taken out was not kept anywhere.
    assert "macchine" not in everything(app)
    world.store(world.rows())
    assert is_found(app, "macchine")
    assert ABROAD.casefold() in everything(app)


def test_the_log_says_who_when_and_why_to_administrators_only(
    app: Any, portal: dict[str, Any]
) -> None:
    withhold(portal["admin"])
    withhold(portal["admin"], action="withhold_undo")
    listed = "greekmunicipal_act_withheld_list"
    context: Any = {"user": portal["admin"]["name"]}
    found = tk.get_action(listed)(context, {"organization": SLUG})
    assert [(e["ada"], e["is_withheld"], e["done_by"], e["reason"]) for e in found] == [
        (OTHER_PAYMENT, False, portal["admin"]["name"], "αίτημα 12/2026"),
        (OTHER_PAYMENT, True, portal["admin"]["name"], "αίτημα 12/2026"),
    ]
    app.get(f"/api/3/action/{listed}?organization={SLUG}", status=403)
    app.get(f"/api/3/action/{listed}", status=403)


@pytest.mark.parametrize("who", ["editor", "nobody"])
@pytest.mark.parametrize("action", ["withhold", "withhold_undo"])
def test_only_administrators_may_withhold(
    app: Any, portal: dict[str, Any], who: str, action: str
) -> None:
    headers = {"Authorization": portal[who]["token"]} if who in portal else {}
    for ada in (PAYMENT, "ΑΑΑΑΩΗΔ-ΑΑΑ", ""):
        # Naming an organisation of one's own does not help.
        asked = {"ada": ada, "reason": "x", "organization": organization_id(world.UID)}
        path = f"/api/3/action/greekmunicipal_act_{action}"
        app.post(path, json=asked, headers=headers, status=403)
    assert select("SELECT count(*) FROM greekmunicipal.act_withheld") == [(0,)]


def test_a_reason_is_asked_for_and_an_unknown_act_is_told(portal: dict[str, Any]) -> None:
    action = tk.get_action("greekmunicipal_act_withhold")
    for reason in ("", "  ", "x" * 1001):
        context: Any = {"user": portal["admin"]["name"]}
        with pytest.raises(tk.ValidationError, match="reason"):
            action(context, {"ada": PAYMENT, "reason": reason})
    context = {"ignore_auth": True, "user": ""}
    with pytest.raises(tk.ObjectNotFound):
        action(context, {"ada": "ΑΑΑΑΩΗΔ-ΑΑΑ", "reason": "x"})


def test_the_button_stands_on_the_page_of_an_act_for_administrators_only(
    app: Any, portal: dict[str, Any]
) -> None:
    page = f"{ACTS}/{OTHER_PAYMENT}"
    headers = {"Authorization": portal["admin"]["token"]}
    assert 'name="reason"' in app.get(page, headers=headers).get_data(as_text=True)
    for others in ({}, {"Authorization": portal["editor"]["token"]}):
        assert 'name="reason"' not in app.get(page, headers=others).get_data(as_text=True)
    form = {"do": "withhold", "reason": "αίτημα"}
    app.post(f"{page}/withhold", data=form, status=401)
    app.post(f"{page}/withhold", data=form, headers=headers, status=200)
    assert downloads.path_of(ACTS_TABLE)
    assert "macchine" not in everything(app)


def test_the_end_of_the_withholding_reads_the_act_from_its_source(
    portal: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    queued: list[Any] = []
    monkeypatch.setattr(tk, "enqueue_job", lambda *args, **_: queued.append(args))
    withhold(portal["admin"])
    withhold(portal["admin"], action="withhold_undo")
    [(function, [ada])] = queued
    assert (function.__name__, ada) == ("read_again", OTHER_PAYMENT)
    # Without a source there is nothing to be read from.
    assert function(ada) is False
