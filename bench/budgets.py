"""From workbooks to checked lines beside pandas, from CSV to a published dataset, and the memory.

pandas is asked for no more than the cells of the file, by its default readers (openpyxl, odfpy);
ours gives lines with codes, sides and amounts to the cent, and the findings of all checks.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import pandas as pd

from bench import budget_world as world
from bench.figures import Bar, Limit, Rates, rate
from ckanext.greekmunicipal.budgets import read_budget

# A small municipality, a middle one, and Athens with several years in one file.
SIZES = (2_000, 5_000, 20_000)
WANTED = 3.0
PUBLISHED = 100_000
MOST_SECONDS = 20.0
MOST_MEGABYTES = 300.0
_WRITERS = {"xlsx": world.write_xlsx, "ods": world.write_ods}
Say = Callable[[str], None]


class WrongLines(Exception):  # noqa: N818 - says what the measurement found
    """A file was not read as what was written: its rate would mean nothing."""


def measure(rounds: int, say: Say) -> bool:
    """Print what reading and publishing budgets cost; whether all bars were reached."""
    with tempfile.TemporaryDirectory(prefix="bench-budgets-") as folder:
        passed = measure_workbooks(Path(folder), SIZES, rounds, say)
        csv = Path(folder) / f"budget_{world.YEAR}.csv"
        world.write_csv(csv, world.sides(PUBLISHED))
        passed = measure_publishing(csv, min(rounds, 3), say) and passed
        return measure_memory(csv, min(rounds, 3), say) and passed


def measure_workbooks(folder: Path, sizes: Sequence[int], rounds: int, say: Say) -> bool:
    """Print lines a second of both readers for each size and format.

    Raises:
        WrongLines: a file was not read as what was written.
    """
    say("Budgets: lines of both sides with titles, headers and totals, in workbooks of two sheets.")
    say("- ours: from the file to lines with all checks, its process for foreign files included;")
    say("- pandas: read_excel with its default readers gives the cells of the same file.")
    passed = True
    for lines in sizes:
        tables = world.sides(lines)
        for form, write in _WRITERS.items():
            path = folder / f"budget_{world.YEAR}_{lines}.{form}"
            write(path, tables)
            bar = _compare(path, lines, rounds)
            say(f"{form.upper()}, {lines:,} lines, {path.stat().st_size // 1024:,} KB:")
            for line in (bar.fast, bar.slow, bar):
                say(str(line))
            passed = bar.passed and passed
    say("")
    return passed


def _compare(path: Path, lines: int, rounds: int) -> Bar:
    """Both readers in turns, since other work on the machine slows both."""
    assert_read(path, lines)
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(rate(lines, lambda: read_budget([path])))
        theirs.append(rate(lines, lambda: _by_pandas(path)))
    return Bar(Rates("ours", "lines", tuple(ours)), Rates("pandas", "lines", tuple(theirs)), WANTED)


def assert_read(path: Path, lines: int) -> None:
    """Check that a file is read whole and without a finding.

    Raises:
        WrongLines: it is not.
    """
    budget = read_budget([path])
    if len(budget.lines) != lines or budget.findings:
        told = ", ".join(found.rule for found in budget.findings)
        raise WrongLines(f"{path.name}: {lines} lines written, {len(budget.lines)} read; {told}")


def _by_pandas(path: Path) -> object:
    with warnings.catch_warnings():
        # It warns that the default will change: as yet it has not.
        warnings.simplefilter("ignore")
        return pd.read_excel(path, sheet_name=None)


def measure_publishing(csv: Path, rounds: int, say: Say) -> bool:
    """Print the seconds from an uploaded CSV file to the published dataset."""
    from bench import budget_portal, portal

    with portal.running():
        seconds = budget_portal.publish(csv, PUBLISHED, rounds)
    shown = ", ".join(f"{each:.1f}" for each in seconds)
    say(
        f"Publishing: {PUBLISHED:,} lines, CSV of {csv.stat().st_size // 1024:,} KB in cp1253, by the"
    )
    say("action greekmunicipal_budget_publish: upload, reading, checks, scans for personal data,")
    say(f"table with full text, original file, dataset, search index. Rounds: {shown} s.")
    limit = Limit("from CSV to the published dataset", median(seconds), MOST_SECONDS, "s")
    say(str(limit))
    say("")
    return limit.passed


def measure_memory(csv: Path, rounds: int, say: Say) -> bool:
    """Print the most memory that a process takes which reads the file, with its child."""
    peaks = [_peak(csv) for _ in range(rounds)]
    shown = ", ".join(f"{each:.0f}" for each in peaks)
    say(f"Memory: a process that reads those {PUBLISHED:,} lines. Rounds: {shown} MB.")
    limit = Limit("most memory while reading", median(peaks), MOST_MEGABYTES, "MB")
    say(str(limit))
    say("")
    return limit.passed


def _peak(path: Path) -> float:
    """Megabytes that a new process had at most, and its child with it."""
    done = subprocess.run(  # noqa: S603 - our own interpreter and module, no shell
        [sys.executable, "-m", "bench.budget_memory", str(path)],
        capture_output=True,
        check=True,
        text=True,
    )
    return float(done.stdout)
