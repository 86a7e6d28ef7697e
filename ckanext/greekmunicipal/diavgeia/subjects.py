"""Whether a text may name a person or is about one: the first, strict form of the rule.

In doubt the answer is yes. A text is read folded; phrases that carry a name without naming a person
(saints, streets, institutions in quotation marks, companies with their legal form) are taken out
first, then every word that is left is looked at.
"""

from __future__ import annotations

import re

from ckanext.greekmunicipal.diavgeia.names import FUNCTION_WORDS, INITIALS, WORD, Kind, kind
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


def _contexts() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Phrases of several words, each with a literal part that is looked for first."""
    found = []
    for pattern in column("personal_contexts", "pattern"):
        if " " in pattern:
            outside_groups = re.sub(r"\([^()]*\)\??", " ", pattern)
            literal = max(re.findall("[α-ω]{3,}(?![α-ω?])", outside_groups), key=len)
            found.append((literal, re.compile(r"\b" + pattern)))
    return tuple(found)


_CONTEXTS = _contexts()


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
    if contexts and _is_about_person(folded):
        return True
    if _has_personal_number(folded):
        return True
    in_capitals = text.isupper()
    # Most texts show no sign at all; only the others are looked at phrase by phrase.
    if not _words_name_person(_marked(folded), contexts) and (
        in_capitals or not _written_as_name(text, folded)
    ):
        return False
    rest = without_safe_phrases(folded)
    if _words_name_person(_marked(rest), contexts):
        return True
    return not in_capitals and _written_as_name(text, rest)


def _is_about_person(folded: str) -> bool:
    for literal, phrase in _CONTEXTS:  # noqa: SIM110 - a generator costs twice the time
        if literal in folded and phrase.search(folded):
            return True
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


def _words_name_person(rest: str, contexts: bool) -> bool:
    words = _WORD_OR_STOP.findall(rest)
    kinds = [kind(word) for word in words]
    suspects = [i for i, sign in enumerate(kinds) if sign != Kind.ORDINARY]
    if not suspects:
        return False
    companies: set[int] | None = None
    for i in suspects:
        if not _is_sign(words, kinds, i, contexts):
            continue
        if kinds[i] == Kind.CONTEXT:
            return True
        if companies is None:
            companies = _company_words(words)
        if i not in companies:
            return True
    return False


def _is_sign(words: list[str], kinds: list[Kind], i: int, contexts: bool) -> bool:
    sign = kinds[i]
    if sign == Kind.CONTEXT:
        return contexts
    if sign >= Kind.SURNAME:
        return True
    if sign == Kind.MAYBE_NAME:
        return _beside_a_surname(kinds, words, i)
    return i > 0 and _introduced(words, i)


def _introduced(words: list[str], i: int) -> bool:
    """Whether a word that is not known stands where a person is named («στον», «δικαιούχος»)."""
    before = words[i - 1] if words[i - 1] != ":" else words[max(0, i - 2)]
    strength = _INTRODUCERS.get(before)
    if strength is None or len(words[i]) < 4:
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
        if found[2] and first != Kind.ORDINARY and kind(fold(found[2])) != Kind.ORDINARY:
            return True
    return False
