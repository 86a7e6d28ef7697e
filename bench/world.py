"""The acts that are measured with: of the simulator, the same ones for the same seed."""

from __future__ import annotations

import datetime as dt
import json
from itertools import islice

from bench.mix import enlarged
from ckanext.greekmunicipal.diavgeia.act import read_act
from ckanext.greekmunicipal.diavgeia.rows import ActRows, rows_of
from ckanext.greekmunicipal.diavgeia.simulator import SimulatedOrganization, Simulator

SEED = 20140525
# A uid that no body of Diavgeia has, so that nothing stored can be of it.
UID = "999999001"
ACTS_PER_DAY = 57.0
FIRST = dt.date(2016, 1, 1)
NOW = dt.date(2026, 1, 1)
FAMILY = "payments"


def decisions(count: int) -> list[bytes]:
    """Acts as the service sends them: one JSON object each, in UTF-8.

    Args:
        count: how many, at most about 200,000 (all that the body posts until ``NOW``).

    Raises:
        ValueError: the simulated body has fewer.
    """
    body = SimulatedOrganization(UID, "ΔΗΜΟΣ ΔΟΚΙΜΩΝ", ACTS_PER_DAY)
    simulator = Simulator(SEED, (body,), start=FIRST, now=NOW)
    found = list(enlarged(islice(simulator.truth(UID), count), SEED))
    if len(found) < count:
        raise ValueError(f"{count} acts wanted, the simulated body has {len(found)}.")
    return found


def rows_of_family(decisions: list[bytes], family: str = FAMILY) -> list[ActRows]:
    """Rows of the acts of one family, persons removed."""
    rows = (rows_of(read_act(json.loads(decision))) for decision in decisions)
    return [row for row in rows if row.family == family]
