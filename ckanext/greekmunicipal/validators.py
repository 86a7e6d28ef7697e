"""Validators of the schemas. Each refusal says what was read and what is accepted."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, FlattenDataDict, FlattenErrorDict, FlattenKey
from ckanext.scheming.validation import scheming_validator

from ckanext.greekmunicipal.greek import is_valid_afm
from ckanext.greekmunicipal.schemas import choices, defaults, translated

_ = tk._

IANA = re.compile(r"^https?://www\.iana\.org/assignments/media-types/(?P<type>[\w.+-]+/[\w.+-]+)$")
MEDIA_TYPE = re.compile(r"^[\w.+-]+/[\w.+-]+$")
FILE_TYPE = "http://publications.europa.eu/resource/authority/file-type/"
LINK = re.compile(r"^(https?://|urn:)\S+$", re.IGNORECASE)

Field = dict[str, Any]
Validator = Callable[..., Any]


def municipal_dataset_defaults(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Complete a dataset before it is validated (``before_validators``)."""
    package = context.get("package")
    defaults.complete_dataset(
        data, is_new=package is None, own_id=package.id if package is not None else None
    )


def municipal_organization_defaults(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Complete an organisation before it is validated (``before_validators``)."""
    defaults.complete_organization(data)


@scheming_validator
def fluent_municipal_text(field: Field, schema: dict[str, Any]) -> Validator:
    """Text in Greek and English; Greek is required where the field is."""

    def validator(
        key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
    ) -> None:
        value = data.get(key)
        if defaults.is_empty(value):
            value = _texts_of_form(key, data)
        try:
            texts = translated.read(value)
        except translated.UnreadableTranslationError as error:
            errors[key].append(str(error))
            raise tk.StopOnError from error
        if field.get("required") and not texts.get(translated.MAIN_LANGUAGE):
            errors[key].append(_("Missing value") + " (el)")
            raise tk.StopOnError
        if not texts:
            data.pop(key, None)
            raise tk.StopOnError
        data[key] = translated.write(texts)

    return validator


def fluent_municipal_output(value: Any) -> Any:
    """The stored text as an object of language to text."""
    try:
        return translated.read(value)
    except translated.UnreadableTranslationError:
        return {}


@scheming_validator
def municipal_term(field: Field, schema: dict[str, Any]) -> Validator:
    """One term of ``vocabulary``: its URI, or its code, which becomes the URI."""
    return _one_of(lambda: choices.vocabulary(field["vocabulary"]), field)


@scheming_validator
def municipal_terms(field: Field, schema: dict[str, Any]) -> Validator:
    """Any number of terms of ``vocabulary``, behind ``scheming_multiple_text``."""
    return _several_of(lambda: choices.vocabulary(field["vocabulary"]), field)


@scheming_validator
def municipal_indicators(field: Field, schema: dict[str, Any]) -> Validator:
    """Any number of commitments, behind ``scheming_multiple_text``."""
    return _several_of(choices.commitments, field)


@scheming_validator
def municipal_family(field: Field, schema: dict[str, Any]) -> Validator:
    """A family of acts, or the budget."""
    return _one_of(choices.act_families, field)


@scheming_validator
def municipal_municipality(field: Field, schema: dict[str, Any]) -> Validator:
    """The slug of a municipality of the register."""
    return _one_of(choices.municipality_slugs, field)


def municipal_links(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Absolute addresses or URNs, behind ``scheming_multiple_text``."""
    for value in json.loads(data[key]):
        if not LINK.match(value):
            errors[key].append(
                _("{value} is not an absolute address such as https://…").format(value=value)
            )


def municipal_strip(value: Any) -> Any:
    """The text without blanks around it."""
    return value.strip() if isinstance(value, str) else value


def municipal_afm(value: Any) -> Any:
    """A tax number (ΑΦΜ) whose check digit is right."""
    if value and not is_valid_afm(value):
        raise tk.Invalid(
            _(
                "{value} is not a valid tax number: expected 9 digits with a right check digit"
            ).format(value=value)
        )
    return value


def municipal_bbox(value: Any) -> Any:
    """Bounding box ``west,south,east,north`` in degrees."""
    if not value:
        return value
    try:
        west, south, east, north = (float(part) for part in str(value).split(","))
    except ValueError as error:
        raise tk.Invalid(_("Expected four numbers: west,south,east,north")) from error
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise tk.Invalid(_("Expected four numbers: west,south,east,north"))
    return f"{west},{south},{east},{north}"


def municipal_geojson(value: Any) -> Any:
    """A GeoJSON geometry, stored as text."""
    if not value:
        return value
    refusal = tk.Invalid(_("Expected a GeoJSON geometry with type and coordinates"))
    try:
        geometry = json.loads(value) if isinstance(value, str) else value
        sound = bool(geometry["type"] and geometry["coordinates"])
    except (ValueError, KeyError, TypeError) as error:
        raise refusal from error
    if not sound:
        raise refusal
    return json.dumps(geometry)


def municipal_parent_body(value: Any, context: Context) -> Any:
    """Another organisation of this portal, stored by its name."""
    if not value:
        return value
    parent = model.Group.get(value)
    if parent is None or not parent.is_organization:
        raise tk.Invalid(_("There is no organisation {value}").format(value=value))
    own = context.get("group")
    if own is not None and getattr(own, "id", None) == parent.id:
        raise tk.Invalid(_("An organisation cannot supervise itself"))
    return parent.name


def municipal_media_type(value: Any) -> Any:
    """A media type as ``text/csv``; its IANA address is accepted and shortened.

    CKAN sends the stored value as Content-Type, so the address cannot be stored.
    """
    if not value:
        return value
    if match := IANA.match(value):
        return match["type"]
    if not MEDIA_TYPE.match(value):
        raise tk.Invalid(_("{value} is not a media type such as text/csv").format(value=value))
    return value


def municipal_format(value: Any) -> Any:
    """A format such as ``CSV``; the EU file-type URI is accepted and shortened."""
    return value.removeprefix(FILE_TYPE) if isinstance(value, str) else value


def municipal_byte_size(value: Any) -> Any:
    """A size in bytes: a whole number, not negative."""
    try:
        size = int(value)
    except (TypeError, ValueError):
        size = -1
    if size < 0:
        raise tk.Invalid(_("{value} is not a size in bytes").format(value=value))
    return size


def get_validators() -> dict[str, Validator]:
    """All validators under the names by which the schemas call them."""
    own: tuple[Validator, ...] = (
        municipal_dataset_defaults,
        municipal_organization_defaults,
        fluent_municipal_text,
        fluent_municipal_output,
        municipal_term,
        municipal_terms,
        municipal_indicators,
        municipal_family,
        municipal_municipality,
        municipal_links,
        municipal_strip,
        municipal_afm,
        municipal_bbox,
        municipal_geojson,
        municipal_parent_body,
        municipal_media_type,
        municipal_format,
        municipal_byte_size,
    )
    return {validator.__name__: validator for validator in own}


def _texts_of_form(key: FlattenKey, data: FlattenDataDict) -> dict[str, str]:
    extras = data.get((*key[:-1], "__extras")) or {}
    return {code: extras.pop(f"{key[-1]}-{code}", "") for code in translated.LANGUAGES}


def _refusal(field: Field, read: Any, accepted: choices.Choices) -> str:
    return _("{value} is not accepted for {field}. Accepted: {accepted}").format(
        value=read, field=field["field_name"], accepted=accepted.named()
    )


def _one_of(accepted: Callable[[], choices.Choices], field: Field) -> Validator:
    def validator(
        key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
    ) -> None:
        value = data.get(key)
        if defaults.is_empty(value):
            if field.get("required"):
                errors[key].append(_("Missing value"))
                raise tk.StopOnError
            data.pop(key, None)
            raise tk.StopOnError
        found = accepted().find(value) if isinstance(value, str) else None
        if found is None:
            errors[key].append(_refusal(field, value, accepted()))
            raise tk.StopOnError
        data[key] = found.value

    return validator


def _several_of(accepted: Callable[[], choices.Choices], field: Field) -> Validator:
    def validator(
        key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
    ) -> None:
        stored: list[str] = []
        for value in json.loads(data[key]):
            found = accepted().find(value)
            if found is None:
                errors[key].append(_refusal(field, value, accepted()))
            elif found.value not in stored:
                stored.append(found.value)
        if errors[key]:
            raise tk.StopOnError
        data[key] = json.dumps(stored)

    return validator
