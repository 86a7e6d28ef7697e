"""Letters: one form of a Greek text for comparison, and labels free of look-alike letters."""

from __future__ import annotations

import re
import unicodedata

# Latin letters that look like a Greek one, by the look of the very letter: a capital N is a Ν,
# a small n looks like η. Letters that look like no Greek letter are absent.
LOOK_ALIKES = {
    "A": "Α", "B": "Β", "E": "Ε", "Z": "Ζ", "H": "Η", "I": "Ι", "K": "Κ", "M": "Μ", "N": "Ν",
    "O": "Ο", "P": "Ρ", "T": "Τ", "Y": "Υ", "X": "Χ",
    "a": "α", "e": "ε", "i": "ι", "k": "κ", "n": "η", "o": "ο", "p": "ρ", "t": "τ", "u": "υ",
    "v": "ν", "w": "ω", "x": "χ", "y": "γ",
    "Á": "Ά", "É": "Έ", "Í": "Ί", "Ó": "Ό", "Ý": "Ύ",
    "á": "ά", "é": "έ", "í": "ί", "ó": "ό", "ú": "ύ", "ï": "ϊ", "ü": "ϋ",
}  # fmt: skip

# Signs that stand for letters in files made with symbol fonts or old keyboards.
SIGNS = {
    "\N{MICRO SIGN}": "μ",
    "\N{INCREMENT}": "Δ",
    "\N{N-ARY SUMMATION}": "Σ",
    "\N{N-ARY PRODUCT}": "Π",
}

# Spacing accents typed before a capital vowel, as old keyboards did («΄Αρτα»).
_SPACING_ACCENTS = "\N{GREEK TONOS}\N{ACUTE ACCENT}\N{GREEK KORONIS}\N{GREEK OXIA}"

_GREEK = r"\u0370-\u0373\u0376\u0377\u037b-\u037d\u0386\u0388-\u03ff\u1f00-\u1fbc\u1fc2-\u1fcc\u1fd0-\u1fdb\u1fe0-\u1fec\u1ff2-\u1ffc"
_LATIN = r"A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f"
_BOUNDARY = re.compile(f"[{_LATIN}][{_GREEK}]|[{_GREEK}][{_LATIN}]")
_MIXED_WORD = re.compile(f"[{_LATIN}{_GREEK}]+")
_LATIN_RUN = re.compile(f"[{_LATIN}]+")
_SIGN = re.compile(f"(?<=[{_GREEK}])[{''.join(SIGNS)}]|[{''.join(SIGNS)}](?=[{_GREEK}])")
_SPACING_ACCENT = re.compile(f"[{_SPACING_ACCENTS}]([ΑΕΗΙΟΥΩ])")
_HAS_SIGN = re.compile(f"[{''.join(SIGNS)}{_SPACING_ACCENTS}]")
_LOOK_ALIKE_TABLE = str.maketrans(LOOK_ALIKES)


class _FoldTable(dict[int, str]):
    """Folded form of each character, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if char in _SPACING_ACCENTS:
            folded = ""
        else:
            form = "NFKD" if char in SIGNS or "\u0370" <= char <= "\u03ff" else "NFD"
            base = unicodedata.normalize(form, SIGNS.get(char, char).lower())
            kept = "".join(part for part in base if unicodedata.category(part) != "Mn")
            folded = unicodedata.normalize("NFC", kept).replace("ς", "σ")
        self[code] = folded
        return folded


_FOLDED = _FoldTable()


def to_greek(text: str) -> str:
    """Clean a label: Latin look-alike letters inside Greek words become Greek; NFC.

    Only a run of Latin letters that stands in one word with Greek letters is replaced, and only
    if each letter of the run looks like a Greek one («AΓΙΟΥ», «Δικαιoσύνη», but not «pdfΑρχείο»).
    µ, ∆, ∑ and ∏ beside a Greek letter become letters; a spacing accent joins its capital.
    """
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", text)
    if _HAS_SIGN.search(text):
        text = _SPACING_ACCENT.sub(
            lambda found: unicodedata.normalize("NFC", found[1] + "\N{COMBINING ACUTE ACCENT}"),
            text,
        )
        text = _SIGN.sub(lambda found: SIGNS[found[0]], text)
    if _BOUNDARY.search(text):
        text = _MIXED_WORD.sub(_greek_word, text)
    return text


def _greek_word(found: re.Match[str]) -> str:
    word = found[0]
    return _LATIN_RUN.sub(_greek_run, word) if _BOUNDARY.search(word) else word


def _greek_run(found: re.Match[str]) -> str:
    run = found[0]
    return run.translate(_LOOK_ALIKE_TABLE) if all(c in LOOK_ALIKES for c in run) else run


def fold(text: str) -> str:
    """Form for comparison and search: two spellings of one Greek text fold to the same string.

    Lower case, without accents, dialytika and breathings, ς as σ, look-alike Latin letters inside
    Greek words as Greek, signs (µ, ∆, Ω) as letters. Whitespace and punctuation are kept.
    """
    if text.isascii():
        return text.lower()
    if _BOUNDARY.search(text):
        text = to_greek(text)
    return text.translate(_FOLDED)
