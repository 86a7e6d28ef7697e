"""What goes wrong on a browser page while a test walks through it."""

from __future__ import annotations

from typing import Any

# What Chromium says of a request that it gave up itself.
ABORTED = "net::ERR_ABORTED"


class Watch:
    """Writes down what goes wrong on a page.

    A browser gives up what a page still loads when the reader goes on to the next. Only this is no
    fault: the request was aborted, and its frame had set out for another document since.

    Args:
        page: of Playwright.
        wrong: list to which each fault is added.
    """

    def __init__(self, page: Any, wrong: list[str]) -> None:
        self._wrong = wrong
        self._departures: dict[Any, int] = {}
        self._began: dict[Any, dict[Any, int]] = {}
        page.on("console", self._console)
        page.on("pageerror", lambda error: wrong.append(f"script: {error}"))
        page.on("request", self._request)
        page.on("requestfailed", self._failed)
        page.on("response", self._response)

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self._wrong.append(f"console: {message.text}")

    def _response(self, answer: Any) -> None:
        if answer.status >= 400:
            self._wrong.append(f"{answer.status}: {answer.url}")

    def _request(self, request: Any) -> None:
        if request.is_navigation_request():
            self._departures[request.frame] = self._departures.get(request.frame, 0) + 1
        self._began[request] = dict(self._departures)

    def _failed(self, request: Any) -> None:
        if not (request.failure == ABORTED and self._was_left(request)):
            self._wrong.append(f"failed: {request.url} ({request.failure})")

    def _was_left(self, request: Any) -> bool:
        """Whether its frame, or one around it, went elsewhere after the request had begun."""
        began = self._began.get(request, {})
        frame = request.frame
        while frame is not None:
            if self._departures.get(frame, 0) > began.get(frame, 0):
                return True
            frame = frame.parent_frame
        return False
