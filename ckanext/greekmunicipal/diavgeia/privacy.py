"""Personal data: what of an act's free fields may be kept.

Rules of the project: a natural person's name, tax number and patronymic are never stored, sole
traders are natural persons, in doubt it is a person. The rules are tables in ``data/``.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from ckanext.greekmunicipal.diavgeia.money import Party
from ckanext.greekmunicipal.diavgeia.names import NOMINATIVES, WORD, Kind, kind
from ckanext.greekmunicipal.diavgeia.safe_phrases import without_safe_phrases
from ckanext.greekmunicipal.diavgeia.subjects import concerns_person, may_name_person
from ckanext.greekmunicipal.diavgeia.tables import table
from ckanext.greekmunicipal.greek import fold, is_valid_afm, to_greek

LEGAL = "legal"
NATURAL = "natural"
NONE = "none"

_LEGAL_NUMBER = ("09", "8", "9")
_FOREIGN_NUMBER = re.compile("[A-Z0-9]{5,16}")
_DOTS = re.compile(r"(?<![a-zα-ω])(?:[a-zα-ω]\. ?){2,}|(?<![a-zα-ω])(?:[a-zα-ω] ){2,}(?![a-zα-ω])")
# Surname, second surname (mostly empty), given name, father's name: no blanks after the commas.
_COMMA_FORM = re.compile(
    r"[^,]*,,[^,]*[^\W\d_].*|[^,\d]+,(?! )[^,\d]*,(?! )[^,\d]+(?:,(?! )[^,\d]*)?"
)
_LATIN_FORM = str.maketrans("abeikmnotxyzhp", "αβεικμνοτχυζηρ")

_FORMS = {row["form"]: bool(row["clear"]) for row in table("legal_forms") if " " not in row["form"]}
_FORM_PHRASES = re.compile(
    r"\b(?:" + "|".join(r["form"] for r in table("legal_forms") if " " in r["form"]) + ")"
)
_ENTITY = re.compile(
    r"\b(?:"
    + "|".join(row["word"] + (r"\b" if row["whole"] else "") for row in table("entity_words"))
    + ")"
)
_START = re.compile(r"^\W*(?:[0-9]+ ?(?:οσ|ο|η|α)?\b ?)?(?:[αβγ]['΄/] )?")
_QUOTED = re.compile('[«"“][^»"”]*[»"”]')
_HEAD = re.compile("(?:" + "|".join(row["pattern"] for row in table("entity_heads")) + ")")
_MUNICIPALITY = re.compile(r"\bδημ(?:οσ|ου) ([α-ω]+)")


class Shown(NamedTuple):
    """What may be stored of a counterparty.

    Attributes:
        kind: ``legal``, ``natural`` or ``none``.
        afm: tax number of a legal entity; None for anyone else.
        name: name of a legal entity; None for anyone else.
        country: code of the country of the number.
        flags: what was odd.
    """

    kind: str
    afm: str | None
    name: str | None
    country: str | None
    flags: tuple[str, ...] = ()


@lru_cache(maxsize=8192)
def counterparty(party: Party) -> Shown:
    """Judge a counterparty and leave out what belongs to a person.

    Tax numbers that begin with 09, 8 or 9 belong to legal entities and public bodies. A name in the
    form ``ΕΠΩΝΥΜΟ,,ΟΝΟΜΑ,ΠΑΤΡΩΝΥΜΟ`` is a person whatever the number; a name with a legal form is a
    legal entity even if a person gave it the name; without valid number and legal form it is a
    person.
    """
    country = party.country or None
    afm = party.afm.upper().removeprefix("EL").removeprefix("GR")
    foreign = country is not None and country != "EL"
    if not party.name and not afm:
        flags = ("body-without-tax-number",) if party.without_number else ()
        return Shown(NONE, None, None, country, flags)
    if _COMMA_FORM.fullmatch(party.name):
        return Shown(NATURAL, None, None, country)
    folded = _joined(fold(party.name))
    if foreign:
        return _foreign(party, afm, folded, country)
    if not is_valid_afm(afm):
        return _without_number(party, afm, folded, country)
    form = _form(folded)
    if afm.startswith(_LEGAL_NUMBER):
        if party.name and not form and not _is_entity(folded) and _reads_as_person(folded):
            return Shown(NATURAL, None, None, country, ("number-of-legal-entity",))
        return Shown(LEGAL, afm, _clean(party.name), country)
    if form == "clear" or (form and afm.startswith("0")):
        # Old partnerships have numbers of the range of persons (08…).
        if afm.startswith("0"):
            return Shown(LEGAL, afm, _clean(party.name), country)
        return Shown(LEGAL, None, _clean(party.name), country, ("number-of-natural-person",))
    return Shown(NATURAL, None, None, country)


def _foreign(party: Party, afm: str, folded: str, country: str | None) -> Shown:
    if not _form(folded) and not _is_entity(folded):
        return Shown(NATURAL, None, None, country)
    number = afm if _FOREIGN_NUMBER.fullmatch(afm) else None
    return Shown(LEGAL, number, _clean(party.name), country)


def _without_number(party: Party, afm: str, folded: str, country: str | None) -> Shown:
    flags = ("tax-number-invalid",) if afm else ()
    entity = (
        _form(folded) or _has_head(folded) or (_is_entity(folded) and not _names_person(folded))
    )
    if entity:
        return Shown(LEGAL, None, _clean(party.name), country, flags)
    return Shown(NATURAL, None, None, country, flags)


def _joined(folded: str) -> str:
    """Legal forms written with dots or spaces («Ο. Ε.», «Α Ε») as one word."""
    if "." not in folded and " " not in folded:
        return folded
    return _DOTS.sub(lambda found: " " + re.sub("[. ]", "", found[0]) + " ", folded + " ")


def _form(folded: str) -> str:
    """``clear`` or ``like-initials`` if the name has a legal form, else ''."""
    best = "clear" if _FORM_PHRASES.search(folded) else ""
    for position, word in enumerate(WORD.findall(folded)):
        if word not in _FORMS and word.isascii():
            word = word.translate(_LATIN_FORM)  # noqa: PLW2901 - typed in Latin look-alikes
        # A short form at the head is an initial or a syllable, not a form.
        if word in _FORMS and (position > 0 or len(word) > 4):
            if _FORMS[word]:
                return "clear"
            best = best or "like-initials"
    return best


def _is_entity(folded: str) -> bool:
    if _ENTITY.search(folded):
        return True
    found = _MUNICIPALITY.search(folded)
    # «Δήμος» is a given name too: it is a municipality only before the name of a place.
    return bool(found and kind(found[1]) == Kind.ORDINARY)


@lru_cache(maxsize=1)
def _municipality_names() -> frozenset[str]:
    from ckanext.greekmunicipal import municipalities

    return frozenset(
        fold(name or "")
        for each in municipalities.municipalities()
        for name in (each.name_el, each.common_name_el, each.diavgeia_label)
    )


def _has_head(folded: str) -> bool:
    """Whether a name begins as only bodies are named, whoever they bear the name of.

    «Δ.Ο.Υ. Κατερίνης», «Ι.Ν. Αγίας Παρασκευής», «2ο Γυμνάσιο …»; what follows an abbreviation that
    may be initials has to be a saint, or the name of a club.
    """
    start = _START.sub("", " ".join(folded.split()))
    if _HEAD.match(start):
        # A man's name in the nominative beside the body's own is somebody («… - ΠΑΠΠΑΣ ΙΩΑΝΝΗΣ»).
        own = _QUOTED.sub(" ", without_safe_phrases(start))
        return not any(word in NOMINATIVES and word[-1] == "σ" for word in WORD.findall(own))
    return start in _municipality_names() or start.removeprefix("δημοσ ") in _municipality_names()


def _names_person(folded: str) -> bool:
    return may_name_person(folded)


def _reads_as_person(folded: str) -> bool:
    """Whether a name consists of nothing but words of a person's name, a given name among them."""
    kinds = [kind(word) for word in WORD.findall(folded) if len(word) > 2]
    given = (Kind.NAME, Kind.MAYBE_NAME)
    return (
        2 <= len(kinds) <= 4
        and any(sign in given for sign in kinds)
        and all(sign is not Kind.ORDINARY for sign in kinds)
    )


def _clean(name: str) -> str | None:
    return to_greek(name).strip(" ,;") or None


_PROTOCOL = re.compile(r"[\w ./:,()\-–&#Νº°']{1,80}")
_PLAIN_NUMBER = re.compile(r"[0-9]{1,12}(?:[/-][0-9]{1,8}){0,3}")
_PROTOCOL_WORD = re.compile("[a-zα-ω]{5,}")
_PROTOCOL_WORDS = re.compile(
    "(?:αποφασ|πρωτοκολλ|πρακτικ|ενταλμ|διεκπερ|ορθη|επαναλ|κοινοτ|δημοτ|επιτροπ|συμβουλ|τοπικ|αριθμ"
    "|πραξ|συμβασ|αναλ|υποχρ|χρημ|ιανουαρ|φεβρουαρ|μαρτι|απριλ|μαιου|ιουνι|ιουλι|αυγουστ|σεπτεμβρ"
    "|οκτωβρ|νοεμβρ|δεκεμβρ|οικονομ|δημαρχ|εσωτερ|ηλεκτρον|προυπ|ταμει|λογιστ|τεχνικ|υπηρεσ)"
)


def protocol_number(text: str) -> str | None:
    """A protocol number without anything that may be a name; None if it has to be left out.

    Letters of series and services («Α/318», «ΧΕΠ.148Α/2016») stay; a word of five letters that is
    not of the trade, or any given name, makes the whole cell empty.
    """
    if _PLAIN_NUMBER.fullmatch(text):
        return text
    if not _PROTOCOL.fullmatch(text) or not any(c.isdigit() for c in text):
        return None
    folded = fold(text)
    for word in WORD.findall(folded):
        if kind(word) in (Kind.NAME, Kind.SURNAME):
            return None
        if _PROTOCOL_WORD.fullmatch(word) and not _PROTOCOL_WORDS.match(word):
            return None
    return text


@lru_cache(maxsize=1024)
def budget_type(text: str) -> str | None:
    """The kind of budget, a free label of Diavgeia, unless it may name a person."""
    if not text or len(text) > 120 or may_name_person(text):
        return None
    return to_greek(text)


_TYPE = re.compile(r"[0-9A-ZΑ-Ω.]{1,10}")


def code(text: str) -> str | None:
    """Uid of a decision type, if it has the shape of one."""
    return text if _TYPE.fullmatch(text) else None


def is_reference(ada: str) -> bool:
    """Whether a hand-typed ΑΔΑ is one, not a double surname that has its shape («ΠΑΠΑΔΟΥ-ΖΩΗ»)."""
    if any(c.isdigit() for c in ada):
        return True
    return all(kind(part) <= Kind.WEAK for part in WORD.findall(fold(ada)))


__all__ = [
    "LEGAL",
    "NATURAL",
    "NONE",
    "Shown",
    "budget_type",
    "code",
    "concerns_person",
    "counterparty",
    "is_reference",
    "may_name_person",
    "protocol_number",
]
