"""Keys in Latin letters, under which a Greek word is found however its sounds are typed.

The key of a stem spells how it sounds: «ύδρευση» has ``qidrefsq``. A word typed in Latin letters
is first taken back to the Greek words that it may stand for; their stems give its keys.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import islice, product

from ckanext.greekmunicipal.greek.letters import fold
from ckanext.greekmunicipal.greek.stem import stem, stop_words

# No English word begins and ends with it, and no English stemmer takes it off.
MARK = "q"
REMEMBERED = 100_000
MOST_CANDIDATES = 64
MOST_KEYS = 10
# Shorter words are no word of Greek that is worth the false hits.
SHORTEST = 3
# A shorter word that ends as no Greek word does is left alone («budget», «art»).
LONG = 7

_SOUNDS = {
    "αι": "e", "ει": "i", "οι": "i", "υι": "i", "ου": "u", "αυ": "av", "ευ": "ev", "ηυ": "iv",
    "μπ": "b", "ντ": "nd", "γγ": "ng", "γκ": "ng", "γξ": "gx", "γχ": "gh",
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "w", "ι": "i",
    "κ": "k", "λ": "l", "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s",
    "τ": "t", "υ": "i", "φ": "f", "χ": "h", "ψ": "c", "ω": "o",
}  # fmt: skip
# What Latin letters stand for, the usual first. Vowels that sound alike share a key: they are
# told apart only at the end of a word, where the stemmer looks at them.
_LETTERS = {
    "th": "θ τη", "ch": "χ", "kh": "χ κη", "ph": "φ πη", "ps": "ψ πσ", "ks": "ξ", "dh": "δη δ",
    "gh": "γη γ", "ou": "ου", "oy": "ου", "ai": "αι", "ei": "ει", "oi": "οι ου", "au": "αυ",
    "ay": "αυ", "eu": "ευ", "ey": "ευ", "mp": "μπ", "nt": "ντ", "nd": "ντ", "gk": "γκ",
    "gg": "γγ", "ng": "γγ νγ", "nk": "γκ νκ", "nx": "γξ",
    "a": "α", "b": "β μπ", "d": "δ", "e": "ε", "f": "φ", "g": "γ", "h": "η χ",
    "i": "ι", "k": "κ", "l": "λ", "m": "μ", "n": "ν", "o": "ο", "p": "π", "r": "ρ", "s": "σ",
    "t": "τ", "u": "υ ου", "v": "β", "w": "ω", "x": "χ ξ", "y": "υ", "z": "ζ",
    "3": "ξ", "8": "θ", "9": "θ",
}  # fmt: skip
_AT_THE_END = {"i": "η ι υ ει οι", "y": "υ η ι", "o": "ο ω", "e": "ε αι", "h": "η χ", "u": "ου υ"}
_ENDING_UNITS = 5
# The second letter of αυ, ευ, ηυ.
_AFTER_VOWEL = {"v": "υ", "f": "υ"}

_VOWELS = "αεηιουω"
# Pairs of which no letter stands alone.
_ALWAYS_ONE = ("ch",)

_SOUND = re.compile("|".join(_SOUNDS))
_UNIT = re.compile("|".join(_LETTERS))
_DOUBLE = re.compile(r"(.)\1+")
_DOUBLE_CONSONANT = re.compile(r"([bdfklmnprstvz])\1")
_VOICELESS = re.compile("v(?=[kpthfwxcs])")
# No c but in ch, no j or q, no w before a vowel at the start: those are words of other languages.
_TYPED = re.compile("(?!w[aeiouy])(?:ch|[abd-ik-pr-z])*[389]?(?:ch|[abd-ik-pr-z])+")
_GREEK_END = re.compile("[αεηιουωνσρξψ]$")


@lru_cache(maxsize=REMEMBERED)
def sound(greek: str) -> str:
    """How folded Greek sounds, in Latin letters; letters that sound alike are one."""
    spelled = _SOUND.sub(lambda found: _SOUNDS[found[0]], greek)
    return _DOUBLE.sub(r"\1", _VOICELESS.sub("f", spelled))


@lru_cache(maxsize=REMEMBERED)
def key(word: str) -> str:
    """Key of a Greek word."""
    return f"{MARK}{sound(stem(word))}{MARK}"


def key_beginning(beginning: str) -> str:
    """Beginning of the keys of Greek words that begin so."""
    return MARK + sound(fold(beginning))


@lru_cache(maxsize=4096)
def keys(typed: str) -> tuple[str, ...]:
    """Keys of the Greek words that a word in Latin letters may stand for.

    Args:
        typed: one word; capitals do not matter.

    Returns:
        The likely ones first, at most ``MOST_KEYS``; none for words that are short, English
        function words, or end as no Greek word does.
    """
    word = typed.lower()
    if len(word) < SHORTEST or not _TYPED.fullmatch(word) or word in _no_greek():
        return ()
    found: dict[str, None] = {}
    for candidate in _candidates(word):
        if len(word) >= LONG or _GREEK_END.search(candidate):
            stemmed = stem(candidate)
            if len(stemmed) >= SHORTEST:
                found.setdefault(f"{MARK}{sound(stemmed)}{MARK}")
    return tuple(islice(found, MOST_KEYS))


@lru_cache(maxsize=4096)
def key_beginnings(typed: str) -> tuple[str, ...]:
    """Beginnings of keys for the beginning of a word in Latin letters."""
    word = typed.lower()
    if len(word) < SHORTEST or not _TYPED.fullmatch(word):
        return ()
    found = dict.fromkeys(MARK + sound(candidate) for candidate in _candidates(word))
    return tuple(islice(found, MOST_KEYS))


def spellings(typed: str) -> tuple[str, ...]:
    """Folded Greek words that a word in Latin letters may stand for, the likely ones first."""
    word = typed.lower()
    if len(word) < SHORTEST or not _TYPED.fullmatch(word) or word in _no_greek():
        return ()
    return tuple(_candidates(word))


def greek_pattern(typed: str) -> str:
    """Regular expression of the folded Greek that Latin letters may stand for.

    Args:
        typed: part of a word in lower case.

    Returns:
        Empty for what is no Greek in Latin letters, or short. A consonant may stand twice.
    """
    if len(typed) < SHORTEST or not _TYPED.fullmatch(typed):
        return ""
    return "".join(_any_of(unit) for unit in _UNIT.findall(_DOUBLE_CONSONANT.sub(r"\1", typed)))


@cache
def _any_of(unit: str) -> str:
    """What one unit may stand for; the letters of a pair may also stand for themselves."""
    spelled = (_LETTERS[unit], _AT_THE_END.get(unit, ""), _AFTER_VOWEL.get(unit, ""))
    options = dict.fromkeys(" ".join(spelled).split())
    if len(unit) > 1 and unit not in _ALWAYS_ONE:
        options["".join(_any_of(letter) for letter in unit)] = None
    found = [f"{o}{o}?" if len(o) == 1 and o not in _VOWELS else o for o in options]
    return found[0] if len(found) == 1 else f"({'|'.join(found)})"


@cache
def _no_greek() -> frozenset[str]:
    return stop_words("en") | stop_words("no-greek")


def _candidates(word: str) -> list[str]:
    units = _UNIT.findall(word)
    options = []
    for at, unit in enumerate(units):
        is_end = at >= len(units) - _ENDING_UNITS
        greek = _AT_THE_END.get(unit, _LETTERS[unit]) if is_end else _LETTERS[unit]
        options.append(greek.split(" "))
    # The last letters vary fastest, which is where most of the doubt is.
    return [fold("".join(choice)) for choice in islice(product(*options), MOST_CANDIDATES)]
