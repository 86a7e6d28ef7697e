"""The local stack: private PostgreSQL, Redis, Solr and CKAN of one checkout.

Only the standard library is used, since this runs before the virtual
environment exists. ``make help`` tells what can be done with it.
"""

from __future__ import annotations


class StackError(Exception):
    """Something the stack needs is not there; the message says what to do."""


def say(text: str) -> None:
    """Print one line at once, also into a pipe."""
    print(text, flush=True)
