"""What a person says of the columns of a file, where its headers do not tell or tell wrong.

A correction has the shape of an entry of ``columns`` in the report, so that it can be taken from
there, changed and given back; it is kept with the source and serves its next files too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ckanext.greekmunicipal.budgets.records import PHASES

MEANINGS = (
    *("code", "label", "service", "service_code", "service_label", "fiscal_year", "side"),
    *PHASES,
    *("derived", "ignored"),
)
_MOST = 500


class WrongCorrection(ValueError):  # noqa: N818 - the name says what is the matter
    """A correction that cannot be applied; the message says what was read and what is expected."""


@dataclass(frozen=True)
class Correction:
    """Meaning of one column.

    Attributes:
        index: of the column, from 0, as in the report.
        meaning: one of :data:`MEANINGS`.
        sheet: name of the sheet; empty for all sheets.
        file: name of the file; empty for all files.
    """

    index: int
    meaning: str
    sheet: str = ""
    file: str = ""

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def read_corrections(entries: Any) -> tuple[Correction, ...]:
    """Check what came as JSON.

    Raises:
        WrongCorrection: no list, an unknown meaning, a wrong index, or two meanings for a column.
    """
    if not isinstance(entries, list) or len(entries) > _MOST:
        raise WrongCorrection(
            f"corrections are {type(entries).__name__}: expected a list of at most {_MOST} entries "
            'such as {"index": 2, "meaning": "revised"}.'
        )
    found: dict[tuple[str, str, int], Correction] = {}
    for number, entry in enumerate(entries, 1):
        correction = _read(entry, number)
        key = (correction.file, correction.sheet, correction.index)
        if found.setdefault(key, correction) != correction:
            raise WrongCorrection(
                f"correction {number} gives column {correction.index} a second meaning. "
                "Give one meaning to each column."
            )
    return tuple(found.values())


def _read(entry: Any, number: int) -> Correction:
    if not isinstance(entry, Mapping):
        raise WrongCorrection(f"correction {number} is {entry!r}: expected an object.")
    index, meaning = entry.get("index"), entry.get("meaning")
    if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index < _MOST:
        raise WrongCorrection(
            f"correction {number} has the index {index!r}: expected a whole number from 0."
        )
    if meaning not in MEANINGS:
        raise WrongCorrection(
            f"correction {number} has the meaning {meaning!r}: expected one of "
            f"{', '.join(MEANINGS)}."
        )
    sheet, file = entry.get("sheet") or "", entry.get("file") or ""
    if not isinstance(sheet, str) or not isinstance(file, str):
        raise WrongCorrection(f"correction {number}: expected sheet and file as text.")
    return Correction(index, meaning, sheet, file)


def meanings_for(corrections: Iterable[Correction], file: str, sheet: str) -> dict[int, str]:
    """Meanings of the columns of one sheet; what names file or sheet wins over what does not."""
    fitting = [
        each for each in corrections if each.file in ("", file) and each.sheet in ("", sheet)
    ]
    fitting.sort(key=lambda each: (bool(each.file), bool(each.sheet)))
    return {each.index: each.meaning for each in fitting}
