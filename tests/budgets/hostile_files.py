"""Hostile and damaged files, each with what may come of it."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import openpyxl
import xlwt

HEADER = "Κ.Α.;Περιγραφή;Προϋπολογισθέντα\n"
COLUMNS = HEADER.strip().split(";")
SECRET = "SECRET-OF-THE-SERVER"
GIGABYTE = 1 << 30
# What may come of a file: it is refused with a message of this pattern.
REFUSED = "refused"
# Or it is read, with all that is in it and nothing else.
READ = "read"


@dataclass(frozen=True)
class Hostile:
    """One file.

    Attributes:
        name: of the file.
        make: its bytes.
        message: pattern of the message if it is refused; empty: it must be read.
        may_be_read: it may also be read, if no line says more than the file.
        seconds: it may take at most.
        megabytes: it may need at most.
    """

    name: str
    make: Callable[[], bytes]
    message: str = ""
    may_be_read: bool = False
    seconds: float = 10
    megabytes: float = 300


def packed(members: dict[str, bytes]) -> bytes:
    """A zip archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def zeros(size: int) -> bytes:
    """A deflate stream of so many zeros, without having had them in memory."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(b"\0" * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return block * (size >> 20) + b"\x03\x00"


def lying_zip(name: str, body: bytes, announced: int) -> bytes:
    """An archive of one member whose directory and header announce another size."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(name, body)
    content = bytearray(stream.getvalue())
    directory = content.rindex(b"PK\x01\x02")
    for method, sizes in ((8, 18), (directory + 10, directory + 20)):
        struct.pack_into("<H", content, method, zipfile.ZIP_DEFLATED)
        struct.pack_into("<II", content, sizes, len(body), announced)
    return bytes(content)


def overlapping_zip(count: int) -> bytes:
    """Members that are all the same bytes: the directory points to one place again and again."""
    one = packed({"a.csv": b"0" * (8 << 20)})
    entry_at = one.rindex(b"PK\x01\x02")
    end_at = one.rindex(b"PK\x05\x06")
    entry, end = one[entry_at:end_at], bytearray(one[end_at:])
    struct.pack_into("<HHI", end, 8, count, count, len(entry) * count)
    return one[:entry_at] + entry * count + bytes(end)


def workbook(rows: list[list[object]]) -> bytes:
    """An XLSX of one sheet."""
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def replaced(content: bytes, member: str, old: bytes, new: bytes) -> bytes:
    """The archive with something in one member replaced."""
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        members = {name: source.read(name) for name in source.namelist()}
    assert old in members[member], (member, members[member][:2000])
    members[member] = members[member].replace(old, new)
    return packed(members)


_SHEET = "xl/worksheets/sheet1.xml"


def _xlsx(old: bytes, new: bytes) -> bytes:
    return replaced(workbook([COLUMNS, ["6011", "MARK", 1.5]]), _SHEET, old, new)


def _entities(declared: str) -> bytes:
    content = _xlsx(b"<worksheet ", f"<!DOCTYPE x [{declared}]><worksheet ".encode())
    return replaced(content, _SHEET, b"MARK", b"&e;")


_ODS = """<?xml version="1.0" encoding="UTF-8"?>{doctype}<office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body>
<office:spreadsheet><table:table table:name="ΕΞΟΔΑ">{rows}</table:table></office:spreadsheet>
</office:body></office:document-content>"""
_ODS_KIND = b"application/vnd.oasis.opendocument.spreadsheet"


def ods(
    rows: list[list[str]], doctype: str = "", repeated: str = "", manifest: bytes = b""
) -> bytes:
    """An ODS of one sheet; ``repeated`` are attributes of its last row."""
    written = []
    for number, row in enumerate(rows, 1):
        cells = "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
            for cell in row
        )
        attributes = repeated if number == len(rows) else ""
        written.append(f"<table:table-row {attributes}>{cells}</table:table-row>")
    content = _ODS.format(doctype=doctype, rows="".join(written)).encode()
    return packed(
        {
            "mimetype": _ODS_KIND,
            "content.xml": content,
            "META-INF/manifest.xml": manifest or b"<m/>",
        }
    )


def xls() -> bytes:
    """An XLS of one sheet, long enough to be no short stream."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("ΕΞΟΔΑ")
    for number in range(600):
        row = COLUMNS if number == 0 else [f"00-6011.{number:03}", f"Γραμμή {number}", 1.5]
        for at, cell in enumerate(row):
            sheet.write(number, at, cell)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _xls_with(record: int, size: int, patched: bytes) -> bytes:
    """The XLS with the first bytes of a record overwritten."""
    content = bytearray(xls())
    at = content.index(struct.pack("<HH", record, size))
    content[at : at + len(patched)] = patched
    return bytes(content)


def _dimensions(last_row: int, last_column: int) -> bytes:
    return struct.pack("<HHIIHH", 0x0200, 14, 0, last_row, 0, last_column)


def pdf(stream: bytes, kids: str = "3 0 R", filters: str = "/Filter /FlateDecode") -> bytes:
    """A PDF of one page with a content stream."""
    parts = [
        b"1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n",
        f"2 0 obj <</Type/Pages/Kids[{kids}]/Count 1>> endobj\n".encode(),
        b"3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F 5 0 R>>>>>> endobj\n",
        f"4 0 obj <</Length {len(stream)} {filters}>> stream\n".encode(),
        stream,
        b"\nendstream endobj\n5 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica>> endobj\n",
        b"trailer <</Root 1 0 R>>\n%%EOF",
    ]
    return b"%PDF-1.4\n" + b"".join(parts)


_DRAWING = b"q 500 0 0 700 40 40 cm 0 0 m 1 1 l S Q"
_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
_FILE_ENTITY = '<!ENTITY e SYSTEM "{secret}">'
_XML = '<?xml version="1.0"?>{doctype}<P><Esoda>{lines}</Esoda></P>'
_LINE = "<G><KAE>0111</KAE><Perigrafi>{label}</Perigrafi><Proypologisthenta>1,00</Proypologisthenta></G>"


def hostile(secret: str) -> Iterator[Hostile]:
    """The files; ``secret`` is the address of a file that none of them may show."""
    yield from _archives()
    yield from _workbooks(secret)
    yield from _old_workbooks()
    yield from _markup(secret)
    yield from _printed()
    yield from _texts()


def _archives() -> Iterator[Hostile]:
    bomb = {f"{at}.csv": b"0" * (30 << 20) for at in range(10)}
    yield Hostile("bomb.zip", lambda: packed(bomb), "announces .* bytes unpacked")
    yield Hostile(
        "two_gigabytes_as_one_kilobyte.xlsx",
        lambda: lying_zip("xl/workbook.xml", zeros(2 * GIGABYTE), 1024),
        "announces 1024 bytes and holds more",
    )
    yield Hostile(
        "two_gigabytes_as_one_kilobyte.zip",
        lambda: lying_zip("budget.csv", zeros(2 * GIGABYTE), 1024),
        "announces 1024 bytes and holds more",
    )
    yield Hostile(
        "two_gigabytes.csv.gz",
        lambda: b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + zeros(2 * GIGABYTE) + b"\0" * 8,
        "unpacks to more",
    )
    yield Hostile("overlapping.zip", lambda: overlapping_zip(50), "announces .* bytes unpacked")
    yield Hostile(
        "many_members.zip",
        lambda: packed({f"{at}.csv": b"" for at in range(2100)}),
        "2100 members",
    )
    inner = packed({"deep.zip": packed({"a.csv": HEADER.encode()})})
    yield Hostile("zip_in_zip_in_zip.zip", lambda: packed({"inner.zip": inner}), "archive in an")
    yield Hostile("zip_named_xls.xls", lambda: packed({"inner.zip": inner}), "archive in an")
    names = ("../../../../etc/cron.d/x.csv", "/etc/passwd.csv", "C:\\\\x\\y.csv", "a/./../b.csv")
    line = (HEADER + "00-6011.00{};Γραμμή;1,00\n").format
    yield Hostile(
        "paths.zip", lambda: packed({name: line(at).encode() for at, name in enumerate(names)})
    )
    yield Hostile("cut.zip", lambda: packed({"a.csv": line(1).encode() * 900})[:-40], "damaged")


def _workbooks(secret: str) -> Iterator[Hostile]:
    entity = _FILE_ENTITY.format(secret=secret)
    yield Hostile("entity.xlsx", lambda: _entities(entity), "damaged|empty", may_be_read=True)
    yield Hostile(
        "laughs.xlsx",
        lambda: _entities(f'<!ENTITY l0 "ha">{_LAUGHS}<!ENTITY e "&l11;">'),
        "damaged|empty",
        may_be_read=True,
    )
    yield Hostile(
        "entity.ods",
        lambda: ods([COLUMNS, ["6011", "&e;", "1,00"]], f"<!DOCTYPE x [{entity}]>"),
        "damaged|empty",
        may_be_read=True,
    )
    endless = 'table:number-rows-repeated="2000000000"'
    yield Hostile(
        "endless_rows.ods",
        lambda: ods([COLUMNS, ["6011", "Γραμμή", "1,00"]], repeated=endless),
        "more memory|more than 500000 rows",
        seconds=60,
        megabytes=1100,
    )
    yield Hostile(
        "endless_rows.xlsx",
        lambda: _xlsx(b'r="C2"', b'r="T1048576"'),
        "more memory|more than 500000 rows",
        seconds=60,
        megabytes=1100,
    )
    yield Hostile("corner.xlsx", lambda: _xlsx(b'r="C2"', b'r="XFD1048576"'), "memory|damaged")
    yield Hostile(
        "no_such_cell.xlsx", lambda: _xlsx(b'r="C2"', b'r="ZZZZZZ99999999"'), "damaged|more memory"
    )
    yield Hostile("huge_cell.xlsx", lambda: _xlsx(b"MARK", b"A" * 9_000_000), "huge cell")
    yield Hostile(
        "no_such_text.xlsx",
        lambda: _xlsx(b't="inlineStr"><is><t>MARK</t></is>', b't="s"><v>99999</v>'),
        "damaged",
        may_be_read=True,
    )
    yield Hostile("cut.xlsx", lambda: workbook([["6011", "Α", 1.5]] * 90)[:-500], "damaged")
    yield Hostile("cut.ods", lambda: ods([COLUMNS] * 90)[:-60], "damaged")
    deep = b"<x>" * 500_000
    yield Hostile(
        "deep.xlsx", lambda: _xlsx(b"<sheetData>", deep + b"<sheetData>"), "damaged|empty|no table",
        may_be_read=True,
    )  # fmt: skip
    yield Hostile(
        "surrogate.xlsx", lambda: _xlsx(b"MARK", b"&#xD800;"), "damaged", may_be_read=True
    )
    yield Hostile("nul.xlsx", lambda: _xlsx(b"MARK", b"A&#0;B"), "damaged", may_be_read=True)
    yield Hostile(
        "not_a_number.xlsx", lambda: _xlsx(b"<v>1.5<", b"<v>NaN<"), "damaged", may_be_read=True
    )
    yield Hostile(
        "too_large.xlsx", lambda: _xlsx(b"<v>1.5<", b"<v>1e308<"), "damaged", may_be_read=True
    )
    yield Hostile(
        "encrypted.ods",
        lambda: replaced(
            ods([COLUMNS]), "content.xml", b"<?xml", bytes(range(128, 256)) + b"<?xml"
        ),
        "damaged|encrypted",
    )


def _old_workbooks() -> Iterator[Hostile]:
    yield Hostile("true.xls", xls)
    wide = _dimensions(0xFFFFFFFF, 0xFFFF)
    yield Hostile(
        "endless.xls", lambda: _xls_with(0x0200, 14, wide), "memory|damaged", may_be_read=True
    )
    back = _dimensions(0, 0)
    yield Hostile(
        "no_dimensions.xls", lambda: _xls_with(0x0200, 14, back), "damaged|empty", may_be_read=True
    )
    # CODEPAGE stands near the beginning; FILEPASS in its place says that the rest is encrypted.
    password = struct.pack("<HH", 0x002F, 2)
    yield Hostile("encrypted.xls", lambda: _xls_with(0x0042, 2, password), "encrypted|damaged")
    yield Hostile("cut.xls", lambda: xls()[:4096], "damaged|empty")
    # Sectors that follow themselves.
    yield Hostile(
        "loop.xls",
        lambda: (data := xls())[:512] + struct.pack("<I", 0) * 128 + data[1024:],
        "damaged|empty|memory",
        may_be_read=True,
    )
    yield Hostile("error_page.xls", lambda: b"<html><body>404</body></html>", "web page")


def _markup(secret: str) -> Iterator[Hostile]:
    entity = f"<!DOCTYPE P [{_FILE_ENTITY.format(secret=secret)}]>"
    marked = _LINE.format(label="&e;")
    yield Hostile(
        "entity.xml",
        lambda: _XML.format(doctype=entity, lines=marked * 2).encode(),
        "document type",
    )
    remote = '<!DOCTYPE P SYSTEM "http://127.0.0.1:9/x.dtd">'
    yield Hostile(
        "remote.xml", lambda: _XML.format(doctype=remote, lines="").encode(), "document type"
    )
    laughs = f'<!DOCTYPE P [<!ENTITY l0 "ha">{_LAUGHS}]>'
    yield Hostile(
        "laughs.xml", lambda: _XML.format(doctype=laughs, lines="&l11;").encode(), "document type"
    )
    yield Hostile("deep.xml", lambda: b"<a>" * 1_000_000, "malformed|larger than a budget")
    yield Hostile("attributes.xml", lambda: b"<a " + b" ".join(
        b'x%d="1"' % n for n in range(200_000)) + b"/>", "malformed|no repeated|larger")  # fmt: skip
    cut = _XML.format(doctype="", lines=_LINE.format(label="Γραμμή") * 50)
    yield Hostile("cut.xml", lambda: cut[:-300].encode(), "malformed")


def _printed() -> Iterator[Hostile]:
    yield Hostile("picture.pdf", lambda: pdf(zlib.compress(_DRAWING)), "pages are pictures")
    yield Hostile("cut.pdf", lambda: pdf(zlib.compress(_DRAWING * 900))[:200], "damaged|pictures")
    yield Hostile(
        "loop.pdf", lambda: pdf(zlib.compress(_DRAWING), kids="2 0 R"), "damaged|pictures"
    )
    yield Hostile(
        "two_gigabytes.pdf",
        lambda: pdf(b"\x78\x9c" + zeros(2 * GIGABYTE)),
        "damaged|pictures|too many|memory",
        seconds=120,
        megabytes=1700,
    )


def _texts() -> Iterator[Hostile]:
    line = "00-6011.001;Γραμμή;1,00\n"
    yield Hostile(
        "nul.csv", lambda: (HEADER + line.replace("ρ", "\0")).encode(), "control character|no table"
    )
    surrogate = HEADER.encode() + b"00-6011.001;\xed\xa0\x80;1,00\n"
    yield Hostile("surrogate.csv", lambda: surrogate, "Greek|neither")
    lone = (HEADER + line).encode("utf-16") + b"\x00\xd8" + "\n".encode("utf-16-le")
    yield Hostile("surrogate_16.csv", lambda: lone, "not utf-16")
    yield Hostile("rows.csv", lambda: (HEADER + "\n" * 500_001).encode(), "at most 500000 rows")
    yield Hostile(
        "many_lines.csv", lambda: (HEADER + line * 500_001).encode(), "at most 500000 rows"
    )
    yield Hostile("cells.csv", lambda: (HEADER + ";" * 5_000_000).encode(), "more than .* cells")
    yield Hostile("one_line.csv", lambda: (HEADER + "6011" * 2_000_000).encode(), "cell of")
    yield Hostile(
        "quotes.csv", lambda: (HEADER + '"' * 30_000 + "\n" + line).encode(), may_be_read=True
    )
    digits = HEADER + f"00-6011.001;Γραμμή;{'9' * 30_000}\n"
    yield Hostile("digits.csv", lambda: digits.encode(), "cell of|digits", may_be_read=True)
    spaces = HEADER + f"00-6011.001;Γραμμή;{'1 ' * 15_000}x\n"
    yield Hostile("spaces.csv", lambda: spaces.encode(), "", may_be_read=True)
    points = HEADER + f"00-6011.001;Γραμμή;{'1.111' * 6_000}x\n"
    yield Hostile("points.csv", lambda: points.encode(), "", may_be_read=True)
    code = HEADER + f"{'0' * 30_000};Γραμμή;1,00\n" * 2
    yield Hostile("code.csv", lambda: code.encode(), "no table|cell of", may_be_read=True)
    yield Hostile("not_numbers.csv", lambda: (HEADER + line.replace("1,00", "NaN") + line.replace(
        "1,00", "1e309")).encode(), "", may_be_read=True)  # fmt: skip
    yield Hostile("junk_after.csv.gz", lambda: gzip.compress(b"\0" * 9_000), "empty|neither")
