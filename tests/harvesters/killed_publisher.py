"""A publication that kills itself, as kill -9 would: run by the tests as a process of its own.

``python killed_publisher.py INI STORAGE ORIGINALS FILE ORGANIZATION MODULE FUNCTION``: publishes
the file and dies when FUNCTION of MODULE has returned.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any


def main(
    ini: str, storage: str, originals: str, file: str, organization: str, module: str, name: str
) -> None:
    """Publish until the function has returned."""
    import ckan.plugins.toolkit as tk
    from ckan.cli import load_config
    from ckan.config.middleware import make_app

    app = make_app(load_config(ini))
    from ckanext.greekmunicipal import config

    tk.config["ckan.storage_path"] = storage
    tk.config[config.ORIGINALS] = originals
    where = importlib.import_module(module)
    real = getattr(where, name)

    def deadly(*arguments: Any, **more: Any) -> Any:
        real(*arguments, **more)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(where, name, deadly)
    with app._wsgi_app.test_request_context(), Path(file).open("rb") as stream:  # type: ignore[attr-defined]
        upload = SimpleNamespace(filename=Path(file).name, stream=stream)
        tk.get_action("greekmunicipal_budget_publish")(
            {"user": "editor"}, {"organization": organization, "upload": upload}
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
