"""XML exports: workbooks written as XML (SpreadsheetML 2003), and lists of records.

No schema of such exports is published; what repeats most and has a code is taken for the lines.
Names of elements in Latin letters are understood by a table, all others as headers of a sheet.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from lxml import etree

from ckanext.greekmunicipal.budgets.errors import UnreadableBudget
from ckanext.greekmunicipal.budgets.headers import header_of
from ckanext.greekmunicipal.budgets.tables import read_table
from ckanext.greekmunicipal.tabular.grid import MAX_CELLS, MAX_ROWS, Grid, Row

_SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"
_SS = f"{{{_SPREADSHEET}}}"
_NAMES = tuple((re.compile(row["pattern"]), row["header"]) for row in read_table("xml_names"))
_CAMEL = re.compile(r"(?<=[a-zα-ωά-ώ])(?=[A-ZΑ-Ω])|[_.\-]+")
_LETTERS = re.compile(r"(?<=\b\w) (?=\w\b)|(?<=\w) (?=σθεντ|σθέντ)")
_MAX_COLUMNS = 200
_MAX_DEPTH = 60


def is_xml(data: bytes) -> bool:
    """Whether a file is XML and no web page."""
    start = data[:2000].lstrip(b"\xef\xbb\xbf\xff\xfe").replace(b"\x00", b"").lstrip()
    page = re.search(rb"<\s*(!doctype\s+)?html|<head|<body", start, re.IGNORECASE)
    return start[:1] == b"<" and page is None


def read_xml(data: bytes, file: str) -> list[Grid]:
    """Sheets of an XML export. Entities are not followed and nothing is fetched.

    Raises:
        UnreadableBudget: malformed, with a document type, or without repeated records.
    """
    root = _parse(data, file)
    if root.tag == f"{_SS}Workbook":
        grids = [_sheet(sheet, file) for sheet in root.iter(f"{_SS}Worksheet")]
    else:
        grids = list(_records(root, file))
    if not any(grid.rows for grid in grids):
        raise UnreadableBudget(
            file,
            "no repeated records with two values or more were found in the XML.",
            "one element a budget line, with its code, label and amounts.",
            "Export the table as XLSX or CSV.",
        )
    return grids


def _parse(data: bytes, file: str) -> etree._Element:
    if b"<!DOCTYPE" in data[:4096].replace(b"\x00", b"").upper():
        raise UnreadableBudget(
            file,
            "the XML has a document type, which may name other files.",
            "XML without <!DOCTYPE …>.",
            "Export it again without one, or as XLSX or CSV.",
        )
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True
    )
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableBudget(
            file, f"the XML is malformed ({error}).", "well-formed XML.", "Export it again."
        ) from error


def _sheet(sheet: etree._Element, file: str) -> Grid:
    """One sheet of SpreadsheetML; rows and cells may be skipped by an index."""
    rows: list[Row] = []
    number = filled = 0
    for element in sheet.iter(f"{_SS}Row"):
        number = _index(element, number + 1, MAX_ROWS, file)
        cells: list[str | float | None] = []
        for cell in element.iterfind(f"{_SS}Cell"):
            at = _index(cell, len(cells) + 1, _MAX_COLUMNS, file)
            cells += [None] * (at - 1 - len(cells))
            cells.append(_value(cell))
            merged = cell.get(f"{_SS}MergeAcross") or "0"
            cells += [None] * min(int(merged) if merged.isdecimal() else 0, _MAX_COLUMNS)
        while cells and cells[-1] is None:
            cells.pop()
        filled += len(cells)
        if filled > MAX_CELLS or len(cells) > _MAX_COLUMNS:
            raise _too_large(file)
        while len(rows) < number - 1:
            rows.append(Row(len(rows) + 1, []))
        rows.append(Row(number, list(cells)))
    return Grid(sheet.get(f"{_SS}Name") or "", rows)


def _index(element: etree._Element, usual: int, most: int, file: str) -> int:
    told = element.get(f"{_SS}Index") or str(usual)
    number = int(told) if told.isdecimal() else usual
    if number < usual or number > most:
        raise _too_large(file)
    return number


def _value(cell: etree._Element) -> str | float | None:
    data = cell.find(f"{_SS}Data")
    if data is None:
        return None
    text = "".join(map(str, data.itertext())).strip()
    if data.get(f"{_SS}Type") == "Number":
        try:
            return float(text)
        except ValueError:
            return text
    return text or None


def _too_large(file: str) -> UnreadableBudget:
    return UnreadableBudget(
        file,
        "a sheet of the XML is larger than a budget can be, or its indexes run backwards.",
        f"at most {MAX_ROWS} rows and {_MAX_COLUMNS} columns.",
        "Keep only the budget's table in the file.",
    )


def _records(root: etree._Element, file: str) -> Iterator[Grid]:
    """One grid for each kind of record that repeats, after what the file states once."""
    groups: dict[str, list[etree._Element]] = defaultdict(list)
    inside: set[etree._Element] = set()
    for path, element in _walk(root, "", 0, file):
        if element.getparent() in inside:
            inside.add(element)
        elif len(_values(element)) > 1 and element is not root:
            groups[path].append(element)
            inside.add(element)
    repeated = {path: found for path, found in groups.items() if len(found) > 1}
    if sum(map(len, repeated.values())) > MAX_ROWS:
        raise _too_large(file)
    titles = [Row(0, [f"{_spoken(name)} {value}"], 0) for name, value in _stated(root, inside)]
    for path, found in repeated.items():
        columns = list(dict.fromkeys(name for element in found for name in _values(element)))
        if len(columns) > _MAX_COLUMNS or len(columns) * len(found) > MAX_CELLS:
            raise _too_large(file)
        rows = [*titles, Row(0, [_header(name) for name in columns], 0)]
        for number, element in enumerate(found, 1):
            values = _values(element)
            rows.append(Row(number, [values.get(name) for name in columns]))
        yield Grid(" ".join(_spoken(part) for part in path.split("/")[1:-1]), rows)


def _walk(
    element: etree._Element, above: str, depth: int, file: str
) -> Iterator[tuple[str, etree._Element]]:
    # Reading the attributes of an element takes the square of their number.
    if depth > _MAX_DEPTH or len(element.attrib) > _MAX_COLUMNS:
        raise _too_large(file)
    path = f"{above}/{_local(element)}"
    yield path, element
    for child in element:
        if isinstance(child.tag, str):
            yield from _walk(child, path, depth + 1, file)


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname


def _name(name: object) -> str:
    """Name of an attribute without its namespace."""
    return str(name).rpartition("}")[2]


def _values(element: etree._Element) -> dict[str, str]:
    """Attributes and childless children of a record, and those one level below, by name."""
    found = {_name(name): str(text) for name, text in element.attrib.items()}
    for child in element:
        if not isinstance(child.tag, str):
            continue
        if len(child) == 0 and (text := (child.text or "").strip()):
            found.setdefault(_local(child), text)
    return found


def _stated(root: etree._Element, inside: set[etree._Element]) -> Iterator[tuple[str, str]]:
    """What is said once: attributes and values outside of records (year, body, date)."""
    for element in root.iter():
        if not isinstance(element.tag, str) or element in inside:
            continue
        for name, text in element.attrib.items():
            yield _name(name), str(text)
        if len(element) == 0 and (text := (element.text or "").strip()):
            yield _local(element), text


def _spoken(name: str) -> str:
    """Name of an element as words: «OikonomikoEtos» as «Oikonomiko Etos», Greek where known."""
    plain = re.sub(r"[^a-z]", "", name.lower())
    for pattern, header in _NAMES:
        if plain and pattern.fullmatch(plain):
            return header
    return _CAMEL.sub(" ", name).strip()


def _header(name: str) -> str:
    words = _CAMEL.sub(" ", name).strip()
    # A name of an element can hold no stroke: «Π_Υ» stands for «Π/Υ».
    for text in (words, _LETTERS.sub("/", words)):
        if header_of(text):
            return text
    return _spoken(name)
