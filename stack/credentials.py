"""Random passwords and keys of this checkout, made once, never in git."""

from __future__ import annotations

import json
import secrets

from stack import paths

NAMES = (
    "postgres_password",
    "datastore_password",
    "superuser_password",
    "redis_password",
    "secret_key",
    "admin_password",
)


def load() -> dict[str, str]:
    """Return the credentials by name; those missing are made and kept."""
    path = paths.HOME / "credentials.json"
    found: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    for name in NAMES:
        found.setdefault(name, secrets.token_urlsafe(32 if name == "secret_key" else 18))
    paths.write_private(path, json.dumps(found, indent=1))
    return found


def remember(name: str, value: str) -> None:
    """Keep one more credential (the API token, once CKAN has issued it)."""
    found = load()
    found[name] = value
    paths.write_private(paths.HOME / "credentials.json", json.dumps(found, indent=1))
