"""Files that a person handed over and has not published yet: private, bounded, for an hour."""

from __future__ import annotations

import json
import re
import secrets
import shutil
import tempfile
import time
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import ckan.lib.uploader as uploader
import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.publication import links
from ckanext.greekmunicipal.tabular.grid import MAX_FILE

SECONDS = 3600
MOST_FILES = 4
MOST_OF_A_USER = 5
MOST_BYTES = 2 << 30
FETCH_SECONDS = 60.0
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}\Z")
_STATE = "state.json"
_BLOCK = 1 << 20
_LONGEST_NAME = 200


class NotHeld(LookupError):  # noqa: N818 - says what is the matter
    """There is no such upload, it is another person's, or its hour is over."""


class Published(NotHeld):
    """What was held under the token is published, and its files are not kept here any longer.

    Attributes:
        year: fiscal year of its page.
    """

    def __init__(self, token: str, year: int) -> None:
        super().__init__(token)
        self.year = year


class TooLarge(ValueError):  # noqa: N818 - says what is the matter
    """A file has more bytes than are accepted.

    Attributes:
        most: bytes that are.
    """

    def __init__(self, name: str, most: int) -> None:
        super().__init__(name)
        self.name, self.most = name, most


class NoRoom(RuntimeError):  # noqa: N818 - says what is the matter
    """Too much was handed over by too many within the hour."""


@dataclass(frozen=True)
class Held:
    """Files that are held for a person.

    Attributes:
        token: by which the person names them again; nobody else can.
        folder: where they are.
        user: id of the person.
        organization: id of the organisation that they are for.
        names: of the files, in their order.
        year: fiscal year as the person says it, None if the files tell it.
        corrections: meanings of columns that the person stated; None before.
    """

    token: str
    folder: Path
    user: str
    organization: str
    names: tuple[str, ...]
    year: int | None = None
    corrections: tuple[dict[str, Any], ...] | None = field(default=None)

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files."""
        return tuple(self.folder / str(at) / name for at, name in enumerate(self.names))


def most_bytes() -> int:
    """Bytes that a file may have: what the reader takes, or less if the portal accepts less."""
    return min(MAX_FILE, uploader.get_max_resource_size() << 20)


def hold(user: str, organization: str, sent: Sequence[Any]) -> Held:
    """Keep what was sent for an hour.

    Args:
        user: id of the person.
        organization: id of the organisation.
        sent: uploads (with ``filename`` and a stream) and addresses.

    Raises:
        TooLarge: a file has too many bytes.
        NoRoom: too much is held already.
        ckanext.greekmunicipal.publication.links.NotFetched: an address gives no file.
    """
    root = _root()
    _sweep(root, user)
    token = secrets.token_urlsafe(24)
    folder = root / token
    folder.mkdir(mode=0o700)
    try:
        names: list[str] = []
        for at, each in enumerate(sent):
            names.append(_apart(_name(each), names))
            place = folder / str(at) / names[-1]
            place.parent.mkdir(mode=0o700)
            _write(each, place)
        held = Held(token, folder, user, organization, tuple(names))
        note(held, None, None)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return held


def find(token: Any, user: str, organization: str) -> Held:
    """What is held under a token.

    Raises:
        Published: what was held is published.
        NotHeld: nothing, or not for this person and organisation.
    """
    if not isinstance(token, str) or not _TOKEN.match(token):
        raise NotHeld(token)
    folder = _root() / token
    state = _state(folder)
    if state is None or _is_old(folder):
        raise NotHeld(token)
    if (state["user"], state["organization"]) != (user, organization):
        raise NotHeld(token)
    if year := state.get("published"):
        raise Published(token, year)
    corrections = state["corrections"]
    return Held(
        token,
        folder,
        user,
        organization,
        tuple(state["names"]),
        state["year"],
        None if corrections is None else tuple(corrections),
    )


def note(held: Held, year: int | None, corrections: Sequence[Any] | None) -> None:
    """Remember what the person says of the files."""
    said = None if corrections is None else [asdict(each) for each in corrections]
    _write_state(held, year=year, corrections=said)


def finish(held: Held, year: int) -> None:
    """Forget the files, and remember that they are published: a form may be sent twice.

    Args:
        held: what was published.
        year: fiscal year of its page.
    """
    _write_state(held, published=year)
    for at in range(len(held.names)):
        shutil.rmtree(held.folder / str(at), ignore_errors=True)


@contextmanager
def alone(token: Any) -> Iterator[None]:
    """Let nobody else use what is held under a token meanwhile."""
    if not isinstance(token, str) or not _TOKEN.match(token):
        yield
        return
    with datastore.session_lock(f"upload:{token}"):
        yield


def _write_state(held: Held, **more: Any) -> None:
    state = {
        "user": held.user,
        "organization": held.organization,
        "names": list(held.names),
        **more,
    }
    part = held.folder / f"{_STATE}.part"
    part.write_text(json.dumps(state), encoding="utf-8")
    part.replace(held.folder / _STATE)


def drop(held: Held) -> None:
    """Forget the files."""
    shutil.rmtree(held.folder, ignore_errors=True)


def _root() -> Path:
    storage = tk.config.get("ckan.storage_path")
    base = Path(storage) if storage else Path(tempfile.gettempdir())
    root = base / "greekmunicipal" / "uploads"
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    return root


def _state(folder: Path) -> dict[str, Any] | None:
    try:
        return json.loads((folder / _STATE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _is_old(folder: Path) -> bool:
    try:
        return time.time() - folder.stat().st_mtime > SECONDS
    except OSError:
        return True


def _sweep(root: Path, user: str) -> None:
    """Forget what is old, and the oldest of a person who holds too much."""
    own: list[tuple[float, Path]] = []
    total = 0
    for folder in list(root.iterdir()):
        if _is_old(folder):
            shutil.rmtree(folder, ignore_errors=True)
            continue
        total += sum(file.stat().st_size for file in folder.glob("*/*"))
        state = _state(folder)
        if state and state["user"] == user and not state.get("published"):
            own.append((folder.stat().st_mtime, folder))
    for _age, folder in sorted(own)[: max(0, len(own) - MOST_OF_A_USER + 1)]:
        shutil.rmtree(folder, ignore_errors=True)
    if total > MOST_BYTES:
        raise NoRoom


def _name(sent: Any) -> str:
    """Name of a file, as a name on disk: the reader takes year and side from it."""
    told = sent if isinstance(sent, str) else str(getattr(sent, "filename", "") or "")
    if isinstance(sent, str):
        told = unquote(urlsplit(sent).path)
    told = unicodedata.normalize("NFC", told.replace("\\", "/").rpartition("/")[2])
    told = "".join(char for char in told if unicodedata.category(char)[0] != "C").strip(". ")
    while len(told.encode()) > _LONGEST_NAME:
        told = told[1:]
    return told or "file"


def _apart(name: str, others: Sequence[str]) -> str:
    stem, dot, ending = name.rpartition(".")
    tries = (f"{stem or ending} ({number}){dot if stem else ''}{ending if stem else ''}"
             for number in range(2, MOST_FILES + 2))  # fmt: skip
    return name if name not in others else next(each for each in tries if each not in others)


def _write(sent: Any, place: Path) -> None:
    if isinstance(sent, str):
        links.fetch(sent, place, seconds=FETCH_SECONDS)
        if place.stat().st_size > most_bytes():
            raise TooLarge(place.name, most_bytes())
        return
    stream = getattr(sent, "stream", None) or getattr(sent, "file", None) or sent
    left = most_bytes()
    with place.open("wb") as copy:
        while block := stream.read(_BLOCK):
            left -= len(block)
            if left < 0:
                raise TooLarge(place.name, most_bytes())
            copy.write(block)
