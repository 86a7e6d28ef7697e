"""Workbooks (XLSX, XLS, ODS) through calamine, in a child process with bounded memory and time.

A workbook is a foreign archive: a few kilobytes can unpack to gigabytes, and one cell at the far
corner of a sheet makes a reader allocate the whole rectangle. The archive is therefore measured
before it is opened, and it is opened where it can do no harm.
"""

from __future__ import annotations

import marshal
import os
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ckanext.greekmunicipal.tabular.errors import UnreadableTable
from ckanext.greekmunicipal.tabular.grid import (
    MAX_CELL,
    MAX_CELLS,
    MAX_ROWS,
    MAX_UNPACKED,
    Grid,
    Row,
)

_MAX_MEMBERS = 2000
_SECONDS = 60
_MEMORY = 1024 * 1024 * 1024
_BOUNDS = (_MEMORY, _SECONDS, MAX_CELLS, MAX_ROWS)
_CHUNK = 1 << 16
# Rows that the child hands over in one piece: mostly less than one cell may have at most.
_PIECE = 100
# As a module it is compiled once; as a script anew for each file.
_START = (
    f"import sys; sys.path.append({str(Path(__file__).parent)!r}); "
    "import workbook_child; workbook_child.main()"
)


def check_archive(path: Path, file: str) -> None:
    """Measure a zip archive without trusting its directory.

    Raises:
        UnreadableTable: damaged, encrypted, or unpacking to more than the bound.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, struct.error, NotImplementedError) as error:
        raise _damaged(file, str(error)) from error
    if len(members) > _MAX_MEMBERS:
        raise _too_large(file, f"the archive has {len(members)} members.")
    announced = sum(member.file_size for member in members)
    if announced > MAX_UNPACKED:
        raise _too_large(file, f"the archive announces {announced} bytes unpacked.")
    with path.open("rb") as stream:
        for member in members:
            if member.flag_bits & 1:
                raise encrypted(file)
            _check_member(stream, member, file)


def _check_member(stream: Any, member: zipfile.ZipInfo, file: str) -> None:
    """Unpack one member into nothing: its true size must be the announced one."""
    stream.seek(member.header_offset)
    header = stream.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise _damaged(file, f"no member at {member.header_offset}")
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    stream.seek(member.header_offset + 30 + name_length + extra_length)
    if member.compress_type == zipfile.ZIP_STORED:
        if member.compress_size != member.file_size:
            raise _too_large(file, f"{member.filename} announces a wrong size.")
        return
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise _damaged(file, f"{member.filename} is packed by method {member.compress_type}")
    unpack = zlib.decompressobj(-15)
    left, size = member.compress_size, 0
    try:
        while left > 0 and not unpack.eof:
            packed = stream.read(min(_CHUNK, left))
            if not packed:
                raise _damaged(file, f"{member.filename} is cut off")
            left -= len(packed)
            while packed:
                size += len(unpack.decompress(packed, _CHUNK))
                packed = unpack.unconsumed_tail
                if size > member.file_size:
                    raise _too_large(
                        file,
                        f"{member.filename} announces {member.file_size} bytes and holds more.",
                    )
    except zlib.error as error:
        raise _damaged(file, f"{member.filename}: {error}") from error


@contextmanager
def started() -> Iterator[subprocess.Popen[bytes]]:
    """A process for one workbook, that waits to be told which; ended in any case."""
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and script, no shell
        [interpreter(), "-I", "-S", "-c", _START, *map(str, _BOUNDS), str(_PIECE), _packages()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def read_workbook(
    path: Path,
    file: str,
    *,
    with_hidden: bool = False,
    process: subprocess.Popen[bytes] | None = None,
) -> tuple[list[Grid], list[str]]:
    """Read the sheets of a workbook.

    Args:
        path: the file.
        file: its name, for messages.
        with_hidden: read hidden sheets too.
        process: one from :func:`started`, if the caller had something to do meanwhile.

    Returns:
        The grids, and the names of hidden sheets.

    Raises:
        UnreadableTable: damaged, encrypted, or too large.
    """
    if process is None:
        with started() as process:
            return read_workbook(path, file, with_hidden=with_hidden, process=process)
    try:
        output, message = process.communicate(
            marshal.dumps((str(path), with_hidden)), timeout=_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise _too_large(file, f"reading it took more than {_SECONDS} seconds.") from error
    if process.returncode != 0:
        raise _child_failed(file, message.decode("utf-8", "replace"))
    # Plain values that our own child has put together, of the same interpreter: nothing foreign.
    answer = marshal.loads(output)  # noqa: S302
    grids = [Grid(sheet["name"], _rows(sheet, file)) for sheet in answer["sheets"]]
    return grids, answer["hidden"]


def _rows(sheet: dict[str, Any], file: str) -> list[Row]:
    rows: list[Row] = []
    for piece in sheet["pieces"]:
        cells = marshal.loads(piece)  # noqa: S302
        rows += map(Row, range(len(rows) + 1, len(rows) + 1 + len(cells)), cells)
        # No cell is longer than all of them together.
        if len(piece) > MAX_CELL:
            _refuse_huge(rows[-len(cells) :], sheet["name"], file)
    return rows


def _refuse_huge(rows: list[Row], sheet: str, file: str) -> None:
    for row in rows:
        if any(type(cell) is str and len(cell) > MAX_CELL for cell in row.cells):
            raise _too_large(file, f"sheet {sheet}, row {row.number} has a huge cell.")


@cache
def _packages() -> str:
    """Folder in which the reader of workbooks is installed."""
    found = find_spec("python_calamine")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("python_calamine is not installed: install this package whole.")
    return str(Path(found.origin).parents[1])


def interpreter() -> str:
    """Python of this environment; under some application servers sys.executable is the server."""
    if Path(sys.executable).name.startswith("python"):
        return sys.executable
    return os.path.join(sys.prefix, "bin", "python3")


def _child_failed(file: str, message: str) -> UnreadableTable:
    last = message.strip().splitlines()[-1] if message.strip() else "it stopped without a message"
    lowered = message.lower()
    if "password" in lowered or "encrypt" in lowered:
        return encrypted(file)
    if "too many rows" in lowered:
        return _too_large(file, f"one of its sheets has more than {MAX_ROWS} rows.")
    if "memory" in lowered or "too many cells" in lowered or not message.strip():
        return _too_large(file, "its sheets need more memory than a table may take.")
    return _damaged(file, last[:200])


def encrypted(file: str) -> UnreadableTable:
    """The error for a workbook that asks for a password."""
    return UnreadableTable(
        file,
        "the workbook is encrypted.",
        "a workbook without password.",
        "Save it again without a password.",
    )


def _damaged(file: str, detail: str) -> UnreadableTable:
    return UnreadableTable(
        file,
        f"the workbook is damaged ({detail}).",
        "a whole XLSX, XLS or ODS file.",
        "Open it in a spreadsheet program and save it again.",
    )


def _too_large(file: str, found: str) -> UnreadableTable:
    return UnreadableTable(
        file,
        found,
        f"at most {MAX_UNPACKED // 1024 // 1024} MB unpacked and {MAX_ROWS} rows a sheet.",
        "Keep only the table in the file, or save it as CSV.",
    )
