"""Client of the OpenData API of Diavgeia that believes an answer only when it proves itself."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from ckanext.greekmunicipal.diavgeia import decoding, values
from ckanext.greekmunicipal.diavgeia.answer import Page, Proof, WindowAnswer
from ckanext.greekmunicipal.diavgeia.errors import RequestFailed
from ckanext.greekmunicipal.diavgeia.organizations import Organization, read_organization
from ckanext.greekmunicipal.diavgeia.plan import FIRST, PAGE_SIZE, Window
from ckanext.greekmunicipal.diavgeia.throttle import Throttle, in_process
from ckanext.greekmunicipal.diavgeia.transport import Limits, Transport

BASE_URL = "https://diavgeia.gov.gr/opendata"
USER_AGENT = "ckanext-greekmunicipal (harvester of public acts for municipal open-data portals)"


def user_agent(contact: str) -> str:
    """User-Agent with the address of a person who can be asked about the requests."""
    clean = " ".join(contact.split())
    return f"{USER_AGENT[:-1]}; {clean})" if clean else USER_AGENT


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
    def source_time(self) -> dt.datetime | None:
        """The clock of the source at its last answer; None if it does not tell."""
        return self._transport.source_time

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
        if window.organization_uid:
            params["org"] = window.organization_uid
        if window.submitted_to:
            params["to_date"] = window.submitted_to.isoformat()
        if window.decision_types:
            params["type"] = ";".join(window.decision_types)
        return self._transport.get_json("search.json", params, decoding.search_page)

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


__all__ = [
    "BASE_URL",
    "PAGE_SIZE",
    "USER_AGENT",
    "Client",
    "Page",
    "Proof",
    "WindowAnswer",
    "user_agent",
]
