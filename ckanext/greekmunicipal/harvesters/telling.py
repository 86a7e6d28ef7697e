"""What a harvest did, told on a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import Any

import ckan.model as model
import click
from ckanext.harvest.model import HarvestGatherError

from ckanext.greekmunicipal.harvesters.following import Progress
from ckanext.greekmunicipal.municipalities import Municipality

_EVERY = 5.0


class ProgressLine:
    """Progress on standard error: one line that is rewritten, or a line now and then.

    Args:
        quiet: show nothing.
    """

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._started = time.monotonic()
        self._last = 0.0
        self._rewrites = sys.stderr.isatty()

    def show(self, progress: Progress) -> None:
        """Show how far the jobs are."""
        now = time.monotonic()
        if self._quiet or (not self._rewrites and now - self._last < _EVERY):
            return
        self._last = now
        text = (
            f"harvest: {progress.gathered} of {progress.jobs} sources planned,"
            f" {bar_of(progress)} {progress.done} of {progress.units} units read,"
            f" {progress.failed} failed, {now - self._started:.0f} s"
            f"{_left(progress, now - self._started)}"
        )
        click.echo(f"\r{text}\033[K" if self._rewrites else text, nl=not self._rewrites, err=True)

    def close(self) -> None:
        """End the line."""
        if self._rewrites and not self._quiet:
            click.echo(err=True)


def bar_of(progress: Progress) -> str:
    """How far the known units are, drawn in ten signs."""
    tenths = 10 * progress.done // progress.units if progress.units else 0
    return f"[{'#' * tenths}{'.' * (10 - tenths)}]"


def seconds_left(progress: Progress, elapsed: float) -> float | None:
    """How long the units that are left take, if they are read as fast as those before.

    None while sources are still planned, or nothing is read from which it could be told.
    """
    if progress.gathered < progress.jobs or not progress.done:
        return None
    return elapsed / progress.done * (progress.units - progress.done)


def _left(progress: Progress, elapsed: float) -> str:
    seconds = seconds_left(progress, elapsed)
    if seconds is None:
        return ""
    return (
        f", about {seconds / 60:.0f} min left" if seconds >= 90 else f", about {seconds:.0f} s left"
    )


def text_of(reports: Sequence[dict[str, Any]], municipalities: Sequence[Municipality]) -> str:
    """The report of a harvest as a person reads it on a terminal."""
    names: dict[str, str] = {m.slug: f"{m.name_el} ({m.slug})" for m in municipalities}
    blocks = []
    for report in reports:
        lines: list[str] = [names[report["municipality"]]]
        lines += _acts(report["acts"]) if report["acts"] else ["  acts: not harvested"]
        for budget in report["budgets"]:
            lines += _budget(budget)
        blocks.append("\n".join(lines))
    return "\n".join(blocks)


def _acts(acts: dict[str, Any]) -> list[str]:
    seconds = "" if acts["seconds"] is None else f" in {acts['seconds']:.1f} s"
    lines = [
        f"  acts: read {acts['total']:,} in {acts['done']} of {acts['windows']} windows,"
        f" {acts['requests']:,} requests{seconds}",
        f"    stored: {acts['rows_new']:,} new, {acts['rows_changed']:,} changed,"
        f" {acts['lines']:,} lines of money; {acts['rows_unchanged']:,} unchanged,"
        f" {acts['rows_moved']:,} moved",
        f"    skipped: {acts['rows_skipped']:,} unreadable or refused,"
        f" {acts['rows_duplicate']:,} came twice",
        f"    masked: {acts['subjects_withheld']:,} subjects withheld,"
        f" {acts['natural_persons']:,} natural persons without name",
        f"    checked: echo, totals and content of {acts['done']} windows proved,"
        f" {acts['failed']} not believed",
    ]
    return lines + [f"    {error}" for error in acts["errors"]]


def _budget(budget: dict[str, Any]) -> list[str]:
    status = f" ({budget['status']})" if budget.get("status") else ""
    lines = [f"  budget: {budget.get('unit', '')}{status}"]
    lines += [
        f"    {part}: {_counts(budget[part])}"
        for part in ("read", "stored", "skipped", "masked", "checked")
        if budget.get(part) is not None
    ]
    if budget.get("seconds") is not None:
        lines[0] += f" in {budget['seconds']:.1f} s"
    lines += [f"    {budget['note']}"] if budget.get("note") else []
    return lines + [f"    {error}" for error in budget.get("errors", [])]


def _counts(part: Any) -> str:
    if not isinstance(part, dict):
        return str(part)
    return ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in part.items())


def gather_errors(job_ids: Sequence[str]) -> list[str]:
    """Why the planning of jobs failed."""
    of: Any = HarvestGatherError
    return [
        message
        for (message,) in model.Session.query(of.message).filter(of.harvest_job_id.in_(job_ids))
    ]
