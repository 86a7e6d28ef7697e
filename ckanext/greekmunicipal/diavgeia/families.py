"""Families of decision types: each body has one dataset a family."""

from __future__ import annotations

from dataclasses import dataclass

from ckanext.greekmunicipal.diavgeia.tables import table

OTHER = "other"
STAFF = "staff"


@dataclass(frozen=True)
class DecisionType:
    """A decision type (είδος πράξης) of Diavgeia.

    Attributes:
        uid: with Greek capitals, as Diavgeia writes it («Β.2.2»).
        label: as Diavgeia shows it.
        family: slug of its family.
        subject: ``scan`` (kept if it names no person), ``withhold`` (every act of the type is
            about one person) or ``none`` (the family keeps no subject).
    """

    uid: str
    label: str
    family: str
    subject: str


@dataclass(frozen=True)
class Family:
    """A family of decision types.

    Attributes:
        slug: key in addresses, ids and folders; public, see the interfaces.
        label_el: Greek label.
        label_en: English label.
        decision_types: uids of its types, in the order of Diavgeia; ``other`` also takes the
            types that are not in the table.
    """

    slug: str
    label_el: str
    label_en: str
    decision_types: tuple[str, ...]


DECISION_TYPES: dict[str, DecisionType] = {
    row["uid"]: DecisionType(row["uid"], row["label"], row["family"], row["subject"])
    for row in table("decision_types")
}

FAMILIES: tuple[Family, ...] = tuple(
    Family(
        slug=row["slug"],
        label_el=row["label_el"],
        label_en=row["label_en"],
        decision_types=tuple(
            kind.uid for kind in DECISION_TYPES.values() if kind.family == row["slug"]
        ),
    )
    for row in table("families")
)

_BY_SLUG = {family.slug: family for family in FAMILIES}


class UnknownFamily(KeyError):  # noqa: N818 - says what the slug is
    """No family has this slug."""

    def __str__(self) -> str:
        return f"«{self.args[0]}» is no family of decision types; there are: {', '.join(_BY_SLUG)}."


def by_slug(slug: str) -> Family:
    """Family of a slug.

    Raises:
        UnknownFamily: there is none.
    """
    try:
        return _BY_SLUG[slug]
    except KeyError:
        raise UnknownFamily(slug) from None


def family_of(decision_type: str) -> str:
    """Slug of the family of a decision type's uid.

    A type that is not in the table is ``other``, unless it belongs to Γ.*: those are about
    people, and a new one must not escape the stricter rule of ``staff``.
    """
    kind = DECISION_TYPES.get(decision_type)
    if kind:
        return kind.family
    return STAFF if decision_type.startswith("Γ.") else OTHER


def subject_rule(decision_type: str) -> str:
    """What becomes of the subject of an act of this type; see :class:`DecisionType`."""
    kind = DECISION_TYPES.get(decision_type)
    if kind:
        return kind.subject
    return "none" if decision_type.startswith("Γ.") else "scan"
