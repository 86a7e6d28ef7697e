"""Jobs through the queue, followed to their end."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckanext.harvest.logic import HarvestJobExists
from ckanext.harvest.model import HarvestJob, HarvestObject, HarvestSource

from ckanext.greekmunicipal.harvesters.datasets import site_context

_LOOK_EVERY = 0.5
# Jobs are marked as finished by ``harvester run``; a follower does not wait for the timer.
_CLOSE_EVERY = 2.0


@dataclass(frozen=True)
class Progress:
    """How far jobs are.

    Attributes:
        gathered: jobs whose units are known.
        jobs: how many jobs are followed.
        done: units that ended, well or not.
        units: units known so far.
        failed: units that ended in an error.
    """

    gathered: int
    jobs: int
    done: int
    units: int
    failed: int


class SourceMissing(LookupError):  # noqa: N818 - says what is missing
    """There is no such harvest source."""


class NoConsumer(RuntimeError):  # noqa: N818 - says what is missing
    """Nothing takes the jobs out of the queue."""


def source_of(source_name: str) -> Any:
    """The harvest source of a name.

    Raises:
        SourceMissing: no source has that name.
    """
    package = model.Package.get(source_name)
    source = HarvestSource.get(package.id) if package else None
    if source is None:
        raise SourceMissing(
            f"There is no harvest source {source_name}: make it with `ckan greekmunicipal setup`."
        )
    return source


def budget_sources(slug: str) -> list[tuple[str, Any]]:
    """Active sources of a municipality's budgets, also those that people made, by name."""
    of: Any = HarvestSource
    found = []
    for source in model.Session.query(of).filter(of.type == "municipal_budget", of.active):
        package = model.Package.get(source.id)
        if package is not None and _municipality(source.config) == slug:
            found.append((package.name, source))
    return sorted(found, key=lambda pair: pair[0])


def _municipality(config: str | None) -> str | None:
    try:
        read = json.loads(config or "{}")
    except ValueError:
        return None
    return read.get("municipality") if isinstance(read, dict) else None


def running_job(source_id: str) -> str | None:
    """Id of the newest job of a source that is not finished, None when there is none."""
    of: Any = HarvestJob
    return (
        model.Session.query(of.id)
        .filter(of.source_id == source_id, of.status.in_(("New", "Running")))
        .order_by(of.created.desc())
        .limit(1)
        .scalar()
    )


def start(source_name: str) -> str:
    """Send a source to the gather queue; a job of it that runs already is followed instead.

    Returns:
        Id of the job.

    Raises:
        SourceMissing: no source has that name.
    """
    source_id = source_of(source_name).id
    try:
        job = tk.get_action("harvest_job_create")(
            site_context(), {"source_id": source_id, "run": True}
        )
        return job["id"]
    except HarvestJobExists:
        return str(running_job(source_id))


def follow(
    job_ids: list[str], report: Callable[[Progress], None], *, patience: float = 120.0
) -> Progress:
    """Wait until jobs are finished.

    Args:
        job_ids: the jobs.
        report: called with each change.
        patience: seconds without any progress before it is said that nobody works.

    Raises:
        NoConsumer: nothing moved for so long.
    """
    last, moved, closed = None, time.monotonic(), 0.0
    while True:
        now = time.monotonic()
        progress, finished = _look(job_ids)
        if progress != last:
            report(progress)
            last, moved = progress, now
        if finished:
            return progress
        # Not before all is done: closing also sends again what waits and is not in the
        # queue, and with it what a consumer has just taken out.
        all_done = progress.gathered == progress.jobs and progress.done == progress.units
        if all_done and now - closed >= _CLOSE_EVERY:
            closed = now
            _close(job_ids)
            continue
        if now - moved > patience + 600 * (progress.gathered > 0):
            raise NoConsumer(
                f"Nothing was done for {now - moved:.0f} seconds: do the consumers run"
                " (`ckan harvester gather-consumer`, `ckan harvester fetch-consumer`)?"
            )
        time.sleep(_LOOK_EVERY)


def _close(job_ids: list[str]) -> None:
    sources = {job.source_id for job in map(HarvestJob.get, job_ids) if job}
    model.Session.rollback()
    for source_id in sources:
        context: Any = {**site_context(), "session": model.Session, "model": model}
        tk.get_action("harvest_jobs_run")(context, {"source_id": source_id})


def _look(job_ids: list[str]) -> tuple[Progress, bool]:
    model.Session.rollback()
    job_of: Any = HarvestJob
    object_of: Any = HarvestObject
    jobs = model.Session.query(job_of).filter(job_of.id.in_(job_ids)).all()
    states = [
        state
        for (state,) in model.Session.query(object_of.state).filter(
            object_of.harvest_job_id.in_(job_ids), object_of.package_id.is_(None)
        )
    ]
    progress = Progress(
        gathered=sum(1 for job in jobs if job.gather_finished),
        jobs=len(job_ids),
        done=sum(1 for state in states if state in ("COMPLETE", "ERROR")),
        units=len(states),
        failed=states.count("ERROR"),
    )
    finished = all(job.status in ("Finished", "Aborted") for job in jobs)
    model.Session.rollback()
    return progress, finished
