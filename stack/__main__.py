"""Commands of the stack: ``python3 -m stack COMMAND``; ``make help`` explains them."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from stack import StackError, ckan, lifecycle, ports, postgres, processes, say


def up() -> int:
    """Bring the services up."""
    started = time.monotonic()
    lifecycle.up()
    say(f"up after {time.monotonic() - started:.1f} s: PostgreSQL, Redis, Solr; {ckan.portal_url()} "
        "is the portal's address once it is served (make demo)")
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
    """Say what runs and where."""
    known = ports.remembered()
    rows = [("postgres", postgres.server() is not None)]
    rows += [(name, processes.is_running(name)) for name in reversed(lifecycle.PROCESSES)]
    for name, running in rows:
        say(f"{name:16} {'running' if running else 'stopped':8} {known.get(name, '')}")
    return 0


COMMANDS: dict[str, Callable[[], int]] = {
    "up": up,
    "down": down,
    "clean": clean,
    "status": status,
}


def main() -> int:
    """Run one command; its exit code."""
    if sys.version_info < (3, 10):
        say("The stack needs Python 3.10 or later.")
        return 2
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in COMMANDS:
        say(f"Commands: {', '.join(COMMANDS)}")
        return 2
    try:
        return COMMANDS[name]()
    except StackError as error:
        print(f"stack: {error}", file=sys.stderr, flush=True)
        return 2


if __name__ == "__main__":
    sys.exit(main())
