"""What a file or table of a dataset says when its author says nothing."""

from __future__ import annotations

from typing import Any

from ckanext.greekmunicipal.schemas import choices, flat, formats

EU = "http://publications.europa.eu/resource/authority"
CC_BY = f"{EU}/licence/CC_BY_4_0"
GREEK = f"{EU}/language/ELL"
AVAILABLE = f"{EU}/planned-availability/AVAILABLE"
RIGHTS = "Ελεύθερη επαναχρησιμοποίηση με αναφορά της πηγής (CC BY 4.0)."


def complete_resource(data: flat.Flat, index: int) -> None:
    """Give a resource format, licence, rights, availability and language.

    Its titles and its legislation follow from the dataset, which sets them.
    """
    prefix = ("resources", index)
    complete_format(data, index)
    flat.default(data, (*prefix, "license"), CC_BY)
    licence = data[(*prefix, "license")]
    found = choices.vocabulary("licence").find(licence) if isinstance(licence, str) else None
    if found is not None and found.value == CC_BY:
        flat.default(data, (*prefix, "rights"), RIGHTS)
    elif data.get((*prefix, "rights")) == RIGHTS:
        del data[(*prefix, "rights")]
    flat.default(data, (*prefix, "availability"), AVAILABLE)
    flat.default(data, (*prefix, "language_options"), [GREEK])


def complete_format(data: flat.Flat, index: int) -> None:
    """Let format and media type follow from each other, else from the file's name."""
    prefix = ("resources", index)
    name, media_type = data.get((*prefix, "format")), data.get((*prefix, "mimetype"))
    if flat.is_empty(name):
        found = _known(media_type)
        url = data.get((*prefix, "url"))
        if found is None and isinstance(url, str):
            kind = formats.of_file(url)
            found = kind.format if kind else None
        if found:
            name = data[(*prefix, "format")] = found
    if flat.is_empty(media_type) and isinstance(name, str):
        found = formats.media_type(name)
        if found:
            data[(*prefix, "mimetype")] = found


def _known(media_type: Any) -> str | None:
    return formats.find(media_type) if isinstance(media_type, str) and media_type else None
