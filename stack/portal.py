"""Serving the portal by gunicorn: several processes, several requests at once."""

from __future__ import annotations

import urllib.error
import urllib.request
from pathlib import Path

from stack import ckan, credentials, paths, ports, processes, say, stamps

NAME = "portal"


def answers(url: str) -> bool:
    """Tell whether a CKAN answers at ``url``."""
    try:
        with urllib.request.urlopen(f"{url}/api/3/action/status_show", timeout=10) as answer:  # noqa: S310 - our own address
            return answer.status == 200  # noqa: PLR2004 - HTTP OK
    except (OSError, urllib.error.HTTPError):
        return False


def _translate_scripts() -> None:
    """Make the translations that scripts in the pages read, as ``ckan run`` does."""
    translations = sorted((paths.ROOT / "ckanext").glob("*/i18n/*/LC_MESSAGES/*.po"))
    stamp = stamps.digest([ckan.versions(), *translations])
    if not stamps.is_fresh("scripts", stamp):
        ckan.command("translation", "js")
        stamps.write("scripts", stamp)


def command(port: int) -> list[str | Path]:
    """Return the command that serves the portal on ``port``."""
    return [
        paths.PYTHON,
        *("-m", "gunicorn", "--bind", f"{ports.HOST}:{port}", "--workers", "2"),
        *("--threads", "4", "--timeout", "120", "--graceful-timeout", "10"),
        *("--log-level", "warning", "stack.wsgi:application"),
    ]


def start() -> str:
    """Serve the portal unless it is served; return its address.

    If a stranger took the portal's port, it gets another one and the
    configuration is written again.

    Raises:
        StackError: it did not start.
    """
    if processes.is_running(NAME) and answers(ckan.portal_url()):
        return ckan.portal_url()
    processes.stop(NAME)
    ports.choose(NAME)
    ckan.configure()
    _translate_scripts()
    url = ckan.portal_url()
    environment = ckan.clean_environment() | {"CKAN_INI": str(paths.CKAN_INI)}
    processes.start(NAME, command(ports.remembered()[NAME]), env=environment)
    processes.wait_until(NAME, lambda: answers(url), 120)
    return url


def announce(url: str) -> None:
    """Print where the portal is and how to log in."""
    say("")
    say(f"The portal:  {url}")
    say(f"  log in at  {url}/user/login")
    say(f"  name       {ckan.ADMIN}")
    say(f"  password   {credentials.load()['admin_password']}")
