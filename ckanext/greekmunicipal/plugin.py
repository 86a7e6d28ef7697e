"""The portal's own plugin: schemas, profile, pages, actions, commands."""

from __future__ import annotations

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.exceptions import CkanConfigurationException
from ckan.lib.plugins import DefaultTranslation

from ckanext.greekmunicipal import config as our_config
from ckanext.greekmunicipal import helpers, schemas, validators


@tk.blanket.config_declarations
@tk.blanket.helpers(helpers.get_helpers)
@tk.blanket.validators(validators.get_validators)
class GreekMunicipalPlugin(DefaultTranslation, p.SingletonPlugin):
    """Portal of Greek municipalities."""

    p.implements(p.IConfigurer)
    p.implements(p.IConfigurable)
    p.implements(p.ITranslation)

    def update_config(self, config: tk.CKANConfig) -> None:
        """Name our templates and assets."""
        tk.add_template_directory(config, "templates")
        tk.add_resource("assets", "greekmunicipal")

    def configure(self, config: tk.CKANConfig) -> None:
        """Stop CKAN at its start when it could not work with ``config``."""
        if found := our_config.problems(config):
            raise CkanConfigurationException("ckanext-greekmunicipal: " + " ".join(found))
        schemas.validate_resources_again(p.get_plugin("scheming_datasets"))
