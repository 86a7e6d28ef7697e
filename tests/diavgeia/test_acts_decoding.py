"""A search page is decoded in the short way, and nothing that is read of an act is lost by it."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from act_samples import decision
from hypothesis import given
from hypothesis import strategies as st

from ckanext.greekmunicipal.diavgeia import decoding
from ckanext.greekmunicipal.diavgeia.act import UnreadableAct, read_act

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


def _page(decisions: Any) -> bytes:
    return json.dumps({"decisions": decisions, "info": {"total": 1}}).encode()


def _read(raw: Any) -> Any:
    try:
        return read_act(raw)
    except UnreadableAct as error:
        return error.reason


def test_what_nobody_reads_of_an_act_is_left_out_and_amounts_are_exact() -> None:
    raw = decision("Β.2.2") | {"attachments": [{"id": "a"}], "signerIds": ["1"]}
    body = _page([raw]).replace(b'"info"', b'"amount": 12345678901234.56, "info"')
    found = decoding.search_page(body)
    assert "attachments" not in found["decisions"][0]
    assert "signerIds" not in found["decisions"][0]
    assert found["info"] == {"total": 1}
    exact = decoding.search_page(_page([{"extraFieldValues": 0}]).replace(b": 0", b": 0.10"))
    assert exact["decisions"][0]["extraFieldValues"] == Decimal("0.10")


@given(
    st.lists(
        st.dictionaries(st.sampled_from(sorted(decision("Β.2.2"))), VALUES, max_size=6) | VALUES,
        max_size=4,
    )
)
def test_an_act_reads_the_same_whichever_way_it_was_decoded(changes: list[Any]) -> None:
    items = [
        decision("Β.2.2") | change if isinstance(change, dict) else change for change in changes
    ]
    body = _page(items)
    whole, short = decoding.any_json(body)["decisions"], decoding.search_page(body)["decisions"]
    assert [_read(raw) for raw in short] == [_read(raw) for raw in whole]


@pytest.mark.parametrize(
    "body",
    [
        b"null",
        b"[]",
        b'{"errors":[{"errorCode":1}]}',
        b'{"decisions":null,"info":{}}',
        b'{"a":NaN}',
    ],
)
def test_an_answer_of_another_shape_is_decoded_whole(body: bytes) -> None:
    assert repr(decoding.search_page(body)) == repr(decoding.any_json(body))


@pytest.mark.parametrize("body", [b"", b'{"decisions":[{"ada":"', b"<html>", b"\xff"])
def test_what_is_no_whole_json_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match="."):
        decoding.search_page(body)


def test_a_nest_without_bottom_is_refused() -> None:
    with pytest.raises((ValueError, RecursionError)):
        decoding.search_page(b'{"decisions":' + b"[" * 100_000)
