"""Error of reading a table: it says what was read, where, what was expected, what to do."""

from __future__ import annotations


class UnreadableTable(ValueError):  # noqa: N818 - the name says what is the matter
    """The file cannot be read as a table at all; nothing of it is used.

    Attributes:
        file: name of the file.
        found: what was met, and where.
        expected: what would have been right.
        advice: what the person can do.
    """

    def __init__(self, file: str, found: str, expected: str, advice: str) -> None:
        self.file = file
        self.found = found
        self.expected = expected
        self.advice = advice
        super().__init__(f"{file}: {found} Expected: {expected} {advice}")
