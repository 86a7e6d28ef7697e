"""Recorded answers of Diavgeia in files: a search page, a list of acts, one act, or one a line."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

MAX_BYTES = 512 * 1024 * 1024


class UnreadableFile(ValueError):  # noqa: N818 - says what the file is
    """A file is no recorded answer; the message names it and says what was expected."""


def read_json(path: Path) -> Any:
    """Decoded JSON of a file; numbers with a point are Decimal; lines of JSON become a list.

    Raises:
        UnreadableFile: it is missing, too large or no JSON.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise UnreadableFile(
                f"{path} has {size} bytes; at most {MAX_BYTES} are read: split the file."
            )
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"{path} is no UTF-8 text: expected the JSON of Diavgeia.") from error
    try:
        return json.loads(text, parse_float=Decimal)
    except RecursionError as error:
        raise UnreadableFile(f"{path} is nested too deeply to be an answer.") from error
    except ValueError as error:
        lines = _json_lines(text)
        if lines is None:
            raise UnreadableFile(
                f"{path} is no JSON ({error}): expected a search page, a list of acts, one act or"
                " one act a line, as Diavgeia gives them."
            ) from error
        return lines


def _json_lines(text: str) -> list[Any] | None:
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2:
        return None
    try:
        return [json.loads(line, parse_float=Decimal) for line in lines]
    except (ValueError, RecursionError):
        return None


def decisions_of(answer: Any) -> list[Any]:
    """The items of a recorded answer that should be acts.

    Args:
        answer: ``{"decisions": […], "info": …}``, a list of acts or of such pages, or one act.
    """
    if isinstance(answer, dict):
        decisions = answer.get("decisions", answer)
        return decisions if isinstance(decisions, list) else [decisions]
    if isinstance(answer, list):
        return [
            item
            for each in answer
            for item in (decisions_of(each) if isinstance(each, dict) else [each])
        ]
    return [answer]
