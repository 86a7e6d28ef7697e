"""Encodings of text files: UTF-8, UTF-16 and the old Greek code pages."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

from ckanext.greekmunicipal.tabular.errors import UnreadableTable

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_OLD_GREEK = ["cp1253", "iso8859_7", "cp737", "cp869", "mac_greek"]
_PILCROW_IN_WORD = re.compile("¶[α-ωά-ώΑ-Ω]|[α-ωά-ώΑ-Ω]¶")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1e\x7f]")
_GREEK = re.compile("[Ά-ώ]")


@dataclass(frozen=True)
class Text:
    """A decoded file."""

    content: str
    encoding: str


def decode(data: bytes, file: str) -> Text:
    """Decode a text file: byte-order mark, UTF-8, UTF-16 without mark, then old Greek code pages.

    Raises:
        UnreadableTable: it is no text in any of these encodings.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _proved(data[len(mark) :], encoding, file)
    head = data[:4096]
    if head.count(0) > len(head) // 100:
        return _proved(data, _utf16_order(head), file)
    try:
        return _proved(data, "utf-8", file)
    except UnreadableTable:
        if not any(byte > 127 for byte in data):
            raise
    return _old_greek(data, file)


def _utf16_order(head: bytes) -> str:
    """Byte order by where delimiters, digits and spaces have their zero byte."""
    return "utf-16-be" if head[0::2].count(0) > head[1::2].count(0) else "utf-16-le"


def _proved(data: bytes, encoding: str, file: str) -> Text:
    codec = "utf-8" if encoding == "utf-8-sig" else encoding
    try:
        content = data.decode(codec)
    except UnicodeDecodeError as error:
        raise _not_text(file, f"byte {error.start} is not {encoding}") from error
    if found := _CONTROL.search(content):
        raise _not_text(file, f"control character {found[0]!r} at character {found.start()}")
    return Text(content, encoding)


def _not_text(file: str, found: str) -> UnreadableTable:
    return UnreadableTable(
        file,
        f"it is neither a workbook nor a readable text file ({found}).",
        "CSV in UTF-8, UTF-16, windows-1253 or ISO 8859-7, or XLSX, XLS, ODS.",
        "Save the table again from the accounting system as XLSX or CSV.",
    )


def _old_greek(data: bytes, file: str) -> Text:
    """Windows-1253 or ISO 8859-7: among the letters they differ only in «Ά» (0xA2 and 0xB6).

    Read as windows-1253, a ¶ beside a Greek letter is an «Ά» of ISO 8859-7.
    """
    for encoding, name in (("cp1253", "windows-1253"), ("iso8859-7", "iso-8859-7")):
        try:
            content = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _PILCROW_IN_WORD.search(content):
            continue
        if not _CONTROL.search(content) and _looks_greek(content):
            return Text(content, name)
    best = from_bytes(data[:65536], cp_isolation=_OLD_GREEK).best()
    if best is None or not _looks_greek(str(best)):
        raise _not_text(file, "no Greek encoding gives Greek words")
    return _proved(data, best.encoding, file)


def _looks_greek(content: str) -> bool:
    """Most letters beyond ASCII are Greek, and words run in one case as Greek words do."""
    sample = content[:65536]
    beyond = [char for char in sample if ord(char) > 127]
    letters = sum(1 for char in beyond if _GREEK.match(char))
    odd = len(re.findall("[α-ωά-ώ][Α-Ω]", sample))
    return bool(beyond) and letters > 0.9 * len(beyond) and odd < 0.05 * letters + 2
