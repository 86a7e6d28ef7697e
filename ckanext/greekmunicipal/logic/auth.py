"""Who may do what."""

from __future__ import annotations

from typing import Any

import ckan.authz as authz
import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.types import AuthResult

from ckanext.greekmunicipal.harvesters import datasets

Answer = AuthResult


@tk.auth_allow_anonymous_access
def greekmunicipal_municipality_list(context: Any, data_dict: Any) -> Answer:
    """The register is public."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def greekmunicipal_municipality_show(context: Any, data_dict: Any) -> Answer:
    """The register is public."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def greekmunicipal_harvest_status(context: Any, data_dict: Any) -> Answer:
    """How complete the acts are is public; error messages are shown to sysadmins only."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def greekmunicipal_quality_show(context: Any, data_dict: Any) -> Answer:
    """Who may see a dataset, or an organisation, may see its quality."""
    if data_dict.get("id"):
        return authz.is_authorized("package_show", context, {"id": data_dict["id"]})
    if data_dict.get("organization"):
        whose = {"id": data_dict["organization"]}
        return authz.is_authorized("organization_show", context, whose)
    return {"success": True}  # the action itself says what is missing


@tk.auth_allow_anonymous_access
def greekmunicipal_budget_summary(context: Any, data_dict: Any) -> Answer:
    """Who may see the budget's dataset may see its sums; the action says what is missing."""
    from ckanext.greekmunicipal.logic import budget_summary

    package = budget_summary.package_of(data_dict)
    if package is None or model.Package.get(package) is None:
        return {"success": True}
    return authz.is_authorized("package_show", context, {"id": package})


def greekmunicipal_harvest_errors(context: Any, data_dict: Any) -> Answer:
    """Messages of failed reads name addresses and files: for sysadmins only."""
    return {"success": False, "msg": tk._("Only a system administrator may read error messages.")}


def greekmunicipal_personal_data_show(context: Any, data_dict: Any) -> Answer:
    """What a scan found, and who confirmed it, is for those who may edit the dataset."""
    try:
        tk.check_access("package_update", context, data_dict)
    except tk.NotAuthorized as refusal:
        return {"success": False, "msg": str(refusal)}
    return {"success": True}


def greekmunicipal_budget_check(context: Any, data_dict: Any) -> Answer:
    """Editors of the organisation may have its budget files read."""
    return greekmunicipal_budget_publish(context, data_dict)


def greekmunicipal_budget_publish(context: Any, data_dict: Any) -> Answer:
    """Editors of the organisation may publish its budget."""
    allowed = authz.has_user_permission_for_group_or_org(
        data_dict.get("organization"), context.get("user"), "update_dataset"
    )
    if allowed:
        return {"success": True}
    return {
        "success": False,
        "msg": tk._("Only editors of the organisation may publish its budget."),
    }


def greekmunicipal_budget_original_publish(context: Any, data_dict: Any) -> Answer:
    """Editors of the organisation may answer for its original files."""
    return greekmunicipal_budget_publish(context, data_dict)


@tk.auth_allow_anonymous_access
def greekmunicipal_budget_version_list(context: Any, data_dict: Any) -> Answer:
    """Who may see the budget may see which files it came from."""
    return authz.is_authorized("package_show", context, {"id": data_dict.get("id")})


def greekmunicipal_act_withhold(context: Any, data_dict: Any) -> Answer:
    """Administrators of the organisation answer to the person who objects."""
    organization = data_dict.get("organization")
    if organization and authz.has_user_permission_for_group_or_org(
        organization, context.get("user"), "admin"
    ):
        return {"success": True}
    return {
        "success": False,
        "msg": tk._("Only administrators of the organisation may withhold its acts."),
    }


def greekmunicipal_act_withhold_undo(context: Any, data_dict: Any) -> Answer:
    """Who may withhold an act may end that."""
    return greekmunicipal_act_withhold(context, data_dict)


def greekmunicipal_acts_worklist(context: Any, data_dict: Any) -> Answer:
    """Likely mistakes of a body are for its editors, not for show."""
    allowed = authz.has_user_permission_for_group_or_org(
        data_dict.get("organization"), context.get("user"), "update_dataset"
    )
    if allowed:
        return {"success": True}
    return {
        "success": False,
        "msg": tk._("Only editors of the organisation may see the list of its likely mistakes."),
    }


def greekmunicipal_act_withheld_list(context: Any, data_dict: Any) -> Answer:
    """Reasons are for administrators only."""
    return greekmunicipal_act_withhold(context, data_dict)


def greekmunicipal_diavgeia_preview(context: Any, data_dict: Any) -> Answer:
    """Those who may make harvest sources: the portal asks an address on their behalf."""
    try:
        tk.check_access("harvest_source_create", context, {"owner_org": data_dict.get("owner_org")})
    except tk.NotAuthorized as refusal:
        return {"success": False, "msg": str(refusal)}
    return {"success": True}


def greekmunicipal_catalog_preview(context: Any, data_dict: Any) -> Answer:
    """Whoever may change the source may have one record of it read."""
    return authz.is_authorized("harvest_source_update", context, {"id": data_dict.get("id")})


def greekmunicipal_catalog_confirm_deletions(context: Any, data_dict: Any) -> Answer:
    """Whoever may change the source may confirm what its harvest is to delete."""
    return authz.is_authorized("harvest_source_update", context, {"id": data_dict.get("id")})


# Any editor could write with ``force``, which only warns of a table that is loaded from elsewhere.


@tk.chained_auth_function
def datastore_create(next_auth: Any, context: Any, data_dict: Any) -> Answer:
    """Tables of harvested datasets are made by the harvesters."""
    return _unless_official(next_auth, context, data_dict)


@tk.chained_auth_function
def datastore_upsert(next_auth: Any, context: Any, data_dict: Any) -> Answer:
    """Official rows are written by the harvesters."""
    return _unless_official(next_auth, context, data_dict)


@tk.chained_auth_function
def datastore_delete(next_auth: Any, context: Any, data_dict: Any) -> Answer:
    """Official rows are deleted by nobody; a dataset as a whole can be."""
    return _unless_official(next_auth, context, data_dict)


@tk.chained_auth_function
def datastore_records_delete(next_auth: Any, context: Any, data_dict: Any) -> Answer:
    """Official rows are deleted by nobody; a dataset as a whole can be."""
    return _unless_official(next_auth, context, data_dict)


def _unless_official(next_auth: Any, context: Any, data_dict: Any) -> Answer:
    resource_id = data_dict.get("resource_id") or data_dict.get("id")
    if resource_id and datasets.is_official(resource_id):
        return {
            "success": False,
            "msg": tk._("These rows come from an official source: only the harvesters write them."),
        }
    return next_auth(context, data_dict)
