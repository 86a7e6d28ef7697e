"""PDF statements with a text layer, through PDFium in a child process with bounded memory and time.

A PDF is a foreign program for drawing a page: it is opened where it can do no harm, and only the
places of its letters come back. What its letters mean may be wrong too: old programs embed fonts
whose tables are shifted, so that «ΠΡΟΫΠΟΛΟΓΙΣΜΟΥ» comes out as «Ρ΢ΟΫΡΟΛΟΓΙΣΜΟΥ». Such a text is
refused: wrong words would go into every label, and nobody would see it.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

from ckanext.greekmunicipal.budgets.errors import UnreadableBudget
from ckanext.greekmunicipal.budgets.pdf_child import DAMAGED, ENCRYPTED, TOO_LARGE
from ckanext.greekmunicipal.budgets.printed import PrintedLine, Word
from ckanext.greekmunicipal.greek import fold
from ckanext.greekmunicipal.tabular.workbook import interpreter

MAX_PAGES = 600
_MAX_LETTERS = 6_000_000
_SECONDS = 120
_MEMORY = 1536 * 1024 * 1024
_BOUNDS = (_MEMORY, _SECONDS, MAX_PAGES, _MAX_LETTERS)
_CHILD = Path(__file__).with_name("pdf_child.py")

_AMOUNT = re.compile(r"[-−–]?\d{1,3}(?:\.\d{3})*,\d{2}|[-−–]?\d+,\d{2}")
# Parts of lines that no budget is without; a text without them is not what it was printed as.
_COMMON = re.compile(
    r"συνολ|εσοδ|εξοδ|δαπαν|προυπολογ|λοιπ|\bκαι\b|\bαπο\b|\bγια\b|τελη|εργα|εργασ|προμηθ|αμοιβ"
    r"|επιχορηγ|φορο|υπηρεσ|πληρωμ|δημο|μισθ|εισφορ"
)
_UNASSIGNED = "\u03a2\u038b\u038d"
_FEW_WORDS = 20
_FEWEST_HITS = 0.02


def read_pdf(path: Path, file: str) -> list[PrintedLine]:
    """Lines of all pages of a PDF, with the places of their words in points.

    Raises:
        UnreadableBudget: damaged, encrypted, without text (scanned), too large, or with letters
            that do not mean what was printed.
    """
    pages = _open(path, file)
    lines: list[PrintedLine] = []
    for runs in pages:
        lines += _lines(runs, len(lines))
    if not lines:
        raise UnreadableBudget(
            file,
            "the PDF has no text: its pages are pictures.",
            "a PDF made by the accounting program, not a scan.",
            "Export the statement as XLSX, CSV or PDF from the program instead of scanning it.",
        )
    refuse_shifted_letters(lines, file)
    return lines


def _open(path: Path, file: str) -> list[list[list[Any]]]:
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and script, no shell
            [interpreter(), "-I", str(_CHILD), str(path), *map(str, _BOUNDS)],
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _too_large(file, f"reading it took more than {_SECONDS} seconds.") from error
    if done.returncode == 0:
        return json.loads(done.stdout)
    detail = done.stderr.decode("utf-8", "replace").strip().splitlines()
    if done.returncode == ENCRYPTED:
        raise UnreadableBudget(
            file,
            "the PDF asks for a password.",
            "a PDF without password.",
            "Save it again without a password.",
        )
    if done.returncode == DAMAGED or (detail and "MemoryError" not in detail[-1]):
        if done.returncode == TOO_LARGE:
            raise _too_large(file, "it has too many pages or letters.")
        raise UnreadableBudget(
            file,
            f"the PDF is damaged ({detail[-1][:160] if detail else 'no reason given'}).",
            "a whole PDF.",
            "Fetch or export it again.",
        )
    raise _too_large(file, "it has too many pages or letters, or needs too much memory.")


def _too_large(file: str, found: str) -> UnreadableBudget:
    return UnreadableBudget(
        file,
        found,
        f"at most {MAX_PAGES} pages.",
        "Keep only the pages of the budget.",
    )


def _lines(runs: list[list[Any]], before: int) -> list[PrintedLine]:
    """Lines of one page, numbered after the ``before`` lines of the pages above."""
    rows: list[list[list[Any]]] = []
    for run in sorted(runs, key=lambda run: (run[2] + run[4], run[1])):
        middle, size = (run[2] + run[4]) / 2, run[4] - run[2]
        last = rows[-1] if rows else None
        if last and abs(middle - (last[0][2] + last[0][4]) / 2) < 0.45 * size:
            last.append(run)
        else:
            rows.append([run])
    return [
        PrintedLine(before + at, tuple(_words(row)), _blank(row)) for at, row in enumerate(rows, 1)
    ]


def _blank(row: list[list[Any]]) -> float:
    sizes = sorted(run[4] - run[2] for run in row)
    return sizes[len(sizes) // 2] * 0.25


def _words(row: list[list[Any]]) -> list[Word]:
    """Runs that touch are one word, unless one of them is an amount of its own."""
    words: list[Word] = []
    amount = False
    for text, left, top, right, bottom, _number in sorted(row, key=lambda run: run[1]):
        is_amount = _AMOUNT.fullmatch(text) is not None
        near = words and abs(left - words[-1].right) <= (bottom - top) * 0.12
        if near and not is_amount and not amount:
            words[-1] = Word(words[-1].text + text, words[-1].left, right)
        else:
            words.append(Word(text, left, right))
        amount = is_amount
    return words


def refuse_shifted_letters(lines: list[PrintedLine], file: str) -> None:
    """Refuse a text whose letters are not those that were printed.

    Raises:
        UnreadableBudget: it has letters that do not exist, or hardly a word that budgets have.
    """
    text = "\n".join(line.text for line in lines)
    words = [word for word in fold(text).split() if sum(map(str.isalpha, word)) > 3]  # noqa: PLR2004
    hits = len(_COMMON.findall(fold(text)))
    strange = next((letter for letter in text if letter in _UNASSIGNED or _private(letter)), "")
    poor = len(words) >= _FEW_WORDS and hits < _FEWEST_HITS * len(words)
    if (strange and hits < 0.2 * len(words)) or poor:
        example = next((line.text for line in lines if any(map(str.isalpha, line.text))), "")
        raise UnreadableBudget(
            file,
            f"its letters are not those that were printed (as in «{example[:60]}»): the fonts "
            "inside the PDF have a wrong table of letters.",
            "a PDF from which the text can be copied.",
            "Export the statement as XLSX or CSV, or print it to PDF with other fonts.",
        )


def _private(letter: str) -> bool:
    return "\ue000" <= letter <= "\uf8ff"
