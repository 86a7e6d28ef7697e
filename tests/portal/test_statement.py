"""Monthly statements as files, the calendar of what is due, and reminders by mail."""

from __future__ import annotations

import datetime as dt
import socket
from collections.abc import Iterator
from decimal import Decimal
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import budget_world as world
import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
from aiosmtpd.controller import Controller
from bs4 import BeautifulSoup
from budget_world import ANDROS, CORFU, SEPTEMBER, TINOS
from ckan.tests import factories

from ckanext.greekmunicipal import datastore, downloads, reminders
from ckanext.greekmunicipal.budgets import read_budget
from ckanext.greekmunicipal.cli import greekmunicipal
from ckanext.greekmunicipal.harvesters.budget_store import table_of
from ckanext.greekmunicipal.municipalities import by_slug
from ckanext.greekmunicipal.views import monthly_statements
from ckanext.greekmunicipal.views.budget import published

pytestmark = pytest.mark.ckan

_BUILT = pytest.StashKey[bool]()
STATEMENT = f"/organization/{TINOS}/budget/statement/2025-09-30"
CALENDAR = f"/organization/{TINOS}/budget/calendar"


@pytest.fixture
def portal(
    with_plugins: None,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Three municipalities with budgets, harvested once for the tests that follow each other."""
    stash = request.config.stash
    if not stash.get(_BUILT, False) or model.Group.get(TINOS) is None:
        request.getfixturevalue("clean_db")
        request.getfixturevalue("clean_index")
        world.build(tmp_path_factory.mktemp("budgets"))
        stash[_BUILT] = True


@pytest.fixture
def came_in_october(portal: None) -> Iterator[None]:
    """The budgets of Tinos came on 1 October 2025, that of September on the 13th."""
    uid = by_slug(TINOS).diavgeia_uid
    with datastore.transaction() as cursor:
        for table in ("budget_version", "budget_unit"):
            cursor.execute(
                f"UPDATE greekmunicipal.{table} SET stored_at = CASE WHEN"
                " report->>'period_end' = '2025-09-30' THEN timestamptz '2025-10-12 22:30+00'"
                " ELSE timestamptz '2025-10-01 09:00+00' END WHERE organization_uid = %s",
                (uid,),
            )
    published.forget()
    yield
    with datastore.transaction() as cursor:
        cursor.execute("TRUNCATE greekmunicipal.statement_reminder")


def calendar_on(day: str) -> dict[str, tuple[str, int | None]]:
    found = published.of_municipality(by_slug(TINOS))
    assert found is not None
    months = monthly_statements.calendar_of(found, dt.date.fromisoformat(day)).months
    return {month.period_end.isoformat(): (month.state, month.days_late) for month in months}


@pytest.mark.parametrize("kind", ["pdf", "csv"])
def test_the_statement_holds_the_published_lines_and_our_reader_reads_it_back(
    app: Any, portal: None, tmp_path: Path, kind: str
) -> None:
    answer = app.get(f"{STATEMENT}.{kind}", status=200)
    assert answer.headers["Content-Type"].startswith(
        {"pdf": "application/pdf", "csv": "text/csv"}[kind]
    )
    assert f"dimos-tinou-statement-2025-09-30.{kind}" in answer.headers["Content-Disposition"]
    path = tmp_path / f"statement.{kind}"
    path.write_bytes(answer.data)
    budget = read_budget([path])
    assert not budget.has_errors
    assert budget.report["period_end"] == "2025-09-30"
    truth = world.truth_of(TINOS, 2025, SEPTEMBER)
    for side, phases in {
        "revenue": ("revised", "assessed", "collected"),
        "expenditure": ("revised", "ordered", "paid"),
    }.items():
        for phase in phases:
            stated = Decimal(budget.report["totals"][side][phase])
            assert stated == truth.total(side, phase), (side, phase)


def test_the_budget_page_of_a_period_leads_to_its_statement_and_to_the_versions(
    app: Any, portal: None
) -> None:
    def links(address: str) -> list[str]:
        page = BeautifulSoup(app.get(address, status=200).get_data(as_text=True), "html.parser")
        return [str(link["href"]) for link in page.select("#documents a")]

    calendar, versions = f"/el{CALENDAR}", f"/el/organization/{TINOS}/budget/versions"
    executed = f"/el/organization/{TINOS}/budget/2025?period=2025-09-30"
    statements = [f"/el{STATEMENT}.{kind}" for kind in ("pdf", "csv")]
    assert links(executed) == [*statements, calendar, versions]
    for address in statements:
        assert app.get(address).status_code == 200
    voted = f"/el/organization/{TINOS}/budget/2024"
    assert links(voted) == [calendar, versions]


def test_a_statement_is_kept_as_a_file_until_the_table_changes(app: Any, portal: None) -> None:
    first = app.get(f"{STATEMENT}.pdf", status=200)
    known = {"If-None-Match": first.headers["ETag"]}
    assert app.get(f"{STATEMENT}.pdf", headers=known).status_code == 304
    assert "public" in first.headers["Cache-Control"]
    table = table_of(by_slug(TINOS).diavgeia_uid)
    kept = list(downloads._folder().glob(f"{table}~statement-2025-09-30-pdf.*"))
    assert len(kept) == 1
    assert kept[0].read_bytes() == first.data


def test_lines_without_the_phases_of_the_law_make_no_statement_and_the_page_says_what_lacks(
    app: Any, portal: None
) -> None:
    table = table_of(by_slug(ANDROS).diavgeia_uid)
    address = f"/el/organization/{ANDROS}/budget/statement/2025-09-30.pdf"
    with datastore.transaction() as cursor:
        cursor.execute(f'UPDATE "{table}" SET collected = NULL, ordered = NULL')
        datastore.forget_statistics(cursor, [table])
    answer = app.get(address, status=409)
    text = answer.get_data(as_text=True)
    assert "Έσοδα: Εισπραχθέντα" in text
    assert "Ενταλθέντα" in text
    assert "4727/2020" in text
    found = published.of_municipality(by_slug(ANDROS))
    assert found is not None
    assert monthly_statements.periods(found) == []


@pytest.mark.parametrize(
    "address",
    [f"{TINOS}/budget/statement/2025-08-31.pdf", f"{TINOS}/budget/statement/yesterday.pdf",
     f"{TINOS}/budget/statement/2025-09-30.xlsx", f"{CORFU}/budget/statement/2025-12-31.csv",
     "dimos-nowhere/budget/calendar", "dimos-nowhere/budget/calendar.json"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(app: Any, portal: None, address: str) -> None:
    assert app.get(f"/organization/{address}").status_code == 404


def test_days_late_are_counted_in_athens_and_only_since_the_portal_could_see(
    came_in_october: None,
) -> None:
    # 12 October 22:30 UTC is the 13th in Athens.
    assert calendar_on("2025-11-12") == {
        "2025-10-31": ("missing", 2),
        "2025-09-30": ("late", 3),
        "2025-08-31": ("before", None),
        "2025-07-31": ("before", None),
        "2025-06-30": ("before", None),
        "2025-05-31": ("before", None),
        "2025-04-30": ("before", None),
        "2025-03-31": ("before", None),
    }
    assert calendar_on("2025-11-05")["2025-10-31"] == ("not-due", None)


def test_the_calendar_is_a_page_in_both_languages_and_json(app: Any, came_in_october: None) -> None:
    told = app.get(f"{CALENDAR}.json", status=200).json
    months = {month["period_end"]: month for month in told["months"]}
    assert months["2025-09-30"] == {
        "period_end": "2025-09-30", "due": "2025-10-10", "published": "2025-10-13",
        "state": "late", "days_late": 3,
    }  # fmt: skip
    assert told["days_late"] == sum(month["days_late"] or 0 for month in told["months"])
    assert told["counted_from"] == "2025-10-01"
    assert app.get(told["statements"][0]["csv"], status=200).data.startswith(b"\xef\xbb\xbf")
    greek = BeautifulSoup(
        app.get(f"/el{CALENDAR}", status=200).get_data(as_text=True), "html.parser"
    )
    rows = {
        row.find_all("th")[0].get_text(strip=True): [
            cell.get_text(" ", strip=True) for cell in row.find_all("td")
        ]
        for row in greek.select("tbody tr")
    }
    assert rows["30 Σεπτεμβρίου 2025"][:3] == [
        "10 Οκτωβρίου 2025", "13 Οκτωβρίου 2025", "3 ημέρες καθυστέρηση",
    ]  # fmt: skip
    links = [link["href"] for link in greek.select("tbody a")]
    assert f"/el{STATEMENT}.pdf" in links
    english = app.get(f"/en{CALENDAR}", status=200).get_data(as_text=True)
    assert "3 days late" in english


class Mailbox:
    """A mail server on this machine that keeps what it is given.

    Attributes:
        mails: recipients and parsed message of each mail.
        refuses: answers each recipient with a temporary failure.
    """

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], EmailMessage]] = []
        self.refuses = False

    async def handle_RCPT(  # noqa: N802, PLR0913 - the name and arguments that aiosmtpd calls
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        """Take a recipient."""
        if self.refuses:
            return "451 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep a mail."""
        message: Any = message_from_bytes(envelope.content, policy=policy.default)
        self.mails.append((list(envelope.rcpt_tos), message))
        return "250 OK"


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """A real mail server, which CKAN's settings name."""
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=free_port())
    server.start()
    monkeypatch.setitem(tk.config, "smtp.server", f"127.0.0.1:{server.port}")
    monkeypatch.setitem(tk.config, "smtp.mail_from", "pyli@example.gr")
    yield box
    server.stop(no_assert=True)


def test_a_municipality_is_reminded_of_each_month_once(
    came_in_october: None, mailbox: Mailbox, cli: Any
) -> None:
    organization = model.Group.get(TINOS)
    assert organization is not None
    nobody = cli.invoke(greekmunicipal, ["statements", "remind"])
    assert nobody.exit_code == 1
    assert "dimos-tinou: nobody to remind of 2025-10-31" in nobody.stderr
    admin, editor = factories.User(), factories.User()
    for user, role in ((admin, "admin"), (editor, "editor")):
        tk.get_action("organization_member_create")(
            {"ignore_auth": True, "user": admin["name"]},
            {"id": organization.id, "username": user["name"], "role": role},
        )
    day = dt.date(2025, 11, 6)
    assert [
        each for each in reminders.due(dt.date(2025, 11, 4)) if each.organization == TINOS
    ] == []
    [reminder] = [each for each in reminders.due(day) if each.organization == TINOS]
    assert [month.period_end for month in reminder.months] == [dt.date(2025, 10, 31)]
    assert reminders.send(reminder) == (1, [])
    [(recipients, mail)] = mailbox.mails
    assert recipients == [admin["email"]]
    assert "pyli@example.gr" in str(mail["From"])
    assert "Δήμος Τήνου" in str(mail["Subject"])
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content().replace("\r\n", "\n")
    assert "31/10/2025 (προθεσμία 10/11/2025)" in text
    assert "31/10/2025 (due by 10/11/2025)" in text
    assert f"{CALENDAR}\n" in text
    # Neither the same run nor another sends it again; the next month has its own.
    assert reminders.send(reminder) == (0, [])
    assert [each for each in reminders.due(day) if each.organization == TINOS] == []
    [later] = [each for each in reminders.due(dt.date(2025, 12, 6)) if each.organization == TINOS]
    assert [month.period_end for month in later.months] == [dt.date(2025, 11, 30)]
    assert len(mailbox.mails) == 1

    answer = cli.invoke(greekmunicipal, ["statements", "remind", "--dry-run"])
    assert len(mailbox.mails) == 1
    assert "dimos-tinou: would be reminded of 2025-11-30" in answer.output
    assert answer.exit_code == 0
    done = cli.invoke(greekmunicipal, ["statements", "remind"])
    assert "dimos-tinou: reminded of 2025-11-30" in done.output
    assert len(mailbox.mails) == 2
    again = cli.invoke(greekmunicipal, ["statements", "remind"])
    assert "dimos-tinou" not in again.output
    assert len(mailbox.mails) == 2


def test_a_mail_that_the_server_did_not_take_is_sent_by_the_next_run(
    came_in_october: None, mailbox: Mailbox
) -> None:
    user = model.User.get(factories.User()["name"])
    day = dt.date(2025, 11, 6)
    [reminder] = [each for each in reminders.due(day) if each.organization == TINOS]
    reminder = reminders.Reminder(reminder.body, TINOS, reminder.months, (user,))
    mailbox.refuses = True

    sent, [problem] = reminders.send(reminder)

    assert sent == 0
    assert problem.startswith("dimos-tinou, ")
    assert "try again later" in problem
    assert mailbox.mails == []
    [left] = [each for each in reminders.due(day) if each.organization == TINOS]
    mailbox.refuses = False
    assert reminders.send(reminders.Reminder(left.body, TINOS, left.months, (user,))) == (1, [])
    assert len(mailbox.mails) == 1


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"smtp.server": "", "smtp.mail_from": "pyli@example.gr"}, "smtp.server"),
        ({"smtp.server": "127.0.0.1:9", "smtp.mail_from": None}, "smtp.mail_from"),
        ({"smtp.server": "127.0.0.1:{free}", "smtp.mail_from": "pyli@example.gr"}, "{free}"),
    ],
)
def test_where_mail_cannot_go_out_the_reason_is_told_and_nobody_counts_as_reminded(
    came_in_october: None, monkeypatch: pytest.MonkeyPatch, settings: dict[str, Any], told: str
) -> None:
    port = str(free_port())
    for name, value in settings.items():
        monkeypatch.setitem(tk.config, name, value and value.replace("{free}", port))
    user = model.User.get(factories.User()["name"])
    day = dt.date(2025, 11, 6)
    [reminder] = [each for each in reminders.due(day) if each.organization == TINOS]
    reminder = reminders.Reminder(reminder.body, TINOS, reminder.months, (user,))
    sent, [problem] = reminders.send(reminder)
    assert sent == 0
    assert told.replace("{free}", port) in problem
    assert [each.organization for each in reminders.due(day)].count(TINOS) == 1
