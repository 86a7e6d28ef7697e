"""A scan in a process of its own, with bounded memory and time: what it reads may be hostile."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path

from ckanext.greekmunicipal.privacy.records import UNREADABLE, Report
from ckanext.greekmunicipal.privacy.sources import digest
from ckanext.greekmunicipal.tabular.workbook import interpreter

MEMORY = 2 * 1024 * 1024 * 1024
SECONDS = 100
_CHILD = "ckanext.greekmunicipal.privacy.child"


def scan_guarded(path: Path, name: str | None = None, *, seconds: int = SECONDS) -> Report:
    """Scan a file as :func:`ckanext.greekmunicipal.privacy.scan.scan_file` does, apart.

    Args:
        path: the file.
        name: how it is called in the report.
        seconds: bound on the time of the whole scan.

    Returns:
        The report; ``unreadable`` if the bound was met.

    Raises:
        OSError: there is no such file, or it may not be read.
    """
    file = name or path.name
    found = digest(path)
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module, no shell
            [interpreter(), "-I", "-m", _CHILD, str(path), str(MEMORY), str(seconds)],
            capture_output=True,
            timeout=seconds + 5,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return _unread(file, found, f"reading it took more than {seconds} seconds.")
    if done.returncode != 0:
        # What the process wrote may quote the file: it is shown to nobody.
        killed = done.returncode < 0
        reason = f"reading it took more than {seconds} seconds" if killed else "it cannot be read"
        return _unread(file, found, f"{reason} in {MEMORY >> 20} MB of memory.")
    # The name of a file may name a person, and command lines can be read by others.
    return replace(Report.from_dict(json.loads(done.stdout)), file=file)


def _unread(file: str, found: str, reason: str) -> Report:
    return Report(
        file, UNREADABLE, found, not_scanned=(f"{reason} Split the file, or save it as CSV.",)
    )
