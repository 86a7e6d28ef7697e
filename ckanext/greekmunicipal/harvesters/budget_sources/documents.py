"""Documents that a list gives, and what people read of their addresses."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes, urldefrag, urljoin, urlsplit

from requests.utils import requote_uri

from ckanext.greekmunicipal.diavgeia.subjects import may_name_person

# Endings of files that may hold a budget.
ENDINGS = (".csv", ".csv.gz", ".txt", ".xlsx", ".xls", ".ods", ".pdf", ".xml", ".zip")
_LONGEST = 2000
_LONGEST_NAME = 160
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\/]+')
_HOST = re.compile(r"[^\s/]+")


@dataclass(frozen=True)
class Document:
    """A file somewhere on the web that a source names.

    Attributes:
        address: absolute, percent-encoded, without fragment.
        name: of the file, as people read it.
        texts: what else may be looked at by a pattern: text of the link, title of the entry.
        place: two sides of one budget stand in the same place.
        version: changes with the content, where the list tells; empty where not.
        order: ISO instant; the later of two documents about one part of a budget counts. Empty
            where the list tells none.
        kind: ``statement`` of an execution, ``budget``, or empty where the list does not say.
    """

    address: str
    name: str
    texts: tuple[str, ...] = ()
    place: str = ""
    version: str = ""
    order: str = ""
    kind: str = ""


def document(address: str, *texts: str, place: str | None = None) -> Document:
    """A document whose name stands in its address."""
    name = name_of(address)
    folder = address.partition("?")[0].rpartition("/")[0] if place is None else place
    return Document(address, name, tuple(text for text in texts if text), folder)


def absolute(base: str, reference: str) -> str | None:
    """Absolute form of a link; None when it leads to no file on the web.

    Greek letters are percent-encoded as UTF-8; what is encoded already stays as it is.
    """
    if not reference.strip():
        return None
    try:
        address = urldefrag(urljoin(base, reference.strip())).url
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not _HOST.fullmatch(parts.hostname or ""):
            return None
        _ = parts.port
        quoted = requote_uri(address)
    except ValueError:  # also the errors of requests, for addresses that are none
        return None
    return quoted if len(quoted) <= _LONGEST else None


def name_of(address: str) -> str:
    """Name of the file of an address, decoded; «file» when it has none."""
    path = urlsplit(address).path
    return safe_name(decoded(path.rpartition("/")[2]))


def safe_name(name: str) -> str:
    """A name that is one part of a path."""
    clean = _UNSAFE.sub("_", unicodedata.normalize("NFC", name)).strip(" .")
    if len(clean) > _LONGEST_NAME:
        stem, dot, ending = clean.rpartition(".")
        clean = f"{stem[: _LONGEST_NAME - 10]}{dot}{ending[:9]}"
    return clean or "file"


def decoded(text: str) -> str:
    """Percent-encoded text as people read it: UTF-8, else the Greek code page of Windows."""
    raw = unquote_to_bytes(text)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1253", "replace")


def has_ending(name: str) -> bool:
    """Whether the name is one of a file that may hold a budget."""
    return name.casefold().endswith(ENDINGS)


def shown_address(address: str) -> str:
    """An address as people may see it: decoded, and a part that may name a person is not told."""
    return "".join(
        _shown_part(part) if part not in "/?&" else part for part in re.split(r"([/?&])", address)
    )


def _shown_part(part: str) -> str:
    told = decoded(part)
    if not may_name_person(told):
        return told
    ending = next((each for each in ENDINGS if told.casefold().endswith(each)), "")
    return f"file-{hashlib.sha256(part.encode()).hexdigest()[:12]}{ending}"
