"""The published budget of a municipality in short, as an action."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal import municipalities
from ckanext.greekmunicipal.budgets import compare, summary
from ckanext.greekmunicipal.budgets.records import EXPENDITURE, SIDES
from ckanext.greekmunicipal.harvesters.identity import BUDGET, package_id
from ckanext.greekmunicipal.logic import schema
from ckanext.greekmunicipal.views.budget import asking, published, rows

_SHARE = Decimal("0.0001")


def get_actions() -> dict[str, Any]:
    """The action."""
    return {"greekmunicipal_budget_summary": greekmunicipal_budget_summary}


@tk.side_effect_free
def greekmunicipal_budget_summary(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Totals, tree, services and execution of a published budget.

    Args:
        context: CKAN's.
        data_dict: ``municipality``, a slug of the register, or ``organization``, id or name;
            ``year``, without it the last; ``period``, an ISO date or ``voted``, without it the
            last of the year; ``side``, ``revenue`` or ``expenditure``, without it both.

    Returns:
        ``municipality``, ``year``, ``period_end`` (None: as voted), ``years``, ``periods``,
        ``chart``, ``inhabitants`` with ``census``, ``sources`` with their findings, and ``sides``:
        for each ``lines``, ``totals`` and ``own_totals`` (without what passes through, is
        notional, a balance or a reserve), ``per_inhabitant`` of the own totals, ``execution``
        (share of the plan in force; None if unknown), ``tree``, and of the expenditure
        ``services``. Amounts are EUR as decimal strings; a phase that is not in the files is
        absent.

    Raises:
        ObjectNotFound: the municipality has no published budget, or none of the year or period.
        ValidationError: a parameter cannot be read.
    """
    tk.check_access("greekmunicipal_budget_summary", context, data_dict)
    data, errors = tk.navl_validate(data_dict, schema.budget_summary(), context)
    if errors:
        raise tk.ValidationError(errors)
    found = _published(data)
    parameters = {name: str(data[name]) for name in ("period", "side") if data.get(name)}
    try:
        asked = asking.read(found, data.get("year"), parameters)
    except asking.NotPublishedError as error:
        raise tk.ObjectNotFound(str(error)) from None
    except asking.BadQuestionError as error:
        raise tk.ValidationError({"period": [str(error)]}) from None
    lines = rows.lines(found, asked.year, asked.period_end)
    sides = (asked.only_side,) if asked.only_side else SIDES
    return {
        "municipality": found.municipality.slug,
        "year": asked.year,
        "period_end": _day(asked.period_end),
        "years": list(found.years),
        "periods": [_day(end) for end in found.periods(asked.year)],
        "chart": found.chart(asked.year) or None,
        "inhabitants": found.municipality.population_2021 or None,
        "census": 2021,
        "dataset": found.package,
        "resource": found.table,
        "sources": [_source(unit) for unit in found.units_of(asked.year, asked.period_end, sides)],
        "sides": {
            side: _side(lines, side, found.municipality.population_2021)
            for side in sides
            if any(line.side == side for line in lines)
        },
    }


def municipality_of(data: Mapping[str, Any]) -> municipalities.Municipality | None:
    """The municipality that parameters name, None if they name none of the register."""
    slug = data.get("municipality")
    if not slug and data.get("organization"):
        group: Any = model.Group.get(str(data["organization"]))
        slug = group.extras.get("municipality") if group is not None else None
    try:
        return municipalities.by_slug(str(slug)) if slug else None
    except municipalities.UnknownMunicipalityError:
        return None


def package_of(data: Mapping[str, Any]) -> str | None:
    """Id of the budget dataset of the municipality that parameters name."""
    body = municipality_of(data)
    return package_id(body.diavgeia_uid, BUDGET) if body else None


def _published(data: Mapping[str, Any]) -> published.Published:
    if not (data.get("municipality") or data.get("organization")):
        told = tk._("Name a municipality (municipality) or an organisation (organization).")
        raise tk.ValidationError({"municipality": [told]})
    body = municipality_of(data)
    package: Any = model.Package.get(package_of(data) or "")
    active = package is not None and package.state == model.State.ACTIVE
    found = published.of_municipality(body) if body and active else None
    if found is None:
        raise tk.ObjectNotFound(tk._("No budget has been published yet."))
    return found


def _side(lines: Any, side: str, inhabitants: int) -> dict[str, Any]:
    of_side = [line for line in lines if line.side == side]
    amounts = summary.sums(of_side)
    own = summary.own_totals(of_side).get(side, {})
    done = summary.execution(amounts, side)
    told = {
        "lines": len(of_side),
        "totals": _amounts(amounts),
        "own_totals": _amounts(own),
        "per_inhabitant": _amounts(compare.per_inhabitant_all(own, inhabitants)),
        "execution": None if done is None else str(done.quantize(_SHARE)),
        "tree": [_node(node) for node in summary.tree(of_side, side).children],
    }
    if side == EXPENDITURE:
        told["services"] = [_node(node) for node in summary.by_service(of_side)]
    return told


def _node(node: summary.Node) -> dict[str, Any]:
    found: dict[str, Any] = {
        "code": node.code,
        "label_el": node.label_el,
        "label_en": node.label_en,
        "lines": node.lines,
        "amounts": _amounts(node.amounts),
        "kind": node.kind.kind if node.kind else None,
    }
    if node.children:
        found["children"] = [_node(child) for child in node.children]
    return found


def _amounts(amounts: Mapping[str, Decimal]) -> dict[str, str]:
    return {phase: format(amount, ".2f") for phase, amount in amounts.items()}


def _source(unit: published.Unit) -> dict[str, Any]:
    return {
        "files": [{"file": file, "sha256": digest} for file, digest in unit.files],
        "stored_at": unit.stored_at.isoformat(),
        "findings": [
            {key: each.get(key) for key in ("level", "rule", "message_el", "message_en", "count")}
            for each in unit.findings
        ],
    }


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None
