"""What can go wrong while quality is measured."""

from __future__ import annotations


class QualityError(Exception):
    """Quality could not be measured: says what was read, where, what was expected, what to do."""


class UnreadableError(QualityError):
    """A file or answer is no RDF that can be read safely."""


class FetchError(QualityError):
    """An address gave no usable answer.

    Attributes:
        reason: short and stable, as ``address``, ``time-out`` or ``connection``.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
