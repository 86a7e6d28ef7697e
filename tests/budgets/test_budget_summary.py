"""Summaries of a budget are sums of its lines and nothing else."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ckanext.greekmunicipal.budgets import read_budget, summary
from ckanext.greekmunicipal.budgets.classification import chart_of, fees, kind_of, levels_of


@pytest.fixture(scope="module")
def lines(tmp_path_factory):
    """Two sides, with fees, money for others, provisions and a line without value."""
    path = tmp_path_factory.mktemp("budget") / "budget_2023.csv"
    path.write_text(
        "Κ.Α.;Περιγραφή;Προϋπολογισθέντα;Διαμορφωθέντα;Βεβαιωθέντα;Εισπραχθέντα\n"
        "0311.001;Τέλη καθαριότητας;500,00;500,00;450,00;300,00\n"
        "0322.001;Τέλη ύδρευσης;100,00;100,00;90,00;80,00\n"
        "0611.001;ΚΑΠ;800,00;850,00;850,00;850,00\n"
        "4131.001;Υπέρ Δημοσίου;100,00;100,00;;\n"
        "\n"
        "Κ.Α.;Περιγραφή;Προϋπολογισθέντα;Διαμορφωθέντα;Ενταλθέντα;Πληρωθέντα\n"
        "00-6031.001;Αποδοχές;300,00;350,00;200,00;150,00\n"
        "20-6031.001;Αποδοχές;400,00;400,00;380,00;380,00\n"
        "20-6641.001;Καύσιμα;250,00;250,00;100,00;90,50\n"
        "25-6211.001;Ρεύμα;50,00;50,00;10,00;10,00\n"
        "00-8211.001;Απόδοση;100,00;100,00;;\n"
        "00-8511.001;Προβλέψεις;400,00;400,00;;\n",
        encoding="utf-8",
    )
    budget = read_budget([path])
    assert not budget.has_errors
    return budget.lines


def test_totals_are_sums_by_side_and_phase(lines):
    assert summary.totals(lines)["revenue"] == {
        "initial": Decimal("1500.00"), "revised": Decimal("1550.00"),
        "assessed": Decimal("1390.00"), "collected": Decimal("1230.00"),
    }  # fmt: skip
    assert "collected" not in summary.totals(lines)["expenditure"]


def test_what_only_passes_through_or_is_notional_is_left_apart(lines):
    own = summary.own_totals(lines)
    assert own["revenue"]["initial"] == Decimal("1400.00")
    assert own["expenditure"]["initial"] == Decimal("1000.00")
    kinds = {account: kind_of(account) for account in ("8211", "8511", "4131", "5119", "9111")}
    assert {account: kind.kind for account, kind in kinds.items() if kind} == {
        "8211": "pass-through", "8511": "notional", "4131": "pass-through",
        "5119": "balance", "9111": "reserve",
    }  # fmt: skip
    assert kind_of("6031") is None


def test_the_tree_has_the_levels_of_the_chart_and_each_level_adds_up(lines):
    root = summary.tree(lines, "expenditure")
    assert [node.code for node in root.children] == ["6", "8"]
    [expenses, _] = root.children
    assert [node.code for node in expenses.children] == ["60", "62", "66"]
    assert expenses.children[0].label_el == "Αμοιβές και έξοδα προσωπικού"

    def adds_up(node):
        if node.children:
            for phase, amount in node.amounts.items():
                assert amount == sum(child.amounts.get(phase, 0) for child in node.children)
            for child in node.children:
                adds_up(child)

    adds_up(root)


def test_spending_by_service_is_named(lines):
    found = {node.code: (node.label_el, node.amounts["paid"]) for node in summary.by_service(lines)}
    assert found["20"] == ("Υπηρεσίες καθαριότητας και ηλεκτροφωτισμού", Decimal("470.50"))
    assert set(found) == {"00", "20", "25"}


def test_execution_is_paid_or_collected_of_revised(lines):
    amounts = summary.totals(lines)
    assert summary.execution(amounts["expenditure"], "expenditure") == (
        Decimal("630.50") / Decimal("1550.00")
    )
    assert summary.execution({"revised": Decimal(0), "paid": Decimal(1)}, "expenditure") is None
    assert summary.execution({"revised": Decimal(5)}, "expenditure") is None
    assert summary.execution({"initial": Decimal(4), "paid": Decimal(1)}, "expenditure") == (
        Decimal("0.25")
    )


def test_the_largest_lines_come_first_and_unknown_amounts_not_at_all(lines):
    found = summary.largest(lines, "paid", 2)
    assert [line.code for line in found] == ["20-6031.001", "00-6031.001"]
    assert len(summary.largest(lines, "paid", 100)) == 4


def test_changes_know_new_and_vanished_codes(lines):
    later = [
        line._replace(initial=Decimal("900.00")) if line.code == "20-6031.001" else line
        for line in lines
        if line.code != "25-6211.001"
    ]
    assert [
        (one.code, one.before, one.after) for one in summary.changes(lines, later, "initial")
    ] == [
        ("20-6031.001", Decimal("400.00"), Decimal("900.00")),
        ("25-6211.001", Decimal("50.00"), None),
    ]


@pytest.mark.parametrize(
    ("code", "name", "paid_by"),
    [
        ("20", "Υπηρεσία καθαριότητας και ηλεκτροφωτισμού", {"cleaning"}),
        ("62", "ΥΠΗΡΕΣΙΕΣ ΚΑΘΑΡΙΟΤΗΤΑΣ ΚΑΙ ΗΛΕΚΤΡΟΦΩΤΙΣΜΟΥ (έργα ΠΔΕ)", {"cleaning"}),
        ("45", "Υπηρεσία Νεκροταφείων", {"cemetery"}),
        ("25", "", {"water"}),
        # Departments of Athens.
        ("25", "Δ/ΝΣΗ ΚΑΘΑΡΙΟΤΗΤΑΣ - ΑΝΑΚΥΚΛΩΣΗΣ", set()),
        ("45", "Δ/ΝΣΗ ΠΡΑΣΙΝΟΥ ΚΑΙ  ΠΕΡΙΒΑΛΛΟΝΤΟΣ", set()),
        ("55", "Δ/ΝΣΗ ΚΟΙΜΗΤΗΡΙΩΝ", set()),
    ],
)
def test_a_fee_pays_for_a_service_whose_code_and_name_agree(code, name, paid_by):
    assert {fee.id for fee in fees() if fee.pays_for(code, name)} == paid_by


def test_fees_stand_against_the_cost_of_their_service(lines):
    found = {balance.fee.id: balance for balance in summary.fee_balances(lines)}
    assert found["cleaning"].revenue["collected"] == Decimal("300.00")
    assert found["cleaning"].cost["paid"] == Decimal("470.50")
    assert found["water"].revenue["assessed"] == Decimal("90.00")
    assert "cemetery" not in found


def test_levels_follow_the_chart():
    assert [level.code for level in levels_of("6031")] == ["6", "60", "603", "6031"]
    assert [level.code for level in levels_of("2130102")] == ["21", "2130102"]
    assert levels_of("ΑΒ") == ()
    assert (chart_of("6031"), chart_of("2130102"), chart_of("12")) == ("kae", "pd54", "")
    assert {fee.id for fee in fees()} == {"cleaning", "water", "cemetery"}


def test_the_recorded_budget_of_thessaloniki_in_short(shared_data):
    folder = shared_data / "budgets" / "thessaloniki"
    budget = read_budget(sorted(folder.glob("*.csv")))
    whole = summary.totals(budget.lines)
    assert whole["revenue"]["initial"] == whole["expenditure"]["initial"] == Decimal("389500000.00")
    provisions = [
        line for line in budget.lines
        if (kind := kind_of(line.account_code)) and kind.kind == "notional"
    ]  # fmt: skip
    assert summary.sums(provisions)["initial"] > Decimal("100000000")
