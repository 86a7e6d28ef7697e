"""Entries to frozen budget lines."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Callable
from functools import lru_cache

from ckanext.greekmunicipal.budgets.amounts import euros
from ckanext.greekmunicipal.budgets.codes import account_label, services
from ckanext.greekmunicipal.budgets.hierarchy import entry_side
from ckanext.greekmunicipal.budgets.records import BudgetLine
from ckanext.greekmunicipal.budgets.scan import RAW, Entry
from ckanext.greekmunicipal.greek import to_greek

WithholdLabel = Callable[[str], bool]
_euros = lru_cache(maxsize=65536)(euros)


@lru_cache(maxsize=16384)
def clean_label(text: str) -> str:
    """A label as people should see it: entities decoded, look-alike letters Greek, one line."""
    return " ".join(to_greek(html.unescape(text)).replace("\u00a0", " ").split())


def make_line(
    entry: Entry,
    *,
    fiscal_year: int | None,
    period_end: dt.date | None,
    file: str,
    sheet: str,
    withhold_label: WithholdLabel | None,
) -> BudgetLine:
    """One line of a budget.

    Args:
        entry: a leaf, or a row kept raw because its code belongs to another body.
        fiscal_year: year of the file, for lines that have none of their own.
        period_end: last day of the figures.
        file: name of the source file.
        sheet: name of the source sheet, empty for text files.
        withhold_label: tells whether a label may name a natural person; it is then left out.
    """
    flags = list(dict.fromkeys(entry.flags)) if entry.flags else []
    label = clean_label(entry.layout.text(entry.row.cells, "label"))
    if label and withhold_label is not None and withhold_label(label):
        label = ""
        flags.append("label-withheld")
    if entry.kind == RAW or entry.code is None:
        account, chart_label, side = "", "", entry.side
        flags.append("code-of-another-body")
    else:
        account = entry.account
        chart_label = account_label(entry.code.chart, account)[0]
        side = entry_side(entry)
    service_name = clean_label(entry.service_name) or _service_name(entry.service)
    return BudgetLine(
        entry.fiscal_year or fiscal_year,
        period_end,
        side,
        entry.service,
        service_name,
        entry.code_text,
        account,
        chart_label,
        "" if entry.kind == RAW else entry.sub,
        label,
        *map(_euros, entry.cents),
        source_file=file,
        source_sheet=sheet,
        source_row=entry.row.number,
        flags=tuple(flags),
    )


_SERVICES = services()


def _service_name(code: str) -> str:
    return _SERVICES.get(code, "")
