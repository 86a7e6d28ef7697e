"""Actions about sources of acts."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal.diavgeia.errors import DiavgeiaError
from ckanext.greekmunicipal.harvesters import diavgeia_preview
from ckanext.greekmunicipal.harvesters.diavgeia_options import SourceOptionError


def get_actions() -> dict[str, Any]:
    """Actions by name."""
    return {"greekmunicipal_diavgeia_preview": greekmunicipal_diavgeia_preview}


def greekmunicipal_diavgeia_preview(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Read one page as a source would, and store nothing.

    Args:
        context: CKAN's.
        data_dict: ``url``, address of the API; ``config``, the options of the source as JSON.

    Returns:
        ``asked``, ``bodies``, ``total`` and ``acts``, masked as they would be stored.

    Raises:
        ValidationError: an option cannot be used, or the address gives no usable answer.
    """
    tk.check_access("greekmunicipal_diavgeia_preview", context, data_dict)
    url, config = data_dict.get("url"), data_dict.get("config")
    if not isinstance(url, str) or not url:
        raise tk.ValidationError({"url": [tk._("Missing value")]})
    if config is not None and not isinstance(config, str):
        raise tk.ValidationError({"config": [tk._("The options must be a text with JSON.")]})
    try:
        return diavgeia_preview.preview(url, config)
    except SourceOptionError as error:
        raise tk.ValidationError({"config": [str(error)]}) from None
    except DiavgeiaError as error:
        raise tk.ValidationError({"url": [str(error)]}) from None
