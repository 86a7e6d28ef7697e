"""Validators of the schemas. Each refusal says what was read and what is accepted."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, FlattenDataDict, FlattenErrorDict, FlattenKey
from ckanext.scheming.validation import scheming_validator

from ckanext.greekmunicipal.greek import is_valid_afm
from ckanext.greekmunicipal.schemas import (
    choices,
    defaults,
    flat,
    formats,
    licences,
    organization_defaults,
    places,
    tags,
    translated,
)

_ = tk._

IANA = re.compile(r"^https?://www\.iana\.org/assignments/media-types/(?P<type>[\w.+-]+/[\w.+-]+)$")
MEDIA_TYPE = re.compile(r"^[\w.+-]+/[\w.+-]+$")
LINK = re.compile(r"^(https?://|urn:)\S+$", re.IGNORECASE)
# Solr refuses a term of more than 32,766 bytes, and the whole dataset with it.
LONGEST = 5000  # letters of a plain text
LONGEST_TITLE = 1000
LONGEST_PROSE = 100_000
MOST_LINKS = 100
LONGEST_LINK = 2000

Field = dict[str, Any]
Validator = Callable[..., Any]


def municipal_dataset_defaults(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Complete a dataset before it is validated (``before_validators``)."""
    defaults.complete_dataset(data, stored=context.get("package"))


def municipal_organization_defaults(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Complete an organisation before it is validated (``before_validators``)."""
    organization_defaults.complete_organization(data)


@scheming_validator
def fluent_municipal_text(field: Field, schema: dict[str, Any]) -> Validator:
    """Text in Greek and English; Greek is required where the field is."""

    def validator(
        key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
    ) -> None:
        value = data.get(key)
        if flat.is_empty(value):
            value = flat.from_form(data, key[:-1], key[-1], translated.LANGUAGES)
        try:
            texts = translated.read(value)
        except translated.UnreadableTranslationError as error:
            errors[key].append(_unreadable(error))
            raise tk.StopOnError from error
        if field.get("required") and not texts.get(translated.MAIN_LANGUAGE):
            errors[key].append(_("Missing value") + " (el)")
            raise tk.StopOnError
        if not texts:
            data.pop(key, None)
            raise tk.StopOnError
        _refuse_long(key, texts.values(), longest, errors)
        data[key] = translated.write(texts)

    is_prose = "markdown" in (field.get("form_snippet") or "")
    longest = LONGEST_PROSE if is_prose else LONGEST_TITLE
    return validator


def fluent_municipal_tags(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Keywords by language, each of which CKAN takes as a tag."""
    try:
        keywords = tags.read(data.get(key) or None)
    except translated.UnreadableTranslationError as error:
        errors[key].append(_unreadable(error))
        raise tk.StopOnError from error
    for word in tags.plain(keywords):
        for rule in ("tag_length_validator", "tag_name_validator"):
            try:
                tk.get_validator(rule)(word, context)
            except tk.Invalid as refusal:
                errors[key].append(refusal.error)
    if errors[key]:
        raise tk.StopOnError
    if not keywords:
        data.pop(key, None)
        raise tk.StopOnError
    data[key] = tags.write(keywords)


def fluent_municipal_tags_output(value: Any) -> Any:
    """The stored keywords as an object of language to list."""
    try:
        return tags.read(value)
    except translated.UnreadableTranslationError:
        return {}


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


def municipal_lines(value: Any) -> Any:
    """The lines of a form as a list; JSON and lists stay."""
    if isinstance(value, str) and not value.lstrip().startswith("["):
        return value.split()
    return value


def municipal_links(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Absolute addresses or URNs, behind ``scheming_multiple_text``."""
    values = json.loads(data[key])
    if len(values) > MOST_LINKS:
        errors[key].append(
            _("{number} addresses were read; at most {most} are accepted").format(
                number=len(values), most=MOST_LINKS
            )
        )
        return
    _refuse_long(key, values, LONGEST_LINK, errors)
    for value in values:
        if not LINK.match(value) and len(value) <= LONGEST_LINK:
            errors[key].append(
                _("{value} is not an absolute address such as https://…").format(value=value)
            )


def municipal_text(value: Any) -> Any:
    """A text of bounded length, without blanks around it; a number counts as text."""
    if value is None or isinstance(value, bool):
        return value if value is None else str(value)
    if isinstance(value, (int, float)):
        value = str(value)
    if not isinstance(value, str):
        raise tk.Invalid(
            _("A text was expected, {type} was read").format(type=type(value).__name__)
        )
    if "\x00" in value:
        raise tk.Invalid(_("The text holds a character that cannot be stored (NUL)"))
    value = value.strip()
    if len(value) > LONGEST:
        raise tk.Invalid(_too_long(len(value), LONGEST))
    return value


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


def municipal_not_before_established(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """The end of an organisation, not before its start; years and dates compare as text."""
    start, end = str(data.get(("established",)) or ""), str(data.get(key) or "")
    shorter = min(len(start), len(end))
    if shorter and end[:shorter] < start[:shorter]:
        errors[key].append(_("{end} is before the start, {start}").format(end=end, start=start))


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
                value=value, field="format", accepted=formats.accepted().named()
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
        fluent_municipal_tags,
        fluent_municipal_tags_output,
        municipal_term,
        municipal_terms,
        municipal_indicators,
        municipal_family,
        municipal_municipality,
        municipal_lines,
        municipal_links,
        municipal_text,
        municipal_place,
        municipal_afm,
        municipal_bbox,
        municipal_geojson,
        municipal_parent_body,
        municipal_not_before_established,
        municipal_media_type,
        municipal_format,
        municipal_hvd_licence,
        municipal_byte_size,
    )
    return {validator.__name__: validator for validator in own} | {
        "municipal_strip": municipal_text
    }


def _unreadable(error: translated.UnreadableTranslationError) -> str:
    if error.problem == "language":
        return _("Unknown language {found}: use {accepted}").format(
            found=error.found, accepted=", ".join(translated.LANGUAGES)
        )
    return _("A text or an object such as {example} was expected, {found} was read").format(
        example='{"el": "…", "en": "…"}', found=error.found
    )


def _too_long(read: int, longest: int) -> str:
    return _("{read} letters were read; at most {longest} are accepted").format(
        read=read, longest=longest
    )


def _refuse_long(
    key: FlattenKey, texts: Iterable[str], longest: int, errors: FlattenErrorDict
) -> None:
    """Refuse texts that the index could not take, or that hold what a database cannot."""
    for text in texts:
        if len(text) > longest:
            errors[key].append(_too_long(len(text), longest))
        if "\x00" in text:
            errors[key].append(_("The text holds a character that cannot be stored (NUL)"))
    if errors[key]:
        raise tk.StopOnError


def _refusal(field: Field, read: Any, accepted: choices.Choices) -> str:
    return _("{value} is not accepted for {field}. Accepted: {accepted}").format(
        value=read, field=field["field_name"], accepted=accepted.named()
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
