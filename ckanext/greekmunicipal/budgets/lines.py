"""Entries to frozen budget lines."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import lru_cache

from ckanext.greekmunicipal.budgets.codes import account_label, services
from ckanext.greekmunicipal.budgets.records import BudgetLine
from ckanext.greekmunicipal.budgets.scan import RAW, Entry
from ckanext.greekmunicipal.greek import to_greek

WithholdLabel = Callable[[str], bool]
_CENT = Decimal("0.01")


@lru_cache(maxsize=16384)
def clean_label(text: str) -> str:
    """A label as people should see it: entities decoded, look-alike letters Greek, one line."""
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
    lines = []
    for entry in entries:
        flags = entry.flags and tuple(dict.fromkeys(entry.flags))
        label = clean_label(entry.layout.text(entry.row.cells, "label"))
        if label and withhold_label is not None and withhold_label(label):
            label = ""
            flags += ("label-withheld",)
        if entry.kind == RAW or entry.code is None:
            account, chart_label, side = "", "", entry.side
            flags += ("code-of-another-body",)
        else:
            account = entry.account
            chart_label = account_label(entry.code.chart, account)[0]
            side = entry.account_side or entry.side
        euros = [None if cents is None else _CENT * cents for cents in entry.cents]
        # Decimals take three times the memory: not both for all lines of a large file.
        entry.cents = ()
        lines.append(
            BudgetLine(
                entry.fiscal_year or fiscal_year,
                period_end,
                side,
                entry.service,
                clean_label(entry.service_name) or _SERVICES.get(entry.service, ""),
                entry.code_text,
                account,
                chart_label,
                "" if entry.kind == RAW else entry.sub,
                label,
                *euros,
                source_file=file,
                source_sheet=sheet,
                source_row=entry.row.number,
                flags=flags,
            )
        )
    return lines


_SERVICES = services()
