"""The tables from which the text of acts is made, each read once."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import NamedTuple

_HERE = "ckanext.greekmunicipal.diavgeia.simulator"


class TypeRow(NamedTuple):
    """A decision type and its share of a municipality's acts; headings have ``usable`` False."""

    uid: str
    parent: str
    weight: float
    label: str
    usable: bool


class Goods(NamedTuple):
    """Something that a municipality buys: with codes, typical amount (EUR) and name (genitive)."""

    kind: str
    service: str
    kae: str
    account: str
    cpv: str
    typical: float
    text: str


class Inflected(NamedTuple):
    """A name, or the end of one, in the three cases that subjects use."""

    nominative: str
    genitive: str
    accusative: str


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of one table of this package."""
    text = (files(_HERE) / "data" / f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@cache
def types_table() -> tuple[TypeRow, ...]:
    """All decision types in the order of the real list."""
    return tuple(
        TypeRow(
            row["uid"],
            row["parent"],
            float(row["weight"] or 0),
            row["label"],
            row["weight"] != "",
        )
        for row in rows("types")
    )


@cache
def type_index(uid: str) -> int:
    """Place of a decision type in :func:`types_table`."""
    return next(place for place, row in enumerate(types_table()) if row.uid == uid)


def units_table() -> tuple[dict[str, str], ...]:
    """The units that every body has."""
    return rows("units")


@cache
def goods(kind: str | None = None) -> tuple[Goods, ...]:
    """What can be bought, of one kind of contract or of all."""
    found = (Goods(**{**row, "typical": float(row["typical"])}) for row in rows("goods"))  # type: ignore[arg-type]
    return tuple(row for row in found if kind in (None, row.kind))


@cache
def word_list(kind: str) -> tuple[str, ...]:
    """Words of one kind (``place``, ``month`` …)."""
    return tuple(row["text"] for row in rows("words") if row["kind"] == kind)


@cache
def company_parts(part: str) -> tuple[str, ...]:
    """Parts of names of legal entities."""
    return tuple(row["text"] for row in rows("companies") if row["part"] == part)


@cache
def person_parts(part: str) -> tuple[Inflected, ...]:
    """Parts of names of natural persons."""
    return tuple(
        Inflected(row["nominative"], row["genitive"], row["accusative"])
        for row in rows("persons")
        if row["part"] == part
    )


@cache
def subjects(kind: str) -> tuple[str, ...]:
    """Templates of subjects that name no person."""
    found = tuple(row["template"] for row in rows("subjects") if row["type"] == kind)
    return found or subjects("other")


@cache
def personal_subjects(kind: str) -> tuple[str, ...]:
    """Templates of subjects that name a person; those of type 2.4.7.1 where a type has none."""
    found = tuple(row["template"] for row in rows("personal_subjects") if row["types"] == kind)
    return found or personal_subjects("2.4.7.1")
