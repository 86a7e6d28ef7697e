"""The main job of the demo: filling the portal with municipalities' acts and budgets."""

from __future__ import annotations

from dataclasses import dataclass


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
    raise NotImplementedError(source)
