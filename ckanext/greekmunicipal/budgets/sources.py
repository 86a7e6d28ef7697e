"""A file as it comes: what it is by its content, never by its name, and its grids of cells."""

from __future__ import annotations

import hashlib
import re
import subprocess
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ckanext.greekmunicipal.budgets.errors import UnreadableBudget, as_budget
from ckanext.greekmunicipal.budgets.markup import is_xml, read_xml
from ckanext.greekmunicipal.budgets.pdf import read_pdf
from ckanext.greekmunicipal.budgets.printed import PrintedLine, lines_of_text
from ckanext.greekmunicipal.budgets.records import Finding, finding
from ckanext.greekmunicipal.budgets.statement import is_statement, read_statement
from ckanext.greekmunicipal.budgets.text import read_text
from ckanext.greekmunicipal.tabular.decoding import decode
from ckanext.greekmunicipal.tabular.errors import UnreadableTable
from ckanext.greekmunicipal.tabular.grid import MAX_FILE, Grid
from ckanext.greekmunicipal.tabular.workbook import (
    check_archive,
    encrypted,
    read_workbook,
    started,
)

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
# Stand in an archive as they are if it is a workbook; whether it is one is told by its directory.
_WORKBOOK_MARKS = (b"xl/workbook.xml", b"opendocument.spreadsheet")
_UTF8_NAME = 0x800
MAX_MEMBERS = 60
# Characters that show whether a text is a printed statement.
_SAMPLE = 60_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<[!?\w]")


@dataclass
class Source:
    """One file opened.

    Attributes:
        file: its name.
        sha256: fingerprint of the file as given.
        format: ``csv``, ``text`` (a printed statement), ``xlsx``, ``xls``, ``ods``, ``pdf`` or ``xml``.
        encoding: of a text file, None for workbooks.
        delimiter: of a text file, None for workbooks.
        grids: its sheets.
        findings: what was met in opening it.
    """

    file: str
    sha256: str
    format: str
    encoding: str | None = None
    delimiter: str | None = None
    grids: list[Grid] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def open_sources(path: Path) -> list[Source]:
    """Read one file of any supported format; an archive gives one source for each table in it.

    Raises:
        UnreadableBudget: missing, empty, too large, damaged, or of another format.
    """
    with as_budget():
        data = _content(path)
        if data[:4] not in _ZIP:
            return [_open(path, path.name, data)]
        source = _packed_workbook(path, path.name, data)
        return [source] if source else _members(path)


def _content(path: Path) -> bytes:
    file = path.name
    try:
        size = path.stat().st_size
        if size > MAX_FILE:
            raise UnreadableBudget(
                file,
                f"it has {size} bytes.",
                f"at most {MAX_FILE} bytes.",
                "Keep only the budget's table in the file.",
            )
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableBudget(
            file, f"it cannot be opened ({error.strerror}).", "a readable file.", "Check the path."
        ) from error
    if not data.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise UnreadableBudget(
            file, "it is empty.", "a budget table.", "Export it again from the accounting system."
        )
    return data


def _open(path: Path, file: str, data: bytes) -> Source:
    sha256 = hashlib.sha256(data).hexdigest()
    if data[:2] == b"\x1f\x8b":
        return _text_source(_unpacked(data, file), file, sha256)
    if data[:4] in _ZIP:
        if source := _packed_workbook(path, file, data):
            return source
        raise UnreadableBudget(
            file, "it is an archive in an archive.", "tables in it.", "Unpack the inner one."
        )
    if data[:8] == _OLE:
        if _ENCRYPTED_STREAM in data:
            raise encrypted(file)
        return _workbook_source(path, "xls", file, sha256)
    if data[:1024].lstrip()[:5] == b"%PDF-":
        source = Source(file, sha256, "pdf")
        _take_statement(source, read_pdf(path, file))
        return source
    if is_xml(data):
        return Source(file, sha256, "xml", grids=read_xml(data, file))
    _refuse_others(data, file)
    return _text_source(data, file, sha256)


def _members(path: Path) -> list[Source]:
    """The tables in an archive; what is none of them is named, and nothing else is unpacked."""
    sources: list[Source] = []
    refused: dict[str, UnreadableTable] = {}
    with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory() as folder:
        members = [member for member in archive.infolist() if not member.is_dir()]
        if len(members) > MAX_MEMBERS:
            raise UnreadableBudget(
                path.name,
                f"the archive has {len(members)} files.",
                f"at most {MAX_MEMBERS} files.",
                "Pack one budget in one archive.",
            )
        for number, member in enumerate(members):
            # Its own name would be a path of the archive's choosing.
            place = Path(folder) / str(number)
            place.write_bytes(archive.read(member))
            file = f"{path.name}/{_member_name(member)}"
            try:
                sources.append(_open(place, file, _content_of_member(place, file)))
            except UnreadableTable as error:
                refused[file] = error
    if not sources:
        raise next(iter(refused.values()), None) or UnreadableBudget(
            path.name, "the archive is empty.", "tables of a budget in it.", "Pack it again."
        )
    for file, error in refused.items():
        sources[0].findings.append(
            finding("member-not-read", file=file, detail=f"{error.found} {error.advice}")
        )
    return sources


def _content_of_member(place: Path, file: str) -> bytes:
    try:
        return _content(place)
    except UnreadableBudget as error:
        raise UnreadableBudget(file, error.found, error.expected, error.advice) from error


def _member_name(member: zipfile.ZipInfo) -> str:
    """Name of a member; without the flag for UTF-8 it is in the code page of a Greek DOS."""
    name = member.filename
    if not member.flag_bits & _UTF8_NAME:
        name = name.encode("cp437", "replace").decode("cp737", "replace")
    return name.replace("\\", "/").rpartition("/")[2][:200]


def _unpacked(data: bytes, file: str) -> bytes:
    """Content of a gzip file, within the bound whatever it announces."""
    unpack = zlib.decompressobj(31)
    try:
        content = unpack.decompress(data, MAX_FILE + 1)
    except zlib.error as error:
        raise UnreadableBudget(
            file, f"the gzip file is damaged ({error}).", "a whole file.", "Pack it again."
        ) from error
    if len(content) > MAX_FILE:
        raise UnreadableBudget(
            file,
            f"it unpacks to more than {MAX_FILE} bytes.",
            f"at most {MAX_FILE} bytes.",
            "Keep only the budget's table in the file.",
        )
    if not unpack.eof:
        raise UnreadableBudget(
            file, "the gzip file is cut off.", "a whole file.", "Fetch it again."
        )
    if not content.strip():
        raise UnreadableBudget(file, "it is empty.", "a budget table.", "Export it again.")
    return content


def _packed_workbook(path: Path, file: str, data: bytes) -> Source | None:
    """The workbook that a zip archive is, None if it is none."""
    if not any(mark in data for mark in _WORKBOOK_MARKS):
        return _of_archive(path, file, data, None)
    # Its process starts while the archive is measured, and opens it only after that.
    with started() as process:
        return _of_archive(path, file, data, process)


def _of_archive(
    path: Path, file: str, data: bytes, process: subprocess.Popen[bytes] | None
) -> Source | None:
    form = _archive_format(path, file)
    if form == "zip":
        return None
    return _workbook_source(path, form, file, hashlib.sha256(data).hexdigest(), process)


def _archive_format(path: Path, file: str) -> str:
    check_archive(path, file)
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        if "xl/workbook.xml" in names:
            return "xlsx"
        if "mimetype" in names and b"opendocument.spreadsheet" in archive.read("mimetype"):
            return "ods"
    return "zip"


def _workbook_source(
    path: Path,
    form: str,
    file: str,
    sha256: str,
    process: subprocess.Popen[bytes] | None = None,
) -> Source:
    grids, hidden = read_workbook(path, file, process=process)
    if not any(grid.rows for grid in grids):
        raise UnreadableBudget(
            file, "all its sheets are empty.", "a budget table.", "Export it again."
        )
    source = Source(file, sha256, form, grids=grids)
    source.findings = [finding("hidden-sheet", file=file, sheet=name) for name in hidden]
    return source


def _text_source(data: bytes, file: str, sha256: str) -> Source:
    _refuse_others(data, file)
    text = decode(data, file)
    if "\t" not in text.content and is_statement(lines_of_text(text.content[:_SAMPLE])):
        source = Source(file, sha256, "text", text.encoding)
        _take_statement(source, lines_of_text(text.content))
        return source
    source = Source(file, sha256, "csv", text.encoding)

    def remark(rule: str, rows: list[int]) -> None:
        source.findings.append(finding(rule, rows, file=file))

    grid, source.delimiter = read_text(text, file, remark)
    source.grids = [grid]
    return source


def _take_statement(source: Source, lines: Sequence[PrintedLine]) -> None:
    statement = read_statement(lines)
    source.grids = [statement.grid]
    if statement.remarks.assumed:
        columns = ", ".join(statement.remarks.assumed)
        source.findings.append(finding("columns-assumed", file=source.file, columns=columns))
    if statement.remarks.separated:
        source.findings.append(
            finding("amount-separated", statement.remarks.separated, file=source.file)
        )


def _refuse_others(data: bytes, file: str) -> None:
    found = ""
    if _MARKUP.match(data[:400].replace(b"\x00", b"").lstrip(b"\xff\xfe")):
        found = "it is a web page, perhaps the error page of a download."
    if found:
        raise UnreadableBudget(
            file,
            found,
            "CSV, XLSX, XLS, ODS, PDF, XML or ZIP, by content whatever the name ends in.",
            "Export the table from the accounting system, or download the file again.",
        )
