"""A portal with published budgets, harvested from generated files, for tests that only read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal import config as our_config
from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.budgets.generator import truth, write_budget
from ckanext.greekmunicipal.budgets.invented import InventedLine
from ckanext.greekmunicipal.harvesters import setting_up
from ckanext.greekmunicipal.municipalities import by_slug

TINOS, ANDROS, CORFU = "dimos-tinou", "dimos-androu", "dimos-voreias-kerkyras"
MARCH, JUNE, SEPTEMBER = dt.date(2025, 3, 31), dt.date(2025, 6, 30), dt.date(2025, 9, 30)
SEED = 5
# Fiscal year, period end: what each municipality has published.
BUDGETS: dict[str, list[tuple[int, dt.date | None]]] = {
    TINOS: [(2024, None), (2025, None), (2025, MARCH), (2025, JUNE), (2025, SEPTEMBER)],
    ANDROS: [(2025, SEPTEMBER)],
    CORFU: [(2018, None), (2025, None)],
}


@dataclass(frozen=True)
class Truth:
    """What a generated budget holds."""

    lines: tuple[InventedLine, ...]

    def total(self, side: str, phase: str, code: str = "") -> Decimal:
        """EUR of a side in one phase, of accounts that begin with a code."""
        cents = sum(
            line.amount(phase) or 0
            for line in self.lines
            if line.side == side and line.account_code.startswith(code)
        )
        return Decimal(cents) / 100


def truth_of(slug: str, year: int, end: dt.date | None) -> Truth:
    """The lines of a generated budget."""
    return Truth(truth(by_slug(slug), year, SEED, end))


def build(folder: Path) -> None:
    """Harvest the budgets into an empty portal."""
    tk.config[our_config.BUDGETS_FOLDER] = str(folder / "budgets")
    tk.config[our_config.ORIGINALS] = str(folder / "originals")
    empty()
    for slug, periods in BUDGETS.items():
        body = by_slug(slug)
        place = folder / "budgets" / slug
        for year, end in periods:
            there = place / f"{year}-{end}"
            there.mkdir(parents=True)
            [made] = write_budget(there, municipality=body, year=year, seed=SEED, period_end=end)
            made.rename(place / f"{slug}_{year}_{end}.csv")
            there.rmdir()
        harvest_folder(slug)


def harvest_folder(slug: str) -> None:
    """Make the organisation of a municipality and harvest the folder of its budgets."""
    body = by_slug(slug)
    setting_up.organization(body, dry_run=False)
    config = {"municipality": slug, "folder": slug}
    setting_up.source(body, "municipal_budget", slug, f"file:///{slug}", config, dry_run=False)
    harvest(setting_up.source_name(body, "municipal_budget"))


def harvest(source_name: str) -> None:
    """Run one job, stage by stage, as the consumers do."""
    from ckanext.harvest import queue
    from ckanext.harvest.model import HarvestJob, HarvestObject

    from ckanext.greekmunicipal.harvesters.datasets import site_context

    package: Any = model.Package.get(source_name)
    made = tk.get_action("harvest_job_create")(
        site_context(), {"source_id": package.id, "run": False}
    )
    job: Any = HarvestJob.get(made["id"])
    job.status = "Running"
    job.save()
    harvester: Any = queue.get_harvester("municipal_budget")
    errors = []
    for object_id in queue.gather_stage(harvester, job) or ():
        one: Any = HarvestObject.get(object_id)
        queue.fetch_and_import_stages(harvester, one)
        errors += [error.message for error in one.errors]
    errors += [error.message for error in job.gather_errors]
    job.status = "Finished"
    job.save()
    assert not errors, errors


def empty() -> None:
    """Empty the DataStore and our own tables: CKAN's fixtures leave them."""
    with datastore.transaction() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            " AND tablename ~ '^[0-9a-f]{8}-'"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f'DROP TABLE "{table}" CASCADE')
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'greekmunicipal'"
            " AND tablename <> 'alembic_version'"
        )
        names = ", ".join(f"greekmunicipal.{name}" for (name,) in cursor.fetchall())
        cursor.execute(f"TRUNCATE {names}")
