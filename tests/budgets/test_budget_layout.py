"""Layouts: headers by meaning, several tables and years, hierarchies, totals, charts."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from ckanext.greekmunicipal.budgets import MixedCharts, read_budget
from ckanext.greekmunicipal.budgets.headers import header_of
from ckanext.greekmunicipal.budgets.period import Period, from_name, from_notes
from ckanext.greekmunicipal.budgets.xlsx import write_xlsx


@pytest.fixture
def read(tmp_path):
    def read_rows(text: str, name: str = "budget_2020.csv", **options):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        budget = read_budget([path], **options)
        rows = dict(budget.report["rows"])
        assert rows.pop("physical") == sum(rows.values())
        return budget

    return read_rows


def rules(budget, level=None) -> set[str]:
    return {found.rule for found in budget.findings if level in (None, found.level)}


def rows_of(budget, rule: str) -> tuple[int, ...]:
    return next(found.rows for found in budget.findings if found.rule == rule)


@pytest.mark.parametrize(
    ("header", "meaning"),
    [
        ("Κ.Α.", "code"),
        ("ΚΩΔΙΚΟΣ ΛΟΓΑΡΙΑΣΜΟΥ", "code"),
        ("KAE", "code"),
        ("Περιγραφή Λογαριασμού", "label"),
        ("ΠΡΟΫΠΟΛΟΓΙΣΘΕΝΤΑ", "initial"),
        ("Προϋπολογισθέντα 2016", "initial"),
        ("Εγκεκριμμένος", "initial"),
        ("Ψηφισθέντα", "initial"),
        ("Προϋπ/σθέντα ως διεμορφώθησαν", "revised"),
        ("Διαμορφωμένος (Δ.Π.)", "revised"),
        ("Τελικός Π/Υ", "revised"),
        ("Δεσμεύσεις", "committed"),
        ("Ενταλματοποιηθέντα", "ordered"),
        ("Πληρωθέντα έως 31/3/2016", "paid"),
        ("Τελικά Βεβαιωθέντα", "assessed"),
        ("Εισπράξεις", "collected"),
        ("Υπόλοιπο Εισπραχθέντων    ως προς Δ.Π.", "derived"),
        ("Υπόλοιπο (Βεβαιωθέντα - Εισπραχθέντα)", "derived"),
        ("Eισπραχθέντα", "collected"),
    ],
)
def test_a_header_is_known_however_it_is_spelt(header, meaning):
    found = header_of(header)
    assert found is not None
    assert found.meaning == meaning


def test_a_sentence_is_no_header():
    assert header_of("Ο προϋπολογισμός του Δήμου ψηφίστηκε από το συμβούλιο") is None


def test_both_sides_may_stand_in_one_sheet_with_columns_of_their_own(read):
    budget = read(
        "ΔΗΜΟΣ;;;\nΕΣΟΔΑ;;;\nΚ.Α.;Περιγραφή;Προϋπολογισθέντα;Εισπραχθέντα\n"
        "0111;Μισθώματα;100,00;40,00\nΣΥΝΟΛΟ ΕΣΟΔΩΝ;;100,00;40,00\n"
        "ΕΞΟΔΑ;;;\nΚ.Α.;Περιγραφή;Πληρωθέντα;Προϋπολογισθέντα\n"
        "6011;Αποδοχές;30,00;100,00\nΣΥΝΟΛΟ ΕΞΟΔΩΝ;;30,00;100,00\nΟ Δήμαρχος;;;\n"
    )
    revenue, spending = budget.lines
    assert (revenue.initial, revenue.collected, revenue.paid) == (100, 40, None)
    assert (spending.initial, spending.collected, spending.paid) == (100, None, 30)
    assert budget.report["rows"] == {
        "physical": 10, "lines": 2, "subtotals": 2, "headers": 2, "blank": 0, "notes": 4,
        "not_understood": 0,
    }  # fmt: skip
    assert not budget.has_errors


def test_headers_that_repeat_on_each_page_are_headers_again(read):
    page = "Κ.Α.;Περιγραφή;Προϋπολογισθέντα\n{};Μισθώματα;5,00\nΣελίδα 1 από 2;;\n"
    budget = read(page.format("0111") + page.format("0112"))
    assert len(budget.lines) == 2
    assert budget.report["rows"]["headers"] == 2
    assert len(budget.report["columns"]) == 3


def test_a_parent_is_no_line_and_must_equal_its_lines(read):
    rows = (
        "Κ.Α.;Περιγραφή;Προϋπολογισθέντα\n"
        "6;ΕΞΟΔΑ ΧΡΗΣΗΣ;{total},00\n60;ΠΡΟΣΩΠΙΚΟ;{total},00\n6011;Αποδοχές;30,00\n"
        "6011.001;Α;10,00\n6011.002;Β;20,00\n6012;Υπερωρίες;5,00\n6012.001;Γ;5,00\n"
    )
    budget = read(rows.format(total=35))
    assert [line.code for line in budget.lines] == ["6011.001", "6011.002", "6012.001"]
    assert budget.report["totals"]["expenditure"]["initial"] == "35.00"
    assert not budget.has_errors

    wrong = read(rows.format(total=36))
    assert len(wrong.lines) == 3
    assert rows_of(wrong, "parent-differs") == (2, 3)


def test_a_code_without_sub_account_beside_others_is_a_line_unless_it_is_their_sum(read):
    budget = read(
        "Κ.Α.;Περιγραφή;Προϋπολογισθέντα\n6011;Α;30,00\n6011.001;Β;10,00\n6011.002;Γ;5,00\n"
    )
    assert len(budget.lines) == 3
    assert budget.report["totals"]["expenditure"]["initial"] == "45.00"


def test_a_group_that_is_a_service_equals_the_lines_of_the_service(read):
    budget = read(
        "Κ.Α.;Περιγραφή;Προϋπολογισθέντα\n10;ΟΙΚΟΝΟΜΙΚΕΣ ΥΠΗΡΕΣΙΕΣ;3,00\n10-6011;Α;1,00\n"
        "10-6012;Β;2,00\n15;ΠΟΛΙΤΙΣΜΟΣ;4,00\n15-6011;Γ;4,00\n"
    )
    assert budget.report["rows"]["subtotals"] == 2
    assert not budget.has_errors


@pytest.mark.parametrize(
    ("word", "stated", "rule"),
    [
        ("ΣΥΝΟΛΟ ΕΞΟΔΩΝ", "3,00", None),
        ("ΓΕΝΙΚΟ ΣΥΝΟΛΟ", "3,00", None),
        ("ΓΕΝΙΚΟ ΣΥΝΟΛΟ:", "3,01", "stated-total-differs"),
        ("Σύνολο Δαπανών", "2,99", "stated-total-differs"),
        ("Μερικό σύνολο", "9,00", "subtotal-differs"),
        ("Εις μεταφοράν", "3,00", None),
    ],
)
def test_a_stated_total_is_compared_with_its_lines(read, word, stated, rule):
    budget = read(f"Κ.Α.;Περιγραφή;Προϋπολογισθέντα\n6011;Α;1,00\n6012;Β;2,00\n;{word};{stated}\n")
    assert len(budget.lines) == 2
    assert budget.report["rows"]["subtotals"] == 1
    assert rules(budget) & {"stated-total-differs", "subtotal-differs"} == ({rule} - {None})


def test_totals_of_services_and_pages_are_compared_with_the_lines_before_them(read):
    budget = read(
        "Κ.Α.;Περιγραφή;Προϋπολογισθέντα\n10-6011;Α;1,00\n10-6012;Β;2,00\n"
        ";ΣΥΝΟΛΟ ΥΠΗΡΕΣΙΑΣ 10;3,00\n15-6011;Γ;4,00\n;ΣΥΝΟΛΟ ΥΠΗΡΕΣΙΑΣ 15;4,00\n"
        ";Σε μεταφορά;7,00\n;Από μεταφορά;7,00\n20-6011;Δ;5,00\n;ΣΥΝΟΛΟ ΕΞΟΔΩΝ;12,00\n"
    )
    assert budget.report["rows"]["subtotals"] == 5
    assert rules(budget, "error") | rules(budget, "warning") == set()


def test_of_two_years_in_one_table_the_year_of_the_file_is_read(read):
    budget = read(
        "Οικονομικό έτος 2021;;;\nΚ.Α.;Περιγραφή;Προϋπολογισθέντα 2020;Προϋπολογισθέντα 2021\n"
        "6011;Α;1,00;2,00\n"
    )
    assert [line.initial for line in budget.lines] == [2]
    assert "column-of-another-year" in rules(budget)


def test_two_columns_of_one_meaning_are_both_left_out(read):
    budget = read("Κ.Α.;Περιγραφή;Πληρωθέντα;Πληρωθέντα;Διαμορφωθέντα\n6011;Α;1,00;2,00;3,00\n")
    assert [(line.paid, line.revised) for line in budget.lines] == [(None, 3)]
    assert "column-twice" in rules(budget, "error")


def test_an_amount_column_of_no_named_phase_is_said_to_be_assumed(read):
    budget = read("Κ.Α.;Περιγραφή;Ποσό\n6011;Α;1,00\n")
    assert budget.lines[0].initial == 1
    assert "amount-phase-assumed" in rules(budget, "warning")


def test_a_column_of_amounts_without_known_meaning_is_named(read):
    budget = read("Κ.Α.;Περιγραφή;Προϋπολογισθέντα;Μυστήριο\n6011;Α;1,00;2,50\n")
    [found] = [found for found in budget.findings if found.rule == "column-not-understood"]
    assert "Μυστήριο" in found.message_el


def test_amounts_that_could_be_read_two_ways_follow_the_file_and_are_told(read):
    budget = read("Κ.Α.;Περιγραφή;Διαμορφωθέντα;Προϋπολογισθέντα\n6011;Α;29.700;1.234,50\n")
    assert budget.lines[0].revised == 29_700
    assert "amount-ambiguous" in budget.lines[0].flags
    point = read("Κ.Α.;Περιγραφή;Διαμορφωθέντα;Προϋπολογισθέντα\n6011;Α;29.700;1234.50\n")
    assert point.lines[0].revised == Decimal("29.70")


def test_an_unreadable_amount_is_left_empty_and_named(read):
    budget = read("Κ.Α.;Περιγραφή;Προϋπολογισθέντα\n6011;Α;50.0000,00\n6012;Β;1,00\n")
    assert [line.initial for line in budget.lines] == [None, 1]
    assert rows_of(budget, "amount-not-understood") == (2,)
    assert budget.has_errors


def test_a_row_with_amounts_and_neither_code_nor_total_is_named(read):
    budget = read("Κ.Α.;Περιγραφή;Προϋπολογισθέντα\n6011;Α;1,00\n;Κάτι άλλο;2,00\n")
    assert rows_of(budget, "row-not-understood") == (3,)
    assert budget.report["rows"]["not_understood"] == 1


def test_an_odd_code_among_good_ones_is_named_and_not_read(read):
    budget = read("Κ.Α.;Περιγραφή;Προϋπολογισθέντα\n6011;Α;1,00\n6012;Β;1,00\n60X2;Γ;2,00\n")
    assert len(budget.lines) == 2
    assert rows_of(budget, "code-not-understood") == (4,)


def test_one_code_that_looks_municipal_makes_no_municipal_budget(read):
    budget = read(
        "Κ.Α.;Περιγραφή;Προϋπολογισθέντα\n06.00.725;Α;1,00\n6011;Β;1,00\n06.01.721.5529.α;Γ;1,00\n"
    )
    assert budget.report["chart"] is None
    assert {line.account_code for line in budget.lines} == {""}
    assert "codes-of-another-body" in rules(budget, "error")


def test_the_new_chart_is_read_by_its_shape(read):
    budget = read(
        "ΕΣΟΔΑ;;\nΚ.Α.;Περιγραφή;Διαμορφωθέντα\n010.1310;ΚΑΠ;5,00\n010.1310101;ΚΑΠ;5,00\n"
        "ΔΑΠΑΝΕΣ;;\n255.2130102001;Αμοιβές ΙΔΟΧ;4,00\n000.5900101;Αποδόσεις;1,00\n",
        name="budget_2026.csv",
    )
    assert budget.report["chart"] == "pd54"
    shown = [(x.side, x.service_code, x.account_code, x.sub_account) for x in budget.lines]
    assert shown == [
        ("revenue", "010", "1310101", ""),
        ("expenditure", "255", "2130102", "001"),
        ("expenditure", "000", "5900101", ""),
    ]
    assert budget.report["rows"]["subtotals"] == 1


def test_a_file_that_mixes_both_charts_is_refused(read):
    with pytest.raises(MixedCharts, match=r"6011 .*row 2.* 010\.2130102 .*row 3"):
        read("Κ.Α.;Περιγραφή;Προϋπολογισθέντα\n6011;Α;1,00\n010.2130102;Β;1,00\n")


def test_whole_numbers_as_codes_without_sub_accounts_are_no_damage(tmp_path):
    path = tmp_path / "budget_2020.xlsx"
    head = ["Κ.Α.", "Περιγραφή", "Προϋπολογισθέντα"]
    write_xlsx(path, [("ΕΞΟΔΑ", [head, [6011, "Α", Decimal("1.5")], [6012, "Β", 2]])])
    budget = read_budget([path])
    assert [line.code for line in budget.lines] == ["6011", "6012"]
    assert "codes-as-numbers" not in rules(budget)


def test_a_number_that_may_be_a_group_or_a_code_without_its_zero_is_not_guessed(tmp_path):
    path = tmp_path / "budget_2020.xlsx"
    head = ["Κ.Α.", "Περιγραφή", "Προϋπολογισθέντα"]
    rows = [head, [999, "Α", 1], [999, "Β", 2], [6011, "Γ", 3]]
    write_xlsx(path, [("ΕΞΟΔΑ", rows)])
    budget = read_budget([path])
    assert [line.code for line in budget.lines] == ["6011"]
    assert rows_of(budget, "code-ambiguous") == (2, 3)
    assert budget.report["rows"]["not_understood"] == 2


def test_a_row_that_a_stray_newline_broke_is_put_together_again(read):
    budget = read(
        "Κ.Α.;Περιγραφή;Προϋπολογισθέντα;Διαμορφωθέντα\n6011;Αποδοχές;1,00;1,00\n"
        "6012;Υπερωρίες\nκαι εξαιρέσιμα;2,00;3,00\n6013;Άλλα;1,00;1,00\n"
    )
    joined = budget.lines[1]
    assert (joined.label, joined.initial, joined.revised) == ("Υπερωρίες και εξαιρέσιμα", 2, 3)
    assert "joined-rows" in joined.flags
    assert budget.report["rows"]["notes"] == 1


def test_a_row_that_ends_before_its_amounts_is_named(read):
    budget = read("Κ.Α.;Περιγραφή;Προϋπολογισθέντα\n6011;Α;1,00\n6012;Κομμένη γρ\n")
    assert rows_of(budget, "row-cut") == (3,)
    assert len(budget.lines) == 1


def test_labels_are_cleaned_of_look_alike_letters_entities_and_line_breaks(read):
    budget = read("Κ.Α.;Περιγραφή;Προϋπολογισθέντα\n6011;AΠΟΔOΧΕΣ &amp; ∆ΩΡΑ  Ν.4270;1,00\n")
    assert budget.lines[0].label == "ΑΠΟΔΟΧΕΣ & ΔΩΡΑ Ν.4270"


def test_a_label_that_may_name_a_person_is_withheld_and_told(read):
    budget = read(
        "Κ.Α.;Περιγραφή;Προϋπολογισθέντα\n6011;Αποδοχές;1,00\n6492;ΠΑΠΑΔΟΠΟΥΛΟΣ Γ.;2,00\n",
        withhold_label=lambda label: label.endswith("Γ."),
    )
    kept, withheld = budget.lines
    assert kept.label == "Αποδοχές"
    assert withheld.label == ""
    assert withheld.account_label == "Δικαστικά έξοδα και έξοδα συμβολαιογράφων" or (
        withheld.account_label
    )
    assert withheld.flags == ("label-withheld",)
    assert "ΠΑΠΑΔΟΠΟΥΛΟΣ" not in str(budget)


def test_a_hidden_sheet_is_not_read_and_that_is_told(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    for title, state in (("ΕΞΟΔΑ", "visible"), ("παλιά", "hidden")):
        sheet = book.create_sheet(title)
        sheet.append(["Κ.Α.", "Περιγραφή", "Προϋπολογισθέντα"])
        sheet.append(["6011", "Α", 1.5])
        sheet.sheet_state = state
    book.remove(book["Sheet"])
    path = tmp_path / "budget_2020.xlsx"
    book.save(path)
    budget = read_budget([path])
    assert len(budget.lines) == 1
    assert "hidden-sheet" in rules(budget)


@pytest.mark.parametrize(
    ("text", "year", "end"),
    [
        ("Οικονομικό έτος 2016", 2016, None),
        ("ΑΠΟΛΟΓΙΣΤΙΚΑ ΣΤΟΙΧΕΙΑ ΕΣΟΔΩΝ ΕΩΣ 29/4/2016", 2016, dt.date(2016, 4, 29)),
        ("ΚΑΤΑΣΤΑΣΗ ΕΚΤΕΛΕΣΗΣ ΕΩΣ 31/3/2026", 2026, dt.date(2026, 3, 31)),
        ("Περίοδος: Δεκέμβριος 2024", 2024, dt.date(2024, 12, 31)),
        ("Περίοδος από 1/1/2016 έως 31/3/2016", 2016, dt.date(2016, 3, 31)),
        ("Εκτέλεση έως τις 31 Μαρτίου 2016", 2016, dt.date(2016, 3, 31)),
        ("Προϋπολογισμός Εσόδων 2019", 2019, None),
        ("Ημ/νία εκτύπωσης: 29/04/2016", None, None),
        ("Ημερομηνία εκτύπωσης: 29 Απριλίου 2016", None, None),
        ("Αριθ. πρωτ. 123/2015", None, None),
        ("ΕΩΣ 31/2/2016", None, None),
    ],
)
def test_year_and_period_are_read_from_titles_and_not_from_print_dates(text, year, end):
    assert from_notes([(1, text)]) == Period(year, end)


def test_titles_that_contradict_each_other_tell_no_year():
    assert from_notes([(1, "Οικονομικό έτος 2016"), (2, "Οικονομικό έτος 2017")]) == Period()


@pytest.mark.parametrize(
    ("name", "year", "end"),
    [
        ("Expenses_2016_04_01_22.54.csv", 2016, dt.date(2016, 4, 1)),
        ("esoda-31-03-2020.xlsx", 2020, dt.date(2020, 3, 31)),
        ("es2013.csv", 2013, None),
        ("athens_2005_2015.csv.gz", None, None),
        ("budget.csv", None, None),
        ("report_20160230.csv", None, None),
    ],
)
def test_year_and_period_are_read_from_the_name_of_a_file(name, year, end):
    assert from_name(name) == Period(year, end)


def test_the_content_goes_before_the_name_and_the_name_before_what_was_given(read):
    table = "Κ.Α.;Περιγραφή;Προϋπολογισθέντα\n6011;Α;1,00\n"
    stated = read("Οικονομικό έτος 2015;;\n" + table, name="b_2016.csv", year=2017)
    named = read(table, name="b_2016.csv", year=2017)
    given = read(table, name="b.csv", year=2017)
    unknown = read(table, name="b.csv")
    years = [budget.lines[0].fiscal_year for budget in (stated, named, given, unknown)]
    assert years == [2015, 2016, 2017, None]
    assert "year-contradicts" in rules(stated)
    assert {"year-from-file-name", "year-contradicts"} <= rules(named)
    assert "year-given" in rules(given)
    assert "year-unknown" in rules(unknown, "error")


def test_titles_tell_the_year_before_notes_inside_the_table(read):
    budget = read(
        "Οικονομικό έτος 2015;;\nΚ.Α.;Περιγραφή;Προϋπολογισθέντα\n6011;Α;1,00\n"
        ";ΕΡΓΑ ΕΤΟΥΣ 2012;\n6012;Β;1,00\n",
        name="b.csv",
    )
    assert {line.fiscal_year for line in budget.lines} == {2015}


def test_a_voted_budget_has_no_end_of_period_whatever_its_name_says(read):
    budget = read("Κ.Α.;Περιγραφή;Προϋπολογισθέντα\n6011;Α;1,00\n", name="b_2016_04_01.csv")
    assert budget.report["period_end"] is None
    assert budget.report["fiscal_years"] == [2016]


def test_a_revenue_code_with_sub_account_that_lost_its_zero_is_repaired(tmp_path):
    path = tmp_path / "budget_2020.xlsx"
    head = ["Κ.Α.", "Περιγραφή", "Προϋπολογισθέντα"]
    rows = [head, [Decimal("111.0102"), "Α", 1], [Decimal("6011.0101"), "Β", 2]]
    write_xlsx(path, [("Φύλλο", rows)])
    budget = read_budget([path])
    shown = [(x.side, x.service_code, x.account_code, x.sub_account) for x in budget.lines]
    assert shown == [("revenue", "", "0111", "0102"), ("expenditure", "", "6011", "0101")]
    assert rows_of(budget, "code-repaired") == (2,)
