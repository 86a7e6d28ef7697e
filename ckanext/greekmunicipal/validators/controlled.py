"""Controlled values: each refusal names what is accepted."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, FlattenDataDict, FlattenErrorDict, FlattenKey
from ckanext.scheming.validation import scheming_validator

from ckanext.greekmunicipal.schemas import choices, flat, formats, licences, places
from ckanext.greekmunicipal.validators.texts import LINK, Field, Validator

_ = tk._

IANA = re.compile(r"^https?://www\.iana\.org/assignments/media-types/(?P<type>[\w.+-]+/[\w.+-]+)$")
MEDIA_TYPE = re.compile(r"^[\w.+-]+/[\w.+-]+$")
LONGEST_SHOWN = 100  # letters of a refused value


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


def municipal_place(value: Any) -> Any:
    """An area of our tables, or the absolute URI of another."""
    if not value:
        return value
    if found := places.areas().find(value):
        return found.value
    if not LINK.match(value):
        raise tk.Invalid(
            _(
                "{value} is no area that is known: choose a municipality, a NUTS area, a town or"
                " a country, or give the URI of a place"
            ).format(value=value)
        )
    return value


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
    """A format of the EU table, under any of its names; stored as CKAN shows it (``CSV``)."""
    if not value:
        return value
    found = formats.find(value)
    if found is None:
        raise tk.Invalid(
            _("{value} is not accepted for {field}. Accepted: {accepted}").format(
                value=value, field="format", accepted=formats.accepted().named(value)
            )
        )
    return found


def municipal_hvd_licence(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """For a high-value dataset only a licence at most as restrictive as CC BY 4.0."""
    if flat.is_empty(data.get(("hvd_category",))):
        return
    accepted = licences.for_high_value()
    if accepted.find(data[key]) is None:
        errors[key].append(
            _(
                "A high-value dataset (Regulation EU 2023/138) needs one of the licences"
                " {accepted}; {value} is more restrictive"
            ).format(accepted=accepted.named(), value=data[key].rpartition("/")[2])
        )


def _refusal(field: Field, read: Any, accepted: choices.Choices) -> str:
    return _("{value} is not accepted for {field}. Accepted: {accepted}").format(
        value=read, field=field["field_name"], accepted=accepted.named(str(read)[:LONGEST_SHOWN])
    )


def _one_of(accepted: Callable[[], choices.Choices], field: Field) -> Validator:
    def validator(
        key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
    ) -> None:
        value = data.get(key)
        if flat.is_empty(value):
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
