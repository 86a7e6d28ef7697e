"""What was refused in a form, each with the input that it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk

Field = Mapping[str, Any]
# Inputs that have another id than their field.
INPUTS = {"owner_org": "field-organizations", "url": "field-resource-url"}


def errors(fields: Iterable[Field], refused: Mapping[str, Any]) -> list[dict[str, str]]:
    """What was refused, in the order of the form.

    Returns:
        Dicts with ``field``, ``label``, ``text`` and ``target``, the id of the input, or
        empty where the form has none.
    """
    by_name = {field["field_name"]: field for field in fields}
    found: list[dict[str, str]] = []
    for name in [*by_name, *(name for name in refused if name not in by_name)]:
        if not refused.get(name):
            continue
        field = by_name.get(name)
        label = tk.h.scheming_language_text(field["label"]) if field else tk._(name)
        if field and field.get("repeating_subfields"):
            found.extend(_errors_of_entries(field, label, refused[name]))
        else:
            target = _input_of(name) if field and field.get("form_snippet", "") else ""
            found.append(_error(name, label, refused[name], target))
    return found


def _input_of(name: str) -> str:
    several = ("_translated", "region")
    return INPUTS.get(name, f"field-{name}-el" if name.endswith(several) else f"field-{name}")


def _error(name: str, label: str, refusal: Any, target: str) -> dict[str, str]:
    texts = refusal if isinstance(refusal, (list, tuple)) else [refusal]
    return {
        "field": name,
        "label": label,
        "text": " ".join(str(text) for text in texts if text),
        "target": target,
    }


def _errors_of_entries(field: Field, label: str, refused: Any) -> list[dict[str, str]]:
    found = []
    for index, entry in enumerate(refused if isinstance(refused, list) else []):
        if not isinstance(entry, Mapping):
            found.append(_error(field["field_name"], label, entry, ""))
            continue
        for subfield in field["repeating_subfields"]:
            if refusal := entry.get(subfield["field_name"]):
                name = f"{field['field_name']}-{index}-{subfield['field_name']}"
                own = tk.h.scheming_language_text(subfield["label"])
                found.append(_error(name, f"{label} {index + 1}, {own}", refusal, f"field-{name}"))
    return found
