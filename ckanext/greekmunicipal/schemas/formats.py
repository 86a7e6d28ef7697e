"""Format and media type of a file: one follows from the other or from the file's name.

CKAN shows the format's short name (``CSV``) and sends the media type (``text/csv``)
as Content-Type, so both are stored short; RDF has the addresses of the authorities.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from ckanext.greekmunicipal import vocabularies
from ckanext.greekmunicipal.schemas import choices
from ckanext.greekmunicipal.schemas.choices import Choice, Choices
from ckanext.greekmunicipal.vocabularies import MediaType

# The EU table calls map services so; everybody else says WMS and WFS.
_SERVICE = "_SRVC"


@lru_cache(maxsize=1)
def accepted() -> Choices:
    """Formats: those whose media type is known by their usual name, the rest by EU code."""
    usual: dict[str, str] = {}
    for kind in vocabularies.media_types():
        usual.setdefault(kind.file_type, kind.format)
    own = {kind.format: kind for kind in vocabularies.media_types()}
    formats: dict[str, Choice] = {}
    for term in choices.vocabulary("file-type").all:
        name = usual.get(term.code, term.code.removesuffix(_SERVICE))
        formats[name] = Choice(name, name, term.label_el, term.label_en)
    for name in own:
        formats.setdefault(name, Choice(name, name, name, name))
    return Choices(formats.values())


@lru_cache(maxsize=1)
def media_types() -> Choices:
    """Media types that a form offers; any well-formed one is accepted."""
    offered: dict[str, Choice] = {}
    for kind in vocabularies.media_types():
        label = f"{kind.media_type} ({kind.format})"
        offered.setdefault(kind.media_type, Choice(kind.media_type, kind.media_type, label, label))
    return Choices(offered.values())


def find(text: str) -> str | None:
    """The format that a name, extension, media type or EU address means, or None."""
    if kind := vocabularies.media_type_of(text):
        return kind.format
    code = text.rpartition("/file-type/")[2].strip().lstrip(".").upper().removesuffix(_SERVICE)
    return _by_code().get(code) or _by_code().get(code.replace("-", "_").replace(" ", "_"))


@lru_cache(maxsize=1)
def _by_code() -> dict[str, str]:
    return {choice.code.upper(): choice.value for choice in accepted().all}


def media_type(format_name: str) -> str | None:
    """Usual media type of a format, or None."""
    kind = vocabularies.media_type_of(format_name)
    return kind.media_type if kind else None


def of_file(address: str) -> MediaType | None:
    """Format that the last part of an address or file name shows, or None."""
    try:
        path = urlsplit(address).path
    except ValueError:
        return None
    suffix = PurePosixPath(path).suffix
    return vocabularies.media_type_of(suffix) if suffix else None
