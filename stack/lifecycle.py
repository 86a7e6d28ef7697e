"""Bringing the services up and down."""

from __future__ import annotations

import shutil

from stack import ckan, locks, paths, postgres, processes, redis, say, slots, solr, system, venv

# Everything that may run beside PostgreSQL, in the order in which it is stopped.
PROCESSES = (
    "supervisor",
    "jobs",
    "portal",
    "harvest-run",
    "harvest-gather",
    "harvest-fetch",
    "simulator",
    "solr",
    "redis",
)


def up() -> None:
    """Bring up services, configuration, tables and administrator."""
    with locks.only_one("up"):
        system.ensure(system.SERVICES)
        venv.ensure()
        postgres.start()
        redis.start()
        solr.start()
        wanted = [name for slot in slots.slots() for name in slot.databases]
        postgres.ensure_databases((*ckan.DATABASES, *wanted))
        ckan.configure()
        ckan.migrate()
        ckan.ensure_admin()
        ckan.index_if_empty()


def is_up() -> bool:
    """Tell whether the three services run."""
    return postgres.server() is not None and all(map(processes.is_running, ("redis", "solr")))


def down() -> None:
    """Stop everything that the stack started."""
    stopped = [name for name in PROCESSES if processes.stop(name)]
    if postgres.server() is not None and postgres.stop():
        stopped.append("postgres")
    say(f"stopped: {', '.join(stopped) if stopped else 'nothing was running'}")


def clean() -> None:
    """Stop everything and remove all that the stack made."""
    down()
    postgres.remove()
    for folder in (paths.HOME, paths.VENV):
        shutil.rmtree(folder, ignore_errors=True)
    say("removed: .stack, .venv")
