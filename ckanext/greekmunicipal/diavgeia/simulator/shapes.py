"""Odd shapes of a decision's fields: object, list, null, text, in whatever field has been seen so.

A share of the acts has one of them. What an act means stays as it is where a shape only wraps it;
where it takes something away (null for a list), it is gone for every reader, the truth included.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .draw import Draw

Raw = dict[str, Any]


def misshape(raw: Raw, draw: Draw) -> None:
    """Give an act one odd shape."""
    draw.pick(_SHAPES)(raw, draw)


def _lists(raw: Raw) -> list[tuple[Raw, str]]:
    """Fields of the act that are lists of objects."""
    extra = raw["extraFieldValues"]
    if not isinstance(extra, dict):
        return []
    return [
        (extra, name)
        for name, value in extra.items()
        if isinstance(value, list) and value and isinstance(value[0], dict)
    ]


def _object_for_list(raw: Raw, draw: Draw) -> None:
    for node, name in _lists(raw):
        if len(node[name]) == 1:
            node[name] = node[name][0]


def _null_for_list(raw: Raw, draw: Draw) -> None:
    for node, name in _lists(raw):
        node[name] = None


def _empty_object_for_list(raw: Raw, draw: Draw) -> None:
    for node, name in _lists(raw):
        node[name] = {}


def _null_in_list(raw: Raw, draw: Draw) -> None:
    for node, name in _lists(raw):
        node[name] = [None, *node[name], {}]


def _list_for_object(raw: Raw, draw: Draw) -> None:
    extra = raw["extraFieldValues"]
    for name, value in extra.items():
        if isinstance(value, dict) and value:
            extra[name] = [value]


def _null_for_object(raw: Raw, draw: Draw) -> None:
    extra = raw["extraFieldValues"]
    for name, value in extra.items():
        if isinstance(value, dict):
            extra[name] = None


def _amounts(node: Any, change: Callable[[float], Any]) -> None:
    if isinstance(node, list):
        for item in node:
            _amounts(item, change)
    elif isinstance(node, dict):
        for name, value in node.items():
            if name in ("amount", "amountWithVAT") and isinstance(value, float):
                node[name] = change(value)
            else:
                _amounts(value, change)


def _text_amounts(raw: Raw, draw: Draw) -> None:
    _amounts(raw["extraFieldValues"], lambda amount: f"{amount:.2f}")


def _whole_amounts(raw: Raw, draw: Draw) -> None:
    _amounts(raw["extraFieldValues"], lambda amount: int(amount))


def _wrapped_amounts(raw: Raw, draw: Draw) -> None:
    """An amount that is mostly a plain number comes as an object, or the other way round."""
    extra = raw["extraFieldValues"]
    for item in extra.get("amountWithKae") or []:
        if isinstance(item, dict) and isinstance(item.get("amountWithVAT"), float):
            item["amountWithVAT"] = {"amount": item["amountWithVAT"], "currency": "EUR"}
    for item in extra.get("sponsor") or []:
        if isinstance(item, dict) and isinstance(item.get("expenseAmount"), dict):
            item["expenseAmount"] = item["expenseAmount"].get("amount")


def _no_extra(raw: Raw, draw: Draw) -> None:
    raw["extraFieldValues"] = draw.pick((None, [], {}))


def _extra_in_list(raw: Raw, draw: Draw) -> None:
    raw["extraFieldValues"] = [raw["extraFieldValues"]]


def _single_uids(raw: Raw, draw: Draw) -> None:
    for name in ("unitIds", "signerIds", "thematicCategoryIds"):
        raw[name] = raw[name][0]


def _no_uids(raw: Raw, draw: Draw) -> None:
    for name in ("unitIds", "signerIds", "thematicCategoryIds"):
        raw[name] = draw.pick((None, []))


def _fields_left_out(raw: Raw, draw: Draw) -> None:
    for name in ("thematicCategoryIds", "attachments", "warnings", "documentChecksum", "url"):
        raw.pop(name, None)


def _blanks(raw: Raw, draw: Draw) -> None:
    raw["subject"] = f"  {raw['subject']}\n"
    raw["protocolNumber"] = f" {raw['protocolNumber']} "


def _numbers_for_texts(raw: Raw, draw: Draw) -> None:
    if raw["protocolNumber"].isdecimal():
        raw["protocolNumber"] = int(raw["protocolNumber"])


_SHAPES = (
    _object_for_list,
    _null_for_list,
    _empty_object_for_list,
    _null_in_list,
    _list_for_object,
    _null_for_object,
    _text_amounts,
    _whole_amounts,
    _wrapped_amounts,
    _no_extra,
    _extra_in_list,
    _single_uids,
    _no_uids,
    _fields_left_out,
    _blanks,
    _numbers_for_texts,
)
