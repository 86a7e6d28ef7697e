"""Greek order: accents and capitals do not count, «Ά» stands with «Α» and not behind «Ω»."""

from __future__ import annotations

import re

from ckanext.greekmunicipal.greek.letters import fold

LONGEST = 200
_NOT_COMPARED = re.compile(r"[^\w\s]+")
_NUMBER = re.compile(r"\d+")


def sort_key(text: str) -> str:
    """Key by which texts are put in order: folded, without punctuation, numbers by size."""
    words = _NOT_COMPARED.sub(" ", fold(text)).split()
    key = " ".join(words)[:LONGEST]
    return _NUMBER.sub(lambda found: found[0].lstrip("0").zfill(9), key)
