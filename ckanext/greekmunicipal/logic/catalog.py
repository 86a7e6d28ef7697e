"""Actions of sources of foreign catalogues: look at one record, confirm deletions."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckanext.harvest.model import HarvestSource

from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.catalogs.records import UnusableRecordError
from ckanext.greekmunicipal.harvesters.base import SourceOptionError
from ckanext.greekmunicipal.harvesters.budget_sources.errors import SourceFailure
from ckanext.greekmunicipal.harvesters.catalogs import preview, store
from ckanext.greekmunicipal.harvesters.catalogs.options import read_options

TYPE = "municipal_catalog"


@tk.side_effect_free
def greekmunicipal_catalog_preview(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """The first record of a source as it would be published; nothing is stored.

    Args:
        context: CKAN's.
        data_dict: ``id`` of a harvest source of type ``municipal_catalog``.

    Raises:
        ObjectNotFound: there is no such source.
        ValidationError: its catalogue cannot be read; the message says why.
    """
    source = _source(data_dict)
    tk.check_access("greekmunicipal_catalog_preview", context, {"id": source.id})
    try:
        return preview.of_options(read_options(source.config))
    except (SourceOptionError, SourceFailure, UnusableRecordError) as error:
        raise tk.ValidationError({"id": [str(error)]}) from None


def greekmunicipal_catalog_confirm_deletions(
    context: Any, data_dict: dict[str, Any]
) -> dict[str, Any]:
    """Confirm that what vanished from a catalogue is to be deleted by the next harvest.

    Args:
        context: CKAN's.
        data_dict: ``id`` of a harvest source of type ``municipal_catalog``; ``dry_run``.

    Returns:
        ``records``: names of the records in their catalogue.

    Raises:
        ObjectNotFound: there is no such source.
    """
    source = _source(data_dict)
    tk.check_access("greekmunicipal_catalog_confirm_deletions", context, {"id": source.id})
    with datastore.transaction() as cursor:
        records = store.held(cursor, source.id)
        if not tk.asbool(data_dict.get("dry_run", False)):
            store.dismiss(cursor, source.id, records)
    return {"records": records}


def _source(data_dict: dict[str, Any]) -> Any:
    source_id = tk.get_or_bust(data_dict, "id")
    source: Any = HarvestSource.get(source_id)
    if source is None or source.type != TYPE:
        raise tk.ObjectNotFound(
            tk._("There is no harvest source of type {type} with the id «{id}».").format(
                type=TYPE, id=source_id
            )
        )
    return source


def get_actions() -> dict[str, Any]:
    """Actions of this module."""
    ours = (greekmunicipal_catalog_preview, greekmunicipal_catalog_confirm_deletions)
    return {action.__name__: action for action in ours}
