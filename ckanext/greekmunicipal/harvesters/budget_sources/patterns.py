"""Patterns of names as people write them: ``*`` for anything, ``?`` for one character."""

from __future__ import annotations

import fnmatch
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from ckanext.greekmunicipal.greek import fold
from ckanext.greekmunicipal.harvesters.budget_sources.documents import Document, has_ending


@dataclass(frozen=True)
class Patterns:
    """Which documents of a list are wanted.

    Attributes:
        names: one of them fits the file's name; none, and the ending must be one of a file.
        texts: one of them fits the text of the link, or the title of the entry.
        without: none of them fits name or text.
    """

    names: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    def fit(self, found: Document) -> bool:
        """Whether a document is wanted."""
        if _any(self.without, (found.name, *found.texts)):
            return False
        if self.names and not _any(self.names, (found.name,)):
            return False
        if self.texts and not _any(self.texts, found.texts):
            return False
        return bool(self.names or self.texts) or has_ending(found.name)


def _any(patterns: Iterable[str], values: Iterable[str]) -> bool:
    forms = [_form(value) for value in values]
    return any(_compiled(pattern).match(form) for pattern in patterns for form in forms)


def _form(text: str) -> str:
    # Accents, capitals and look-alike letters do not matter; nor does how blanks are written.
    folded = fold(unicodedata.normalize("NFC", text))
    return " ".join(folded.split())


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    # Only «*» and «?» are special: a bracket is a bracket in the name of a file.
    return re.compile(fnmatch.translate(_form(pattern).replace("[", "[[]")))
