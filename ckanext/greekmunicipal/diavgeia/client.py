"""Client of the OpenData API of Diavgeia that believes an answer only when it proves itself."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from ckanext.greekmunicipal.diavgeia import echo, values
from ckanext.greekmunicipal.diavgeia.errors import RequestFailed, WindowNotProved
from ckanext.greekmunicipal.diavgeia.organizations import Organization, read_organization
from ckanext.greekmunicipal.diavgeia.plan import FIRST, Window
from ckanext.greekmunicipal.diavgeia.throttle import Throttle, in_process
from ckanext.greekmunicipal.diavgeia.transport import Limits, Transport

BASE_URL = "https://diavgeia.gov.gr/opendata"
USER_AGENT = "ckanext-greekmunicipal (harvester of public acts for municipal open-data portals)"
PAGE_SIZE = 500
_DAY = dt.timedelta(days=1)


def user_agent(contact: str) -> str:
    """User-Agent with the address of a person who can be asked about the requests."""
    clean = " ".join(contact.split())
    return f"{USER_AGENT[:-1]}; {clean})" if clean else USER_AGENT


@dataclass(frozen=True)
class Page:
    """One page of an answer.

    Attributes:
        number: from 0. A page 0 starts the answer (again): what came before it is void.
        decisions: the items as decoded, hits of the window and stray errors alike.
        total: hits that Diavgeia counts.
    """

    number: int
    decisions: list[Any]
    total: int


@dataclass(frozen=True)
class Proof:
    """Why an answer is believed; a line of the manifest.

    Attributes:
        window: what was asked.
        echo: what Diavgeia says it answered.
        total: hits that it counts; equal to ``distinct + duplicates + skipped``.
        distinct: acts with different numbers.
        duplicates: acts that came twice, in every reading alike.
        skipped: items without a number, such as errors in the place of an act.
        pages: pages of the reading that is believed.
        readings: how often the window was read until it stood still.
        fetched_at: when the last page came, UTC.
    """

    window: Window
    echo: str
    total: int
    distinct: int
    duplicates: int
    skipped: int
    pages: int
    readings: int
    fetched_at: dt.datetime


class _Moved(Exception):  # noqa: N818 - a reason to read once more
    pass


class WindowAnswer:
    """The pages of one window; the loop over it ends only if the answer is proved.

    ::

        answer = client.read_window(window)
        for page in answer:
            if page.number == 0:
                spool.clear()
            spool.add(page.decisions)
        commit(spool, answer.proof)
    """

    def __init__(self, client: Client, window: Window, page_size: int, readings: int) -> None:
        self.window = window
        self._client = client
        self._size = page_size
        self._readings = readings
        self._proof: Proof | None = None

    @property
    def proof(self) -> Proof:
        """Proof of the answer.

        Raises:
            WindowNotProved: it has not been read to its end.
        """
        if self._proof is None:
            raise WindowNotProved("unread", f"The answer about {self.window} was not read whole.")
        return self._proof

    def __iter__(self) -> Iterator[Page]:
        """Read the pages, as often as it takes until the window stands still.

        Raises:
            WindowNotProved: the answer does not prove itself.
            RequestFailed: Diavgeia gives no usable answer.
        """
        self._proof = None
        before: frozenset[str] | None = None
        why = ""
        for reading in range(1, self._readings + 1):
            tally = _Tally()
            try:
                yield from self._reading(tally)
            except _Moved as moved:
                before, why = None, str(moved)
                continue
            seen = frozenset(tally.seen)
            # Newest first: an act that comes while pages turn shows one act twice and hides none
            # or one. Two readings that agree show that nothing moved.
            if tally.duplicates and seen != before:
                before, why = seen, f"{tally.duplicates} acts came twice"
                continue
            self._proof = self._proved(tally, reading)
            return
        raise WindowNotProved(
            "moving",
            f"Asked for {self.window}, {self._readings} times: {why}. What is stored stays; the"
            " window has to be read later.",
        )

    def _reading(self, tally: _Tally) -> Iterator[Page]:
        number, pages = 0, 1
        while number < pages:
            page, query = self._page(number)
            if number == 0:
                tally.total, tally.echo = page.total, query
                pages = max(1, -(-page.total // self._size))
            elif page.total != tally.total:
                raise _Moved(f"the total went from {tally.total} to {page.total} between pages")
            self._count(page, tally)
            tally.pages = number + 1
            yield page
            number += 1
        if tally.items != tally.total:
            raise _Moved(f"Diavgeia counts {tally.total} acts but gave {tally.items}")

    def _page(self, number: int) -> tuple[Page, str]:
        answer = self._client.search(self.window, number, self._size)
        info = answer.get("info") if isinstance(answer, dict) else None
        decisions = answer.get("decisions") if isinstance(answer, dict) else None
        if not isinstance(info, dict) or not isinstance(decisions, list):
            raise self._not("shape", "an answer without «info» and «decisions» came")
        query, total = info.get("query"), info.get("total")
        if not isinstance(query, str):
            raise self._not("echo", "an answer without an echo came")
        wrong = echo.difference(self.window, query)
        if wrong:
            raise self._not("echo", f"the echo differs: {wrong}")
        if type(total) is not int or total < 0:
            raise self._not("shape", "an answer without a total came")
        if info.get("page") != number or info.get("size") != self._size:
            raise self._not(
                "page",
                f"page {number} of size {self._size} was asked for, page {info.get('page')} of"
                f" size {info.get('size')} came",
            )
        if len(decisions) > self._size or info.get("actualSize", len(decisions)) != len(decisions):
            raise self._not("page", f"page {number} has {len(decisions)} acts but says otherwise")
        return Page(number, decisions, total), query

    def _count(self, page: Page, tally: _Tally) -> None:
        for raw in page.decisions:
            tally.items += 1
            ada = raw.get("ada") if isinstance(raw, dict) else None
            if not isinstance(ada, str) or not ada.strip() or "errorCode" in raw:
                tally.skipped += 1
                continue
            self._check_content(raw, ada)
            if ada in tally.seen:
                tally.duplicates += 1
            tally.seen.add(ada)

    def _check_content(self, raw: dict[str, Any], ada: str) -> None:
        body = raw.get("organizationId")
        if body is not None and str(body) != self.window.organization_uid:
            raise self._not("foreign-act", f"the act {ada[:20]} of another body came")
        issued = values.date(raw.get("issueDate"))
        # The upper bound takes midnight itself, so an act on the seam comes in both windows.
        if issued and not self.window.issue_from <= issued <= self.window.issue_to:
            raise self._not("date-outside", f"the act {ada[:20]} issued on {issued} came")

    def _not(self, reason: str, came: str) -> WindowNotProved:
        return WindowNotProved(
            reason,
            f"Asked {self._client.base_url} for {self.window}: {came}. Nothing of it is used; what"
            " is stored stays.",
        )

    def _proved(self, tally: _Tally, reading: int) -> Proof:
        return Proof(
            window=self.window,
            echo=tally.echo,
            total=tally.total,
            distinct=len(tally.seen),
            duplicates=tally.duplicates,
            skipped=tally.skipped,
            pages=tally.pages,
            readings=reading,
            fetched_at=dt.datetime.now(dt.timezone.utc),
        )


class _Tally:
    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.items = self.duplicates = self.skipped = self.pages = self.total = 0
        self.echo = ""


class Client:
    """Reads Diavgeia; one client a thread.

    Args:
        base_url: without the last slash.
        delay: least seconds between two requests to the host, in this process; ignored if
            ``throttle`` is given.
        user_agent: names the program and whom to ask.
        throttle: called with the host before each request, for a limit shared by workers.
        timeout: seconds to connect and to wait for the next piece of an answer.
        max_bytes: bound of one unpacked answer.
        tries: how often one request is sent.
        readings: how often a window that moves is read.
        allow_private: private addresses and plain http are allowed (simulator, own mirror).
        sleep: waits for seconds.

    Raises:
        AddressRefused: the base address is not allowed.
    """

    def __init__(
        self,
        base_url: str = BASE_URL,
        *,
        delay: float = 1.0,
        user_agent: str = USER_AGENT,
        throttle: Throttle | None = None,
        timeout: tuple[float, float] = (10.0, 90.0),
        max_bytes: int = 64 * 1024 * 1024,
        tries: int = 6,
        readings: int = 4,
        allow_private: bool = False,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._transport = Transport(
            base_url,
            throttle=throttle or in_process(delay, sleep=sleep),
            user_agent=user_agent,
            limits=Limits(timeout=timeout, max_bytes=max_bytes, tries=tries),
            allow_private=allow_private,
            sleep=sleep,
        )
        self._readings = readings

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def check_address(self) -> None:
        """Resolve the base address before anything is asked.

        Raises:
            AddressRefused: it leads into a private network.
        """
        self._transport.check_address(self.base_url)

    @property
    def base_url(self) -> str:
        """Address that is asked."""
        return self._transport.base_url

    @property
    def requests(self) -> int:
        """Requests sent so far."""
        return self._transport.requests

    def read_window(self, window: Window, page_size: int = PAGE_SIZE) -> WindowAnswer:
        """The answer about a window, to be looped over page by page.

        Args:
            window: what to ask for.
            page_size: acts a page, 1 to 500 (Diavgeia cuts more without a word).
        """
        if not 1 <= page_size <= PAGE_SIZE:
            raise ValueError(f"A page holds 1 to {PAGE_SIZE} acts, not {page_size}.")
        return WindowAnswer(self, window, page_size, self._readings)

    def search(self, window: Window, page: int, size: int) -> Any:
        """One page of the search as decoded, not proved.

        Raises:
            RequestFailed: no usable answer.
        """
        params = {
            "org": window.organization_uid,
            "from_issue_date": window.issue_from.isoformat(),
            "to_issue_date": window.issue_to.isoformat(),
            # Without it revoked acts vanish, and a revocation looks like a fault.
            "status": "all",
            "page": str(page),
            "size": str(size),
        }
        # Left out, Diavgeia puts the first issue date there, and an act that was submitted before
        # the window begins (dated into the future) is in no answer at all.
        params["from_date"] = (window.submitted_from or FIRST).isoformat()
        return self._transport.get_json("search.json", params)

    def organization(self, uid: str) -> Organization:
        """A body by its uid.

        Raises:
            NotFound: there is none.
            RequestFailed: no usable answer.
        """
        raw = self._transport.get_json(f"organizations/{quote(uid, safe='')}.json")
        return read_organization(_object(raw, f"organisation {uid}"))

    def decision(self, ada: str) -> dict[str, Any]:
        """The last version of an act as decoded, for ``read_act``.

        Raises:
            NotFound: there is none.
            RequestFailed: no usable answer.
        """
        raw = _object(
            self._transport.get_json(f"decisions/{quote(ada, safe='')}.json"), f"act {ada}"
        )
        if values.greek_capitals(values.text(raw.get("ada"))) != values.greek_capitals(ada):
            raise RequestFailed("wrong-act", f"Asked for the act {ada}, another one came.")
        return raw

    def types(self) -> dict[str, str]:
        """Labels of the decision types that Diavgeia has now, by uid.

        Raises:
            RequestFailed: no usable answer.
        """
        raw = _object(self._transport.get_json("types.json"), "list of decision types")
        return {
            values.text(item.get("uid")): values.text(item.get("label"))
            for item in values.each(raw.get("decisionTypes"))
            if item.get("allowedInDecisions") is not False
        }


def _object(raw: Any, what: str) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise RequestFailed("shape", f"Asked for the {what}, something else came.")
    return raw
