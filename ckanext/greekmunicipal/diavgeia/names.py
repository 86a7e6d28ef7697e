"""Words as signs of a person: given names and surnames in every case, from tables of nominatives.

Everything works on folded words (:func:`ckanext.greekmunicipal.greek.fold`): lower case, no
accents, ς as σ. The kind of a word is worked out once and remembered.
"""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache

from ckanext.greekmunicipal.diavgeia.tables import column, table
from ckanext.greekmunicipal.greek import fold, transliterate


class Kind(IntEnum):
    """What a single word says about a person."""

    ORDINARY = 0  # a word of administration, or a place
    UNKNOWN = 1
    WEAK = 2  # ends as many surnames and many other words do
    MAYBE_NAME = 3  # a given name that is also a word («Γεωργία», «Ζωή»)
    SURNAME = 4
    NAME = 5
    CONTEXT = 6  # no name, but acts with this word are about one person


# Endings of the nominative and those of the other cases, the learned ones included.
_MEN = (
    ("κλησ", ("κλησ", "κλη", "κλεουσ", "κλεα", "κλεη")),
    ("ευσ", ("ευσ", "εωσ", "εα", "ευ")),
    ("ησ", ("ησ", "η", "ην", "ου", "ουσ")),
    ("εασ", ("εασ", "εα", "εαν", "εου")),
    ("ασ", ("ασ", "α", "αν", "ου", "αντοσ", "αντα")),
    ("οσ", ("οσ", "ου", "ο", "ον", "ε")),
    ("ουσ", ("ουσ", "ου", "ουν")),
    ("ισ", ("ισ", "ιδοσ", "ιδα", "ι", "ιν")),
    ("ων", ("ων", "ωνοσ", "ωνα", "ονοσ", "ονα", "οντοσ", "οντα", "ωντοσ", "ωντα")),
    ("ωσ", ("ωσ", "ωοσ", "ωα", "ω")),
    ("ωρ", ("ωρ", "ωροσ", "οροσ", "ορα", "ωρα")),
)
_WOMEN = (
    ("α", ("α", "ασ", "αν", "ησ")),
    ("η", ("η", "ησ", "ην", "εωσ")),
    ("ω", ("ω", "ωσ", "ουσ")),
    ("ισ", ("ισ", "ιδοσ", "ιδα", "ιν", "η", "ησ")),
    ("υ", ("υ", "υσ")),
    ("ου", ("ου", "ουσ")),
    ("ε", ("ε", "εσ")),
)
_SURNAMES_MEN = (
    ("ησ", ("ησ", "η", "ηδεσ", "ηδων", "ου")),
    ("ασ", ("ασ", "α", "αδεσ", "αδων", "ου")),
    ("οσ", ("οσ", "ου", "ο", "οι", "ων")),
)


def cases(nominative: str, gender: str) -> frozenset[str]:
    """Folded forms of a given name in every case, demotic and learned.

    Args:
        nominative: name as in the table, with accents.
        gender: ``m`` or ``f``.
    """
    return _declined(fold(nominative), _MEN if gender == "m" else _WOMEN)


def _declined(name: str, endings: tuple[tuple[str, tuple[str, ...]], ...]) -> frozenset[str]:
    for nominative, forms in endings:
        if name.endswith(nominative) and len(name) > len(nominative) + 1:
            stem = name[: -len(nominative)]
            return frozenset({name, *(stem + form for form in forms)})
    return frozenset({name})


def _latin(forms: set[str]) -> set[str]:
    return {fold(transliterate(form)) for form in forms}


def _given_names() -> tuple[frozenset[str], frozenset[str]]:
    sure: set[str] = set()
    maybe: set[str] = set()
    for row in table("given_names"):
        (maybe if row["also_a_word"] else sure).update(cases(row["name"], row["gender"]))
    # The Greek letters give the cases, Latin letters the names of «greeklish» and foreign payees.
    return frozenset(sure | _latin(sure)), frozenset(maybe - sure)


def _surnames() -> frozenset[str]:
    forms: set[str] = set()
    for surname in column("surnames", "surname"):
        forms |= _declined(fold(surname), _SURNAMES_MEN)
    return frozenset(forms | _latin(forms))


def _places() -> frozenset[str]:
    """Words of the names of municipalities, units and regions that are not also given names."""
    from ckanext.greekmunicipal import municipalities

    found: set[str] = set()
    for each in municipalities.municipalities():
        for name in (each.name_el, each.common_name_el, each.region_el, each.regional_unit_el):
            found.update(WORD.findall(fold(name or "")))
    return frozenset(found)


def _endings(strength: str) -> tuple[tuple[str, int], ...]:
    return tuple(
        (form, int(row["shortest"]))
        for row in table("surname_endings")
        if row["strength"] == strength
        for form in row["forms"].split()
    )


WORD = re.compile("[a-zα-ω]+")
# Stands for initials in a folded text; folding leaves no ς, so no word can be it.
INITIALS = "ςςς"
# Small Latin letters for the Greek capitals that their own capitals look like.
LOOK_ALIKES = str.maketrans("abehikmnoptxyz", "αβεηικμνορτχυζ")

SURE_NAMES, MAYBE_NAMES = _given_names()
# Given names in the nominative: no street or school is named after a person so.
NOMINATIVES = frozenset(fold(row["name"]) for row in table("given_names"))
SURNAMES = _surnames()
_STRONG = dict(_endings("strong"))
_STRONG_TEXT = re.compile("(?:" + "|".join(sorted(_STRONG, key=len, reverse=True)) + ")$")
_STRONG_LATIN = re.compile(
    r"\w{2}(?:opoulos|opoulou|opoulo|poulos|idis|idou|adis|adou|akis|akos|oglou|tzis)$"
)
_WEAK = dict(_endings("weak"))
_WEAK_TEXT = re.compile("(?:" + "|".join(sorted(_WEAK, key=len, reverse=True)) + ")$")
# First parts of compound surnames: Παπα-, Χατζη-, Καρα- and a given name, Δελη-.
_COMPOUND = re.compile(
    "(?:παπα(?!ρουν|γαλ|κι|σ$|δε|δικ)[α-ω]{4,}|χατζ[ηι][α-ω]{3,}"
    "|(?:καρα|δελη|κουτσο|ψευτο|μαυρο|παλιο)"
    "(?:γιανν|γεωργ|γιωργ|δημ[ηο]|κωνστ|κωστ|μανωλ|μιχ|νικολ|παν[αο]|πετρ|βασιλ|θανασ|στεργ|λαμπρ)"
    "[α-ω]+)"
)
# Adjectives in -ιακός and nouns in -ειδης end as surnames do.
_NOT_A_SURNAME = re.compile("(?:ιακ(?:η|ησ|οσ|ου)|οειδησ?|ειδη)$")

_WHOLE_WORDS = frozenset(row["stem"] for row in table("ordinary_words") if row["whole"]) | {
    row["word"] for row in table("entity_words") if row["whole"]
}
_STEMS = tuple(row["stem"] for row in table("ordinary_words") if not row["whole"])
_STEM = re.compile("(?:" + "|".join(sorted(_STEMS)) + ")")


def _contexts(strength: str) -> re.Pattern[str]:
    """Contexts of one word of a strength; all of them for ''."""
    return re.compile(
        "(?:"
        + "|".join(
            row["pattern"]
            for row in table("personal_contexts")
            if " " not in row["pattern"] and strength in ("", row["strength"])
        )
        + ")"
    )


_CONTEXT = _contexts("")
_STRENGTHS = tuple((each, _contexts(each)) for each in ("always", "one"))
FUNCTION_WORDS = frozenset(column("function_words", "word"))

_KNOWN_WHOLE = frozenset(row["stem"] for row in table("known_words") if row["whole"])
_KNOWN_STEM = re.compile(
    "(?:" + "|".join(row["stem"] for row in table("known_words") if not row["whole"]) + ")"
)
# Endings that make a word one of things, actions or qualities: hardly a surname has them.
_ABSTRACT = re.compile(
    "[α-ω]{4}(?:[ηιω]σησ?|[αηιω]σεων|[αηιω]σεισ|[αηιω]σεωσ|οτητασ?|οτητεσ|οτητων|ματοσ|ματα|ματων"
    "|ισμο[υσ]?|ισμων|μεν(?:η|ησ|ο|οσ|ου|α|ων|εσ|ουσ|οι)|τικ(?:η|ησ|ο|α|ων|εσ|ουσ|οι)"
    "|ικ(?:ων|εσ|ουσ)|τηρι(?:ο|ου|α|ων)|ποι(?:ηση|ησησ|ιασ?)|λογιασ?)$"
)
_LATIN_WORDS = frozenset(column("latin_words", "word"))
_LOOK_ALIKE = re.compile("[abehikmnoptxyz]+")

# Letters and pairs that sound alike, as they are mistaken for one another in typing.
_SOUNDS = (("αι", "ε"), ("ει", "ι"), ("οι", "ι"), ("υι", "ι"), ("ου", "#"), ("η", "ι"), ("υ", "ι"))
_DOUBLE = re.compile(r"(.)\1")


def _sound(word: str) -> str:
    """A word as it sounds: «βασηλειου» and «βασιλειου» are one."""
    for written, heard in (*_SOUNDS, ("ω", "ο")):
        word = word.replace(written, heard)
    return _DOUBLE.sub(r"\1", word)


_SOUNDING = frozenset(_sound(name) for name in SURE_NAMES if len(name) > 5 and not name.isascii())


@lru_cache(maxsize=1)
def place_words() -> frozenset[str]:
    """Words of Greek places that alone are no sign of a person."""
    return _places() - SURE_NAMES - SURNAMES


@lru_cache(maxsize=65536)
def kind(word: str) -> Kind:
    """What a folded word says about a person."""
    if len(word) < 3 or word in FUNCTION_WORDS or word in _WHOLE_WORDS:
        return Kind.ORDINARY
    if word == INITIALS:
        return Kind.SURNAME
    if _CONTEXT.fullmatch(word):
        return Kind.CONTEXT
    if word in SURE_NAMES:
        return Kind.NAME
    if word in MAYBE_NAMES:
        return Kind.MAYBE_NAME
    if word in place_words():
        return Kind.ORDINARY
    if word.isascii() and _LOOK_ALIKE.fullmatch(word) and word not in _LATIN_WORDS:
        # A whole word in Latin letters that look Greek («MAPIO»): judged as the Greek one.
        seen = kind(word.translate(LOOK_ALIKES))
        if seen in (Kind.ORDINARY, Kind.CONTEXT) or seen >= Kind.MAYBE_NAME:
            return seen
    if word in SURNAMES or _has_surname_ending(word):
        return Kind.SURNAME
    return _by_its_shape(word)


def _by_its_shape(word: str) -> Kind:
    """Kind of a word that is in no table of names: misspelt name, word of the trade, ending."""
    # Only long misspellings outweigh a word of the trade: «χρήσης» sounds as «Χρύσης».
    misspelt = len(word) > 5 and not word.isascii() and _sound(word) in _SOUNDING
    if misspelt and len(word) > 7:
        return Kind.NAME
    if _STEM.match(word):
        return Kind.ORDINARY
    if misspelt and not _in_known_words(word):
        return Kind.NAME
    ending = _WEAK_TEXT.search(word)
    if ending and len(word) >= _WEAK[ending[0]]:
        return Kind.WEAK
    return Kind.UNKNOWN


def _in_known_words(word: str) -> bool:
    return word in _KNOWN_WHOLE or bool(_KNOWN_STEM.match(word))


@lru_cache(maxsize=65536)
def is_known(word: str) -> bool:
    """Whether a folded word is one of the language or of places: no candidate for a name.

    The other way round than :func:`kind`: what is not known here may be a name in a text that is
    about a person, whatever its ending.
    """
    sign = kind(word)
    if sign in (Kind.ORDINARY, Kind.CONTEXT):
        return True
    if sign >= Kind.MAYBE_NAME:
        return False
    if word.isascii():
        return word in _LATIN_WORDS or len(word) < 3
    return len(word) < 4 or _in_known_words(word) or bool(_ABSTRACT.search(word, 0))


@lru_cache(maxsize=8192)
def context_strength(word: str) -> str:
    """How strong a context of one word is: ``always``, ``one`` or ``doubt``."""
    for strength, words in _STRENGTHS:
        if words.fullmatch(word):
            return strength
    return "doubt"


def _has_surname_ending(word: str) -> bool:
    if _COMPOUND.fullmatch(word):
        return True
    if word.isascii():
        return bool(_STRONG_LATIN.search(word))
    ending = _STRONG_TEXT.search(word)
    if not ending or len(word) < _STRONG[ending[0]]:
        return False
    return not _NOT_A_SURNAME.search(word)
