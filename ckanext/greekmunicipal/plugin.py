"""The portal's own plugin: schemas, profile, pages, actions, commands."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.exceptions import CkanConfigurationException
from ckan.lib.plugins import DefaultTranslation
from flask import Blueprint

from ckanext.greekmunicipal import additions, cli, helpers, schemas, search, validators, views
from ckanext.greekmunicipal import config as our_config
from ckanext.greekmunicipal.logic import action, auth
from ckanext.greekmunicipal.schemas import uploads
from ckanext.greekmunicipal.scores import jobs
from ckanext.greekmunicipal.views import charts, facets


@tk.blanket.actions(action.get_actions)
@tk.blanket.auth_functions(auth)
@tk.blanket.cli(cli.get_commands)
@tk.blanket.config_declarations
@tk.blanket.helpers(helpers.get_helpers)
@tk.blanket.validators(validators.get_validators)
class GreekMunicipalPlugin(DefaultTranslation, p.SingletonPlugin):
    """Portal of Greek municipalities."""

    p.implements(p.IBlueprint)
    p.implements(p.IConfigurer)
    p.implements(p.IConfigurable)
    p.implements(p.ITranslation)
    p.implements(p.IFacets, inherit=True)
    p.implements(p.IPackageController, inherit=True)
    p.implements(p.IResourceController, inherit=True)

    def get_blueprint(self) -> list[Blueprint]:
        """Pages of our own."""
        return views.get_blueprints()

    def update_config(self, config: tk.CKANConfig) -> None:
        """Name our templates and assets."""
        tk.add_template_directory(config, "templates")
        tk.add_resource("assets", "greekmunicipal")
        charts.register()

    def configure(self, config: tk.CKANConfig) -> None:
        """Stop CKAN at its start when it could not work with ``config``."""
        if found := our_config.problems(config):
            raise CkanConfigurationException("ckanext-greekmunicipal: " + " ".join(found))
        try:
            additions.use(additions.collect(our_config.additions()), config)
        except additions.BadAdditionError as error:
            raise CkanConfigurationException(f"ckanext-greekmunicipal: {error}") from error
        schemas.validate_resources_again(p.get_plugin("scheming_datasets"))

    def dataset_facets(
        self, facets_dict: OrderedDict[str, str], package_type: str
    ) -> OrderedDict[str, str]:
        """Filter datasets by what our schema says of them."""
        return facets.titles(with_organization=True) if package_type == "dataset" else facets_dict

    def organization_facets(
        self, facets_dict: OrderedDict[str, str], organization_type: str, package_type: str | None
    ) -> OrderedDict[str, str]:
        """Filter the datasets of an organisation."""
        return facets.titles(with_organization=False)

    def after_dataset_create(self, context: Any, pkg_dict: dict[str, Any]) -> None:
        """Have a new dataset scored and its links asked."""
        jobs.published(pkg_dict["id"])

    def after_dataset_update(self, context: Any, pkg_dict: dict[str, Any]) -> None:
        """Have a changed dataset scored and its links asked."""
        jobs.published(pkg_dict["id"])

    def before_resource_create(self, context: Any, resource: dict[str, Any]) -> None:
        """Take from an uploaded file what it tells of itself."""
        uploads.prepare(resource)

    def before_resource_update(
        self, context: Any, current: dict[str, Any], resource: dict[str, Any]
    ) -> None:
        """Forget what a new file makes wrong."""
        uploads.prepare(resource, current)

    def before_dataset_index(self, pkg_dict: dict[str, Any]) -> dict[str, Any]:
        """Index a dataset of our schema so that it can be filtered."""
        return search.document(pkg_dict)

    def before_dataset_search(self, search_params: dict[str, Any]) -> dict[str, Any]:
        """Find Greek however it is typed."""
        return search.parameters(search_params)

    def after_dataset_search(
        self, search_results: dict[str, Any], search_params: dict[str, Any]
    ) -> dict[str, Any]:
        """Keep the fields that only the index needs out of the answer."""
        return search.without_own_fields(search_results)
