"""A web server of a test: what it serves can be changed, and each request is remembered."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit


@dataclass
class Reply:
    """What the server answers under a path.

    Attributes:
        body: the content, or what makes it from the decoded query.
        type: media type.
        status: of the answer.
        headers: more of them.
        tells_version: whether it sends an ETag and answers 304 to it.
        drip: seconds between two bytes; 0 for all at once.
        announces_size: whether it sends a Content-Length; else the connection's end is the end.
    """

    body: bytes | Callable[[str], bytes] = b""
    type: str = "application/octet-stream"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    tells_version: bool = True
    drip: float = 0.0
    announces_size: bool = True


class Site:
    """A running server.

    Attributes:
        replies: by decoded path.
        asked: method, decoded path and status of each request, oldest first.
        headers: of the last request.
    """

    def __init__(self) -> None:
        self.replies: dict[str, Reply] = {}
        self.asked: list[tuple[str, str, int]] = []
        self.headers: dict[str, str] = {}
        self.closing = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def put(self, path: str, body: bytes | Callable[[str], bytes], **more: object) -> str:
        """Serve something; gives its address."""
        self.replies[path] = Reply(body, **more)  # type: ignore[arg-type]
        return self.url + path

    def paths(self) -> list[str]:
        """Paths asked for since they were last forgotten."""
        return [path for _, path, _ in self.asked]


@contextmanager
def serving() -> Iterator[Site]:
    """Serve until the end of the block."""
    site = Site()
    thread = threading.Thread(target=site._http.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.closing.set()
        site._http.shutdown()
        site._http.server_close()


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            path = unquote(parts.path)
            site.headers = dict(self.headers)
            reply = site.replies.get(path, Reply(b"nothing here", status=404))
            body = reply.body(unquote(parts.query)) if callable(reply.body) else reply.body
            etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            same = reply.tells_version and self.headers.get("If-None-Match") == etag
            status = 304 if same else reply.status
            site.asked.append(("GET", path, status))
            self.send_response(status)
            self.send_header("Content-Type", reply.type)
            if reply.tells_version:
                self.send_header("ETag", etag)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            body = b"" if same else body
            if not reply.announces_size:
                self.send_header("Connection", "close")
            elif "Content-Length" not in reply.headers:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if reply.drip:
                self._drip(body, reply.drip)
            else:
                self.wfile.write(body)

        def do_HEAD(self) -> None:
            site.asked.append(("HEAD", self.path, 405))
            self.send_error(405)

        def _drip(self, body: bytes, seconds: float) -> None:
            for at in range(len(body)):
                self.wfile.write(body[at : at + 1])
                self.wfile.flush()
                if site.closing.is_set():
                    return
                time.sleep(seconds)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    return Handler
