"""Statements that are printed: PDF, its text, and what must be refused of them."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from statement_pdf import LABEL_AT, RIGHT, Paper, greek, statement

from ckanext.greekmunicipal.budgets import UnreadableBudget, read_budget

TITLES = {
    "revenue": "ΚΑΤΑΣΤΑΣΗ ΕΚΤΕΛΕΣΗΣ ΠΡΟΫΠΟΛΟΓΙΣΜΟΥ ΕΣΟΔΩΝ ΕΩΣ 31/3/2026",
    "expenditure": "ΚΑΤΑΣΤΑΣΗ ΕΚΤΕΛΕΣΗΣ ΠΡΟΫΠΟΛΟΓΙΣΜΟΥ ΔΑΠΑΝΩΝ ΕΩΣ 31/3/2026",
}
SIDES = {
    "revenue": [
        ("010.1310101", "Κεντρικοί αυτοτελείς πόροι", ["2552090.28", "621753.69", "621753.69"]),
        ("025.1310108", "Πόροι για λοιπούς σκοπούς", ["433025.00", "0.00", "0.00"]),
    ],
    "expenditure": [
        ("000.2250905", "Εισοδηματικές ενισχύσεις", ["10000.00", "0.00", "0.00"]),
        ("255.2130102001", "Αμοιβές προσωπικού", ["127844.00", "32941.37", "22400.37"]),
    ],
}


def values(budget, *phases: str) -> dict[str, tuple[Decimal | None, ...]]:
    return {line.code: tuple(line.amount(phase) for phase in phases) for line in budget.lines}


def rules(budget, level: str | None = None) -> list[str]:
    return [one.rule for one in budget.findings if level in (None, one.level)]


def assert_every_line_is_accounted_for(budget) -> None:
    rows = dict(budget.report["rows"])
    assert rows.pop("physical") == sum(rows.values())


def test_a_pdf_without_column_titles_is_read_in_the_order_of_the_law(tmp_path):
    budget = read_budget([statement(tmp_path / "b3.pdf", SIDES, titles=TITLES)])
    assert budget.report["format"] == "pdf"
    assert budget.report["period_end"] == "2026-03-31"
    revenue = [line for line in budget.lines if line.side == "revenue"]
    assert [(x.code, x.revised, x.assessed, x.collected) for x in revenue] == [
        (code, *map(Decimal, amounts)) for code, _, amounts in SIDES["revenue"]
    ]
    spent = [line for line in budget.lines if line.side == "expenditure"]
    assert [(x.code, x.revised, x.ordered, x.paid) for x in spent] == [
        (code, *map(Decimal, amounts)) for code, _, amounts in SIDES["expenditure"]
    ]
    assert rules(budget, "warning") == ["columns-assumed"]
    assert rules(budget, "error") == []
    assert_every_line_is_accounted_for(budget)


def test_column_titles_over_two_lines_name_the_columns(tmp_path):
    edges = (95.0, 120.0, 145.0, 170.0, 198.0)
    headers = {
        "expenditure": [
            ("Κωδικός", "", "Εγκεκριμένος", "", "Διαμορφωμένος", "", ""),
            ("Λογαριασμού", "Περιγραφή", "Προϋπολογισμός", "Αναμορφώσεις", "Προϋπολογισμός",
             "Ενταλθέντα", "Πληρωθέντα"),
        ]
    }  # fmt: skip
    rows = [
        ("00-6031.001", "Τακτικές αποδοχές", ["1000.00", "-200.00", "800.00", "300.10", "299.10"]),
        ("10-6211.001", "Ύδρευση", ["50.00", None, "50.00", "0.00", None]),
        ("20-6411.001", "Μεταφορές", ["20.00", "5.00", "25.00", "12.00", "12.00"]),
    ]
    path = statement(
        tmp_path / "exoda_2019.pdf",
        {"expenditure": rows},
        titles={"expenditure": "ΕΞΟΔΑ οικονομικού έτους 2019"},
        headers=headers,
        edges=edges,
    )
    budget = read_budget([path])
    assert values(budget, "initial", "amendments", "revised", "ordered", "paid") == {
        code: tuple(None if one is None else Decimal(one) for one in amounts)
        for code, _, amounts in rows
    }
    assert "columns-assumed" not in rules(budget)
    assert rules(budget, "error") == []
    assert_every_line_is_accounted_for(budget)


def test_tables_over_several_pages_lose_no_line_at_a_page_foot(tmp_path):
    draw = random.Random(7)
    rows = [
        (f"{draw.choice(('00', '10', '20'))}-6{100 + at}.001", f"Δαπάνη για έργο {at}",
         [f"{draw.randrange(10**8) / 100:.2f}" for _ in range(3)])
        for at in range(230)
    ]  # fmt: skip
    path = statement(
        tmp_path / "x.pdf",
        {"expenditure": rows},
        titles={"expenditure": "ΔΑΠΑΝΕΣ ΕΩΣ 30/6/2021"},
        headers={
            "expenditure": [("Κ.Α.", "Περιγραφή", "Διαμορφωθέντα", "Ενταλθέντα", "Πληρωθέντα")]
        },
    )
    budget = read_budget([path])
    assert values(budget, "revised", "ordered", "paid") == {
        code: tuple(map(Decimal, amounts)) for code, _, amounts in rows
    }
    assert not {"stated-total-differs", "row-not-understood", "row-cut"} & set(rules(budget))
    assert budget.report["rows"]["not_understood"] == 0
    assert_every_line_is_accounted_for(budget)


def wrapped(tmp_path, *, total: str = "3290559.52"):
    """The layout of 2026: a long label pushes the amounts onto lines of their own."""
    paper = Paper()
    paper.at(60, TITLES["revenue"])
    paper.down()
    for code, label, amounts in SIDES["revenue"]:
        paper.at(12, code)
        paper.at(LABEL_AT, label)
        paper.amounts(amounts, RIGHT)
        paper.down()
    paper.at(12, "515.1390904")
    paper.at(LABEL_AT, "Έσοδα για την αποπληρωμή δανείων, παρ. 5 του άρ.")
    width = paper.pdf.get_string_width("Έσοδα για την αποπληρωμή δανείων, παρ. 5 του άρ.")
    paper.at(LABEL_AT + width, greek("305444.24"))
    paper.down(0.9)
    paper.at(LABEL_AT, "χρηματοδοτούμενων από το κράτος")
    paper.ending_at(RIGHT[1], "0,00")
    paper.down(0.9)
    paper.ending_at(RIGHT[2], "0,00")
    paper.down()
    paper.at(LABEL_AT, "ΓΕΝΙΚΟ ΣΥΝΟΛΟ:")
    paper.amounts([total, "621753.69", "621753.69"], RIGHT)
    return paper.save(tmp_path / "wrapped.pdf")


def test_amounts_that_ran_into_the_label_and_the_next_lines_are_found(tmp_path):
    budget = read_budget([wrapped(tmp_path)])
    last = budget.lines[-1]
    assert (last.code, last.revised, last.assessed, last.collected) == (
        "515.1390904", Decimal("305444.24"), Decimal("0.00"), Decimal("0.00"),
    )  # fmt: skip
    assert last.label.startswith("Έσοδα για την αποπληρωμή δανείων, παρ. 5 του άρ.")
    assert last.label.endswith("χρηματοδοτούμενων από το κράτος")
    assert rules(budget, "error") == []
    assert_every_line_is_accounted_for(budget)


GLUED = """\
ΚΑΤΑΣΤΑΣΗ ΕΚΤΕΛΕΣΗΣ ΠΡΟΫΠΟΛΟΓΙΣΜΟΥ ΕΣΟΔΩΝ ΕΩΣ 31/3/2026
010.1310101   Πόροι για γενικές ανάγκες             100.000,00     50.000,00     50.000,00
025.1310108   Πόροι κατά την παρ. 5 του άρ.4.329.159,47  1.000,00      1.000,00
              ΓΕΝΙΚΟ ΣΥΝΟΛΟ:                        {total}     51.000,00     51.000,00
"""


@pytest.mark.parametrize(
    ("total", "amount"), [("4.429.159,47", "4329159.47"), ("429.159,47", "329159.47")]
)
def test_a_glued_amount_is_told_from_the_label_by_the_stated_total(tmp_path, total, amount):
    path = tmp_path / "glued.txt"
    path.write_text(GLUED.format(total=total), encoding="utf-8")
    budget = read_budget([path])
    assert values(budget, "revised")["025.1310108"] == (Decimal(amount),)
    assert "amount-separated" in rules(budget)
    assert rules(budget, "error") == []


def test_a_glued_amount_that_no_total_proves_is_not_guessed(tmp_path):
    path = tmp_path / "glued.txt"
    path.write_text(GLUED.format(total="5.000.000,00"), encoding="utf-8")
    budget = read_budget([path])
    assert "025.1310108" not in values(budget)
    assert {"row-cut", "stated-total-differs"} <= set(rules(budget, "error"))
    assert_every_line_is_accounted_for(budget)


def test_a_wide_page_that_is_stored_as_a_turned_tall_one_reads_as_it_is_seen(tmp_path):
    paper = Paper(turned=True)
    paper.at(60, TITLES["expenditure"])
    for code, label, amounts in SIDES["expenditure"]:
        paper.down()
        paper.at(12, code)
        paper.at(LABEL_AT, label)
        paper.amounts(amounts, (200.0, 235.0, 270.0))
    budget = read_budget([paper.save(tmp_path / "wide.pdf")])
    assert values(budget, "revised", "ordered", "paid") == {
        code: tuple(map(Decimal, amounts)) for code, _, amounts in SIDES["expenditure"]
    }


def test_a_pdf_of_pictures_is_refused_with_advice(tmp_path):
    paper = Paper()
    paper.pdf.rect(20, 20, 100, 100, style="F")
    with pytest.raises(UnreadableBudget, match="its pages are pictures"):
        read_budget([paper.save(tmp_path / "scan.pdf")])


def shifted(text: str) -> str:
    """Letters as a font with a shifted table gives them."""
    return "".join(chr(ord(one) + 1) if "Α" <= one <= "ω" else one for one in text)


def test_a_text_with_a_shifted_table_of_letters_is_refused(tmp_path):
    rows = [
        (f"00-6{100 + at}.001", shifted("Δαπάνες για προμήθειες και λοιπές αμοιβές"), ["1.00"] * 3)
        for at in range(30)
    ]
    path = statement(
        tmp_path / "shifted.pdf",
        {"expenditure": rows},
        titles={"expenditure": shifted("ΠΡΟΫΠΟΛΟΓΙΣΜΟΣ ΕΞΟΔΩΝ ΕΩΣ 31/3/2020")},
        totals=False,
    )
    with pytest.raises(UnreadableBudget, match="letters are not those that were printed"):
        read_budget([path])


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"%PDF-1.7\n" + b"garbage " * 500, "PDF is damaged"),
        (b"%PDF-1.4\n%%EOF", "PDF is damaged"),
    ],
)
def test_a_damaged_pdf_is_refused(tmp_path, content, match):
    path = tmp_path / "x.pdf"
    path.write_bytes(content)
    with pytest.raises(UnreadableBudget, match=match):
        read_budget([path])


def test_a_pdf_with_a_password_is_refused(tmp_path):
    paper = Paper()
    paper.at(20, "ΕΣΟΔΑ")
    paper.pdf.set_encryption(owner_password="a", user_password="b")
    with pytest.raises(UnreadableBudget, match="asks for a password"):
        read_budget([paper.save(tmp_path / "locked.pdf")])


def test_a_pdf_with_too_many_pages_is_refused(tmp_path, monkeypatch):
    from ckanext.greekmunicipal.budgets import pdf

    path = statement(
        tmp_path / "long.pdf",
        {"revenue": [(f"01{10 + at}", "Έσοδο", ["1.00"] * 3) for at in range(80)]},
        titles=TITLES,
        rows_a_page=10,
    )
    monkeypatch.setattr(pdf, "_BOUNDS", (pdf._MEMORY, pdf._SECONDS, 5, pdf._MAX_LETTERS))
    with pytest.raises(UnreadableBudget, match="too many pages"):
        read_budget([path])


def test_the_recorded_statement_of_2026_reads_to_its_totals(shared_data):
    budget = read_budget([shared_data / "budgets" / "tinos" / "new_chart_2026.txt"])
    assert budget.report["format"] == "text"
    assert budget.report["chart"] == "pd54"
    assert budget.report["totals"]["revenue"] == {
        "revised": "3290559.52", "assessed": "621753.69", "collected": "621753.69",
    }  # fmt: skip
    assert budget.report["totals"]["expenditure"] == {
        "revised": "137844.00", "ordered": "32941.37", "paid": "22400.37",
    }  # fmt: skip
    assert values(budget, "revised", "ordered", "paid")["255.2130102001"] == tuple(
        map(Decimal, ("127844.00", "32941.37", "22400.37"))
    )
    assert rules(budget, "error") == []
    assert_every_line_is_accounted_for(budget)


def test_the_recorded_statement_of_the_old_chart_reads_to_its_totals(shared_data):
    budget = read_budget([shared_data / "budgets" / "tinos" / "standard_2015-2024.txt"])
    assert budget.report["chart"] == "kae"
    assert budget.report["period_end"] == "2024-12-31"
    assert budget.report["totals"]["revenue"]["collected"] == "33717.18"
    assert budget.report["totals"]["expenditure"]["paid"] == "1516858.34"
    assert rules(budget, "error") == []
    assert_every_line_is_accounted_for(budget)
