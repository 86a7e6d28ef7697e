"""Yearly files of all bodies together: where they lie, and when they must not be given out.

Each file has a note beside it that names its content's digest and the tables it was made of.
Without the note, or if one of those tables is not public any more, there is no such file.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk

MEDIA_TYPES = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
_STEM = re.compile(r"[a-z-]{1,40}-(?:acts|lines)-(?:\d{4}|undated)\Z")


@dataclass(frozen=True)
class Note:
    """What is known of the files of one family, table and year.

    Attributes:
        state: digest of the rows and of the rules that made the files.
        rows: number of rows.
        tables: ids of the resources whose rows are in the files.
        sizes: bytes by extension.
        made_at: instant, ISO with offset.
    """

    state: str
    rows: int
    tables: list[str]
    sizes: dict[str, int]
    made_at: str


def folder() -> Path:
    """Where the files are."""
    storage = tk.config.get("ckan.storage_path")
    if storage:
        return Path(storage) / "greekmunicipal" / "national"
    return Path(tempfile.gettempdir()) / f"greekmunicipal-national-{os.getuid()}"


def note_of(stem: str) -> Note | None:
    """The note of a file that is there; None without one.

    Args:
        stem: name of the file without extension, as ``payments-acts-2024``.
    """
    if not _STEM.match(stem):
        return None
    try:
        return Note(**json.loads((folder() / f"{stem}.json").read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def path_of(stem: str, note: Note, extension: str) -> Path:
    """Where the content of a note's file is: its state is in the name."""
    return folder() / f"{stem}.{note.state}.{extension}"


def keep(stem: str, note: Note) -> None:
    """Make files that lie ready the current ones, and drop those before them."""
    beside = folder() / f".{stem}.{os.getpid()}"
    beside.write_text(json.dumps(asdict(note)), "utf-8")
    beside.replace(folder() / f"{stem}.json")
    for path in folder().glob(f"{stem}.*.*"):
        if path.name.split(".")[1] != note.state:
            path.unlink(missing_ok=True)


def drop(stem: str) -> None:
    """Drop the files of a family, table and year."""
    (folder() / f"{stem}.json").unlink(missing_ok=True)
    for path in folder().glob(f"{stem}.*.*"):
        path.unlink(missing_ok=True)


def stems() -> list[str]:
    """Names of all files that are there, without extension."""
    return sorted(path.stem for path in folder().glob("*.json"))


def forget(resource_ids: Iterable[str]) -> int:
    """Drop the files that have rows of some tables: what was taken out must not lie on the disk.

    They are made anew by the next run. Gives how many were dropped.
    """
    changed = set(resource_ids)
    dropped = 0
    for stem in stems():
        note = note_of(stem)
        if note is None or changed & set(note.tables):
            drop(stem)
            dropped += 1
    return dropped


def public_tables(resource_ids: Iterable[str]) -> set[str]:
    """Those of some tables whose dataset everybody may see."""
    resource: Any = model.Resource
    package: Any = model.Package
    found = (
        model.Session.query(resource.id)
        .join(package, package.id == resource.package_id)
        .filter(resource.id.in_(list(resource_ids)), resource.state == model.State.ACTIVE)
        .filter(package.state == model.State.ACTIVE, package.private.is_(False))
    )
    return {each for (each,) in found}


def servable(stem: str, extension: str) -> tuple[Path, Note] | None:
    """A file that may be given to everybody; None if there is none."""
    note = note_of(stem)
    if note is None or extension not in note.sizes:
        return None
    if public_tables(note.tables) != set(note.tables):
        return None
    path = path_of(stem, note, extension)
    return (path, note) if path.is_file() else None
