"""Answers as XML, in the shapes of the service's schema."""

from __future__ import annotations

import xml.etree.ElementTree as ET  # noqa: S405 - written, never read
from datetime import datetime
from typing import Any

from .clock import ATHENS

NAMESPACE = "http://diavgeia.gov.gr/schema/v2"
_DAYS = frozenset({"issueDate"})
_INSTANTS = frozenset(
    {"publishTimestamp", "submissionTimestamp", "versionTimestamp", "activeFrom", "activeUntil"}
)


def root_of(data: Any) -> str:
    """Name of the root element of an answer."""
    if "info" in data and "decisions" in data:
        return "decisionSearchResult"
    if "versions" in data:
        return "decisionVersionLog"
    if "decisionTypeId" in data:
        return "decision"
    lists = [name for name, value in data.items() if isinstance(value, list)]
    return (
        lists[0]
        if len(data) == 1 and lists
        else "organization"
        if "latinName" in data
        else "result"
    )


def as_xml(data: Any) -> bytes:
    """An answer as XML, UTF-8; null is an element that is left out."""
    root = ET.Element(root_of(data), xmlns=NAMESPACE)
    if isinstance(data, dict) and root.tag in data and len(data) == 1:
        _items(root, root.tag, data[root.tag])
    else:
        _fields(root, data)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def _fields(parent: ET.Element, data: dict[str, Any]) -> None:
    for name, value in data.items():
        if name == "extraFieldValues":
            node = ET.SubElement(parent, name)
            for field, inner in (value if isinstance(value, dict) else {}).items():
                _typed(node, field, inner)
        elif isinstance(value, list):
            _items(ET.SubElement(parent, name), name, value)
        elif isinstance(value, dict):
            _fields(ET.SubElement(parent, name), value)
        elif value is not None:
            ET.SubElement(parent, name).text = _text(name, value)


def _items(parent: ET.Element, name: str, values: list[Any]) -> None:
    """The items of a list: ``unitIds`` holds ``unitId`` elements."""
    single = name.removesuffix("s")
    for value in values:
        node = ET.SubElement(parent, single)
        if isinstance(value, dict):
            _fields(node, value)
        elif value is not None:
            node.text = _text(name, value)


def _text(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if name in _DAYS | _INSTANTS and isinstance(value, int):
        moment = datetime.fromtimestamp(value / 1000, ATHENS)
        return moment.date().isoformat() if name in _DAYS else moment.isoformat()
    return str(value)


def _typed(parent: ET.Element, name: str | None, value: Any) -> None:
    """A free field: ``str``, ``int``, ``num``, ``bool``, ``obj`` or ``list`` with name and value."""
    kinds = ((bool, "bool"), (int, "int"), (float, "num"), (dict, "obj"), (list, "list"))
    tag = next((tag for kind, tag in kinds if isinstance(value, kind)), "str")
    node = ET.SubElement(parent, tag)
    if name is not None:
        node.set("name", name)
    if isinstance(value, dict):
        for field, inner in value.items():
            _typed(node, field, inner)
    elif isinstance(value, list):
        for inner in value:
            _typed(node, None, inner)
    elif value is not None:
        node.set("value", _text("", value))
