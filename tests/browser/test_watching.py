"""What the browser tests count as a fault: all that fails, but not what is left behind on the way."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import pytest
from watching import Watch

pytestmark = [pytest.mark.browser]

FIRST = (
    "<!DOCTYPE html><link rel=icon href='data:,'><a href=/next>on</a><script async src={}></script>"
)
NEXT = "<!DOCTYPE html><link rel=icon href='data:,'><h1>next</h1>"


@pytest.fixture
def site() -> Iterator[str]:
    """Pages whose scripts never come, break off, or are not there."""
    over = Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.strip("/")
            if name == "slow.js":
                over.wait(20)
            elif name == "broken.js":
                self.connection.close()
            else:
                body = NEXT if name == "next" else FIRST.format(f"/{name}.js")
                self.send_response(404 if name == "absent.js" else 200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(body.encode())

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        over.set()
        server.shutdown()


@pytest.fixture
def walk(chromium: Any) -> Iterator[tuple[Any, list[str]]]:
    """A page and what went wrong on it."""
    context = chromium.new_context()
    page, wrong = context.new_page(), []
    Watch(page, wrong)
    yield page, wrong
    context.close()


def test_what_a_reader_leaves_before_it_came_is_no_fault(walk: Any, site: str) -> None:
    page, wrong = walk
    given_up = []
    page.on("requestfailed", lambda request: given_up.append(request.failure))
    page.goto(f"{site}/slow", wait_until="commit")
    page.get_by_role("link", name="on").click()
    page.get_by_role("heading", name="next").wait_for()
    assert given_up == ["net::ERR_ABORTED"]
    assert wrong == []


def test_what_breaks_off_is_a_fault_also_on_the_way_to_the_next_page(walk: Any, site: str) -> None:
    page, wrong = walk
    page.goto(f"{site}/broken", wait_until="networkidle")
    page.get_by_role("link", name="on").click()
    page.get_by_role("heading", name="next").wait_for()
    assert any(each.startswith(f"failed: {site}/broken.js") for each in wrong), wrong


def test_what_is_given_up_though_nobody_left_is_a_fault(walk: Any, site: str) -> None:
    page, wrong = walk
    page.route("**/slow.js", lambda route: route.abort("aborted"))
    page.goto(f"{site}/slow", wait_until="networkidle")
    page.get_by_role("link", name="on").click()
    page.get_by_role("heading", name="next").wait_for()
    assert any("slow.js (net::ERR_ABORTED)" in each for each in wrong), wrong


def test_what_is_not_there_is_a_fault(walk: Any, site: str) -> None:
    page, wrong = walk
    page.goto(f"{site}/absent", wait_until="networkidle")
    assert f"404: {site}/absent.js" in wrong
