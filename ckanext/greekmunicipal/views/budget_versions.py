"""Every version of a municipality's budget, for anybody: which file it came from, what its checks said."""

from __future__ import annotations

from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from flask import Blueprint, make_response

from ckanext.greekmunicipal.views import answers
from ckanext.greekmunicipal.views import budget_form_shown as shown

# More than the monthly files of both sides of forty years.
MOST = 1000

blueprint = Blueprint("greekmunicipal_budget_versions", __name__)


@blueprint.route("/organization/<id>/budget/versions")
def page(id: str) -> Any:  # noqa: A002 - the name that CKAN's links use
    """The versions of a municipality's budget."""
    context: Any = {"user": tk.g.user, "auth_user_obj": tk.g.userobj}
    try:
        organization = tk.get_action("organization_show")(
            context, {"id": id, "include_datasets": False, "include_users": False}
        )
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return tk.abort(404, tk._("Organization not found"))
    versions = _versions(organization)
    answer = make_response(
        tk.render(
            "greekmunicipal/budget_form/all_versions.html",
            {
                "group_dict": organization,
                "group_type": organization["type"],
                "versions": shown.versions(versions, MOST),
                "most": MOST if len(versions) > MOST else 0,
            },
        ),
        200 if versions else 404,
    )
    package: Any = model.Package.get(f"{organization.get('municipality')}-budget")
    if package is None or package.private or tk.g.user:
        answers.private(answer)
    return answer


def _versions(organization: dict[str, Any]) -> list[dict[str, Any]]:
    if not organization.get("municipality"):
        return []
    context: Any = {"user": tk.g.user, "auth_user_obj": tk.g.userobj}
    try:
        return tk.get_action("greekmunicipal_budget_version_list")(
            context, {"organization": organization["id"]}
        )
    except (tk.NotAuthorized, tk.ObjectNotFound, tk.ValidationError):
        return []
