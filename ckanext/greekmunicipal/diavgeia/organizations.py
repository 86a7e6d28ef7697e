"""Bodies (φορείς) of Diavgeia's register."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ckanext.greekmunicipal.diavgeia import values
from ckanext.greekmunicipal.greek import is_valid_afm, to_greek


@dataclass(frozen=True)
class Organization:
    """A body that posts acts.

    The mail address of its administrator is a person's and is not read.

    Attributes:
        uid: key of Diavgeia.
        label: name in capitals, as Diavgeia shows it.
        latin_name: name in addresses.
        status: active, inactive or pending.
        category: code such as MUNICIPALITY, DEYA, NPDD.
        afm: valid tax number, or None: the register holds blanks and fillers.
        website: address or ''.
        supervisor_uid: uid of the supervising body; None if there is none or it names itself.
    """

    uid: str
    label: str
    latin_name: str
    status: str
    category: str
    afm: str | None
    website: str
    supervisor_uid: str | None


def read_organization(raw: dict[str, Any]) -> Organization:
    """Read one body of an answer.

    Raises:
        ValueError: it has no uid.
    """
    uid = values.text(raw.get("uid"))
    if not uid:
        raise ValueError("A body without «uid» in the register of Diavgeia cannot be used.")
    afm = values.text(raw.get("vatNumber"))
    supervisor = values.text(raw.get("supervisorId"))
    return Organization(
        uid=uid,
        label=to_greek(values.text(raw.get("label"))),
        latin_name=values.text(raw.get("latinName")),
        status=values.text(raw.get("status")),
        category=values.text(raw.get("category")),
        afm=afm if is_valid_afm(afm) else None,
        website=values.text(raw.get("website")),
        supervisor_uid=supervisor if supervisor and supervisor != uid else None,
    )


def read_organizations(raw: Any) -> Iterable[Organization]:
    """Bodies of a recorded answer: ``{"organizations": […]}``, a list, or a single body."""
    node = raw.get("organizations", raw) if isinstance(raw, dict) else raw
    return [read_organization(item) for item in values.each(node) if item.get("uid")]
