"""The bodies and the instant of the small world that the tests share."""

from __future__ import annotations

from datetime import date, datetime

from ckanext.greekmunicipal.diavgeia.simulator import SimulatedOrganization
from ckanext.greekmunicipal.diavgeia.simulator.clock import ATHENS

NOW = datetime(2026, 9, 22, 12, 0, 0, tzinfo=ATHENS)
START = date(2025, 7, 1)
ISLAND = SimulatedOrganization("6296", "ΔΗΜΟΣ ΤΗΝΟΥ", 11.0, "dimostinou", "800302968")
SCHOOLS = SimulatedOrganization(
    "100048574", "ΣΧΟΛΙΚΗ ΕΠΙΤΡΟΠΗ", 2.0, "schools", category="NPDD", supervisor_id="6296"
)
