"""Whether a text may name a person or is about one: the first, strict form of the rule.

In doubt the answer is yes. A text is read folded; phrases that carry a name without naming a person
(saints, streets, institutions in quotation marks, companies with their legal form) are taken out
first, then every word that is left is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import IntEnum
from functools import lru_cache

from ckanext.greekmunicipal.diavgeia.names import (
    FUNCTION_WORDS,
    INITIALS,
    WORD,
    Kind,
    context_strength,
    is_known,
    kind,
)
from ckanext.greekmunicipal.diavgeia.safe_phrases import BLANK, without_safe_phrases
from ckanext.greekmunicipal.diavgeia.tables import column, table
from ckanext.greekmunicipal.greek import fold, is_valid_afm

# A longer text is a document, not a subject; nobody has looked at all of it.
LONGEST = 2000

_CHAIN = re.compile(r"(?<![a-zα-ω0-9])((?:[a-zα-ω]\.[ \u00a0]?)+)(?=([a-zα-ω]*))")
_KNOWN_PAIRS = frozenset(column("acronyms", "letters"))
# Pairs that are as often the initials of a person: judged by the word before them.
_DOUBTFUL_PAIRS = frozenset(row["letters"] for row in table("acronyms") if row["initials"])
_BEFORE_INITIALS = re.compile(
    r"(?:υποθεσ\w+|στον|στην|δημοτ\w+|δικαιουχ\w+|υπαλληλ\w+|μαθητ\w+|ασθεν\w+|πολιτη|πολιτη?σ"
    r"|κ|κα|κοσ|κου|κασ|νοσηλι\w+|αιτησ\w+|οφειλ\w+|ανηλικ\w+|τεκν\w+|εναντι|κατα|υπερ|ιδιοκτητ\w+)"
    r"[. :]*$"
)
_FORMS = frozenset(row["form"] for row in table("legal_forms") if " " not in row["form"])
_LATIN_FORM = str.maketrans("abeikmnotxyzhp", "αβεικμνοτχυζηρ")

_SHORTENED = frozenset(column("shortened_names", "short"))
_DOTTED = re.compile(r"\. ?([a-zα-ω]{4,})")
_LAST_WORD = re.compile("[a-zα-ω]+$")
_SLASHED = re.compile(
    r"\b(?:κων?/ν|κ/νοσ|αθ/σ|παν/τ|χ/νοσ|γεωρ?/|δημ/τρ|βασ/λ|νικ/|χαρ/μπ|ευαγ/|αντ/ν|κυρ/κ)"
)
_TITLE = re.compile(
    r"(?<![a-zα-ω]\.)\b(?:κ\.κ\.|κ\.|κοσ|κου|κασ?|κυριοσ|κυριου|κυριον?|κυριασ?)[ .]+([a-zα-ω]{4,})"
)
# One of these is in every text that the titles match.
_TITLES = (" κ.", "(κ.", ":κ.", "κ.κ", "κυρι", " κα ", " κα.", " κασ", " κοσ", " κου")
_INTRODUCERS = {row["word"]: row["strength"] for row in table("introducers")}
# Endings of things and qualities, which few surnames have.
_OF_THINGS = re.compile(
    "(?:[σξψ](?:η|ησ|εωσ|εισ|εων)|ιασ?|τητασ?|τητων|μα|ματοσ|ματα|ματων|ιου?|ισμο[υσ]?|ων|εισ"
    "|[ιαμτκνλρ]?ικ(?:η|ησ|ο|οσ|ου|α|εσ|ουσ)|ιμ(?:η|ησ|ο|ου)|μεν(?:η|ησ|ο|ου|α|εσ)|ουργο[υσ]?"
    "|ουχο[υσ]?|φορο[υσ]?|τητο[υσ]?|εντρο[υσ]?|εργο[υσ]?|ωδη|ωδουσ)$"
)
_STOPS = frozenset(",;:()")
_WORD_OR_STOP = re.compile("[a-zα-ω]+|[,;:()]")
_NINE_DIGITS = re.compile(r"\d{9}")
_DIGITS = re.compile(r"(?<!\d)\d{9}(?!\d)|(?<!\d)\d{11}(?!\d)")
# A number that is called a tax number counts even if it is mistyped.
_NAMED_NUMBER = re.compile(r"\b(?:αφμ|α\.φ\.μ\.?)[ :.]*(?!09|8|9)\d{9}(?!\d)")
_CAPITALISED = re.compile(
    r"(?<=[a-zα-ωά-ώ,·;:)»\"] )([Α-ΩΆ-Ώ][α-ωά-ώΐΰ]{2,})(?: ([Α-ΩΆ-Ώ][α-ωά-ώΐΰ]{2,}))?"
)


def _contexts() -> tuple[tuple[str, re.Pattern[str], str], ...]:
    """Phrases of several words with their strength and a literal that is looked for first."""
    found = []
    for row in table("personal_contexts"):
        pattern = row["pattern"]
        if " " in pattern:
            outside_groups = re.sub(r"\([^()]*\)\??", " ", pattern)
            literal = max(re.findall("[α-ω]{3,}(?![α-ω?])", outside_groups), key=len)
            found.append((literal, re.compile(r"\b" + pattern), row["strength"]))
    return tuple(found)


_CONTEXTS = _contexts()
# Rules and prices for all, in which the words for the affairs of one person stand too.
_GENERAL = re.compile(r"\b(?:τελη|τελων|κανονισμ|κανονιστικ|δικαιωματων|προκηρυξ|τιμοκαταλογ)")
# After these stands the name of a place, a court or a house, not of a person.
_BEFORE_PLACE = re.compile(
    "(?:δημ(?:οσ|ου|ο|ων|οι)|κοινοτητ|οικισμ|οδ(?:οσ|ου|ο|ων)$|περιοχ|περιφερει|νομ(?:οσ|ου|ο)$|πολη"
    "|πρωτοδικει|ειρηνοδικει|εφετει|κοιμητηρι|νεκροταφει|σχολει|ενοτητ|τκ$|δε$|δκ$|νησ(?:οσ|ου|ο)$"
    "|λεωφορ|πλατει|κληροδοτημ|ιδρυμ|προγραμμ|πραξη)"
)


def may_name_person(text: str) -> bool:
    """Whether anything in the text may be the name or number of a person.

    Given names and surname endings in every case, initials («Κ. Παπαδόπουλος», «Π.Γ.»), shortened
    names («Κων/νος»), titles, two words in a row that are written as names, tax numbers of
    persons. Also for labels of budgets and other short texts.
    """
    return _scan(text, contexts=False)


def concerns_person(text: str) -> bool:
    """Whether the text names a person or is about the affairs of one (benefit, burial, staff…)."""
    return _scan(text, contexts=True)


def _scan(text: str, *, contexts: bool) -> bool:
    if len(text) > LONGEST:
        return True
    folded = fold(text)
    about = _about_person(folded) if contexts else ""
    if about == "always":
        return True
    if _has_personal_number(folded):
        return True
    in_capitals = text.isupper()
    # Most texts show no sign at all; only the others are looked at phrase by phrase.
    marked = _marked(folded)
    signs = _signs(marked, contexts)
    if (
        not about
        and not signs
        and (in_capitals or not _written_as_name(text, folded))
        and not _written_in_latin(text, folded)
        and not (contexts and _has_candidate(text, folded, marked, _reads_as_surname))
    ):
        return False
    rest = without_safe_phrases(folded)
    if rest is not folded:
        marked = _marked(rest)
        signs = _signs(marked, contexts)
    if signs >= _Sign.PERSON or (not in_capitals and _written_as_name(text, rest)):
        return True
    if _written_in_latin(text, rest):
        return True
    if not about and not signs:
        return contexts and _has_candidate(text, rest, marked, _reads_as_surname)
    if (about == "one" or signs == _Sign.ONE) and not _GENERAL.search(folded):
        return True
    return _has_candidate(text, rest, marked, _is_unknown)


def _about_person(folded: str) -> str:
    """Strength of the strongest phrase that is about one person, '' without any."""
    strongest = ""
    for literal, phrase, strength in _CONTEXTS:
        if literal in folded and phrase.search(folded):
            if strength == "always":
                return strength
            strongest = "one" if strength == "one" else strongest or strength
    return strongest


_FOREIGN_START = re.compile("(?:μπ|ντ|γκ|τζ|τσ|ζα[βγκλμρχ]|κοντ|κουτσ|μαυρ|παπ|χατζ|καρα|δελη|ντε)")
_OF_PERSONS = re.compile(
    "(?:ησ|ιου|[^σξψκμθ]η|[λνκρτφχθδ]ου|ελλα|αρα|[ονρλ]ασ|εασ|ιασ|ιδ|οβ|εβ|ιτσ|[κτρνλ]οσ)$"
)


@lru_cache(maxsize=65536)
def _reads_as_surname(word: str) -> bool:
    """Whether a word that is not known looks more like a surname than like a word of things."""
    if len(word) < 5 or word.isascii() or is_known(word):
        return False
    return bool(_FOREIGN_START.match(word)) or (
        kind(word) == Kind.WEAK and bool(_OF_PERSONS.search(word)) and not _THINGS.search(word)
    )


_THINGS = re.compile(
    "(?:[σξψ]ησ?|ικ(?:ησ?|ου|οσ)|μεν(?:ησ?|ου|οσ)|ισμο[υσ]|ματοσ|ειου|τηριου|οτητασ|ιμ(?:ησ?|ου|οσ)"
    "|[οα]δοσ|ολογι?(?:ασ|ου)|γραφι?(?:ασ|ου|ησ)|ουργει?ου|εργου|φορου)$"
)


def _is_unknown(word: str) -> bool:
    return not is_known(word)


def _has_candidate(text: str, rest: str, marked: str, may_be: Callable[[str], bool]) -> bool:
    """Whether any word is left that is not known: in a text about persons it may be a name.

    In a text of small and capital letters only a capitalised word can be one.

    Args:
        text: as typed.
        rest: folded, without safe phrases.
        marked: the same with marks of initials.
        may_be: whether a word may be a name.
    """
    aligned = len(text) == len(rest) and not text.isupper() and not text[1:].islower()
    if aligned:
        marked = rest
    # Most texts have no such word, wherever it stands.
    if not any(map(may_be, WORD.findall(marked))):
        return False
    words = list(WORD.finditer(marked))
    companies = _company_words([found[0] for found in words]) if len(words) < 200 else set()
    before = ""
    for place, found in enumerate(words):
        word = found[0]
        if (
            may_be(word)
            and place not in companies
            and not _BEFORE_PLACE.match(before)
            and (not aligned or text[found.start()].isupper())
        ):
            return True
        before = before if word in FUNCTION_WORDS and len(word) < 4 else word
    return False


def _has_personal_number(folded: str) -> bool:
    if not _NINE_DIGITS.search(folded):
        return False
    if _NAMED_NUMBER.search(folded):
        return True
    return any(
        _is_amka(number)
        if len(number) == 11
        else is_valid_afm(number) and not number.startswith(("09", "8", "9"))
        for number in _DIGITS.findall(folded)
    )


def _is_amka(number: str) -> bool:
    """Whether eleven digits are a social security number (ΑΜΚΑ): birthday and Luhn's check."""
    if not (1 <= int(number[:2]) <= 31 and 1 <= int(number[2:4]) <= 12):
        return False
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(number)]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _marked(rest: str) -> str:
    """Put the mark of initials where a title, a shortened name or initials may name a person."""
    if "/" in rest:
        rest = _SLASHED.sub(f" {INITIALS} ", rest)
    # A list is tried in half the time of a generator.
    if rest.startswith("κ") or any([title in rest for title in _TITLES]):  # noqa: C419
        rest = _TITLE.sub(_mark_before_name, rest)
    if "." in rest:
        rest = _DOTTED.sub(_shortened, rest)
        rest = _CHAIN.sub(_joined, rest)
    return rest


def _shortened(found: re.Match[str]) -> str:
    """Mark a shortened given name («Δημ. Καραγιάννη»): the letters before a full stop."""
    before = _LAST_WORD.search(found.string, max(0, found.start() - 9), found.start())
    if before and before[0] in _SHORTENED:
        return _mark_before_name(found)
    return found[0]


def _mark_before_name(found: re.Match[str]) -> str:
    if kind(found[1]) in (Kind.ORDINARY, Kind.CONTEXT):
        return found[0]
    return f" {INITIALS} {found[1]}"


def _joined(found: re.Match[str]) -> str:
    """A dotted abbreviation as one word, or the mark of a person's initials."""
    letters = "".join(c for c in found[1] if c.isalpha())
    initials = (
        _is_initial(found.string, found.start(), found.end(1), found[2])
        if len(letters) == 1
        else len(letters) == 2 and not _is_acronym(letters, found.string[: found.start()])
    )
    return f" {INITIALS} " if initials else f" {letters} "


def _is_acronym(letters: str, before: str) -> bool:
    if letters in _DOUBTFUL_PAIRS:
        return not _BEFORE_INITIALS.search(before[-30:])
    greek = letters.translate(_LATIN_FORM)
    return letters in _KNOWN_PAIRS or greek in _KNOWN_PAIRS or greek in _FORMS


def _is_initial(rest: str, start: int, end: int, after: str) -> bool:
    """Whether a single letter with a full stop stands beside what may be a surname."""
    if len(after) >= 4:
        return kind(after) not in (Kind.ORDINARY, Kind.CONTEXT)
    if rest[end : end + 1].isdigit():  # «ν. 4412»: a law
        return False
    before = WORD.findall(rest[max(0, start - 40) : start])
    return bool(before and rest[start - 1 : start] == " " and kind(before[-1]) in _SURNAME_LIKE)


_SURNAME_LIKE = (Kind.WEAK, Kind.MAYBE_NAME, Kind.SURNAME, Kind.NAME)


class _Sign(IntEnum):
    """What the words of a text say about persons."""

    NONE = 0
    DOUBT = 1  # about persons, who need not be named
    ONE = 2  # about one person, who need not be named
    PERSON = 3


_OF_CONTEXT = {"always": _Sign.PERSON, "one": _Sign.ONE, "doubt": _Sign.DOUBT}


def _signs(rest: str, contexts: bool) -> _Sign:
    words = _WORD_OR_STOP.findall(rest)
    kinds = [kind(word) for word in words]
    suspects = [i for i, sign in enumerate(kinds) if sign != Kind.ORDINARY]
    strongest = _Sign.NONE
    companies: set[int] | None = None
    for i in suspects:
        if kinds[i] == Kind.CONTEXT:
            if contexts:
                strongest = max(strongest, _OF_CONTEXT[context_strength(words[i])])
            continue
        if not _is_sign(words, kinds, i, contexts):
            continue
        if companies is None:
            companies = _company_words(words)
        if i not in companies:
            return _Sign.PERSON
    return strongest


def _is_sign(words: list[str], kinds: list[Kind], i: int, contexts: bool) -> bool:
    sign = kinds[i]
    if sign >= Kind.SURNAME:
        return True
    if sign == Kind.MAYBE_NAME:
        return _beside_a_surname(kinds, words, i)
    if i == 0:
        return False
    return _introduced(words, i) or (contexts and _near_introducer(words, i))


def _near_introducer(words: list[str], i: int) -> bool:
    """Whether an unknown word stands soon after a word that a person's name follows."""
    if is_known(words[i]):
        return False
    for j in range(i - 1, max(-1, i - 5), -1):
        if words[j] in _STOPS and words[j] != ":":
            return False
        strength = _INTRODUCERS.get(words[j])
        if strength == "near":
            return not _BEFORE_PLACE.match(words[i - 1])
        if strength in ("pair", "weak", "strong"):
            following = words[i + 1] if i + 1 < len(words) else ""
            return (
                j == i - 1
                and bool(following)
                and following not in _STOPS
                and not is_known(following)
            )
    return False


def _introduced(words: list[str], i: int) -> bool:
    """Whether a word that is not known stands where a person is named («στον», «δικαιούχος»)."""
    before = words[i - 1] if words[i - 1] != ":" else words[max(0, i - 2)]
    strength = _INTRODUCERS.get(before)
    if strength not in ("strong", "weak") or len(words[i]) < 3 + (not words[i].isascii()):
        return False
    if is_known(words[i]):
        return False
    return strength == "strong" or not _OF_THINGS.search(words[i])


def _beside_a_surname(kinds: list[Kind], words: list[str], i: int) -> bool:
    """Whether a word that is also a given name has a possible surname beside it."""
    for j in (i - 1, i + 1):
        if (
            0 <= j < len(words)
            and words[j] not in FUNCTION_WORDS
            and kinds[j]
            in (
                Kind.UNKNOWN,
                *_SURNAME_LIKE,
            )
        ):
            return True
    return False


# What is done with a firm stands before its name: a person's name before it is no part of it.
_BEFORE_FIRM = re.compile(
    "(?:πληρωμ|αναθεσ|εξοφλ|λογαριασμ|τιμολογ|αμοιβ|εγκρισ|δαπαν|συμβασ|παραλαβ|καταβολ|χρηματικ|ενταλμ)"
)
_KIN_OF_FIRM = frozenset({"σια", "υιοι", "υιοσ", "υιου", "υιων", "αφοι", "τεκνα", "κοιν"})


def _company_words(words: list[str]) -> set[int]:
    """Positions of words that belong to the name of a company, read back from its legal form."""
    inside: set[int] = set()
    for i, word in enumerate(words):
        if word not in _FORMS and not (word.isascii() and word.translate(_LATIN_FORM) in _FORMS):
            continue
        for j in range(i, max(-1, i - 8), -1):
            joined = words[j] == "και" and j + 1 < len(words) and words[j + 1] in _KIN_OF_FIRM
            stop = words[j] in _STOPS or (words[j] in FUNCTION_WORDS and len(words[j]) > 1)
            before = words[j] in _INTRODUCERS or _BEFORE_FIRM.match(words[j])
            if (stop or (before and words[j] not in _KIN_OF_FIRM)) and not joined:
                break
            inside.add(j)
    return inside


_LATIN_TITLE = re.compile(r"\b(?:M(?:s|rs?|iss)|Dr|Prof|MRS?|MS)\.? (?=[A-ZÀ-Ý])")
_LATIN_RUN = re.compile(
    r"(?<![\w.])[A-ZÀ-Ý][A-Za-zÀ-ÿ'’]{2,}"
    r"(?:[ -](?:(?:van|von|de|der|den|di|da|el|al|bin|ibn|le|la|dos) )*[A-ZÀ-Ý&][A-Za-zÀ-ÿ'’.]*)+"
)


def _written_in_latin(text: str, rest: str) -> bool:
    """Whether words in Latin letters are written as a name: a title, or two that are not known.

    A run of words with a legal form or a known word («Smart Cities») is a firm or a thing.
    """
    if not _TWO_LATIN.search(text):
        return False
    if _LATIN_TITLE.search(text):
        return True
    aligned = len(text) == len(rest)
    for found in _LATIN_RUN.finditer(text):
        if aligned and BLANK in rest[found.start() : found.end()]:
            continue
        words = WORD.findall(_joined_letters(fold(found[0])))
        following = WORD.findall(fold(text[found.end() : found.end() + 12]))[:1]
        if any(
            word in _FORMS or word.translate(_LATIN_FORM) in _FORMS for word in words + following
        ):
            continue
        long = [word for word in words if len(word) > 2 and word not in _PARTICLES]
        if len(long) > 1 and not any(is_known(word) for word in long):
            return True
    return False


_TWO_LATIN = re.compile(r"[A-Za-zÀ-ÿ]{2}[.’']? ?[- ][A-Z]")
_PARTICLES = frozenset({"van", "von", "der", "den", "bin", "ibn", "dos"})


def _joined_letters(folded: str) -> str:
    return re.sub(r"\b((?:[a-z]\.)+[a-z]?)", lambda found: found[1].replace(".", ""), folded)


def _written_as_name(text: str, rest: str) -> bool:
    """Whether words inside a sentence are written as names.

    That is one capitalised word that can be a given name, or two in a row that are no known words.
    """
    aligned = len(text) == len(rest)
    for found in _CAPITALISED.finditer(text):
        if aligned and BLANK in rest[found.start() : found.end()]:
            continue
        first = kind(fold(found[1]))
        if first == Kind.MAYBE_NAME:
            return True
        if not found[2] or first == Kind.ORDINARY or kind(fold(found[2])) == Kind.ORDINARY:
            continue
        if first > Kind.WEAK or not is_known(fold(found[1])):
            return True
    return False
