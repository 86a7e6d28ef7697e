"""Resource view of a budget's table: the figures of the budget page, where the table is."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.harvesters.identity import BUDGET
from ckanext.greekmunicipal.views.budget import asking, overview, pages, published
from ckanext.greekmunicipal.views.budget.view import View

NAME = "greekmunicipal_budget_view"
TEMPLATE = "greekmunicipal/budget/resource_view.html"
# Of the page's figures those that say most; the rest is one link away.
FIGURES = ("tree", "services", "expenditure", "revenue", "years")


class BudgetViewPlugin(p.SingletonPlugin):
    """View of the budget table of a municipality, made of its last year and period."""

    p.implements(p.IResourceView, inherit=True)

    def info(self) -> dict[str, Any]:
        """What CKAN lists of the view."""
        return {
            "name": NAME,
            "title": tk._("Budget in pictures"),
            "default_title": tk._("Budget in pictures"),
            "icon": "chart-pie",
            "iframed": False,
            "always_available": False,
            "requires_datastore": True,
            "preview_enabled": False,
        }

    def can_view(self, data_dict: dict[str, Any]) -> bool:
        """Only the table that our harvester and forms fill has the columns of a budget."""
        resource = data_dict["resource"]
        return (
            resource.get("url_type") == datastore.URL_TYPE
            and resource.get("table") == BUDGET
            and bool(resource.get("datastore_active"))
        )

    def setup_template_variables(self, context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
        """Figures of the last year; nothing where no budget can be seen."""
        view = _view(data_dict["package"])
        if view is None:
            return {"view": None}
        return pages.about(view) | {
            "headlines": overview.headlines(view),
            "figures": [pages.FIGURES[name](view) for name in FIGURES],
        }

    def view_template(self, context: Any, data_dict: dict[str, Any]) -> str:
        """Template of the view."""
        return TEMPLATE

    def form_template(self, context: Any, data_dict: dict[str, Any]) -> str:
        """The view has nothing to be set but its title."""
        return "greekmunicipal/budget/resource_view_form.html"


def _view(package: dict[str, Any]) -> View | None:
    owner = package.get("owner_org")
    if not owner:
        return None
    try:
        organization = tk.get_action("organization_show")(
            {"user": tk.g.user, "auth_user_obj": tk.g.userobj},
            {"id": owner, "include_datasets": False, "include_users": False},
        )
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return None
    found = published.find(organization.get("municipality") or "")
    # Another dataset of the municipality does not show this one's figures.
    if found is None or found.package != package["id"] or not found.years:
        return None
    return View(found, asking.read(found, None, {}), organization)
