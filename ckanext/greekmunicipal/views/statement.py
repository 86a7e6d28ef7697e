"""Monthly statements of law 4727/2020 art. 82 as files, and the calendar of what is due."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, jsonify, make_response, request
from werkzeug.utils import send_file

from ckanext.greekmunicipal import downloads
from ckanext.greekmunicipal.budgets import calendar
from ckanext.greekmunicipal.budgets.monthly import StatementNotPossible
from ckanext.greekmunicipal.views import answers
from ckanext.greekmunicipal.views import monthly_statements as statements
from ckanext.greekmunicipal.views.budget import published, wording
from ckanext.greekmunicipal.views.budget.published import Published

TYPES = {"pdf": "application/pdf", "csv": "text/csv"}

blueprint = Blueprint("greekmunicipal_statement", __name__)


@blueprint.route("/organization/<id>/budget/statement/<period_end>.<any(pdf, csv):kind>")
def document(id: str, period_end: str, kind: str) -> Any:  # noqa: A002 - the name of CKAN's links
    """The statement of one period."""
    found, organization = _found(id)
    try:
        end = dt.date.fromisoformat(period_end)
    except ValueError:
        return tk.abort(404, tk._("There is no such period."))
    if found is None or not any(end in found.periods(year) for year in found.years):
        return tk.abort(404, tk._("No budget has been published for this period."))
    lacking = statements.missing(found, end)
    if lacking:
        return _lacking(organization, end, lacking)
    try:
        file = statements.document(found, end, kind)
    except (StatementNotPossible, downloads.NoTableError):
        # The table changed between the two questions.
        return tk.abort(409, tk._("The budget is being published anew. Try again in a moment."))
    answer: Any = send_file(
        file.path,
        request.environ,
        mimetype=TYPES[kind],
        conditional=True,
        etag=file.digest,
        last_modified=file.modified,
        response_class=Response,
    )
    name = f"{found.municipality.slug}-statement-{end.isoformat()}.{kind}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return _opened(answer, found)


@blueprint.route("/organization/<id>/budget/calendar")
def page(id: str) -> Any:  # noqa: A002
    """What is due, what was published when, and how many days late."""
    found, organization = _found(id)
    known = statements.calendar_of(found) if found else None
    answer = make_response(
        tk.render(
            "greekmunicipal/budget/calendar.html",
            {
                "group_dict": organization,
                "group_type": organization["type"],
                "calendar": known,
                "shown": wording.period,
                "state": state,
            },
        ),
        200 if found else 404,
    )
    if found:
        _opened(answer, found, is_page=True)
    return answer


@blueprint.route("/organization/<id>/budget/calendar.json")
def data(id: str) -> Any:  # noqa: A002
    """The calendar for programs."""
    found, organization = _found(id)
    if found is None:
        return tk.abort(404, tk._("No budget has been published yet."))
    known = statements.calendar_of(found)
    answer = jsonify(
        {
            "municipality": found.municipality.slug,
            "counted_from": known.since.isoformat(),
            "days_late": known.days_late,
            "months": [
                {
                    "period_end": month.period_end.isoformat(),
                    "due": month.due.isoformat(),
                    "published": month.published.isoformat() if month.published else None,
                    "state": month.state,
                    "days_late": month.days_late,
                }
                for month in known.months
            ],
            "statements": [
                {"period_end": end.isoformat()}
                | {kind: _address(organization, end, kind) for kind in TYPES}
                for end in known.statements
            ],
        }
    )
    return _opened(answer, found)


def _found(name: str) -> tuple[Published | None, dict[str, Any]]:
    """The published budget of an organisation that the reader may see, and the organisation."""
    context: Any = {"user": tk.g.user, "auth_user_obj": tk.g.userobj}
    try:
        organization = tk.get_action("organization_show")(
            context, {"id": name, "include_datasets": False, "include_users": False}
        )
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return tk.abort(404, tk._("Organization not found"))
    return published.find(organization.get("municipality") or ""), organization


def _lacking(organization: dict[str, Any], end: dt.date, lacking: dict[str, Any]) -> Any:
    """Say what of the law the published lines do not have."""
    told = "; ".join(
        f"{wording.side(side)}: {', '.join(wording.phase(phase) for phase in phases)}"
        for side, phases in lacking.items()
    )
    message = tk._(
        "The published lines until {date} make no statement of law 4727/2020 (article 82)."
        " Missing: {missing}. Publish the file of the budget's execution with these columns."
    ).format(date=wording.formats.date(end), missing=told)
    page = tk.render(
        "greekmunicipal/budget/nothing.html",
        {"group_dict": organization, "group_type": organization["type"], "message": message,
         "years": ()},
    )  # fmt: skip
    return make_response(page, 409)


def _address(organization: dict[str, Any], end: dt.date, kind: str) -> str:
    return tk.url_for(
        "greekmunicipal_statement.document",
        id=organization["name"],
        period_end=end.isoformat(),
        kind=kind,
        _external=True,
    )


def _opened(answer: Any, found: Published, *, is_page: bool = False) -> Any:
    package: Any = model.Package.get(found.package)
    if package is None or package.private:
        answers.private(answer)
        return answer
    return answer if is_page else answers.open_to_all(answer)


def state(month: calendar.Month) -> str:
    """What is said of a month."""
    if month.state == calendar.LATE:
        return tk.ungettext("{num} day late", "{num} days late", month.days_late or 0).format(
            num=month.days_late
        )
    if month.state == calendar.MISSING:
        return tk.ungettext(
            "Not published: {num} day late", "Not published: {num} days late", month.days_late or 0
        ).format(num=month.days_late)
    return {
        calendar.IN_TIME: tk._("In time"),
        calendar.NOT_DUE: tk._("Not due yet"),
        calendar.BEFORE: tk._("Before the portal counted"),
    }[month.state]
