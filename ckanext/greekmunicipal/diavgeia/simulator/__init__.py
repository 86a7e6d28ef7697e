"""A simulator of the Diavgeia OpenData API: a local server with its documented oddities.

Everything follows from a seed and the clock; the acts, companies and persons are invented. Start
it with ``greekmunicipal simulate`` or, in a test::

    with serve(Simulator(seed=7, now=date(2026, 9, 22))) as server:
        requests.get(f"{server.base_url}/search.json", params={"org": "6296"})
"""

from .clock import ClockError, FileClock, parse_instant, standing_clock
from .faults import SCENARIOS, Faults, Scenario
from .organizations import EXAMPLES, SimulatedOrganization
from .server import Request, SimulatorServer, serve
from .simulator import Simulator

__all__ = [
    "EXAMPLES",
    "SCENARIOS",
    "ClockError",
    "Faults",
    "FileClock",
    "Request",
    "Scenario",
    "SimulatedOrganization",
    "Simulator",
    "SimulatorServer",
    "parse_instant",
    "serve",
    "standing_clock",
]
