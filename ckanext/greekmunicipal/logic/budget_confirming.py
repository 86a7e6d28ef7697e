"""Action: an original file that may hold personal data is offered on the word of an editor."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.harvesters import (
    budget_originals,
    budget_reading,
    budget_versions,
    budgets,
)
from ckanext.greekmunicipal.harvesters.identity import BUDGET, package_id
from ckanext.greekmunicipal.logic import budget
from ckanext.greekmunicipal.municipalities import Municipality
from ckanext.greekmunicipal.publication import store as scans
from ckanext.greekmunicipal.publication.looking import known_report

Data = dict[str, Any]


def get_actions() -> dict[str, Any]:
    """The actions."""
    return {greekmunicipal_budget_original_publish.__name__: greekmunicipal_budget_original_publish}


def greekmunicipal_budget_original_publish(context: Any, data_dict: Data) -> Data:
    """Offer an original file beside the table although it may hold personal data.

    Args:
        context: CKAN's; the user must be an editor of the organisation.
        data_dict: ``organization`` (name or id), ``sha256`` of a file in the versions of its
            budget, ``personal_data_reason``: why it may be published.

    Returns:
        ``status`` (``published``, ``unchanged``), ``file``, ``url``, ``dataset``.

    Raises:
        ValidationError: no reason is given, or the dataset was deleted.
        ObjectNotFound: no version of this budget is from such a file, or it is not kept.
    """
    action = "greekmunicipal_budget_original_publish"
    municipality = budget.allowed(action, context, data_dict)
    sha256 = str(tk.get_or_bust(data_dict, "sha256"))
    reason = budget.text_of(data_dict, "personal_data_reason")
    if not reason:
        told = tk._("Say why the file may be published.")
        raise tk.ValidationError({"personal_data_reason": [told]})
    report, entry, path = _version_with(municipality, sha256)
    uid = municipality.diavgeia_uid
    resource = budget_originals.id_of(uid, sha256)
    with datastore.session_lock(f"budget:{uid}"):
        is_new = budget_originals.served(resource) is None
        if is_new:
            found = known_report(path, entry["file"])
            scans.confirm(
                scans.Confirmation(*budget.user_of(context), reason),
                sha256=sha256,
                file=entry["file"],
                counts=found.counts,
                resource_id=resource,
                package_id=package_id(uid, BUDGET),
            )
            with datastore.transaction() as cursor:
                budget_originals.add(cursor, uid, entry, report)
    dataset = budgets.publish_body(uid, None)
    if dataset == budgets.DELETED:
        told = tk._("The budget dataset was deleted: nothing is published until it is restored.")
        raise tk.ValidationError({"organization": [told]})
    budget_originals.note_served(uid, sha256)
    served = budget_originals.served(resource)
    return {
        "status": "published" if is_new else "unchanged",
        "file": entry["file"],
        "url": budget_originals.address_of(served) if served else None,
        "dataset": dataset,
    }


def _version_with(municipality: Municipality, sha256: str) -> tuple[Data, Data, Path]:
    """The report of the newest version that is from a file, its entry there, where it is kept."""
    with datastore.transaction() as cursor:
        versions = budget_versions.of_body(cursor, municipality.diavgeia_uid)
    versions.sort(key=lambda version: version.stored_at, reverse=True)
    for version in versions:
        for entry in version.report["files"]:
            if entry["sha256"] == sha256 and (path := budget_reading.original_of(sha256)):
                return version.report, entry, path
    told = tk._("No file of this budget that is kept has the digest {digest}.")
    raise tk.ObjectNotFound(told.format(digest=sha256[:64]))


__all__ = ["get_actions", "greekmunicipal_budget_original_publish"]
