"""Keeps loaders that watch for new files away from tables of ours.

They would fetch the CSV that is made of a table, drop the table and fill it from that.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal.harvesters import datasets

# Plugin and the action with which it takes on a resource.
_LOADERS = {"xloader": "xloader_submit", "datapusher": "datapusher_submit"}


def get_actions() -> dict[str, Any]:
    """Actions of the loaders that this portal has, ours in front of them."""
    return {action: _not_ours for plugin, action in _LOADERS.items() if p.plugin_loaded(plugin)}


@tk.chained_action
def _not_ours(next_action: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """Submit a resource unless its table is one of ours.

    Raises:
        ValidationError: it is; the loaders log this and go on.
    """
    if datasets.is_official(data_dict.get("resource_id", "")):
        raise tk.ValidationError(
            {"resource_id": ["The table of this resource is loaded by its harvester."]}
        )
    return next_action(context, data_dict)
