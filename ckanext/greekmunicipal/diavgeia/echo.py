"""The echo: Diavgeia repeats in ``info.query`` the question that it really answered.

Parameters that it does not know, and spans that it finds too long, are dropped or cut with status
200; only the echo tells.
"""

from __future__ import annotations

import datetime as dt
import re

from ckanext.greekmunicipal.diavgeia.plan import FIRST, Window
from ckanext.greekmunicipal.greek import ATHENS

_RANGE = re.compile(r"(issueDate|submissionTimestamp):\[DT\(([^()]*)\) TO DT\(([^()]*)\)\]")
_BODY = re.compile(
    r'organizationUid:"([^"]*)"|\(organizationUid:"([^"]*)" OR organizationLatinName:"[^"]*"\)'
)
_TYPES = re.compile(r"\(?decisionTypeUid:.*")
_QUOTED = re.compile(r'"([^"]*)"')
_FIELD = re.compile(r"(\w+):")
_AND = re.compile(r"\s+AND\s+(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)")


def difference(window: Window, query: str) -> str | None:
    """What in the echo is not what was asked; None if it is the very question.

    Args:
        window: what was asked, with every state of an act.
        query: ``info.query`` of the answer.
    """
    ranges: dict[str, tuple[dt.datetime, dt.datetime]] = {}
    body, types = None, frozenset()
    for clause in _AND.split(query.strip()):
        found = _RANGE.fullmatch(clause)
        if found and found[1] not in ranges:
            try:
                ranges[found[1]] = (_moment(found[2]), _moment(found[3]))
            except ValueError:
                return f"the bounds of {found[1]} cannot be read"
            continue
        found = _BODY.fullmatch(clause)
        if found and body is None:
            body = found[1] or found[2]
            continue
        if window.decision_types and not types and _is_of_types(clause):
            types = frozenset(_QUOTED.findall(clause))
            continue
        name = re.match(r"\(?(\w+)", clause)
        return f"it has a clause on {name[1] if name else 'something'} that was not asked for"
    if (body or "") != window.organization_uid:
        return f"it is about {'body ' + body if body else 'all bodies'}"
    if types != frozenset(window.decision_types):
        return f"it is about {' '.join(sorted(types)) or 'all'} types"
    return _issue(window, ranges) or _submission(window, ranges)


def _is_of_types(clause: str) -> bool:
    """Whether a clause is on the decision type alone: one, or several joined by OR."""
    return bool(_TYPES.fullmatch(clause)) and set(_FIELD.findall(clause)) == {"decisionTypeUid"}


def asked_at(query: str) -> dt.datetime | None:
    """The source's own clock: the end of an open bound of submission; None if there is none."""
    found = re.search(r"submissionTimestamp:\[DT\([^()]*\) TO DT\(([^()]*)\)\]", query)
    try:
        return _moment(found[1]) if found else None
    except ValueError:
        return None


def _issue(window: Window, ranges: dict[str, tuple[dt.datetime, dt.datetime]]) -> str | None:
    if "issueDate" not in ranges:
        return "it has no bounds of issue dates"
    first, end = ranges["issueDate"]
    if first != _midnight(window.issue_from) or end != _midnight(window.issue_to):
        return f"its issue dates are {first.isoformat()} to {end.isoformat()}"
    return None


def _submission(window: Window, ranges: dict[str, tuple[dt.datetime, dt.datetime]]) -> str | None:
    if "submissionTimestamp" not in ranges:
        bounded = window.submitted_from or window.submitted_to
        return "it has no bound of submission" if bounded else None
    first, end = ranges["submissionTimestamp"]
    if window.submitted_to and end != _midnight(window.submitted_to):
        return f"its last submission is {end.isoformat()}"
    if window.submitted_from:
        if first != _midnight(window.submitted_from):
            return f"its first submission is {first.isoformat()}"
    elif first > _midnight(max(window.issue_from, FIRST)):
        # A service that takes the first issue date instead loses only acts dated into the future.
        return f"it leaves out what was submitted before {first.isoformat()}"
    return None


def _moment(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment.replace(tzinfo=ATHENS) if moment.tzinfo is None else moment


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), ATHENS)
