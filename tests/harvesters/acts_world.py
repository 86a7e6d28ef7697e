"""A simulated Diavgeia of one small municipality, and the harvest of it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckanext.harvest import queue
from ckanext.harvest.model import HarvestJob, HarvestObject, HarvestSource

from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.diavgeia.act import read_act
from ckanext.greekmunicipal.diavgeia.families import FAMILIES
from ckanext.greekmunicipal.diavgeia.rows import ACTS_COLUMNS, LINES_COLUMNS, ActRows, rows_of
from ckanext.greekmunicipal.diavgeia.simulator import (
    Scenario,
    SimulatedOrganization,
    Simulator,
    SimulatorServer,
)
from ckanext.greekmunicipal.greek import ATHENS
from ckanext.greekmunicipal.harvesters import following, setting_up
from ckanext.greekmunicipal.harvesters.datasets import site_context
from ckanext.greekmunicipal.harvesters.identity import package_id, resource_id
from ckanext.greekmunicipal.municipalities import by_slug

UID = "6296"
SLUG = "dimos-tinou"
SEED = 43
START = dt.date(2026, 3, 20)
# The sources of the tests want two windows of issue dates, not all from 1989 to 2100.
END = dt.date(2026, 11, 2)
NOW = dt.datetime(2026, 9, 1, 12, tzinfo=ATHENS)
YESTERDAY = NOW.date() - dt.timedelta(days=1)
LATER = dt.datetime(2026, 10, 20, 12, tzinfo=ATHENS)
FAMILY_SLUGS = tuple(family.slug for family in FAMILIES)
ROOT = Path(__file__).resolve().parents[2]


class Clock:
    """A clock of the simulator that a test moves."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        return self.now


def simulated(
    *,
    acts_per_day: float = 4.0,
    start: dt.date = START,
    until: dt.date | None = None,
    now: dt.datetime = NOW,
    scenario: str | Scenario = "plain",
) -> Simulator:
    """A Diavgeia in which only Tinos publishes."""
    body = SimulatedOrganization(UID, "ΔΗΜΟΣ ΤΗΝΟΥ", acts_per_day, "dimostinou", "800302968")
    return Simulator(SEED, [body], start=start, until=until, now=Clock(now), scenario=scenario)


def small() -> Simulator:
    """Two windows with a few dozens of acts."""
    return simulated(acts_per_day=0.5)


def move_clock(server: SimulatorServer, now: dt.datetime) -> None:
    clock = server.simulator.clock
    assert isinstance(clock, Clock)
    clock.now = now


# --- harvesting -------------------------------------------------------------------------------


def set_up(server: SimulatorServer, first: dt.date = START, last: dt.date = END) -> str:
    """Organisation and source of the municipality, as the command makes them; id of the source."""
    municipality = by_slug(SLUG)
    setting_up.organization(municipality, dry_run=False)
    options = {"bodies": [SLUG], "first": first.isoformat(), "last": last.isoformat()}
    setting_up.source(municipality, "diavgeia", "Διαύγεια", server.base_url, options, dry_run=False)
    return source_id()


def source_id() -> str:
    package = model.Package.get(setting_up.source_name(by_slug(SLUG), "diavgeia"))
    assert package is not None
    return package.id


def new_job(source: str) -> Any:
    """A job that is marked as sent, without a message in the queue."""
    job = HarvestJob(source=HarvestSource.get(source), status="Running")
    job.save()
    return job


def gather(job: Any) -> list[str]:
    return queue.gather_stage(queue.get_harvester("diavgeia"), job)


def fetch(ticket: str) -> Any:
    """Fetch and import one ticket; the harvest object afterwards."""
    queue.fetch_and_import_stages(queue.get_harvester("diavgeia"), HarvestObject.get(ticket))
    model.Session.expire_all()
    return HarvestObject.get(ticket)


def harvest(source: str) -> list[Any]:
    """A whole job in this process, stage by stage; the harvest objects of its windows."""
    model.Session.rollback()
    job = new_job(source)
    done = [fetch(ticket) for ticket in gather(job)]
    job.status = "Finished"
    job.save()
    return done


def harvest_through_queue(source: str) -> str:
    """A whole job by the consumers that run; its id."""
    model.Session.rollback()
    job_id = following.start(setting_up.source_name(by_slug(SLUG), "diavgeia"))
    progress = following.follow([job_id], lambda _: None, patience=60)
    model.Session.expire_all()
    failed = window_errors(job_id)
    assert (progress.done, progress.failed, failed) == (progress.units, 0, [])
    assert source == HarvestJob.get(job_id).source_id
    return job_id


def window_errors(job_id: str) -> list[str]:
    """Why windows of a job failed."""
    found = model.Session.query(HarvestObject).filter(HarvestObject.harvest_job_id == job_id)
    return [message for each in found for message in errors_of(each)]


def harvest_well(source: str) -> list[Any]:
    """A whole job in which nothing may fail."""
    done = harvest(source)
    assert done, [e.message for e in HarvestJob.filter(source_id=source).all()[-1].gather_errors]
    assert [errors_of(each) for each in done] == [[] for _ in done]
    assert {each.state for each in done} == {"COMPLETE"}
    return done


def errors_of(harvest_object: Any) -> list[str]:
    return [error.message for error in harvest_object.errors]


# --- what is stored -----------------------------------------------------------------------------


@contextmanager
def sql() -> Iterator[Any]:
    with datastore.transaction() as cursor:
        yield cursor


def select(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with sql() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall()


def table(family: str, name: str) -> str:
    """Quoted name of a table."""
    return f'public."{resource_id(UID, family, name)}"'


def position(name: str, column: str) -> int:
    """Place of a column in the rows of a table."""
    columns = ACTS_COLUMNS if name == "acts" else LINES_COLUMNS
    return [each.name for each in columns].index(column)


def has_table(family: str, name: str) -> bool:
    return select("SELECT to_regclass(%s)", table(family, name))[0][0] is not None


def stored(family: str, name: str) -> list[tuple[Any, ...]]:
    """Rows of a table, without CKAN's own columns, by key; none where there is no table."""
    if not has_table(family, name):
        return []
    columns = ACTS_COLUMNS if name == "acts" else LINES_COLUMNS
    names = ", ".join(f'"{column.name}"' for column in columns)
    order = "ada" if name == "acts" else "ada, line_no"
    return select(f"SELECT {names} FROM {table(family, name)} ORDER BY {order}")


def all_stored() -> dict[tuple[str, str], list[tuple[Any, ...]]]:
    """Rows of all tables."""
    return {(f, n): stored(f, n) for f in FAMILY_SLUGS for n in ("acts", "lines")}


def prints(family: str, name: str) -> list[tuple[Any, ...]]:
    """Which version of each row stands where: changes with every write, of the same values too."""
    return select(f"SELECT ctid::text, xmin::text FROM {table(family, name)} ORDER BY ctid")


def expected(simulator: Simulator) -> dict[tuple[str, str], list[tuple[Any, ...]]]:
    """Rows that the simulator's truth becomes, of the issue dates that a harvest asks for."""
    wanted: dict[tuple[str, str], list[tuple[Any, ...]]] = {
        (f, n): [] for f in FAMILY_SLUGS for n in ("acts", "lines")
    }
    for rows in true_rows(simulator):
        wanted[rows.family, "acts"].append(_csv_safe(rows.act_row))
        wanted[rows.family, "lines"] += [_csv_safe(line) for line in rows.line_rows]
    for rows in wanted.values():
        rows.sort(key=lambda row: row[:2] if isinstance(row[1], int) else row[:1])
    return wanted


def true_rows(simulator: Simulator) -> Iterator[ActRows]:
    end = END + dt.timedelta(days=1)  # an act on the seam comes in both windows
    for raw in simulator.truth(UID):
        act = read_act(json.loads(json.dumps(raw), parse_float=_decimal))
        if act.issue_date and START <= act.issue_date <= end:
            yield rows_of(act)


def _decimal(text: str) -> Any:
    from decimal import Decimal

    return Decimal(text)


def _csv_safe(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Texts as the tables have them: a spreadsheet takes none for a formula."""
    return tuple(
        "'" + cell if isinstance(cell, str) and cell[:1] in tuple("=+-@\t\r") else cell
        for cell in row
    )


def dataset(family: str) -> dict[str, Any]:
    return tk.get_action("package_show")(site_context(), {"id": package_id(UID, family)})


def harvested_families() -> list[str]:
    return [family for family in FAMILY_SLUGS if has_table(family, "acts")]


def service_logs() -> list[Path]:
    """Logs of the services of the stack."""
    stack = ROOT / ".stack"
    return [*sorted((stack / "log").glob("*")), stack / "postgres" / "server.log"]
