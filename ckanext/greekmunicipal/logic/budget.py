"""Actions: a person's budget files are checked, and published as the harvester publishes."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.budgets import UnreadableBudget
from ckanext.greekmunicipal.budgets.corrections import (
    Correction,
    WrongCorrection,
    read_corrections,
)
from ckanext.greekmunicipal.harvesters import (
    budget_originals,
    budget_reading,
    budget_store,
    budget_versions,
    datasets,
)
from ckanext.greekmunicipal.harvesters.budget_reading import BudgetRefused
from ckanext.greekmunicipal.harvesters.identity import BUDGET, package_id
from ckanext.greekmunicipal.logic import (
    budget_checking,
    budget_publishing,
    budget_uploads,
    budget_wording,
)
from ckanext.greekmunicipal.logic.budget_checking import Examined, NoTable
from ckanext.greekmunicipal.logic.budget_uploads import Held
from ckanext.greekmunicipal.municipalities import (
    Municipality,
    UnknownMunicipalityError,
    by_slug,
)
from ckanext.greekmunicipal.publication import gate, links

Data = dict[str, Any]

FILES = "upload"
_FIRST_YEAR, _LAST_YEAR = 1990, 2100


def get_actions() -> dict[str, Any]:
    """The actions."""
    ours = (
        greekmunicipal_budget_check,
        greekmunicipal_budget_publish,
        greekmunicipal_budget_version_list,
    )
    return {action.__name__: action for action in ours}


def greekmunicipal_budget_check(context: Any, data_dict: Data) -> Data:
    """Read the files of one budget and say what was understood; nothing is published.

    Args:
        context: CKAN's; the user must be an editor of the organisation.
        data_dict: ``organization`` (name or id); the files as ``upload`` (and ``upload_2`` …),
            by ``url`` (one or a list), or by the ``token`` of an earlier check; ``year``, where the
            files do not tell it; ``corrections``, a list of columns of the report with the
            meaning that they have (saved ones are used if none are given).

    Returns:
        The report, and ``token`` for the second step (valid for an hour), ``corrections`` that
        were used, ``remembered`` (they were saved with an earlier file), ``replaces`` (what the
        table holds of the same parts) and ``originals`` (what the scan for personal data told).

    Raises:
        ValidationError: a file cannot be read as a budget; with ``token`` and ``columns``, if a
            person can say what its columns mean.
    """
    municipality = allowed("greekmunicipal_budget_check", context, data_dict)
    with budget_uploads.alone(data_dict.get("token")):
        return _checked(_held(context, data_dict, municipality), municipality)


def _checked(held: Held, municipality: Municipality) -> Data:
    examined = _examined(held, municipality)
    parts = budget_store.parts_of(examined.budget.lines)
    withheld = budget_reading.withheld_files(examined.budget.lines)
    scans = [budget_checking.scan_of(path) for path in held.paths]
    return {
        **examined.budget.report,
        "columns": examined.columns,
        "token": held.token,
        "valid_seconds": budget_uploads.SECONDS,
        "year_given": held.year,
        "corrections": [each.as_dict() for each in examined.corrections],
        "remembered": examined.remembered,
        "replaces": budget_checking.replaced(municipality.diavgeia_uid, parts),
        "originals": [
            {
                **scan.as_dict(),
                "label_withheld": path.name in withheld,
                "needs_confirmation": budget_checking.needs_confirmation(
                    scan, path.name in withheld
                ),
            }
            for path, scan in zip(held.paths, scans, strict=True)
        ],
    }


def greekmunicipal_budget_publish(context: Any, data_dict: Data) -> Data:
    """Publish the files of one budget: rows, versions, original files, dataset.

    Args:
        context: CKAN's; the user must be an editor of the organisation.
        data_dict: files, ``year`` and ``corrections`` as for the check;
            ``errors_confirmed``: why it is published in spite of errors (and ``errors_seen``,
            the rules that this is about: others still stop it); ``originals``: whether the files
            are served beside the table (true); ``personal_data_confirmed`` (digests) and
            ``personal_data_reason`` for files that may hold personal data; ``dry_run``.

    Returns:
        ``status`` (``stored``, ``unchanged``), ``dataset``, ``lines``, ``parts``, ``confirmed``,
        ``originals``, ``dataset_id``, ``dataset_name``.

    Raises:
        ValidationError: it cannot be read, there are errors without a reason, or year or side of
            lines is unknown.
    """
    municipality = allowed("greekmunicipal_budget_publish", context, data_dict)
    with budget_uploads.alone(data_dict.get("token")):
        return _published(context, data_dict, municipality)


def _published(context: Any, data_dict: Data, municipality: Municipality) -> Data:
    consent = gate.take_consent(data_dict)
    came_with_token = bool(data_dict.get("token"))
    held = _held(context, data_dict, municipality)
    order = budget_publishing.Order(
        municipality=municipality,
        held=held,
        user=user_of(context),
        reason=text_of(data_dict, "errors_confirmed"),
        rules=_rules(data_dict),
        consent=consent,
        with_originals=_truth(data_dict, "originals", True),
    )
    dry_run = _truth(data_dict, "dry_run", False)
    try:
        examined = _examined(held, municipality)
        done = budget_publishing.publish(order, examined, dry_run=dry_run)
    except budget_publishing.ErrorsNotConfirmed as error:
        told = [found[f"message_{_language()}"] for found in error.findings]
        message = tk._("Not published, since it does not add up: {errors}")
        refusal: Data = {
            "errors_confirmed": [message.format(errors=" ".join(told))],
            "errors": error.findings,
            "token": [held.token],
        }
        raise tk.ValidationError(refusal) from None
    except BudgetRefused as error:
        raise tk.ValidationError(
            {"upload": [budget_wording.refused(str(error))], "token": [held.token]}
        ) from None
    except budget_publishing.NoAmounts:
        told = tk._("No amounts were understood: say what the columns of the file mean.")
        raise tk.ValidationError({"upload": [told], "token": [held.token]}) from None
    except budget_publishing.DatasetDeleted:
        told = tk._("The budget dataset was deleted: nothing is published until it is restored.")
        raise tk.ValidationError({"organization": [told]}) from None
    if not dry_run:
        budget_uploads.finish(held, max(part["fiscal_year"] for part in done["parts"]))
    elif not came_with_token:
        budget_uploads.drop(held)
    return done


@tk.side_effect_free
def greekmunicipal_budget_version_list(context: Any, data_dict: Data) -> list[Data]:
    """Versions of each part of a municipality's budget: file, checks, who answered for errors.

    Args:
        context: CKAN's.
        data_dict: ``organization`` (name or id), or ``municipality``, a slug.

    Returns:
        One dict a version, the newest year and version first; ``current`` is what the table holds,
        ``url`` of a file where anybody may fetch it.
        Who confirmed errors is told to editors only.
    """
    slug = data_dict.get("municipality")
    try:
        municipality = by_slug(slug) if slug else _municipality(_organization(data_dict))
    except UnknownMunicipalityError as error:
        raise tk.ObjectNotFound(str(error)) from None
    dataset = package_id(municipality.diavgeia_uid, BUDGET)
    if model.Package.get(dataset) is None:
        return []
    tk.check_access("greekmunicipal_budget_version_list", context, {"id": dataset})
    with datastore.transaction() as cursor:
        found = budget_versions.of_body(cursor, municipality.diavgeia_uid)
        addresses = budget_originals.addresses(cursor, municipality.diavgeia_uid)
    versions = [version.as_dict(addresses) for version in found]
    if not _may_edit(context, dataset):
        for version in versions:
            if version["confirmation"]:
                version["confirmation"]["user"] = None
    return versions


def _may_edit(context: Any, dataset: str) -> bool:
    try:
        tk.check_access("package_update", _apart(context), {"id": dataset})
    except tk.NotAuthorized:
        return False
    return True


def allowed(action: str, context: Any, data_dict: Data) -> Municipality:
    """The municipality, if the user may publish its budget."""
    organization = _organization(data_dict)
    tk.check_access(action, context, {"organization": organization.id})
    municipality = _municipality(organization)
    try:
        owner = datasets.owner_of(municipality.diavgeia_uid)
    except datasets.OrganizationMissing:
        owner = ""
    if owner != organization.id:
        told = tk._("The budget of {name} belongs to another organisation of the portal.")
        raise tk.ValidationError({"organization": [told.format(name=municipality.name_el)]})
    return municipality


def _organization(data_dict: Data) -> Any:
    organization = model.Group.get(tk.get_or_bust(data_dict, "organization"))
    if (
        organization is None
        or not organization.is_organization
        or organization.state != model.State.ACTIVE
    ):
        told = tk._("There is no organisation {name}.")
        raise tk.ObjectNotFound(told.format(name=data_dict["organization"]))
    return organization


def _municipality(organization: Any) -> Municipality:
    try:
        return by_slug(organization.extras.get("municipality") or organization.name)
    except UnknownMunicipalityError:
        told = tk._("The organisation names no municipality of the register.")
        raise tk.ValidationError({"organization": [told]}) from None


def _held(context: Any, data_dict: Data, municipality: Municipality) -> Held:
    """The files of a call, with what it says of them."""
    user, name = user_of(context)
    owner, organization = user or name, municipality.slug
    year, corrections = _year(data_dict), _corrections(data_dict)
    try:
        if data_dict.get("token"):
            held = budget_uploads.find(data_dict["token"], owner, organization)
        else:
            held = budget_uploads.hold(owner, organization, _sent(data_dict))
    except budget_uploads.Published as done:
        told = tk._("This file is published already. Choose it again to publish it anew.")
        raise tk.ValidationError({"upload": [told], "published": [str(done.year)]}) from None
    except budget_uploads.NotHeld:
        told = tk._("The file is not kept any longer (an hour at most): choose it again.")
        raise tk.ValidationError({"upload": [told]}) from None
    except budget_uploads.TooLarge as error:
        told = budget_wording.too_large(error.name, error.most)
        raise tk.ValidationError({"upload": [told]}) from None
    except budget_uploads.NoRoom:
        told = tk._("Too many files wait to be published. Try again in an hour.")
        raise tk.ValidationError({"upload": [told]}) from None
    except links.NotFetched as error:
        address = ", ".join(each for each in _sent(data_dict) if isinstance(each, str))
        raise tk.ValidationError(
            {"url": [budget_wording.not_fetched(address, str(error))]}
        ) from None
    if data_dict.get("token"):
        # What a call does not say stays as it was said before.
        year = year if "year" in data_dict else held.year
        before = held.corrections
        corrections = (
            corrections
            if "corrections" in data_dict
            else (None if before is None else read_corrections(list(before)))
        )
    budget_uploads.note(held, year, corrections)
    said = None if corrections is None else tuple(each.as_dict() for each in corrections)
    return replace(held, year=year, corrections=said)


def _sent(data_dict: Data) -> list[Any]:
    names = [FILES, *(f"{FILES}_{at}" for at in range(2, budget_uploads.MOST_FILES + 1))]
    sent = [each for name in names for each in _several(data_dict.get(name))]
    found = [each for each in sent if getattr(each, "filename", None)]
    found += [each.strip() for each in _several(data_dict.get("url")) if str(each).strip()]
    if not found:
        raise tk.ValidationError({"upload": [tk._("Choose the file of the budget.")]})
    if len(found) > budget_uploads.MOST_FILES:
        told = tk._("At most {most} files are one budget.")
        raise tk.ValidationError({"upload": [told.format(most=budget_uploads.MOST_FILES)]})
    return found


def _several(sent: Any) -> list[Any]:
    if sent is None or sent == "":
        return []
    return list(sent) if isinstance(sent, (list, tuple)) else [sent]


def _examined(held: Held, municipality: Municipality) -> Examined:
    try:
        return budget_checking.examine(held, municipality)
    except NoTable as error:
        refusal: Data = {
            "upload": [budget_wording.unreadable(error)],
            "token": [held.token],
            "columns": error.columns,
        }
        raise tk.ValidationError(refusal) from None
    except UnreadableBudget as error:
        budget_uploads.drop(held)
        raise tk.ValidationError({"upload": [budget_wording.unreadable(error)]}) from None


def _year(data_dict: Data) -> int | None:
    sent = data_dict.get("year")
    if sent in (None, ""):
        return None
    try:
        year = int(str(sent))
    except ValueError:
        year = 0
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        told = tk._("«{value}» is no fiscal year: expected one such as 2026.")
        raise tk.ValidationError({"year": [told.format(value=str(sent)[:20])]})
    return year


def _corrections(data_dict: Data) -> tuple[Correction, ...] | None:
    sent = data_dict.get("corrections")
    if sent is None or sent == "":
        return None
    try:
        return read_corrections(json.loads(sent) if isinstance(sent, str) else sent)
    except (WrongCorrection, ValueError) as error:
        raise tk.ValidationError({"corrections": [str(error)]}) from None


def _rules(data_dict: Data) -> frozenset[str] | None:
    sent = data_dict.get("errors_seen")
    return None if sent is None else frozenset(map(str, _several(sent)))


def text_of(data_dict: Data, name: str) -> str:
    """A text of a call, trimmed and bounded; empty if none was sent."""
    sent = data_dict.get(name)
    return sent.strip()[:2000] if isinstance(sent, str) else ""


def _truth(data_dict: Data, name: str, otherwise: bool) -> bool:
    sent = data_dict.get(name)
    if sent in (None, ""):
        return otherwise
    try:
        return tk.asbool(sent)
    except ValueError:
        told = tk._("Expected true or false.")
        raise tk.ValidationError({name: [told]}) from None


def user_of(context: Any) -> tuple[str | None, str]:
    """Id (None for the console) and name of who calls."""
    user = context.get("auth_user_obj") or model.User.get(context.get("user") or "")
    return getattr(user, "id", None), getattr(user, "name", None) or str(context.get("user") or "")


def _language() -> str:
    try:
        return "el" if tk.h.lang().startswith("el") else "en"
    except RuntimeError:
        return "en"


def _apart(context: Any) -> Any:
    """A copy of a context, since asking for access writes into it."""
    return dict(context)
