"""Debian packages that the stack needs, and why; installed when missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass

from stack import StackError, say


@dataclass(frozen=True)
class Package:
    """A Debian package and what it is for."""

    name: str
    why: str


SERVICES = (
    Package("ca-certificates", "trusts the package archives"),
    Package("python3-venv", "makes the virtual environment"),
    Package("python3-dev", "headers for building psycopg2"),
    Package("gcc", "builds psycopg2, which CKAN pins as source"),
    Package("libc6-dev", "headers for building psycopg2"),
    Package("libpq-dev", "client library of PostgreSQL, for psycopg2"),
    Package("libmagic1", "tells CKAN the type of an uploaded file"),
    Package("postgresql", "the database"),
    Package("redis-server", "queues and sessions"),
    Package("openjdk-17-jre-headless", "runs Solr"),
    Package("maven", "fetches Solr from Maven Central"),
)
BROWSER = (
    Package("chromium", "the browser of the browser tests"),
    Package("fonts-dejavu-core", "Greek letters in the browser"),
)

# The services that these packages bring are neither started now nor at boot:
# ours are private. A policy file or a cluster setting that is there stays.
_INSTALL = """
set -e
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\\nexit 101\\n' > "$policy"
    chmod 755 "$policy"
fi
if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    mkdir -p /etc/postgresql-common
    printf 'create_main_cluster = false\\n' > /etc/postgresql-common/createcluster.conf
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends -o Dpkg::Options::=--force-confold "$@"
for package in "$@"; do
    if [ "$package" = redis-server ] && command -v systemctl > /dev/null; then
        systemctl disable redis-server > /dev/null 2>&1 || true
    fi
done
"""


def missing(packages: Iterable[Package]) -> list[Package]:
    """Return those packages that are not installed.

    Raises:
        StackError: this is no Debian, so nothing can be said.
    """
    wanted = list(packages)
    if shutil.which("dpkg-query") is None:
        raise StackError(
            "No dpkg-query: the stack installs on Debian 12. Elsewhere install the equivalents of: "
            + ", ".join(package.name for package in wanted)
        )
    done = subprocess.run(
        ["dpkg-query", "--show", "--showformat", "${Package} ${db:Status-Status}\\n"],
        text=True,
        capture_output=True,
        check=True,
    )
    installed = {
        line.split()[0] for line in done.stdout.splitlines() if line.endswith(" installed")
    }
    return [package for package in wanted if package.name not in installed]


def install_command(packages: Iterable[Package]) -> str:
    """Return the command that a person with the right would type."""
    names = " ".join(package.name for package in packages)
    return f"sudo apt-get install --no-install-recommends {names}"


def privilege() -> list[str] | None:
    """Return what to put before a command to run it as root; None if nothing helps."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    # A password may be asked for only where somebody can type it.
    ask = [] if sys.stdin.isatty() else ["--non-interactive"]
    if subprocess.run(["sudo", *ask, "true"], check=False, capture_output=not ask).returncode == 0:
        return ["sudo", *ask]
    return None


def ensure(packages: Iterable[Package]) -> None:
    """Install the packages that are missing, saying which and why.

    Raises:
        StackError: they may not or could not be installed; with the command to type.
    """
    lacking = missing(packages)
    if not lacking:
        return
    say("Debian packages that are missing:")
    for package in lacking:
        say(f"  {package.name:24} {package.why}")
    root = privilege()
    if root is None:
        raise StackError(
            "They can be installed only by root. Run this, then repeat the command:\n"
            f"  {install_command(lacking)}"
        )
    names = [package.name for package in lacking]
    done = subprocess.run(
        [*root, "sh", "-c", _INSTALL, "install", *names],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode:
        raise StackError(f"apt-get failed. To see why, run:\n  {install_command(lacking)}")
