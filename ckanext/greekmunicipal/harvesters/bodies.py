"""Bodies whose acts are read: municipalities, and those whose acts belong to a municipality."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from ckanext.greekmunicipal.greek import slug as slug_of
from ckanext.greekmunicipal.harvesters import datasets
from ckanext.greekmunicipal.municipalities import (
    Municipality,
    Predecessor,
    by_diavgeia_uid,
    by_slug,
    predecessors,
)

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Body:
    """A body as its datasets name it.

    Attributes:
        uid: Diavgeia's number.
        slug: beginning of the names of its datasets.
        name_el: Greek name, with the end of its existence.
        name_en: English name, likewise.
        municipality: slug of the municipality whose organisation has the datasets.
        owner: id of that organisation.
    """

    uid: str
    slug: str
    name_el: str
    name_en: str
    municipality: str
    owner: str


def body_of(uid: str) -> Body:
    """The body of a Diavgeia number.

    Raises:
        UnknownMunicipalityError: neither a municipality nor a predecessor of one has it.
        datasets.OrganizationMissing: the portal has no organisation for it.
    """
    for predecessor in predecessors():
        if predecessor.diavgeia_uid == uid:
            return _abolished(predecessor)
    found = by_diavgeia_uid(uid)
    return Body(
        uid,
        found.slug,
        found.name_el,
        found.name_en,
        found.slug,
        datasets.owner_of(found.diavgeia_uid),
    )


def _abolished(body: Predecessor) -> Body:
    keeper = keeper_of(body)
    if keeper is None:
        raise datasets.OrganizationMissing(
            f"The portal has no organisation of a successor of {body.name_el}:"
            f" {', '.join(body.successors)}."
        )
    last = body.abolished - _DAY
    return Body(
        body.diavgeia_uid,
        slug_of(body.name_el),
        f"{body.name_el} (έως {last.day}.{last.month}.{last.year})",
        f"{body.name_en} (until {last.isoformat()})",
        keeper.slug,
        datasets.owner_of(keeper.diavgeia_uid),
    )


def keeper_of(body: Predecessor) -> Municipality | None:
    """The successor that keeps the acts: the first that has an organisation in the portal.

    An act stands in one dataset; with a copy for each successor sums over bodies would count it
    several times.
    """
    for name in body.successors:
        successor = by_slug(name)
        try:
            datasets.owner_of(successor.diavgeia_uid)
        except datasets.OrganizationMissing:
            continue
        return successor
    return None


def with_predecessors(uids: Iterable[str]) -> tuple[str, ...]:
    """Bodies, and the abolished municipalities of which one of them keeps the acts."""
    wanted = tuple(uids)
    kept = (
        body.diavgeia_uid
        for body in predecessors()
        if body.diavgeia_uid
        and any(by_slug(name).diavgeia_uid in wanted for name in body.successors)
        and (keeper := keeper_of(body)) is not None
        and keeper.diavgeia_uid in wanted
    )
    return tuple(dict.fromkeys((*wanted, *kept)))
