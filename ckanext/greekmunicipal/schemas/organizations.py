"""Organisations of municipalities, as CKAN stores them."""

from __future__ import annotations

from typing import Any

from ckan import model

KEY = "municipality"


def municipal_organizations() -> list[Any]:
    """Active organisations that name a municipality of the register, by name."""
    query = (
        model.Session.query(model.Group)
        .filter(model.Group.is_organization.is_(True), model.Group.state == "active")
        .order_by(model.Group.name)
    )
    # CKAN 2.12 keeps extras in a column, 2.11 in a table that the attribute reads.
    column = model.group_table.c.get("extras")
    if column is not None:
        query = query.filter(column.has_key(KEY))
    groups: list[Any] = query.all()
    return [group for group in groups if group.extras.get(KEY)]
