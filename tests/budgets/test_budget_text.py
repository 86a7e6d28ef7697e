"""Text files: encodings, delimiters, quotes."""

from __future__ import annotations

import gzip

import pytest

from ckanext.greekmunicipal.budgets import read_budget
from ckanext.greekmunicipal.budgets.text import find_delimiter, split_quoted
from ckanext.greekmunicipal.tabular.decoding import decode

TABLE = (
    "Κ.Α.;Περιγραφή;Προϋπολογισθέντα\n"
    "0111;Άδεια και Μισθώματα;1.234,50\n"
    "6011;Αποδοχές «τακτικές»;1.234,50\n"
)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16-le"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1253", "windows-1253"),
        ("iso8859-7", "iso-8859-7"),
    ],
)
def test_an_encoding_is_found_and_named(tmp_path, written, read):
    path = tmp_path / "budget_2020.csv"
    path.write_bytes(TABLE.encode(written))

    budget = read_budget([path])

    assert budget.report["encoding"] == read
    assert [line.label for line in budget.lines] == ["Άδεια και Μισθώματα", "Αποδοχές «τακτικές»"]


@pytest.mark.parametrize("encoding", ["cp737", "cp869"])
def test_an_encoding_of_dos_is_read_too(encoding):
    text = (TABLE * 20).replace("«", "").replace("»", "")
    assert decode(text.encode(encoding), "f").content == text


def test_a_letter_tells_the_two_old_code_pages_apart():
    assert decode("Άδεια;Άρση".encode("cp1253"), "f").encoding == "windows-1253"
    assert decode("Άδεια;Άρση".encode("iso8859-7"), "f").content == "Άδεια;Άρση"


@pytest.mark.parametrize("delimiter", [";", "\t", "|", ",", "^", "~"])
def test_any_delimiter_is_found_by_what_it_separates(delimiter):
    rows = ["Κ.Α.", "Περιγραφή: έσοδα, τέλη; λοιπά", "Προϋπολογισθέντα"]
    lines = [delimiter.join(rows)]
    for n in range(1, 6):
        label = "Τέλη, δικαιώματα: λοιπά".replace(delimiter, "")
        lines.append(delimiter.join([f"011{n}", label, "1234.50"]))
    assert find_delimiter(lines) == delimiter


def test_quoted_cells_hold_delimiters_and_doubled_quotes():
    assert split_quoted('1;"α;β";"γ ""δ"" ε";', ";") == ["1", "α;β", 'γ "δ" ε', ""]
    assert split_quoted('1;α "β" γ;2', ";") == ["1", 'α "β" γ', "2"]


@pytest.mark.parametrize("row", ['1;"α;2', '1;"α" β;2', '1;2;"'])
def test_a_quote_that_does_not_close_as_one_should_is_no_quote(row):
    assert split_quoted(row, ";") is None


def test_a_cell_with_newlines_is_one_line_and_its_rows_are_counted(tmp_path):
    path = tmp_path / "budget_2020.csv"
    more = "".join(f'03{n};"Τέλη ""Α""";5,00\n' for n in range(31, 38))
    path.write_text(TABLE + '0112;"Τέλη\nκαι\nδικαιώματα";2,00\n' + more, encoding="utf-8")

    budget = read_budget([path])

    assert next(one.label for one in budget.lines if one.code == "0112") == "Τέλη και δικαιώματα"
    rows = budget.report["rows"]
    assert (rows["lines"], rows["notes"], rows["physical"]) == (10, 2, 13)
    assert "cell-with-newlines" in {found.rule for found in budget.findings}


def test_trailing_delimiters_move_no_column(tmp_path):
    path = tmp_path / "budget_2020.csv"
    rows = TABLE.splitlines()
    path.write_text("\n".join([rows[0], *(row + ";" for row in rows[1:])]), encoding="utf-8")
    assert [line.initial for line in read_budget([path]).lines] == [1234.50, 1234.50]


def test_a_value_beyond_the_header_is_told(tmp_path):
    path = tmp_path / "budget_2020.csv"
    path.write_text(TABLE + "0112;Τέλη;2,00;ΞΕΝΟ\n", encoding="utf-8")
    budget = read_budget([path])
    [found] = [found for found in budget.findings if found.rule == "cells-beyond-header"]
    assert found.rows == (4,)


def test_a_packed_csv_is_read(tmp_path):
    path = tmp_path / "budget_2020.csv.gz"
    path.write_bytes(gzip.compress(TABLE.encode()))
    assert len(read_budget([path]).lines) == 2


@pytest.mark.parametrize("service", ["", "Υπηρεσία;"])
def test_a_quote_that_another_row_happens_to_close_swallows_neither(tmp_path, service):
    path = tmp_path / "budget_2020.csv"
    lines = [f"{service}Κ.Α.;Περιγραφή;Προϋπολογισθέντα"]
    lines += [f"{service}60{n};Α;1,00" for n in range(21, 27)]
    lines[2] = f'{service}6022;"Α;2,00'
    lines[3] = f'{service}6023;Β";3,00'
    path.write_text("\n".join(lines), encoding="utf-8")

    budget = read_budget([path])

    assert [line.initial for line in budget.lines] == [1, 2, 3, 1, 1, 1]
    assert "quotes-unbalanced" in {found.rule for found in budget.findings}


def test_a_quote_that_a_note_happens_to_close_leaves_the_row_whole(tmp_path):
    path = tmp_path / "budget_2020.csv"
    rows = "".join(f"60{n};Α;1,00\n" for n in range(21, 27))
    path.write_text(
        f'Κ.Α.;Περιγραφή;Προϋπολογισθέντα\n6011;"Α;5,00\nΟ Δήμαρχος "\n{rows}', encoding="utf-8"
    )
    assert [line.initial for line in read_budget([path]).lines] == [5, 1, 1, 1, 1, 1, 1]


@pytest.mark.parametrize(
    ("after", "amounts"),
    [('6012;Β";2,00', [2, 1, 1, 1, 1, 1, 1]), ('σχόλιο";1,00;2,00;3,00', [1, 1, 1, 1, 1, 1])],
)
def test_a_cut_row_with_an_open_quote_takes_nothing_of_the_next_one(tmp_path, after, amounts):
    path = tmp_path / "budget_2020.csv"
    rows = "".join(f"60{n};Α;1,00\n" for n in range(21, 27))
    path.write_text(f'Κ.Α.;Περιγραφή;Προϋπολογισθέντα\n6011;"Α\n{after}\n{rows}', encoding="utf-8")
    budget = read_budget([path])
    assert [line.initial for line in budget.lines] == amounts
    assert "row-cut" in {found.rule for found in budget.findings}
