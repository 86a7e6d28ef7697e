"""A tiny Diavgeia on loopback, over real HTTP."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from tiny_diavgeia import TinyDiavgeia


@pytest.fixture
def diavgeia() -> Iterator[TinyDiavgeia]:
    """A running tiny Diavgeia."""
    tiny = TinyDiavgeia()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            reply = tiny.answer(self.path, dict(self.headers))
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body) + (1 if reply.cut else 0)))
            self.end_headers()
            self.wfile.write(reply.body)
            self.close_connection = reply.cut

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    tiny.base_url = f"http://127.0.0.1:{server.server_address[1]}/opendata"
    yield tiny
    server.shutdown()
    server.server_close()
