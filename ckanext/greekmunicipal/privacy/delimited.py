"""Text files of any size, row by row: encoding, delimiter, quotes that may be broken."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from ckanext.greekmunicipal.tabular.decoding import decode

NumberedRow = tuple[int, list[str]]

_CHUNK = 1 << 20
_SAMPLE = 1 << 16
_SAMPLE_LINES = 300
_DELIMITERS = (";", "\t", "|", ",", "^", "~")
_REGULAR = 0.5
# Lines that a quoted cell may run over before its quote is taken as a plain character.
_MOST_LINES = 60
# A longer line is read in pieces.
_LONGEST_LINE = 1 << 20


def encoding_of(path: Path, file: str) -> str:
    """Name of a text file's encoding for :func:`open`; memory does not grow with the file.

    Raises:
        UnreadableTable: it is no text.
    """
    with path.open("rb") as stream:
        head = stream.read(_SAMPLE)
        if head.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if head.count(0) > len(head) // 100:
            return decode(head[: len(head) // 2 * 2], file).encoding
        stream.seek(0)
        wrong = _first_not_utf8(stream)
        if wrong is None:
            decode(head[: _last_line_end(head)], file)
            return "utf-8"
        stream.seek(max(0, wrong - _SAMPLE // 2))
        sample = stream.read(_SAMPLE)
    begin = sample.find(b"\n") + 1 if wrong > _SAMPLE // 2 else 0
    name = decode(sample[begin : _last_line_end(sample)], file).encoding
    return {"windows-1253": "cp1253", "iso-8859-7": "iso8859-7"}.get(name, name)


def _first_not_utf8(stream: IO[bytes]) -> int | None:
    """Place of the first byte that is no UTF-8, None if there is none."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    place = 0
    while True:
        chunk = stream.read(_CHUNK)
        kept = len(decoder.getstate()[0])
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            return place - kept + error.start
        if not chunk:
            return None
        place += len(chunk)


def _last_line_end(sample: bytes) -> int:
    end = sample.rfind(b"\n") + 1
    return end or len(sample)


def rows(path: Path, encoding: str) -> tuple[Iterator[NumberedRow], str | None]:
    """Rows of a text file with the number of the line where each begins, and the delimiter.

    Bytes that the encoding does not have are replaced: one of them must not hide the rest.
    """
    with path.open(encoding=encoding, errors="replace", newline="") as stream:
        sample = [line for line in _some_lines(stream) if line.strip()]
    delimiter = find_delimiter(sample)
    return _rows(path, encoding, delimiter), delimiter


def _some_lines(stream: IO[str]) -> list[str]:
    return [stream.readline(_LONGEST_LINE) for _ in range(_SAMPLE_LINES)]


def find_delimiter(lines: list[str]) -> str | None:
    """The delimiter that gives most rows the same number of cells, None if none does."""
    best, best_score = None, (0.0, 0)
    for delimiter in _DELIMITERS:
        widths = Counter(len(_split(line, delimiter)) for line in lines)
        widths.pop(1, None)
        if not widths:
            continue
        width, number = widths.most_common(1)[0]
        score = (round(number / len(lines), 1), width)
        if score > best_score:
            best, best_score = delimiter, score
    return best if best_score[0] >= _REGULAR else None


def _rows(path: Path, encoding: str, delimiter: str | None) -> Iterator[NumberedRow]:
    with path.open(encoding=encoding, errors="replace", newline="") as stream:
        number = 0
        held: list[str] = []
        while True:
            line = held.pop(0) if held else stream.readline(_LONGEST_LINE)
            if not line:
                return
            number += 1
            text = line.rstrip("\r\n")
            if delimiter is None:
                yield number, [text.strip('"')]
            elif '"' not in text:
                yield number, text.split(delimiter)
            elif text.count('"') % 2 == 0:
                yield number, _split(text, delimiter)
            else:
                joined = _closed_later(text, stream, held)
                if joined is None:
                    yield number, text.split(delimiter)
                else:
                    yield number, _split(joined[0], delimiter)
                    number += joined[1]


def _closed_later(text: str, stream: IO[str], held: list[str]) -> tuple[str, int] | None:
    """Join the lines of a quoted cell; None if its quote is closed on none of the next lines."""
    taken: list[str] = []
    while len(taken) < _MOST_LINES:
        line = held.pop(0) if held else stream.readline(_LONGEST_LINE)
        if not line:
            break
        taken.append(line)
        if line.count('"') % 2:
            return "\n".join([text, *(each.rstrip("\r\n") for each in taken)]), len(taken)
    held[:0] = taken
    return None


def _split(text: str, delimiter: str) -> list[str]:
    if '"' not in text:
        return text.rstrip("\r\n").split(delimiter)
    try:
        found = next(csv.reader([text], delimiter=delimiter), [""])
    except csv.Error:
        return text.split(delimiter)
    return found
