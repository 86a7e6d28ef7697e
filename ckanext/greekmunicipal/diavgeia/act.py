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

from ckanext.greekmunicipal.diavgeia import values
from ckanext.greekmunicipal.diavgeia.amount_paths import (
    AMOUNT_PATHS,
    NOTHING,
    AmountPaths,
    LinePath,
)
from ckanext.greekmunicipal.diavgeia.families import DECISION_TYPES, family_of

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

_OUTLIER = Decimal(100_000_000)
_UID = re.compile(r"[0-9A-Za-z_.-]{1,40}")
_UUID = re.compile(r"[0-9A-Fa-f-]{8,40}")
_CPV = re.compile(r"(?<!\d)\d{8}(?:-\d)?(?!\d)")
_KAE = re.compile(r"(?=.*\d)[\w./:\- ]{1,40}")
_KAE_WORD = re.compile(r"[^\W\d_]{4}")


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
class Party:
    """Counterparty of a line as the answer has it.

    Attributes:
        afm: tax number as typed, without blanks; '' if none.
        name: name as typed.
        country: code of the country of the number («EL»), '' if not said.
        without_number: the answer points to a list of bodies without a tax number.
    """

    afm: str = field(repr=False)
    name: str = field(repr=False)
    country: str
    without_number: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One item of a list of an act.

    Attributes:
        role: JSON name of the list.
        party: who is paid or contracted; None if the item names nobody.
        amount: EUR unless ``currency`` says else, exact to the cent; None if unknown.
        currency: ISO code or ''.
        kae: budget code as typed.
        cpv: CPV codes.
        flags: what was odd.
    """

    role: str
    party: Party | None
    amount: Decimal | None
    currency: str
    kae: str
    cpv: tuple[str, ...]
    flags: tuple[str, ...]


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
    published = values.instant(raw.get("publishTimestamp"))
    corrected = _match(_UUID, raw.get("correctedVersionId"))
    status = _status(raw, flags)
    if issue_date is None:
        flags.append("no-issue-date")
    elif submitted and issue_date > submitted.date():
        flags.append("future-dated")
    if corrected:
        flags.append("corrected")
    paths = AMOUNT_PATHS.get(decision_type, NOTHING)
    stated, currency = _stated(extra, paths, flags)
    lines = _lines(extra, paths, currency)
    amount, currency = _total(stated, currency, lines, flags)
    lines = _with_total(lines, paths, extra, amount, currency)
    related = _related(extra, ada, flags)
    if extra.get("recalledExpenseDecision") is True:
        flags.append("recalls-commitment")
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
        subject=values.text(raw.get("subject")),
        protocol_number=values.text(raw.get("protocolNumber"), 200),
        private_data=raw.get("privateData") in (True, "true", 1),
        document_url=values.text(raw.get("documentUrl"), 400),
        financial_year=values.year(extra.get("financialYear")),
        budget_type=values.text(extra.get("budgettype"), 200),
        amount=amount,
        currency=currency,
        lines=lines,
        related_ada=related,
        flags=tuple(dict.fromkeys(flags)),
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


def _lines(extra: dict[str, Any], paths: AmountPaths, currency: str) -> tuple[Line, ...]:
    lines: list[Line] = []
    for path in paths.lines:
        node = extra.get(path.role)
        if node:
            lines.extend(_line(item, path, extra, currency) for item in values.each(node) if item)
    return tuple(lines)


def _line(item: dict[str, Any], path: LinePath, extra: dict[str, Any], act_currency: str) -> Line:
    flags: list[str] = []
    amount, currency = None, ""
    if path.amount:
        amount, currency, flag = values.amount(item.get(path.amount))
        if flag:
            flags.append(flag)
        if amount is not None:
            # A bare number in a list is in the currency of the act's total.
            currency = currency or act_currency
    return Line(
        role=path.role,
        party=_party(item, path.party, flags),
        amount=amount,
        currency=currency,
        kae=_kae(_at(path.kae, item, extra), flags),
        cpv=_cpv(_at(path.cpv, item, extra), flags),
        flags=tuple(flags),
    )


def _at(path: str, item: dict[str, Any], extra: dict[str, Any]) -> Any:
    if not path:
        return None
    return extra.get(path[1:]) if path[0] == "/" else item.get(path)


def _party(item: dict[str, Any], path: str, flags: list[str]) -> Party | None:
    node: Any = item
    if path != ".":
        node = item.get(path)
        if isinstance(node, list):
            several = list(values.each(node))
            if len(several) > 1:
                flags.append("several-parties-in-a-line")
            node = several[0] if several else None
        elif not isinstance(node, dict) and ("afm" in item or "name" in item):
            node = item
    if not isinstance(node, dict):
        return None
    afm = values.text(node.get("afm"), 40).replace(" ", "")
    name = values.text(node.get("name"), 400)
    without_number = bool(node.get("noVATOrg"))
    if not (afm or name or without_number):
        return None
    kind = values.text(node.get("afmType"), 20).upper()
    country = values.text(node.get("afmCountry"), 20).upper() or ("EL" if kind == "EL" else "")
    if not (len(country) == 2 and country.isascii() and country.isalpha()):
        country = ""
    return Party(afm, name, "EL" if country == "GR" else country, without_number)


def _kae(node: Any, flags: list[str]) -> str:
    typed = ";".join(values.texts(node))
    if not typed:
        return ""
    # A code has digits and no words: a name typed into the field must not pass as a code.
    if all(_KAE.fullmatch(code) and not _KAE_WORD.search(code) for code in typed.split(";")):
        return typed
    flags.append("kae-not-understood")
    return ""


def _cpv(node: Any, flags: list[str]) -> tuple[str, ...]:
    codes: list[str] = []
    for typed in values.texts(node):
        found = _CPV.findall(typed)
        if not found:
            flags.append("cpv-not-understood")
        codes += found
    return tuple(dict.fromkeys(codes))


def _stated(
    extra: dict[str, Any], paths: AmountPaths, flags: list[str]
) -> tuple[Decimal | None, str]:
    if not paths.total:
        return None, ""
    node = extra.get(paths.total)
    stated, currency, flag = values.amount(next(values.each(node), node))
    if flag:
        flags.append(flag)
    return stated, currency


def _total(
    stated: Decimal | None, currency: str, lines: tuple[Line, ...], flags: list[str]
) -> tuple[Decimal | None, str]:
    """Amount of the act: the stated one, else the sum of its lines."""
    known = [line.amount for line in lines if line.amount is not None]
    currencies = {line.currency for line in lines if line.amount is not None and line.currency}
    amount = stated
    if known:
        if any(line.amount is None for line in lines):
            flags.append("line-amount-missing")
        if len(currencies | ({currency} if currency else set())) > 1:
            flags.append("mixed-currencies")
        else:
            amount = _compared(stated, sum(known, Decimal(0)), flags)
    if amount is not None and abs(amount) >= _OUTLIER:
        flags.append("amount-outlier")
    return amount, currency or (currencies.pop() if len(currencies) == 1 else "")


def _compared(stated: Decimal | None, total: Decimal, flags: list[str]) -> Decimal:
    if stated is None:
        return total
    if stated != total:
        flags.append("amount-differs-from-lines")
    return stated


def _with_total(
    lines: tuple[Line, ...],
    paths: AmountPaths,
    extra: dict[str, Any],
    amount: Decimal | None,
    currency: str,
) -> tuple[Line, ...]:
    """Give the act's total to the only line that can bear it.

    The lists ``person`` and ``donationReceiver`` hold no amounts: with one entry the total is
    that entry's, with more it is not known how they share it. An act that names nobody but states
    money or codes gets one line without a party, where the table provides for it.
    """
    if not paths.alone or any(line.amount is not None for line in lines):
        return lines
    if lines:
        first = [line for line in lines if line.role == lines[0].role]
        if len(first) > 1 or amount is None:
            return lines
        only = first[0]
        borne = Line(only.role, only.party, amount, currency, only.kae, only.cpv, only.flags)
        return (borne, *lines[1:])
    flags: list[str] = []
    kae = _kae(_at(paths.kae, {}, extra), flags)
    cpv = _cpv(_at(paths.cpv, {}, extra), flags)
    if amount is None and not kae and not cpv:
        return lines
    return (Line(paths.alone, None, amount, currency, kae, cpv, tuple(flags)),)


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
