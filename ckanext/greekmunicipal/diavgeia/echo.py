"""The echo: Diavgeia repeats in ``info.query`` the question that it really answered.

Parameters that it does not know, and spans that it finds too long, are dropped or cut with status
200; only the echo tells.
"""

from __future__ import annotations

import datetime as dt
import re

from ckanext.greekmunicipal.diavgeia.plan import Window
from ckanext.greekmunicipal.greek import ATHENS

_RANGE = re.compile(r"(issueDate|submissionTimestamp):\[DT\(([^()]*)\) TO DT\(([^()]*)\)\]")
_BODY = re.compile(
    r'organizationUid:"([^"]*)"|\(organizationUid:"([^"]*)" OR organizationLatinName:"[^"]*"\)'
)
_AND = re.compile(r"\s+AND\s+(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)")


def difference(window: Window, query: str) -> str | None:
    """What in the echo is not what was asked; None if it is the very question.

    Args:
        window: what was asked, with every state of an act.
        query: ``info.query`` of the answer.
    """
    ranges: dict[str, tuple[dt.datetime, dt.datetime]] = {}
    body = None
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
        name = re.match(r"\(?(\w+)", clause)
        return f"it has a clause on {name[1] if name else 'something'} that was not asked for"
    if body != window.organization_uid:
        return f"it is about {'body ' + body if body else 'all bodies'}"
    return _issue(window, ranges) or _submission(window, ranges)


def _issue(window: Window, ranges: dict[str, tuple[dt.datetime, dt.datetime]]) -> str | None:
    if "issueDate" not in ranges:
        return "it has no bounds of issue dates"
    first, end = ranges["issueDate"]
    if first != _midnight(window.issue_from) or end != _midnight(window.issue_to):
        return f"its issue dates are {first.isoformat()} to {end.isoformat()}"
    return None


def _submission(window: Window, ranges: dict[str, tuple[dt.datetime, dt.datetime]]) -> str | None:
    if "submissionTimestamp" not in ranges:
        return "it has no bound of submission" if window.submitted_from else None
    first, _ = ranges["submissionTimestamp"]
    if window.submitted_from:
        if first != _midnight(window.submitted_from):
            return f"its first submission is {first.isoformat()}"
    elif first > _midnight(window.issue_from):
        # A service that takes the first issue date instead loses only acts dated into the future.
        return f"it leaves out what was submitted before {first.isoformat()}"
    return None


def _moment(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment.replace(tzinfo=ATHENS) if moment.tzinfo is None else moment


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), ATHENS)
