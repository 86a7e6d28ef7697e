"""The virtual environment of the checkout."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from stack import StackError, paths, say, stamps

REQUIREMENTS = paths.ROOT / "stack" / "requirements.txt"


def requirements() -> str:
    """Return the pinned requirements, with the wished version of CKAN in them."""
    text = REQUIREMENTS.read_text(encoding="utf-8")
    wished = os.environ.get("CKAN")
    if not wished:
        return text
    return re.sub(r"(?m)^(ckan\[.*\])==.*$", rf"\1=={wished}", text)


def _run(argv: list[str], failure: str) -> None:
    done = subprocess.run(argv, cwd=paths.ROOT, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise StackError(failure)


def _pip(*arguments: str) -> None:
    command = [str(paths.PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "-qq"]
    _run([*command, *arguments], f"pip could not install {' '.join(arguments)}: see above.")


def ensure() -> None:
    """Create or complete ``.venv``; an existing one is never thrown away.

    Raises:
        StackError: Python is too old, or a package could not be installed.
    """
    if not paths.PYTHON.exists():
        say("python: creating .venv")
        _run(
            [sys.executable, "-m", "venv", str(paths.VENV)],
            f"{sys.executable} could not create {paths.VENV}: see above.",
        )
    # Kept inside .venv: whoever removes that folder removes the stamps too.
    folder = paths.VENV / "stack-stamps"
    version = subprocess.run(
        [str(paths.PYTHON), "--version"], text=True, capture_output=True, check=True
    ).stdout
    wanted = requirements()
    stamp = stamps.digest([version, wanted])
    if not stamps.is_fresh("requirements", stamp, folder):
        say("python: installing CKAN, its extensions and the tools")
        pinned = paths.HOME / "requirements.txt"
        paths.write_private(pinned, wanted)
        _pip("--requirement", str(pinned))
        stamps.write("requirements", stamp, folder)
    metadata = [paths.ROOT / name for name in ("setup.cfg", "setup.py", "pyproject.toml")]
    stamp = stamps.digest([version, stamp, *metadata])
    if not stamps.is_fresh("package", stamp, folder):
        say("python: installing this package in place")
        _pip("--editable", str(paths.ROOT))
        stamps.write("package", stamp, folder)
    _compile_translations()
    _fetch_scripts()


def _fetch_scripts() -> None:
    """Fetch the scripts of others for pages and tests."""
    done = subprocess.run(
        [
            *(str(paths.PYTHON), "-c"),
            "import sys, third_party\n"
            "try: third_party.fetch(['package', 'tests'])\n"
            "except third_party.ThirdPartyError as error: sys.exit(str(error))",
        ],
        cwd=paths.ROOT,
        stdin=subprocess.DEVNULL,
        text=True,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise StackError(done.stderr.strip())


def _compile_translations() -> None:
    """Compile each ``.po`` that is newer than its ``.mo``."""
    for po in (paths.ROOT / "ckanext" / "greekmunicipal" / "i18n").glob("*/LC_MESSAGES/*.po"):
        mo = po.with_suffix(".mo")
        if not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime:
            _run(
                [
                    *(str(paths.VENV / "bin" / "pybabel"), "--quiet", "compile"),
                    *("--input-file", str(po), "--output-file", str(mo)),
                ],
                f"{po} could not be compiled: see above.",
            )
