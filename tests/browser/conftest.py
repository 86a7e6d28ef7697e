"""A portal with a small catalogue, served to a real browser."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from watching import Watch

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "screenshots"
sys.path.insert(0, str(ROOT / "tests" / "portal"))

STARTS_WITHIN = 90  # seconds
INI = """[app:main]
use = config:{tests}
testing = false
debug = false
ckan.site_url = {address}
ckan.locale_default = el
ckan.locales_offered = el en
ckan.gravatar_default = disabled
"""


@dataclass
class Portal:
    """The served portal: where it is and what is in it."""

    address: str
    catalogue: dict[str, Any]
    process: subprocess.Popen[bytes]


@dataclass
class Visit:
    """A browser page and what went wrong on it."""

    page: Any
    portal: Portal
    wrong: list[str] = field(default_factory=list)

    def open(self, path: str) -> Any:
        """Open a page of the portal and wait until its scripts are done."""
        self.page.goto(self.portal.address + path, wait_until="networkidle")
        return self.page

    def screenshot(self, name: str) -> None:
        SCREENSHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=str(SCREENSHOTS / f"{name}.png"), full_page=True)


_running: dict[str, Portal] = {}


@pytest.fixture
def portal(
    request: pytest.FixtureRequest,
    with_plugins: None,
    reset_db: Any,
    reset_index: Any,
    migrate_db_for: Any,
    tmp_path_factory: pytest.TempPathFactory,
    tests_ini: Path,
) -> Portal:
    """The portal, filled and started for the first test of a module that asks for it.

    A module with a function ``fill_portal`` has a catalogue of its own: it is given a folder.
    """
    module = request.node.getparent(pytest.Module)
    if module.nodeid not in _running:
        import portal_catalogue

        fill = getattr(module.obj, "fill_portal", lambda _: portal_catalogue.whole_catalogue())
        reset_db()
        migrate_db_for("harvest")
        reset_index()
        folder = tmp_path_factory.mktemp("portal")
        found = fill(folder)
        _running[module.nodeid] = _serve(folder, tests_ini, found)
        module.addfinalizer(lambda: _stop(_running.pop(module.nodeid)))
    return _running[module.nodeid]


def _serve(folder: Path, tests_ini: Path, found: dict[str, Any]) -> Portal:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    ini = folder / "portal.ini"
    ini.write_text(INI.format(tests=tests_ini, address=address))
    ckan = Path(sys.executable).parent / "ckan"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CKAN")}
    log = (folder / "portal.log").open("wb")
    process = subprocess.Popen(
        [str(ckan), "-c", str(ini), "run", "-p", str(port), "--disable-reloader", "--threaded"],
        stdout=log,
        stderr=subprocess.STDOUT,
        env=environment,
    )
    started = Portal(address, found, process)
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        if _answers(address):
            return started
        time.sleep(0.3)
    _stop(started)
    pytest.fail(f"the portal did not start:\n{(folder / 'portal.log').read_text()[-4000:]}")


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(f"{address}/api/action/status_show", timeout=30).close()
    except OSError:
        return False
    return True


def _stop(portal: Portal) -> None:
    portal.process.terminate()
    try:
        portal.process.wait(20)
    except subprocess.TimeoutExpired:
        portal.process.kill()
        portal.process.wait()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Headless Chromium of the system."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.fail("no chromium: install Debian's package «chromium»")
    flags = ["--disable-dev-shm-usage", "--disable-gpu"]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, headless=True, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Any, portal: Portal) -> Iterator[Visit]:
    """A fresh browser page on the portal."""
    context = chromium.new_context(viewport={"width": 1200, "height": 900}, locale="el-GR")
    page = context.new_page()
    visit = Visit(page, portal)
    Watch(page, visit.wrong)
    yield visit
    context.close()
