"""Child process: opens one PDF and writes the runs of its text as JSON. Imports nothing of ours."""

from __future__ import annotations

import ctypes
import json
import sys
from typing import Any

# Exit codes that the parent knows.
ENCRYPTED = 3
TOO_LARGE = 4
DAMAGED = 5


def _bound(memory: int, seconds: int) -> None:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _turned(box: list[float], turn: int, width: float, height: float) -> list[float]:
    """Left, top, right, bottom on the page as a reader sees it, from its top left corner."""
    left, bottom, right, top = box
    if turn == 90:  # noqa: PLR2004
        return [bottom, left, top, right]
    if turn == 180:  # noqa: PLR2004
        return [width - right, bottom, width - left, top]
    if turn == 270:  # noqa: PLR2004
        return [height - top, width - right, height - bottom, width - left]
    return [left, height - top, right, height - bottom]


def _runs(page: Any, raw: Any, most: int) -> list[list[Any]]:
    """Unbroken runs of characters of one text object: text, place, and the object's number."""
    turn = page.get_rotation()
    width, height = page.get_size()
    if turn in (90, 270):
        width, height = height, width
    text = page.get_textpage()
    count = text.count_chars()
    if count > most:
        sys.exit(TOO_LARGE)
    runs: list[list[Any]] = []
    objects: dict[int, int] = {}
    open_run = False
    rectangle = raw.FS_RECTF()
    for at in range(count):
        letter = chr(raw.FPDFText_GetUnicode(text, at) or 0)
        if letter.isspace() or letter in "\x00\ufffe\ufeff":
            open_run = False
            continue
        if not raw.FPDFText_GetLooseCharBox(text, at, ctypes.byref(rectangle)):
            continue
        values = [rectangle.left, rectangle.bottom, rectangle.right, rectangle.top]
        box = _turned(values, turn, width, height)
        pointer = ctypes.cast(raw.FPDFText_GetTextObject(text, at), ctypes.c_void_p).value or 0
        number = objects.setdefault(pointer, len(objects))
        if open_run and _goes_on(runs[-1], box, number):
            last = runs[-1]
            last[0] += letter
            last[3] = box[2]
        else:
            runs.append([letter, *box, number])
        open_run = True
    return runs


def _goes_on(run: list[Any], box: list[float], number: int) -> bool:
    size = run[4] - run[2]
    same_line = abs((box[1] + box[3]) - (run[2] + run[4])) < size * 0.6
    return number == run[5] and same_line and -size * 0.3 <= box[0] - run[3] <= size * 0.18


def main() -> None:
    """Read the PDF named on the command line."""
    path, (memory, seconds, pages, letters) = sys.argv[1], map(int, sys.argv[2:6])
    _bound(memory, seconds)
    import pypdfium2
    import pypdfium2.raw as raw

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        sys.stderr.write(str(error))
        sys.exit(ENCRYPTED if "password" in str(error).lower() else DAMAGED)
    if len(document) > pages:
        sys.exit(TOO_LARGE)
    found = []
    for page in document:
        runs = _runs(page, raw, letters)
        letters -= sum(len(run[0]) for run in runs)
        if letters <= 0:
            sys.exit(TOO_LARGE)
        found.append(runs)
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
