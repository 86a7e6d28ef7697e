"""Sends waiting harvest jobs to the queue and closes finished ones, again and again.

What a crontab does for ``ckan harvester run`` on a server, without loading
CKAN anew each time. Run by the supervisor with the Python of ``.venv``.
"""

from __future__ import annotations

import logging
import os
import sys
import time

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.cli import load_config
from ckan.config.middleware import make_app

log = logging.getLogger("ckanext.harvest.clock")


def run_once() -> None:
    """Do what ``ckan harvester run`` does."""
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})
    tk.get_action("harvest_jobs_run")({"ignore_auth": True, "user": user["name"]}, {})


def main() -> None:
    """Run for ever; the argument is the number of seconds between two runs."""
    seconds = float(sys.argv[1])
    app = make_app(load_config(os.environ["CKAN_INI"]))
    flask = app._wsgi_app  # pyright: ignore[reportAttributeAccessIssue]
    while True:
        with flask.test_request_context():
            try:
                run_once()
            except Exception:  # noqa: BLE001 - the next turn may succeed, and each failure is logged
                log.exception("harvester run failed; tried again in %s s", seconds)
                model.Session.rollback()
            finally:
                model.Session.remove()
        time.sleep(seconds)


if __name__ == "__main__":
    main()
