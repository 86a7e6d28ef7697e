"""The bodies of a simulated world and their register entries, in the shapes of the real register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from .content import units_table
from .draw import Draw
from .names import afm_of_body

ACTS_PER_DAY = 11.0  # about 4,000 acts a year: a small island or a middle town


@dataclass(frozen=True)
class SimulatedOrganization:
    """A body that publishes acts.

    Attributes:
        uid: Diavgeia uid, digits.
        label: name as in the register, capitals without accents.
        acts_per_day: mean number of acts a calendar day.
        latin_name: the register's Latin name, accepted by ``org=`` too.
        afm: tax number, 9 digits; an invented valid one if empty.
    """

    uid: str
    label: str
    acts_per_day: float = ACTS_PER_DAY
    latin_name: str = ""
    afm: str = ""
    category: str = "MUNICIPALITY"
    status: str = "active"
    website: str = ""
    supervisor_id: str | None = None
    supervisor_label: str | None = None

    def __post_init__(self) -> None:
        if not self.uid.isdigit() or int(self.uid) >= 10**9:
            raise ValueError(f"Diavgeia uid {self.uid!r}: expected up to nine digits.")
        if not 0 <= self.acts_per_day <= 1000:
            raise ValueError(f"{self.uid}: {self.acts_per_day} acts a day; expected 0 to 1000.")

    @classmethod
    def named(cls, uid: str, acts_per_day: float) -> SimulatedOrganization:
        """A municipality of the register by its uid, with its label and tax number.

        A uid that the register does not have becomes a body with an invented name.
        """
        known = next((body for body in EXAMPLES if body.uid == uid), None)
        if known:
            return replace(known, acts_per_day=acts_per_day)
        try:
            from ckanext.greekmunicipal.municipalities import by_diavgeia_uid

            found = by_diavgeia_uid(uid)
        except (ImportError, LookupError):
            return cls(uid, f"ΦΟΡΕΑΣ {uid}", acts_per_day, category="OTHERTYPE")
        return cls(
            uid,
            found.diavgeia_label,
            acts_per_day,
            f"dimos_{found.slug.removeprefix('dimos-').replace('-', '_')}",
            found.afm,
            website=found.website or "",
        )

    @property
    def number(self) -> int:
        """The uid as a number."""
        return int(self.uid)

    @property
    def vat_number(self) -> str:
        """The tax number, invented where none was given."""
        return self.afm or afm_of_body(self.number)

    @property
    def latin(self) -> str:
        """The Latin name, made from the uid where none was given."""
        return self.latin_name or f"foreas_{self.uid}"

    @property
    def name_genitive(self) -> str:
        """The name after «of»: «ΔΗΜΟΥ ΤΗΝΟΥ»."""
        first, _, rest = self.label.partition(" ")
        return f"{'ΔΗΜΟΥ' if first == 'ΔΗΜΟΣ' else first} {rest}".strip()


# A small island, a middle town and a metropolitan municipality.
EXAMPLES = (
    SimulatedOrganization(
        "6296", "ΔΗΜΟΣ ΤΗΝΟΥ", 11.0, "dimostinou", "800302968", website="http://www.dimostinou.eu"
    ),
    SimulatedOrganization(
        "6115", "ΔΗΜΟΣ ΘΗΒΑΙΩΝ", 11.5, "dimosthivas", "997597230", website="http://www.thiva.gr"
    ),
    SimulatedOrganization(
        "6114",
        "ΔΗΜΟΣ ΘΕΣΣΑΛΟΝΙΚΗΣ",
        57.0,
        "Municipality_of_Thessaloniki",
        "998082845",
        website="http://www.thessaloniki.gr",
    ),
)


def organization_json(organization: SimulatedOrganization) -> dict[str, Any]:
    """The register entry of a body."""
    return {
        "uid": organization.uid,
        "label": organization.label,
        "abbreviation": None,
        "latinName": organization.latin,
        "status": organization.status,
        "category": organization.category,
        "vatNumber": organization.vat_number,
        "fekNumber": "87",
        "fekIssue": "fektype_A",
        "fekYear": "2010",
        "odeManagerEmail": f"diavgeia@{organization.latin.lower()}.example",
        "website": organization.website,
        "supervisorId": organization.supervisor_id,
        "supervisorLabel": organization.supervisor_label,
        "organizationDomains": [],
    }


@lru_cache(maxsize=512)
def unit_uids(organization: SimulatedOrganization) -> tuple[str, ...]:
    """The uids of a body's units."""
    first = 100_000_000 + organization.number % 90_000 * 100
    return tuple(str(first + place) for place in range(len(units_table())))


@lru_cache(maxsize=512)
def signer_uids(organization: SimulatedOrganization) -> tuple[str, ...]:
    """The uids of those who sign for a body."""
    first = 109_000_000 + organization.number % 9_000 * 100
    return tuple(str(first + place) for place in range(8))


@lru_cache(maxsize=64)
def units_json(organization: SimulatedOrganization, seed: int) -> list[dict[str, Any]]:
    """All units of a body, with one that is no longer active."""
    draw = Draw.of(seed, "units", organization.uid)
    uids = unit_uids(organization)
    units = []
    for uid, row in zip(uids, units_table(), strict=True):
        parent = row["parent"]
        units.append(
            {
                "uid": uid,
                "label": row["label"],
                "abbreviation": None,
                "category": row["category"],
                "unitDomains": ["GovermentPolitics"] if draw.chance(0.2) else [],
                "active": row["active"] == "yes",
                "activeFrom": 1_262_304_000_000 + draw.below(400) * 86_400_000,
                "activeUntil": None if row["active"] == "yes" else 1_609_459_200_000,
                "parentId": uids[int(parent)] if parent else organization.uid,
            }
        )
    return units


def select(
    organizations: Sequence[SimulatedOrganization], status: str, category: str | None
) -> list[SimulatedOrganization]:
    """The bodies of the register that a list request asks for."""
    return [
        body
        for body in organizations
        if (status == "all" or body.status == status) and category in (None, "", body.category)
    ]
