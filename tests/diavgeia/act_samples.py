"""Invented decisions in the shapes of the service."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ckanext.greekmunicipal.greek import ATHENS

DAY = 86_400_000
ISSUED = 1_710_115_200_000  # 2024-03-11T00:00Z
LEGAL = "090114939"
PERSON = "123456783"


def afm(eight: str) -> str:
    """A valid tax number from its first eight digits."""
    total = sum(int(digit) << (8 - i) for i, digit in enumerate(eight))
    return eight + str(total % 11 % 10)


def decision(kind: str = "Β.2.2", extra: dict[str, Any] | None = None, **over: Any) -> dict:
    raw = {
        "protocolNumber": "1234",
        "subject": "ΠΡΟΜΗΘΕΙΑ ΓΡΑΦΙΚΗΣ ΥΛΗΣ",
        "issueDate": ISSUED,
        "organizationId": "6296",
        "signerIds": ["1"],
        "unitIds": ["81651"],
        "decisionTypeId": kind,
        "thematicCategoryIds": ["24"],
        "extraFieldValues": {"relatedDecisions": [], "documentType": "ΠΡΑΞΗ", **(extra or {})},
        "privateData": False,
        "ada": "ΨΑΒΓΩΗΝ-1ΑΒ",
        "publishTimestamp": ISSUED + 36_000_000,
        "submissionTimestamp": ISSUED + 36_000_000,
        "versionId": "7f8b18fd-8b87-4b3b-b0bf-ecfe832538b1",
        "status": "PUBLISHED",
        "documentUrl": "https://diavgeia.gov.gr/doc/ΨΑΒΓΩΗΝ-1ΑΒ",
        "correctedVersionId": None,
    }
    raw.update(over)
    return raw


def payee(name: str | None, number: str | None = None, amount: Any = 100.5) -> dict:
    return {
        "sponsorAFMName": {"afm": number, "afmType": "EL", "afmCountry": "EL", "name": name},
        "expenseAmount": {"amount": amount, "currency": "EUR"},
    }


def ada(number: int) -> str:
    """A number of an act for each integer."""
    letters = "ΑΒΓΔΕΖΗΘΙΚ"
    return "Ψ" + "".join(letters[int(digit)] for digit in f"{number:06d}") + "-1ΑΒ"


def midnight(day: str) -> str:
    """Midnight of Athens as the echo writes it."""
    moment = dt.datetime.combine(dt.date.fromisoformat(day), dt.time(), ATHENS)
    return f"DT({moment.isoformat()})"


def query_echo(asked: dict[str, str]) -> str:
    """Echo of a question that was understood and answered in full."""
    first = asked.get("from_date") or asked["from_issue_date"]
    return (
        f"submissionTimestamp:[{midnight(first)} TO DT(2026-09-20T22:34:54+03:00)]"
        f" AND issueDate:[{midnight(asked['from_issue_date'])} TO"
        f' {midnight(asked["to_issue_date"])}] AND organizationUid:"{asked["org"]}"'
    )
