"""The simulator over HTTP, on the loopback address only."""

from __future__ import annotations

import socket
import struct
from collections import deque
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from types import TracebackType
from urllib.parse import parse_qsl, unquote, urlsplit

from .answers import Answer, answer, error_answer, html_answer
from .clock import ClockError
from .faults import FaultDraw
from .simulator import Simulator

HOST = "127.0.0.1"
_REMEMBERED = 20_000
_DRIPS = 20
_NO_LINGER = struct.pack("ii", 1, 0)
_INSTEAD = {
    "rate_limited": lambda: error_answer(429, "TOO_MANY_REQUESTS", "Πολλά αιτήματα"),
    "rate_limited_silent": lambda: error_answer(429, "TOO_MANY_REQUESTS", "Πολλά αιτήματα"),
    "server_error": lambda: error_answer(500, "INTERNAL", "Εσωτερικό σφάλμα"),
    "bad_gateway": lambda: html_answer(502),
    "html": html_answer,
}


@dataclass(frozen=True)
class Request:
    """A request that the server has answered; ``status`` is 0 where it broke the connection."""

    path: str
    parameters: dict[str, str]
    status: int
    fault: str | None
    user_agent: str


class SimulatorServer:
    """A running simulator; ends with ``close`` or with its ``with`` block."""

    def __init__(self, simulator: Simulator, port: int = 0) -> None:
        self.simulator = simulator
        self.faults = FaultDraw(simulator.seed, simulator.scenario.faults)
        self.closing = Event()
        self._requests: deque[Request] = deque(maxlen=_REMEMBERED)
        self._lock = Lock()
        self._http = _Server((HOST, port), self)
        self._thread: Thread | None = None

    @property
    def port(self) -> int:
        """The port on which it listens."""
        return int(self._http.server_address[1])

    @property
    def base_url(self) -> str:
        """Address of the API."""
        return f"http://{HOST}:{self.port}/opendata"

    @property
    def requests(self) -> list[Request]:
        """The last requests, oldest first; kept in memory only."""
        with self._lock:
            return list(self._requests)

    def count(self, path: str = "") -> int:
        """How many of the remembered requests have ``path`` in theirs."""
        return sum(path in request.path for request in self.requests)

    def forget(self) -> None:
        """Forget the requests so far."""
        with self._lock:
            self._requests.clear()

    def remember(self, request: Request) -> None:
        """Add a request to those remembered."""
        with self._lock:
            self._requests.append(request)

    def run(self) -> None:
        """Serve in this thread until ``close`` is called from another."""
        self._http.serve_forever(poll_interval=0.1)

    def start(self) -> SimulatorServer:
        """Serve in a thread of its own."""
        self._thread = Thread(target=self.run, name="diavgeia-simulator", daemon=True)
        self._thread.start()
        return self

    def close(self) -> None:
        """Stop serving and free the port."""
        self.closing.set()
        if self._thread is not None:
            self._http.shutdown()
            self._thread.join()
            self._thread = None
        self._http.server_close()

    def __enter__(self) -> SimulatorServer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def serve(simulator: Simulator, port: int = 0) -> SimulatorServer:
    """Serve a simulator in the background.

    Args:
        simulator: what is served.
        port: 0 for any free port.

    Raises:
        OSError: the port is taken.
    """
    return SimulatorServer(simulator, port).start()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], owner: SimulatorServer) -> None:
        self.owner = owner
        super().__init__(address, _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "nginx"
    sys_version = ""
    # One segment an answer: headers and body are sent together, at once.
    wbufsize = -1
    disable_nagle_algorithm = True
    server: _Server  # pyright: ignore[reportIncompatibleVariableOverride]

    def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
        """Answer a reading request."""
        owner = self.server.owner
        parts = urlsplit(self.path)
        path = unquote(parts.path)
        # The last of several values counts.
        parameters = dict(parse_qsl(parts.query, keep_blank_values=True))
        fault = owner.faults.next(path)
        found, status = None, 0
        try:
            if fault != "reset":
                found = self._find(path, parameters, fault)
                status = found.status
        finally:
            # Before it is answered: who has the answer finds the request among those remembered.
            owner.remember(
                Request(path, parameters, status, fault, self.headers.get("User-Agent", ""))
            )
        if found is None:
            self._reset()
        else:
            self._send(found, fault)

    do_HEAD = do_GET  # noqa: N815

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The header ``Date``: the simulator's clock."""
        if timestamp is None:
            try:
                timestamp = self.server.owner.simulator.now().timestamp()
            except ClockError:
                timestamp = None
        return super().date_time_string(timestamp)  # type: ignore[arg-type]

    def do_POST(self) -> None:  # noqa: N802
        """Publishing needs a login that nobody has here."""
        self.close_connection = True
        self._send(error_answer(401, "UNAUTHORIZED", "Απαιτείται σύνδεση"), None)

    def _find(self, path: str, parameters: dict[str, str], fault: str | None) -> Answer:
        if fault in _INSTEAD:
            return _INSTEAD[fault]()
        try:
            accept = self.headers.get("Accept", "")
            return answer(self.server.owner.simulator, path, parameters, fault, accept)
        except ClockError as error:
            return error_answer(500, "CLOCK", str(error))

    def _send(self, found: Answer, fault: str | None) -> None:
        body = found.body
        if fault == "truncated":
            body = body[: len(body) // 2]
        self.send_response(found.status, HTTPStatus(found.status).phrase)
        self.send_header("Content-Type", found.content_type)
        self.send_header("Content-Length", str(len(body)))
        if fault == "rate_limited":
            self.send_header("Retry-After", str(self.server.owner.simulator.scenario.retry_after))
        self.end_headers()
        if self.command == "HEAD":
            return
        if fault == "slow":
            self._drip(body)
        elif fault == "cut":
            self.wfile.write(body[: len(body) // 2])
            self.close_connection = True
        else:
            self.wfile.write(body)

    def _drip(self, body: bytes) -> None:
        owner = self.server.owner
        step = max(1, len(body) // _DRIPS)
        for start in range(0, len(body), step):
            self.wfile.write(body[start : start + step])
            self.wfile.flush()
            if owner.closing.wait(owner.simulator.scenario.slow_seconds / _DRIPS):
                return

    def _reset(self) -> None:
        """Close the connection so that the client sees a reset."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self.connection.close()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing is written: queries can hold names."""
