"""Pages of the commitments: what is expected of each, and who serves it."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.common import current_user
from flask import Blueprint, Response

from ckanext.greekmunicipal import helpers
from ckanext.greekmunicipal.quality.indicator_template import table_schema, template_csv
from ckanext.greekmunicipal.quality.indicators import (
    Indicator,
    UnknownIndicatorError,
    by_id,
    indicators,
)

SHOWN = 20
# What changes an indicator is an upgrade or the portal's configuration.
CACHED = "public, max-age=3600"

blueprint = Blueprint("greekmunicipal_indicator", __name__, url_prefix="/indicator")


@blueprint.route("/")
def index() -> str:
    """All commitments."""
    counts = _search({"rows": 0, "facet.field": ["vocab_indicator"], "facet.limit": -1})
    served = counts["facets"].get("vocab_indicator", {})
    return tk.render(
        "greekmunicipal/indicators.html",
        {"indicators": indicators(), "served": served, "language": helpers.language()},
    )


@blueprint.route("/<indicator_id>")
def read(indicator_id: str) -> str:
    """What is expected of a commitment, and the datasets that serve it."""
    indicator = _known(indicator_id)
    found = _search(
        {
            "fq": f'vocab_indicator:"{indicator.id}"',
            "rows": SHOWN,
            "sort": "metadata_modified desc",
        }
    )
    return tk.render(
        "greekmunicipal/indicator.html",
        {
            "indicator": indicator,
            "datasets": found["results"],
            "count": found["count"],
            "language": helpers.language(),
            "formats": [
                label["label"]
                for label in helpers.term_labels(
                    {"field_name": "format", "vocabulary": "file-type"}, list(indicator.formats)
                )
            ],
        },
    )


@blueprint.route("/<indicator_id>/template.csv")
def template(indicator_id: str) -> Response:
    """The table to fill in."""
    indicator = _known(indicator_id)
    return _download(template_csv(indicator), f"{indicator.id}.csv", "text/csv; charset=utf-8")


@blueprint.route("/<indicator_id>/schema.json")
def schema(indicator_id: str) -> Response:
    """The columns for programs."""
    indicator = _known(indicator_id)
    text = json.dumps(table_schema(indicator, helpers.language()), ensure_ascii=False, indent=2)
    return _download(text.encode(), f"{indicator.id}.json", "application/json")


def _known(indicator_id: str) -> Indicator:
    try:
        return by_id(indicator_id)
    except UnknownIndicatorError:
        tk.abort(404, tk._("There is no such commitment"))
        raise


def _search(query: dict[str, Any]) -> dict[str, Any]:
    return tk.get_action("package_search")({"user": current_user.name}, query)


def _download(content: bytes, name: str, content_type: str) -> Response:
    return Response(
        content,
        content_type=content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": CACHED,
            "X-Content-Type-Options": "nosniff",
        },
    )
