"""Recorded files of real bodies: totals to the cent, and no row lost."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import time
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from ckanext.greekmunicipal.budgets import PHASES, Budget, UnreadableBudget, read_budget
from ckanext.greekmunicipal.greek import to_greek

THESSALONIKI = ("Incomes_2016_04_01_22.54.csv", "Expenses_2016_04_01_22.54.csv")


@pytest.fixture(scope="module")
def budgets(shared_data: Path) -> Path:
    return shared_data / "budgets"


@pytest.fixture(scope="module")
def thessaloniki(budgets: Path) -> Budget:
    return read_budget([budgets / "thessaloniki" / name for name in THESSALONIKI])


def rules(budget: Budget) -> set[str]:
    return {found.rule for found in budget.findings}


def errors(budget: Budget) -> set[str]:
    return {found.rule for found in budget.findings if found.level == "error"}


def amounts(line) -> tuple:
    return tuple(line.amount(phase) for phase in PHASES)


def assert_rows_add_up(budget: Budget) -> None:
    rows = dict(budget.report["rows"])
    assert rows.pop("physical") == sum(rows.values())
    assert rows["lines"] == sum(budget.report["lines"].values()) == len(budget.lines)


def test_the_two_thessaloniki_files_are_one_balanced_budget(thessaloniki):
    totals = thessaloniki.report["totals"]

    assert totals["revenue"]["initial"] == "389500000.00"
    assert totals["expenditure"]["initial"] == "389500000.00"
    assert totals["expenditure"]["revised"] == "402946278.94"
    assert thessaloniki.report["chart"] == "kae"
    assert thessaloniki.report["encoding"] == "utf-16-be"
    assert thessaloniki.report["fiscal_years"] == [2016]
    assert thessaloniki.report["period_end"] == "2016-04-01"
    assert not errors(thessaloniki)


def test_no_line_of_thessaloniki_is_lost(thessaloniki, budgets):
    for name, lines in zip(THESSALONIKI, (267, 1157), strict=True):
        physical = (budgets / "thessaloniki" / name).read_bytes().decode("utf-16").splitlines()
        read = [line for line in thessaloniki.lines if line.source_file == name]
        assert len(read) == lines == len(physical) - 1
        assert [line.source_row for line in read] == list(range(2, lines + 2))
        for line, row in zip(read, physical[1:], strict=True):
            cells = row.split(";")
            assert line.code == cells[1]
            shown = [f"{amount:,.2f}" for amount in amounts(line) if amount is not None]
            assert shown == [c.translate(str.maketrans(",.", ".,")) for c in cells[3:-1]]
    assert_rows_add_up(thessaloniki)


def test_each_service_of_thessaloniki_gets_its_official_code(thessaloniki):
    services = {
        line.service_label: line.service_code
        for line in thessaloniki.lines
        if line.side == "expenditure"
    }
    assert services["Υπηρεσία Πολεοδομίας"] == "40"
    assert services["Υπηρεσίες Πολιτισμού, Αθλητισμού και κοινωνικής πολιτικής"] == "15"
    assert services["Αποθεματικό"] == "90"
    assert all(services.values())
    keys = Counter((one.side, one.service_code, one.code) for one in thessaloniki.lines)
    assert max(keys.values()) == 1


def test_athens_has_all_its_lines_of_eleven_years_within_two_seconds(budgets):
    started = time.process_time()
    athens = read_budget([budgets / "athens" / "athens_2005_2015.csv.gz"])
    taken = time.process_time() - started

    assert len(athens.lines) == 18_557
    assert athens.report["fiscal_years"] == list(range(2005, 2016))
    in_2015 = athens.report["years"]["2015"]["totals"]
    for side in ("revenue", "expenditure"):
        assert in_2015[side]["initial"] == "759490341.00"
        assert in_2015[side]["revised"] == "833007262.72"
    assert in_2015["revenue"]["assessed"] == "764752065.62"
    assert in_2015["revenue"]["collected"] == "431870981.34"
    assert not errors(athens)
    assert "amount-phase-proved" in rules(athens)
    assert "paid-over-ordered" in rules(athens)
    assert_rows_add_up(athens)
    assert taken < 2


@pytest.fixture(scope="module")
def athens(budgets: Path) -> Budget:
    return read_budget([budgets / "athens" / "athens_2005_2015.csv.gz"])


def raw_athens(budgets: Path) -> list[dict[str, str]]:
    """Rows of the recorded file, by a reader that is not ours."""
    packed = budgets / "athens" / "athens_2005_2015.csv.gz"
    with gzip.open(packed, "rt", encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_each_department_of_athens_keeps_its_lines_and_its_money_to_the_cent(athens, budgets):
    """Departments of their own instead of services: 67 spellings of 65 names in these years."""
    rows = raw_athens(budgets)
    assert len({row["department_office"] for row in rows}) == 67

    wanted: dict[str, Counter] = defaultdict(Counter)
    for row in rows:
        name = " ".join(row["department_office"].split())
        wanted[name]["lines"] += 1
        for column, phase in (("amount", "initial"), ("payments_made", "paid")):
            wanted[name][phase] += Decimal(row[column] or 0)
    found: dict[str, Counter] = defaultdict(Counter)
    for line in athens.lines:
        found[line.service_label]["lines"] += 1
        for phase in ("initial", "paid"):
            found[line.service_label][phase] += line.amount(phase) or 0

    assert len(found) == 65
    assert {to_greek(name): sums for name, sums in wanted.items()} == found


def test_each_line_of_athens_has_the_amounts_of_its_row(athens, budgets):
    columns = {
        "amount": "initial", "adjustment": "amendments", "final_budget": "revised",
        "committed_funds": "committed", "authorized_payments": "ordered", "payments_made": "paid",
        "certified_revenues": "assessed", "collected_revenues": "collected",
    }  # fmt: skip
    for line, row in zip(athens.lines, raw_athens(budgets), strict=True):
        assert (line.fiscal_year, line.code) == (int(row["year"]), row["code"])
        for column, phase in columns.items():
            known = Decimal(row[column]) if row[column] else None
            assert line.amount(phase) == known, (line.source_row, phase)


def test_104_departments_over_21_years_stay_apart(budgets, tmp_path):
    """The whole file has 104 names over 21 years; the recorded part fewer: their names go on."""
    rows = raw_athens(budgets)
    names = sorted({" ".join(row["department_office"].split()) for row in rows})
    names += [f"{name} Β΄" for name in names][: 104 - len(names)]
    fields = ("year", "department_office", "code", "title", "amount")
    path = tmp_path / "athens.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(fields)
        for year in range(2005, 2026):
            for number, name in enumerate(names):
                code = f"6117.{number % 3 + 1:03}"
                writer.writerow((year, name, code, "Αμοιβές", f"{year}.{number % 90 + 10}"))
    budget = read_budget([path])
    assert len(budget.lines) == 21 * 104
    assert len({line.service_label for line in budget.lines}) == 104
    assert budget.report["fiscal_years"] == list(range(2005, 2026))
    assert "duplicate-line" not in rules(budget)
    assert "same-code" not in rules(budget)


def test_an_empty_cell_of_athens_is_not_zero(athens):
    empty = [line for line in athens.lines if line.side == "revenue"]
    assert {line.paid for line in empty} == {None}
    assert "paid" not in athens.report["totals"]["revenue"]


def test_the_sides_of_athens_balance_in_each_year(athens):
    for year in athens.report["years"].values():
        assert year["totals"]["revenue"]["initial"] == year["totals"]["expenditure"]["initial"]


def test_each_row_of_veroia_is_read_or_named_and_the_cut_one_is_not_guessed(budgets):
    path = budgets / "veroia" / "veroia_2016_expenditure_raw_fragment.csv"
    veroia = read_budget([path])

    physical = path.read_text(encoding="utf-8").splitlines()
    rows = veroia.report["rows"]
    assert rows["physical"] == len(physical) == 120
    assert rows["lines"] + rows["subtotals"] == 119
    assert rows["not_understood"] == 1
    [cut] = [found for found in veroia.findings if found.rule == "row-cut"]
    assert cut.rows == (120,)
    assert {line.service_code for line in veroia.lines} == {"30"}
    assert all(line.initial + line.amendments == line.revised for line in veroia.lines)


@pytest.mark.parametrize("stray", ["{}", '"{}', '{} "', 'x "{}" y', '"{}" y', '""{}'])
def test_quotes_in_the_labels_of_veroia_swallow_no_row(budgets, tmp_path, stray):
    source = budgets / "veroia" / "veroia_2016_expenditure_raw_fragment.csv"
    rows = [row.split(";") for row in source.read_text(encoding="utf-8").splitlines()[:-1]]
    for row in rows[::9]:
        row[5] = stray.format(row[5])
    path = tmp_path / "veroia_2016.csv"
    path.write_text("\n".join(";".join(row) for row in rows), encoding="utf-8")

    plain, quoted = read_budget([source]), read_budget([path])

    assert len(quoted.lines) == len(plain.lines)
    assert [amounts(line) for line in quoted.lines] == [amounts(line) for line in plain.lines]


def test_a_table_without_header_gets_only_the_columns_that_arithmetic_proves(budgets):
    path = budgets / "veroia" / "veroia_2016_expenditure_raw_fragment.csv"
    veroia = read_budget([path])
    meanings = {column["index"]: column["meaning"] for column in veroia.report["columns"]}
    assert [meanings[at] for at in (0, 5, 7, 8, 9)] == [
        "code", "label", "initial", "amendments", "revised",
    ]  # fmt: skip
    assert [meanings[at] for at in (6, 10, 11, 12)] == ["unknown"] * 4
    assert {"no-header", "column-not-understood"} <= rules(veroia)


def test_the_official_layout_is_read_through_titles_groups_totals_and_footers(budgets):
    official = read_budget([budgets / "layouts" / "thessaloniki_2016_official_layout.xlsx"])

    assert official.report["lines"] == {"revenue": 267, "expenditure": 1157}
    assert official.report["totals"]["revenue"]["initial"] == "389500000.00"
    assert official.report["totals"]["expenditure"]["paid"] == "67985923.76"
    assert official.report["period_end"] == dt.date(2016, 4, 29).isoformat()
    assert official.report["rows"]["subtotals"] == 39
    assert official.report["rows"]["not_understood"] == 0
    assert not errors(official)
    assert_rows_add_up(official)


def test_an_xls_has_the_same_lines_as_the_workbook_it_came_from(budgets):
    old = read_budget([budgets / "layouts" / "thessaloniki_2016_incomes.xls"])
    new = read_budget([budgets / "layouts" / "thessaloniki_2016_official_layout.xlsx"])

    assert old.report["format"] == "xls"
    revenue = [line for line in new.lines if line.side == "revenue"]
    assert [(o.code, o.label, *amounts(o)) for o in old.lines] == [
        (n.code, n.label, *amounts(n)) for n in revenue
    ]


def test_the_old_greek_code_page_gives_the_same_lines_as_the_original(budgets, thessaloniki):
    old = read_budget([budgets / "layouts" / "thessaloniki_2016_incomes_iso8859-7.csv"])
    revenue = [line for line in thessaloniki.lines if line.side == "revenue"]
    assert [(o.code, o.label, *amounts(o)) for o in old.lines] == [
        (line.code, line.label, *amounts(line)) for line in revenue
    ]


def test_codes_typed_as_numbers_are_repaired_or_flagged(budgets):
    trap = read_budget([budgets / "layouts" / "numeric_typed_codes_trap.xlsx"], year=2016)
    official = read_budget([budgets / "layouts" / "thessaloniki_2016_official_layout.xlsx"])
    truth: dict[tuple, set[str]] = {}
    for line in official.lines:
        digits = line.code.replace(".", "")
        truth.setdefault((line.label, line.initial), set()).add(digits)

    assert len(trap.lines) == 320
    assert {"code-repaired", "codes-as-numbers"} <= rules(trap)
    for line in trap.lines:
        true_codes = truth[line.label, line.initial]
        assert any(code.startswith(line.account_code) for code in true_codes), line
        if line.sub_account:
            assert line.account_code + line.sub_account in true_codes, line
    leading = [line for line in trap.lines if line.code in ("111", "114")]
    assert {line.account_code for line in leading} == {"0111", "0114"}
    assert {line.side for line in leading} == {"revenue"}
    assert all("code-repaired" in line.flags for line in leading)


def test_a_table_that_was_exported_empty_is_told_apart_from_a_broken_one(budgets):
    empty = read_budget([budgets / "kalamaria" / "kalamaria_2016_01_01_00.00.csv"])
    assert empty.lines == ()
    assert errors(empty) == {"no-lines"}
    assert_rows_add_up(empty)


@pytest.mark.parametrize(
    ("name", "lines"), [("es2013.csv", 2140), ("es_2014.xls", 4063), ("ex_2015.ods", 7392)]
)
def test_the_codes_of_a_region_are_kept_raw_and_never_guessed(budgets, name, lines):
    region = read_budget([budgets / "region_central_macedonia" / name])

    assert region.report["chart"] is None
    assert len(region.lines) == lines
    assert {line.account_code for line in region.lines} == {""}
    assert {line.account_label for line in region.lines} == {""}
    assert all("code-of-another-body" in line.flags for line in region.lines)
    assert region.report["totals"] == {}
    assert "codes-of-another-body" in errors(region)
    assert_rows_add_up(region)


def test_a_budget_given_twice_is_refused(budgets):
    path = budgets / "thessaloniki" / THESSALONIKI[0]
    with pytest.raises(UnreadableBudget, match="more than once"):
        read_budget([path, path])


def test_amounts_of_real_files_are_exact_decimals(thessaloniki):
    values = [value for line in thessaloniki.lines for value in amounts(line) if value is not None]
    assert all(isinstance(value, Decimal) for value in values)
    assert {value.as_tuple().exponent for value in values} == {-2}
