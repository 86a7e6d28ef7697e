"""Decoding of search pages: only the fields of an act that are read become objects.

An act has half a kilobyte to many kilobytes of attachments, signers and checksums that nobody
reads: what is skipped while decoding costs nothing afterwards.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, TypedDict

import msgspec


class _Decision(TypedDict, total=False):
    """What is read of an act; every value may be of any type."""

    ada: Any
    correctedVersionId: Any
    decisionTypeId: Any
    documentUrl: Any
    errorCode: Any
    errors: Any
    extraFieldValues: Any
    issueDate: Any
    organizationId: Any
    privateData: Any
    protocolNumber: Any
    publishTimestamp: Any
    status: Any
    subject: Any
    submissionTimestamp: Any
    thematicCategoryIds: Any
    unitIds: Any
    versionId: Any
    versions: Any


class _Page(TypedDict):
    decisions: list[_Decision]
    info: Any


_PAGE = msgspec.json.Decoder(_Page, float_hook=Decimal)


def any_json(body: bytes) -> Any:
    """Decode JSON; numbers with a point are Decimal.

    Raises:
        ValueError: the bytes are no whole JSON.
        RecursionError: it is nested too deeply.
    """
    return json.loads(body, parse_float=Decimal)


def search_page(body: bytes) -> Any:
    """Decode an answer of the search; of each act only the fields that are read.

    An answer of any other shape is decoded whole, so that whoever checks it sees what came.

    Raises:
        ValueError: the bytes are no whole JSON.
        RecursionError: it is nested too deeply.
    """
    try:
        return _PAGE.decode(body)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return any_json(body)
