"""The bench prints what it measured, judges by medians and measures with the same acts each time."""

from __future__ import annotations

import json

import pytest

from bench import figures, mapping, memory, world


def test_a_rate_is_told_by_its_median_with_the_extremes():
    rates = figures.Rates("loading", "rows", (900.0, 1000.0, 5000.0))
    assert rates.median == 1000.0
    assert "1,000 rows/s" in str(rates)
    assert "min 900, max 5,000; 3 runs" in str(rates)


@pytest.mark.parametrize(("fast", "passed"), [(500.0, True), (499.0, False)])
def test_the_bar_is_reached_at_the_ratio_wanted_and_not_below(fast, passed):
    bar = figures.Bar(
        figures.Rates("ours", "rows", (1.0, fast, 9999.0)),
        figures.Rates("theirs", "rows", (90.0, 100.0, 110.0)),
        5.0,
    )
    assert bar.passed is passed
    assert str(bar).startswith("PASS" if passed else "FAIL")


def test_the_same_seed_gives_the_same_acts_with_money_to_load():
    first, again = world.decisions(400), world.decisions(400)
    assert first == again
    assert {json.loads(act)["organizationId"] for act in first} == {world.UID}
    rows = world.rows_of_family(first)
    assert rows
    assert any(row.line_rows for row in rows)


def test_each_run_of_the_mapping_has_a_rate():
    rates, first = mapping.measure(world.decisions(120), 5)
    assert len(rates.per_second) == len(first.per_second) == 5
    assert min(rates.per_second) > 0


def test_the_memory_of_mapping_is_told_with_its_limit():
    found = memory.measure(late=1_000, early=500)
    assert "1,000 acts against 500" in found.name
    assert found.passed
