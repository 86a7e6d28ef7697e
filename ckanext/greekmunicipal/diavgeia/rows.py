"""Rows of the tables ``acts`` and ``lines``: what may be stored of an act, and nothing else.

This is the border of personal data. A name or number of a natural person, a subject that may name
one and the counterparties of a revoked act do not pass it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from ckanext.greekmunicipal.diavgeia import privacy
from ckanext.greekmunicipal.diavgeia.act import PUBLIC_STATUSES, Act
from ckanext.greekmunicipal.diavgeia.families import DECISION_TYPES, STAFF, family_of, subject_rule
from ckanext.greekmunicipal.diavgeia.money import Line
from ckanext.greekmunicipal.diavgeia.tables import table
from ckanext.greekmunicipal.greek import to_greek

# Version of the mapping from act to row; part of each row's fingerprint, so that a changed rule
# reaches the rows that are already stored.
MAPPING_VERSION = 3

# One text for readers of both languages: a cell of a table cannot be translated.
WITHHELD = "Παραλείπεται: ίσως κατονομάζει πρόσωπο (withheld: may name a person)"

ACT_PAGE = "https://diavgeia.gov.gr/decision/view/"
_DOCUMENT = re.compile(r"https?://(?:[a-z0-9-]+\.)*diavgeia\.gov\.gr/[^\s\"'<>\\]+")


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        name: public name, see the interfaces.
        type: type of PostgreSQL: text, date, timestamptz, numeric, integer, boolean.
        label_el: Greek label.
        label_en: English label.
        notes_el: what the values mean, in Greek; may be ''.
        notes_en: the same in English.
    """

    name: str
    type: str
    label_el: str
    label_en: str
    notes_el: str
    notes_en: str


def _columns(of: str) -> tuple[Column, ...]:
    return tuple(
        Column(**{name: value for name, value in row.items() if name != "table"})
        for row in table("columns")
        if row["table"] == of
    )


ACTS_COLUMNS = _columns("acts")
LINES_COLUMNS = _columns("lines")
ACTS_KEY = ("ada",)
LINES_KEY = ("ada", "line_no")


@dataclass(frozen=True)
class Labels:
    """Names that a decision does not carry, from the registers of Diavgeia.

    Attributes:
        organizations: label of each body by uid.
    """

    organizations: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def organization(self, uid: str) -> str | None:
        """Label of a body; of a municipality also without a register at hand; None if unknown."""
        return self.organizations.get(uid) or _municipality_label(uid)


@lru_cache(maxsize=4096)
def _municipality_label(uid: str) -> str | None:
    from ckanext.greekmunicipal import municipalities

    try:
        return municipalities.by_diavgeia_uid(uid).diavgeia_label
    except LookupError:
        return None


NO_LABELS = Labels()


class ActRows(NamedTuple):
    """What an act becomes.

    Attributes:
        act_row: values of ``ACTS_COLUMNS``.
        line_rows: values of ``LINES_COLUMNS`` of each line.
        family: slug; its dataset takes the rows.
        withheld: the subject is withheld.
        natural_persons: lines whose counterparty is a natural person.
    """

    act_row: tuple[Any, ...]
    line_rows: tuple[tuple[Any, ...], ...]
    family: str
    withheld: bool
    natural_persons: int


def rows_of(act: Act, labels: Labels = NO_LABELS) -> ActRows:
    """Rows of one act, masked.

    Values are ``str``, ``int``, ``bool``, ``Decimal`` (two digits), ``date``, ``datetime`` (aware,
    Europe/Athens) or None for unknown; several values in a cell are joined by ``;``.
    """
    flags = list(act.flags)
    public = act.status in PUBLIC_STATUSES
    subject, withheld = _subject(act, public)
    protocol_number = _protocol_number(act, public, flags)
    budget_type = privacy.budget_type(act.budget_type)
    if act.budget_type and not budget_type:
        flags.append("budget-type-withheld")
    if act.private_data:
        flags.append("private-data")
    related = tuple(ada for ada in act.related_ada if privacy.is_reference(ada))
    if len(related) < len(act.related_ada) and "reference-dropped" not in flags:
        flags.append("reference-dropped")
    year = act.issue_date.year if act.issue_date else None
    kind = DECISION_TYPES.get(act.decision_type)
    lines = tuple(
        [
            _line_row(act.ada, year, number, line, public)
            for number, line in enumerate(act.lines, start=1)
        ]
    )
    row = (
        act.ada,
        act.version_id or None,
        act.corrected_version_id or None,
        act.status,
        year,
        act.issue_date,
        act.published,
        act.submitted,
        privacy.code(act.decision_type) or None,
        kind.label if kind else None,
        act.organization_uid,
        labels.organization(act.organization_uid),
        ";".join(act.unit_uids) or None,
        subject,
        withheld,
        protocol_number,
        ";".join(act.thematic_categories) or None,
        act.financial_year,
        budget_type or None,
        act.amount,
        act.currency or None,
        ";".join(flags) or None,
        ";".join(related) or None,
        _document_url(act.document_url) if public else None,
        ACT_PAGE + act.ada,
    )
    natural = [line[3] for line in lines].count(privacy.NATURAL)
    return ActRows(row, lines, family_of(act.decision_type), withheld, natural)


def _subject(act: Act, public: bool) -> tuple[str | None, bool]:
    """What is kept of the subject, and whether it is withheld for the sake of a person."""
    if not public:
        return None, False
    rule = subject_rule(act.decision_type)
    if rule == "none":
        return None, True
    if not act.subject:
        return None, False
    if rule == "withhold" or act.private_data or privacy.concerns_person(act.subject):
        return WITHHELD, True
    return to_greek(act.subject), False


def _protocol_number(act: Act, public: bool, flags: list[str]) -> str | None:
    if not public or not act.protocol_number:
        return None
    kept = privacy.protocol_number(act.protocol_number)
    if not kept:
        flags.append("protocol-withheld")
        return None
    return kept


def _line_row(ada: str, year: int | None, number: int, line: Line, public: bool) -> tuple[Any, ...]:
    role, party, amount, currency, kae, cpv, flags = line
    kind, afm, name, country = privacy.NONE, None, None, None
    if party and public:
        kind, afm, name, country, odd = privacy.counterparty(party)
        if odd:
            flags = (*flags, *odd)
    return (
        ada,
        number,
        role,
        kind,
        afm,
        name,
        country,
        amount,
        currency or None,
        kae or None,
        (cpv[0] if len(cpv) == 1 else ";".join(cpv)) if cpv else None,
        ";".join(dict.fromkeys(flags)) if flags else None,
        year,
    )


def _document_url(url: str) -> str | None:
    """The document's address if it is at Diavgeia; anything else in the field is not passed on."""
    return url if _DOCUMENT.fullmatch(url) else None


__all__ = [
    "ACTS_COLUMNS",
    "ACTS_KEY",
    "LINES_COLUMNS",
    "LINES_KEY",
    "MAPPING_VERSION",
    "NO_LABELS",
    "STAFF",
    "WITHHELD",
    "ActRows",
    "Column",
    "Labels",
    "rows_of",
]
