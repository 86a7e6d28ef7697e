"""Schemas of organisation and dataset (YAML), their languages, choices and defaults."""

from __future__ import annotations

from typing import Any

# Fields of a dataset from which its resources take a default.
RESOURCES_DEPEND_ON = ("hvd_category",)


def validate_resources_again(dataset_form: Any) -> None:
    """Have unchanged resources validated when a field that they depend on changes.

    CKAN 2.12 copies unchanged resources unless the plugin that owns the dataset
    type, which is ckanext-scheming's, names such fields.
    """
    dataset_form.resource_validation_dependencies = lambda package_type: list(RESOURCES_DEPEND_ON)
