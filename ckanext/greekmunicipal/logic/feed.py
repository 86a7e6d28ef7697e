"""ckanext-dcat's actions that list datasets, held to what the feed exports."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal.dcat.feed import settings


def get_actions() -> dict[str, Any]:
    """Actions of ckanext-dcat that are there."""
    held = {"dcat_catalog_show": dcat_catalog_show, "dcat_catalog_search": dcat_catalog_search}
    if p.plugin_loaded("dcat_json_interface"):
        held["dcat_datasets_list"] = dcat_datasets_list
    return held


@tk.chained_action
@tk.side_effect_free
def dcat_catalog_show(next_action: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """The catalogue in RDF, by number of page; the feed's addresses are the better way."""
    return next_action(context, _held(data_dict))


@tk.chained_action
@tk.side_effect_free
def dcat_catalog_search(next_action: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """Datasets that a search finds, in RDF."""
    return next_action(context, _held(data_dict))


@tk.chained_action
@tk.side_effect_free
def dcat_datasets_list(next_action: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """Datasets in the form of the old JSON interface."""
    return next_action(context, _held(data_dict))


def _held(data_dict: dict[str, Any]) -> dict[str, Any]:
    """The search without packages of other kinds and without the families that are left out."""
    conditions = [f"+dataset_type:({' OR '.join(settings.EXPORTED_TYPES)})"]
    conditions += [f'-family:"{family}"' for family in settings.excluded_families()]
    given = data_dict.get("fq")
    if given:
        conditions.insert(0, f"+({given})")
    return {**data_dict, "fq": " ".join(conditions)}
