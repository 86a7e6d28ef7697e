"""Why a file is no budget, in the language of the reader.

The reader of budgets knows no languages; its sentences are recognised here by what they say.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal.budgets import MixedCharts, UnreadableBudget


def _sentences() -> list[tuple[str, Callable[[], str]]]:
    """Beginnings of what the reader says, and what is told instead; the first that fits holds."""
    return [
        (r"it is empty|the archive is empty", lambda: tk._(
            "The file is empty. Export it again from the accounting system.")),
        (r"all its sheets are empty", lambda: tk._(
            "All sheets of the workbook are empty. Export it again from the accounting system.")),
        (r"the PDF has no text", lambda: tk._(
            "The PDF is a scan: its pages are pictures without text. Hand over the file that the"
            " accounting system exports (XLSX, CSV, or a PDF that is not scanned).")),
        (r"its letters are not those", lambda: tk._(
            "The text inside the PDF is not what is printed: its fonts have a wrong table of"
            " letters. Export it as XLSX or CSV.")),
        (r"the PDF asks for a password|the workbook is encrypted", lambda: tk._(
            "The file is locked with a password. Save it without a password.")),
        (r"the PDF is damaged|the workbook is damaged|the gzip file|the XML is malformed",
         lambda: tk._("The file is damaged. Export it again from the accounting system.")),
        (r"it is a web page", lambda: tk._(
            "This is a web page, perhaps the error page of a download, not a budget file."
            " Download the file again.")),
        (r"it has \d+ bytes|it unpacks to more|.* MB unpacked|the archive (has|announces)|it has more than"
         r"|it has \d+ (rows|pages)|row \d+ has a cell|a sheet of the XML", lambda: tk._(
            "The file is larger than a budget can be. Keep only the table of the budget in it.")),
        (r"it is an archive in an archive", lambda: tk._(
            "The archive holds another archive. Unpack it and hand over the files.")),
        (r"its content was given more than once", lambda: tk._(
            "The same file was given twice. Leave the copy out.")),
        (r"the XML has a document type", lambda: tk._(
            "The XML file has a document type (DOCTYPE), which is not read. Export it without.")),
        (r"it is neither a workbook", lambda: tk._(
            "This is neither a workbook nor a text that can be read. Hand over CSV, XLSX, XLS,"
            " ODS, PDF, XML or ZIP.")),
        (r"no table of a budget|no repeated records", lambda: tk._(
            "No table of a budget was found in the file. It needs a column with the codes (Κ.Α.)"
            " and columns with amounts.")),
    ]  # fmt: skip


def unreadable(error: UnreadableBudget) -> str:
    """Why a file cannot be read, and what to do."""
    if isinstance(error, MixedCharts):
        told = tk._(
            "The file mixes codes of both charts of accounts (ΚΑΕ of 2004 and decree 54/2018)."
            " Hand over one file for each."
        )
        return f"{error.file}: {told}"
    for pattern, sentence in _sentences():
        if re.match(pattern, error.found):
            return f"{error.file}: {sentence()}"
    told = tk._("The file cannot be read as a budget.")
    return f"{error.file}: {told} ({error.found} {error.expected} {error.advice})"


def refused(message: str) -> str:
    """Why a budget that was read is not stored."""
    for part, sentence in (
        ("the fiscal year is unknown", lambda: tk._(
            "The fiscal year stands neither in the file nor in its name: give it.")),
        ("the side of some lines is unknown", lambda: tk._(
            "Of some lines nobody can tell if they are revenue or expenditure. Name the file so"
            " that it tells («esoda» or «exoda»), or say which column tells it.")),
        ("it has no budget line", lambda: tk._("There is no budget line in the file.")),
        ("a file changed while", lambda: tk._("The file changed while it was read: try again.")),
    ):  # fmt: skip
        if part in message:
            return sentence()
    return message


def too_large(name: str, most: int) -> str:
    """A file of too many bytes."""
    return tk._("{file}: the file is too large. At most {most} MB are accepted.").format(
        file=name, most=most >> 20
    )


def not_fetched(url: str, why: str) -> str:
    """An address that gives no file."""
    from ckanext.greekmunicipal.publication import wording

    return tk._("{url}: it could not be fetched ({reason}).").format(
        url=url, reason=wording.reason(why)
    )
