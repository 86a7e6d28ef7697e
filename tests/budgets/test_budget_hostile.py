"""Damaged and hostile files: a clear message within bounded time and memory."""

from __future__ import annotations

import gzip
import io
import random
import struct
import time
import zipfile
import zlib

import openpyxl
import pytest
from hostile_files import replaced

from ckanext.greekmunicipal.budgets import UnreadableBudget, read_budget
from ckanext.greekmunicipal.budgets.xlsx import write_xlsx
from ckanext.greekmunicipal.tabular.grid import MAX_CELL

HEADER = "Κ.Α.;Περιγραφή;Προϋπολογισθέντα\n"
HTML = "<!DOCTYPE html><html><body><h1>404 Not Found</h1></body></html>"


def refused(path, content: bytes, match: str) -> str:
    path.write_bytes(content)
    with pytest.raises(UnreadableBudget, match=match) as raised:
        read_budget([path])
    message = str(raised.value)
    assert path.name in message
    assert "Expected:" in message
    return message


def workbook(rows) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("content", [b"", b"  \r\n\r\n", b"\xef\xbb\xbf", b"\xff\xfe\r\x00\n\x00"])
def test_an_empty_file_is_refused(tmp_path, content):
    refused(tmp_path / "budget.csv", content, "empty")


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(UnreadableBudget, match="cannot be opened"):
        read_budget([tmp_path / "absent.csv"])


@pytest.mark.parametrize("seed", range(5))
def test_binary_junk_is_refused(tmp_path, seed):
    junk = random.Random(seed).randbytes(20_000)
    refused(tmp_path / "budget.csv", b"A" + junk, "neither a workbook nor a readable text")


@pytest.mark.parametrize("name", ["budget.xls", "budget.xlsx", "budget.csv", "budget.ods"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_error_page_is_refused_whatever_its_name(tmp_path, name, encoding):
    refused(tmp_path / name, HTML.encode(encoding), "web page")


def test_a_pdf_is_refused(tmp_path):
    refused(tmp_path / "budget.xls", b"%PDF-1.7\n%...", "PDF")


def test_a_table_without_a_budget_is_refused(tmp_path):
    refused(tmp_path / "b.csv", "όνομα;πόλη\nα;β\n".encode(), "no table of a budget")


def test_a_huge_cell_is_refused(tmp_path):
    text = HEADER + f"6011;{'Α' * (MAX_CELL + 1)};1,00\n"
    refused(tmp_path / "b.csv", text.encode(), "cell of")


def test_a_huge_cell_of_a_workbook_is_refused(tmp_path):
    path = tmp_path / "b.xlsx"
    write_xlsx(path, [("ΕΞΟΔΑ", [HEADER.strip().split(";"), ["6011", "Α" * (MAX_CELL + 1), 1]])])
    refused(path, path.read_bytes(), "huge cell")


def test_a_workbook_that_announces_gigabytes_is_refused_unopened(tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as member:
            for _ in range(300):
                member.write(b"\0" * (1 << 20))
    started = time.monotonic()
    refused(tmp_path / "b.xlsx", stream.getvalue(), "announces .* bytes unpacked")
    assert time.monotonic() - started < 2


def test_a_workbook_that_lies_about_its_size_is_refused(tmp_path):
    """300 MB of zeros, announced as 1 KB in the directory and in the member's own header."""
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = b"".join(packed.compress(b"\0" * (1 << 20)) for _ in range(300)) + packed.flush()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("xl/workbook.xml", body)
    content = bytearray(stream.getvalue())
    directory = content.rindex(b"PK\x01\x02")
    for method, sizes in ((8, 18), (directory + 10, directory + 20)):
        struct.pack_into("<H", content, method, zipfile.ZIP_DEFLATED)
        struct.pack_into("<II", content, sizes, len(body), 1024)
    started = time.monotonic()
    refused(tmp_path / "b.xlsx", bytes(content), "announces 1024 bytes and holds more")
    assert time.monotonic() - started < 2


def test_a_lone_cell_at_the_far_corner_of_a_sheet_ends_in_a_message(tmp_path):
    content = workbook([HEADER.strip().split(";"), ["6011", "Α", "corner"]])
    corner = replaced(content, "xl/worksheets/sheet1.xml", b'r="C2"', b'r="XFD1048576"')
    refused(tmp_path / "b.xlsx", corner, "more memory|damaged")


def test_a_cut_workbook_is_refused(tmp_path):
    content = workbook([["6011", "Α", 1.5]] * 50)
    refused(tmp_path / "b.xlsx", content[: len(content) // 2], "damaged")
    refused(tmp_path / "c.xlsx", content[:-300] + b"\0" * 300, "damaged")


def test_a_workbook_with_broken_xml_is_refused(tmp_path):
    content = workbook([["6011", "Α", 1.5]])
    broken = replaced(content, "xl/workbook.xml", b"</workbook>", b"</work")
    refused(tmp_path / "b.xlsx", broken, "damaged|empty|no table")


def test_an_encrypted_workbook_asks_for_one_without_password(tmp_path):
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le")
    message = refused(tmp_path / "b.xlsx", ole + b"\0" * 1000, "encrypted")
    assert "password" in message


def test_a_damaged_xls_is_refused(tmp_path):
    refused(tmp_path / "b.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 3000, "damaged")


def test_a_gzip_bomb_is_refused(tmp_path):
    started = time.monotonic()
    refused(tmp_path / "b.csv.gz", gzip.compress(b"0" * (200 << 20), 1), "unpacks to more")
    assert time.monotonic() - started < 8


def test_a_cut_gzip_file_is_refused(tmp_path):
    refused(tmp_path / "b.csv.gz", gzip.compress(HEADER.encode() * 50)[:-12], "cut off")


@pytest.mark.parametrize(
    "row",
    [
        ";ΣΥΝΟΛΟ;1,00",
        "60;ΟΜΑΔΑ;1,00",
        '6011;"Α;1,00',
        '6011;"Α" Β;1,00',
        "Κ.Α.;Περιγραφή;Πληρωθέντα",
        ";Άγνωστο;1,00",
        "6011;Α",
    ],
)
def test_fifty_thousand_bad_rows_take_bounded_time(tmp_path, row):
    path = tmp_path / "budget_2020.csv"
    path.write_text(HEADER + "6011;Α;1,00\n" + f"{row}\n" * 50_000, encoding="utf-8")
    started = time.process_time()
    read_budget([path])
    assert time.process_time() - started < 10


def test_a_file_of_delimiters_is_refused(tmp_path):
    refused(tmp_path / "b.csv", (HEADER + ";" * 5_000_000).encode(), "more than .* cells")


def test_a_line_without_end_is_refused(tmp_path):
    refused(tmp_path / "b.csv", (HEADER + "6011" * 2_000_000).encode(), "cell of")
