"""XML exports and archives of several files."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal

import pytest

from ckanext.greekmunicipal.budgets import UnreadableBudget, read_budget

REVENUE = "Κ.Α.;Περιγραφή;Προϋπολογισθέντα\n0111;Μισθώματα;100,00\n0112;Μισθώματα;50,00\n"
SPENDING = "Κ.Α.;Περιγραφή;Προϋπολογισθέντα\n00-6031;Αποδοχές;150,00\n"

RECORDS = """<?xml version="1.0" encoding="{encoding}"?>
<Proypologismos>
  <OikonomikoEtos>2021</OikonomikoEtos>
  <Esoda>
    <Grammi><KAE>0111</KAE><Perigrafi>Μισθώματα &amp; λοιπά</Perigrafi>
      <Proypologisthenta>1.100,50</Proypologisthenta><Eispraxthenta>20,00</Eispraxthenta></Grammi>
    <Grammi><KAE>0311</KAE><Perigrafi>Τέλος καθαριότητας</Perigrafi>
      <Proypologisthenta>900,00</Proypologisthenta><Eispraxthenta>10,00</Eispraxthenta></Grammi>
  </Esoda>
  <Eksoda>
    <Grammi kae="00-6031.001" perigrafh="Αποδοχές" proyp_thenta="1.500,50" plhrwthenta="3,00"/>
    <Grammi kae="00-6211.001" perigrafh="Ύδρευση" proyp_thenta="500,00" plhrwthenta="4,00"/>
  </Eksoda>
</Proypologismos>
"""

SPREADSHEET = """<?xml version="1.0"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
          xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
 <Worksheet ss:Name="ΕΞΟΔΑ 2022"><Table>
  <Row ss:Index="3"><Cell><Data ss:Type="String">Κ.Α.</Data></Cell>
   <Cell><Data ss:Type="String">Περιγραφή</Data></Cell>
   <Cell ss:Index="4"><Data ss:Type="String">Προϋπολογισθέντα</Data></Cell></Row>
  <Row><Cell><Data ss:Type="String">00-6031.001</Data></Cell>
   <Cell ss:MergeAcross="1"><Data ss:Type="String">Αποδοχές</Data></Cell>
   <Cell><Data ss:Type="Number">1234.5</Data></Cell></Row>
  <Row><Cell><Data ss:Type="String">00-6211.001</Data></Cell>
   <Cell ss:Index="4"><Data ss:Type="Number">0.25</Data></Cell></Row>
 </Table></Worksheet>
</Workbook>
"""


def written(tmp_path, name: str, content: str | bytes):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def packed(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def initial(budget) -> dict[str, Decimal | None]:
    return {line.code: line.initial for line in budget.lines}


def assert_every_row_is_accounted_for(budget) -> None:
    rows = dict(budget.report["rows"])
    assert rows.pop("physical") == sum(rows.values())


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1253", "utf-16"])
def test_records_of_an_xml_export_are_lines(tmp_path, encoding):
    content = RECORDS.format(encoding=encoding).encode(encoding)
    budget = read_budget([written(tmp_path, "export.xml", content)])
    assert budget.report["format"] == "xml"
    assert budget.report["fiscal_years"] == [2021]
    assert initial(budget) == {
        "0111": Decimal("1100.50"), "0311": Decimal("900.00"),
        "00-6031.001": Decimal("1500.50"), "00-6211.001": Decimal("500.00"),
    }  # fmt: skip
    assert [line.label for line in budget.lines][0] == "Μισθώματα & λοιπά"
    assert {line.code: line.paid for line in budget.lines if line.side == "expenditure"} == {
        "00-6031.001": Decimal("3.00"), "00-6211.001": Decimal("4.00"),
    }  # fmt: skip
    assert not budget.has_errors
    assert_every_row_is_accounted_for(budget)


def test_a_workbook_written_as_xml_keeps_its_rows_and_columns(tmp_path):
    budget = read_budget([written(tmp_path, "budget.xls", SPREADSHEET)])
    assert initial(budget) == {"00-6031.001": Decimal("1234.50"), "00-6211.001": Decimal("0.25")}
    assert [line.source_row for line in budget.lines] == [4, 5]
    assert budget.report["sheets"] == ["ΕΞΟΔΑ 2022"]
    assert budget.report["fiscal_years"] == [2022]


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (RECORDS[:300], "malformed"),
        ('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "document type"),
        ('<?xml version="1.0"?><a><b>1</b></a>', "no repeated records"),
        ("<a>" * 3000 + "</a>" * 3000, "malformed|larger than a budget"),
        (SPREADSHEET.replace('ss:Index="3"', 'ss:Index="99999999"'), "larger than a budget"),
        (SPREADSHEET.replace('ss:Index="4"', 'ss:Index="1"'), "larger than a budget"),
    ],
)
def test_xml_that_cannot_be_trusted_is_refused(tmp_path, content, match):
    with pytest.raises(UnreadableBudget, match=match):
        read_budget([written(tmp_path, "x.xml", content)])


def test_both_sides_in_one_archive_are_one_budget(tmp_path):
    content = packed(
        {
            "2020/έσοδα_2020.csv": REVENUE.encode("cp1253"),
            "2020/έξοδα_2020.csv": SPENDING.encode("utf-16"),
        }
    )
    budget = read_budget([written(tmp_path, "budget.zip", content)])
    assert [entry["file"] for entry in budget.report["files"]] == [
        "budget.zip/έσοδα_2020.csv", "budget.zip/έξοδα_2020.csv",
    ]  # fmt: skip
    assert budget.report["totals"]["revenue"]["initial"] == "150.00"
    assert budget.report["totals"]["expenditure"]["initial"] == "150.00"
    assert not budget.has_errors
    assert_every_row_is_accounted_for(budget)


def test_what_is_no_table_in_an_archive_is_named_and_left_out(tmp_path):
    content = packed(
        {
            "photo.jpg": b"\xff\xd8\xff\xe0" + bytes(range(256)) * 20,
            "readme.txt": "Αρχεία του προϋπολογισμού.".encode(),
            "page.html": b"<html><body>404</body></html>",
            "exoda_2020.csv": SPENDING.encode(),
        }
    )
    budget = read_budget([written(tmp_path, "budget.zip", content)])
    assert initial(budget) == {"00-6031": Decimal("150.00")}
    told = {
        one.file.rpartition("/")[2]: one.rule
        for one in budget.findings
        if one.file and one.rule.startswith("member-")
    }
    assert set(told) == {"photo.jpg", "readme.txt", "page.html"}
    assert_every_row_is_accounted_for(budget)


@pytest.mark.parametrize(
    ("members", "match"),
    [
        ({}, "the archive is empty"),
        ({"inner.zip": packed({"a.csv": SPENDING.encode()})}, "archive in an archive"),
        ({f"{at}.csv": SPENDING.encode() for at in range(61)}, "at most 60 files"),
        ({"a.txt": b"nothing of a budget", "b.txt": b"nothing either"}, "no table of a budget"),
    ],
)
def test_an_archive_that_is_no_budget_is_refused(tmp_path, members, match):
    with pytest.raises(UnreadableBudget, match=match):
        read_budget([written(tmp_path, "x.zip", packed(members))])


def test_a_member_cannot_choose_where_it_is_unpacked(tmp_path, monkeypatch):
    content = packed({"../../escaped_2020.csv": SPENDING.encode()})
    budget = read_budget([written(tmp_path, "x.zip", content)])
    assert budget.lines[0].source_file == "x.zip/escaped_2020.csv"
    assert [path.name for path in tmp_path.parent.rglob("escaped*")] == []


def test_sheets_of_one_workbook_may_be_years(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    for year, amount in ((2013, 10.0), (2014, 20.5), (2015, 30.0)):
        sheet = book.create_sheet(f"ΕΣΟΔΑ {year}")
        sheet.append(["Κ.Α.", "Περιγραφή", "Προϋπολογισθέντα"])
        sheet.append(["0111", "Μισθώματα", amount])
    del book["Sheet"]
    path = tmp_path / "apologismos_2013_2015.xlsx"
    book.save(path)
    budget = read_budget([path])
    assert {line.fiscal_year: line.initial for line in budget.lines} == {
        2013: Decimal("10.00"), 2014: Decimal("20.50"), 2015: Decimal("30.00"),
    }  # fmt: skip
    assert not budget.has_errors
