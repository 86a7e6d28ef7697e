"""Terms of vocabularies as stock portals write them: codes, words, old addresses."""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files

from ckanext.greekmunicipal import vocabularies
from ckanext.greekmunicipal.greek import fold

# Marks licences of a stock CKAN that nobody may declare open for the publisher.
NOT_OPEN = "NOT_OPEN"
_OLD_AUTHORITY = "http://publications.europa.eu/mdr/authority/"
_AUTHORITY = "http://publications.europa.eu/resource/authority/"
_BLANKS = re.compile(r"\s+")


def term(vocabulary: str, written: str) -> str | None:
    """URI of the term that a text means, None when it means none.

    Args:
        vocabulary: name of one of our vocabularies.
        written: its URI (also https, or of the old metadata registry), its code, its Greek or
            English label, or another way of writing it that ``stock_terms.csv`` has.
    """
    terms = _written(vocabulary)
    return next((terms[key] for key in _keys(written) if key in terms), None)


def is_not_open(licence_id: str) -> bool:
    """Whether a licence id of a stock CKAN says that the data are not open."""
    return any(key in _not_open() for key in _keys(licence_id))


def _keys(written: str) -> tuple[str, ...]:
    """How a text is looked up: as it is, and without what does not matter in an address."""
    folded = _BLANKS.sub(" ", fold(written.strip()))
    address = re.sub("^https://", "http://", folded)
    address = address.replace(_OLD_AUTHORITY, _AUTHORITY).replace("://www.creative", "://creative")
    address = re.sub(r"/(deed|legalcode)(\.\w+)?$", "", address.rstrip("/")).rstrip("/")
    return (folded, address)


@cache
def _written(vocabulary: str) -> dict[str, str]:
    table = vocabularies.table(vocabulary)
    found: dict[str, str] = {}
    for known in table.terms:
        for text in (known.label_en, known.label_el, known.code, known.uri):
            found[_keys(text)[1]] = known.uri
    for row in _rows():
        if row["vocabulary"] == vocabulary and row["code"] != NOT_OPEN:
            uri = table.by_code(row["code"]).uri
            found |= {_keys(text)[1]: uri for text in row["written"].split(";")}
    return found


@cache
def _not_open() -> frozenset[str]:
    return frozenset(
        text for row in _rows() if row["code"] == NOT_OPEN for text in row["written"].split(";")
    )


@cache
def _rows() -> list[dict[str, str]]:
    text = (files("ckanext.greekmunicipal.catalogs") / "stock_terms.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))
