"""A server on loopback that answers as it is told."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Answer:
    """What a path answers: by method, where HEAD and GET differ."""

    status: int = 200
    content: bytes = b""
    content_type: str = "text/plain"
    location: str = ""
    head_status: int | None = None
    drips: bool = False


@dataclass
class DcatServer:
    """What is served, and what was asked."""

    address: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    ranges: list[str] = field(default_factory=list)

    def gives(self, path: str, content: bytes, content_type: str, **more: Any) -> str:
        """Serve a content; its address."""
        self.answers["/" + path] = Answer(content=content, content_type=content_type, **more)
        return self.address + path

    def redirects(self, path: str, to: str) -> str:
        """Redirect a path to a place; its address."""
        self.answers["/" + path] = Answer(status=302, location=to)
        return self.address + path

    def answers_with(self, path: str, status: int, head: int | None = None) -> str:
        """Answer with a status, HEAD with another; the address."""
        self.answers["/" + path] = Answer(status=status, head_status=head, content=b"content")
        return self.address + path


def serve() -> tuple[DcatServer, ThreadingHTTPServer]:
    """Start a server on a free port."""
    told = DcatServer()

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            answer = self._head()
            if answer.head_status == -1:
                self.connection.close()

        def do_GET(self) -> None:
            answer = self._head()
            self.wfile.write(answer.content)

        def _head(self) -> Answer:
            told.asked.append((self.command, self.path))
            if "Range" in self.headers:
                told.ranges.append(self.headers["Range"])
            answer = told.answers.get(self.path, Answer(status=404))
            status = answer.status
            if self.command == "HEAD" and answer.head_status is not None:
                status = answer.head_status
            if answer.drips:
                # One byte of the head at a time, each sooner than any time-out of a socket.
                for byte in b"HTTP/1.0 200 OK":
                    self.wfile.write(bytes([byte]))
                    time.sleep(0.2)
                self.close_connection = True
                return answer
            if status < 0:
                # The connection is dropped without a word.
                self.close_connection = True
                self.connection.shutdown(2)
                return answer
            self.send_response(status)
            if answer.location:
                self.send_header("Location", answer.location)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            return answer

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.address = f"http://127.0.0.1:{server.server_address[1]}/"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return told, server
