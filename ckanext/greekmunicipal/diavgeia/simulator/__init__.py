"""A simulator of the Diavgeia OpenData API: a local server with its documented oddities.

Everything follows from a seed and the clock; the acts, companies and persons are invented. Start
it with ``greekmunicipal simulate`` or, in a test::

    with serve(Simulator(seed=7, now=date(2026, 9, 22))) as server:
        requests.get(f"{server.base_url}/search.json", params={"org": "6296"})
"""

from .clock import ClockError, FileClock, parse_instant, standing_clock
from .country import VILLAGE, country
from .faults import SCENARIOS, Faults, Scenario
from .history import EVENTFUL, MEASURED, History
from .organizations import EXAMPLES, SimulatedOrganization
from .server import Request, SimulatorServer, serve
from .simulator import Simulator

__all__ = [
    "EVENTFUL",
    "EXAMPLES",
    "MEASURED",
    "SCENARIOS",
    "VILLAGE",
    "ClockError",
    "Faults",
    "FileClock",
    "History",
    "Request",
    "Scenario",
    "SimulatedOrganization",
    "Simulator",
    "SimulatorServer",
    "country",
    "parse_instant",
    "serve",
    "standing_clock",
]
