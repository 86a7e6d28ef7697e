"""Pages in Redis: shared by all workers and machines, bounded, and never needed to be right."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.redis import connect_to_redis
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

# A page of 100 datasets takes some 50 kB, compressed.
MOST_PAGES = 1_000
SECONDS = 7 * 24 * 3600


@dataclass(frozen=True)
class Kept:
    """A page as it is sent.

    Attributes:
        state: of all that it was made from.
        digest: of its plain text.
        modified: seconds since 1970; grows whenever the text becomes another one.
        links: addresses of the pages around it.
        body: compressed with gzip; None while it has not been read from Redis.
        key: where Redis has it.
    """

    state: str
    digest: str
    modified: int
    links: Mapping[str, str]
    body: bytes | None
    key: str | None = None

    @classmethod
    def of(
        cls,
        *,
        body: bytes,
        digest: str,
        state: str,
        links: Mapping[str, str],
        earlier: Kept | None,
    ) -> Kept:
        """A page that was just written.

        Args:
            body: compressed with gzip.
            digest: of its plain text.
            state: of all that it was made from.
            links: addresses of the pages around it.
            earlier: the page that was sent before under this address.
        """
        before = (earlier.digest, earlier.modified) if earlier else None
        return cls(state, digest, _date(digest, before), links, body)

    @property
    def last_modified(self) -> dt.datetime:
        """Instant from which on the text is this one."""
        return dt.datetime.fromtimestamp(self.modified, dt.timezone.utc)


@dataclass(frozen=True)
class Found:
    """What Redis knows of an address.

    Attributes:
        page: the page that was sent last, None if it was forgotten.
        epoch: changes whenever all pages are to be looked at again.
    """

    page: Kept | None
    epoch: str


def nothing() -> Found:
    """An address that is not looked up."""
    return Found(None, "")


def look_up(address: str) -> Found:
    """The page that was kept for an address, without its body."""
    key = _key("page", hashlib.sha256(address.encode()).hexdigest())
    try:
        epoch, head = _client().mget(_key("epoch"), key)
        # A lost epoch is a new one: nobody knows what was forgotten with it.
        text = epoch.decode() if epoch else _new_epoch()
    except RedisError as error:
        log.warning("Redis does not answer, the feed is written anew: %s", error)
        return nothing()
    if head is None:
        return Found(None, text)
    known = json.loads(head)
    return Found(Kept(**known, body=None, key=key), text)


def keep(address: str, page: Kept) -> None:
    """Keep a page for its address; the oldest ones go when there are too many."""
    key = _key("page", hashlib.sha256(address.encode()).hexdigest())
    head = {name: getattr(page, name) for name in ("state", "digest", "modified", "links")}
    try:
        redis = _client().pipeline(transaction=True)
        redis.set(key, json.dumps(head), ex=SECONDS)
        redis.hset(_body(key), mapping={"digest": page.digest, "body": page.body or b""})
        redis.expire(_body(key), SECONDS)
        redis.zadd(_key("pages"), {key: time.time()})
        redis.zrange(_key("pages"), 0, -MOST_PAGES - 1)
        surplus = [name.decode() for name in redis.execute()[-1]]
        if surplus:
            _client().delete(*surplus, *map(_body, surplus))
            _client().zrem(_key("pages"), *surplus)
    except RedisError as error:
        log.warning("Redis does not answer, a page of the feed is not kept: %s", error)


def body(page: Kept) -> bytes | None:
    """The compressed text of a page; None when it was forgotten or replaced meanwhile."""
    if page.body is not None or page.key is None:
        return page.body
    try:
        digest, found = _client().hmget(_body(page.key), "digest", "body")
    except RedisError as error:
        log.warning("Redis does not answer, the feed is written anew: %s", error)
        return None
    return found if digest and digest.decode() == page.digest else None


def date_of(name: str, digest: str) -> int:
    """Seconds since 1970 from which on a text has its digest; now if that is not known.

    Args:
        name: of the text.
        digest: of its present state.
    """
    key = _key("date", name)
    try:
        client = _client()
        digest_before, date_before = client.hmget(key, "digest", "modified")
        before = (digest_before.decode(), int(date_before)) if digest_before else None
        date = _date(digest, before)
        if before != (digest, date):
            client.hset(key, mapping={"digest": digest, "modified": date})
            client.expire(key, SECONDS)
        return date
    except RedisError as error:
        log.warning("Redis does not answer, a date is not known: %s", error)
        return int(time.time())


def renew() -> None:
    """Have all pages looked at again: what a fragment says has changed."""
    try:
        _new_epoch()
    except RedisError as error:
        # Pages live for a week at most; without Redis there are none.
        log.warning("Redis does not answer, pages of the feed may be kept too long: %s", error)


def forget() -> None:
    """Drop all pages."""
    try:
        client = _client()
        names = [name.decode() for name in client.zrange(_key("pages"), 0, -1)]
        client.delete(*names, *map(_body, names), _key("pages"), _key("epoch"))
    except RedisError as error:
        log.warning("Redis does not answer, pages of the feed are not dropped: %s", error)


def once(name: str, seconds: int) -> bool:
    """Whether nobody else asked for the same within the given time; True without Redis."""
    try:
        return bool(_client().set(_key("once", name), "1", nx=True, ex=seconds))
    except RedisError:
        return True


def again(name: str) -> None:
    """Let the next one ask at once."""
    try:
        _client().delete(_key("once", name))
    except RedisError as error:
        log.warning("Redis does not answer: %s", error)


def _client() -> Any:
    return connect_to_redis()


def _date(digest: str, before: tuple[str, int] | None) -> int:
    now = int(time.time())
    if before is None:
        return now
    # Two texts within a second must not have one date.
    return before[1] if before[0] == digest else max(now, before[1] + 1)


def _new_epoch() -> str:
    epoch = secrets.token_hex(8)
    _client().set(_key("epoch"), epoch)
    return epoch


def _body(key: str) -> str:
    return f"{key}:body"


def _key(*parts: str) -> str:
    return ":".join(("greekmunicipal", tk.config["ckan.site_id"], "feed", *parts))
