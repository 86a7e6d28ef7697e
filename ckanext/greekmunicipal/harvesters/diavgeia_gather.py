"""What the next run of a source of acts reads: the plan, as tickets of the queue."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from ckanext.greekmunicipal.diavgeia import plan
from ckanext.greekmunicipal.diavgeia.plan_costs import Rates
from ckanext.greekmunicipal.diavgeia.plan_run import Planned, Scope, plan_run
from ckanext.greekmunicipal.greek import ATHENS
from ckanext.greekmunicipal.harvesters import acts_facts, bodies, datasets, manifest
from ckanext.greekmunicipal.harvesters.diavgeia_options import Options
from ckanext.greekmunicipal.harvesters.identity import package_id

log = logging.getLogger(__name__)

# Windows that take one request are read one after another by one worker: a ticket of the queue
# costs more than such a request.
TOGETHER = 25
# What Diavgeia was measured to hold; it decides between ways of asking that are all complete.
RATES = Rates()


def today() -> dt.date:
    """The date in Athens."""
    return dt.datetime.now(ATHENS).date()


def bodies_of(options: Options) -> tuple[str, ...]:
    """The bodies of a source, all that the portal has an organisation for.

    Raises:
        datasets.OrganizationMissing: a body has none.
    """
    for uid in options.bodies:
        datasets.owner_of(uid)
    return bodies.with_predecessors(options.bodies) if options.predecessors else options.bodies


def planned(cursor: Any, source_id: str, options: Options) -> tuple[Planned, ...]:
    """The windows that the next run of a source reads, and why.

    Raises:
        datasets.OrganizationMissing: the portal has no organisation for a body.
    """
    known = manifest.known(cursor, source_id, options.families)
    scope = Scope(options.first, options.last)
    found = plan_run(bodies_of(options), known, today(), scope, RATES)
    return tuple(part for one in found for part in _cut(one, options.window))


def _cut(one: Planned, days: int) -> Iterator[Planned]:
    """A window as several of at most so many days."""
    window = one.window
    parts = plan.split(window.issue_from, window.issue_to, days)
    for bounds in parts:
        cut = replace(window, issue_from=bounds.issue_from, issue_to=bounds.issue_to)
        yield replace(one, window=cut, expected=one.expected / len(parts))


def tickets_of(found: Sequence[Planned]) -> Iterator[tuple[Planned, ...]]:
    """Windows as they are read: a long one alone, short ones of the same bodies together."""
    together: list[Planned] = []
    for one in found:
        if together and (len(together) == TOGETHER or not _alike(together[-1], one)):
            yield tuple(together)
            together = []
        together.append(one)
    if together:
        yield tuple(together)


def _alike(one: Planned, other: Planned) -> bool:
    return (
        (one.reason, one.bodies) == (other.reason, other.bodies)
        and one.window.organization_uid == other.window.organization_uid
        and one.requests == other.requests == 1
    )


def forget_what_is_gone(cursor: Any, options: Options) -> None:
    """Have all of a body read again if a table of it is gone, or a deleted dataset came back."""
    for uid in bodies_of(options):
        if lost := acts_facts.forget_lost_tables(cursor, uid, datasets.has_active_table):
            log.warning("Tables of %s of body %s are gone: all is read again", lost, uid)
            manifest.forget_reads(cursor, uid)
        refused = manifest.refused_families(cursor, uid)
        if any(not datasets.is_deleted(package_id(uid, family)) for family in refused):
            log.info("A dataset of body %s was restored: all is read again", uid)
            manifest.forget_reads(cursor, uid)


def name_of(ticket: Sequence[Planned]) -> str:
    """Key of a ticket among the harvest objects, for people."""
    first, last = ticket[0].window, ticket[-1].window
    bounds = (min(first.issue_from, last.issue_from), max(first.issue_to, last.issue_to))
    name = f"diavgeia:{first.organization_uid or 'all'}:{bounds[0]}:{bounds[1]}"
    return f"{name}:{first.submitted_from}" if first.submitted_to else name


__all__ = ["bodies_of", "forget_what_is_gone", "name_of", "planned", "tickets_of", "today"]
