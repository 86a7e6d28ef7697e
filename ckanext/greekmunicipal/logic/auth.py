"""Who may do what."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

Answer = dict[str, Any]


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


def greekmunicipal_harvest_errors(context: Any, data_dict: Any) -> Answer:
    """Messages of failed reads name addresses and files: for sysadmins only."""
    return {"success": False, "msg": tk._("Only a system administrator may read error messages.")}
