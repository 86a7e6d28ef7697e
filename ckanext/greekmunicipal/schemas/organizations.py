"""Organisations of municipalities, as CKAN stores them."""

from __future__ import annotations

from typing import Any

from ckan import model

KEY = "municipality"


SUPERVISOR = "parent_body"


def municipal_organizations() -> list[Any]:
    """Active organisations that name a municipality of the register, by name."""
    return [group for group in _with(KEY) if group.extras.get(KEY)]


def supervised_by(name: str) -> list[Any]:
    """Active organisations that name another as the one that supervises them, by name."""
    return [group for group in _with(SUPERVISOR) if group.extras.get(SUPERVISOR) == name]


def _with(key: str) -> list[Any]:
    query = (
        model.Session.query(model.Group)
        .filter(model.Group.is_organization.is_(True), model.Group.state == "active")
        .order_by(model.Group.name)
    )
    # CKAN 2.12 keeps extras in a column, 2.11 in a table that the attribute reads.
    column = model.group_table.c.get("extras")
    if column is not None:
        query = query.filter(column.has_key(key))
    groups: list[Any] = query.all()
    return groups
