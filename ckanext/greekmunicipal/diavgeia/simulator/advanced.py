"""The query language of ``/search/advanced``, as far as it is documented.

``field:"value"``, ``field:[a TO b]``, ``field:[a,b]``, ``DT(2026-09-22T00:00:00)``, AND, OR and
brackets. A field that is not known, and text that cannot be read, are answered with 400.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from .clock import ATHENS, milliseconds
from .names import folded
from .query import ParameterError

Test = Callable[[dict[str, Any]], bool]

_TOKEN = re.compile(
    r"\s*(?:(?P<joint>AND|OR)\b|(?P<open>\()|(?P<close>\))"
    r"|(?P<field>\w+):(?:\"(?P<value>[^\"]*)\"|\[(?P<low>[^\[\]]*?) TO (?P<high>[^\[\]]*)\]"
    r"|\[(?P<several>[^\[\]]*)\]))"
)
_INSTANT = re.compile(r"DT\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:[+-]\d\d:\d\d|Z)?\)")
_STATUS = {
    "Αναρτημένη": "PUBLISHED",
    "Ανακληθείσα": "REVOKED",
    "Προς ανάκληση": "PENDING_REVOCATION",
}

_SIMPLE = {
    "ada": "ada",
    "organizationUid": "organizationId",
    "unitUid": "unitIds",
    "signerUid": "signerIds",
    "decisionTypeUid": "decisionTypeId",
    "thematicCategory": "thematicCategoryIds",
    "protocolNumber": "protocolNumber",
    "issueDate": "issueDate",
    "publishTimestamp": "publishTimestamp",
    "submissionTimestamp": "submissionTimestamp",
}
_DEEP = {
    "amount": frozenset({"amount", "amountWithVAT"}),
    "cpv": frozenset({"cpv"}),
    "financialYear": frozenset({"financialYear"}),
    "municipality": frozenset({"municipality"}),
    "relatedDecisionsADA": frozenset(
        {"relatedDecisionsADA", "textRelatedADA", "relatedPartialADA"}
    ),
}


def read_advanced(text: str) -> Test:
    """The condition that a query states.

    Raises:
        ParameterError: it cannot be read.
    """
    tokens = list(_tokens(text))
    test, rest = _either(tokens)
    if rest:
        raise ParameterError(f"q: {text}")
    return test


def _tokens(text: str) -> Iterator[re.Match[str]]:
    place, text = 0, text.strip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if not found:
            raise ParameterError(f"q: {text[place : place + 40]}")
        yield found
        place = found.end()


def _either(tokens: list[re.Match[str]]) -> tuple[Test, list[re.Match[str]]]:
    test, tokens = _both(tokens)
    tests = [test]
    while tokens and tokens[0]["joint"] == "OR":
        test, tokens = _both(tokens[1:])
        tests.append(test)
    return (lambda raw: any(one(raw) for one in tests)), tokens


def _both(tokens: list[re.Match[str]]) -> tuple[Test, list[re.Match[str]]]:
    test, tokens = _single(tokens)
    tests = [test]
    while tokens and tokens[0]["joint"] == "AND":
        test, tokens = _single(tokens[1:])
        tests.append(test)
    return (lambda raw: all(one(raw) for one in tests)), tokens


def _single(tokens: list[re.Match[str]]) -> tuple[Test, list[re.Match[str]]]:
    if not tokens:
        raise ParameterError("q: it ends too early")
    first, rest = tokens[0], tokens[1:]
    if first["open"]:
        test, rest = _either(rest)
        if not rest or not rest[0]["close"]:
            raise ParameterError("q: a bracket is not closed")
        return test, rest[1:]
    if not first["field"]:
        raise ParameterError(f"q: {first[0].strip()}")
    return _condition(first), rest


def _condition(found: re.Match[str]) -> Test:
    field = found["field"]
    values = _values_of(field)
    if found["low"] is not None:
        low, high = _bound(found["low"]), _bound(found["high"])
        return lambda raw: any(_within(value, low, high) for value in values(raw))
    if found["several"] is not None:
        wanted = {part.strip().strip('"') for part in found["several"].split(",")}
    else:
        wanted = {_STATUS.get(found["value"], found["value"])}
    if field in ("subject", "content", "q"):
        words = [folded(word) for word in wanted]
        return lambda raw: any(word in folded(raw["subject"]) for word in words)
    return lambda raw: any(str(value) in wanted for value in values(raw))


def _values_of(field: str) -> Callable[[dict[str, Any]], list[Any]]:
    if field in _SIMPLE:
        name = _SIMPLE[field]
        return lambda raw: raw[name] if isinstance(raw[name], list) else [raw[name]]
    if field == "status":
        return lambda raw: [raw["status"]]
    if field in ("subject", "content", "q"):
        return lambda raw: [raw["subject"]]
    if field in _DEEP:
        names = _DEEP[field]
        return lambda raw: list(_deep(raw["extraFieldValues"], names))
    if field in ("giverAFM", "receiverAFM"):
        giver = field == "giverAFM"
        return lambda raw: list(_afms(raw["extraFieldValues"], giver=giver))
    raise ParameterError(f"q: {field}")


def _deep(node: Any, names: frozenset[str]) -> Iterator[Any]:
    if isinstance(node, list):
        for item in node:
            yield from _deep(item, names)
    elif isinstance(node, dict):
        for name, value in node.items():
            if name in names and not isinstance(value, dict):
                yield from value if isinstance(value, list) else [value]
            else:
                yield from _deep(value, names)


def _afms(extra: Any, *, giver: bool) -> Iterator[Any]:
    """Tax numbers of who gives (payer, donor) or of who receives."""
    givers = ("org", "donationGiver", "grantor")
    for name, value in extra.items() if isinstance(extra, dict) else ():
        if (name in givers) == giver:
            yield from _deep(value, frozenset({"afm"}))


def _bound(text: str) -> float:
    text = text.strip()
    if text == "*":
        return float("inf")
    found = _INSTANT.fullmatch(text)
    try:
        if found:
            return milliseconds(datetime.fromisoformat(found[1]).replace(tzinfo=ATHENS))
        return float(text)
    except ValueError as error:
        raise ParameterError(f"q: {text}") from error


def _within(value: Any, low: float, high: float) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return (low == float("inf") or low <= value) and value <= high
