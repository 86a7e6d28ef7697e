"""Whole tables: headers, columns judged together, formats, bounds, what cannot be looked at."""

from __future__ import annotations

import gzip
import json
import os
import random
import resource
import subprocess
import sys
import time
import tracemalloc
import zipfile

import openpyxl
import pytest
from click.testing import CliRunner

from ckanext.greekmunicipal.budgets.xlsx import write_xlsx
from ckanext.greekmunicipal.console import main
from ckanext.greekmunicipal.greek import is_valid_afm
from ckanext.greekmunicipal.privacy import guarded, scan_file, scan_guarded, scan_records, signs

PERSON = "Παπαδόπουλος Γεώργιος"
AFM = "123456783"
TABLE = f"Α/Α;Ονοματεπώνυμο;ΑΦΜ;Κινητό\n1;{PERSON};{AFM};6971234567\n2;Ιωαννίδου Μαρία;159265350;\n"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"


def written(path, content: str | bytes, encoding: str = "utf-8"):
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def told(report) -> list[tuple]:
    return [
        (each.kind, each.sheet, each.column, each.header, each.count, each.rows)
        for each in report.findings
    ]


def codes(number: int, seed: int = 1) -> list[str]:
    """Nine-digit numbers of which one in ten passes the check of tax numbers by chance."""
    drawn = random.Random(seed)
    return [str(drawn.randint(10**8, 10**9 - 1)) for _ in range(number)]


def tax_numbers(number: int) -> list[str]:
    return [code for code in codes(number * 20, seed=2) if is_valid_afm(code)][:number]


def column(*cells: str, header: str = "Στοιχείο"):
    return scan_records([{header: cell} for cell in cells])


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1253", "iso8859-7", "cp737"]
)
def test_a_text_table_is_read_in_any_greek_encoding(tmp_path, encoding):
    report = scan_file(written(tmp_path / "a.csv", TABLE, encoding))

    assert report.state == "found"
    assert sorted(told(report)) == [
        ("afm", "", 3, "ΑΦΜ", 2, (2, 3)),
        ("name", "", 2, "Ονοματεπώνυμο", 2, (2, 3)),
        ("phone", "", 4, "Κινητό", 1, (2,)),
    ]


def test_greek_that_begins_far_into_the_file_is_read_in_its_encoding(tmp_path):
    lines = "".join(f"{n};abc\n" for n in range(20_000)) + f"1;{PERSON}\n"
    report = scan_file(written(tmp_path / "a.csv", lines, "cp1253"))
    assert [each[5] for each in told(report)] == [(20_001,)]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_any_delimiter_is_found(tmp_path, delimiter):
    report = scan_file(written(tmp_path / "a.txt", TABLE.replace(";", delimiter)))
    assert report.counts == {"afm": 2, "phone": 1, "name": 2}


def test_rows_are_counted_past_cells_with_newlines_and_a_stray_quote_hides_nothing(tmp_path):
    lines = f'Κωδικός;Σχόλιο\n1;"δύο\nγραμμές"\n2;15" οθόνη\n3;{PERSON}\n'
    report = scan_file(written(tmp_path / "a.csv", lines))
    assert told(report) == [("name", "", 2, "Σχόλιο", 1, (5,))]


def test_titles_above_the_header_do_not_hide_it(tmp_path):
    lines = f"ΔΗΜΟΣ ΤΗΝΟΥ;;\nΚατάσταση πληρωμών;;\n;;\nΑ/Α;Α.Φ.Μ.;Ποσό\n1;{AFM};10\n"
    assert told(scan_file(written(tmp_path / "a.csv", lines))) == [
        ("afm", "", 2, "Α.Φ.Μ.", 1, (5,))
    ]


def test_nine_digit_codes_that_pass_by_chance_are_not_told():
    assert column(*codes(5000)).state == "clean"


def test_tax_numbers_without_a_header_are_told_by_how_many_pass():
    report = column(*tax_numbers(30), *codes(20))
    (finding,) = report.findings
    assert (finding.kind, finding.certainty) == ("afm", "likely")
    assert finding.count == 30 + sum(map(is_valid_afm, codes(20)))
    assert finding.filled == 50


def test_a_header_makes_even_one_valid_number_among_many_certain():
    wrong = [code for code in codes(200) if not is_valid_afm(code)]
    (finding,) = column(*wrong, AFM, header="ΑΦΜ δικαιούχου").findings
    assert (finding.kind, finding.certainty, finding.count) == ("afm", "certain", 1)


def test_a_zero_that_a_spreadsheet_took_away_is_thought_of_under_a_header():
    assert column("45678904", header="ΑΦΜ").counts == {"afm": 1}
    assert column("1017012343", header="ΑΜΚΑ").counts == {"amka": 1}
    assert column("45678904", header="Κωδικός").counts == {}


def test_numbers_of_legal_entities_are_told_apart_by_their_range_only():
    (finding,) = column("098765430", "801234560", AFM, header="ΑΦΜ").findings
    assert (finding.count, finding.legal_range) == (3, 2)


def test_codes_that_begin_with_a_date_are_no_social_security_numbers():
    dated = [f"{day:02d}{month:02d}25{n:05d}" for n in range(30) for day, month in ((n + 1, 6),)]
    assert column(*dated).state == "clean"


def test_ten_digit_codes_are_no_telephones_but_a_column_of_telephones_is():
    drawn = random.Random(3)
    ten = [str(drawn.randint(10**9, 10**10 - 1)) for _ in range(500)]
    assert column(*ten).state == "clean"
    (finding,) = column(*(f"22830{n:05d}" for n in range(20))).findings
    assert (finding.kind, finding.certainty, finding.count) == ("phone", "likely", 20)


def test_a_column_of_surnames_is_told_by_its_words():
    surnames = ["Παπαδόπουλος", "Ιωαννίδης", "Καραγιάννης", "Βλάχος", "Τζιμούρτας", "Δημάκης"]
    report = column(*surnames, header="Στοιχεία")
    assert report.counts.get("name", 0) >= 4


def test_under_the_header_of_names_a_rare_name_counts_with_the_others():
    report = column(PERSON, "Ιωαννίδου Μαρία", "Ζουρνατζόγλουβα Τσακ", header="Ονοματεπώνυμο")
    assert report.counts == {"name": 3}


def test_streets_schools_and_firms_are_no_persons():
    streets = column("Γεωργίου Παπανδρέου", "Κολοκοτρώνη", "Ανδρέα Καρκαβίτσα", header="Οδός")
    firms = column("ΠΑΠΑΔΟΠΟΥΛΟΣ ΑΕ", "ΙΩΑΝΝΙΔΗΣ Ο.Ε.", header="Επωνυμία")
    assert streets.state == firms.state == "clean"


def test_a_sole_trader_among_firms_is_a_person():
    (finding,) = column("ΤΕΧΝΙΚΗ ΑΕ", "ΠΑΠΑΔΟΠΟΥΛΟΣ ΓΕΩΡΓΙΟΣ", header="Επωνυμία").findings
    assert (finding.kind, finding.rows) == ("name", (2,))


def test_cells_are_bounded_and_counts_are_exact():
    (finding,) = column(*[PERSON] * 5000, header="Ονοματεπώνυμο").findings
    assert finding.count == 5000
    assert len(finding.rows) == 20


def test_no_value_stands_in_a_report(tmp_path):
    lines = f"{PERSON};{AFM}\nΙωαννίδου Μαρία;159265350\n"
    report = scan_file(written(tmp_path / "a.csv", lines))
    shown = json.dumps(report.as_dict(), ensure_ascii=False)
    assert report.counts == {"name": 2, "afm": 2}
    assert not any(part in shown for part in (*PERSON.split(), AFM, "Ιωαννίδου", "159265350"))
    assert [cell["address"] for cell in report.findings[0].cells] == ["A1", "A2"]


def test_the_first_row_of_a_table_without_headers_is_not_shown_as_its_header(tmp_path):
    names = ["Παπαδόπουλος;Γεώργιος", "Ιωαννίδης;Πέτρος", "Βλάχος;Νικόλαος"]
    report = scan_file(written(tmp_path / "a.csv", "\n".join([*names, *names]) + "\n"))
    assert [each.header for each in report.findings] == ["", ""]
    assert [each.count for each in report.findings] == [6, 6]


def test_sheets_hidden_ones_too_are_read_in_a_workbook(tmp_path):
    book = openpyxl.Workbook()
    visible, hidden = book.active, book.create_sheet("κρυφό")
    assert visible is not None
    visible.append(["Κωδικός", "Ποσό"])
    hidden.append(["Όνομα", "ΑΦΜ"])
    hidden.append([PERSON, int(AFM)])
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")

    report = scan_file(tmp_path / "a.xlsx")

    assert report.format == "xlsx"
    assert sorted(told(report)) == [
        ("afm", "κρυφό", 2, "ΑΦΜ", 1, (2,)),
        ("name", "κρυφό", 1, "Όνομα", 1, (2,)),
    ]


def test_a_workbook_is_read_by_a_service_that_may_not_raise_its_bounds(tmp_path):
    write_xlsx(tmp_path / "a.xlsx", [("Φύλλο", [["ΑΦΜ"], [AFM]])])
    # A superuser could raise them: the capability is taken away.
    drop = ["setpriv", "--bounding-set=-sys_resource", "--inh-caps=-sys_resource"]
    done = subprocess.run(
        [
            *(drop if os.geteuid() == 0 else []),
            *(sys.executable, "-m", "ckanext.greekmunicipal.privacy.child"),
            *(str(tmp_path / "a.xlsx"), str(guarded.MEMORY), "20"),
        ],
        capture_output=True,
        check=True,
    )
    assert json.loads(done.stdout)["counts"] == {"afm": 1}


def test_a_sheet_named_after_a_person_is_told_by_its_place(tmp_path):
    write_xlsx(tmp_path / "a.xlsx", [(PERSON, [["ΑΦΜ"], [AFM]])])
    assert [each.sheet for each in scan_file(tmp_path / "a.xlsx").findings] == ["#1"]


@pytest.mark.parametrize(
    ("document", "row"),
    [
        ([{"code": 1}, {"owner": {"name": PERSON}}], 2),
        ({"help": "x", "result": {"records": [{"n": 1}, {"n": 2}, {"name": PERSON}]}}, 3),
        (
            {
                "type": "FeatureCollection",
                "features": [
                    {
                        "type": "Feature",
                        "geometry": {"type": "Point", "coordinates": [23.123456783, 37.1]},
                        "properties": {"name": PERSON},
                    }
                ],
            },
            1,
        ),
    ],
)
def test_records_of_json_and_geojson_are_rows(tmp_path, document, row):
    report = scan_file(written(tmp_path / "a.json", json.dumps(document)))
    assert report.format == "json"
    assert [(each.kind, each.rows) for each in report.findings] == [("name", (row,))]


def test_one_json_object_a_line_is_read_too(tmp_path):
    lines = "\n".join(json.dumps({"n": n, "tel": "22830-22222"}) for n in range(3))
    assert scan_file(written(tmp_path / "a.jsonl", lines)).counts == {"phone": 3}


def test_tables_in_an_archive_are_scanned_and_the_rest_is_named(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("φάκελος/πίνακας.csv", TABLE)
        archive.writestr("έγγραφο.pdf", PDF)

    report = scan_file(tmp_path / "a.zip")

    assert {each.sheet for each in report.findings} == {"πίνακας.csv"}
    assert report.counts == {"afm": 2, "phone": 1, "name": 2}
    assert len(report.not_scanned) == 1
    assert "PDF" in report.not_scanned[0]


def test_an_archive_with_a_part_that_was_not_scanned_is_never_clean(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.csv", "Κωδικός;Ποσό\n1;2\n")
        archive.writestr("b.pdf", PDF)
    assert scan_file(tmp_path / "a.zip").state == "not-scanned"


def test_a_packed_text_is_unpacked(tmp_path):
    assert (
        scan_file(written(tmp_path / "a.csv.gz", gzip.compress(TABLE.encode()))).counts["afm"] == 2
    )


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (PDF, "PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "image"),
        (b"\xff\xd8\xff\xe0" + bytes(200), "image"),
        (b"", "empty"),
        (bytes(range(256)) * 50, "not known"),
    ],
)
def test_what_holds_no_table_is_not_scanned_and_never_clean(tmp_path, content, what):
    report = scan_guarded(written(tmp_path / "a.csv", content))
    assert report.state == "not-scanned"
    assert what in report.not_scanned[0]


def bomb(path, size: int) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", bytes(size))


def test_a_table_that_cannot_be_read_is_unreadable_and_never_clean(tmp_path):
    bomb(tmp_path / "bomb.zip", 300 * 1024 * 1024)
    written(tmp_path / "cut.json", '[{"a": 1}, {"b":')
    written(tmp_path / "cut.csv.gz", gzip.compress(TABLE.encode() * 100)[:-20])
    locked = "EncryptedPackage".encode("utf-16-le")
    written(tmp_path / "locked.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + locked)
    for name in ("bomb.zip", "cut.json", "cut.csv.gz", "locked.xlsx"):
        report = scan_guarded(tmp_path / name)
        assert report.state == "unreadable", name
        assert report.not_scanned, name


def test_a_scan_that_takes_too_long_is_ended(tmp_path):
    written(tmp_path / "a.csv", "".join(f"λέξη {n} και άλλη\n" for n in range(1_500_000)))
    started = time.monotonic()
    report = scan_guarded(tmp_path / "a.csv", seconds=1)
    assert time.monotonic() - started < 15
    assert report.state == "unreadable"
    assert "more than 1 second" in report.not_scanned[0]


def test_memory_does_not_grow_with_the_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(signs, "_FORGET_AFTER", 500)

    def peak(rows: int) -> int:
        path = tmp_path / f"{rows}.csv"
        path.write_text("".join(f"{n};γραμμή {n};{n * 7919 % 10**9}\n" for n in range(rows)))
        tracemalloc.start()
        scan_file(path)
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    peak(1000)  # fills the tables of names
    assert peak(16_000) - peak(2000) < 2 * 1024 * 1024


@pytest.mark.soak
def test_a_million_rows_are_scanned_in_bounded_memory(tmp_path, capsys):
    path = tmp_path / "million.csv"
    with path.open("w") as lines:
        for n in range(1_000_000):
            lines.write(f"{n};2025-01-15;Συντήρηση οχημάτων {n};{n * 7 % 999},50;Εντολή {n}\n")
            if n == 777_777:
                lines.write(f"1;2025-01-15;Πληρωμή στον {PERSON};1;ΑΦΜ {AFM}\n")
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    started = time.monotonic()

    report = scan_guarded(path, seconds=600)

    seconds = time.monotonic() - started
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    with capsys.disabled():
        sys.stdout.write(f"\n1,000,001 rows in {seconds:.0f} s, {used // 1024} MB\n")
    assert [each.rows for each in report.findings] == [(777_779,), (777_779,)]
    assert report.rows == 1_000_001
    assert used < max(before, 300 * 1024)


def test_the_command_tells_cells_and_ends_with_one(tmp_path):
    done = CliRunner().invoke(main, ["scan", str(written(tmp_path / "a.csv", TABLE))])
    assert done.exit_code == 1
    assert "στήλη C «ΑΦΜ»: 2 από 2 κελιά" in done.output
    assert "[C2, C3]" in done.output
    assert AFM not in done.output


def test_the_command_gives_json(tmp_path):
    done = CliRunner().invoke(main, ["scan", "--json", str(written(tmp_path / "a.csv", TABLE))])
    report = json.loads(done.stdout)
    assert (done.exit_code, report["state"]) == (1, "found")
    assert report["counts"] == {"afm": 2, "phone": 1, "name": 2}
    assert report["findings"][0]["cells"][0]["address"]


@pytest.mark.parametrize(
    ("content", "code"),
    [("Κωδικός;Ποσό\n1;2\n", 0), (PDF, 1), (b"[1, ", 2)],
    ids=["clean", "not scanned", "unreadable"],
)
def test_the_command_keeps_to_its_exit_codes(tmp_path, content, code):
    path = written(tmp_path / "a.csv", content)
    assert CliRunner().invoke(main, ["scan", str(path)]).exit_code == code


def test_the_command_says_that_a_file_is_missing(tmp_path):
    done = CliRunner().invoke(main, ["scan", str(tmp_path / "absent.csv")])
    assert done.exit_code == 2
    assert "absent.csv" in done.output
