"""Invented parties: companies with valid tax numbers, and the natural persons that are planted.

The surnames, the fathers' names and the tax numbers of planted persons occur nowhere else, so that
a test can search a database, an index or a log for them: whatever is found there has leaked.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from .content import Inflected, company_parts, person_parts
from .draw import Draw

PERSONS, COMPANIES = 60, 120  # of each body
_LOOK_ALIKES = str.maketrans("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX")


def with_check_digit(first_eight: str) -> str:
    """The tax number (ΑΦΜ) that begins with these eight digits: mod 11, then mod 10."""
    total = sum(int(digit) << (8 - place) for place, digit in enumerate(first_eight))
    return first_eight + str(total % 11 % 10)


def afm_of_body(uid: int) -> str:
    """An invented tax number of a body."""
    return with_check_digit(f"9{uid % 10**7:07d}")


def capitals(text: str) -> str:
    """Greek capitals without accents, as most systems print names."""
    parts = unicodedata.normalize("NFD", text.upper())
    return unicodedata.normalize("NFC", parts.replace("\u0301", ""))


def folded(text: str) -> str:
    """Lower case without accents and with one sigma, as a search index keeps words."""
    parts = unicodedata.normalize("NFD", text.lower())
    return "".join(c for c in parts if not unicodedata.combining(c)).replace("ς", "σ")


@dataclass(frozen=True)
class Company:
    """A legal entity: ``afm`` begins with 09, 8 or 9, or the name has a legal form."""

    name: str
    afm: str
    country: str = "EL"


@dataclass(frozen=True)
class Person:
    """A planted natural person.

    Attributes:
        surname, given, father: in three cases.
        afm: valid tax number of a natural person (begins with 1-7 or 01-07).
        female: the sex, for articles.
    """

    surname: Inflected
    given: Inflected
    father: Inflected
    afm: str
    female: bool

    @property
    def comma_form(self) -> str:
        """The form of the tax register: ``ΕΠΩΝΥΜΟ,,ΟΝΟΜΑ,ΠΑΤΡΩΝΥΜΟ``."""
        parts = self.surname.nominative, self.given.nominative, self.father.nominative
        return "{},,{},{}".format(*map(capitals, parts))

    @property
    def initials(self) -> str:
        """Initial of the given name and the surname."""
        return f"{self.given.nominative[0]}. {self.surname.nominative}"

    def written(self, draw: Draw) -> str:
        """The name as one of many clerks writes it in a field for names."""
        first, last = self.given.nominative, self.surname.nominative
        father = self.father.genitive
        share = draw.random()
        if share < 0.5:
            return self.comma_form
        if share < 0.68:
            return capitals(f"{last} {first}")
        if share < 0.78:
            return capitals(f"{last} {first} ΤΟΥ {father}")
        if share < 0.86:
            return f"{last} {first}"
        if share < 0.92:
            return capitals(f"{last} {first} - {draw.pick(_SOLE_TRADES)}")
        if share < 0.96:
            return capitals(f"{last} {first[0]}. {father[:3]}.")
        return capitals(f"{last} {first}").translate(_LOOK_ALIKES)

    def strings(self) -> Iterator[str]:
        """What must not be found anywhere: each shape of the surname, the father's name, ΑΦΜ."""
        yield self.afm
        for name in (*self.surname, *self.father):
            yield name
            yield capitals(name)
            yield folded(name)
        yield capitals(self.surname.nominative).translate(_LOOK_ALIKES)


_SOLE_TRADES = (
    "ΥΔΡΑΥΛΙΚΕΣ ΕΡΓΑΣΙΕΣ",
    "ΗΛΕΚΤΡΟΛΟΓΟΣ",
    "ΑΡΤΟΠΟΙΕΙΟ",
    "ΧΩΜΑΤΟΥΡΓΙΚΑ",
    "ΕΜΠΟΡΙΟ ΧΡΩΜΑΤΩΝ",
    "ΠΟΛΙΤΙΚΟΣ ΜΗΧΑΝΙΚΟΣ",
)


@lru_cache(maxsize=512)
def persons(seed: int, uid: int) -> tuple[Person, ...]:
    """The planted persons of one body."""
    return tuple(_person(Draw.of(seed, "person", uid, place)) for place in range(PERSONS))


def _person(draw: Draw) -> Person:
    female = draw.chance(0.5)
    stem = draw.pick(person_parts("stem")).nominative
    ending = draw.pick(person_parts("female" if female else "male"))
    surname = Inflected(*(stem + end for end in ending))
    given = draw.pick(person_parts("woman" if female else "man"))
    first = str(draw.between(1, 7)) if draw.chance(0.6) else f"0{draw.between(1, 7)}"
    afm = with_check_digit(first + "".join(str(draw.below(10)) for _ in range(8 - len(first))))
    return Person(surname, given, draw.pick(person_parts("father")), afm, female)


@lru_cache(maxsize=512)
def companies(seed: int, uid: int) -> tuple[Company, ...]:
    """The legal entities with which one body deals."""
    return tuple(_company(Draw.of(seed, "company", uid, place)) for place in range(COMPANIES))


def _company(draw: Draw) -> Company:
    share = draw.random()
    first = draw.pick(("09", "09", "8", "9", "99"))
    if share < 0.22:
        initial, partner = draw.pick("ΑΓΔΕΙΚΛΜΝΠΣΧ"), draw.pick(company_parts("partner"))
        name = draw.pick(company_parts("partnership")).format(initial=initial, partner=partner)
        first = draw.pick(("08", "09", "8"))  # old partnerships have numbers below 09
    elif share < 0.34:
        name = draw.pick(company_parts("public"))
    else:
        stem, trade = draw.pick(company_parts("stem")), draw.pick(company_parts("trade"))
        name = f"{stem} {trade} {draw.pick(company_parts('form'))}"
    if draw.chance(0.15):
        name = f"{name} "  # trailing blanks are common
    country = draw.pick(("DE", "IT", "CY")) if draw.chance(0.02) else "EL"
    digits = "".join(str(draw.below(10)) for _ in range(8 - len(first)))
    return Company(name, with_check_digit(first + digits), country)


def party_json(party: Company | Person, draw: Draw) -> dict[str, Any]:
    """A payee as an ``afm``/``name`` object with the fields that systems send or leave out."""
    if isinstance(party, Person):
        afm, name, country = party.afm, party.written(draw), "EL"
        share = draw.random()
        if share < 0.04:
            afm = ""
        elif share < 0.06:
            afm = "000000000"
    else:
        afm, name, country = party.afm, party.name, party.country
    data: dict[str, Any] = {"afm": afm, "afmType": "EL" if country == "EL" else "EU"}
    if draw.chance(0.7):
        data["afmCountry"] = country
    if draw.chance(0.5):
        data["enterName"] = not afm
    data["name"] = name
    return data
