"""One dataset of the real world from the records that catalogues have of it.

The newest record counts; of equally new ones that of the preferred source; of those the one that was
known first. The URI does not follow the newest: it is that of the preferred source.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Record = dict[str, Any]

_SHOWN = 30
_GONE = "gone"


@dataclass(frozen=True)
class Stored:
    """A record as it is stored.

    Attributes:
        source_id: harvest source.
        record: what its catalogue calls it.
        fingerprint: of the record and its mapping.
        state: ``here``, ``absent`` (still shown) or ``gone``.
        preference: of its source.
        modified: last change as stated, ISO; empty when unknown.
        page: its address in its catalogue.
        dataset: in our fields.
        looks: what could not be mapped.
        first_seen: when it was first read.
    """

    source_id: str
    record: str
    fingerprint: str
    state: str
    preference: int
    modified: str
    page: str
    dataset: Record
    looks: list[dict[str, str]]
    first_seen: dt.datetime

    @classmethod
    def read(cls, *values: Any) -> Stored:
        """A record from the columns of its row, dataset and looks as JSON text."""
        columns: list[Any] = list(values)
        columns[7:9] = [json.loads(columns[7]), json.loads(columns[8])]
        return cls(*columns)

    @property
    def is_gone(self) -> bool:
        """Whether its catalogue has it no more."""
        return self.state == _GONE


def newest(records: Sequence[Stored]) -> Stored | None:
    """The record that counts; None when no catalogue has the dataset any more."""
    live = [each for each in records if not each.is_gone]
    if not live:
        return None
    return max(live, key=lambda each: (_day(each), each.preference, -each.first_seen.timestamp()))


def merged(records: Sequence[Stored]) -> Record | None:
    """The dataset, with all its sources and what could not be mapped in its provenance.

    Args:
        records: of one dataset, of any source.

    Returns:
        The dataset in our fields; None when no catalogue has it any more.
    """
    first = newest(records)
    if first is None:
        return None
    live = sorted(
        (each for each in records if not each.is_gone),
        key=lambda each: (-each.preference, each.first_seen),
    )
    dataset = dict(first.dataset)
    uri = next((uri for each in live if (uri := each.dataset.get("uri"))), None)
    if uri:
        dataset["uri"] = uri
    pages = [each.page for each in live if each.page]
    dataset["source"] = list(dict.fromkeys([*(dataset.get("source") or ()), *pages]))
    dataset["provenance"] = _provenance(dataset.get("provenance") or {}, first, live)
    return dataset


def _day(record: Stored) -> str:
    """When it was changed, so that days with and without a time compare."""
    return record.modified[:19]


def _provenance(stated: dict[str, str], first: Stored, live: list[Stored]) -> dict[str, str]:
    others = [each.page or each.record for each in live if each is not first]
    looks = [f"{look['field']}: {look['value'] or '–'} ({look['why']})" for look in first.looks]
    shown, more = looks[:_SHOWN], max(len(looks) - _SHOWN, 0)
    el = [f"Συγκομίστηκε από: {first.page or first.record}."]
    en = [f"Harvested from: {first.page or first.record}."]
    if others:
        el.append(f"Υπάρχει και σε: {', '.join(others)}. Ισχύει η νεότερη εγγραφή.")
        en.append(f"It is also in: {', '.join(others)}. The newest record counts.")
    if shown:
        el.append(f"Δεν αντιστοιχίστηκαν: {'; '.join(shown)}" + (f" (+{more})." if more else "."))
        en.append(f"Not mapped: {'; '.join(shown)}" + (f" (+{more})." if more else "."))
    return {
        "el": "\n\n".join(filter(None, [stated.get("el", ""), " ".join(el)])),
        "en": "\n\n".join(filter(None, [stated.get("en", ""), " ".join(en)])),
    }
