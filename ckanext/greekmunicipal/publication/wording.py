"""Findings in words, in the language of the reader."""

from __future__ import annotations

from collections.abc import Iterable

import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal.privacy import FOUND, Finding, Report
from ckanext.greekmunicipal.privacy.records import letters

_CELLS = 3


def kind(name: str) -> str:
    """What a kind of finding is called."""
    return {
        "afm": tk._("tax number (ΑΦΜ)"),
        "amka": tk._("social security number (ΑΜΚΑ)"),
        "iban": tk._("bank account (IBAN)"),
        "phone": tk._("telephone number"),
        "email": tk._("personal e-mail address"),
        "name": tk._("name of a person"),
    }[name]


def certainty(name: str) -> str:
    """How sure a finding is."""
    return {
        "certain": tk._("certain"),
        "likely": tk._("likely"),
        "possible": tk._("possible"),
    }[name]


def place(finding: Finding) -> str:
    """Sheet and column of a finding."""
    parts = [finding.sheet] if finding.sheet else []
    parts.append(tk._("column {letters}").format(letters=letters(finding.column)))
    return ", ".join(parts)


def reason(text: str) -> str:
    """Why something was not looked at; a sentence with figures in it is told as it is."""
    told = _reasons()
    file, apart, rest = text.partition(": ")
    if text not in told and apart and rest in told:
        return f"{file}: {told[rest]}"
    return told.get(text, text)


def _reasons() -> dict[str, str]:
    """Sentences of the scan and of fetching, which know no languages, in the reader's."""
    return {
        "a PDF document, in which no table is looked for.": tk._(
            "a PDF document, in which no table is looked for."
        ),
        "an image, in which no table is looked for.": tk._(
            "an image, in which no table is looked for."
        ),
        "an Office document, in which no table is looked for.": tk._(
            "an Office document, in which no table is looked for."
        ),
        "an old Office document, in which no table is looked for.": tk._(
            "an old Office document, in which no table is looked for."
        ),
        "an empty file, in which no table is looked for.": tk._(
            "an empty file, in which no table is looked for."
        ),
        "an empty archive, in which no table is looked for.": tk._(
            "an empty archive, in which no table is looked for."
        ),
        "an archive in an archive, in which no table is looked for.": tk._(
            "an archive in an archive, in which no table is looked for."
        ),
        "a RAR archive, in which no table is looked for.": tk._(
            "a RAR archive, in which no table is looked for."
        ),
        "a 7z archive, in which no table is looked for.": tk._(
            "a 7z archive, in which no table is looked for."
        ),
        "a file of a format that is not known here, in which no table is looked for.": tk._(
            "a file of a format that is not known here, in which no table is looked for."
        ),
        "the link leads to a page or service, not to a table": tk._(
            "the link leads to a page or service, not to a table"
        ),
        "a web page answers at this address": tk._("a web page answers at this address"),
        "it did not answer in time": tk._("it did not answer in time"),
        "it did not answer": tk._("it did not answer"),
        "it leads to an address of a private network": tk._(
            "it leads to an address of a private network"
        ),
        "it is no address": tk._("it is no address"),
        "it is no address of the web without a password": tk._(
            "it is no address of the web without a password"
        ),
    }


def summary(report: Report) -> str:
    """Kinds, numbers and first cells in one sentence; why nobody could look if that is so."""
    if report.state != FOUND:
        return tk._("the table cannot be read, so nobody knows what is in it ({reason})").format(
            reason=" ".join(map(reason, report.not_scanned))
        )
    return "; ".join(_of_kind(name, report.findings) for name in report.counts)


def _of_kind(name: str, findings: Iterable[Finding]) -> str:
    own = [finding for finding in findings if finding.kind == name]
    count = sum(finding.count for finding in own)
    cells = [
        f"{finding.sheet}!{cell['address']}" if finding.sheet else cell["address"]
        for finding in own
        for cell in finding.cells
    ]
    more = " …" if count > len(cells[:_CELLS]) else ""
    return f"{kind(name)}: {count} ({', '.join(cells[:_CELLS])}{more})"


def refusal(report: Report) -> str:
    """Why a file is not published, and how it can be."""
    name = f"{report.file}: " if report.file else ""
    return tk._(
        "{file}Not published, since it may hold personal data: {findings}. Remove them, or confirm"
        " with personal_data_confirmed = {digest} and personal_data_reason, which says why they"
        " may be published."
    ).format(file=name, findings=summary(report), digest=report.sha256)


def without_reason() -> str:
    """What is said to a confirmation that gives no reason."""
    return tk._("Say in personal_data_reason why the personal data may be published.")
