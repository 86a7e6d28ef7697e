"""File formats: IANA media type, EU file type, extension and the names people give them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from ckanext.greekmunicipal.vocabularies.tables import AUTHORITY, rows

IANA = "https://www.iana.org/assignments/media-types/"
_FILE_TYPE = AUTHORITY + "file-type/"


@dataclass(frozen=True)
class MediaType:
    """One file format.

    Attributes:
        media_type: IANA media type, as ``text/csv``.
        uri: its IANA address.
        file_type: code in the EU table of file types.
        file_type_uri: URI in that table.
        format: name as CKAN shows it.
        extensions: file extensions without the dot, the usual one first.
        other_names: other spellings and outdated media types.
    """

    media_type: str
    uri: str
    file_type: str
    file_type_uri: str
    format: str
    extensions: tuple[str, ...]
    other_names: tuple[str, ...]


@lru_cache(maxsize=1)
def media_types() -> tuple[MediaType, ...]:
    """All formats; where several share a media type the plain one comes first (ZIP, GTFS)."""
    return tuple(
        MediaType(
            media_type=row["media_type"],
            uri=IANA + row["media_type"],
            file_type=row["file_type"],
            file_type_uri=_FILE_TYPE + row["file_type"],
            format=row["format"],
            extensions=_list(row["extensions"]),
            other_names=_list(row["other_names"]),
        )
        for row in rows("media-types.csv")
    )


def media_type_of(text: str) -> MediaType | None:
    """Format of a media type, IANA address, EU file type (code or URI), extension or name.

    Parameters of a media type (``; charset=utf-8``) are left out; case does not matter. None if
    the text is no format of the table.
    """
    return _index().get(_key(text))


def _key(text: str) -> str:
    key = text.partition(";")[0].strip().lower().lstrip(".")
    for scheme in ("http://", "https://"):
        for address in (IANA, _FILE_TYPE):
            key = key.removeprefix(scheme + address.partition("://")[2])
    return key.replace("_", " ").replace("-", " ")


@lru_cache(maxsize=1)
def _index() -> dict[str, MediaType]:
    index: dict[str, MediaType] = {}
    for kind in media_types():
        for name in (kind.file_type, kind.format, *kind.extensions, *kind.other_names):
            index.setdefault(_key(name), kind)
        index.setdefault(_key(kind.media_type), kind)
    return index


def _list(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split(";") if part)
