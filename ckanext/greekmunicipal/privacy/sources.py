"""A file as it comes: what it is by its content, and its sheets as rows, one after the other."""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from ckanext.greekmunicipal.privacy import delimited, documents
from ckanext.greekmunicipal.tabular.errors import UnreadableTable
from ckanext.greekmunicipal.tabular.grid import MAX_FILE
from ckanext.greekmunicipal.tabular.workbook import check_archive, encrypted, read_workbook

NumberedRow = tuple[int, list[Any]]
Sheets = Iterable[tuple[str, Iterable[NumberedRow]]]

# Text is read row by row; the bound is one of time.
MAX_TEXT = 2 * 1024 * 1024 * 1024
MAX_MEMBERS = 50
_CHUNK = 1 << 20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_WORKBOOK_STREAM = "Workbook".encode("utf-16-le")
_BOOK_STREAM = "Book".encode("utf-16-le")
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_JSON = re.compile(rb"(?:\xef\xbb\xbf)?\s*[\[{]")

# What a file is that holds no table, by its first bytes.
_OTHERS = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"II*\x00", "an image"),
    (b"MM\x00*", "an image"),
    (b"RIFF", "a sound, film or image"),
    (b"\x00\x00\x01\x00", "an image"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"ID3", "a sound"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)


class NoTable(ValueError):  # noqa: N818 - says what the file is
    """The file holds no table that is known here; the message says what it is.

    Attributes:
        reason: the message without the name of the file.
    """

    def __init__(self, file: str, what: str) -> None:
        self.reason = f"{what}, in which no table is looked for."
        super().__init__(f"{file}: {self.reason}")


@dataclass
class Opened:
    """A file that was opened.

    Attributes:
        format: ``csv``, ``xlsx``, ``xls``, ``ods``, ``json`` or ``zip``.
        sheets: name and rows of each sheet, to be read once and in order.
        not_scanned: parts of an archive that hold no table.
        unreadable: parts of an archive that are tables and could not be read.
    """

    format: str
    sheets: Sheets
    not_scanned: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    found = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            found.update(chunk)
    return found.hexdigest()


def open_table(path: Path, file: str) -> Opened:
    """Open a file of any format.

    Args:
        path: the file.
        file: its name, for messages.

    Raises:
        NoTable: it is a document, an image or the like.
        UnreadableTable: it is a table that cannot be read.
    """
    return _open(path, file, nested=False)


def _open(path: Path, file: str, *, nested: bool) -> Opened:
    with path.open("rb") as stream:
        head = stream.read(4096)
    if not head.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe") and path.stat().st_size <= len(head):
        raise NoTable(file, "an empty file")
    for start, what in _OTHERS:
        if head.startswith(start):
            raise NoTable(file, what)
    if head[:4] in _ZIP:
        return _archive(path, file, nested=nested)
    if head[:8] == _OLE:
        return _old_workbook(path, file)
    if head[:2] == b"\x1f\x8b":
        if nested:
            raise NoTable(file, "an archive in an archive")
        return _gzip(path, file)
    return _text(path, file, head)


def _text(path: Path, file: str, head: bytes) -> Opened:
    size = path.stat().st_size
    if size > MAX_TEXT:
        raise _too_large(file, size, MAX_TEXT)
    try:
        encoding = delimited.encoding_of(path, file)
    except UnreadableTable as error:
        raise NoTable(file, "a file of a format that is not known here") from error
    if _JSON.match(head.replace(b"\x00", b"")):
        if size > MAX_FILE:
            raise _too_large(file, size, MAX_FILE)
        found = documents.records(path, encoding, file)
        return Opened("json", [("", _of_records(found))])
    rows, _delimiter = delimited.rows(path, encoding)
    return Opened("csv", [("", rows)])


def _of_records(records: list[Any]) -> Iterator[NumberedRow]:
    """Records as a header of paths (row 0) and rows numbered from 1."""
    names: dict[str, int] = {}
    pairs = [documents.flat(record) for record in records]
    for pair in pairs:
        for name in pair:
            names.setdefault(name, len(names))
    if any(names):
        yield 0, list(names)
    for number, pair in enumerate(pairs, 1):
        cells: list[Any] = [None] * len(names)
        for name, value in pair.items():
            cells[names[name]] = value
        yield number, cells


def _old_workbook(path: Path, file: str) -> Opened:
    _bounded(path, file)
    data = path.read_bytes()
    if _ENCRYPTED_STREAM in data:
        raise encrypted(file)
    if _WORKBOOK_STREAM not in data and _BOOK_STREAM not in data:
        raise NoTable(file, "an old Office document")
    return _workbook(path, file, "xls")


def _workbook(path: Path, file: str, form: str) -> Opened:
    # Hidden sheets are published with the others.
    grids, _hidden = read_workbook(path, file, with_hidden=True)
    return Opened(
        form, [(grid.sheet, ((row.number, row.cells) for row in grid.rows)) for grid in grids]
    )


def _archive(path: Path, file: str, *, nested: bool) -> Opened:
    _bounded(path, file)
    check_archive(path, file)
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        kind = archive.read("mimetype")[:200] if "mimetype" in names else b""
    if "xl/workbook.xml" in names:
        return _workbook(path, file, "xlsx")
    if b"opendocument.spreadsheet" in kind:
        return _workbook(path, file, "ods")
    if "xl/workbook.bin" in names:
        raise UnreadableTable(
            file, "it is a workbook of format XLSB.", "XLSX or CSV.", "Save it as XLSX or CSV."
        )
    if "word/document.xml" in names or b"opendocument" in kind or "ppt/presentation.xml" in names:
        raise NoTable(file, "an Office document")
    if nested:
        raise NoTable(file, "an archive in an archive")
    return _members(path, file)


def _members(path: Path, file: str) -> Opened:
    opened = Opened("zip", [])
    opened.sheets = _sheets_of_members(path, opened)
    with zipfile.ZipFile(path) as archive:
        files = [each for each in archive.infolist() if not each.is_dir()]
    if not files:
        raise NoTable(file, "an empty archive")
    if len(files) > MAX_MEMBERS:
        opened.unreadable.append(
            f"the archive has {len(files)} files, of which the first {MAX_MEMBERS} were read."
        )
    return opened


def _sheets_of_members(path: Path, opened: Opened) -> Iterator[tuple[str, Iterable[NumberedRow]]]:
    """Sheets of each file of an archive; it is unpacked for itself and removed again."""
    read = 0
    with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory() as folder:
        files = [each for each in archive.infolist() if not each.is_dir()]
        for member in files[:MAX_MEMBERS]:
            name = _member_name(member)
            place = Path(folder) / "member"
            with archive.open(member) as packed, place.open("wb") as unpacked:
                shutil.copyfileobj(packed, unpacked, _CHUNK)
            try:
                for sheet, rows in _open(place, name, nested=True).sheets:
                    read += 1
                    yield "/".join(part for part in (name, sheet) if part), rows
            except UnreadableTable as error:
                opened.unreadable.append(f"{name}: {error.found} {error.advice}")
            except NoTable as none:
                opened.not_scanned.append(str(none))


def _member_name(member: zipfile.ZipInfo) -> str:
    """Name of a file of an archive, in Greek too: old packers write the page of DOS."""
    name = member.filename
    if not member.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("cp737")
        except (UnicodeEncodeError, UnicodeDecodeError):
            name = member.filename
    return PurePosixPath(name).name


def _gzip(path: Path, file: str) -> Opened:
    return Opened("csv", _sheets_of_gzip(path, file))


def _sheets_of_gzip(path: Path, file: str) -> Iterator[tuple[str, Iterable[NumberedRow]]]:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "unpacked"
        _unpack(path, place, file)
        yield from _open(place, file, nested=True).sheets


def _unpack(path: Path, place: Path, file: str) -> None:
    """Unpack a gzip file within the bound, whatever it announces."""
    unpack = zlib.decompressobj(31)
    size = 0
    with path.open("rb") as packed, place.open("wb") as unpacked:
        while (chunk := packed.read(_CHUNK)) and not unpack.eof:
            while chunk:
                try:
                    content = unpack.decompress(chunk, _CHUNK)
                except zlib.error as error:
                    raise _damaged_gzip(file) from error
                size += len(content)
                if size > MAX_TEXT:
                    raise _too_large(file, size, MAX_TEXT)
                unpacked.write(content)
                chunk = unpack.unconsumed_tail
    if not unpack.eof:
        raise _damaged_gzip(file)


def _damaged_gzip(file: str) -> UnreadableTable:
    return UnreadableTable(
        file, "the gzip file is damaged or cut off.", "a whole file.", "Pack it again."
    )


def _bounded(path: Path, file: str) -> None:
    size = path.stat().st_size
    if size > MAX_FILE:
        raise _too_large(file, size, MAX_FILE)


def _too_large(file: str, size: int, most: int) -> UnreadableTable:
    return UnreadableTable(
        file, f"it has {size} bytes.", f"at most {most} bytes.", "Split it, or save it as CSV."
    )
