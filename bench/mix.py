"""Acts of real shapes and of the size that the service sends: 4 KB of JSON on average.

The simulator's acts have 1.4 KB, the recorded ones 1 KB: both are short. A harvest of 76,785 acts
was 304 MB. The bytes come from where the service has them: payments and commitments with dozens
of lines, long subjects, attachments. A few acts are very long, most are short.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from ckanext.greekmunicipal.diavgeia.simulator.draw import Draw

MEAN = 4_000
_LISTS = {
    "Β.2.2": "sponsor",
    "Β.2.1": "sponsor",
    "Β.1.3": "amountWithKae",
    "Δ.1": "person",
    "Δ.2.2": "person",
}


def enlarged(decisions: Iterable[dict[str, Any]], seed: int) -> Iterator[bytes]:
    """The acts with lines, subjects and attachments of others added, as compact UTF-8 JSON.

    Args:
        decisions: acts of the simulator.
        seed: decides what is added.
    """
    draw = Draw.of(seed, "mix")
    lines: dict[str, list[Any]] = defaultdict(list)
    subjects: list[str] = []
    attachments: list[Any] = []
    for raw in decisions:
        _remember(raw, lines, subjects, attachments)
        # As skewed as the real sizes: half of the acts gain little, a tenth most of the bytes.
        wanted = int(600 + 12_800 * draw.random() ** 3)
        if subjects and draw.chance(0.2):
            raw["subject"] = f"{raw['subject']} {draw.pick(subjects)}"
        while attachments and draw.chance(0.72):
            raw["attachments"].append(draw.pick(attachments))
        name = _LISTS.get(raw["decisionTypeId"])
        node = raw["extraFieldValues"].get(name) if name else None
        if isinstance(node, list) and lines[name or ""]:
            added = 0
            while added < wanted:
                item = draw.pick(lines[name or ""])
                node.append(item)
                added += 260
        yield json.dumps(raw, ensure_ascii=False, separators=(",", ":")).encode()


def _remember(
    raw: dict[str, Any],
    lines: dict[str, list[Any]],
    subjects: list[str],
    attachments: list[Any],
) -> None:
    for name in set(_LISTS.values()):
        node = raw["extraFieldValues"].get(name)
        if isinstance(node, list):
            lines[name] += [dict(item) for item in node][:3]
            del lines[name][:-2000]
    subjects.append(raw["subject"])
    del subjects[:-2000]
    attachments += raw["attachments"]
    del attachments[:-500]
