"""Budgets and statements of their execution among the acts of Diavgeia.

Under Β.1.1 bodies post the approval of budgets, under Β.3 accounts and, by the subject, the monthly
statements of law 4727/2020 art. 82. The figures stand in the document alone, and so does the period:
the date of issue is another one.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

from ckanext.greekmunicipal.diavgeia import plan
from ckanext.greekmunicipal.diavgeia.act import PUBLIC_STATUSES, Act, UnreadableAct, read_act
from ckanext.greekmunicipal.diavgeia.client import Client
from ckanext.greekmunicipal.diavgeia.errors import DiavgeiaError
from ckanext.greekmunicipal.greek import fold
from ckanext.greekmunicipal.harvesters.budget_sources.documents import Document
from ckanext.greekmunicipal.harvesters.budget_sources.errors import failure
from ckanext.greekmunicipal.harvesters.budget_sources.options import ActsList

_PACKAGE = "ckanext.greekmunicipal.harvesters.budget_sources"
# A council approves the budgets of its legal entities too: theirs are not the municipality's.
_OF_OTHERS = re.compile(
    r"νομικ\w+ προσωπ|\bν\.? ?π\.? ?[δι]\.? ?δ|δευα|σχολικ\w+ επιτροπ|κοινωφελ|επιχειρησ"
    r"|λιμενικ|κληροδοτημ|αναπτυξιακ|ιδρυμα|συνδεσμ|βρεφονηπιακ|παιδικ\w+ σταθμ|κεντρ\w+ κοινων"
)


@dataclass(frozen=True)
class _Rule:
    kind: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str]


def kind_of(decision_type: str, subject: str) -> str:
    """What the document of an act is, by its subject however typed.

    Returns:
        ``statement`` of an execution, ``budget``, or empty when it is neither, or that of another
        body.
    """
    rule = _rules().get(decision_type)
    # Look-alike Latin letters inside Greek words, accents and capitals do not matter.
    folded = " ".join(fold(subject).split())
    if rule is None or not rule.pattern.search(folded):
        return ""
    return "" if rule.unless.search(folded) or _OF_OTHERS.search(folded) else rule.kind


def first_day(options: ActsList, today: dt.date) -> dt.date:
    """First issue date that is asked for; 1 January of last year where none is given."""
    return options.first or dt.date(today.year - 1, 1, 1)


def statements_of(
    options: ActsList, client: Client, uid: str, today: dt.date
) -> tuple[list[Document], int]:
    """Documents of a body's acts that are budgets or statements, oldest first.

    Args:
        options: types, first day, numbers of acts that are not wanted.
        client: asks Diavgeia.
        uid: Diavgeia's number of the body.
        today: in Athens.

    Returns:
        The documents, and how many acts were looked at.

    Raises:
        SourceFailure: an answer did not prove itself, or a document is not at Diavgeia.
    """
    acts: dict[str, Act] = {}
    seen = 0
    try:
        for bounds in plan.grid(first_day(options, today), today):
            window = plan.Window(uid, *bounds, decision_types=options.types)
            found: list[Act] = []
            for page in client.read_window(window):
                if page.number == 0:
                    found = []
                found += _acts(page.decisions)
            seen += len(found)
            acts |= {act.ada: act for act in found}
    except DiavgeiaError as error:
        raise failure("diavgeia", detail=error) from error
    documents = [
        _document(act, kind, client.base_url)
        for act in acts.values()
        if act.ada not in options.without
        and act.status in PUBLIC_STATUSES
        and act.document_url
        and (kind := kind_of(act.decision_type, act.subject))
    ]
    return sorted(documents, key=lambda each: (each.order, each.address)), seen


def _acts(decisions: Iterable[object]) -> list[Act]:
    return [act for raw in decisions if (act := _readable(raw)) is not None]


def _readable(raw: object) -> Act | None:
    try:
        return read_act(raw)
    except UnreadableAct:  # counted by the harvester of acts
        return None


def _document(act: Act, kind: str, base_url: str) -> Document:
    submitted = act.submitted or act.published
    return Document(
        address=_address(act, base_url),
        name=f"{act.ada}.pdf",
        version=act.version_id,
        order=submitted.astimezone(dt.timezone.utc).isoformat() if submitted else "",
        kind=kind,
    )


def _address(act: Act, base_url: str) -> str:
    """Address of the document; a mirror or simulator is asked for its own."""
    base, told = urlsplit(base_url), urlsplit(act.document_url)
    if not _is_diavgeia(told.hostname) or told.username:
        raise failure("foreign-document", ada=act.ada, url=act.document_url)
    host = told.netloc if _is_diavgeia(base.hostname) else base.netloc
    return f"{base.scheme}://{host}{told.path}"


def _is_diavgeia(host: str | None) -> bool:
    return host is not None and (host == "diavgeia.gov.gr" or host.endswith(".diavgeia.gov.gr"))


@cache
def _rules() -> dict[str, _Rule]:
    table = files(_PACKAGE) / "statement_subjects.csv"
    with table.open(encoding="utf-8") as lines:
        return {
            row["decision_type"]: _Rule(
                row["kind"], re.compile(row["pattern"]), re.compile(row["unless"])
            )
            for row in csv.DictReader(lines)
        }
