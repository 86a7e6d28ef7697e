"""Greek in Latin letters by ELOT 743 (ISO 843 type 2, the transcription of passports and signs)."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from ckanext.greekmunicipal.greek.letters import to_greek

_SINGLE = {
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i",
    "κ": "k", "λ": "l", "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s",
    "ς": "s", "τ": "t", "υ": "y", "φ": "f", "χ": "ch", "ψ": "ps", "ω": "o",
}  # fmt: skip

# Latin letters that no decomposition takes to ASCII.
_LATIN = {
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i",
}  # fmt: skip

_LETTER = r"[^\W\d_]"
# In αυ, ευ, ηυ the υ sounds v before a vowel or voiced consonant, else f (also at the end).
# An accent on the first vowel (άυ) or dialytika on the υ (αϋ) keep the two apart.
_UPSILON_V = re.compile(
    "(?<=[αεηΑΕΗ])[υύΥΎ](?=[αάεέηήιίϊΐοόυύϋΰωώβγδζλμνρΑΆΕΈΗΉΙΊΪΟΌΥΎΫΩΏΒΓΔΖΛΜΝΡ])"
)
_UPSILON_F = re.compile("(?<=[αεηΑΕΗ])[υύΥΎ]")
_UPSILON_U = re.compile("(?<=[οΟ])[υύΥΎ]")
_GAMMA_N = re.compile("[γΓ](?=[γξχΓΞΧ])")
_MU_PI = re.compile(f"(?<!{_LETTER})([μΜ])[πΠ]|([μΜ])[πΠ](?!{_LETTER})")
# A capital that takes two letters is TH inside a word in capitals, Th elsewhere.
_CAPITAL_PAIR = re.compile(
    "([ΘΧΨ])(?=[A-ZΑ-ΫΆΈΉΊΌΎΏ])|(?<=[A-ZΑ-ΫΆΈΉΊΌΎΏ])([ΘΧΨ])(?!" + _LETTER + ")"
)
_MARKS_THAT_COUNT = {
    "\N{COMBINING ACUTE ACCENT}": "\N{COMBINING ACUTE ACCENT}",
    "\N{COMBINING GRAVE ACCENT}": "\N{COMBINING ACUTE ACCENT}",
    "\N{COMBINING GREEK PERISPOMENI}": "\N{COMBINING ACUTE ACCENT}",
    "\N{COMBINING DIAERESIS}": "\N{COMBINING DIAERESIS}",
}


class _Monotonic(dict[int, str]):
    """Each polytonic letter with the one accent that transcription needs."""

    def __missing__(self, code: int) -> str:
        base, *marks = unicodedata.normalize("NFD", chr(code))
        counting = (_MARKS_THAT_COUNT.get(mark, "") for mark in marks)
        self[code] = unicodedata.normalize("NFC", base + "".join(counting))
        return self[code]


class _Letters(dict[int, str]):
    """Transcription of each single letter; what is not Greek stays."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        base = unicodedata.normalize("NFD", char)[0]
        latin = _SINGLE.get(base.lower())
        if latin is None:
            self[code] = char
        else:
            self[code] = latin.capitalize() if base.isupper() else latin
        return self[code]


_MONOTONIC = _Monotonic()
_LETTERS = _Letters()
_POLYTONIC = re.compile(r"[\u1f00-\u1fff]")
_GREEK = re.compile(r"[\u0370-\u03ff]")
_NOT_IN_SLUG = re.compile("[^a-z0-9]+")
_LATIN_TABLE = str.maketrans(_LATIN)


def _as(char: str, latin: str) -> str:
    return latin.upper() if char.isupper() else latin


def transliterate(text: str) -> str:
    """Transcribe Greek text to Latin letters by ELOT 743; other text is kept.

    «Θεσσαλονίκη» gives ``Thessaloniki``, «Ευρώτα» ``Evrota``, «Αγγελία» ``Angelia``, «Μπάμπης»
    ``Bampis``. Capitals stay capitals («ΨΑΡΑ» ``PSARA``, «Ψαρά» ``Psara``).
    """
    if text.isascii():
        return text
    text = to_greek(text)
    if _POLYTONIC.search(text):
        text = text.translate(_MONOTONIC)
    if not _GREEK.search(text):
        return text
    text = _UPSILON_V.sub(lambda found: _as(found[0], "v"), text)
    text = _UPSILON_F.sub(lambda found: _as(found[0], "f"), text)
    text = _UPSILON_U.sub(lambda found: _as(found[0], "u"), text)
    text = _GAMMA_N.sub(lambda found: _as(found[0], "n"), text)
    text = _MU_PI.sub(lambda found: _as(found[1] or found[2], "b"), text)
    text = _CAPITAL_PAIR.sub(lambda found: _SINGLE[found[0].lower()].upper(), text)
    return text.translate(_LETTERS)


@lru_cache(maxsize=65536)
def slug(text: str) -> str:
    """Name for an address: ELOT 743 in lower case, words joined by single hyphens, ``[a-z0-9-]``.

    Text that has letters never gives an empty slug: if nothing of it can be transcribed, its
    letters are named by their code points (``u4e2d-u6587``). Text without a letter or digit
    gives an empty string.
    """
    latin = transliterate(text).lower().translate(_LATIN_TABLE)
    if not latin.isascii():
        decomposed = unicodedata.normalize("NFKD", latin)
        latin = "".join(c for c in decomposed if unicodedata.category(c) != "Mn")
    name = _NOT_IN_SLUG.sub("-", latin).strip("-")
    if name:
        return name
    return "-".join(f"u{ord(char):04x}" for char in text if char.isalnum())
