"""What can be the matter with a source, told in Greek and in English."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

from ckanext.greekmunicipal.harvesters.budget_sources.documents import shown_address


class SourceFailure(ValueError):  # noqa: N818 - says what happened
    """A list or file could not be had; what was there before stays.

    Attributes:
        reason: key of the table of messages, as ``status`` or ``not-a-file``.
        el: what was read, where, what was expected, what to do, in Greek.
        en: the same in English.
    """

    def __init__(self, reason: str, el: str, en: str) -> None:
        self.reason, self.el, self.en = reason, el, en
        super().__init__(f"{en} · {el}")


def failure(reason: str, **values: object) -> SourceFailure:
    """The failure of a reason, with its messages from ``messages.csv``.

    Args:
        reason: its key.
        values: what stands in the messages; an address is told as people may see it.
    """
    el, en = _messages()[reason]
    if "url" in values:
        values["url"] = shown_address(str(values["url"]))
    return SourceFailure(reason, el.format(**values), en.format(**values))


@cache
def _messages() -> dict[str, tuple[str, str]]:
    table = files("ckanext.greekmunicipal.harvesters.budget_sources") / "messages.csv"
    with table.open(encoding="utf-8") as lines:
        return {row["reason"]: (row["el"], row["en"]) for row in csv.DictReader(lines)}
