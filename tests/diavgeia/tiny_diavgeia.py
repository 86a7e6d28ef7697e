"""A tiny Diavgeia whose every answer a test can replace or change."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from act_samples import query_echo


@dataclass
class Reply:
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})
    cut: bool = False


@dataclass
class TinyDiavgeia:
    """Serves ``decisions`` as the search does; ``before`` may answer a request instead."""

    decisions: list[Any] = field(default_factory=list)
    before: Callable[[int, str, dict[str, str]], Reply | None] = lambda *_: None
    change: Callable[[dict[str, Any], dict[str, str], int], Any] = lambda answer, *_: answer
    requests: list[tuple[str, dict[str, str], dict[str, str]]] = field(default_factory=list)
    base_url: str = ""

    def answer(self, path: str, headers: dict[str, str]) -> Reply:
        parts = urlsplit(path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.requests.append((parts.path, asked, headers))
        reply = self.before(len(self.requests), parts.path, asked)
        if reply:
            return reply
        page, size = int(asked["page"]), int(asked["size"])
        items = self.decisions[page * size : (page + 1) * size]
        info = {
            "query": query_echo(asked),
            "page": page,
            "size": size,
            "actualSize": len(items),
            "total": len(self.decisions),
            "order": "recent",
        }
        answer = self.change({"decisions": items, "info": info}, asked, len(self.requests))
        return Reply(json.dumps(answer, ensure_ascii=False).encode())
