"""The main job of the demo: filling the portal with municipalities' acts and budgets."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from stack import StackError, ckan, paths, say, simulator

# A small island, a middle town, a metropolitan one: the bodies of the simulator.
MUNICIPALITIES = ("dimos-tinou", "dimos-thivaion", "dimos-thessalonikis")


@dataclass(frozen=True)
class Source:
    """Where the acts come from.

    Attributes:
        diavgeia_url: address of the simulator; None means the real Diavgeia.
        live: slug of the one municipality to read from the real Diavgeia;
            None means the three municipalities of the demo.
    """

    diavgeia_url: str | None
    live: str | None


def run(source: Source) -> int:
    """Do the main job; services, consumers and simulator are running.

    Returns:
        0 done, 1 done with something that a person must look at.
    """
    slugs = [_slug(source.live)] if source.live else list(MUNICIPALITIES)
    setup = ["greekmunicipal", "setup", *slugs]
    if source.diavgeia_url:
        _write_budgets(slugs)
        setup += [
            "--diavgeia-url",
            source.diavgeia_url,
            "--first",
            simulator.START,
            "--budgets",
            ".",
        ]
    say(ckan.command(*setup).rstrip())
    say("demo: acts and budgets go through the harvest queue; this is the main job")
    return _harvest(slugs)


def _slug(live: str) -> str:
    """Slug of what ``LIVE=`` names: a slug, with or without ``dimos-``, or any spelling."""
    done = subprocess.run(
        [str(paths.GREEKMUNICIPAL), "municipality", live],
        stdin=subprocess.DEVNULL,
        text=True,
        capture_output=True,
        check=False,
    )
    lines = done.stdout.splitlines()
    if done.returncode == 0 and lines:
        return lines[0].strip()
    raise StackError(
        f"LIVE={live} is not one municipality: name a slug, as LIVE=dimos-tinou.\n"
        f"{done.stdout}{done.stderr}".rstrip()
    )


def _write_budgets(slugs: Sequence[str]) -> None:
    done = subprocess.run(
        [str(paths.PYTHON), "-m", "stack.budget_files", str(paths.BUDGETS), *slugs],
        stdin=subprocess.DEVNULL,
        text=True,
        capture_output=True,
        check=False,
        cwd=paths.ROOT,
    )
    if done.returncode:
        raise StackError(f"The budget files could not be written:\n{done.stderr}")


def _harvest(slugs: Sequence[str]) -> int:
    """Follow the harvest; its progress and report go straight to the terminal."""
    done = subprocess.run(
        [str(paths.CKAN), "-c", str(paths.CKAN_INI), "greekmunicipal", "harvest", *slugs],
        stdin=subprocess.DEVNULL,
        check=False,
        cwd=paths.ROOT,
        env=ckan.clean_environment(),
    )
    if done.returncode not in (0, 1):
        raise StackError("The harvest did not come to an end; the message stands above.")
    return done.returncode
