"""Stored acts in memory, merged by the rules of the tables; and a run of a plan into them."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from ckanext.greekmunicipal.diavgeia.act import UnreadableAct, read_act
from ckanext.greekmunicipal.diavgeia.answer import Proof
from ckanext.greekmunicipal.diavgeia.client import Client
from ckanext.greekmunicipal.diavgeia.errors import RequestFailed, WindowNotProved
from ckanext.greekmunicipal.diavgeia.plan import PAGE_SIZE
from ckanext.greekmunicipal.diavgeia.plan_known import Known, read_of
from ckanext.greekmunicipal.diavgeia.plan_run import Planned
from ckanext.greekmunicipal.diavgeia.rows import ACTS_COLUMNS, ActRows, rows_of

_NAMES = [column.name for column in ACTS_COLUMNS]
_ADA, _SUBMITTED, _BODY = (
    _NAMES.index(name) for name in ("ada", "submission_time", "organization_uid")
)
_NEVER = dt.datetime.min.replace(tzinfo=dt.timezone.utc)


class MemoryActs:
    """What the ledger and the tables hold: of each act its newest rows, in one family."""

    def __init__(self) -> None:
        self.rows: dict[str, ActRows] = {}
        self.moved = self.changed = 0

    def merge(self, rows: Iterable[ActRows]) -> None:
        """Keep rows unless the stored ones are newer or the same."""
        for new in rows:
            ada = new.act_row[_ADA]
            old = self.rows.get(ada)
            if old is not None:
                if old == new or (old.act_row[_SUBMITTED] or _NEVER) > (
                    new.act_row[_SUBMITTED] or _NEVER
                ):
                    continue
                self.changed += 1
                self.moved += old.family != new.family
            self.rows[ada] = new


class Outcome(NamedTuple):
    """A planned window after its run; ``proof`` None if it failed."""

    planned: Planned
    proof: Proof | None
    requests: int


def run(
    client: Client,
    planned: Sequence[Planned],
    known: Known,
    stored: MemoryActs,
    today: dt.date,
    page_size: int = PAGE_SIZE,
) -> list[Outcome]:
    """Read what is planned; rows and marks change only with a proof, as in one transaction."""
    outcomes = []
    for one in planned:
        before, bodies = client.requests, frozenset(one.bodies)
        answer = client.read_window(one.window, page_size)
        stage: list[ActRows] = []
        try:
            for page in answer:
                if page.number == 0:
                    stage.clear()
                stage += [rows for rows in _rows(page.decisions) if rows.act_row[_BODY] in bodies]
        except (WindowNotProved, RequestFailed):
            outcomes.append(Outcome(one, None, client.requests - before))
            continue
        stored.merge(stage)
        known.add(read_of(answer.proof, one.bodies, today))
        outcomes.append(Outcome(one, answer.proof, client.requests - before))
    return outcomes


def _rows(decisions: Iterable[Any]) -> Iterable[ActRows]:
    for raw in decisions:
        with contextlib.suppress(UnreadableAct):
            yield rows_of(read_act(raw))
