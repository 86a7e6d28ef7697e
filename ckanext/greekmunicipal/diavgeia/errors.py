"""What can go wrong between a question to Diavgeia and a believed answer."""

from __future__ import annotations


class DiavgeiaError(Exception):
    """Base of the errors of reading Diavgeia; the message says what was asked and what came."""


class RequestFailed(DiavgeiaError):  # noqa: N818 - says what happened, as the messages do
    """A request has no usable answer, after all tries that make sense.

    Attributes:
        reason: short name for counts: ``status-404``, ``not-json``, ``too-large``, ``time-out``,
            ``connection``, ``redirect``, ``address``.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class NotFound(RequestFailed):
    """Diavgeia has nothing under this key."""


class AddressRefused(RequestFailed):
    """The host is not one that may be asked: a private address, another host, no https."""


class WindowNotProved(DiavgeiaError):  # noqa: N818 - says what happened
    """An answer about a window did not prove that it is complete; nothing of it may be used.

    Attributes:
        reason: short name for counts: ``echo``, ``shape``, ``page``, ``total``, ``moving``,
            ``foreign-act``, ``date-outside``.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
