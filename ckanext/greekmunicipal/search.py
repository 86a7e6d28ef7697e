"""What of a dataset is indexed, on CKAN's own Solr schema."""

from __future__ import annotations

import json
from typing import Any

# The analysed twin (``extras_…``) stays; an unanalysed field of more than
# 32,766 bytes would make Solr refuse the whole dataset.
NOT_AS_ONE_TERM = ("title_translated", "notes_translated", "provenance")
# ``vocab_…`` is the only unanalysed dynamic field with several values.
SEVERAL_VALUES = {"theme": "vocab_theme", "indicator": "vocab_indicator"}


def document(dataset: dict[str, Any]) -> dict[str, Any]:
    """Prepare a dataset for the index (``before_dataset_index``)."""
    for field in NOT_AS_ONE_TERM:
        dataset.pop(field, None)
    for field, indexed in SEVERAL_VALUES.items():
        if values := _listed(dataset.get(field)):
            dataset[indexed] = values
    return dataset


def _listed(value: Any) -> list[str]:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return []
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []
