"""Resource view of a table of acts: the newest acts and the totals, where the table is."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.harvesters.acts_store import ACTS
from ckanext.greekmunicipal.views.acts import body as bodies
from ckanext.greekmunicipal.views.acts import listing, money, pages
from ckanext.greekmunicipal.views.acts.asking import Asked

NAME = "greekmunicipal_acts_view"
TEMPLATE = "greekmunicipal/acts/resource_view.html"
NEWEST = 10


class ActsViewPlugin(p.SingletonPlugin):
    """View of the acts of one family of a body."""

    p.implements(p.IResourceView, inherit=True)

    def info(self) -> dict[str, Any]:
        """What CKAN lists of the view."""
        return {
            "name": NAME,
            "title": tk._("Acts"),
            "default_title": tk._("Acts"),
            "icon": "gavel",
            "iframed": False,
            "always_available": False,
            "requires_datastore": True,
            "preview_enabled": False,
        }

    def can_view(self, data_dict: dict[str, Any]) -> bool:
        """Only the tables that our harvester fills have the columns of acts."""
        resource = data_dict["resource"]
        return (
            resource.get("url_type") == datastore.URL_TYPE
            and resource.get("table") == ACTS
            and bool(resource.get("datastore_active"))
        )

    def setup_template_variables(self, context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
        """The newest acts and the totals of the family; nothing where no acts can be seen."""
        package, resource = data_dict["package"], data_dict["resource"]
        found = _body(package.get("owner_org"))
        tables = [each for each in found.tables if each.acts == resource["id"]] if found else []
        if found is None or not tables:
            return {"body": None}
        asked = Asked(family=tables[0].family)
        return pages.about(found, asked) | {
            "listed": listing.page(found, asked, NEWEST),
            "figures": [each for each in _figures(found, asked) if each.rows],
        }

    def view_template(self, context: Any, data_dict: dict[str, Any]) -> str:
        """Template of the view."""
        return TEMPLATE

    def form_template(self, context: Any, data_dict: dict[str, Any]) -> str:
        """The view has nothing to be set but its title."""
        return "greekmunicipal/budget/resource_view_form.html"


def _body(owner: str | None) -> bodies.Body | None:
    if not owner:
        return None
    context: Any = {"user": tk.g.user, "auth_user_obj": tk.g.userobj}
    try:
        organization = tk.get_action("organization_show")(
            context, {"id": owner, "include_datasets": False, "include_users": False}
        )
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return None
    return bodies.find(organization)


def _figures(body: bodies.Body, asked: Asked) -> list[Any]:
    return [make(body, asked) for make in money.FIGURES.values()]
