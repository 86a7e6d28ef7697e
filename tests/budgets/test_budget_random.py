"""Reading gives the truth back or says that something is wrong: never a silent difference."""

from __future__ import annotations

import os
import random
from collections import Counter
from pathlib import Path

import pytest
from random_budgets import (
    DAMAGES,
    ENCODINGS,
    FORMS,
    HARMLESS,
    LAYOUTS,
    TEXTS,
    Case,
    Written,
    cases,
    write,
)  # fmt: skip

from ckanext.greekmunicipal.budgets import UnreadableBudget, read_budget

SEED = int(os.environ.get("GREEKMUNICIPAL_TEST_SEED") or random.randrange(10**6))


def found_in(written: Written) -> tuple[str, Counter[tuple]]:
    """«refused», «errors» or «read», and the lines."""
    try:
        budget = read_budget(written.paths)
    except UnreadableBudget as error:
        written.told = str(error)
        return "refused", Counter()
    written.told = ", ".join(sorted({one.rule for one in budget.findings if one.level == "error"}))
    lines = Counter(
        (line.side, line.code, " ".join(line.label.replace('"', "").split()),
         tuple(line.amount(phase) for phase in written.phases[line.side or "revenue"]))
        for line in budget.lines
    )  # fmt: skip
    rows = dict(budget.report["rows"])
    assert rows.pop("physical") == sum(rows.values())
    return ("errors" if budget.has_errors else "read"), lines


def truth_of(written: Written) -> Counter[tuple]:
    return Counter(
        (line.side, line.code, " ".join(line.label.split()), tuple(line.amounts.values()))
        for line in written.lines
    )


def wrong(folder: Path, case: Case, seed: str) -> str:
    """What is wrong with the reading of one file, empty if nothing is."""
    folder.mkdir()
    written = write(folder, case, random.Random(seed))
    verdict, lines = found_in(written)
    same = lines == truth_of(written)
    allowed = written.outcome
    if verdict == "read" and allowed.must_tell:
        return "read without a word"
    if verdict == "read" and not same:
        return f"read as something else: {list((lines - truth_of(written)).items())[:2]}"
    if verdict == "errors" and not allowed.errors:
        return f"error where the file is right: {written.told}"
    if verdict == "refused" and not allowed.refused:
        return f"refused: {written.told}"
    return ""


def read_all(tmp_path: Path, count: int) -> None:
    print(f"seed {SEED}, {count} files")  # noqa: T201
    failures = []
    wanted = cases(count)
    for number, case in enumerate(wanted):
        seed = f"{SEED}/{number}"
        if told := wrong(tmp_path / str(number), case, seed):
            failures.append(f"{number} {case}: {told}")
    assert not failures, f"seed {SEED}:\n" + "\n".join(failures)


def test_300_files_have_their_quota_of_each_kind():
    wanted = cases(300)
    assert wanted == cases(300)
    assert len(wanted) == 300
    whole = [case for case in wanted if case.damage == "none"]
    assert len(whole) == 150
    for form in FORMS:
        for layout in LAYOUTS:
            assert any(case.form == form and case.layout == layout for case in whole)
        for damage in DAMAGES:
            assert Case(form, damage) in [Case(case.form, case.damage) for case in wanted]
    for form in TEXTS:
        for damage in HARMLESS:
            assert Case(form, damage) in [Case(case.form, case.damage) for case in wanted]
        for encoding in ENCODINGS:
            assert any(case.form == form and case.encoding == encoding for case in whole)
    for kind in (*DAMAGES, "blank-rows"):
        assert sum(case.damage == kind for case in wanted) >= 13
    for encoding in ENCODINGS:
        assert sum(case.form in TEXTS and case.encoding == encoding for case in wanted) >= 15


def test_300_random_files_are_read_right_or_refused(tmp_path):
    read_all(tmp_path, 300)


@pytest.mark.soak
@pytest.mark.timeout(3000)
def test_5000_random_files_are_read_right_or_refused(tmp_path):
    read_all(tmp_path, 5000)
