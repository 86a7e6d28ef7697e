"""Headers of answers that machines read: open to all origins, asked again only when changed."""

from __future__ import annotations

from flask import Response, request

_EXPOSED = "Content-Disposition, Content-Length, Content-Range, ETag, Last-Modified, Link"
_SENT = "Accept, If-Modified-Since, If-None-Match, If-Range, Range"


def open_to_all(answer: Response) -> Response:
    """Let scripts of every site read the answer; nothing that a cookie opens is sent to them."""
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Access-Control-Expose-Headers"] = _EXPOSED
    if request.method == "OPTIONS":
        answer.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        answer.headers["Access-Control-Allow-Headers"] = _SENT
        answer.headers["Access-Control-Max-Age"] = "86400"
    return answer


def private(answer: Response) -> None:
    """Keep an answer out of all caches: it is for one reader."""
    request.environ["__no_cache__"] = True
    answer.headers["Cache-Control"] = "private, no-store"
    answer.vary.update(["Cookie", "Authorization"])


def is_unchanged(answer: Response) -> bool:
    """Whether the client has what would be sent: by its ETag, or by date if it sent no ETag."""
    if request.method not in ("GET", "HEAD"):
        return False
    if request.if_none_match:
        etag, _weak = answer.get_etag()
        return etag is not None and request.if_none_match.contains_weak(etag)
    since = request.if_modified_since
    modified = answer.last_modified
    return bool(since and modified and modified.replace(microsecond=0) <= since)
