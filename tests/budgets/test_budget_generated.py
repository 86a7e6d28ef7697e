"""Invented budgets in every encoding, form and layout: reading gives the truth back."""

from __future__ import annotations

import datetime as dt
import os
import random
import sys
from collections import Counter
from dataclasses import replace
from itertools import cycle

import pytest

from ckanext.greekmunicipal.budgets import PHASES, read_budget
from ckanext.greekmunicipal.budgets.amounts import euros
from ckanext.greekmunicipal.budgets.generator import (
    ENCODINGS,
    InventedLine,
    drawn_look,
    truth,
    write_budget,
)
from ckanext.greekmunicipal.municipalities import by_slug

FILES = 60
SEED = int(os.environ.get("GREEKMUNICIPAL_TEST_SEED") or random.randrange(10**6))
PLACES = ("dimos-tinou", "dimos-veroias", "dimos-peiraios")
DELIMITERS = (";", "\t", "|", ",")


def expected(line: InventedLine) -> tuple:
    return (
        line.side,
        line.account_code,
        line.sub_account,
        " ".join(line.label.split()),
        *(euros(cents) for cents in line.cents),
    )


def found(line) -> tuple:
    label = " ".join(line.label.replace('"', "").split())
    return (
        line.side,
        line.account_code,
        line.sub_account,
        label,
        *(line.amount(phase) for phase in PHASES),
    )


def cases() -> list[tuple[int, str, str, str]]:
    """At least one file for each encoding with each delimiter; the others are workbooks."""
    pairs = [(encoding, delimiter) for encoding in ENCODINGS for delimiter in DELIMITERS]
    texts = cycle(pairs)
    return [
        (number, "xlsx", "", "") if number % 4 == 3 else (number, "csv", *next(texts))
        for number in range(FILES)
    ]


@pytest.mark.parametrize(("number", "form", "encoding", "delimiter"), cases())
def test_reading_an_invented_budget_gives_its_truth_back(
    tmp_path, number, form, encoding, delimiter
):
    random_ = random.Random(SEED * 1000 + number)
    look = drawn_look(random_)
    if delimiter == ",":
        look = replace(look, stray_quote=False)
    year = random_.randrange(2011, 2026)
    period_end = random_.choice((None, dt.date(year, random_.randrange(2, 13), 28)))
    municipality = by_slug(PLACES[number % len(PLACES)])
    sys.stdout.write(f"GREEKMUNICIPAL_TEST_SEED={SEED} file {number}: {look}\n")
    paths = write_budget(
        tmp_path,
        municipality=municipality,
        year=year,
        seed=number,
        form=form,
        encoding=encoding or "utf-8",
        delimiter=delimiter or ";",
        period_end=period_end,
        look=look,
    )
    true_lines = truth(municipality, year, number, period_end)

    budget = read_budget(paths)

    assert Counter(map(found, budget.lines)) == Counter(map(expected, true_lines))
    assert not budget.has_errors, [f for f in budget.findings if f.level == "error"]
    assert {line.fiscal_year for line in budget.lines} == {year}
    if look.titles:
        assert {line.period_end for line in budget.lines} == {period_end}
    services = {(line.account_code, line.sub_account, line.service_code) for line in budget.lines}
    assert services == {
        (line.account_code, line.sub_account, line.service_code) for line in true_lines
    }
    rows = dict(budget.report["rows"])
    assert rows.pop("physical") == sum(rows.values())
    assert rows["lines"] == len(true_lines)
    assert rows["not_understood"] == 0


def test_an_invented_budget_balances_and_grows_with_the_population():
    totals = []
    for slug in PLACES:
        lines = truth(by_slug(slug), 2025, seed=1)
        sides = {
            side: sum(line.amount("initial") or 0 for line in lines if line.side == side)
            for side in ("revenue", "expenditure")
        }
        assert sides["revenue"] == sides["expenditure"]
        assert 150 <= len(lines) <= 600
        totals.append(sides["revenue"])
    assert totals == sorted(totals)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path):
    municipality = by_slug("dimos-tinou")
    for form in ("csv", "xlsx"):
        written = []
        for name, seed in (("a", 1), ("b", 1), ("c", 2)):
            folder = tmp_path / form / name
            folder.mkdir(parents=True)
            [path] = write_budget(
                folder, municipality=municipality, year=2025, seed=seed, form=form
            )
            written.append(path.read_bytes())
        assert written[0] == written[1]
        assert written[0] != written[2]
