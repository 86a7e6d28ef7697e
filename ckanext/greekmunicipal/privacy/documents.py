"""JSON and GeoJSON as rows and columns: records are rows, the paths in them are columns."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ckanext.greekmunicipal.tabular.errors import UnreadableTable

_DEEPEST = 40

Pairs = Iterator[tuple[int, dict[str, Any]]]


def records(path: Path, encoding: str, file: str) -> list[Any]:
    """Records of a JSON document: its list of objects, its features, or the document itself.

    Also one JSON object a line. Numbers are kept as they are written, zeros at their end too.

    Raises:
        UnreadableTable: it is no whole JSON.
    """
    text = path.read_text(encoding=encoding, errors="replace")
    try:
        document = _load(text)
    except (ValueError, RecursionError) as error:
        lines = [line for line in text.splitlines() if line.strip()]
        try:
            document = [_load(line) for line in lines] if len(lines) > 1 else None
        except (ValueError, RecursionError):
            document = None
        if document is None:
            raise UnreadableTable(
                file,
                f"it begins as JSON and is no whole JSON document ({type(error).__name__}).",
                "a whole JSON document, or one object a line.",
                "Export it again.",
            ) from error
    return _list_in(document)


def _load(text: str) -> Any:
    return json.loads(text, parse_float=str)


def _list_in(document: Any) -> list[Any]:
    """The longest list of objects near the top of a document, and then what stands around it."""
    if isinstance(document, list):
        return document
    if not isinstance(document, dict):
        return [document]
    places = [(document, key) for key in document]
    places += [
        (inner, key) for inner in document.values() if isinstance(inner, dict) for key in inner
    ]
    lists = [place for place in places if _is_list_of_objects(place[0][place[1]])]
    if not lists:
        return [document]
    around, key = max(lists, key=lambda place: len(place[0][place[1]]))
    return [*around.pop(key), document]


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def flat(record: Any) -> dict[str, Any]:
    """A record as path to value: the geometry of a feature, which holds no words, is left out.

    Values of lists inside a record are joined, so that each path is one column.
    """
    found: dict[str, list[Any]] = {}
    # Depth first without recursion: a document may be nested as deep as it likes.
    stack: list[tuple[str, Any, int]] = [("", record, 0)]
    while stack:
        path, value, depth = stack.pop()
        if isinstance(value, dict):
            for key, inner in value.items():
                if key == "coordinates" and isinstance(inner, list):
                    continue
                name = key if path in ("", "properties") else f"{path}.{key}"
                stack.append((name if depth < _DEEPEST else path, inner, depth + 1))
        elif isinstance(value, list):
            stack += [(path, inner, depth + 1) for inner in value]
        elif value is not None:
            found.setdefault(path, []).append(value)
    return {
        path: values[0] if len(values) == 1 else "\n".join(map(str, reversed(values)))
        for path, values in found.items()
    }
