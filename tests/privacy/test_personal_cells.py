"""What single cells show, on a corpus of invented values; recall and false alarms are printed."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from pathlib import Path

import pytest

from ckanext.greekmunicipal.privacy import KINDS, scan_records
from ckanext.greekmunicipal.privacy.numbers import is_amka, is_iban

CORPUS = Path(__file__).parent / "corpus" / "cells.csv"


def cells() -> list[dict[str, str]]:
    with CORPUS.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def kinds_in(cell: str) -> set[str]:
    return {finding.kind for finding in scan_records([[cell]]).findings}


@pytest.mark.parametrize("row", cells(), ids=lambda row: f"{row['cell'][:30]} {row['about']}")
def test_a_cell_shows_what_it_holds_and_nothing_else(row):
    assert kinds_in(row["cell"]) == set(row["kinds"].split())


def test_recall_and_false_alarms_are_printed(capsys):
    wanted, found, false = Counter(), Counter(), Counter()
    for row in cells():
        expected, shown = set(row["kinds"].split()), kinds_in(row["cell"])
        wanted.update(expected)
        found.update(expected & shown)
        false.update(shown - expected)
    lines = [
        f"  {kind:6} found {found[kind]:2} of {wanted[kind]:2}, false alarms {false[kind]}"
        for kind in KINDS
    ]
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(lines) + "\n")
    assert found == wanted
    assert not false


def test_the_check_digit_of_a_social_security_number_counts():
    assert [digit for digit in "0123456789" if is_amka("0101701234" + digit)] == ["3"]


def test_an_iban_has_the_length_of_its_country():
    assert is_iban("GR1201101250000000012345678")
    assert not is_iban("GR1201101250000000012345678"[:-1])
    assert not is_iban("XX1201101250000000012345678")
