"""Where the money goes: by economic code, level by level."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal.budgets import summary
from ckanext.greekmunicipal.budgets.classification import chart_of_lines, kind_of, levels_of
from ckanext.greekmunicipal.budgets.codes import KAE
from ckanext.greekmunicipal.budgets.records import EXPENDITURE
from ckanext.greekmunicipal.views.budget import figure, wording
from ckanext.greekmunicipal.views.budget.asking import NotPublishedError
from ckanext.greekmunicipal.views.budget.figure import Column, Figure, Row
from ckanext.greekmunicipal.views.budget.rows import Line
from ckanext.greekmunicipal.views.budget.view import View

# The address of the level below a code.
Step = Callable[[str], str]
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
    node = node_of(root, code)
    if node is None:
        raise NotPublishedError(tk._("There is no line with the code {code}.").format(code=code))
    whole = root.amounts.get(phase)
    children = below(node)
    step = partial(_step, view)
    rows = [row(child, side, phase, whole, step) for child in children]
    if not children:
        rows = [line_row(line, phase, whole) for line in _lines_under(view, side, code)]
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
        {"unit": "EUR", "nodes": [as_json(child, phase, whole, step) for child in children]},
        view.sources(side),
        parameters=said(side=side, phase=view.asked.phase, code=code),
        path=((wording.side(side), step("")), *path(view.tree(side, own=False), code, step))
        if code
        else (),
    )


def _step(view: View, code: str) -> str:
    return view.address(code=code, only_side=view.asked.side, page=1, _anchor="tree")


def path(root: summary.Node, code: str, step: Step) -> list[tuple[str, str]]:
    """The way from below the whole down to a code, label and address of each step."""
    steps, node = [], root
    while code and node.code != code:
        found = next((each for each in below(node) if code.startswith(each.code)), None)
        if found is None:
            break
        node = found
        steps.append((wording.label(node)[0], step(node.code)))
    return steps


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


def below(node: summary.Node) -> list[summary.Node]:
    """The level below a group, past the one that is passed over."""
    found = []
    for child in node.children:
        found += child.children if len(child.code) == _PASSED_OVER else [child]
    return found


def node_of(root: summary.Node, code: str) -> summary.Node | None:
    """The group of a code; None if no line is in it."""
    if not code:
        return root
    for child in root.children:
        if child.code == code:
            return child
        if code.startswith(child.code) and (found := node_of(child, code)):
            return found
    return None


def _lines_under(view: View, side: str, code: str) -> Sequence[Line]:
    if code == "?":
        return [each for each in view.of_side(side) if not levels_of(each.account_code)]
    return [each for each in view.of_side(side) if each.account_code.startswith(code)]


def row(node: summary.Node, side: str, phase: str, whole: Decimal | None, step: Step) -> Row:
    """A group as a row of a table.

    Args:
        node: the group.
        side: of it.
        phase: of the amount.
        whole: EUR of which the share is taken.
        step: address of the level below a code.
    """
    label, language = wording.label(node)
    value = node.amounts.get(phase)
    return Row(
        (
            label,
            value,
            share_of(value, whole),
            node.code,
            node.amounts.get(summary.DONE_PHASE[side]),
            summary.execution(node.amounts, side),
            node.lines,
        ),
        step(node.code),
        language=language,
    )


def line_row(line: Line, phase: str, whole: Decimal | None) -> Row:
    """A line as a row beside those of groups."""
    amounts = summary.sums([line])
    return Row(
        (
            line.label or line.account_label,
            line.amount(phase),
            share_of(line.amount(phase), whole),
            line.code,
            line.amount(summary.DONE_PHASE[line.side]),
            summary.execution(amounts, line.side),
            1,
        ),
        language="" if wording.is_greek() else "el",
    )


def as_json(node: summary.Node, phase: str, whole: Decimal | None, step: Step) -> dict[str, Any]:
    """A group and the level below it, as a chart takes them."""
    value = node.amounts.get(phase)
    found: dict[str, Any] = {
        "code": node.code,
        "label": wording.label(node)[0],
        "value": figure.amount(value),
        "share": figure.share(share_of(value, whole)),
        "href": step(node.code),
    }
    if children := below(node):
        found["children"] = [as_json(child, phase, whole, step) for child in children]
    return found


def share_of(value: Decimal | None, whole: Decimal | None) -> Decimal | None:
    """A part of a whole; None if either is unknown."""
    return None if value is None or not whole else value / whole


def said(**known: str) -> dict[str, str]:
    """Parameters that say something."""
    return {name: value for name, value in known.items() if value}


def chart_of(lines: Sequence[Line]) -> str:
    """Chart of accounts of lines, the old one if none of them tells."""
    return chart_of_lines(line.account_code for line in lines) or KAE
