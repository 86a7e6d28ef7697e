"""Where the money goes: by economic code, level by level, and by service."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal.budgets import summary
from ckanext.greekmunicipal.budgets.classification import chart_of_lines, kind_of, levels_of
from ckanext.greekmunicipal.budgets.codes import KAE
from ckanext.greekmunicipal.budgets.records import EXPENDITURE
from ckanext.greekmunicipal.budgets.tables import read_table
from ckanext.greekmunicipal.views.budget import figure, wording
from ckanext.greekmunicipal.views.budget.asking import NotPublishedError
from ckanext.greekmunicipal.views.budget.figure import Column, Figure, Row
from ckanext.greekmunicipal.views.budget.rows import Line
from ckanext.greekmunicipal.views.budget.view import View

# The third digit of the chart of 2004 is passed over: citizens go from group to account.
_PASSED_OVER = 3
_FULL = {4: KAE}


def by_code(view: View) -> Figure:
    """The side that was asked for, one level below the code that was asked for."""
    side, code = view.asked.side, view.asked.code
    phase = view.phase(side)
    # What is not its own money has no place among the shares, unless it is itself looked into.
    own = not code or not _is_apart(view, code)
    root = view.tree(side, own=own)
    node = _node(root, code)
    if node is None:
        raise NotPublishedError(tk._("There is no line with the code {code}.").format(code=code))
    whole = root.amounts.get(phase)
    children = _below(node)
    rows = [_row(view, child, side, phase, whole) for child in children]
    if not children:
        rows = [_line(view, line, phase, whole) for line in _lines_under(view, side, code)]
    return Figure(
        "tree",
        _title(view, node, side, code),
        tk._("{when}; amounts: {phase}; shares of the municipality's own money.").format(
            when=view.when(), phase=wording.phase(phase)
        ),
        (
            Column("label", tk._("What for") if side == EXPENDITURE else tk._("From what"), "text"),
            Column("amount", wording.phase(phase)),
            Column("share", tk._("Share"), figure.SHARE),
            Column("code", wording.phase("kae"), figure.CODE),
            Column("done", wording.phase(summary.DONE_PHASE[side])),
            Column("execution", wording.phase("execution"), figure.SHARE),
            Column("lines", tk._("Lines"), figure.NUMBER),
        ),
        tuple(rows),
        "treemap" if children else "",
        {"unit": "EUR", "nodes": [_json(view, child, phase, whole) for child in children]},
        view.sources(side),
        parameters=_parameters(side=side, phase=view.asked.phase, code=code),
    )


def path(view: View) -> list[dict[str, str]]:
    """The way from the whole side down to the code: ``label`` and ``href``."""
    side, code = view.asked.side, view.asked.code
    steps = [
        {"label": wording.side(side), "href": view.address(code="", side=side, only_side=side)}
    ]
    node = view.tree(side, own=False)
    while code and node.code != code:
        found = next((each for each in _below(node) if code.startswith(each.code)), None)
        if found is None:
            break
        node = found
        steps.append({"label": wording.label(node)[0], "href": view.address(code=node.code)})
    return steps


def by_service(view: View) -> Figure:
    """Own spending by service."""
    phase = view.phase(EXPENDITURE)
    nodes = view.kept("services", lambda: _services(view))
    whole = view.own.get(EXPENDITURE, {}).get(phase)
    rows, data = [], []
    for node in nodes:
        label, language = service_label(node.code, node.label_el)
        value = node.amounts.get(phase)
        href = view.address(service=node.code, side=EXPENDITURE, only_side=EXPENDITURE, code="",
                            page=1, _anchor="lines") if node.code else ""  # fmt: skip
        rows.append(
            Row(
                (
                    label,
                    value,
                    _share(value, whole),
                    node.code,
                    node.amounts.get("paid"),
                    summary.execution(node.amounts, EXPENDITURE),
                    node.lines,
                ),
                href,
                language=language,
            )
        )
        data.append(
            {
                "code": node.code,
                "label": label,
                "value": figure.amount(value),
                "share": figure.share(_share(value, whole)),
                "href": href,
            }
        )
    return Figure(
        "services",
        tk._("Which service spends it"),
        tk._("{when}; amounts: {phase}; without what is not its own money.").format(
            when=view.when(), phase=wording.phase(phase)
        ),
        (
            Column("label", wording.phase("service"), figure.TEXT),
            Column("amount", wording.phase(phase)),
            Column("share", tk._("Share"), figure.SHARE),
            Column("code", tk._("Code"), figure.CODE),
            Column("paid", wording.phase("paid")),
            Column("execution", wording.phase("execution"), figure.SHARE),
            Column("lines", tk._("Lines"), figure.NUMBER),
        ),
        tuple(rows),
        "treemap",
        {"unit": "EUR", "nodes": data},
        view.sources(EXPENDITURE),
        parameters=_parameters(phase=view.asked.phase),
    )


def _services(view: View) -> list[summary.Node]:
    """Own spending by service."""
    own = [line for line in view.of_side(EXPENDITURE) if kind_of(line.account_code) is None]
    return summary.by_service(own)


def service_label(code: str, label: str) -> tuple[str, str]:
    """Name of a service in the language of the page, and its language if it is another."""
    if wording.is_greek():
        return label, ""
    for row in read_table("services"):
        if row["code"] == code and label in (row["label_el"], code, ""):
            return row["label_en"], ""
    return (tk._("No service"), "") if not code and not label else (label, "el")


def _title(view: View, node: summary.Node, side: str, code: str) -> str:
    if not code:
        if side == EXPENDITURE:
            return tk._("Where the money goes")
        return tk._("Where the money comes from")
    return f"{code} {wording.label(node)[0]}"


def _is_apart(view: View, code: str) -> bool:
    return any(
        kind_of(line.account_code) is not None
        for line in view.lines
        if line.side == view.asked.side and line.account_code.startswith(code)
    )


def _below(node: summary.Node) -> list[summary.Node]:
    """The level below a group, past the one that is passed over."""
    found = []
    for child in node.children:
        found += child.children if len(child.code) == _PASSED_OVER else [child]
    return found


def _node(root: summary.Node, code: str) -> summary.Node | None:
    if not code:
        return root
    for child in root.children:
        if child.code == code:
            return child
        if code.startswith(child.code) and (found := _node(child, code)):
            return found
    return None


def _lines_under(view: View, side: str, code: str) -> Sequence[Line]:
    if code == "?":
        return [each for each in view.of_side(side) if not levels_of(each.account_code)]
    return [each for each in view.of_side(side) if each.account_code.startswith(code)]


def _row(view: View, node: summary.Node, side: str, phase: str, whole: Decimal | None) -> Row:
    label, language = wording.label(node)
    value = node.amounts.get(phase)
    return Row(
        (
            label,
            value,
            _share(value, whole),
            node.code,
            node.amounts.get(summary.DONE_PHASE[side]),
            summary.execution(node.amounts, side),
            node.lines,
        ),
        view.address(code=node.code, side=side, only_side=side, _anchor="tree"),
        language=language,
    )


def _line(view: View, line: Line, phase: str, whole: Decimal | None) -> Row:
    amounts = summary.sums([line])
    return Row(
        (
            line.label or line.account_label,
            line.amount(phase),
            _share(line.amount(phase), whole),
            line.code,
            line.amount(summary.DONE_PHASE[line.side]),
            summary.execution(amounts, line.side),
            1,
        ),
        language="" if wording.is_greek() else "el",
    )


def _json(view: View, node: summary.Node, phase: str, whole: Decimal | None) -> dict[str, Any]:
    value = node.amounts.get(phase)
    found: dict[str, Any] = {
        "code": node.code,
        "label": wording.label(node)[0],
        "value": figure.amount(value),
        "share": figure.share(_share(value, whole)),
        "href": view.address(code=node.code, only_side=view.asked.side, _anchor="tree"),
    }
    if below := _below(node):
        found["children"] = [_json(view, child, phase, whole) for child in below]
    return found


def _share(value: Decimal | None, whole: Decimal | None) -> Decimal | None:
    return None if value is None or not whole else value / whole


def _parameters(**known: str) -> dict[str, str]:
    return {name: value for name, value in known.items() if value}


def chart_of(lines: Sequence[Line]) -> str:
    """Chart of accounts of lines, the old one if none of them tells."""
    return chart_of_lines(line.account_code for line in lines) or KAE
