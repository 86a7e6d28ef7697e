"""A clerk's way: hand over the file, see what was understood, correct it, publish.

Nothing is done twice by scripts: each step is a form of its own, and the file waits on the portal
under a token until it is published, an hour at most.
"""

from __future__ import annotations

import contextlib
import json
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, redirect, request
from flask_wtf.csrf import validate_csrf
from werkzeug.utils import send_file
from wtforms.validators import ValidationError

from ckanext.greekmunicipal.harvesters import budget_originals, budget_reading
from ckanext.greekmunicipal.logic import budget_uploads, budget_wording
from ckanext.greekmunicipal.views import budget_form_shown as shown

Data = dict[str, Any]

_TEMPLATE = "greekmunicipal/budget_form/form.html"
# Bytes of a request besides its files.
_FIELDS_BYTES = 1 << 20
_ENTRY = "greekmunicipal_budget_form.publish"

blueprint = Blueprint("greekmunicipal_budget_form", __name__)


@blueprint.route("/organization/<id>/budget/publish", methods=["GET", "POST"])
def publish(id: str) -> Any:  # noqa: A002 - the name that CKAN's links use
    """The form, and each of its steps."""
    organization = _organization(id)
    if request.method == "GET":
        token = request.args.get("token", "")
        return _checked(organization, token) if token else _start(organization, {})
    _refuse_forged()
    steps = {
        "check": _check,
        "again": _again,
        "publish": _publish,
        "discard": _discard,
        "original": _offer_original,
    }
    step = steps.get(request.form.get("step", ""))
    return step(organization) if step else _start(organization, {})


@blueprint.route("/budget-file/<resource_id>/<name>")
def original(resource_id: str, name: str) -> Any:
    """An original file that was looked into."""
    found = budget_originals.served(resource_id)
    try:
        tk.check_access("resource_show", _context(), {"id": resource_id})
    except (tk.NotAuthorized, tk.ObjectNotFound):
        found = None
    path = budget_reading.original_of(found.sha256) if found else None
    if found is None or path is None:
        return tk.abort(404, tk._("There is no such file."))
    answer: Any = send_file(
        path,
        request.environ,
        mimetype=shown.media_type(found.format),
        as_attachment=True,
        download_name=found.name.rpartition("/")[2],
        conditional=True,
        etag=found.sha256,
        last_modified=found.published_at,
        response_class=Response,
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    package: Any = model.Resource.get(resource_id).package  # type: ignore[union-attr]
    if package.private:
        answer.headers["Cache-Control"] = "private"
    return answer


def _refuse_forged() -> None:
    """Refuse a form that another site sent with the cookie of the reader.

    CKAN's own protection is not enough: once somebody without a session has asked for a page,
    it leaves out the function that serves it for as long as the process lives.
    """
    if tk.g.get("login_via_auth_header") or not tk.config.get("WTF_CSRF_ENABLED"):
        return
    try:
        validate_csrf(request.form.get(tk.config["WTF_CSRF_FIELD_NAME"], ""))
    except ValidationError:
        tk.abort(400, tk._("The form is too old. Go back, load the page again, and send it."))


def _organization(name: str) -> Data:
    """The organisation, if the reader may publish its budget."""
    try:
        organization = tk.get_action("organization_show")(
            _context(), {"id": name, "include_datasets": False, "include_users": False}
        )
    except (tk.ObjectNotFound, tk.NotAuthorized):
        tk.abort(404, tk._("Organization not found"))
        raise AssertionError from None
    try:
        tk.check_access(
            "greekmunicipal_budget_publish", _context(), {"organization": organization["id"]}
        )
    except tk.NotAuthorized as refusal:
        tk.abort(403 if tk.current_user.is_authenticated else 401, str(refusal))
    return organization


def _check(organization: Data) -> Any:
    """Read what was handed over."""
    typed = {"url": request.form.get("url", ""), "year": request.form.get("year", "")}
    if (request.content_length or 0) > 2 * budget_uploads.most_bytes() + _FIELDS_BYTES:
        told = budget_wording.too_large(tk._("The upload"), budget_uploads.most_bytes())
        return _start(organization, {"upload": [told]}, typed)
    data: Data = {
        "organization": organization["id"],
        "upload": request.files.getlist("upload"),
        "url": typed["url"].split(),
        "year": typed["year"].strip(),
    }
    return _asked(organization, data, typed)


def _again(organization: Data) -> Any:
    """Read what is kept with other meanings of columns, or another year."""
    return _asked(organization, _said(organization), {})


def _asked(organization: Data, data: Data, typed: Data) -> Any:
    try:
        report = tk.get_action("greekmunicipal_budget_check")(_context(), data)
    except tk.ValidationError as error:
        refused: Data = dict(error.error_dict)
        if year := refused.get("published"):
            return _sent_twice(organization, year[0])
        if token := refused.get("token"):
            return _to(organization, token[0])
        if data.get("token") and not refused.get("upload"):
            return _checked(organization, data["token"], refused)
        return _start(organization, refused, typed)
    return _to(organization, report["token"])


def _publish(organization: Data) -> Any:
    """Publish what is kept, as it was seen."""
    said = _said(organization)
    token = said["token"]
    if shown.changed(request.form):
        tk.h.flash_notice(tk._("You changed something: look at the result, then publish."))
        return _asked(organization, said, {})
    data: Data = {
        "organization": organization["id"],
        "token": token,
        "errors_confirmed": request.form.get("errors_confirmed", "")
        if request.form.get("errors_accepted")
        else "",
        "errors_seen": request.form.getlist("errors_seen"),
        "originals": bool(request.form.get("originals")),
        "personal_data_confirmed": request.form.getlist("personal_data_confirmed"),
        "personal_data_reason": request.form.get("personal_data_reason", ""),
    }
    try:
        done = tk.get_action("greekmunicipal_budget_publish")(_context(), data)
    except tk.ValidationError as error:
        refused: Data = dict(error.error_dict)
        if year := refused.get("published"):
            return _sent_twice(organization, year[0])
        return _checked(organization, token, refused, request.form)
    if done["status"] == "unchanged" and done["dataset"] == "unchanged":
        tk.h.flash_notice(tk._("This budget is published already: nothing changed."))
    else:
        tk.h.flash_success(tk._("The budget is published."))
    year = max(part["fiscal_year"] for part in done["parts"])
    return _to_budget(organization, year)


def _sent_twice(organization: Data, year: str) -> Any:
    """A form whose file is published already: by a second click, or after going back."""
    tk.h.flash_notice(tk._("This budget is published already: nothing changed."))
    return _to_budget(organization, int(year))


def _to_budget(organization: Data, year: int) -> Any:
    address = tk.h.url_for("greekmunicipal_budget.year", id=organization["name"], year=year)
    return redirect(address, 303)


def _discard(organization: Data) -> Any:
    """Forget what is kept."""
    with contextlib.suppress(budget_uploads.NotHeld):
        budget_uploads.drop(_found(organization, request.form.get("token", "")))
    return redirect(tk.h.url_for(_ENTRY, id=organization["name"]))


def _offer_original(organization: Data) -> Any:
    """Offer an original file on the reader's word."""
    data: Data = {
        "organization": organization["id"],
        "sha256": request.form.get("sha256", ""),
        "personal_data_reason": request.form.get("personal_data_reason", ""),
    }
    if not request.form.get("personal_data_confirmed"):
        told = tk._("Confirm that you have looked into the file.")
        return _start(organization, {"upload": [told]}, request.form)
    try:
        done = tk.get_action("greekmunicipal_budget_original_publish")(_context(), data)
    except tk.ValidationError as error:
        return _start(organization, error.error_dict, request.form)
    except tk.ObjectNotFound as error:
        return tk.abort(404, str(error))
    tk.h.flash_success(tk._("{file} is offered for download now.").format(file=done["file"]))
    return redirect(tk.h.url_for(_ENTRY, id=organization["name"]))


def _found(organization: Data, token: str) -> budget_uploads.Held:
    slug = organization.get("municipality") or organization["name"]
    return budget_uploads.find(token, tk.g.userobj.id, slug)


def _said(organization: Data) -> Data:
    """What the form says of the files that are kept."""
    return {
        "organization": organization["id"],
        "token": request.form.get("token", ""),
        "year": request.form.get("year", "").strip(),
        "corrections": json.dumps(shown.corrections(request.form)),
    }


def _start(organization: Data, errors: Data, typed: Data | None = None) -> str:
    """The first step."""
    return _rendered(organization, {"errors": errors, "data": typed or {}, "report": None})


def _checked(organization: Data, token: str, errors: Data | None = None, typed: Any = None) -> Any:
    """The second step: what was understood of what is kept."""
    try:
        report = tk.get_action("greekmunicipal_budget_check")(
            _context(), {"organization": organization["id"], "token": token}
        )
    except tk.ValidationError as error:
        found: Data = dict(error.error_dict)
        if year := found.get("published"):
            return _sent_twice(organization, year[0])
        if "columns" not in found:
            return _start(organization, found)
        return _rendered(
            organization,
            {
                "errors": {**found, **(errors or {})},
                "data": typed or {},
                "report": shown.of_unknown(found, _found(organization, token)),
            },
        )
    return _rendered(
        organization,
        {"errors": errors or {}, "data": typed or {}, "report": shown.of_report(report)},
    )


def _rendered(organization: Data, more: Data) -> str:
    versions = tk.get_action("greekmunicipal_budget_version_list")(
        _context(), {"organization": organization["id"]}
    )
    return tk.render(
        _TEMPLATE,
        {
            "group_dict": organization,
            "group_type": organization["type"],
            "most_megabytes": budget_uploads.most_bytes() >> 20,
            "versions": shown.versions(versions),
            "are_more": len(versions) > shown.VERSIONS_SHOWN,
            "private_files": [] if more["report"] else shown.private_files(versions),
            **more,
        },
    )


def _to(organization: Data, token: str) -> Any:
    return redirect(tk.h.url_for(_ENTRY, id=organization["name"], token=token), 303)


def _context() -> Any:
    return {"user": tk.g.user, "auth_user_obj": tk.g.userobj}
