"""Where the stack keeps its things. All of it is ignored by git."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES = Path(__file__).resolve().parent / "files"

HOME = ROOT / ".stack"
RUN = HOME / "run"
LOGS = HOME / "log"
STAMPS = HOME / "stamps"
BUDGETS = HOME / "budgets"
STORAGE = HOME / "storage"
SOLR = HOME / "solr"

CKAN_INI = HOME / "ckan.ini"
ENV = HOME / "env"

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
CKAN = VENV / "bin" / "ckan"
GREEKMUNICIPAL = VENV / "bin" / "greekmunicipal"


def make_folders() -> None:
    """Create the folders of the stack.

    ``.stack`` can be passed through by others, because PostgreSQL runs as
    another user when the stack is started by root; what is private in it
    carries its own mode.
    """
    HOME.mkdir(mode=0o711, exist_ok=True)
    for folder in (RUN, LOGS, STAMPS, STORAGE, SOLR):
        folder.mkdir(mode=0o700, exist_ok=True)


def write_private(path: Path, text: str) -> bool:
    """Write ``text`` to ``path``, readable by its owner only.

    The file appears complete or not at all. Returns whether it changed.
    """
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    part = path.with_name(f"{path.name}.part{os.getpid()}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as target:
        target.write(text)
    part.replace(path)
    return True
