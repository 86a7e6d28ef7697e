"""What a controlled field accepts: terms of vocabularies, families, indicators.

Each set of choices is read once from a table; nothing is looked up elsewhere.
"""

from __future__ import annotations

import csv
import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from ckanext.greekmunicipal import municipalities, vocabularies
from ckanext.greekmunicipal.diavgeia import families
from ckanext.greekmunicipal.quality import indicators

BUDGET_FAMILY = "budget"
# A refusal names at most so many accepted values.
NAMED_VALUES = 15

_additional_families: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Choice:
    """One accepted value of a controlled field.

    Attributes:
        value: what is stored: an authority URI or a key of ours.
        code: the short form that is accepted too.
        label_el: Greek label.
        label_en: English label.
    """

    value: str
    code: str
    label_el: str
    label_en: str

    def label(self, language: str) -> str:
        """The label for a reader of ``language``."""
        return self.label_en if language.startswith("en") else (self.label_el or self.label_en)


class DuplicateChoiceError(ValueError):
    """An additional choice has the value of another."""


class Choices:
    """Accepted values of one field, found by stored value or by code."""

    def __init__(self, choices: Iterable[Choice]):
        self.all = tuple(choices)
        self._found = {choice.code: choice for choice in self.all}
        self._found |= {choice.value: choice for choice in self.all}

    def find(self, text: str) -> Choice | None:
        """The choice whose value or code is ``text``; https is taken for http."""
        found = self._found.get(text)
        if found is None and text.startswith("https://"):
            found = self._found.get("http://" + text.removeprefix("https://"))
        return found

    def named(self, read: str = "") -> str:
        """The accepted codes as a refusal names them: those like what was read first."""
        codes = [choice.code for choice in self.all]
        near = difflib.get_close_matches(read.rpartition("/")[2], codes, 5, 0.5) if read else []
        codes = [*near, *(code for code in codes if code not in near)]
        more = len(codes) - NAMED_VALUES
        shown = ", ".join(codes[:NAMED_VALUES])
        return f"{shown}, … (+{more})" if more > 0 else shown


@cache
def vocabulary(name: str) -> Choices:
    """Terms of an EU authority table; values are URIs."""
    return Choices(
        Choice(term.uri, term.code, term.label_el, term.label_en)
        for term in vocabularies.table(name).terms
    )


@lru_cache(maxsize=1)
def act_families() -> Choices:
    """Families of acts, the budget, and kinds that the portal adds; ``family`` names them."""
    return Choices((*_our_families(), *_additional_families))


def use_additional_families(added: Iterable[Choice]) -> None:
    """Let ``family`` have values besides ours; those that were added before are forgotten.

    Raises:
        DuplicateChoiceError: a value is there twice. Nothing is changed then.
    """
    global _additional_families  # noqa: PLW0603 - what the portal adds, set once at its start
    additional = tuple(added)
    seen = {choice.value for choice in _our_families()}
    for choice in additional:
        if choice.value in seen:
            raise DuplicateChoiceError(
                f"Family «{choice.value}» is there twice: give the additional one an id of its own."
            )
        seen.add(choice.value)
    _additional_families = additional
    act_families.cache_clear()


def _our_families() -> tuple[Choice, ...]:
    budget = Choice(
        BUDGET_FAMILY, BUDGET_FAMILY, "Προϋπολογισμός και εκτέλεση", "Budget and execution"
    )
    return (
        budget,
        *(Choice(f.slug, f.slug, f.label_el, f.label_en) for f in families.FAMILIES),
    )


def commitments() -> Choices:
    """Commitments that a dataset can serve, ours and those that the portal adds."""
    return _commitments(indicators.edition())


@lru_cache(maxsize=1)
def _commitments(edition: int) -> Choices:
    return Choices(Choice(i.id, i.id, i.label_el, i.label_en) for i in indicators.indicators())


@lru_cache(maxsize=1)
def municipality_slugs() -> Choices:
    """The municipalities of the register by slug."""
    return Choices(
        Choice(m.slug, m.slug, m.name_el, m.name_en) for m in municipalities.municipalities()
    )


@lru_cache(maxsize=1)
def legislation() -> Choices:
    """Laws that portals name, for their titles; other laws are accepted too."""
    text = (files("ckanext.greekmunicipal.schemas") / "legislation.csv").read_text(encoding="utf-8")
    return Choices(
        Choice(row["uri"], row["uri"], row["label_el"], row["label_en"])
        for row in csv.DictReader(text.splitlines())
    )


@lru_cache(maxsize=1)
def publisher_types() -> Choices:
    """Kinds of publishing bodies (ADMS); other kinds are accepted too."""
    text = (files("ckanext.greekmunicipal.dcat") / "adms.csv").read_text(encoding="utf-8")
    return Choices(
        Choice(row["uri"], row["uri"].rpartition("/")[2], row["label_el"], row["label_en"])
        for row in csv.DictReader(text.splitlines())
        if "/publishertype/" in row["uri"]
    )
