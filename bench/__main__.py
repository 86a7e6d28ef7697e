"""``python -m bench``: what memory, mapping, loading, feed, search and budgets cost, by medians of runs.

Exit codes: 0 done, 1 the bar was missed, 2 could not be measured.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time

from bench import figures, mapping, world

PARTS = ("memory", "mapping", "loading", "feed", "search", "budgets", "catalogs")
# Our path against CKAN's own action.
WANTED = 5.0
# From JSON to rows without persons, in a second of a processor.
ACTS_WANTED = 8_000


def say(text: str = "") -> None:
    """Print one line at once."""
    print(text, flush=True)


def measure_mapping(decisions: list[bytes], rounds: int) -> bool:
    """Print how many acts a second become rows; whether they are enough."""
    found, first = mapping.measure(decisions, rounds)
    mean = sum(map(len, decisions)) / len(decisions)
    say(f"Mapping: {len(decisions):,} acts of all families, {mean:,.0f} bytes of JSON each,")
    say(f"{len(decisions) // (rounds + 1):,} others in each run, pages of 500, one process,")
    say("seconds of the processor. One more run before them is not counted.")
    say(str(found))
    say(str(first))
    enough = found.median >= ACTS_WANTED
    say(f"{'PASS' if enough else 'FAIL'}: at least {ACTS_WANTED:,} acts/s a core wanted")
    say()
    return enough


def measure_memory(acts: int) -> bool:
    """Print how much memory a long run of mapping needs more than a short one."""
    from bench import memory

    found = memory.measure(acts)
    say(str(found))
    say()
    return found.passed


def measure_loading(decisions: list[bytes], fewer: int, rounds: int) -> bool:
    """Print rows a second of the three ways; whether ours is fast enough."""
    from bench import loading, portal

    rows = world.rows_of_family(decisions)
    given, less = loading.number_of_rows(rows), loading.number_of_rows(rows[:fewer])
    with portal.running():
        try:
            found = loading.measure(rows, fewer, rounds, say)
        except loading.WrongRows as wrong:
            raise SystemExit(f"bench: {wrong}") from wrong
    say(
        f"Loading: {len(rows):,} acts of the family {world.FAMILY} with their lines, {given:,} rows"
    )
    say("prepared in memory, into two empty tables (acts, lines) with the same columns, key,")
    say("indexes and full-text trigger; one transaction, committed.")
    say(
        f"- Our path: ActsStage as the harvester uses it. COPY of pages of {loading.PAGE} acts into the"
    )
    say(
        "  stage with fingerprint and folded search text, copies and known acts dropped, dataset and"
    )
    say("  tables looked up, lock, merge with full text, ledger, version log, row statistics.")
    say(
        f"- datastore_upsert: the first {less:,} of these rows in batches of {loading.BATCH:,}, as text."
    )
    say("- Bare COPY: the same rows as CSV into a temporary table, INSERT … ON CONFLICT, full text")
    say("  by the table's trigger; neither comparison nor ledger.")
    for rates in found.values():
        say(str(rates))
    bar = figures.Bar(found[portal.OURS], found[portal.UPSERT], WANTED)
    bare = figures.Bar(found[portal.OURS], found[portal.COPY], 0.0)
    say(f"our path / bare COPY = {bare.ratio:.2f}")
    say(str(bar))
    return bar.passed


def measure_feed(rounds: int) -> bool:
    """Print the times of pages and dumps; whether all bars were reached."""
    from bench import feed, portal

    with portal.running() as app:
        try:
            return feed.measure(app, rounds, say)
        except feed.WrongAnswer as wrong:
            raise SystemExit(f"bench: {wrong}") from wrong


def measure_search(documents: int, rounds: int) -> bool:
    """Print what the index and queries cost; whether both are within their limits."""
    from bench import portal, search

    with portal.running():
        return search.measure(documents, rounds, say)


def measure_budgets(rounds: int) -> bool:
    """Print what reading and publishing budgets cost; whether all bars were reached."""
    from bench import budgets

    try:
        return budgets.measure(rounds, say)
    except budgets.WrongLines as wrong:
        raise SystemExit(f"bench: {wrong}") from wrong


def measure_catalogs(datasets: int) -> bool:
    """Print what harvests of a catalogue cost beside those of others; whether all bars were reached."""
    from bench import catalogs, portal

    with portal.running():
        try:
            return catalogs.measure(datasets, say)
        except catalogs.WrongHarvest as wrong:
            raise SystemExit(f"bench: {wrong}") from wrong


def main() -> int:
    """Measure what the arguments name."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all")
    parser.add_argument("--acts", type=int, default=25_000, help="acts that are made up")
    parser.add_argument("--memory-acts", type=int, default=500_000, help="mapped for the memory")
    parser.add_argument("--upsert-acts", type=int, default=4_000, help="of them for the upsert")
    parser.add_argument("--documents", type=int, default=20_000, help="in the search index")
    parser.add_argument("--datasets", type=int, default=1_000, help="in the catalogue")
    parser.add_argument("--rounds", type=int, default=5)
    wanted = parser.parse_args()
    if unknown := set(wanted.parts) - set(PARTS):
        parser.error(f"no part {', '.join(sorted(unknown))}; there are: {', '.join(PARTS)}")
    if min(wanted.rounds, wanted.upsert_acts, wanted.documents, wanted.datasets) < 1 or (
        wanted.acts < wanted.rounds
    ):
        parser.error(
            "--rounds, --upsert-acts, --documents and --datasets must be at least 1, --acts at least"
            " --rounds"
        )
    parts = wanted.parts or PARTS
    started = time.monotonic()
    say(
        f"bench: Python {platform.python_version()}, {os.cpu_count()} processors, seed {world.SEED}"
    )
    passed = True
    if "memory" in parts:  # before the acts of the others fill the process
        passed = measure_memory(wanted.memory_acts)
    decisions = world.decisions(wanted.acts) if {"mapping", "loading"} & set(parts) else []
    if "mapping" in parts:
        passed = measure_mapping(decisions, wanted.rounds) and passed
    if "loading" in parts:
        passed = measure_loading(decisions, wanted.upsert_acts, wanted.rounds) and passed
    if "feed" in parts:
        passed = measure_feed(wanted.rounds) and passed
    if "search" in parts:
        passed = measure_search(wanted.documents, wanted.rounds) and passed
    if "budgets" in parts:
        passed = measure_budgets(wanted.rounds) and passed
    if "catalogs" in parts:
        passed = measure_catalogs(wanted.datasets) and passed
    say(f"bench: {time.monotonic() - started:.0f} s in all")
    return 0 if passed else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.stderr.write("bench: interrupted, what it had made is removed\n")
        sys.exit(130)
    except SystemExit as stop:
        if isinstance(stop.code, str):
            sys.stderr.write(stop.code + "\n")
            sys.exit(2)
        raise
