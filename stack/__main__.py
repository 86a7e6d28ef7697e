"""Commands of the stack: ``python3 -m stack COMMAND``; ``make help`` explains them."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from stack import (
    StackError,
    checks,
    demo,
    lifecycle,
    ports,
    postgres,
    processes,
    say,
)

HELP = """\
make demo     fills a portal with the acts and budgets of three municipalities and serves it;
              installs first what is missing. Ctrl-C stops it and all its services.
                SERVE=no      ends after the job; PostgreSQL, Redis and Solr stay up
                LIVE=<slug>   one municipality from the real Diavgeia (needs the network)
make test     ruff, pyright and all tests. A stack that runs is used, the tests having databases
              of their own; otherwise one is started. It stays up: make down stops it.
                ARGS='...'    goes to pytest, as in ARGS='-k payments -x'
make up       installs what is missing and starts private PostgreSQL, Redis and Solr
make down     stops everything that was started here
make status   what runs, on which port; exit code 0 if the services are up
make clean    stops everything and removes .venv, .stack and the database
make soak     the tests that take minutes (ARGS as above)
make bench    measures loading and reading (ARGS names those wanted)
make docs     checks that the links of README.rst and docs/ lead somewhere

Everything is kept in .venv and .stack, which git ignores. CKAN=<version> chooses another
release of CKAN for a new .venv. After make up, '. .stack/env' lets a shell use 'ckan'."""


def up() -> int:
    """Bring the services up."""
    started = time.monotonic()
    lifecycle.up()
    say(f"PostgreSQL, Redis and Solr are up after {time.monotonic() - started:.1f} s")
    return 0


def down() -> int:
    """Stop everything."""
    lifecycle.down()
    return 0


def clean() -> int:
    """Stop everything and remove it."""
    lifecycle.clean()
    return 0


def status() -> int:
    """Say what runs and where; 1 unless the services run."""
    known = ports.remembered()
    rows = [("postgres", postgres.server() is not None)]
    rows += [(name, processes.is_running(name)) for name in reversed(lifecycle.PROCESSES)]
    for name, running in rows:
        say(f"{name:16} {'running' if running else 'stopped':8} {known.get(name, '')}".rstrip())
    return 0 if lifecycle.is_up() else 1


def explain() -> int:
    """Print what each target of the Makefile does."""
    say(HELP)
    return 0


COMMANDS: dict[str, Callable[[], int]] = {
    "help": explain,
    "up": up,
    "down": down,
    "status": status,
    "clean": clean,
    "demo": demo.run,
    "test": checks.test,
    "soak": checks.soak,
    "bench": checks.bench,
    "docs": checks.docs,
}


def main() -> int:
    """Run one command; its exit code."""
    name = sys.argv[1] if len(sys.argv) > 1 else "help"
    if name not in COMMANDS:
        say(f"stack: no command {name!r}; there are: {', '.join(COMMANDS)}")
        return 2
    try:
        return COMMANDS[name]()
    except StackError as error:
        sys.stdout.flush()
        sys.stderr.write(f"stack: {error}\n")
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
