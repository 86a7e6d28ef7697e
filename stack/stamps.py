"""Stamps: a step whose inputs have not changed is not done again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from stack import paths


def digest(parts: Iterable[str | Path]) -> str:
    """Return a hash over texts and the content of files (absent ones too)."""
    whole = hashlib.sha256()
    for part in parts:
        if isinstance(part, Path):
            content = part.read_bytes() if part.exists() else b"(absent)"
            whole.update(part.name.encode() + b"\0" + content)
        else:
            whole.update(part.encode())
        whole.update(b"\0\0")
    return whole.hexdigest()


def is_fresh(name: str, value: str, folder: Path | None = None) -> bool:
    """Tell whether step ``name`` was last finished with inputs ``value``."""
    path = (folder or paths.STAMPS) / name
    return path.exists() and path.read_text(encoding="utf-8").strip() == value


def write(name: str, value: str, folder: Path | None = None) -> None:
    """Record that step ``name`` is finished with inputs ``value``."""
    target = (folder or paths.STAMPS) / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(value + "\n", encoding="utf-8")
