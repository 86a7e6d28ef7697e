"""A file that a person uploads: what its name and content tell, before CKAN stores it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

# What a new file makes wrong, unless the author changed it at the same time.
OF_THE_FILE = ("format", "mimetype", "size", "hash")
_CHUNK = 1024 * 1024


def prepare(resource: dict[str, Any], current: Mapping[str, Any] | None = None) -> None:
    """Make room for what follows from a file and take its title and checksum.

    Args:
        resource: what was sent, changed in place. An empty input of a form counts as not
            sent, so that CKAN and our defaults fill it.
        current: the resource as it is, when it is changed.
    """
    for field in OF_THE_FILE:
        if resource.get(field) == "":
            del resource[field]
    upload = resource.get("upload")
    if not getattr(upload, "filename", ""):
        _follow_address(resource, current or {})
        return
    for field in OF_THE_FILE:
        if current is not None and field in resource and _same(resource[field], current.get(field)):
            del resource[field]
    if not _has_title(resource) and (title := title_of(str(getattr(upload, "filename", "")))):
        resource["name_translated"] = {"el": title}
    # CKAN would guess the media type from the address of the file before.
    resource["url"] = str(getattr(upload, "filename", ""))
    if digest := _sha256(getattr(upload, "stream", None)):
        resource.setdefault("hash", digest)


def title_of(file_name: str) -> str:
    """Title of a file from its name: without extension, blanks for underscores and hyphens."""
    stem = PurePath(file_name.replace("\\", "/")).stem
    words = re.sub(r"[_\s-]+", " ", stem).strip()
    return words if any(char.isalpha() for char in words) else ""


def _follow_address(resource: dict[str, Any], current: Mapping[str, Any]) -> None:
    """An address written in place of an uploaded file makes the resource a link."""
    was, now = str(current.get("url") or ""), str(resource.get("url") or "")
    is_upload = current.get("url_type") == resource.get("url_type") == "upload"
    if is_upload and now and now.rpartition("/")[2] != was.rpartition("/")[2]:
        resource["url_type"] = ""


def _has_title(resource: Mapping[str, Any]) -> bool:
    return any(resource.get(key) for key in ("name", "name_translated", "name_translated-el"))


def _same(sent: Any, stored: Any) -> bool:
    return str(sent) == str(stored if stored is not None else "")


def _sha256(stream: Any) -> str:
    """Checksum of what is uploaded; the stream stands at its start again."""
    if stream is None or not stream.seekable():
        return ""
    digest = hashlib.sha256()
    stream.seek(0)
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
    stream.seek(0)
    return digest.hexdigest()
