"""The button with which an administrator withholds an act, or ends that."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, request
from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError

from ckanext.greekmunicipal.views.acts import pages

ACTIONS = {
    "withhold": "greekmunicipal_act_withhold",
    "undo": "greekmunicipal_act_withhold_undo",
}

blueprint = Blueprint("greekmunicipal_act_withholding", __name__)


@blueprint.route("/organization/<id>/acts/<ada>/withhold", methods=["POST"])
def withhold(id: str, ada: str) -> Any:  # noqa: A002
    """Withhold an act, or end that; back to its page."""
    _refuse_forged()
    action = ACTIONS.get(request.form.get("do", ""))
    if action is None:
        return tk.abort(400, tk._("The form is not complete."))
    organization = pages.organization_of(id)
    context: Any = {"user": tk.g.user, "auth_user_obj": tk.g.userobj}
    try:
        tk.get_action(action)(context, {"ada": ada, "reason": request.form.get("reason", "")})
    except tk.NotAuthorized as refusal:
        return tk.abort(403 if tk.current_user.is_authenticated else 401, str(refusal))
    except tk.ObjectNotFound as missing:
        return tk.abort(404, str(missing))
    except tk.ValidationError as refused:
        tk.h.flash_error("; ".join(f"{k}: {v}" for k, v in refused.error_summary.items()))
    else:
        tk.h.flash_success(
            tk._("The act is withheld.")
            if request.form["do"] == "withhold"
            else tk._("The act is read from Diavgeia again; it is shown in a few minutes.")
        )
    return tk.redirect_to("greekmunicipal_acts.act", id=organization["name"], ada=ada)


def _refuse_forged() -> None:
    """Refuse a form that another site sent with the cookie of the reader; see ``budget_form``."""
    if tk.g.get("login_via_auth_header") or not tk.config.get("WTF_CSRF_ENABLED"):
        return
    try:
        validate_csrf(request.form.get(tk.config["WTF_CSRF_FIELD_NAME"], ""))
    except ValidationError:
        tk.abort(400, tk._("The form is too old. Go back, load the page again, and send it."))
