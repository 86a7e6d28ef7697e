"""Schemas of organisation and dataset (YAML), their languages, choices and defaults."""

from __future__ import annotations

PRESETS = "ckanext.scheming:presets.json ckanext.greekmunicipal:schemas/presets.yaml"
DATASET_SCHEMAS = "ckanext.greekmunicipal:schemas/dataset.yaml"
ORGANIZATION_SCHEMAS = "ckanext.greekmunicipal:schemas/organization.yaml"

# What ckanext-scheming is told as long as the administrator tells it nothing.
SCHEMING_OPTIONS = {
    "scheming.presets": PRESETS,
    "scheming.dataset_schemas": DATASET_SCHEMAS,
    "scheming.organization_schemas": ORGANIZATION_SCHEMAS,
}
