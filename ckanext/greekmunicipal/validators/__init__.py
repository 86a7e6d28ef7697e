"""Validators of the schemas. Each refusal says what was read and what is accepted."""

from __future__ import annotations

from ckan.types import Context, FlattenDataDict, FlattenErrorDict, FlattenKey

from ckanext.greekmunicipal.schemas import defaults, organization_defaults
from ckanext.greekmunicipal.validators import controlled, texts, values
from ckanext.greekmunicipal.validators.texts import Validator


def municipal_dataset_defaults(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Complete a dataset before it is validated (``before_validators``)."""
    as_stated = bool(context.get(defaults.AS_STATED))
    defaults.complete_dataset(data, stored=context.get("package"), as_stated=as_stated)


def municipal_organization_defaults(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Complete an organisation before it is validated (``before_validators``)."""
    organization_defaults.complete_organization(data)


def get_validators() -> dict[str, Validator]:
    """All validators under the names by which the schemas call them."""
    own: tuple[Validator, ...] = (
        municipal_dataset_defaults,
        municipal_organization_defaults,
        texts.fluent_municipal_text,
        texts.fluent_municipal_output,
        texts.fluent_municipal_tags,
        texts.fluent_municipal_tags_output,
        texts.municipal_text,
        texts.municipal_lines,
        texts.municipal_links,
        controlled.municipal_term,
        controlled.municipal_terms,
        controlled.municipal_indicators,
        controlled.municipal_family,
        controlled.municipal_municipality,
        controlled.municipal_place,
        controlled.municipal_media_type,
        controlled.municipal_format,
        controlled.municipal_hvd_licence,
        values.municipal_afm,
        values.municipal_bbox,
        values.municipal_fee,
        values.municipal_geojson,
        values.municipal_parent_body,
        values.municipal_not_before_established,
        values.municipal_byte_size,
    )
    return {validator.__name__: validator for validator in own}
