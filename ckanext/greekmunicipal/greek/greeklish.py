"""Greek typed in Latin letters without a rule («irakleio», «hrakleio», «8hba»)."""

from __future__ import annotations

import re
from functools import lru_cache

# How people write each sound of folded Greek in Latin letters: by ELOT, by ear and by look.
_SPELLINGS = {
    "α": "a", "β": "v b", "γ": "g y gh", "δ": "d dh", "ε": "e", "ζ": "z", "η": "i h e y",
    "θ": "th 8 9 0", "ι": "i y", "κ": "k c", "λ": "l ll", "μ": "m mm", "ν": "n nn",
    "ξ": "x ks 3 j", "ο": "o", "π": "p pp", "ρ": "r rr", "σ": "s ss", "τ": "t tt",
    "υ": "y u i v f", "φ": "f ph", "χ": "ch h x kh", "ψ": "ps 4", "ω": "o w",
    "αι": "e", "ει": "i y", "οι": "i", "ου": "u w", "υι": "i y",
    "γγ": "g ng", "γκ": "g ng nk", "γξ": "nx", "γχ": "nch nh nx", "μπ": "b", "ντ": "d nd",
}  # fmt: skip

_DOUBLE = re.compile(r"([βγδζκλμνπρστφ])\1")
_PAIR = 2


def is_greeklish_of(latin: str, greek: str) -> bool:
    """Whether Latin text is one of the ways in which people type a Greek text.

    Args:
        latin: lower-case ASCII.
        greek: folded Greek; a double consonant may be typed once.
    """
    # Depth-first over the spellings; a pair of positions is not tried twice.
    seen: set[tuple[int, int]] = set()
    stack = [(0, 0)]
    while stack:
        at, sound = stack.pop()
        if at == len(latin) and sound == len(greek):
            return True
        if sound == len(greek) or (at, sound) in seen:
            continue
        seen.add((at, sound))
        for taken, spelling in _options(greek[sound : sound + _PAIR]):
            if latin.startswith(spelling, at):
                stack.append((at + len(spelling), sound + taken))
    return False


@lru_cache(maxsize=4096)
def _options(ahead: str) -> tuple[tuple[int, str], ...]:
    """Pairs of (Greek letters taken, Latin letters) possible at these one or two letters."""
    if ahead[0] not in _SPELLINGS:
        return ((1, ahead[0]),)
    options = [(1, spelling) for spelling in _SPELLINGS[ahead[0]].split(" ")]
    if ahead in _SPELLINGS and len(ahead) == _PAIR:
        options += [(_PAIR, spelling) for spelling in _SPELLINGS[ahead].split(" ")]
    if _DOUBLE.fullmatch(ahead):
        options += [(_PAIR, spelling) for spelling in _SPELLINGS[ahead[0]].split(" ")]
    return tuple(options)
