"""Which service spends the money, and on what: services first, then the accounts of one of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal.budgets import summary
from ckanext.greekmunicipal.budgets.classification import kind_of
from ckanext.greekmunicipal.budgets.records import EXPENDITURE
from ckanext.greekmunicipal.budgets.tables import read_table
from ckanext.greekmunicipal.views.budget import figure, trees, wording
from ckanext.greekmunicipal.views.budget.figure import Column, Figure
from ckanext.greekmunicipal.views.budget.rows import Line
from ckanext.greekmunicipal.views.budget.view import View


def by_service(view: View) -> Figure:
    """Own spending by service, or that of the service that was asked for by economic code."""
    nodes = view.kept("services", lambda: _services(view))
    node = next((each for each in nodes if each.code and each.code == view.asked.service), None)
    return _all(view, nodes) if node is None else _one(view, node)


def _all(view: View, nodes: Sequence[summary.Node]) -> Figure:
    phase = view.phase(EXPENDITURE)
    whole = view.own.get(EXPENDITURE, {}).get(phase)
    named = [_named(node) for node in nodes]
    step = partial(_into, view)
    return Figure(
        "services",
        tk._("Which service spends it"),
        tk._("{when}; amounts: {phase}; without what is not its own money.").format(
            when=view.when(), phase=wording.phase(phase)
        ),
        _columns(phase, wording.phase("service")),
        tuple(trees.row(node, EXPENDITURE, phase, whole, step) for node in named),
        "treemap",
        {"unit": "EUR", "nodes": [trees.as_json(node, phase, whole, step) for node in named]},
        view.sources(EXPENDITURE),
        parameters=trees.said(phase=view.asked.phase),
    )


def _one(view: View, service: summary.Node) -> Figure:
    """What one service spends its money on, one level below the code that was asked for."""
    phase = view.phase(EXPENDITURE)
    root = view.kept(
        f"service-{service.code}", lambda: summary.tree(_own(view, service.code), EXPENDITURE)
    )
    # A code in which this service has no line belongs to the figure of the codes.
    node = trees.node_of(root, view.asked.code) or root
    code = node.code
    whole = root.amounts.get(phase)
    step = partial(_within, view, service.code)
    children = trees.below(node)
    rows = [trees.row(child, EXPENDITURE, phase, whole, step) for child in children]
    if not children:
        lines = (line for line in _own(view, service.code) if line.account_code.startswith(code))
        rows = [trees.line_row(line, phase, whole) for line in lines]
    name = service_label(service.code, service.label_el)[0]
    title = f"{service.code} {name}"
    return Figure(
        "services",
        f"{title}: {code} {wording.label(node)[0]}" if code else title,
        tk._("{when}; amounts: {phase}; shares of what the service spends.").format(
            when=view.when(), phase=wording.phase(phase)
        ),
        _columns(phase, tk._("What for")),
        tuple(rows),
        "treemap" if children else "",
        {"unit": "EUR", "nodes": [trees.as_json(each, phase, whole, step) for each in children]},
        view.sources(EXPENDITURE),
        parameters=trees.said(phase=view.asked.phase, service=service.code, code=code),
        path=(
            (tk._("All services"), _within(view, None, "")),
            (name, step("")),
            *trees.path(root, code, step),
        ),
    )


def _columns(phase: str, first: str) -> tuple[Column, ...]:
    return (
        Column("label", first, figure.TEXT),
        Column("amount", wording.phase(phase)),
        Column("share", tk._("Share"), figure.SHARE),
        Column("code", tk._("Code"), figure.CODE),
        Column("paid", wording.phase("paid")),
        Column("execution", wording.phase("execution"), figure.SHARE),
        Column("lines", tk._("Lines"), figure.NUMBER),
    )


def _into(view: View, service: str) -> str:
    """Address of a service; spending under no service has none."""
    return _within(view, service, "") if service else ""


def _within(view: View, service: str | None, code: str) -> str:
    return view.address(service=service, code=code, side=EXPENDITURE, only_side=EXPENDITURE,
                        page=1, _anchor="services")  # fmt: skip


def _own(view: View, service: str) -> list[Line]:
    return [
        line
        for line in view.of_side(EXPENDITURE)
        if line.service_code == service and kind_of(line.account_code) is None
    ]


def _services(view: View) -> list[summary.Node]:
    own = [line for line in view.of_side(EXPENDITURE) if kind_of(line.account_code) is None]
    return summary.by_service(own)


def _named(node: summary.Node) -> summary.Node:
    """A service with its name in the language of the page where there is one."""
    label, language = service_label(node.code, node.label_el)
    return summary.Node(
        node.code, node.label_el, "" if language else label, node.amounts, node.kind, [], node.lines
    )


def service_label(code: str, label: str) -> tuple[str, str]:
    """Name of a service in the language of the page, and its language if it is another."""
    if wording.is_greek():
        return label, ""
    for row in read_table("services"):
        if row["code"] == code and label in (row["label_el"], code, ""):
            return row["label_en"], ""
    return (tk._("No service"), "") if not code and not label else (label, "el")
