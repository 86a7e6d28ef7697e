"""Comparing budgets: per inhabitant, with the mean, over breaks between years."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ckanext.greekmunicipal.budgets import compare
from ckanext.greekmunicipal.budgets.classification import kind_of
from ckanext.greekmunicipal.budgets.codes import KAE, account_label, side_of
from ckanext.greekmunicipal.budgets.records import PHASES, SIDES
from ckanext.greekmunicipal.budgets.tables import read_table
from ckanext.greekmunicipal.municipalities import municipalities


def names(found: list[compare.Break]) -> list[tuple[str, int]]:
    return [(each.id, each.year) for each in found]


@pytest.mark.parametrize(
    ("inhabitants", "name"), [(0, "a"), (5_000, "a"), (5_001, "b"), (100_000, "e"), (700_000, "f")]
)
def test_a_municipality_is_of_the_class_that_holds_its_inhabitants(
    inhabitants: int, name: str
) -> None:
    assert compare.class_of(inhabitants).id == name


def test_every_class_of_size_holds_municipalities() -> None:
    found = {compare.class_of(each.population_2021).id for each in municipalities()}
    assert found == {each.id for each in compare.population_classes()}


def test_an_unknown_amount_or_population_gives_no_figure_per_inhabitant() -> None:
    assert compare.per_inhabitant(Decimal("100.00"), 3) == Decimal("33.33")
    assert compare.per_inhabitant(Decimal("0.05"), 10) == Decimal("0.01")
    assert compare.per_inhabitant(None, 3) is None
    assert compare.per_inhabitant(Decimal(1), 0) is None
    assert compare.per_inhabitant_all({"initial": Decimal(10)}, 4) == {"initial": Decimal("2.50")}


def test_a_mean_says_of_how_many_and_leaves_out_the_unknown() -> None:
    assert compare.mean([Decimal(1), None, Decimal(4)]) == compare.Mean(Decimal("2.50"), 2)
    assert compare.mean([None]) is None


def test_growth_from_nothing_or_the_unknown_is_unknown() -> None:
    assert compare.growth(Decimal(200), Decimal(150)) == Decimal("-0.25")
    assert compare.growth(Decimal(0), Decimal(150)) is None
    assert compare.growth(None, Decimal(150)) is None
    assert compare.difference(Decimal(1), None) is None


def test_the_change_of_chart_is_a_break_at_the_first_year_of_the_new_one() -> None:
    found = compare.breaks({2024: "kae", 2025: "kae", 2026: "pd54", 2027: "pd54"})
    assert names(found) == [("chart", 2026)]
    assert compare.severed(found, 2025, 2026) == found
    assert compare.severed(found, 2026, 2027) == []
    assert names(compare.breaks({2025: "", 2026: "pd54"})) == []


def test_a_split_municipality_has_a_break_and_others_have_none() -> None:
    charts = {2018: "kae", 2020: "kae"}
    assert names(compare.breaks(charts, 2019)) == [("split", 2019)]
    assert names(compare.breaks(charts, 2011)) == []
    assert compare.severed(compare.breaks(charts, 2019), 2018, 2020)


def test_what_may_have_changed_is_marked_without_parting_the_years() -> None:
    found = compare.breaks({2010: KAE, 2012: KAE, 2025: KAE}, 2011, [(2013, "ΔΗΚΕ")])
    assert names(found) == [("kallikratis", 2011), ("body", 2013), ("bodies", 2024)]
    assert compare.severed(found, 2010, 2025) == []
    assert "ΔΗΚΕ" in found[1].label_el
    assert "ΔΗΚΕ" in found[1].label_en


def test_a_break_outside_the_published_years_is_not_told() -> None:
    assert compare.breaks({2025: "kae"}, 2019) == []
    assert compare.breaks({}) == []
    assert names(compare.breaks({2024: "kae", 2025: "kae"})) == []


def test_codes_of_debt_belong_to_the_chart_and_the_side_that_they_are_said_to() -> None:
    for each in compare.debts():
        assert each.side in SIDES
        for code in each.accounts:
            label, digits = account_label(each.chart, code)
            assert label, code
            assert digits == len(code), code
            assert side_of(each.chart, code) in (each.side, "")


def test_every_phase_stands_in_the_glossary_in_both_languages() -> None:
    rows = read_table("glossary")
    # What was proposed is in few files; the pages do not show it.
    assert {row["phase"] for row in rows if row["phase"]} == set(PHASES) - {"proposed"}
    assert all(row[f"{part}_{code}"] for row in rows for part in ("name", "text")
               for code in ("el", "en"))  # fmt: skip


def test_two_digits_tell_whether_a_group_is_the_municipality_s_own() -> None:
    assert max(len(row["prefix"]) for row in read_table("kinds")) <= 2
    assert kind_of("8200") == kind_of("8231")
    assert kind_of("8100") is None
