"""Entries to frozen budget lines."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import lru_cache
from itertools import islice

from ckanext.greekmunicipal.budgets.codes import account_label, services
from ckanext.greekmunicipal.budgets.records import BudgetLine
from ckanext.greekmunicipal.budgets.scan import RAW, Entry
from ckanext.greekmunicipal.greek import to_greek

WithholdLabel = Callable[[str], bool]
_CENT = Decimal("0.01")
_ZERO = Decimal("0.00")
# Composed Greek letters, digits and plain signs in words with one space between: most labels.
_WORD = "[0-9\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce.,:()/«»-]+"
_CLEAN = re.compile(f"{_WORD}(?: {_WORD})*")
# Lines whose amounts are turned into EUR at once.
_BATCH = 1000


def clean_label(text: str) -> str:
    """A label as people should see it: entities decoded, look-alike letters Greek, one line."""
    return text if _CLEAN.fullmatch(text) else _cleaned(text)


@lru_cache(maxsize=16384)
def _cleaned(text: str) -> str:
    clean = " ".join(to_greek(html.unescape(text)).replace("\u00a0", " ").split())
    # The text of the cell itself where nothing changed: one copy in memory.
    return text if text == clean else clean


def make_lines(
    entries: Iterable[Entry],
    *,
    fiscal_year: int | None,
    period_end: dt.date | None,
    file: str,
    sheet: str,
    withhold_label: WithholdLabel | None,
) -> list[BudgetLine]:
    """The lines of one sheet.

    Args:
        entries: leaves, or rows kept raw because their codes belong to another body.
        fiscal_year: year of the file, for lines that have none of their own.
        period_end: last day of the figures.
        file: name of the source file.
        sheet: name of the source sheet, empty for text files.
        withhold_label: tells whether a label may name a natural person; it is then left out.
    """
    lines: list[BudgetLine] = []
    entries = iter(entries)
    while batch := list(islice(entries, _BATCH)):
        for entry, euros in zip(batch, _euros(batch), strict=True):
            flags = entry.flags and tuple(dict.fromkeys(entry.flags))
            label = clean_label(entry.layout.text(entry.row.cells, "label"))
            if label and withhold_label is not None and withhold_label(label):
                label = ""
                flags += ("label-withheld",)
            service, name, sub = entry.service, entry.service_name, entry.sub
            if entry.kind == RAW or entry.code is None:
                account, chart_label, side, sub = "", "", entry.side, ""
                flags += ("code-of-another-body",)
            else:
                account = entry.account
                chart_label = account_label(entry.code.chart, account)[0]
                side = entry.account_side or entry.side
            lines.append(
                tuple.__new__(
                    BudgetLine,
                    (
                        entry.fiscal_year or fiscal_year,
                        period_end,
                        side,
                        service,
                        (name and clean_label(name)) or _SERVICES.get(service, ""),
                        entry.code_text,
                        account,
                        chart_label,
                        sub,
                        label,
                        *euros,
                        file,
                        sheet,
                        entry.row.number,
                        flags,
                    ),
                )
            )
    return lines


def _euros(entries: list[Entry]) -> Iterator[tuple[Decimal | None, ...]]:
    """Amounts of some entries, column by column: most columns are empty.

    The cents are let go: Decimals take three times the memory, not both for a large file.
    """
    columns: list[Iterable[Decimal | None]] = []
    for column in zip(*(entry.cents for entry in entries), strict=True):
        if column.count(None) == len(column):
            columns.append(column)
        else:
            columns.append(
                [
                    _CENT * cents if cents else _ZERO if cents is not None else None
                    for cents in column
                ]
            )
    for entry in entries:
        entry.cents = ()
    return zip(*columns, strict=True)


_SERVICES = services()
