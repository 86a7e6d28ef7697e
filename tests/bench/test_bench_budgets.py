"""The bench of budgets measures what is read whole, both readers in turns, one process's memory."""

from __future__ import annotations

import pytest

from bench import budget_world, budgets


@pytest.mark.parametrize("form", ["xlsx", "ods", "csv"])
def test_the_invented_budgets_of_the_bench_are_read_whole_and_without_a_finding(tmp_path, form):
    path = tmp_path / f"budget_{budget_world.YEAR}.{form}"
    getattr(budget_world, f"write_{form}")(path, budget_world.sides(500))
    budgets.assert_read(path, 500)


def test_a_budget_that_is_not_read_whole_is_not_measured(tmp_path):
    path = tmp_path / f"budget_{budget_world.YEAR}.csv"
    budget_world.write_csv(path, budget_world.sides(300))
    with pytest.raises(budgets.WrongLines, match="301 lines written, 300 read"):
        budgets.assert_read(path, 301)


def test_both_readers_of_workbooks_are_measured_in_each_round(tmp_path):
    told = []
    budgets.measure_workbooks(tmp_path, (300,), 2, told.append)
    assert sum("2 runs" in line for line in told) == 4
    assert sum("at least 3 wanted" in line for line in told) == 2


def test_the_memory_of_reading_is_that_of_the_new_process_alone(tmp_path):
    path = tmp_path / f"budget_{budget_world.YEAR}.csv"
    budget_world.write_csv(path, budget_world.sides(300))
    told = []
    own = bytearray(b"1" * (400 << 20))
    assert budgets.measure_memory(path, 1, told.append)
    assert len(own) == 400 << 20
    assert told[1].startswith("PASS: most memory while reading")
