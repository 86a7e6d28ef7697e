"""What stays of an act that an administrator withholds on a person's objection.

When, what kind, how much and for which body stay; who, and what about, go.
"""

from __future__ import annotations

from typing import Any

from ckanext.greekmunicipal.diavgeia import privacy
from ckanext.greekmunicipal.diavgeia.rows import ACTS_COLUMNS, LINES_COLUMNS, WITHHELD, ActRows

FLAG = "withheld-on-objection"
# Columns whose cells go; the page at Diavgeia stays, the document with the names does not.
_EMPTIED = {"protocol_number": None, "budget_type": None, "document_url": None}
_OF_ACT = {"subject": WITHHELD, "subject_withheld": True} | _EMPTIED
_NO_PARTY = {"counterparty_afm": None, "counterparty_name": None}
_ACT_NAMES = tuple(column.name for column in ACTS_COLUMNS)
_LINE_NAMES = tuple(column.name for column in LINES_COLUMNS)
_FLAGS = _ACT_NAMES.index("flags")
_KIND = _LINE_NAMES.index("counterparty_kind")


def withheld(rows: ActRows) -> ActRows:
    """The rows of an act without what could lead to a person; done twice it changes nothing."""
    act = tuple(
        _OF_ACT.get(name, cell) for name, cell in zip(_ACT_NAMES, rows.act_row, strict=True)
    )
    flags = [each for each in (act[_FLAGS] or "").split(";") if each]
    flags = flags if FLAG in flags else [*flags, FLAG]
    act = (*act[:_FLAGS], ";".join(flags), *act[_FLAGS + 1 :])
    lines = tuple(_without_party(line) for line in rows.line_rows)
    natural = [line[_KIND] for line in lines].count(privacy.NATURAL)
    return ActRows(act, lines, rows.family, True, natural)


def _without_party(line: tuple[Any, ...]) -> tuple[Any, ...]:
    cells = dict(zip(_LINE_NAMES, line, strict=True)) | _NO_PARTY
    if cells["counterparty_kind"] != privacy.NONE:
        # In doubt a person.
        cells["counterparty_kind"] = privacy.NATURAL
    return tuple(cells.values())
