"""Large invented budgets as files: the lines of the generator, again and again with other sub-accounts."""

from __future__ import annotations

import datetime as dt
import random
import zipfile
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from ckanext.greekmunicipal.budgets.generator import greek_form, truth
from ckanext.greekmunicipal.budgets.records import EXPENDITURE, REVENUE
from ckanext.greekmunicipal.municipalities import by_slug

SLUG = "dimos-athinaion"
YEAR = 2025
END = dt.date(YEAR, 9, 30)
SEED = 2025
HEADERS = {
    REVENUE: ("initial", "amendments", "revised", "assessed", "collected"),
    EXPENDITURE: ("initial", "amendments", "revised", "committed", "ordered", "paid"),
}
_NAMES = {
    "initial": "Προϋπολογισθέντα", "amendments": "Αναμορφώσεις", "revised": "Διαμορφωθέντα",
    "assessed": "Βεβαιωθέντα", "collected": "Εισπραχθέντα", "committed": "Δεσμευθέντα",
    "ordered": "Ενταλθέντα", "paid": "Πληρωθέντα",
}  # fmt: skip
_TITLES = {REVENUE: "ΕΣΟΔΑ", EXPENDITURE: "ΕΞΟΔΑ"}
_SUBS = 999
Rows = list[list[Any]]


def sides(lines: int) -> dict[str, Rows]:
    """Rows of both sides: titles, headers, lines with true sums, totals.

    Args:
        lines: budget lines in all.

    Raises:
        ValueError: more than three digits for each code can tell apart.
    """
    draw = random.Random(SEED)  # noqa: S311 - nothing secret
    models = truth(by_slug(SLUG), YEAR, SEED, END)
    made: dict[str, list[tuple[str, str, list[int]]]] = {REVENUE: [], EXPENDITURE: []}
    for side, share in ((EXPENDITURE, lines - lines // 5), (REVENUE, lines // 5)):
        found = {
            f"{line.service_code}-{line.account_code}"
            if line.service_code
            else line.account_code: line
            for line in models
            if line.side == side and line.account_code != "9111"
        }
        keys = sorted(found)
        for number in range(share):
            key = keys[number % len(keys)]
            sub = number // len(keys) + 1
            if sub > _SUBS:
                raise ValueError(f"{lines} lines were asked for: too many for three digits each.")
            line = found[key]
            made[side].append((f"{key}.{sub:03}", f"{line.label} {sub}", _amounts(draw, side)))
    # The sides of a voted budget balance: the last line of the revenue takes the rest.
    code, label, amounts = made[REVENUE][-1]
    rest = sum(row[2][0] for row in made[EXPENDITURE]) - sum(
        row[2][0] for row in made[REVENUE][:-1]
    )
    made[REVENUE][-1] = (code, label, [rest, 0, rest, rest, rest])
    return {side: list(_table(side, sorted(rows))) for side, rows in made.items()}


def _amounts(draw: random.Random, side: str) -> list[int]:
    initial = draw.randrange(1_000_00, 90_000_00, 50)
    change = draw.choice((0, 0, 0, draw.randrange(-500_00, 500_00)))
    revised = initial + change
    first = int(revised * draw.uniform(0.3, 0.9))
    second = int(first * draw.uniform(0.3, 1))
    if side == REVENUE:
        return [initial, change, revised, first, second]
    return [initial, change, revised, first, second, int(second * draw.uniform(0.5, 1))]


def _table(side: str, rows: Sequence[tuple[str, str, list[int]]]) -> Iterator[list[Any]]:
    yield ["ΔΗΜΟΣ ΑΘΗΝΑΙΩΝ"]
    yield [f"ΚΑΤΑΣΤΑΣΗ ΕΚΤΕΛΕΣΗΣ {_TITLES[side]} ΕΩΣ {END.day}/{END.month}/{END.year}"]
    yield []
    yield ["Κ.Α.", "Περιγραφή", *(_NAMES[phase] for phase in HEADERS[side])]
    for code, label, cents in rows:
        yield [code, label, *(Decimal(each) / 100 for each in cents)]
    sums = [sum(column) for column in zip(*(cents for *_, cents in rows), strict=True)]
    yield ["", f"ΣΥΝΟΛΟ {_TITLES[side][:-1]}ΩΝ", *(Decimal(each) / 100 for each in sums)]


_XLSX = {
    "[Content_Types].xml": (
        '<Types xmlns="{pack}/content-types"><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/>'
        '<Override PartName="/xl/worksheets/sheet2.xml" ContentType="{kind}.worksheet+xml"/>'
        '<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/>'
        '<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}.sharedStrings+xml"/></Types>'
    ),
    "_rels/.rels": (
        '<Relationships xmlns="{pack}/relationships"><Relationship Id="rId1"'
        ' Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        '<Relationships xmlns="{pack}/relationships">'
        '<Relationship Id="rId1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'
        '<Relationship Id="rId2" Type="{office}/worksheet" Target="worksheets/sheet2.xml"/>'
        '<Relationship Id="rId3" Type="{office}/styles" Target="styles.xml"/>'
        '<Relationship Id="rId4" Type="{office}/sharedStrings" Target="sharedStrings.xml"/>'
        "</Relationships>"
    ),
    "xl/styles.xml": (
        '<styleSheet xmlns="{main}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font>'
        '</fonts><fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
        '<borders count="1"><border/></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>'
    ),
}
_SPACES = {
    "pack": "http://schemas.openxmlformats.org/package/2006",
    "office": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "main": "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "kind": "application/vnd.openxmlformats-officedocument.spreadsheetml",
}
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def write_xlsx(path: Path, tables: dict[str, Rows]) -> None:
    """As Excel writes it: shared strings, the place of each cell, amounts with a number format."""
    texts: dict[str, int] = {}
    parts = {name: content.format(**_SPACES) for name, content in _XLSX.items()}
    listed = "".join(
        f'<sheet name="{_TITLES[side]}" sheetId="{number}" r:id="rId{number}"/>'
        for number, side in enumerate(tables, 1)
    )
    parts["xl/workbook.xml"] = (
        f'<workbook xmlns="{_SPACES["main"]}" xmlns:r="{_SPACES["office"]}">'
        f"<sheets>{listed}</sheets></workbook>"
    )
    for number, rows in enumerate(tables.values(), 1):
        cells = "".join(
            f'<row r="{at}" spans="1:8">'
            f"{''.join(_xlsx_cell(at, column, cell, texts) for column, cell in enumerate(row))}</row>"
            for at, row in enumerate(rows, 1)
        )
        parts[f"xl/worksheets/sheet{number}.xml"] = (
            f'<worksheet xmlns="{_SPACES["main"]}"><dimension ref="A1:H{len(rows)}"/>'
            f"<sheetData>{cells}</sheetData></worksheet>"
        )
    shared = "".join(f"<si><t>{escape(text)}</t></si>" for text in texts)
    parts["xl/sharedStrings.xml"] = (
        f'<sst xmlns="{_SPACES["main"]}" uniqueCount="{len(texts)}">{shared}</sst>'
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, _XML + content)


def _xlsx_cell(row: int, column: int, cell: Any, texts: dict[str, int]) -> str:
    place = f"{chr(ord('A') + column)}{row}"
    if isinstance(cell, Decimal):
        return f'<c r="{place}" s="1"><v>{cell.normalize():f}</v></c>'
    if not cell:
        return ""
    return f'<c r="{place}" t="s"><v>{texts.setdefault(cell, len(texts))}</v></c>'


def write_ods(path: Path, tables: dict[str, Rows]) -> None:
    """The smallest OpenDocument spreadsheet that readers accept."""
    space = "urn:oasis:names:tc:opendocument:xmlns"
    sheets = "".join(
        f'<table:table table:name="{_TITLES[side]}">{"".join(map(_ods_row, rows))}</table:table>'
        for side, rows in tables.items()
    )
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
        f' xmlns:office="{space}:office:1.0" xmlns:table="{space}:table:1.0"'
        f' xmlns:text="{space}:text:1.0" office:version="1.2"><office:body><office:spreadsheet>'
        f"{sheets}</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest'
        f' xmlns:manifest="{space}:manifest:1.0" manifest:version="1.2">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
        "</manifest:manifest>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", kind, zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)


def _ods_row(row: list[Any]) -> str:
    return f"<table:table-row>{''.join(map(_ods_cell, row)) or '<table:table-cell/>'}</table:table-row>"


def _ods_cell(cell: Any) -> str:
    if isinstance(cell, Decimal):
        return (
            f'<table:table-cell office:value-type="float" office:value="{cell}">'
            f"<text:p>{greek_form(cell)}</text:p></table:table-cell>"
        )
    return (
        '<table:table-cell office:value-type="string">'
        f"<text:p>{escape(cell)}</text:p></table:table-cell>"
    )


def write_csv(path: Path, tables: dict[str, Rows]) -> None:
    """As an accounting system exports it: semicolons, Greek amounts, the code page of Windows."""
    with path.open("w", encoding="cp1253", newline="") as file:
        for rows in tables.values():
            for row in rows:
                cells = [greek_form(cell) if isinstance(cell, Decimal) else cell for cell in row]
                file.write(";".join(cells) + "\r\n")
