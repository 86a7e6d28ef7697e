"""The files of a budget that lies on the web: asked for, and fetched only when they have to be."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ckanext.greekmunicipal.harvesters.budget_files import Unit
from ckanext.greekmunicipal.harvesters.budget_reading import SourceFile, kept_original
from ckanext.greekmunicipal.harvesters.budget_sources.documents import has_ending, name_of
from ckanext.greekmunicipal.harvesters.budget_sources.errors import failure
from ckanext.greekmunicipal.harvesters.budget_sources.memory import Seen
from ckanext.greekmunicipal.harvesters.budget_sources.web import File, Web


@dataclass
class _Now:
    """What an address has now; ``path`` is None while its content is not here."""

    seen: Seen
    path: Path | None


class Downloads:
    """The files of one unit.

    Args:
        unit: the addresses.
        web: what asks.
        folder: a folder that is removed afterwards.
        known: contents as last seen.
        is_settled: what was last seen is stored or was refused as it is: its content is not needed.
    """

    def __init__(
        self, unit: Unit, web: Web, folder: Path, known: Mapping[str, Seen], *, is_settled: bool
    ) -> None:
        self._unit, self._web, self._folder = unit, web, folder
        self._known, self._is_settled = known, is_settled
        self._now: dict[str, _Now] = {}

    def look(self) -> tuple[Seen, ...]:
        """What the addresses have now: one conditional request each, if that much.

        Raises:
            SourceFailure: one of them could not be had.
        """
        for at, url in enumerate(self._unit.files):
            self._now[url] = self._look(at, url)
        return tuple(self._now[url].seen for url in self._unit.files)

    def _look(self, at: int, url: str) -> _Now:
        known = self._known.get(url)
        version = self._unit.versions[at] if self._unit.versions else ""
        if known is None or not (self._is_settled or kept_original(known.sha256)):
            return self._fetched(at, url, self._web.file(url, self._place(at)))
        if version and known.version == version:
            # The list itself says that the document is the same.
            return _Now(known, None)
        answer = self._web.file(
            url, self._place(at), etag=known.etag, last_modified=known.last_modified
        )
        if answer.path is None:
            return _Now(known, None)
        return self._fetched(at, url, answer)

    def _fetched(self, at: int, url: str, answer: File) -> _Now:
        listed = self._unit.names[at] if self._unit.names else name_of(url)
        name = listed if has_ending(listed) else answer.name or listed
        version = self._unit.versions[at] if self._unit.versions else ""
        seen = Seen(
            url, answer.sha256, name, answer.size, answer.etag, answer.last_modified, version
        )
        return _Now(seen, answer.path)

    def files(self) -> tuple[SourceFile, ...]:
        """The files, here to be read.

        Raises:
            SourceFailure: one of them could not be had again.
        """
        return tuple(self._file(at, url) for at, url in enumerate(self._unit.files))

    def _file(self, at: int, url: str) -> SourceFile:
        now = self._now[url]
        if now.path is None and (kept := kept_original(now.seen.sha256)):
            now.path = self._place(at)
            shutil.copyfile(kept, now.path)
        if now.path is None:
            self._now[url] = now = self._fetched(at, url, self._web.file(url, self._place(at)))
        if now.path is None:
            raise failure("empty", url=url)
        now.path = now.path.rename(now.path.with_name(self._read_as(at, now.seen.name)))
        return SourceFile(url, now.path, now.seen.size, now.seen.sha256, now.seen.name)

    def _place(self, at: int) -> Path:
        return self._folder / f"{at}.part"

    def _read_as(self, at: int, name: str) -> str:
        """Name under which the reader meets a file: a year in it counts, but not one in an ΑΔΑ."""
        if self._unit.kind:
            return f"{at}.pdf"
        taken = {now.seen.name for url, now in self._now.items() if url != self._unit.files[at]}
        return f"{at}_{name}" if name in taken else name
