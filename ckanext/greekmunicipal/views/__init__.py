"""Pages of the portal: what they show is computed here, the templates only lay it out."""

from __future__ import annotations

from flask import Blueprint


def get_blueprints() -> list[Blueprint]:
    """Pages of our own, in the order in which they are registered."""
    from ckanext.greekmunicipal.views import (
        acts,
        budget,
        budget_form,
        budget_versions,
        downloads,
        feed,
        harvest_manifest,
        indicators,
        national,
        quality,
        statement,
        suppliers,
        table_search,
    )

    # The feed takes addresses of ckanext-dcat, whose blueprint comes later.
    return [
        feed.blueprint(),
        downloads.blueprint,
        indicators.blueprint,
        national.blueprint,
        quality.blueprint,
        table_search.blueprint,
        budget.blueprint,
        statement.blueprint,
        *acts.blueprints(),
        suppliers.blueprint,
        budget_form.blueprint,
        budget_versions.blueprint,
        harvest_manifest.blueprint,
    ]
