"""Ids that two machines, or two harvests, give alike.

They rest on Diavgeia's number of the body, never on a slug, which a person may edit.
"""

from __future__ import annotations

import uuid

# Made once for this project; every id of a harvested thing hangs on it.
NAMESPACE = uuid.UUID("b7d8e2a4-3c1f-5e0b-9a46-7f2d51c08e93")

BUDGET = "budget"


def organization_id(uid: str) -> str:
    """Id of the organisation of a body."""
    return _id("organization", uid)


def package_id(uid: str, family: str) -> str:
    """Id of the dataset of a body and a family; the budget is the family ``budget``."""
    return _id("package", uid, family)


def resource_id(uid: str, family: str, table: str) -> str:
    """Id of a resource, which is the name of its DataStore table too."""
    return _id("resource", uid, family, table)


def _id(*parts: str) -> str:
    return str(uuid.uuid5(NAMESPACE, "/".join(parts)))
