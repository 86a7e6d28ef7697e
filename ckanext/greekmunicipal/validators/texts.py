"""Texts in several languages, keywords, plain texts and addresses, of bounded length."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, FlattenDataDict, FlattenErrorDict, FlattenKey
from ckanext.scheming.validation import scheming_validator

from ckanext.greekmunicipal.schemas import flat, tags, translated

_ = tk._

LINK = re.compile(r"^(https?://|urn:)\S+$", re.IGNORECASE)
# Solr refuses a term of more than 32,766 bytes, and the whole dataset with it.
LONGEST = 5000  # letters of a plain text
LONGEST_TITLE = 1000
LONGEST_PROSE = 100_000
MOST_LINKS = 100
LONGEST_LINK = 2000

Field = dict[str, Any]
Validator = Callable[..., Any]


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


def fluent_municipal_output(value: Any) -> Any:
    """The stored text as an object of language to text."""
    try:
        return translated.read(value)
    except translated.UnreadableTranslationError:
        return {}


def fluent_municipal_tags(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Keywords by language, each of which CKAN takes as a tag."""
    try:
        keywords = tags.read(data.get(key) or None)
    except translated.UnreadableTranslationError as error:
        errors[key].append(_unreadable(error))
        raise tk.StopOnError from error
    errors[key].extend(
        refusal
        for word in tags.plain(keywords)
        for rule in ("tag_length_validator", "tag_name_validator")
        if (refusal := _refused(rule, word, context))
    )
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


def municipal_text(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """A text of bounded length, without blanks around it; a number counts as text."""
    value = data.get(key)
    if value is None:
        return
    if isinstance(value, (int, float)):
        value = str(value)
    if not isinstance(value, str):
        errors[key].append(
            _("A text was expected, {type} was read").format(type=type(value).__name__)
        )
        raise tk.StopOnError
    _refuse_long(key, [value], LONGEST, errors)
    data[key] = value.strip()


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


def _unreadable(error: translated.UnreadableTranslationError) -> str:
    if error.problem == "language":
        return _("Unknown language {found}: use {accepted}").format(
            found=error.found, accepted=", ".join(translated.LANGUAGES)
        )
    return _("A text or an object such as {example} was expected, {found} was read").format(
        example='{"el": "…", "en": "…"}', found=error.found
    )


def too_long(read: int, longest: int) -> str:
    """Say that a text is refused for its length, in letters."""
    return _("{read} letters were read; at most {longest} are accepted").format(
        read=read, longest=longest
    )


def _refuse_long(
    key: FlattenKey, texts: Iterable[str], longest: int, errors: FlattenErrorDict
) -> None:
    """Refuse texts that the index could not take, or that hold what a database cannot."""
    for text in texts:
        if len(text) > longest:
            errors[key].append(too_long(len(text), longest))
        if "\x00" in text:
            errors[key].append(_("The text holds a character that cannot be stored (NUL)"))
    if errors[key]:
        raise tk.StopOnError


def _refused(rule: str, word: str, context: Context) -> str:
    """What a validator of CKAN says against a word, or nothing."""
    try:
        validator: Validator = tk.get_validator(rule)
        validator(word, context)
    except tk.Invalid as refusal:
        return refusal.error
    return ""
