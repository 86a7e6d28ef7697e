"""Actions: check access, validate, ask the domain, return."""

from __future__ import annotations

import dataclasses
import functools
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal import municipalities
from ckanext.greekmunicipal.harvesters import status
from ckanext.greekmunicipal.logic import (
    autocomplete,
    budget,
    budget_confirming,
    budget_summary,
    catalog,
    diavgeia,
    feed,
    loaders,
    naming,
    publication,
    quality,
    schema,
    shapes,
    table_search,
    withhold,
)


def get_actions() -> dict[str, Any]:
    """All actions of the plugin."""
    ours = (
        greekmunicipal_municipality_list,
        greekmunicipal_municipality_show,
        greekmunicipal_harvest_status,
    )
    return _together(
        {action.__name__: action for action in ours},
        loaders.get_actions(),
        feed.get_actions(),
        autocomplete.get_actions(),
        table_search.get_actions(),
        quality.get_actions(),
        naming.get_actions(),
        shapes.get_actions(),
        publication.get_actions(),
        budget.get_actions(),
        budget_confirming.get_actions(),
        budget_summary.get_actions(),
        withhold.get_actions(),
        diavgeia.get_actions(),
        catalog.get_actions(),
    )


def _together(*parts: dict[str, Any]) -> dict[str, Any]:
    """Actions of all parts; where two stand before the same action of CKAN, one calls the other."""
    found: dict[str, Any] = {}
    for part in parts:
        for name, action in part.items():
            found[name] = _before(found[name], action) if name in found else action
    return found


def _before(first: Any, second: Any) -> Any:
    """One chained action that is two: the first gets the second as the action that it may call."""

    @tk.chained_action
    @functools.wraps(first)
    def both(next_action: Any, context: Any, data_dict: dict[str, Any]) -> Any:
        return first(functools.partial(second, next_action), context, data_dict)

    return both


@tk.side_effect_free
def greekmunicipal_municipality_list(
    context: Any, data_dict: dict[str, Any]
) -> list[dict[str, Any]]:
    """Municipalities of the register.

    Args:
        context: CKAN's.
        data_dict: ``q`` finds by any spelling of the name, slug, Diavgeia number,
            ΑΦΜ or ELSTAT code; without it all 332 are listed.

    Returns:
        Entries of the register, best match first.
    """
    tk.check_access("greekmunicipal_municipality_list", context, data_dict)
    data = _validated(data_dict, schema.municipality_list(), context)
    found = municipalities.find(data["q"]) if data.get("q") else municipalities.municipalities()
    return [_entry(municipality) for municipality in found]


@tk.side_effect_free
def greekmunicipal_municipality_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """One municipality of the register.

    Args:
        context: CKAN's.
        data_dict: ``id``, the slug, Diavgeia number or ΑΦΜ.

    Raises:
        ObjectNotFound: no municipality has it.
    """
    tk.check_access("greekmunicipal_municipality_show", context, data_dict)
    data = _validated(data_dict, schema.municipality_show(), context)
    for municipality in municipalities.municipalities():
        if data["id"] in (municipality.slug, municipality.diavgeia_uid, municipality.afm):
            return _entry(municipality)
    raise tk.ObjectNotFound(
        tk._("No municipality has the slug, Diavgeia number or tax number «{id}».").format(
            id=data["id"]
        )
    )


@tk.side_effect_free
def greekmunicipal_harvest_status(context: Any, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """What the last harvest of each municipality read, stored, skipped and masked.

    Args:
        context: CKAN's.
        data_dict: ``municipality``, a slug, to see only that one.

    Returns:
        One dict a municipality: ``municipality``, ``diavgeia_uid``, ``acts`` (sums of
        the manifest of the last job; None before one) and ``budgets`` (reports of the
        last job). ``errors`` in them are empty except for sysadmins.
    """
    tk.check_access("greekmunicipal_harvest_status", context, data_dict)
    data = _validated(data_dict, schema.harvest_status(), context)
    slug = data.get("municipality")
    try:
        wanted = [municipalities.by_slug(slug)] if slug else None
    except municipalities.UnknownMunicipalityError as error:
        raise tk.ObjectNotFound(str(error)) from None
    try:
        tk.check_access("greekmunicipal_harvest_errors", context, {})
        with_errors = True
    except tk.NotAuthorized:
        with_errors = False
    return status.of_municipalities(wanted, with_errors=with_errors)


def _validated(data: dict[str, Any], rules: dict[str, list[Any]], context: Any) -> dict[str, Any]:
    validated, errors = tk.navl_validate(data, rules, context)
    if errors:
        raise tk.ValidationError(errors)
    return validated


def _entry(municipality: municipalities.Municipality) -> dict[str, Any]:
    return {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in dataclasses.asdict(municipality).items()
    }
