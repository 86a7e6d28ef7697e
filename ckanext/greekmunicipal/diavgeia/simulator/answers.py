"""Paths of the API and what they answer, without HTTP."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .advanced import read_advanced
from .content import rows, types_table
from .draw import Draw
from .organizations import (
    SimulatedOrganization,
    organization_json,
    select,
    signer_uids,
    units_json,
)
from .query import ParameterError, read_query
from .simulator import Simulator
from .xml_answers import as_xml

JSON, HTML = "application/json;charset=UTF-8", "text/html;charset=UTF-8"
XML = "application/xml;charset=UTF-8"
PREFIXES = ("/opendata/", "/luminapi/opendata/")

_DOCUMENT = re.compile(r"/(?:doc/(?P<ada>[^/]+)|luminapi/api/decisions/(?P<old>[^/]+)/document)")

# The site's single page: any address that the API does not know gets it, with status 200.
PAGE = (
    '<!doctype html><html lang="el"><head><meta charset="utf-8"><title>Δι@ύγεια</title></head>'
    '<body><app-root></app-root><script src="main.js"></script></body></html>'
)
_GATEWAY_PAGE = "<html><head><title>502 Bad Gateway</title></head><body>502</body></html>"
# Java writes numbers from ten million on with an exponent.
_LARGE_NUMBER = re.compile(r"(?<=:)(-?\d{8,}\.\d+)(?=[,}\]])")
# Rows by which a later page begins too early, since the newest page moves while somebody reads.
_SHIFTS = {"shifted": 3, "missing": -3}

Parameters = Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """An HTTP answer."""

    status: int
    content_type: str
    body: bytes


def _json_answer(data: Any, status: int = 200) -> Answer:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Answer(status, JSON, _LARGE_NUMBER.sub(_as_java, text).encode())


def _as_java(match: re.Match[str]) -> str:
    number = float(match[1])
    digits, _, exponent = f"{number:.17e}".partition("e")
    for precision in range(1, 18):
        digits, _, exponent = f"{number:.{precision}e}".partition("e")
        if float(f"{digits}e{exponent}") == number:
            break
    return f"{digits}E{int(exponent)}"


def html_answer(status: int = 200) -> Answer:
    """The site's page, or the page of a gateway in front of a service that is down."""
    return Answer(status, HTML, (PAGE if status == 200 else _GATEWAY_PAGE).encode())


def error_answer(status: int, code: str, message: str) -> Answer:
    """An error as the API words it."""
    error = {"errorCode": code, "errorMessage": message, "errorDetails": None}
    return _json_answer({"errors": [error]}, status)


def _not_found(what: str) -> Answer:
    return error_answer(404, "NOT_FOUND", f"Δεν βρέθηκε: {what}")


def answer(
    simulator: Simulator,
    path: str,
    parameters: Parameters,
    fault: str | None = None,
    accept: str = "",
) -> Answer:
    """What the API answers to ``path`` (decoded, with its prefix).

    The answer is XML if the path ends so or the header ``Accept`` asks for it, else JSON. ``fault`` may be one of those that make an answer untrue: ``wrong_echo``, ``clamped``,
    ``wrong_total``, ``shifted``, ``missing``.
    """
    if match := _DOCUMENT.fullmatch(path):
        content = simulator.document(match["ada"] or match["old"])
        return Answer(200, "application/pdf", content) if content else html_answer()
    prefix = next((prefix for prefix in PREFIXES if path.startswith(prefix)), None)
    if prefix is None:
        return html_answer()
    local = path[len(prefix) :].rstrip("/")
    wants_xml = local.endswith(".xml") or "xml" in accept and not local.endswith(".json")
    local = local.removesuffix(".json").removesuffix(".xml")
    found = _found(simulator, local, parameters, fault)
    if wants_xml and found.content_type == JSON and found.status == 200:
        return Answer(200, XML, as_xml(json.loads(found.body)))
    return found


def _found(simulator: Simulator, local: str, parameters: Parameters, fault: str | None) -> Answer:
    if local == "search":
        return _search(simulator, parameters, fault)
    if local == "search/advanced":
        return _advanced(simulator, parameters)
    for pattern, respond in _ROUTES:
        match = pattern.fullmatch(local)
        if match:
            return respond(simulator, match, parameters)
    return html_answer()


def _advanced(simulator: Simulator, parameters: Parameters) -> Answer:
    """Search with the query language; without issue dates it looks at the last 180 days."""
    now = simulator.now()
    text = parameters.get("q", "")
    try:
        test = read_advanced(text)
        paging = {name: parameters[name] for name in ("page", "size") if name in parameters}
        if "issueDate:" in text:
            paging |= {"from_date": "1990-01-01", "from_issue_date": "1990-01-01"}
        if "status:" in text:
            paging["status"] = "all"
        query = read_query(paging, now, simulator.organizations)
    except ParameterError as error:
        return error_answer(400, "BAD_REQUEST", f"Μη έγκυρη παράμετρος {error}")
    decisions, total = simulator.search_by(text, test, query, now)
    info = {
        "query": text,
        "page": query.page,
        "size": query.size,
        "actualSize": len(decisions),
        "total": total,
        "order": query.order,
    }
    return _json_answer({"decisions": decisions, "info": info})


def _search(simulator: Simulator, parameters: Parameters, fault: str | None) -> Answer:
    now = simulator.now()
    try:
        query = read_query(parameters, now, simulator.organizations)
    except ParameterError as error:
        return error_answer(400, "BAD_REQUEST", f"Μη έγκυρη παράμετρος {error}")
    if fault == "clamped":
        query = query.clamped()
    elif fault == "wrong_echo":
        query = query.mistaken()
    shift = _SHIFTS.get(fault or "", 0) if query.page else 0
    decisions, total = simulator.search(query, now, shift)
    if fault == "wrong_total":
        total += 1 + total // 20
    info = {
        "query": query.echo,
        "page": query.page,
        "size": query.size,
        "actualSize": len(decisions),
        "total": total,
        "order": query.order,
    }
    return _json_answer({"decisions": decisions, "info": info})


def _decision(simulator: Simulator, match: re.Match[str], parameters: Parameters) -> Answer:
    raw = simulator.decision(match["ada"])
    return _json_answer(raw) if raw else _not_found(match["ada"])


def _version(simulator: Simulator, match: re.Match[str], parameters: Parameters) -> Answer:
    raw = simulator.decision_version(match["id"])
    return _json_answer(raw) if raw else _not_found(match["id"])


def _version_log(simulator: Simulator, match: re.Match[str], parameters: Parameters) -> Answer:
    log = simulator.version_log(match["ada"])
    return _json_answer(log) if log else _not_found(match["ada"])


def _organizations(simulator: Simulator, match: re.Match[str], parameters: Parameters) -> Answer:
    status = parameters.get("status", "").lower() or "active"
    found = select(simulator.organizations, status, parameters.get("category"))
    return _json_answer({"organizations": [organization_json(body) for body in found]})


def _of_body(
    respond: Callable[[Simulator, SimulatedOrganization, Parameters], Any],
) -> Callable[[Simulator, re.Match[str], Parameters], Answer]:
    """A response about one body, or 404."""

    def route(simulator: Simulator, match: re.Match[str], parameters: Parameters) -> Answer:
        body = simulator.organization(match["body"])
        if body is None:
            return _not_found(match["body"])
        return _json_answer(respond(simulator, body, parameters))

    return route


def _organization(simulator: Simulator, body: SimulatedOrganization, parameters: Parameters) -> Any:
    return organization_json(body)


def _units(simulator: Simulator, body: SimulatedOrganization, parameters: Parameters) -> Any:
    units = units_json(body, simulator.seed)
    wanted = parameters.get("status", "").lower() or "all"
    if wanted in ("active", "inactive"):
        units = [unit for unit in units if unit["active"] == (wanted == "active")]
    if parameters.get("descendants") == "children":
        units = [unit for unit in units if unit["parentId"] == body.uid]
    return {"units": units}


def _signers(simulator: Simulator, body: SimulatedOrganization, parameters: Parameters) -> Any:
    """Those who sign; they are officers in office and no planted persons."""
    draw = Draw.of(simulator.seed, "signers", body.uid)
    units = units_json(body, simulator.seed)
    signers = [
        {
            "uid": uid,
            "firstName": f"ΥΠΟΓΡΑΦΩΝ {place}",
            "lastName": f"ΤΟΥ ΦΟΡΕΑ {body.uid}",
            "active": True,
            "activeFrom": 1_262_304_000_000,
            "activeUntil": None,
            "organizationId": body.uid,
            "hasOrganizationSignRights": place == 1,
            "units": [{"uid": draw.pick(units)["uid"], **_POSITION}],
        }
        for place, uid in enumerate(signer_uids(body), 1)
    ]
    return {"signers": signers}


_POSITION = {"positionId": "POS_10040", "positionLabel": "Προϊστάμενος Τμήματος"}


def _details(simulator: Simulator, body: SimulatedOrganization, parameters: Parameters) -> Any:
    return {
        **organization_json(body),
        **_units(simulator, body, {}),
        **_signers(simulator, body, {}),
        **_positions(simulator, body, {}),
        "supervisedOrganizations": [
            organization_json(other)
            for other in simulator.organizations
            if other.supervisor_id == body.uid
        ],
    }


def _positions(simulator: Simulator, body: SimulatedOrganization, parameters: Parameters) -> Any:
    return {"positions": [{"uid": _POSITION["positionId"], "label": _POSITION["positionLabel"]}]}


def _types(simulator: Simulator, match: re.Match[str], parameters: Parameters) -> Answer:
    return _json_answer({"decisionTypes": [_type_json(row.uid) for row in types_table()]})


def _type(simulator: Simulator, match: re.Match[str], parameters: Parameters) -> Answer:
    data = _type_json(match["uid"])
    return _json_answer(data) if data else _not_found(match["uid"])


def _type_json(uid: str) -> dict[str, Any] | None:
    for row in types_table():
        if row.uid == uid:
            return {
                "uid": row.uid,
                "label": row.label,
                "parent": row.parent or None,
                "allowedInDecisions": row.usable,
            }
    return None


def _dictionaries(simulator: Simulator, match: re.Match[str], parameters: Parameters) -> Answer:
    found = [row for row in rows("dictionaries") if not row["dictionary"]]
    return _json_answer(
        {"dictionaries": [{"uid": row["uid"], "label": row["label"]} for row in found]}
    )


def _dictionary(simulator: Simulator, match: re.Match[str], parameters: Parameters) -> Answer:
    name = match["uid"]
    table = rows("dictionaries")
    if not any(row["uid"] == name and not row["dictionary"] for row in table):
        return _not_found(name)
    items = [
        {"uid": row["uid"], "label": row["label"], "parent": None}
        for row in table
        if row["dictionary"] == name
    ]
    return _json_answer({"name": name, "items": items})


_Route = tuple[re.Pattern[str], Callable[[Simulator, re.Match[str], Parameters], Answer]]
_ROUTES: tuple[_Route, ...] = tuple(
    (re.compile(pattern), respond)
    for pattern, respond in (
        (r"decisions/v/(?P<id>[^/]+)", _version),
        (r"decisions/(?P<ada>[^/]+)/versionlog", _version_log),
        (r"decisions/(?P<ada>[^/]+)", _decision),
        (r"organizations", _organizations),
        (r"organizations/(?P<body>[^/]+)", _of_body(_organization)),
        (r"organizations/(?P<body>[^/]+)/units", _of_body(_units)),
        (r"organizations/(?P<body>[^/]+)/signers", _of_body(_signers)),
        (r"organizations/(?P<body>[^/]+)/positions", _of_body(_positions)),
        (r"organizations/(?P<body>[^/]+)/details", _of_body(_details)),
        (r"types", _types),
        (r"types/(?P<uid>[^/]+)", _type),
        (r"dictionaries", _dictionaries),
        (r"dictionaries/(?P<uid>[^/]+)", _dictionary),
    )
)
