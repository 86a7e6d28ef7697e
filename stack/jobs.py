"""CKAN's worker of background jobs: scores, links, dumps of the feed.

It runs beside the served portal only: a link of the portal that is asked while nobody serves it
would be kept as one that does not answer.
"""

from __future__ import annotations

from stack import paths, processes, say

NAME = "jobs"


def start() -> None:
    """Start the worker unless it runs."""
    if processes.is_running(NAME):
        return
    processes.start(
        NAME,
        [paths.CKAN, "-c", paths.CKAN_INI, "jobs", "worker"],
        env={"CKAN_INI": str(paths.CKAN_INI)},
    )
    say("jobs: the worker of background jobs is running")
