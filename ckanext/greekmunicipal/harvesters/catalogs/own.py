"""What this portal publishes itself, and another catalogue has from it: not to be harvested back."""

from __future__ import annotations

import re
from collections.abc import Collection

import ckan.model as model

from ckanext.greekmunicipal import config as our_config
from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.catalogs import identity
from ckanext.greekmunicipal.catalogs.records import Mapped
from ckanext.greekmunicipal.harvesters.catalogs import store
from ckanext.greekmunicipal.harvesters.identity import BUDGET, package_id

# Identifiers that our harvesters give: ``budget:6296``, ``diavgeia:6296:payments``.
_IDENTIFIER = re.compile(r"^(?:budget:(?P<body>\d+)|diavgeia:(?P<uid>\d+):(?P<family>[a-z-]+))$")


def of_this_portal(records: Collection[Mapped]) -> set[str]:
    """Names of those records that are datasets of this portal.

    They say so by an address of this portal, by an identifier of our harvesters or by an id: other
    CKANs keep the ids of what they harvest.
    """
    portal = our_config.portal_address("/")
    found = set()
    ids: dict[str, str] = {}
    for record in records:
        own = [a for a in identity.addresses(record.dataset) if identity.is_within(a, portal)]
        if own or identity.is_within(record.page, portal):
            found.add(record.record)
        ids[record.record] = record.record
        if match := _IDENTIFIER.match(str(record.dataset.get("identifier") or "")):
            uid, family = match["body"] or match["uid"], match["family"] or BUDGET
            ids[package_id(uid, family)] = record.record
    for package in _published(list(ids)):
        found.add(ids[package])
    return found


def _published(ids: list[str]) -> set[str]:
    """Those ids that are datasets of this portal and no mirrors."""
    query = model.Session.query(model.Package.id).filter(
        model.Package.id.in_(ids), model.Package.type == "dataset", model.Package.state == "active"
    )
    here = {package for (package,) in query}
    if not here:
        return here
    with datastore.transaction() as cursor:
        return here - store.among(cursor, here)
