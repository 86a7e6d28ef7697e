"""A worker that kills itself, as kill -9 would: run by the tests as a process of its own.

``python killed_worker.py INI BUDGETS ORIGINALS OBJECT MODULE FUNCTION``: works on the harvest
object and dies when FUNCTION of MODULE has returned.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from typing import Any


def main(ini: str, folder: str, originals: str, object_id: str, module: str, name: str) -> None:
    """Work until the function has returned."""
    import ckan.plugins.toolkit as tk
    from ckan.cli import load_config
    from ckan.config.middleware import make_app

    app = make_app(load_config(ini))
    from ckanext.harvest import queue
    from ckanext.harvest.model import HarvestObject

    from ckanext.greekmunicipal import config

    tk.config[config.BUDGETS_FOLDER] = folder
    tk.config[config.ORIGINALS] = originals
    where = importlib.import_module(module)
    real = getattr(where, name)

    def deadly(*arguments: Any, **more: Any) -> Any:
        real(*arguments, **more)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(where, name, deadly)
    with app._wsgi_app.test_request_context():  # type: ignore[attr-defined]
        queue.fetch_and_import_stages(
            queue.get_harvester("municipal_budget"), HarvestObject.get(object_id)
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
