"""Kinds of the fields of our schema, as the mapping of records wants them."""

from __future__ import annotations

from ckanext.greekmunicipal import adoption
from ckanext.greekmunicipal.catalogs.records import Shape


def shape() -> Shape:
    """Kinds of fields of datasets and resources, from the schema that is loaded."""
    return Shape(adoption.kinds("dataset_fields"), adoption.kinds("resource_fields"))
