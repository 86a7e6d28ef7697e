"""A file as it comes: what it is by its content, never by its name, and its grids of cells."""

from __future__ import annotations

import hashlib
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from ckanext.greekmunicipal.budgets.errors import UnreadableBudget, as_budget
from ckanext.greekmunicipal.budgets.records import Finding, finding
from ckanext.greekmunicipal.budgets.text import read_text
from ckanext.greekmunicipal.tabular.decoding import decode
from ckanext.greekmunicipal.tabular.grid import MAX_FILE, Grid
from ckanext.greekmunicipal.tabular.workbook import check_archive, encrypted, read_workbook

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<[!?\w]")


@dataclass
class Source:
    """One file opened.

    Attributes:
        file: its name.
        sha256: fingerprint of the file as given.
        format: ``csv``, ``xlsx``, ``xls`` or ``ods``.
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


def open_source(path: Path) -> Source:
    """Read one file of any supported format.

    Raises:
        UnreadableBudget: missing, empty, too large, damaged, or of another format.
    """
    with as_budget():
        return _open(path)


def _open(path: Path) -> Source:
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
    sha256 = hashlib.sha256(data).hexdigest()
    if not data.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise UnreadableBudget(
            file, "it is empty.", "a budget table.", "Export it again from the accounting system."
        )
    if data[:2] == b"\x1f\x8b":
        return _text_source(_unpacked(data, file), file, sha256)
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _workbook_source(path, _archive_format(path, file), file, sha256)
    if data[:8] == _OLE:
        if _ENCRYPTED_STREAM in data:
            raise encrypted(file)
        return _workbook_source(path, "xls", file, sha256)
    _refuse_others(data, file)
    return _text_source(data, file, sha256)


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


def _archive_format(path: Path, file: str) -> str:
    check_archive(path, file)
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        if "xl/workbook.xml" in names:
            return "xlsx"
        if "mimetype" in names and b"opendocument.spreadsheet" in archive.read("mimetype"):
            return "ods"
    raise UnreadableBudget(
        file,
        "it is a ZIP archive but no workbook.",
        "one XLSX, XLS, ODS or CSV file.",
        "Unpack it and give the table in it.",
    )


def _workbook_source(path: Path, form: str, file: str, sha256: str) -> Source:
    grids, hidden = read_workbook(path, file)
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
    source = Source(file, sha256, "csv", text.encoding)

    def remark(rule: str, rows: list[int]) -> None:
        source.findings.append(finding(rule, rows, file=file))

    grid, source.delimiter = read_text(text, file, remark)
    source.grids = [grid]
    return source


def _refuse_others(data: bytes, file: str) -> None:
    found = ""
    if data[:5] == b"%PDF-":
        found = "it is a PDF document."
    elif _MARKUP.match(data[:400].replace(b"\x00", b"").lstrip(b"\xff\xfe")):
        found = "it is a web page or XML document, perhaps the error page of a download."
    if found:
        raise UnreadableBudget(
            file,
            found,
            "CSV, XLSX, XLS or ODS, by content whatever the name ends in.",
            "Export the table from the accounting system, or download the file again.",
        )
