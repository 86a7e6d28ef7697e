"""Terms of a vocabulary, by URI and by code."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from types import MappingProxyType

AUTHORITY = "http://publications.europa.eu/resource/authority/"

_SCHEMES = MappingProxyType(
    {
        **{
            name: AUTHORITY + name
            for name in (
                *("access-right", "continent", "country", "data-theme", "dataset-type"),
                *("file-type", "frequency", "language", "licence", "place"),
                "planned-availability",
            )
        },
        "hvd-category": "http://data.europa.eu/bna/asd487ae75",
        "nuts": "http://data.europa.eu/nuts",
    }
)
NAMES = tuple(sorted(_SCHEMES))


class UnknownVocabularyError(KeyError):
    """There is no vocabulary of this name."""

    def __str__(self) -> str:
        return str(self.args[0])


class UnknownTermError(KeyError):
    """The vocabulary has no such term."""

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True)
class Term:
    """One concept of a vocabulary."""

    uri: str
    code: str
    label_el: str
    label_en: str
    alternative_code: str = ""


@dataclass(frozen=True)
class Vocabulary:
    """An authority table. A term is found by its URI or its code."""

    name: str
    scheme_uri: str
    terms: tuple[Term, ...]

    def by_uri(self, uri: str) -> Term:
        """Term of a URI; https is taken for http.

        Raises:
            UnknownTermError: there is none.
        """
        key = "http://" + uri.removeprefix("https://") if uri.startswith("https://") else uri
        return self._get(self._by_uri, key, uri)

    def by_code(self, code: str) -> Term:
        """Term of a code, as the authority writes it (``CC_BY_4_0``).

        Raises:
            UnknownTermError: there is none.
        """
        return self._get(self._by_code, code, code)

    def __contains__(self, uri: object) -> bool:
        """Whether the URI, exactly as the authority writes it, is a term."""
        return uri in self._by_uri

    @cached_property
    def _by_uri(self) -> dict[str, Term]:
        return {term.uri: term for term in self.terms}

    @cached_property
    def _by_code(self) -> dict[str, Term]:
        return {term.code: term for term in self.terms}

    def _get(self, index: dict[str, Term], key: str, asked: str) -> Term:
        try:
            return index[key]
        except KeyError:
            raise UnknownTermError(
                f"Vocabulary {self.name} has no term «{asked}»: it has {len(self.terms)} terms"
                f" such as {self.terms[0].uri} (code {self.terms[0].code})."
            ) from None


@cache
def table(name: str) -> Vocabulary:
    """Vocabulary of a name of :data:`NAMES`, read once.

    Raises:
        UnknownVocabularyError: there is none of that name.
    """
    if name not in _SCHEMES:
        raise UnknownVocabularyError(f"No vocabulary «{name}»: there are {', '.join(NAMES)}.")
    terms = tuple(
        Term(
            uri=row["uri"],
            code=row["code"],
            label_el=row["label_el"],
            label_en=row["label_en"],
            alternative_code=row.get("alternative_code", ""),
        )
        for row in rows(f"{name}.csv")
    )
    return Vocabulary(name, _SCHEMES[name], terms)


def rows(file_name: str) -> Iterable[dict[str, str]]:
    """Rows of one of our data files."""
    folder = resources.files("ckanext.greekmunicipal.vocabularies").joinpath("data")
    text = folder.joinpath(file_name).read_text(encoding="utf-8")
    return csv.DictReader(io.StringIO(text, newline=""))
