"""Mail to the administrators of a municipality whose monthly statement is due or missing.

Of each month a municipality is reminded once. It is written down before the mail goes out, under a
lock, so that neither two runs at once nor one that is killed send anything twice.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import ckan.lib.mailer as mailer
import ckan.model as model
import ckan.plugins as p
import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal import config as our_config
from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.budgets import calendar
from ckanext.greekmunicipal.budgets.calendar import Month
from ckanext.greekmunicipal.municipalities import (
    Municipality,
    UnknownMunicipalityError,
    by_slug,
)
from ckanext.greekmunicipal.schemas.organizations import municipal_organizations
from ckanext.greekmunicipal.views import monthly_statements
from ckanext.greekmunicipal.views.budget import published

log = logging.getLogger(__name__)

_SUBJECT = "Στοιχεία εκτέλεσης προϋπολογισμού – {name} · Monthly budget statement"
_GREEK = """Ο {name} δεν έχει δημοσιεύσει εδώ τα στοιχεία εκτέλεσης του προϋπολογισμού για:

{months}

Ο νόμος 4727/2020 (άρθρο 82) ζητά τη δημοσίευσή τους στον ιστότοπο του δήμου και στη Διαύγεια μέσα \
σε δέκα ημέρες από το τέλος κάθε μήνα. Δώστε στην πύλη το αρχείο της εκτέλεσης και θα φτιάξει το \
έγγραφο σε PDF και CSV: {page}

Για κάθε μήνα στέλνεται μία υπενθύμιση.
"""
_ENGLISH = """{name} has not published here the execution of its budget for:

{months}

Law 4727/2020 (article 82) asks for it on the site of the municipality and on Diavgeia within ten \
days of the end of each month. Hand the file of the execution to the portal, and it makes the \
document as PDF and CSV: {page}

Of each month one reminder is sent.
"""


@dataclass(frozen=True)
class Reminder:
    """A mail that is due.

    Attributes:
        body: the municipality.
        organization: name of its organisation.
        months: that are not published, the oldest first, and of which nobody was reminded yet.
        administrators: users with an address for mail.
    """

    body: Municipality
    organization: str
    months: tuple[Month, ...]
    administrators: tuple[Any, ...]


def due(today: dt.date) -> Iterator[Reminder]:
    """Reminders that would be sent; also those that nobody would receive.

    Municipalities that have never published a budget here are not reminded.

    Args:
        today: day in Athens.
    """
    for organization in municipal_organizations():
        try:
            body = by_slug(organization.extras.get("municipality") or "")
        except UnknownMunicipalityError:
            continue
        found = published.of_municipality(body)
        if found is None:
            continue
        months = calendar.to_remind(monthly_statements.calendar_of(found, today).months, today)
        told = _told(body)
        left = tuple(month for month in months if month.period_end not in told)
        if left:
            yield Reminder(body, organization.name, left, administrators(organization))


def administrators(organization: Any) -> tuple[Any, ...]:
    """Active administrators of an organisation that have an address for mail."""
    of: Any = model.Member
    query = (
        model.Session.query(model.User)
        .join(of, of.table_id == model.User.id)
        .filter(
            of.group_id == organization.id,
            of.table_name == "user",
            of.capacity == "admin",
            of.state == model.State.ACTIVE,
            model.User.state == model.State.ACTIVE,
        )
        .order_by(model.User.name)
    )
    return tuple(user for user in query if user.email)


def send(reminder: Reminder) -> tuple[int, list[str]]:
    """Send a reminder, unless another run sent it meanwhile.

    Args:
        reminder: one that is due; somebody receives it.

    Returns:
        How many mails went out, and what went wrong with others. When none went out nothing is
        written down, and the next run tries again.
    """
    uid = reminder.body.diavgeia_uid
    with datastore.session_lock(f"reminder:{uid}"):
        told = _told(reminder.body)
        months = [month for month in reminder.months if month.period_end not in told]
        if not months:
            return 0, []
        if lacking := _lacking_settings():
            return 0, [f"{reminder.organization}: {lacking}"]
        # Before anything goes out: a run that is killed sends nothing twice.
        _write_down(uid, months, len(reminder.administrators))
        sent, problems = 0, []
        subject, text = message(reminder, months)
        try:
            for user in reminder.administrators:
                try:
                    mailer.mail_user(user, subject, text)
                    sent += 1
                except (mailer.MailerException, OSError) as error:  # noqa: PERF203
                    problems.append(f"{reminder.organization}, {user.name}: {error}")
        finally:
            if not sent:
                _forget(uid, months)
        return sent, problems


def _lacking_settings() -> str:
    """What of CKAN's mail settings lacks: without a server its mailer drops mail in silence."""
    if any(True for _ in p.PluginImplementations(p.INotifier)):
        return ""  # another extension may send it in a way of its own
    if not tk.config.get("smtp.server"):
        return "no mail can be sent. Set smtp.server and smtp.mail_from in CKAN's configuration."
    if not tk.config.get("smtp.mail_from"):
        return "mail has no sender. Set smtp.mail_from in CKAN's configuration."
    return ""


def message(reminder: Reminder, months: Sequence[Month]) -> tuple[str, str]:
    """Subject and text of a mail, in Greek and then in English."""
    page = our_config.portal_address(f"/organization/{reminder.organization}/budget/calendar")
    greek, english = (
        text.format(name=name, page=page, months="\n".join(f"- {said}" for said in lines))
        for text, name, lines in (
            (_GREEK, reminder.body.name_el, [_said(month, "προθεσμία") for month in months]),
            (_ENGLISH, reminder.body.name_en, [_said(month, "due by") for month in months]),
        )
    )
    return _SUBJECT.format(name=reminder.body.name_el), f"{greek}\n---\n\n{english}"


def _said(month: Month, due_by: str) -> str:
    end, last = month.period_end, month.due
    return f"1/1/{end.year} – {end.day}/{end.month}/{end.year} ({due_by} {last.day}/{last.month}/{last.year})"


def _told(body: Municipality) -> frozenset[dt.date]:
    with datastore.transaction() as cursor:
        cursor.execute(
            "SELECT period_end FROM greekmunicipal.statement_reminder WHERE organization_uid = %s",
            (body.diavgeia_uid,),
        )
        return frozenset(end for (end,) in cursor.fetchall())


def _write_down(uid: str, months: Sequence[Month], recipients: int) -> None:
    with datastore.transaction() as cursor:
        for month in months:
            cursor.execute(
                "INSERT INTO greekmunicipal.statement_reminder (organization_uid, period_end,"
                " recipients) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
                (uid, month.period_end, recipients),
            )


def _forget(uid: str, months: Sequence[Month]) -> None:
    with datastore.transaction() as cursor:
        cursor.execute(
            "DELETE FROM greekmunicipal.statement_reminder"
            " WHERE organization_uid = %s AND period_end = ANY(%s)",
            (uid, [month.period_end for month in months]),
        )
