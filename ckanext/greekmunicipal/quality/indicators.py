"""The commitments that a dataset can serve, and the schema of each, as data.

``indicators.csv`` has one row a commitment, ``indicator_columns.csv`` the columns that its table
is expected to have, ``indicator_laws.csv`` the laws that ask for it. A portal may add indicators of
its own (:func:`use_additional`); ours cannot be replaced.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from importlib.resources import files
from typing import Any

INVENTORY = "inventory"
PLACE = "{municipality}"
# Types of the DataStore's tables that a column may have.
COLUMN_TYPES = ("text", "integer", "numeric", "date", "timestamptz", "boolean")
# Keys of a row that hold several values, joined by ``;`` in our table.
_SEVERAL = ("tags", "dataset_types", "formats")
# Ids stand in addresses and queries, names of columns in tables of a database.
_ID = re.compile(r"[a-z][a-z0-9-]*")
_COLUMN_ID = re.compile(r"[a-z][a-z0-9_]*")


class BadIndicatorError(ValueError):
    """A record does not describe an indicator."""


class UnknownIndicatorError(KeyError):
    """No indicator has this id."""

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True)
class Column:
    """A column that the table of an indicator is expected to have.

    Attributes:
        id: name of the column, lower-case English.
        type: one of :data:`COLUMN_TYPES`.
        label_el: Greek label.
        label_en: English label.
        description_el: what to write, or empty.
        description_en: the same in English.
        example: an invented value, with a decimal point; never of a person.
        required: whether a table without it does not serve the indicator.
    """

    id: str
    type: str
    label_el: str
    label_en: str
    description_el: str = ""
    description_en: str = ""
    example: str = ""
    required: bool = False

    def label(self, language: str) -> str:
        """The label for a reader of ``language``."""
        return _in(language, self.label_el, self.label_en)

    def description(self, language: str) -> str:
        """The explanation for a reader of ``language``, or empty."""
        return _in(language, self.description_el, self.description_en)


@dataclass(frozen=True)
class LegalBasis:
    """A law that asks for the data of an indicator.

    Attributes:
        citation_el: as Greeks cite it («ν. 4727/2020, άρθρο 67»).
        citation_en: in English.
        confirmed: whether it was seen in a source; one that was not is never shown.
        seen_in: host of that source, or empty.
    """

    citation_el: str
    citation_en: str
    confirmed: bool = False
    seen_in: str = ""

    def citation(self, language: str) -> str:
        """The citation for a reader of ``language``."""
        return _in(language, self.citation_el, self.citation_en)


@dataclass(frozen=True)
class Indicator:
    """One commitment: what a municipality promises to keep open, and in which form.

    Attributes:
        id: stable key, used in the field ``indicator`` of datasets.
        label_el: Greek label.
        label_en: English label.
        theme: code of the EU data theme its datasets usually have.
        frequency: code of the EU frequency with which they are due, or empty.
        commitment_el: item of the letter to the mayors that it keeps.
        commitment_en: the same in English.
        description_el: what is expected, in plain Greek.
        description_en: the same in English.
        hint_el: how to do it well, and what must not be in it.
        hint_en: the same in English.
        title_el: suggested title, with :data:`PLACE` for the name of the body.
        title_en: the same in English.
        notes_el: suggested description, with :data:`PLACE`.
        tags: suggested Greek keywords.
        dataset_types: codes of the EU dataset types that suit it.
        hvd_category: code of the category of Implementing Regulation (EU) 2023/138 into which
            its data fall, or empty.
        formats: codes of the EU file types to offer it in, the best first.
        columns: what its table holds.
        laws: what asks for it.
    """

    id: str
    label_el: str
    label_en: str
    theme: str
    frequency: str = ""
    commitment_el: str = ""
    commitment_en: str = ""
    description_el: str = ""
    description_en: str = ""
    hint_el: str = ""
    hint_en: str = ""
    title_el: str = ""
    title_en: str = ""
    notes_el: str = ""
    tags: tuple[str, ...] = ()
    dataset_types: tuple[str, ...] = ()
    hvd_category: str = ""
    formats: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    laws: tuple[LegalBasis, ...] = ()

    def label(self, language: str) -> str:
        """The label for a reader of ``language``."""
        return _in(language, self.label_el, self.label_en)

    def commitment(self, language: str) -> str:
        """The item of the letter, for a reader of ``language``."""
        return _in(language, self.commitment_el, self.commitment_en)

    def description(self, language: str) -> str:
        """What is expected, for a reader of ``language``."""
        return _in(language, self.description_el, self.description_en)

    def hint(self, language: str) -> str:
        """How to do it well, for a reader of ``language``."""
        return _in(language, self.hint_el, self.hint_en)

    def title(self, body: str, language: str = "el") -> str:
        """Suggested title of a dataset of ``body``, its name in ``language``."""
        pattern = self.title_en if language.startswith("en") else self.title_el
        return (pattern or f"{self.label(language)} – {PLACE}").replace(PLACE, body)

    def notes(self, body: str) -> str:
        """Suggested Greek description of a dataset of ``body``, its Greek name."""
        return (self.notes_el or self.description_el).replace(PLACE, body)

    @property
    def confirmed_laws(self) -> tuple[LegalBasis, ...]:
        """The laws that may be shown."""
        return tuple(law for law in self.laws if law.confirmed)

    @property
    def required_columns(self) -> tuple[Column, ...]:
        """The columns without which a table does not serve the indicator."""
        return tuple(column for column in self.columns if column.required)


def indicators() -> tuple[Indicator, ...]:
    """All indicators in the order in which they are shown: ours, then additional ones."""
    return _registry.all


def by_id(indicator_id: str) -> Indicator:
    """The indicator of an id.

    Raises:
        UnknownIndicatorError: there is none.
    """
    for indicator in indicators():
        if indicator.id == indicator_id:
            return indicator
    known = ", ".join(indicator.id for indicator in indicators())
    raise UnknownIndicatorError(f"«{indicator_id}» is no indicator; there are: {known}.")


def use_additional(additional: Iterable[Indicator]) -> None:
    """Let a portal have indicators besides ours; those that were added before are forgotten.

    Raises:
        BadIndicatorError: an id is there twice. Nothing is changed then.
    """
    _registry.set(tuple(additional))


def edition() -> int:
    """A number that changes whenever the set of indicators does, for whoever remembers them."""
    return _registry.edition


def from_record(record: Mapping[str, Any]) -> Indicator:
    """Read an indicator that somebody wrote by hand, as YAML or as a Python dict.

    Args:
        record: the attributes of :class:`Indicator` by name; ``columns`` and ``laws`` are lists of
            mappings with the attributes of :class:`Column` and :class:`LegalBasis`; several tags,
            types or formats are a list, or one text joined by ``;``.

    Raises:
        BadIndicatorError: something is missing, unknown or of the wrong kind; the message names
            the indicator and the key.
    """
    if not isinstance(record, Mapping):
        raise BadIndicatorError(f"An indicator was read as {record!r}: expected keys and values.")
    name = f"Indicator «{record.get('id', '')}»"
    values: dict[str, Any] = dict(record)
    for key in _SEVERAL:
        if key in values:
            values[key] = _several(values[key])
    values["columns"] = tuple(
        _record(Column, entry, f"{name}, column «{_id_of(entry)}»")
        for entry in values.get("columns") or ()
    )
    values["laws"] = tuple(
        _record(LegalBasis, entry, f"{name}, law") for entry in values.get("laws") or ()
    )
    indicator = _record(Indicator, values, name)
    if not _ID.fullmatch(indicator.id):
        raise BadIndicatorError(
            f"{name}: expected an id of small Latin letters, digits and hyphens, as base-geo."
        )
    for column in indicator.columns:
        if not _COLUMN_ID.fullmatch(column.id):
            raise BadIndicatorError(
                f"{name}, column «{column.id}»: expected small Latin letters, digits and _."
            )
        if column.type not in COLUMN_TYPES:
            raise BadIndicatorError(
                f"{name}, column «{column.id}»: type {column.type!r} was read, expected one of"
                f" {', '.join(COLUMN_TYPES)}."
            )
    return indicator


class _Registry:
    """Our indicators and those that the portal adds."""

    def __init__(self) -> None:
        self._additional: tuple[Indicator, ...] = ()
        self.edition = 0

    @property
    def all(self) -> tuple[Indicator, ...]:
        return _ours() + self._additional

    def set(self, additional: tuple[Indicator, ...]) -> None:
        seen = {indicator.id for indicator in _ours()}
        for indicator in additional:
            if indicator.id in seen:
                raise BadIndicatorError(
                    f"Indicator «{indicator.id}» is there twice: give the additional one an id of"
                    " its own."
                )
            seen.add(indicator.id)
        self._additional = additional
        self.edition += 1


@lru_cache(maxsize=1)
def _ours() -> tuple[Indicator, ...]:
    columns = _grouped("indicator_columns.csv")
    laws = _grouped("indicator_laws.csv")
    return tuple(
        from_record({**row, "columns": columns.get(row["id"], []), "laws": laws.get(row["id"], [])})
        for row in _rows("indicators.csv")
    )


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("ckanext.greekmunicipal.quality") / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _grouped(name: str) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for row in _rows(name):
        found.setdefault(row.pop("indicator"), []).append(row)
    return found


def _record(kind: type[Any], values: Any, name: str) -> Any:
    """An instance of one of our records from what was written for it."""
    if not isinstance(values, Mapping):
        raise BadIndicatorError(f"{name}: {values!r} was read, expected keys and values.")
    known = {field.name: field for field in fields(kind)}
    if unknown := sorted(set(values) - set(known)):
        raise BadIndicatorError(
            f"{name}: unknown key {', '.join(map(str, unknown))}; expected {', '.join(known)}."
        )
    read: dict[str, Any] = {}
    for key, value in values.items():
        if known[key].type == "bool":
            read[key] = _truth(value, f"{name}, {key}")
        elif isinstance(value, tuple):
            read[key] = value
        else:
            read[key] = "" if value is None else str(value).strip()
    for key in ("id", "label_el", "label_en", "theme", "type", "citation_el", "citation_en"):
        if key in known and not read.get(key):
            raise BadIndicatorError(f"{name}: {key} is missing.")
    return kind(**read)


def _truth(value: Any, name: str) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("yes", "no"):
        return value == "yes"
    raise BadIndicatorError(f"{name}: {value!r} was read, expected yes or no.")


def _several(value: Any) -> tuple[str, ...]:
    parts = value.split(";") if isinstance(value, str) else (value or ())
    return tuple(str(part).strip() for part in parts if str(part).strip())


def _id_of(entry: Any) -> Any:
    return entry.get("id", "") if isinstance(entry, Mapping) else entry


def _in(language: str, greek: str, english: str) -> str:
    return (english or greek) if language.startswith("en") else (greek or english)


_registry = _Registry()
