"""``greekmunicipal simulate``: the simulator as a program."""

from __future__ import annotations

import signal
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from types import FrameType

import click

from ckanext.greekmunicipal.console import Failure

from .clock import FileClock
from .country import VILLAGE, country
from .faults import SCENARIOS
from .organizations import ACTS_PER_DAY, EXAMPLES, SimulatedOrganization
from .server import SimulatorServer
from .simulator import START, Simulator

_DAY = click.DateTime(["%Y-%m-%d"])
_LISTED = 20  # bodies that are told; of more only the number
_SIZES: dict[str, Callable[[], Sequence[SimulatedOrganization]]] = {
    "village": lambda: (VILLAGE,),
    "examples": lambda: EXAMPLES,
    "country": country,
}


@click.command()
@click.option("--port", default=0, show_default="any free one", help="Port on 127.0.0.1.")
@click.option("--seed", default=1, show_default=True, help="Decides all that is drawn.")
@click.option(
    "--scenario",
    default="plain",
    show_default=True,
    type=click.Choice(sorted(SCENARIOS)),
    help="What goes wrong.",
)
@click.option(
    "--org",
    "bodies",
    multiple=True,
    metavar="UID[:ACTS_PER_DAY]",
    help="A body and its mean number of acts a day; may be repeated.",
)
@click.option(
    "--size",
    type=click.Choice(sorted(_SIZES)),
    help="Instead of --org: a village, three examples, or all bodies of the country.",
)
@click.option("--start", type=_DAY, default=str(START), help="First day of acts.")
@click.option(
    "--clock",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File with the instant that the simulator takes for now; made if absent.",
)
@click.option("--until", type=_DAY, help="Last day of acts, corrections and revocations.")
def simulate(
    port: int,
    seed: int,
    scenario: str,
    bodies: tuple[str, ...],
    size: str | None,
    start: datetime,
    clock: Path | None,
    until: datetime | None,
) -> None:
    """Serve a simulated Diavgeia until Ctrl-C; its address is the first line of the output."""
    try:
        simulator = Simulator(
            seed,
            [_body(text) for text in bodies] or _SIZES[size or "examples"](),
            start=start.date(),
            until=until.date() if until else None,
            now=FileClock(clock) if clock else None,
            scenario=scenario,
        )
        simulator.now()
        server = SimulatorServer(simulator, port)
    except (OSError, ValueError) as error:
        raise Failure(f"The simulator cannot start: {error}") from error
    # A program that a script starts in the background begins with SIGINT ignored.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    try:
        click.echo(server.base_url)
        for body in simulator.organizations[:_LISTED]:
            click.echo(f"  {body.uid}  {body.label}  {body.acts_per_day:g} acts a day")
        if len(simulator.organizations) > _LISTED:
            click.echo(f"  … {len(simulator.organizations)} bodies in all")
        click.echo(f"  seed {seed}, scenario {scenario}, clock {simulator.now().isoformat()}")
        server.run()
    except KeyboardInterrupt:
        click.echo("The simulator has ended.")
    finally:
        server.close()


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _body(text: str) -> SimulatedOrganization:
    """The body of one ``--org``."""
    uid, _, rate = text.partition(":")
    try:
        acts_per_day = float(rate) if rate else None
    except ValueError:
        raise ValueError(f"--org {text}: expected UID:ACTS_PER_DAY, such as 6296:11.") from None
    known = next((body for body in EXAMPLES if body.uid == uid), None)
    if known and acts_per_day is None:
        return known
    return SimulatedOrganization.named(uid, acts_per_day or ACTS_PER_DAY)
