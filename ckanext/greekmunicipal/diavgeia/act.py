"""One act (πράξη) of Diavgeia as a frozen record, read from the decision JSON of the service.

A record still holds names and subjects: it lives in memory only, and its text form leaves them
out. What may be stored is made by :mod:`~ckanext.greekmunicipal.diavgeia.rows`.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ckanext.greekmunicipal.diavgeia import outliers, values
from ckanext.greekmunicipal.diavgeia.families import DECISION_TYPES, family_of
from ckanext.greekmunicipal.diavgeia.money import Line, read_money

PUBLISHED = "PUBLISHED"
PENDING_REVOCATION = "PENDING_REVOCATION"
REVOKED = "REVOKED"
# Not known whether the act is public any more: shown as little as a revoked one.
UNKNOWN_STATUS = "UNKNOWN"
STATUSES = frozenset({PUBLISHED, PENDING_REVOCATION, REVOKED})
PUBLIC_STATUSES = frozenset({PUBLISHED, PENDING_REVOCATION})

# Fields that refer to other acts: the name, and the name inside its items.
RELATED = (
    ("relatedDecisions", "relatedDecisionsADA"),
    ("relatedAnalipsiYpoxreosis", "textRelatedADA"),
    ("relatedEkgrisiDapanis", "textRelatedADA"),
    ("relatedPartialADA", "relatedPartialADA"),
    ("textRelatedADA", "textRelatedADA"),
)

# «Ανατροπή», «ανάκληση ανάληψης»: what was committed, approved or paid is taken back.
_REVERSAL = re.compile(
    r"(?i)\bαν(?:α|ά)τροπ(?:η|ή|ης|ής|εις|ες|ές|ων|ών)\b|\bανατρ[εέ]π(?:ει|εται|ονται|ουμε)\b"
    r"|\bαν(?:α|ά)κλησ\w+ (?:της |του |μ[εέ]ρους )*"
    r"(?:αν(?:α|ά)ληψ|δ(?:ε|έ)σμευσ|χρηματικο(?:υ|ύ)|πληρωμ)"
)
_UID = re.compile(r"[0-9A-Za-z_.-]{1,40}")
_UUID = re.compile(r"[0-9A-Fa-f-]{8,40}")


class UnreadableAct(ValueError):  # noqa: N818 - says what the item is
    """An item of an answer that is not an act.

    Attributes:
        reason: short name for counts: ``not-an-act``, ``error-item``, ``no-ada``, ``bad-ada``,
            ``no-organization``, ``version-log``.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Act:
    """One version of an act.

    Attributes:
        ada: number of the act (ΑΔΑ), the key; stays the same when the act is corrected.
        status: PUBLISHED, PENDING_REVOCATION, REVOKED, or UNKNOWN for any other word.
        issue_date: date in Athens; None if not readable.
        published: first publication, Europe/Athens.
        submitted: last change (correction, revocation), Europe/Athens.
        decision_type: uid in Greek capitals; '' if the answer has none.
        amount: money of the whole act; None if unknown.
        related_ada: acts that it refers to.
        flags: what was odd, in a fixed order.
    """

    ada: str
    version_id: str
    corrected_version_id: str
    status: str
    issue_date: dt.date | None
    published: dt.datetime | None
    submitted: dt.datetime | None
    decision_type: str
    organization_uid: str
    unit_uids: tuple[str, ...]
    thematic_categories: tuple[str, ...]
    subject: str = field(repr=False)
    protocol_number: str = field(repr=False)
    private_data: bool
    document_url: str
    financial_year: int | None
    budget_type: str = field(repr=False)
    amount: Decimal | None
    currency: str
    lines: tuple[Line, ...]
    related_ada: tuple[str, ...]
    flags: tuple[str, ...]

    @property
    def family(self) -> str:
        """Slug of the family of its type."""
        return family_of(self.decision_type)


def read_act(raw: Any) -> Act:
    """Read one decision of an answer.

    Args:
        raw: the decoded JSON object; numbers are best decoded with ``parse_float=Decimal``.

    Raises:
        UnreadableAct: the item is no act; ``reason`` says why.
    """
    ada = _ada(raw)
    organization = values.text(raw.get("organizationId"))
    if not _UID.fullmatch(organization):
        raise UnreadableAct("no-organization", f"The act {ada} does not say whose it is.")
    flags: list[str] = []
    decision_type = _decision_type(raw, flags)
    extra = raw.get("extraFieldValues")
    if isinstance(extra, list):
        extra = next(values.each(extra), {})
    elif not isinstance(extra, dict):
        extra = {}
    issue_date = values.date(raw.get("issueDate"))
    submitted = values.instant(raw.get("submissionTimestamp"))
    # An act that never changed has one instant for both.
    first = raw.get("publishTimestamp")
    same = type(first) is int and first == raw.get("submissionTimestamp")
    published = submitted if same else values.instant(first)
    corrected = _match(_UUID, raw.get("correctedVersionId"))
    status = _status(raw, flags)
    if issue_date is None:
        flags.append("no-issue-date")
    elif submitted and issue_date > submitted.date():
        flags.append("future-dated")
    if corrected:
        flags.append("corrected")
    amount, currency, lines = read_money(extra, decision_type, flags)
    subject = values.text(raw.get("subject"))
    differs = "amount-differs-from-lines" in flags
    lines, odd = outliers.flagged(amount, lines, extra, subject, differs=differs)
    flags += odd
    related = _related(extra, ada, flags)
    if extra.get("recalledExpenseDecision") is True:
        flags.append("recalls-commitment")
    if extra.get("partialead") is True:
        flags.append("partial-commitment")
    # Reversals are posted with positive amounts, and the field that should tell them often does
    # not; whoever sums amounts has to leave them out.
    if amount is not None and _is_reversal(subject):
        flags.append("reversal")
    if extra.get("skipVatReason"):
        flags.append(_skip_flag(values.text(extra["skipVatReason"])))
    return Act(
        ada=ada,
        version_id=_match(_UUID, raw.get("versionId")),
        corrected_version_id=corrected,
        status=status,
        issue_date=issue_date,
        published=published,
        submitted=submitted,
        decision_type=decision_type,
        organization_uid=organization,
        unit_uids=_uids(raw.get("unitIds")),
        thematic_categories=_uids(raw.get("thematicCategoryIds")),
        subject=subject,
        protocol_number=values.text(raw.get("protocolNumber"), 200),
        private_data=raw.get("privateData") in (True, "true", 1),
        document_url=values.text(raw.get("documentUrl"), 400),
        financial_year=values.year(extra.get("financialYear")),
        budget_type=values.text(extra.get("budgettype"), 200),
        amount=amount,
        currency=currency,
        lines=lines,
        related_ada=related,
        flags=tuple(dict.fromkeys(flags)) if flags else (),
    )


def _is_reversal(subject: str) -> bool:
    folded = subject.casefold()
    return ("τροπ" in folded or "τρ" in folded or "κλησ" in folded) and bool(
        _REVERSAL.search(subject)
    )


def _ada(raw: Any) -> str:
    if not isinstance(raw, dict):
        raise UnreadableAct("not-an-act", f"Expected the object of an act, found {_kind(raw)}.")
    if "errorCode" in raw or "errors" in raw:
        raise UnreadableAct("error-item", "The service put an error in the place of an act.")
    if "versions" in raw and "subject" not in raw and "decisionTypeId" not in raw:
        raise UnreadableAct("version-log", "A version log has no content of an act.")
    typed = values.text(raw.get("ada"), 60)
    if not typed:
        reason = "no-ada" if "decisionTypeId" in raw or "subject" in raw else "not-an-act"
        raise UnreadableAct(reason, "The item has no number of an act (ΑΔΑ), so no key.")
    ada = values.greek_capitals(typed)
    if not values.is_ada(ada):
        raise UnreadableAct("bad-ada", "The item's «ada» has not the shape of an ΑΔΑ.")
    return ada


def _kind(raw: Any) -> str:
    return "null" if raw is None else type(raw).__name__


def _match(pattern: re.Pattern[str], node: Any) -> str:
    value = values.text(node, 60)
    return value if pattern.fullmatch(value) else ""


def _uids(node: Any) -> tuple[str, ...]:
    if isinstance(node, list):
        return tuple([uid for uid in node if isinstance(uid, str) and _UID.fullmatch(uid)])
    return tuple(value for value in values.texts(node) if _UID.fullmatch(value))


def _decision_type(raw: dict[str, Any], flags: list[str]) -> str:
    typed = values.text(raw.get("decisionTypeId"), 20)
    if typed in DECISION_TYPES:
        return typed
    uid = values.greek_capitals(typed)
    if uid not in DECISION_TYPES:
        flags.append("unknown-type")
    return uid


def _status(raw: dict[str, Any], flags: list[str]) -> str:
    status = values.text(raw.get("status"), 40).upper()
    if not status:
        flags.append("no-status")
        return PUBLISHED
    if status not in STATUSES:
        flags.append("unknown-status")
        return UNKNOWN_STATUS
    if status == REVOKED:
        flags.append("revoked")
    elif status == PENDING_REVOCATION:
        flags.append("pending-revocation")
    return status


def _skip_flag(reason: str) -> str:
    # Why a payment names no payee: 1 payroll, 2 mass compensation; others are not documented.
    return {
        "SKIP_VAT_REASON_1": "payroll",
        "SKIP_VAT_REASON_2": "mass-compensation",
    }.get(reason, "payee-skipped")


def _related(extra: dict[str, Any], ada: str, flags: list[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name, inner in RELATED:
        node = extra.get(name)
        if not node:
            continue
        for item in node if isinstance(node, list) else (node,):
            typed = values.text(item.get(inner) if isinstance(item, dict) else item, 400)
            if typed:
                adas, dropped = values.references(typed)
                found.update(dict.fromkeys(adas))
                if dropped:
                    flags.append("reference-dropped")
    found.pop(ada, None)
    return tuple(found)
